"""The fields of the eleven events out: one table that builds them, checks them and is published.

Standard library only: what writes facts should not have to load a validator.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from aftercare.contracts.shapes import ID_ALLOWED, ID_PATTERN, INSTANT_ALLOWED, INSTANT_PATTERN
from aftercare.domain.errors import BadInput
from aftercare.domain.metadata import Metadata

SOURCE = "aftercare"
Event = dict[str, object]
Shape = Mapping[str, object]


def _text(pattern: str, allowed: str, *, null: bool = False) -> Shape:
    kind: object = ["string", "null"] if null else "string"
    return {"type": kind, "pattern": pattern, "description": allowed + (", or null" if null else "")}


def _one_of(*codes: str) -> Shape:
    return {"type": "string", "enum": list(codes), "description": "one of " + ", ".join(codes)}


# No "@", no "+" and no space: neither an address nor a phone number as we keep it nor words fit.
_LONG_PATTERN: Final = r"^[A-Za-z0-9._:/=~-]{1,200}$"
_LONG_ALLOWED: Final = "1 to 200 characters from A-Z, a-z, 0-9 and . _ : / = ~ -"
_CODE_PATTERN: Final = r"^[a-z][a-z0-9_-]{0,63}$"
_CODE_ALLOWED: Final = "a code in lower case, as too_late"

_ID = _text(ID_PATTERN, ID_ALLOWED)
_ID_OR_NULL = _text(ID_PATTERN, ID_ALLOWED, null=True)
_LONG = _text(_LONG_PATTERN, _LONG_ALLOWED)
_LONG_OR_NULL = _text(_LONG_PATTERN, _LONG_ALLOWED, null=True)
_CODE = _text(_CODE_PATTERN, _CODE_ALLOWED)
_YES_OR_NO: Shape = {"type": "boolean", "description": "true or false"}
_SENT_BY = _one_of("sms", "email")

_TOUCH = {"touch_id": _LONG, "patient_id": _ID}
_ALERT = {"alert_id": _LONG, "patient_id": _ID_OR_NULL}

FIELDS: Mapping[str, Mapping[str, Shape]] = {
    "TouchSent": {
        **_TOUCH,
        "session_id": _ID_OR_NULL,
        "kind": _CODE,
        "channel": _SENT_BY,
        "language": _one_of("en", "es"),
        "revision": _text(r"^[A-Za-z0-9._-]{0,64}$", "the version of the words, or empty if not known"),
    },
    "TouchNotSent": {**_TOUCH, "session_id": _ID_OR_NULL, "kind": _CODE, "reason": _CODE},
    "MessageDelivered": {**_TOUCH, "channel": _SENT_BY},
    "MessageFailed": {**_TOUCH, "channel": _SENT_BY, "reason": _CODE},
    "ReplyReceived": {
        "reply_id": _LONG,
        "patient_id": _ID_OR_NULL,
        "touch_id": _LONG_OR_NULL,
        "channel": _one_of("sms", "email", "form"),
        "understood": _CODE,
    },
    "MeasureScored": {
        "measure_id": _LONG,
        "patient_id": _ID,
        "touch_id": _LONG_OR_NULL,
        "code": _CODE,
        "total": {"type": ["integer", "null"], "description": "the scale's points, or null"},
        "complete": _YES_OR_NO,
        "prorated": _YES_OR_NO,
    },
    "ConsentChanged": {
        "patient_id": _ID,
        "channel": _SENT_BY,
        "purpose": _one_of("care", "education"),
        "agreed": _YES_OR_NO,
    },
    "AlertRaised": {**_ALERT, "tier": _one_of("red", "amber"), "reason": _CODE},
    "AlertAcknowledged": _ALERT,
    "AlertEscalated": {
        **_ALERT,
        "step": {"type": "integer", "minimum": 0, "description": "the page's place in the ladder, from 0"},
    },
    "AlertResolved": {**_ALERT, "disposition": _CODE},
}
_METADATA: Mapping[str, Shape] = {
    "event_id": _LONG,
    "version": _one_of("1"),
    "occurred_at": _text(INSTANT_PATTERN, INSTANT_ALLOWED),
    "clinic_id": _ID,
}


def fitting(name: str) -> str:
    """Return an id given by a carrier or a sender as it is, or its hash when it may not be published so."""
    if re.fullmatch(_LONG_PATTERN.removesuffix("$"), name):
        return name
    return "h-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def put(detail_type: str, metadata: Metadata, said: Mapping[str, object]) -> Event:
    """Return the event as it is put on the bus.

    Raises:
        BadInput: A field is missing, is not one of this event's, or is no id or code.
    """
    about: dict[str, object] = {
        "event_id": fitting(metadata.event_id),
        "version": "1",
        "occurred_at": metadata.occurred_at.astimezone(UTC).isoformat(),
        "clinic_id": metadata.clinic_id,
    }
    _check(about, _METADATA, "detail.metadata")
    _check(said, FIELDS[detail_type], "detail")
    # Codes come as members of enumerations; the bus gets plain text.
    plain = {name: str(found) if isinstance(found, str) else found for name, found in said.items()}
    return {"source": SOURCE, "detail-type": detail_type, "detail": {"metadata": about, **plain}}


def schema(detail_type: str) -> dict[str, object]:
    """Return the JSON Schema of one event's detail, in words that draft-04 knows."""
    fields = {"metadata": _object(_METADATA, "which event it is, when it happened and in which clinic")}
    return _object({**fields, **FIELDS[detail_type]}, f"The detail of {detail_type}, a JSON object.")


def _object(fields: Mapping[str, Shape], description: str) -> dict[str, object]:
    return {
        "description": description,
        "type": "object",
        "properties": {name: dict(shape) for name, shape in fields.items()},
        "required": list(fields),
    }


def _check(said: Mapping[str, object], fields: Mapping[str, Shape], root: str) -> None:
    for name in dict.fromkeys((*fields, *said)):
        shape = fields.get(name)
        if shape is None or name not in said or not _fits(said[name], shape):
            allowed = str(shape["description"]) if shape else "one of " + ", ".join(fields)
            raise BadInput(f"{root}.{name}", said.get(name), allowed)


def _fits(found: object, shape: Shape) -> bool:
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if found is None:
        return "null" in kinds
    if isinstance(found, bool):
        return "boolean" in kinds
    if isinstance(found, int):
        least = shape.get("minimum")
        return "integer" in kinds and (not isinstance(least, int) or found >= least)
    if not isinstance(found, str) or "string" not in kinds:
        return False
    codes, pattern = shape.get("enum"), shape.get("pattern")
    if isinstance(codes, list):
        return found in codes
    return isinstance(pattern, str) and re.fullmatch(pattern.removesuffix("$"), found) is not None
