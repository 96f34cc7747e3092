"""What stands in the queue of due touches: whose plan to look at, and nothing else.

Example: ``{"clinic_id": "hudson", "patient_id": "pat-ada"}``, and for an alert also its ``alert_id``.

The plan says which touch is due, so a key that waits in the queue cannot go stale.
"""

import json
import re
from dataclasses import dataclass

from aftercare.contracts.shapes import read_object
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import AlertId, ClinicId, PatientId

# Beside the ids that others give, our own: an alert's, and what stands where no patient is known.
KEY_ALLOWED = "1 to 128 characters from A-Z, a-z, 0-9, dot, underscore, colon, tilde and hyphen"
_KEY = re.compile(r"[A-Za-z0-9._:~-]{1,128}")

EXAMPLE: dict[str, object] = {"clinic_id": "hudson", "patient_id": "pat-ada"}
ALLOWED = "a JSON object with clinic_id and patient_id, and at most alert_id beside them"


@dataclass(frozen=True, slots=True)
class TouchKey:
    """Names the patient of a clinic for whom something is due."""

    clinic_id: ClinicId
    patient_id: PatientId
    alert_id: AlertId | None = None

    def to_json(self) -> str:
        """Return the message body."""
        key = {"clinic_id": self.clinic_id, "patient_id": self.patient_id}
        if self.alert_id is not None:
            key["alert_id"] = self.alert_id
        return json.dumps(key, separators=(",", ":"))


def parse(body: str) -> TouchKey:
    """Read a message body written by ``to_json``.

    Raises:
        BadInput: It is anything else.
    """
    found = read_object(body, "body", ALLOWED)
    if set(found) - {"alert_id"} != {"clinic_id", "patient_id"}:
        raise BadInput("body", body, ALLOWED)
    for name, text in found.items():
        if not isinstance(text, str) or _KEY.fullmatch(text) is None:
            raise BadInput(f"body.{name}", text, KEY_ALLOWED)
    alert_id = AlertId(str(found["alert_id"])) if "alert_id" in found else None
    return TouchKey(ClinicId(str(found["clinic_id"])), PatientId(str(found["patient_id"])), alert_id)
