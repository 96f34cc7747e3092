"""What happens in the courses that the bench plays: invented patients in step, from enrolment to the end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aftercare.domain.clinic import Clinic
from infra.local.rehearsal import read_clinic

Json = dict[str, Any]
CLINIC_FILE = Path(__file__).parent / "examples" / "clinic.toml"
CLINIC_ID = "riverside"
SOURCE = "ehr.riverside"
ENROLLED_AT = datetime(2026, 11, 16, 15, 10, tzinfo=UTC)
FIRST_STARTS_AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 11:00 in New York
# Two infusions a week for three weeks (ELEKT-D 2023), as the induction protocol plans for.
SESSION_DAYS = (0, 3, 7, 10, 14, 17)
VISIT = timedelta(minutes=90)
# The fictional numbers +1 202 555 0100 to 0199; in a larger crowd, patients share them.
PHONES = tuple(f"+120255501{number:02d}" for number in range(100))


def sandboxed_clinic() -> Clinic:
    """Return the example clinic, whose unsigned words may go to the bench's patients and nobody else."""
    return replace(read_clinic(CLINIC_FILE), sandbox_numbers=PHONES)


def course_events(patients: int, sessions: int) -> Iterator[tuple[datetime, Json]]:
    """Yield what a booking system says: all enrolled, all sessions ahead, then each as it ends."""
    names = [patient_id(number) for number in range(patients)]
    for number, name in enumerate(names):
        yield ENROLLED_AT, enrolled(name, PHONES[number % len(PHONES)], ENROLLED_AT)
    for name in names:
        for number in range(1, sessions + 1):
            starts_at = FIRST_STARTS_AT + timedelta(days=SESSION_DAYS[number - 1])
            booked_at, ended_at = ENROLLED_AT + timedelta(minutes=1), starts_at + VISIT
            yield booked_at, session_fact("SessionScheduled", name, number, starts_at, booked_at)
            yield ended_at, session_fact("SessionCompleted", name, number, ended_at, ended_at)


def patient_id(number: int) -> str:
    """Return the id of the bench's n-th patient."""
    return f"pat-{number:04d}"


def session_fact(kind: str, patient: str, number: int, at: datetime, occurred_at: datetime) -> Json:
    """Return a SessionScheduled that starts, or a SessionCompleted that ended, at an instant."""
    session = {
        "id": f"{patient}-{number}",
        "patient_id": patient,
        "protocol": "ketamine-iv-induction",
        "course_id": f"course-{patient}",
        "number": number,
        "ended_at" if kind == "SessionCompleted" else "starts_at": at.isoformat(),
    }
    detail = {"metadata": _metadata(f"{kind}-{patient}-{number}", occurred_at), "session": session}
    return {"source": SOURCE, "detail-type": kind, "detail": detail}


def enrolled(patient: str, phone: str, at: datetime) -> Json:
    """Return a PatientEnrolled with every consent to texts, and no mail address."""
    described = {
        "id": patient,
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": phone,
        "accepts_unencrypted": True,
    }
    consents = [_consent(purpose, at - timedelta(minutes=5)) for purpose in ("care", "education")]
    detail = {"metadata": _metadata(f"enrolled-{patient}", at), "patient": described, "consents": consents}
    return {"source": SOURCE, "detail-type": "PatientEnrolled", "detail": detail}


def _consent(purpose: str, given_at: datetime) -> Json:
    return {
        "channel": "sms",
        "purpose": purpose,
        "wording_version": "2026-09",
        "wording": "I agree to get texts from Riverside Clinic. I can stop at any time.",
        "method": "paper",
        "given_at": given_at.isoformat(),
        "recorded_by": "Nurse Dora",
        "expires_on": "2027-11-16",
    }


def _metadata(event_id: str, at: datetime) -> Json:
    return {"event_id": event_id, "version": "1", "occurred_at": at.isoformat(), "clinic_id": CLINIC_ID}
