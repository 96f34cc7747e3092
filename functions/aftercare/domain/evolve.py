"""What one fact changes about a patient.

Facts arrive in any order and more than once. Each change is ordered by when the fact occurred, never
by when it arrived, so every order ends in the same place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftercare.domain.consent import ALL_KEYS, Channel, Consent, Standings, give, readdress, withdraw
from aftercare.domain.evolve_session import session_after, without_dropped
from aftercare.domain.facts import (
    FACTS_KEPT,
    ConsentGiven,
    ConsentWithdrawn,
    Fact,
    Metadata,
    PatientChanged,
    PatientClosed,
    PatientEnrolled,
    SessionCancelled,
    SessionCompleted,
    SessionFact,
    SessionMoved,
    SessionScheduled,
    fact_hash,
)
from aftercare.domain.followup import Followup, Session, Status
from aftercare.domain.ids import SessionId
from aftercare.domain.patient import Contact, Patient
from aftercare.domain.records import ConsentProof, Number, Record, Task, TaskKind

IDENTITY_FIELDS = ("given_name", "birth_date", "country")
CONTACT_FIELDS = ("language", "time_zone", "phone", "email", "accepts_unencrypted")


@dataclass(frozen=True, slots=True)
class Change:
    """The patient after the fact, and what is stored beside it in the same write."""

    followup: Followup
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """The fact came before what it speaks of: ``patient`` or ``session``."""

    missing: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Known already, or older than what is known."""


def evolve(
    followup: Followup | None, patient: Patient | None, fact: Fact, now: datetime
) -> Change | Waits | Unchanged:
    """Apply one fact.

    Args:
        followup: The patient as stored, ``None`` when unknown.
        patient: Their identity as stored; only patient facts need it.
        fact: What was said.
        now: When we learnt it; an aware instant.

    Raises:
        BadInput: The fact contradicts what is known (a session that ends before it starts).
    """
    if isinstance(fact, PatientEnrolled):
        return _enrol(followup, patient, fact, now)
    if followup is None:
        return Waits("patient")
    match fact:
        case PatientChanged():
            assert patient is not None  # stored in the same write as the follow-up
            changed = _change(followup, patient, fact.changes, fact.metadata.occurred_at)
            return _patient_fact(followup, fact.metadata, changed)
        case PatientClosed():
            return _patient_fact(followup, fact.metadata, _close(followup, fact))
        case ConsentGiven():
            given = _consents(followup, (fact.consent,), fact.metadata)
            return _patient_fact(followup, fact.metadata, given)
        case ConsentWithdrawn():
            withdrawn = withdraw(followup.standings, fact.keys, fact.withdrawn_at)
            return _patient_fact(followup, fact.metadata, Change(replace(followup, standings=withdrawn)))
        case SessionScheduled() | SessionMoved() | SessionCancelled() | SessionCompleted():
            return _session_fact(followup, fact, now)


def _patient_fact(before: Followup, metadata: Metadata, change: Change) -> Change | Unchanged:
    """Finish a patient fact: a repeated event id or one that changes nothing is no change."""
    seen = fact_hash(metadata.event_id)
    if seen in before.facts or (change.followup == before and not change.records):
        return Unchanged()
    facts = (*before.facts, seen)[-FACTS_KEPT:]
    return replace(change, followup=replace(change.followup, facts=facts))


def _enrol(
    followup: Followup | None, patient: Patient | None, fact: PatientEnrolled, now: datetime
) -> Change | Unchanged:
    """Open a patient's file, or bring it up to date: a newer enrolment states every field."""
    at = fact.metadata.occurred_at
    if followup is None or patient is None:
        new = fact.patient
        blank = Followup(
            clinic_id=fact.metadata.clinic_id,
            patient_id=new.id,
            contact=_contact(new),
            standings={},
            enrolled_at=at,
            facts=(fact_hash(fact.metadata.event_id),),
        )
        change = _consents(blank, fact.consents, fact.metadata)
        numbers = tuple(Number(address) for address in (new.phone, new.email) if address)
        return Change(change.followup, (new, *numbers, *change.records))
    stated = {name: getattr(fact.patient, name) for name in (*IDENTITY_FIELDS, *CONTACT_FIELDS)}
    change = _change(followup, patient, stated, at)
    again = replace(change.followup, enrolled_at=max(at, followup.enrolled_at))
    if followup.closed and not again.closed:
        again = _reopened(again)
    consents = _consents(again, fact.consents, fact.metadata)
    records: tuple[Record, ...] = (*change.records, *consents.records)
    if again.closed_reason == "deceased" and at > (again.closed_at or at):
        records = (*records, _contradiction(followup, fact, "the patient is recorded as deceased", now))
    return _patient_fact(followup, fact.metadata, Change(consents.followup, records))


def _reopened(followup: Followup) -> Followup:
    """Give the visits still ahead their reminders again; what was sent stays sent."""
    sessions = {
        s.id: replace(s, marks=without_dropped(s)) if s.status is Status.SCHEDULED else s
        for s in followup.sessions.values()
    }
    return replace(followup, sessions=sessions)


def _contact(patient: Patient) -> Contact:
    return Contact(**{name: getattr(patient, name) for name in CONTACT_FIELDS})


def _change(followup: Followup, patient: Patient, stated: Mapping[str, Any], at: datetime) -> Change:
    """Set the fields that this fact is the newest word on; a new address needs new consent.

    An older word that names another address proves that the address did change since; the consent
    must then be newer than the present address, whichever word came first.
    """
    known_since = {name: followup.changed.get(name, followup.enrolled_at) for name in stated}
    newer = {name: value for name, value in stated.items() if at > known_since[name]}
    real = {name: value for name, value in newer.items() if getattr(patient, name) != value}
    standings: Standings = followup.standings
    for name, channel in (("phone", Channel.SMS), ("email", Channel.EMAIL)):
        if name in stated and stated[name] != getattr(patient, name):
            standings = readdress(standings, channel, at if name in newer else known_since[name])
    after = replace(patient, **real)
    records: list[Record] = [after] if real else []
    reached = followup.unreachable
    for name, channel in (("phone", Channel.SMS), ("email", Channel.EMAIL)):
        if name in real:
            old, new = getattr(patient, name), getattr(after, name)
            records += [Number(old, gone=True)] if old else []
            records += [Number(new)] if new else []
            reached -= {channel}
    changed = {**followup.changed, **dict.fromkeys(newer, at)}
    return Change(
        replace(
            followup,
            contact=_contact(after),
            standings=standings,
            changed=changed,
            unreachable=reached,
        ),
        tuple(records),
    )


def _close(followup: Followup, fact: PatientClosed) -> Change:
    """Close the file, and with it every consent: coming back takes a new one."""
    at = fact.metadata.occurred_at
    closed = replace(followup, standings=withdraw(followup.standings, ALL_KEYS, at))
    if followup.closed_at is not None and at <= followup.closed_at:
        reason = "deceased" if fact.reason == "deceased" else followup.closed_reason
        return Change(replace(closed, closed_reason=reason))
    reason = "deceased" if followup.closed_reason == "deceased" else fact.reason
    return Change(replace(closed, closed_at=at, closed_reason=reason))


def _consents(followup: Followup, consents: tuple[Consent, ...], metadata: Metadata) -> Change:
    """Record each yes with its proof."""
    standings = followup.standings
    for consent in consents:
        standings = give(standings, consent, metadata.occurred_at)
    proofs = tuple(ConsentProof(metadata.event_id, consent) for consent in consents)
    return Change(replace(followup, standings=standings), proofs)


# Two facts of the same instant: the one that says more wins, whichever came first.
_RANK_OF_FACT = {SessionScheduled: 0, SessionMoved: 0, SessionCancelled: 1, SessionCompleted: 2}
_RANK_OF_STATUS = {Status.SCHEDULED: 0, Status.CANCELLED: 1, Status.COMPLETED: 2}


def _session_fact(followup: Followup, fact: SessionFact, now: datetime) -> Change | Waits | Unchanged:
    session = followup.sessions.get(fact.session_id)
    at, seen = fact.metadata.occurred_at, fact_hash(fact.metadata.event_id)
    if session is None:
        if isinstance(fact, SessionMoved | SessionCancelled):
            return Waits("session")
        fresh = Session(
            id=SessionId(fact.session_id),
            protocol=fact.protocol,
            course_id=fact.course_id,
            number=fact.number,
            status=Status.SCHEDULED,
            as_of=at,
        )
        return Change(followup.with_session(session_after(fresh, fact, now)))
    if seen in session.facts:
        return Unchanged()
    late = session.status is Status.COMPLETED and not isinstance(fact, SessionCompleted)
    if late and at > session.as_of:
        remembered = replace(session, facts=(*session.facts, seen)[-FACTS_KEPT:])
        why = f"session {fact.session_id} is recorded as completed"
        return Change(followup.with_session(remembered), (_contradiction(followup, fact, why, now),))
    if isinstance(fact, SessionCompleted) and session.status is not Status.COMPLETED and at < session.as_of:
        # It took place, whatever was said of its date afterwards.
        why = f"session {fact.session_id} was moved or cancelled later than it took place"
        took_place = followup.with_session(session_after(session, fact, now))
        return Change(took_place, (_contradiction(followup, fact, why, now),))
    if late or (at, _RANK_OF_FACT[type(fact)]) < (session.as_of, _RANK_OF_STATUS[session.status]):
        return Unchanged()
    return Change(followup.with_session(session_after(session, fact, now)))


def _contradiction(followup: Followup, fact: Fact, known: str, now: datetime) -> Task:
    return Task(
        id=f"contradicting_event.{followup.patient_id}.{fact_hash(fact.metadata.event_id)}",
        clinic_id=followup.clinic_id,
        patient_id=followup.patient_id,
        kind=TaskKind.CONTRADICTING_EVENT,
        reason=f"{known}, then {type(fact).__name__} came: decide what is true",
        opened_at=now,
    )
