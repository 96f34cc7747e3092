"""Whose message a receipt is about: the ids we gave a carrier with it, which it hands back.

``clinic``, ``patient`` and ``touch`` travel with a message to a patient; ``alert`` and ``step`` with a page
to staff. Carriers keep them as text; what is not well-formed is not ours and counts as absent.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.contracts.shapes import is_id
from aftercare.domain.ids import ClinicId, PatientId, TouchId

# A touch's id is a session's (64 at most), a dot and a step's key: longer than other ids may be.
_LONG_ID = re.compile(r"[A-Za-z0-9._:~-]{1,200}")
_PATIENT = re.compile(r"[A-Za-z0-9._:~-]{1,64}")
# Minutes since an alert was raised: one that nobody takes goes on for as long as it stands.
_STEP = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class ReceiptIds:
    """Ids that came back with a receipt, each ``None`` where it was not given.

    ``step``: which call of the ladder a page was, ``place``: which line of the rota, both from 0.
    """

    clinic_id: ClinicId | None = None
    patient_id: PatientId | None = None
    touch_id: TouchId | None = None
    alert_id: str | None = None
    step: int | None = None
    place: int | None = None


def ids_from(found: Mapping[str, object]) -> ReceiptIds:
    """Read the ids out of what a carrier handed back."""
    clinic, patient = found.get("clinic"), found.get("patient")
    touch, alert, step = _long(found.get("touch")), _long(found.get("alert")), found.get("step")
    return ReceiptIds(
        clinic_id=ClinicId(str(clinic)) if is_id(clinic) else None,
        patient_id=PatientId(str(patient))
        if isinstance(patient, str) and _PATIENT.fullmatch(patient)
        else None,
        touch_id=TouchId(touch) if touch is not None else None,
        alert_id=alert,
        step=_number(step),
        place=_number(found.get("place")),
    )


def _number(found: object) -> int | None:
    return int(found) if isinstance(found, str) and _STEP.fullmatch(found) else None


def untag(tags: Mapping[str, object]) -> Mapping[str, str]:
    """Return the ids in the tags of a mail: a list of one base64url text each, as ``ses_mail`` writes them.

    Other tags (SES adds its own) are left out.
    """
    decoded = {}
    for name, values in tags.items():
        value = values[0] if isinstance(values, list) and len(values) == 1 else None
        if not isinstance(value, str) or not value.isascii():
            continue
        try:
            padded = value + "=" * (-len(value) % 4)
            decoded[name] = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return decoded


def _long(found: object) -> str | None:
    return found if isinstance(found, str) and _LONG_ID.fullmatch(found) else None
