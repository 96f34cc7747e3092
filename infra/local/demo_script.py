"""What happens at the demo clinic whether or not anybody answers: enrolments, visits, and what people write.

Lines of a rehearsal's script, in order of time.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from infra.local.demo_course import chance
from infra.local.demo_people import CLINIC_ID, CLINIC_NUMBER, NOW, PEOPLE, DemoPerson, Turn
from infra.local.script import Line

# A session by infusion or injection with the rest in the chair; the spray's watch is two hours (label).
_SESSION, _REST, _WATCH = timedelta(minutes=60), timedelta(minutes=30), timedelta(minutes=120)
# The clinic's own system sends its booking, and that a visit is over, a little later.
_TYPED_IN = timedelta(minutes=1)
_WORDING = {
    "en": (
        "I agree to get health texts from Riverside Clinic. I can stop at any time.",
        "I agree to get mails that explain my treatment. I can stop at any time.",
    ),
    "es": (
        "Acepto recibir textos de salud de Riverside Clinic. Puedo parar cuando quiera.",
        "Acepto recibir correos que explican mi tratamiento. Puedo parar cuando quiera.",
    ),
}


def demo_lines() -> list[Line]:
    """Return every line, numbered, in the order in which it happens."""
    lines = [line for person in PEOPLE.values() for line in _of(person)]
    lines.sort(key=lambda line: line.at)
    return [Line(number, one.at, one.kind, one.what) for number, one in enumerate(lines, start=1)]


def _of(person: DemoPerson) -> Iterator[Line]:
    yield _enrolled(person)
    for number in person.visits:
        yield from _visit(person, number)
    yield from _said(person)


def _event(person: DemoPerson, at: datetime, name: str, about: str, detail: Mapping[str, Any]) -> Line:
    metadata = {
        "event_id": f"evt-{person.id}-{about}",
        "version": "1",
        "occurred_at": at.isoformat(),
        "clinic_id": CLINIC_ID,
    }
    event = {"source": "ehr.riverside", "detail-type": name, "detail": {"metadata": metadata, **detail}}
    return Line(0, at, "event", event)


def _enrolled(person: DemoPerson) -> Line:
    at = person.enrolled_at
    care, education = _WORDING[person.language]
    asked = [("sms", "care", care)]
    asked.append(("email", "education", education) if person.by_mail else ("sms", "education", education))
    consents = [
        {
            "channel": channel,
            "purpose": purpose,
            "wording_version": "2026-08",
            "wording": wording,
            "method": "paper",
            "given_at": (at - timedelta(minutes=6)).isoformat(),
            "recorded_by": "Nora, nurse",
        }
        for channel, purpose, wording in asked
    ]
    patient = {
        "id": person.id,
        "given_name": person.name,
        "birth_date": person.born_on.isoformat(),
        "language": person.language,
        "time_zone": person.zone.key,
        "country": "US",
        "phone": person.phone,
        "email": person.email,
        "accepts_unencrypted": True,
    }
    return _event(person, at, "PatientEnrolled", "enrolled", {"patient": patient, "consents": consents})


def _session(person: DemoPerson, number: int, **instants: datetime) -> dict[str, Any]:
    named = {
        "id": f"ses-{person.number:02d}-{number}",
        "patient_id": person.id,
        "protocol": person.protocol,
        "course_id": f"course-{person.number:02d}",
        "number": number,
    }
    return {"session": {**named, **{name: at.isoformat() for name, at in instants.items()}}}


def _visit(person: DemoPerson, number: int) -> Iterator[Line]:
    starts_at = person.starts_at(number)
    booked_at = person.enrolled_at + timedelta(minutes=12, seconds=number)
    detail = _session(person, number, starts_at=starts_at)
    yield _event(person, booked_at, "SessionScheduled", f"{number}-scheduled", detail)
    if person.misses(number):
        at = starts_at - timedelta(hours=20)
        gone = {"session_id": detail["session"]["id"], "patient_id": person.id, "reason": "cold"}
        yield _event(person, at, "SessionCancelled", f"{number}-cancelled", gone)
        return
    watch = _WATCH if person.protocol == "esketamine-nasal" else _SESSION
    late = timedelta(minutes=chance(person.id, number, "late") % 12)
    ended_at = starts_at + watch + late
    left_at = ended_at + (timedelta() if watch is _WATCH else _REST)
    over = _session(person, number, ended_at=ended_at, discharged_at=left_at)
    yield _event(person, left_at + _TYPED_IN, "SessionCompleted", f"{number}-completed", over)


# ---- what they write of their own accord, counted from their first visit's start or from now

_SAID: Mapping[Turn, tuple[tuple[timedelta, str], ...]] = {
    Turn.TALKS: (
        (timedelta(days=15, hours=5), "¿Puedo tomar mi medicina de la noche?"),
        (timedelta(days=15, hours=6), "Gracias, así lo haré."),
    ),
    Turn.STOPS: ((timedelta(days=26, hours=3), "Please stop texting me"),),
    Turn.WRONG_NUMBER: ((timedelta(days=9, hours=4), "Wrong number"),),
    Turn.RED_BEFORE: ((timedelta(days=22, hours=11), "I don't want to be here anymore"),),
}
_SAID_LATELY: Mapping[str, tuple[tuple[timedelta, str], ...]] = {
    "Iris": ((timedelta(minutes=7, seconds=30), "I can't do this any more. I want to die"),),
    "Cleo": ((timedelta(hours=14, minutes=20), "Can I have my visit in the afternoon next time?"),),
    "Kim": ((timedelta(minutes=31), "Is it ok to have coffee before I come in?"),),
    "Leo": ((timedelta(hours=1, minutes=12), "Thank you for Friday. My sister drove me home."),),
    "Gloria": ((timedelta(days=4, hours=1), "ALTO"),),
    "Frank": ((timedelta(hours=13, minutes=35), "1, nothing feels worth it this week"),),
    "Bella": ((timedelta(hours=15, minutes=10), "It still burns when I pee"),),
}
# What staff wrote back: a conversation between people, during which no automated text goes out.
_WRITTEN: Mapping[Turn, tuple[tuple[timedelta, str], ...]] = {
    Turn.TALKS: (
        (timedelta(days=15, hours=5, minutes=24), "Sí, tómela como siempre. Llame si algo cambia. Nora"),
    ),
}


def _said(person: DemoPerson) -> Iterator[Line]:
    first = person.starts_at(1)
    told = [(first + after, body) for after, body in _SAID.get(person.turn, ())] if person.turn else []
    told += [(NOW - before, body) for before, body in _SAID_LATELY.get(person.name, ())]
    for number, (at, body) in enumerate(told, start=1):
        what = {"from": person.phone, "to": CLINIC_NUMBER, "body": body, "id": f"said-{person.id}-{number}"}
        yield Line(0, at, "sms", what)
    for after, text in _WRITTEN.get(person.turn, ()) if person.turn else ():
        yield Line(0, first + after, "write", {"patient_id": person.id, "by": "nora", "text": text})
