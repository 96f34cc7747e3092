"""What a protocol would send, and when, to a patient who comes to every session at its usual interval.

An invented patient is led through the course by the engine's own rules: caps, windows, what supersedes
what. Nothing is simulated beside them, so a calendar cannot promise what the service would not do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from aftercare.domain.clinic import Clinic, SignOff
from aftercare.domain.consent import Channel, Purpose, Standing
from aftercare.domain.decide import Library
from aftercare.domain.evolve import Change, evolve
from aftercare.domain.facts import Metadata, SessionCompleted
from aftercare.domain.followup import Followup, Session, Status
from aftercare.domain.forecast import Foreseen, foretell
from aftercare.domain.foresee import doom_quiet
from aftercare.domain.ids import CourseId, PatientId, SessionId
from aftercare.domain.patient import Contact
from aftercare.domain.protocol import Kind, Protocol, Protocols
from aftercare.domain.send_window import at_wall
from aftercare.domain.titles import title_of
from aftercare.domain.touch import REASONS, Reason
from aftercare.domain.when import spoken

# A planning example, no rule: a morning visit. Two hours cover an infusion with its watch, and are the
# shortest watch after esketamine (Spravato label, section 2.4).
SESSION_AT, SESSION_LASTS = time(10), timedelta(hours=2)
# Booked early enough for everything that comes before a first session.
BOOKED_BEFORE = timedelta(days=14)
_NOBODY = PatientId("preview")
# Fictional (North American Numbering Plan, 555-01XX) and reserved (RFC 2606): nothing is ever sent to them.
_PHONE, _MAIL = "+12025550100", "preview@example.org"
# As most patients agree: care by text, education by mail.
_AGREED = ((Channel.SMS, Purpose.CARE), (Channel.EMAIL, Purpose.EDUCATION))


@dataclass(frozen=True, slots=True)
class Visit:
    """One session of the example. ``number`` counts from 1; both are instants."""

    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of one session.

    Attributes:
        step: The step's key.
        local: When, on the clinic's clock, ``Mon Nov 23, 9:05 am``.
        channel: By which way; ``None`` when it would not go.
        words_id: Of what would be said; of a step that would not go, what it was for.
        why: Why it would not go; empty when it goes.
    """

    session_number: int
    step: str
    kind: Kind
    at: datetime
    local: str
    channel: Channel | None
    words_id: str
    title: str
    goes: bool
    reason: Reason | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A course from its first day. ``touches``: soonest first, those that would not go included."""

    protocol: Protocol
    visits: tuple[Visit, ...]
    touches: tuple[Planned, ...]


def preview(
    protocol: Protocol, start: date, clinic: Clinic, protocols: Protocols, library: Library
) -> Calendar:
    """Lead an invented patient through a whole course.

    Args:
        protocol: Which one.
        start: The day of the first session, on the clinic's calendar.
        clinic: Its window, caps, clock and changes to the protocol. Words it has not signed are shown as
            if it had.
        protocols: The shipped protocols.
        library: What can be said.
    """
    visits = [_visit(n, start + timedelta(days=day), clinic) for n, day in enumerate(protocol.usual_days, 1)]
    signed = replace(clinic, content_review=clinic.content_review or SignOff("preview", start))
    followup = _somebody(protocol, visits, clinic)
    now, seen = visits[0].starts_at - BOOKED_BEFORE, list[Foreseen]()
    for visit in visits:
        followup, ahead = foretell(followup, signed, protocols, library, now, visit.ends_at)
        seen += ahead
        now = visit.ends_at
        followup = doom_quiet(followup, signed, protocols, library, now)
        followup = _completed(followup, protocol, visit)
    _, ahead = foretell(followup, signed, protocols, library, now)
    touches = [_planned(one, protocol, clinic) for one in (*seen, *ahead) if one.session_id is not None]
    return Calendar(protocol, tuple(visits), tuple(sorted(touches, key=lambda t: (t.at, t.session_number))))


def _visit(number: int, day: date, clinic: Clinic) -> Visit:
    starts_at = at_wall(day, SESSION_AT, clinic.zone)
    return Visit(number, starts_at, starts_at + SESSION_LASTS)


def _somebody(protocol: Protocol, visits: Sequence[Visit], clinic: Clinic) -> Followup:
    booked_at = visits[0].starts_at - BOOKED_BEFORE
    yes = Standing(given_at=booked_at, stated_at=booked_at)
    sessions = [
        Session(
            id=_session_id(visit.number),
            protocol=protocol.id,
            course_id=CourseId("preview"),
            number=visit.number,
            status=Status.SCHEDULED,
            as_of=booked_at,
            starts_at=visit.starts_at,
        )
        for visit in visits
    ]
    return Followup(
        clinic_id=clinic.id,
        patient_id=_NOBODY,
        contact=Contact("en", clinic.time_zone, accepts_unencrypted=True, phone=_PHONE, email=_MAIL),
        standings=dict.fromkeys(_AGREED, yes),
        enrolled_at=booked_at,
        opted_in_at=booked_at,
        sessions={session.id: session for session in sessions},
    )


def _session_id(number: int) -> SessionId:
    return SessionId(f"preview-{number}")


def _completed(followup: Followup, protocol: Protocol, visit: Visit) -> Followup:
    done = SessionCompleted(
        Metadata(f"preview-{visit.number}", visit.ends_at, followup.clinic_id),
        _NOBODY,
        _session_id(visit.number),
        protocol.id,
        CourseId("preview"),
        visit.number,
        ended_at=visit.ends_at,
    )
    change = evolve(followup, None, done, visit.ends_at)
    assert isinstance(change, Change)  # the session is booked, and has not taken place before
    return change.followup


def _planned(one: Foreseen, protocol: Protocol, clinic: Clinic) -> Planned:
    words_id = one.send.words.id if one.send is not None else protocol.step(one.key).words
    assert one.session_id is not None  # the caller looked
    return Planned(
        session_number=int(one.session_id.removeprefix("preview-")),
        step=one.key,
        kind=one.kind,
        at=one.at,
        local=spoken(one.at, clinic.zone),
        channel=one.send.channel if one.send is not None else None,
        words_id=words_id,
        title=title_of(one.kind, words_id),
        goes=one.send is not None,
        reason=one.reason,
        why=REASONS[one.reason] if one.reason is not None else "",
    )
