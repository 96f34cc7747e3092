"""Kind people, one clinic and the facts about them, built by plain functions that say what differs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from aftercare.domain.clinic import Clinic, OnCall, SignOff
from aftercare.domain.consent import ALL_KEYS, Channel, Consent, ConsentKey, Purpose, Standing
from aftercare.domain.decide import Library
from aftercare.domain.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    Metadata,
    PatientChanged,
    PatientClosed,
    PatientEnrolled,
    SessionCancelled,
    SessionCompleted,
    SessionMoved,
    SessionScheduled,
)
from aftercare.domain.followup import Followup, Notice, Session, Status
from aftercare.domain.ids import ClinicId, CourseId, PatientId, ProtocolId, SessionId, TouchId
from aftercare.domain.patient import Contact, Patient
from aftercare.domain.protocol import LIBRARY, Kind
from aftercare.domain.touch import Touch
from aftercare.domain.words import Words

NEW_YORK = "America/New_York"
ADA = PatientId("pat-ada")
BEN = PatientId("pat-ben")
ADAS_PHONE, BENS_PHONE = "+12025550147", "+12025550163"
ADAS_MAIL = "ada@example.org"
HUDSON = ClinicId("hudson")
CLINIC_NUMBER = "+12125550101"
IV = ProtocolId("ketamine-iv-induction")
COURSE = CourseId("course-1")
SMS_CARE: ConsentKey = (Channel.SMS, Purpose.CARE)
SMS_EDUCATION: ConsentKey = (Channel.SMS, Purpose.EDUCATION)
EMAIL_CARE: ConsentKey = (Channel.EMAIL, Purpose.CARE)
EMAIL_EDUCATION: ConsentKey = (Channel.EMAIL, Purpose.EDUCATION)
BASE_URL = "https://care.example"

EVENTS = Path(__file__).parent / "events"


def utc(text: str) -> datetime:
    """Read ``2026-11-23 11:00`` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def eastern(text: str, offset_hours: int = -5) -> datetime:
    """Read ``2026-11-23 11:00`` as a wall time in New York, by default in winter; return it in UTC."""
    return utc(text) - timedelta(hours=offset_hours)


ENROLLED_AT = eastern("2026-11-16 10:05")
# A Tuesday, and a decent hour in New York.
NOON = eastern("2026-11-24 12:00")


def event(name: str) -> dict[str, Any]:
    """Return one of the recorded events in tests/events."""
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


# ---- the clinic and its words


def a_clinic(**changes: Any) -> Clinic:
    """Return a signed clinic in New York with the default window and caps."""
    clinic = Clinic(
        id=HUDSON,
        name="Hudson Wellness Clinic",
        sms_name="Hudson Clinic",
        time_zone=NEW_YORK,
        country="US",
        phone="+12125550102",
        sms_number=CLINIC_NUMBER,
        email_from="care@hudson.example.org",
        postal_address="1 River Street, New York, NY 10001",
        languages=("en", "es"),
        opens=time(8, 30),
        closes=time(17, 30),
        on_call=(OnCall("nurse", "Dora", phone="+12125550103"),),
        content_review=SignOff("Dr. Carmen", date(2026, 11, 1)),
    )
    return replace(clinic, **changes)


def some_words(id_: str, **changes: Any) -> Words:
    """Return words that need no value but the clinic's name."""
    words = Words(
        id=id_,
        language="en",
        sms="{clinic}: How are you?",
        subject="A note from {clinic}",
        email="Hello from {clinic}.",
        sources=("the clinic",),
        review_by=date(2030, 1, 1),
        revision="0a1b2c3d",
        topic=id_ if id_.startswith("E") else "",
    )
    return replace(words, **changes)


def a_library(*words: Words, topics: tuple[str, ...] = ("E1", "E2"), base_url: str = BASE_URL) -> Library:
    """Return a library of plain words for every id in use; ``words`` replace those of the same id."""
    ids = (
        *("opt_in", "opt_out", "help", "reminder_72h", "reminder_24h", "moved", "discharge", "evening"),
        *("day1", "day3", "week1", "weekly", "form", "form_baseline", "form_review", *topics),
    )
    known = {id_: some_words(id_) for id_ in ids}
    return Library({**known, **{w.id: w for w in words}}, topics, base_url)


# ---- the patient


def a_patient(**changes: Any) -> Patient:
    """Return Ada, who reads English in New York and has a phone and a mail address."""
    ada = Patient(
        id=ADA,
        given_name="Ada",
        birth_date=date(1990, 1, 31),
        language="en",
        time_zone=NEW_YORK,
        country="US",
        accepts_unencrypted=True,
        phone=ADAS_PHONE,
        email=ADAS_MAIL,
    )
    return replace(ada, **changes)


def yes(
    at: datetime | None = ENROLLED_AT, no_at: datetime | None = None, expires_on: date | None = None
) -> Standing:
    """Return where a consent stands that was given and stated at ``at`` and withdrawn at ``no_at``."""
    return Standing(given_at=at, stated_at=at, withdrawn_at=no_at, expires_on=expires_on)


def agreed(*keys: ConsentKey, at: datetime = ENROLLED_AT) -> dict[ConsentKey, Standing]:
    """Return standings in which each of ``keys`` was given."""
    return {key: yes(at) for key in keys}


def a_followup(*sessions: Session, contact: Mapping[str, Any] | None = None, **changes: Any) -> Followup:
    """Return Ada's follow-up with every consent and her opt-in text sent; ``contact`` changes hers."""
    ada = {
        "language": "en",
        "time_zone": NEW_YORK,
        "accepts_unencrypted": True,
        "phone": ADAS_PHONE,
        "email": ADAS_MAIL,
    }
    followup = Followup(
        clinic_id=HUDSON,
        patient_id=ADA,
        contact=Contact(**{**ada, **(contact or {})}),
        standings=agreed(*ALL_KEYS),
        enrolled_at=ENROLLED_AT,
        opted_in_at=ENROLLED_AT,
        sessions={session.id: session for session in sessions},
    )
    return replace(followup, **changes)


def scheduled(starts_at: datetime, number: int = 1, **changes: Any) -> Session:
    """Return a session that is still to come."""
    session = Session(
        id=SessionId(f"ses-{number}"),
        protocol=IV,
        course_id=COURSE,
        number=number,
        status=Status.SCHEDULED,
        as_of=ENROLLED_AT,
        starts_at=starts_at,
    )
    return replace(session, **changes)


def completed(left_at: datetime, number: int = 1, **changes: Any) -> Session:
    """Return a session the patient left at ``left_at``, an hour and a half after it started."""
    done = {"status": Status.COMPLETED, "ended_at": left_at - timedelta(minutes=15), "discharged_at": left_at}
    start = left_at - timedelta(minutes=90)
    return replace(scheduled(start, number), **{**done, "as_of": left_at, **changes})


# ---- what other systems tell us


def metadata(event_id: str, occurred_at: datetime) -> Metadata:
    return Metadata(event_id, occurred_at, HUDSON)


def a_consent(key: ConsentKey = SMS_CARE, at: datetime = ENROLLED_AT, **changes: Any) -> Consent:
    """Return one yes, on paper."""
    consent = Consent(key[0], key[1], "2026-09", "I agree to get messages.", "paper", at, "Nurse Dora")
    return replace(consent, **changes)


def enrolled(
    *consents: Consent, at: datetime = ENROLLED_AT, event_id: str = "evt-enrol", **patient: Any
) -> PatientEnrolled:
    return PatientEnrolled(metadata(event_id, at), a_patient(**patient), consents)


def changed(at: datetime, event_id: str = "evt-change", **changes: Any) -> PatientChanged:
    return PatientChanged(metadata(event_id, at), ADA, changes)


def closed(at: datetime, reason: str = "discharged", event_id: str = "evt-close") -> PatientClosed:
    return PatientClosed(metadata(event_id, at), ADA, reason)


def consented(consent: Consent, event_id: str = "evt-yes") -> ConsentGiven:
    return ConsentGiven(metadata(event_id, consent.given_at), ADA, consent)


def withdrew(at: datetime, *keys: ConsentKey, event_id: str = "evt-no") -> ConsentWithdrawn:
    return ConsentWithdrawn(metadata(event_id, at), ADA, keys, at, "Front desk")


def booked(
    starts_at: datetime, at: datetime = ENROLLED_AT, number: int = 1, event_id: str = "evt-book"
) -> SessionScheduled:
    session_id = SessionId(f"ses-{number}")
    return SessionScheduled(metadata(event_id, at), ADA, session_id, IV, COURSE, number, starts_at)


def moved(starts_at: datetime, at: datetime, number: int = 1, event_id: str = "evt-move") -> SessionMoved:
    return SessionMoved(metadata(event_id, at), ADA, SessionId(f"ses-{number}"), starts_at)


def cancelled(at: datetime, number: int = 1, event_id: str = "evt-cancel") -> SessionCancelled:
    return SessionCancelled(metadata(event_id, at), ADA, SessionId(f"ses-{number}"))


def finished(
    ended_at: datetime, at: datetime | None = None, number: int = 1, event_id: str = "evt-done"
) -> SessionCompleted:
    """Return a session that ended at ``ended_at``, told at ``at`` (then, unless given)."""
    return SessionCompleted(
        metadata(event_id, at or ended_at), ADA, SessionId(f"ses-{number}"), IV, COURSE, number, ended_at
    )


# ---- what is due


def a_touch(kind: Kind = Kind.CHECK_IN, due_at: datetime = NOON, **changes: Any) -> Touch:
    """Return a touch of session 1, due now and worth sending for a day; its words are called ``day1``."""
    touch = Touch(
        id=TouchId("ses-1.day1"),
        session_id=SessionId("ses-1"),
        key="day1",
        kind=kind,
        purpose=Purpose.EDUCATION if kind is Kind.EDUCATION else Purpose.CARE,
        words=LIBRARY if kind is Kind.EDUCATION else "day1",
        due_at=due_at,
        too_late_at=due_at + timedelta(days=1),
    )
    return replace(touch, **changes)


def a_notice(kind: Kind, due_at: datetime = NOON, **changes: Any) -> Notice:
    """Return something owed to Ada outside of any session."""
    return replace(Notice(TouchId(f"{ADA}.{kind.value}.1"), kind, due_at), **changes)


def owing(*notices: Notice, **changes: Any) -> Followup:
    """Return Ada's follow-up when only ``notices`` are owed to her."""
    return a_followup(notices={notice.id: notice for notice in notices}, **changes)
