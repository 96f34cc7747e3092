"""A clinic as we store it: plain JSON. Standard library only, because it is read before every send."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from aftercare.domain.clinic import Clinic, OnCall, SignOff, SmsCaps, StepOverride
from aftercare.domain.duration import duration_text, parse_duration
from aftercare.domain.ids import ClinicId, ProtocolId


def clinic_to_json(clinic: Clinic) -> dict[str, Any]:
    """Return ``clinic`` as a JSON object with the keys of the clinic file, times and days in ISO form."""
    return {
        "id": clinic.id,
        "name": clinic.name,
        "sms_name": clinic.sms_name,
        "time_zone": clinic.time_zone,
        "country": clinic.country,
        "phone": clinic.phone,
        "sms_number": clinic.sms_number,
        "email_from": clinic.email_from,
        "postal_address": clinic.postal_address,
        "languages": list(clinic.languages),
        "opens": clinic.opens.isoformat("minutes"),
        "closes": clinic.closes.isoformat("minutes"),
        "send_from": clinic.send_from.isoformat("minutes"),
        "send_until": clinic.send_until.isoformat("minutes"),
        "sms_caps": {"per_day": clinic.sms_caps.per_day, "per_week": clinic.sms_caps.per_week},
        "on_call": [_on_call_to_json(person) for person in clinic.on_call],
        "not_monitored_statement": _sign_off_to_json(clinic.not_monitored_statement),
        "content_review": _sign_off_to_json(clinic.content_review),
        "sandbox_numbers": list(clinic.sandbox_numbers),
        "protocols": {
            protocol: {"steps": {step: _override_to_json(override) for step, override in steps.items()}}
            for protocol, steps in clinic.overrides.items()
        },
    }


def clinic_from_json(stored: Mapping[str, Any]) -> Clinic:
    """Return the clinic that ``clinic_to_json`` wrote."""
    return Clinic(
        id=ClinicId(stored["id"]),
        name=stored["name"],
        sms_name=stored["sms_name"],
        time_zone=stored["time_zone"],
        country=stored["country"],
        phone=stored["phone"],
        sms_number=stored["sms_number"],
        email_from=stored["email_from"],
        postal_address=stored["postal_address"],
        languages=tuple(stored["languages"]),
        opens=time.fromisoformat(stored["opens"]),
        closes=time.fromisoformat(stored["closes"]),
        send_from=time.fromisoformat(stored["send_from"]),
        send_until=time.fromisoformat(stored["send_until"]),
        sms_caps=SmsCaps(int(stored["sms_caps"]["per_day"]), int(stored["sms_caps"]["per_week"])),
        on_call=tuple(_on_call(person) for person in stored["on_call"]),
        not_monitored_statement=_sign_off(stored["not_monitored_statement"]),
        content_review=_sign_off(stored["content_review"]),
        sandbox_numbers=tuple(stored["sandbox_numbers"]),
        overrides={
            ProtocolId(protocol): {step: _override(found) for step, found in table["steps"].items()}
            for protocol, table in stored["protocols"].items()
        },
    )


def _time_to_json(at: time | None) -> str | None:
    return at.isoformat("minutes") if at is not None else None


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text is not None else None


def _sign_off_to_json(found: SignOff | None) -> dict[str, str] | None:
    return {"signed_by": found.signed_by, "signed_on": found.signed_on.isoformat()} if found else None


def _sign_off(stored: Mapping[str, str] | None) -> SignOff | None:
    return SignOff(stored["signed_by"], date.fromisoformat(stored["signed_on"])) if stored else None


def _on_call_to_json(person: OnCall) -> dict[str, str | None]:
    return {
        "role": person.role,
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
        "from": _time_to_json(person.from_),
        "until": _time_to_json(person.until),
    }


def _on_call(stored: Mapping[str, Any]) -> OnCall:
    return OnCall(
        role=stored["role"],
        name=stored["name"],
        phone=stored["phone"],
        email=stored["email"],
        from_=_time(stored["from"]),
        until=_time(stored["until"]),
    )


def _override_to_json(override: StepOverride) -> dict[str, Any]:
    return {
        "off": override.off,
        "at": _time_to_json(override.at),
        "days": override.days,
        "after": duration_text(override.after) if override.after is not None else None,
        "before": duration_text(override.before) if override.before is not None else None,
    }


def _override(stored: Mapping[str, Any]) -> StepOverride:
    return StepOverride(
        off=stored["off"],
        at=_time(stored["at"]),
        # An integer may come back from DynamoDB as a Decimal.
        days=int(stored["days"]) if stored["days"] is not None else None,
        after=parse_duration(stored["after"]) if stored["after"] is not None else None,
        before=parse_duration(stored["before"]) if stored["before"] is not None else None,
    )
