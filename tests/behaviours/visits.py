"""Words in which a test tells a patient's story: the clinic and its patients, played on a rehearsal.

Wall times are read on the clock of whoever speaks, see riverside.py: the clinic's in New York, or the
patient's own.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aftercare.contracts.clinic_file import parse_clinic
from infra.local.rehearsal import Rehearsal
from infra.local.script import Line
from tests.behaviours.riverside import (
    NEW_YORK,
    NORA,
    PEOPLE,
    SIGNED,
    Json,
    Row,
    a_consent,
    a_text,
    clinic_file,
    instant,
)


@dataclass
class Riverside:
    """A clinic in New York, open 8:30 to 17:30, on a virtual clock."""

    rehearsal: Rehearsal
    _lines: int = 0
    _events: int = 0

    def patient(self, name: str = "Ada", enrolled: str = "2026-11-02 10:00", **differs: Any) -> "Patient":
        """Enrol somebody. ``differs``: any field of Patient, ``consents`` and ``expires_on``."""
        phone, birth_date = PEOPLE[name]
        consents = differs.pop("consents", ("sms care",))
        expires_on = differs.pop("expires_on", None)
        facts: Json = {"phone": phone, "birth_date": birth_date, **differs}
        patient = Patient(self, name, **facts)
        at = patient.at(enrolled)
        given = [a_consent(consent, at, expires_on) for consent in consents]
        self.event(at, "PatientEnrolled", {"patient": patient.as_json(), "consents": given})
        return patient

    def event(self, at: datetime, name: str, detail: Json, event_id: str | None = None) -> None:
        """Let the booking system put a fact on the bus."""
        self._events += 1
        metadata = {
            "event_id": event_id or f"evt-{self._events}",
            "version": "1",
            "occurred_at": at.isoformat(),
            "clinic_id": "riverside",
        }
        what = {
            "source": "ehr.riverside",
            "detail-type": name,
            "detail": {"metadata": metadata, **detail},
        }
        self.happens(at, "event", what)

    def happens(self, at: datetime, kind: str, what: Json) -> datetime:
        """Play one line of a script; return its instant."""
        self._lines += 1
        self.rehearsal.play(Line(self._lines, at, kind, what))
        return at

    def text(self, wall: str, phone: str, body: str, sms_id: str | None = None) -> datetime:
        """A text arrives from any phone, on the clinic's clock."""
        return self.happens(self.at(wall), "sms", a_text(phone, body, sms_id))

    def staff(self, wall: str, do: str, patient: "Patient", by: str = "Nurse Nora", **more: str) -> datetime:
        """Somebody acknowledges or resolves the patient's open alert."""
        what = {"do": do, "alert_id": f"open:{patient.id}", "by": by, **more}
        return self.happens(self.at(wall), "staff", what)

    def resolve(self, wall: str, patient: "Patient") -> datetime:
        """The nurse closes the alert as it should be: her name, what came of it, and a note."""
        said = {"disposition": "safety_plan", "note": "Reached by phone, with family, plan agreed."}
        return self.staff(wall, "resolve", patient, **said)

    def carrier(self, wall: str, **states: str) -> None:
        """How the phone company and the mail provider behave from now on."""
        self.happens(self.at(wall), "carrier", states)

    def receipt(self, wall: str, sent: Row, event_type: str) -> datetime:
        """The phone company reports on one text, as ``TEXT_DELIVERED``."""
        what = {"touch_id": sent["touch_id"], "event_type": event_type}
        return self.happens(self.at(wall), "sms_receipt", what)

    def until(self, wall: str) -> datetime:
        """Let time run on to a wall time of the clinic's."""
        at = self.at(wall)
        self.rehearsal.finish(at)
        return at

    def at(self, wall: str) -> datetime:
        """Return the instant of a wall time at the clinic."""
        return instant(wall, NEW_YORK)

    def rows(self, *kinds: str, since: datetime | None = None, **equal: Any) -> list[Row]:
        """Return what the service did, of these kinds and with these fields, in the order it did it."""
        found = []
        for number, line in enumerate(self.rehearsal.transcript.lines):
            (kind,) = (name for name in line if name != "at")
            at = datetime.fromisoformat(line["at"]).astimezone(UTC)
            if kind not in kinds or (since is not None and at < since):
                continue
            if all(line[kind].get(name) == value for name, value in equal.items()):
                found.append(Row(number, at, kind, line[kind]))
        return found

    def alerts(self, tier: str | None = None, **equal: Any) -> list[Row]:
        """Return the first row of every alert: how it was raised."""
        seen: dict[str, Row] = {}
        for row in self.rows("alert", **equal):
            seen.setdefault(row["id"], row)
        return [row for row in seen.values() if tier in (None, row["tier"])]

    def facts(self, name: str, about: str) -> list[Row]:
        """Return the events of one name that we put on the bus and that speak of ``about``, an id."""
        rows = [row for row in self.rows("event", source="aftercare") if row["detail-type"] == name]
        spoken_of = re.compile(rf"\b{re.escape(about)}(?![\w-])")
        return [row for row in rows if spoken_of.search(repr(row["detail"]))]


@dataclass(frozen=True)
class Patient:
    """Somebody enrolled at the clinic. Wall times are on the patient's own clock."""

    clinic: Riverside
    name: str
    phone: str
    birth_date: str
    email: str | None = None
    zone: str = NEW_YORK
    language: str = "en"
    protocol: str = "ketamine-iv-induction"

    @property
    def id(self) -> str:
        return f"pat-{self.name.lower()}"

    def as_json(self) -> Json:
        raw: Json = {
            "id": self.id,
            "given_name": self.name,
            "birth_date": self.birth_date,
            "language": self.language,
            "time_zone": self.zone,
            "country": "US",
            "phone": self.phone,
            "accepts_unencrypted": True,
        }
        return raw | ({"email": self.email} if self.email else {})

    # ---- what happens

    def at(self, wall: str) -> datetime:
        """Return the instant of a wall time where the patient lives."""
        return instant(wall, self.zone)

    def said(self, wall: str, body: str, sms_id: str | None = None) -> datetime:
        """The patient texts the clinic; returns when."""
        return self.clinic.happens(self.at(wall), "sms", a_text(self.phone, body, sms_id))

    def said_on(self, answers: Mapping[str, str]) -> datetime:
        """The patient texts several times; returns when the last one came."""
        return [self.said(wall, body) for wall, body in answers.items()][-1]

    def wrote(self, wall: str, text: str) -> datetime:
        """The patient sends a mail; returns when."""
        what = {"from": self.email, "to": "care@riverside.example.org", "subject": "Hello", "text": text}
        return self.clinic.happens(self.at(wall), "email", {**what, "id": f"mail-{self.id}-{wall}"})

    def books(self, starts: str, number: int = 1, booked: str = "2026-11-03 10:00") -> None:
        """A visit is put into the diary."""
        at, starts_at = self.at(booked), self.at(starts)
        session = {**self._session(number), "starts_at": starts_at.isoformat()}
        self.clinic.event(at, "SessionScheduled", {"session": session})

    def goes_home(self, wall: str, number: int = 1, event_id: str | None = None) -> datetime:
        """A visit ends and the clinic says so; returns when."""
        at = self.at(wall)
        session = {**self._session(number), "ended_at": at.isoformat()}
        self.clinic.event(at, "SessionCompleted", {"session": session}, event_id)
        return at

    def fills_in(self, wall: str, *answers: Json) -> datetime:
        """The patient opens the last form we sent, passes the gate and submits; returns when."""
        asked = self.rows("sms", "email", kind="measure")[-1]
        filled: Json = {key: value for part in answers for key, value in part.items()}
        what = {"touch_id": asked["touch_id"], "birth_date": self.birth_date, "answers": filled}
        return self.clinic.happens(self.at(wall), "form", what)

    def _session(self, number: int) -> Json:
        return {
            "id": self.session_id(number),
            "patient_id": self.id,
            "protocol": self.protocol,
            "course_id": f"course-{self.name.lower()}",
            "number": number,
        }

    def session_id(self, number: int = 1) -> str:
        return f"ses-{self.name.lower()}-{number}"

    # ---- what the service did about it

    def rows(self, *kinds: str, since: datetime | None = None, **equal: Any) -> list[Row]:
        return self.clinic.rows(*kinds, since=since, patient_id=self.id, **equal)

    def texts(self, *kinds: str, since: datetime | None = None) -> list[Row]:
        """Return the texts this patient got, of these kinds (all kinds when none is named)."""
        return [row for row in self.rows("sms", since=since) if not kinds or row["kind"] in kinds]

    def alerts(self, tier: str | None = None) -> list[Row]:
        """Return the first row of every alert about this patient."""
        return self.clinic.alerts(tier, patient_id=self.id)

    def reasons(self, tier: str) -> set[str]:
        """Return why alerts of a tier were raised."""
        return {row["reason"] for row in self.alerts(tier)}

    def alert_states(self) -> list[str]:
        """Return what became of this patient's alerts, step by step."""
        return [row["state"] for row in self.rows("alert")]

    def pages(self, since: datetime | None = None) -> list[Row]:
        """Return what staff were paged about this patient."""
        pages = self.clinic.rows("page", since=since)
        return [row for row in pages if row["alert_id"].startswith(f"{self.id}.alert.")]

    def tasks(self, kind: str | None = None, since: datetime | None = None) -> list[Row]:
        """Return what staff were asked to do for this patient."""
        return [row for row in self.rows("task", since=since) if kind in (None, row["kind"])]

    def scores(self, code: str) -> list[Row]:
        """Return the measures of one code, written with or without its hyphen."""
        plain = re.sub("[^a-z0-9]", "", code)
        rows = self.rows("measure")
        return [row for row in rows if re.sub("[^a-z0-9]", "", row["code"].lower()) == plain]


@contextmanager
def riverside_opens(
    opened: str = "2026-11-01 09:00",
    people: str = NORA,
    more: str = SIGNED,
    asleep: Collection[str] = ("CourseChanged",),
) -> Iterator[Riverside]:
    """Open the clinic for one story. ``people``: its rota, as ``[[on_call]]`` tables of the clinic file."""
    clinic = parse_clinic(tomllib.loads(clinic_file(people, more)), "riverside.toml")
    with Rehearsal(clinic, instant(opened, NEW_YORK), asleep=asleep) as rehearsal:
        yield Riverside(rehearsal)
