"""The lines of a transcript, each from what it tells of. Their fields are fixed (DESIGN 2.4)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aftercare.domain import ids as names
from aftercare.domain.segments import segments
from infra.local.carrier import EmailOut, SmsOut
from infra.local.postbag import ids_of

Json = dict[str, Any]


def stamp(at: datetime) -> str:
    """Write an instant as RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def patient_of(part: str | None) -> str | None:
    """Return a patient's id, or None for nobody in particular: ``-``, ``~shared`` and the like."""
    return None if not part or part == "-" or part.startswith("~") else part


def owner_of(pk: str) -> str | None:
    """Return whose an item is by its partition key ``<clinic>#<patient>``; None for nobody's."""
    clinic, _, patient = pk.partition("#")
    return None if clinic.startswith("~") else patient_of(patient)


def ids(touch_id: str | None, patient_id: str | None) -> Json:
    """Return the four fields that every line about a touch has."""
    return {"touch_id": touch_id, "patient_id": patient_id, "session_id": None, "kind": None}


def is_test_page(message: SmsOut | EmailOut) -> bool:
    """Say whether it is the weekly page by which a clinic learns that pages arrive."""
    return names.is_test_page(ids_of(message).get("alert", ""))


def sent_row(message: SmsOut | EmailOut) -> Json:
    """Return the line of something that left: ``sms``, ``email``, or ``page`` when it is for staff."""
    named = ids_of(message)
    at = {"at": stamp(message.at)}
    if "alert" in named and "touch" not in named:
        return {**at, "page": _page(message, named)}
    about = ids(named.get("touch"), patient_of(named.get("patient")))
    if isinstance(message, SmsOut):
        return {**at, "sms": {**_text(message), **about}}
    return {**at, "email": {**_mail(message), **about}}


def _page(message: SmsOut | EmailOut, named: Mapping[str, str]) -> Json:
    text = isinstance(message, SmsOut)
    return {
        "to": message.to,
        "channel": "sms" if text else "email",
        "body": message.body if isinstance(message, SmsOut) else message.text,
        "alert_id": named["alert"],
        "step": int(named["step"]) if named.get("step", "").isdigit() else None,
    }


def _text(sms: SmsOut) -> Json:
    encoding, parts = segments(sms.body)
    return {"to": sms.to, "from": sms.from_, "body": sms.body, "segments": parts, "encoding": encoding}


def _mail(email: EmailOut) -> Json:
    return {
        "to": email.to,
        "from": email.from_,
        "subject": email.subject,
        "text": email.text,
        "html": email.html,
        "headers": dict(email.headers),
    }


def event_row(event: Mapping[str, Any]) -> Json:
    """Return an event as it was put on the bus, without what the bus adds."""
    return {name: event[name] for name in ("source", "detail-type", "detail")}


def task_row(raw: Mapping[str, Any]) -> Json:
    """Return what staff are asked to do."""
    return {"patient_id": patient_of(raw["patient"]), "kind": raw["kind"], "reason": raw["reason"]}


def measure_row(raw: Mapping[str, Any]) -> Json:
    """Return one answered scale."""
    total = int(raw["total"]) if "total" in raw else None
    return {
        "patient_id": owner_of(raw["pk"]),
        "code": raw["code"],
        "total": total,
        "complete": raw["complete"],
    }


def alert_row(raw: Mapping[str, Any]) -> Json:
    """Return an alert as it stands."""
    return {
        "id": raw["sk"].partition("#")[2],
        "patient_id": owner_of(raw["pk"]),
        "tier": raw["tier"],
        "reason": raw["reason"],
        "state": raw["state"],
    }
