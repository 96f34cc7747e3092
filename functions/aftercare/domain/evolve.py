"""What one fact changes about a patient.

Facts arrive in any order and more than once. Each change is ordered by when the fact occurred, never
by when it arrived, so every order ends in the same place.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftercare.domain.consent import ALL_KEYS, Channel, Consent, Standings, give, withdraw
from aftercare.domain.errors import BadInput
from aftercare.domain.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    Fact,
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
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.patient import Contact, Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, Number, Record, Task, TaskKind

CONTACT_FIELDS = ("language", "time_zone", "phone", "email", "accepts_unencrypted")
FACTS_KEPT = 12


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


def fact_hash(event_id: str) -> str:
    """Return six characters that stand for an event id: enough among the few facts of one patient."""
    return hashlib.sha256(event_id.encode()).hexdigest()[:6]


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
            return _patient_fact(followup, fact.metadata, _change(followup, patient, fact.changes, fact, now))
        case PatientClosed():
            return _patient_fact(followup, fact.metadata, _close(followup, fact))
        case ConsentGiven():
            given = _consents(followup, (fact.consent,), fact.metadata, now)
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
    if followup is None or patient is None:
        new = fact.patient
        blank = Followup(
            clinic_id=fact.metadata.clinic_id,
            patient_id=new.id,
            contact=_contact(new),
            standings={},
            enrolled_at=fact.metadata.occurred_at,
            facts=(fact_hash(fact.metadata.event_id),),
        )
        change = _consents(blank, fact.consents, fact.metadata, now)
        numbers = (Number(new.phone),) if new.phone else ()
        return Change(change.followup, (new, *numbers, *change.records))
    names = ("given_name", "birth_date", "country", *CONTACT_FIELDS)
    changes = {name: getattr(fact.patient, name) for name in names}
    if fact.metadata.occurred_at <= followup.enrolled_at:
        changes = {}
    agreed_now = frozenset(consent.channel for consent in fact.consents)
    change = _change(followup, patient, changes, fact, now, keeps_consent=agreed_now)
    again = change.followup
    if again.closed_at is not None and fact.metadata.occurred_at > again.closed_at:
        again = replace(again, closed_at=None, closed_reason=None)
    consents = _consents(again, fact.consents, fact.metadata, now)
    return _patient_fact(
        followup, fact.metadata, Change(consents.followup, (*change.records, *consents.records))
    )


def _contact(patient: Patient) -> Contact:
    return Contact(**{name: getattr(patient, name) for name in CONTACT_FIELDS})


def _change(
    followup: Followup,
    patient: Patient,
    changes: Mapping[str, Any],
    fact: PatientChanged | PatientEnrolled,
    now: datetime,
    keeps_consent: frozenset[Channel] = frozenset(),
) -> Change:
    """Set the fields that this fact is the newest word on; a new address voids its channel's consent."""
    at = fact.metadata.occurred_at
    newer = {n: v for n, v in changes.items() if at > followup.changed.get(n, followup.enrolled_at)}
    real = {n: v for n, v in newer.items() if getattr(patient, n) != v}
    if not newer:
        return Change(followup)
    after = replace(patient, **real)
    standings: Standings = followup.standings
    records: list[Record] = [after] if real else []
    for name, channel in (("phone", Channel.SMS), ("email", Channel.EMAIL)):
        if name in real and channel not in keeps_consent:
            standings = withdraw(standings, [k for k in ALL_KEYS if k[0] is channel], at)
    if "phone" in real:
        records += [Number(patient.phone, gone=True)] if patient.phone else []
        records += [Number(after.phone)] if after.phone else []
    changed = {**followup.changed, **dict.fromkeys(newer, at)}
    return Change(
        replace(followup, contact=_contact(after), standings=standings, changed=changed), tuple(records)
    )


def _close(followup: Followup, fact: PatientClosed) -> Change:
    at = fact.metadata.occurred_at
    if followup.closed_at is not None and at <= followup.closed_at:
        return Change(followup)
    return Change(replace(followup, closed_at=at, closed_reason=fact.reason))


def _consents(followup: Followup, consents: tuple[Consent, ...], metadata: Metadata, now: datetime) -> Change:
    """Record each yes with its proof, and owe the patient the opt-in text when texts begin to stand.

    Source: CTIA Messaging Principles, May 2023: recurring messages begin with an opt-in confirmation.
    """
    standings = followup.standings
    for consent in consents:
        standings = give(standings, consent)
    after = replace(followup, standings=standings)
    started = _texts_since(after, now)
    if started is not None and _texts_since(followup, now) is None:
        notice_id = TouchId(f"{followup.patient_id}.opt_in.{int(started.timestamp())}")
        if notice_id not in after.notices:
            after = after.with_notice(Notice(notice_id, Kind.OPT_IN, due_at=now))
    proofs = tuple(ConsentProof(metadata.event_id, consent) for consent in consents)
    return Change(after, proofs)


def _texts_since(followup: Followup, now: datetime) -> datetime | None:
    """Return since when texts stand for any purpose, or ``None`` when they do not."""
    today = now.astimezone(followup.contact.zone).date()
    given = [
        standing.given_at
        for (channel, _), standing in followup.standings.items()
        if channel is Channel.SMS and standing.stands(today) and standing.given_at is not None
    ]
    return max(given, default=None)


# Two facts of the same instant: the one that says more wins, whichever came first.
_RANK_OF_FACT = {SessionScheduled: 0, SessionMoved: 0, SessionCancelled: 1, SessionCompleted: 2}
_RANK_OF_STATUS = {Status.SCHEDULED: 0, Status.CANCELLED: 1, Status.COMPLETED: 2}
SessionFact = SessionScheduled | SessionMoved | SessionCancelled | SessionCompleted


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
        return Change(followup.with_session(_applied(fresh, fact, seen, now)))
    if seen in session.facts:
        return Unchanged()
    late = session.status is Status.COMPLETED and isinstance(fact, SessionScheduled | SessionMoved)
    if late and at > session.as_of:
        return Change(
            followup.with_session(replace(session, facts=(*session.facts, seen))),
            (_contradiction(followup, fact, now),),
        )
    if late or (at, _RANK_OF_FACT[type(fact)]) < (session.as_of, _RANK_OF_STATUS[session.status]):
        return Unchanged()
    return Change(followup.with_session(_applied(session, fact, seen, now)))


def _contradiction(followup: Followup, fact: SessionFact, now: datetime) -> Task:
    return Task(
        id=f"contradicting_event.{followup.patient_id}.{fact_hash(fact.metadata.event_id)}",
        clinic_id=followup.clinic_id,
        patient_id=followup.patient_id,
        kind=TaskKind.CONTRADICTING_EVENT,
        reason=f"session {fact.session_id} is recorded as completed, then {type(fact).__name__} came",
        opened_at=now,
    )


def _applied(session: Session, fact: SessionFact, seen: str, now: datetime) -> Session:
    base = replace(session, as_of=fact.metadata.occurred_at, facts=(*session.facts, seen)[-FACTS_KEPT:])
    match fact:
        case SessionCancelled():
            return replace(base, status=Status.CANCELLED)
        case SessionCompleted():
            if session.starts_at is not None and fact.ended_at < session.starts_at:
                raise BadInput(
                    "detail.session.ended_at",
                    fact.ended_at.isoformat(),
                    f"an instant after the session starts ({session.starts_at.isoformat()}); "
                    "send SessionMoved first if it took place earlier",
                )
            # A corrected end moves what is still to come; what has a mark, or is settled, stays ended.
            return replace(
                base,
                status=Status.COMPLETED,
                ended_at=fact.ended_at,
                discharged_at=fact.discharged_at,
            )
        case SessionScheduled() | SessionMoved():
            return _restarted(base, fact.starts_at, now)


def _restarted(session: Session, starts_at: datetime, now: datetime) -> Session:
    """Give the session a start. If the patient was told another one, they are owed the news."""
    again = replace(session, status=Status.SCHEDULED, starts_at=starts_at)
    if session.told is None:
        return again
    if session.told == starts_at:
        return replace(again, moved_at=None)
    return replace(again, moves=session.moves + 1, moved_at=now)
