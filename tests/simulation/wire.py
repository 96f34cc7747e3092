"""The facts as other systems put them on the bus, and the texts as a carrier delivers them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from aftercare.contracts.inbound_sms import InboundSms

Event = Mapping[str, Any]

CLINIC = "hudson"
CLINIC_NUMBER = "+12125550199"
ADA = "pat-ada"
ADAS_PHONE, ADAS_NEW_PHONE = "+12025550147", "+12025550163"
ADAS_MAIL, ADAS_NEW_MAIL = "ada@example.org", "ada.new@example.org"
COURSE = "course-1"


def event(detail_type: str, event_id: str, occurred_at: datetime, **detail: Any) -> Event:
    """Wrap one fact in its envelope."""
    metadata = {
        "event_id": event_id,
        "version": "1",
        "occurred_at": occurred_at.isoformat(),
        "clinic_id": CLINIC,
    }
    return {"source": "ehr", "detail-type": detail_type, "detail": {"metadata": metadata, **detail}}


def consent(channel: str, purpose: str, given_at: datetime, expires_on: date | None = None) -> dict[str, Any]:
    """Return one consent as it stands in an event."""
    given = {
        "channel": channel,
        "purpose": purpose,
        "wording_version": "2026-09",
        "wording": f"I agree to {purpose} messages by {channel}.",
        "method": "paper",
        "given_at": given_at.isoformat(),
        "recorded_by": "Nurse Dora",
    }
    return given | ({"expires_on": expires_on.isoformat()} if expires_on else {})


def enrolled(event_id: str, at: datetime, consents: Sequence[Mapping[str, Any]], **differs: Any) -> Event:
    """Enrol Ada; what is named ``differs`` from her usual facts (``None`` leaves a field out)."""
    patient = {
        "id": ADA,
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": ADAS_PHONE,
        "email": ADAS_MAIL,
        "accepts_unencrypted": True,
        **differs,
    }
    patient = {name: value for name, value in patient.items() if value is not None}
    return event("PatientEnrolled", event_id, at, patient=patient, consents=list(consents))


def changed(event_id: str, at: datetime, patient: str = ADA, **changes: Any) -> Event:
    return event("PatientChanged", event_id, at, patient_id=patient, changes=changes)


def closed(event_id: str, at: datetime, reason: str = "discharged", patient: str = ADA) -> Event:
    return event("PatientClosed", event_id, at, patient_id=patient, reason=reason)


def gave(event_id: str, at: datetime, given: Mapping[str, Any], patient: str = ADA) -> Event:
    return event("ConsentGiven", event_id, at, patient_id=patient, consent=dict(given))


def withdrew(
    event_id: str, at: datetime, channel: str = "all", purpose: str = "all", patient: str = ADA
) -> Event:
    said = {"withdrawn_at": at.isoformat(), "recorded_by": "Front desk"}
    return event(
        "ConsentWithdrawn", event_id, at, patient_id=patient, channel=channel, purpose=purpose, **said
    )


def _session(session: str, protocol: str, number: int, patient: str) -> dict[str, Any]:
    return {
        "id": session,
        "patient_id": patient,
        "protocol": protocol,
        "course_id": COURSE,
        "number": number,
    }


def scheduled(
    event_id: str,
    at: datetime,
    session: str,
    starts_at: datetime,
    protocol: str = "ketamine-iv-induction",
    number: int = 1,
    patient: str = ADA,
) -> Event:
    body = _session(session, protocol, number, patient) | {"starts_at": starts_at.isoformat()}
    return event("SessionScheduled", event_id, at, session=body)


def moved(event_id: str, at: datetime, session: str, starts_at: datetime, patient: str = ADA) -> Event:
    return event(
        "SessionMoved",
        event_id,
        at,
        session_id=session,
        patient_id=patient,
        starts_at=starts_at.isoformat(),
    )


def cancelled(event_id: str, at: datetime, session: str, patient: str = ADA) -> Event:
    return event("SessionCancelled", event_id, at, session_id=session, patient_id=patient)


def completed(
    event_id: str,
    at: datetime,
    session: str,
    ended_at: datetime,
    discharged_at: datetime | None = None,
    protocol: str = "ketamine-iv-induction",
    number: int = 1,
    patient: str = ADA,
) -> Event:
    body = _session(session, protocol, number, patient) | {"ended_at": ended_at.isoformat()}
    if discharged_at is not None:
        body["discharged_at"] = discharged_at.isoformat()
    return event("SessionCompleted", event_id, at, session=body)


def text(text_id: str, at: datetime, body: str, phone: str = ADAS_PHONE) -> InboundSms:
    """Return a text from a patient to the clinic's number."""
    return InboundSms(text_id, phone, CLINIC_NUMBER, body, at)
