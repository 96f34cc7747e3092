"""What stands in the queue of due touches: whose plan to look at, and nothing else.

Example: ``{"clinic_id": "hudson", "patient_id": "pat-ada"}``

The plan says which touch is due, so a key that waits in the queue cannot go stale.
"""

import json
from dataclasses import dataclass

from aftercare.contracts.shapes import ID_ALLOWED, is_id, read_object
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, PatientId

EXAMPLE: dict[str, object] = {"clinic_id": "hudson", "patient_id": "pat-ada"}
ALLOWED = "a JSON object with clinic_id and patient_id"


@dataclass(frozen=True, slots=True)
class TouchKey:
    """Names the patient of a clinic for whom something is due."""

    clinic_id: ClinicId
    patient_id: PatientId

    def to_json(self) -> str:
        """Return the message body."""
        return json.dumps({"clinic_id": self.clinic_id, "patient_id": self.patient_id}, separators=(",", ":"))


def parse(body: str) -> TouchKey:
    """Read a message body written by ``to_json``.

    Raises:
        BadInput: It is anything else.
    """
    found = read_object(body, "body", ALLOWED)
    if set(found) != {"clinic_id", "patient_id"}:
        raise BadInput("body", body, ALLOWED)
    for name, text in found.items():
        if not is_id(text):
            raise BadInput(f"body.{name}", text, ID_ALLOWED)
    return TouchKey(ClinicId(str(found["clinic_id"])), PatientId(str(found["patient_id"])))
