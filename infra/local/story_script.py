"""What happens in the story: three invented people, a course each, and the four weeks after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.script import Line

CLINIC_ID, CLINIC_NUMBER = "riverside", "+12025550199"
NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
# A session by infusion or injection, and the rest in the chair after it.
SESSION, REST = timedelta(minutes=60), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the story is about. All are invented, and so are their numbers."""

    id: str
    name: str
    town: str
    zone: ZoneInfo
    language: str
    born: str
    phone: str
    email: str
    protocol: str
    visits: tuple[str, ...]


ADA = Person(
    "pat-ada",
    "Ada",
    "New York",
    NEW_YORK,
    "en",
    "1990-01-31",
    "+12025550110",
    "ada@example.org",
    "ketamine-iv-induction",
    tuple(f"2026-11-{day:02d}T11:00" for day in (9, 12, 16, 19, 23, 27)),
)
BEN = Person(
    "pat-ben",
    "Ben",
    "New York",
    NEW_YORK,
    "en",
    "1984-06-02",
    "+12025550111",
    "ben@example.org",
    "ketamine-iv-induction",
    tuple(f"2026-11-{day:02d}T14:00" for day in (10, 13, 17, 20, 24, 30)),
)
CARMEN = Person(
    "pat-carmen",
    "Carmen",
    "Los Angeles",
    LOS_ANGELES,
    "es",
    "1977-09-15",
    "+12025550112",
    "carmen@example.org",
    "ketamine-im-induction",
    tuple(f"2026-11-{day:02d}T10:30" for day in (9, 12, 16, 19, 23, 27)),
)
PEOPLE: Mapping[str, Person] = {person.id: person for person in (ADA, BEN, CARMEN)}
ENDS_AT = datetime(2026, 12, 29, 12, tzinfo=NEW_YORK)


@dataclass(frozen=True, slots=True)
class Beat:
    """One line of the script, and how the story tells it.

    ``caption`` is empty when a neighbour's caption speaks for this line too; ``again`` marks an event
    that was delivered before.
    """

    line: Line
    person: Person
    caption: str
    again: bool = False


def beats() -> list[Beat]:
    """Return the whole story in the order in which it happens."""
    told = [beat for person in PEOPLE.values() for beat in (*_enrolled(person), *_visits(person))]
    told += [*_moved(), *_delivered_twice(), *_texts()]
    told.sort(key=lambda beat: beat.line.at)
    return told


def _beat(
    person: Person, at: datetime, kind: str, what: Mapping[str, Any], caption: str, again: bool = False
) -> Beat:
    return Beat(Line(0, at, kind, what), person, caption, again)


def _event(
    person: Person, at: datetime, name: str, event_id: str, detail: Mapping[str, Any], caption: str
) -> Beat:
    metadata = {
        "event_id": event_id,
        "version": "1",
        "occurred_at": at.isoformat(),
        "clinic_id": CLINIC_ID,
    }
    event = {"source": "ehr.riverside", "detail-type": name, "detail": {"metadata": metadata, **detail}}
    return _beat(person, at, "event", event, caption)


def _local(text: str, person: Person) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=person.zone)


# ---- enrolling

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


def _enrolled(person: Person) -> Iterator[Beat]:
    at = _local("2026-11-02T10:10", person) + timedelta(minutes=7 * list(PEOPLE).index(person.id))
    given_at = (at - timedelta(minutes=4)).isoformat()
    care, education = _WORDING[person.language]
    consents = [
        {
            "channel": channel,
            "purpose": purpose,
            "wording_version": "2026-11",
            "wording": wording,
            "method": "paper",
            "given_at": given_at,
            "recorded_by": "Nora, nurse",
        }
        for channel, purpose, wording in (("sms", "care", care), ("email", "education", education))
    ]
    patient = {
        "id": person.id,
        "given_name": person.name,
        "birth_date": person.born,
        "language": person.language,
        "time_zone": person.zone.key,
        "country": "US",
        "phone": person.phone,
        "email": person.email,
        "accepts_unencrypted": True,
    }
    spoken = "Spanish" if person.language == "es" else "English"
    caption = f"{person.name} signs up, in {spoken}: texts about care, and mails that explain it."
    detail = {"patient": patient, "consents": consents}
    yield _event(person, at, "PatientEnrolled", f"evt-{person.id}-enrolled", detail, caption)


# ---- sessions


def _session(person: Person, number: int, **more: datetime) -> dict[str, Any]:
    named = {
        "id": f"ses-{person.name.lower()}-{number}",
        "patient_id": person.id,
        "protocol": person.protocol,
        "course_id": f"course-{person.name.lower()}",
        "number": number,
    }
    return {"session": {**named, **{name: at.isoformat() for name, at in more.items()}}}


MOVED_TO = _local("2026-11-12T16:00", ADA)
MOVED_NUMBER = 2


def _took_place(person: Person, number: int) -> datetime:
    moved = person is ADA and number == MOVED_NUMBER
    return MOVED_TO if moved else _local(person.visits[number - 1], person)


def _completed(person: Person, number: int) -> Beat:
    starts_at = _took_place(person, number)
    ended_at, left_at = starts_at + SESSION, starts_at + SESSION + REST
    detail = _session(person, number, ended_at=ended_at, discharged_at=left_at)
    event_id = f"evt-{person.id}-{number}-completed"
    caption = f"{person.name} goes home after visit {number} of {len(person.visits)}."
    return _event(person, left_at + timedelta(minutes=1), "SessionCompleted", event_id, detail, caption)


def _visits(person: Person) -> Iterator[Beat]:
    booked_at = _local("2026-11-02T11:00", person) + timedelta(minutes=list(PEOPLE).index(person.id))
    first = _local(person.visits[0], person)
    day = f"{first:%B} {first.day}"
    caption = f"The front desk books {person.name}'s {len(person.visits)} visits, the first on {day}."
    for number, visit in enumerate(person.visits, start=1):
        detail = _session(person, number, starts_at=_local(visit, person))
        event_id = f"evt-{person.id}-{number}-scheduled"
        yield _event(person, booked_at, "SessionScheduled", event_id, detail, caption if number == 1 else "")
        yield _completed(person, number)


def _moved() -> Iterator[Beat]:
    at = _local("2026-11-11T13:20", ADA)
    detail = {
        "session_id": f"ses-ada-{MOVED_NUMBER}",
        "patient_id": ADA.id,
        "starts_at": MOVED_TO.isoformat(),
    }
    caption = "A nurse is ill: the front desk moves Ada's second visit to 4:00 PM tomorrow."
    yield _event(ADA, at, "SessionMoved", f"evt-pat-ada-{MOVED_NUMBER}-moved", detail, caption)


def _delivered_twice() -> Iterator[Beat]:
    first = _completed(ADA, 1)
    at = first.line.at + timedelta(minutes=9)
    caption = "The record system sends the same event a second time: Ada's first visit is over."
    yield _beat(ADA, at, "event", first.line.what, caption, again=True)


# ---- what they write

_TEXTS = (
    (ADA, "2026-11-09T12:40", "4"),
    (ADA, "2026-11-10T13:05", "5"),
    (ADA, "2026-11-13T17:10", "Thank you. It was easier this time."),
    (ADA, "2026-11-16T17:10", "6"),
    (ADA, "2026-11-24T13:20", "8"),
    (ADA, "2026-12-04T13:00", "7"),
    (BEN, "2026-11-10T15:50", "3"),
    (BEN, "2026-11-11T16:20", "HELP"),
    (BEN, "2026-11-13T19:35", "4"),
    (BEN, "2026-11-21T16:30", "Stop."),
    (CARMEN, "2026-11-09T12:15", "3"),
    (CARMEN, "2026-11-12T16:10", "5"),
    (CARMEN, "2026-11-17T12:40", "¿Puedo tomar mi medicina de la noche?"),
    (CARMEN, "2026-11-24T13:00", "7"),
    (CARMEN, "2026-12-04T12:30", "8"),
)


def _texts() -> Iterator[Beat]:
    for number, (person, when, body) in enumerate(_TEXTS, start=1):
        at = _local(when, person) + timedelta(seconds=20)
        what = {"from": person.phone, "to": CLINIC_NUMBER, "body": body, "id": f"text-{number}"}
        yield _beat(person, at, "sms", what, f"{person.name} texts: {body}")
