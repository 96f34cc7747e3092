"""Take one fact from another system: apply it, keep it waiting, or see that it is known already."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.contracts.fact import parse_fact
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import BadInput, Conflict, NotFound, TryAgain
from aftercare.domain.evolve import Change, Unchanged, Waits, evolve
from aftercare.domain.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    Fact,
    PatientChanged,
    PatientEnrolled,
    SessionCancelled,
    SessionCompleted,
    SessionMoved,
)
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.foresee import doom_quiet, next_due
from aftercare.domain.patient import Patient
from aftercare.domain.plan import planned
from aftercare.domain.records import Settled, Waiting
from aftercare.domain.settle import close_finished, drop_doomed, replaced
from aftercare.domain.touch import ANY_HOUR, Touch
from aftercare.ports import Ports
from aftercare.usecases.hand_at_once import hand_at_once
from aftercare.usecases.park_event import park_event
from aftercare.usecases.staff_tasks import tasks_for, unreachable_moves
from aftercare.usecases.what_can_be_said import library_for

# Two writers of one patient meet at most a few times; more than this is a fault, and is retried later.
ATTEMPTS = 6
# Senders' clocks may run ahead of ours by this much; what is dated later is refused.
CLOCK_SKEW = timedelta(minutes=15)


# Applied, and it brought something that other facts wait for, or may wait for.
AWAITED = "awaited"


def take_fact(event: Mapping[str, object], ports: Ports, *, may_wait: bool = True) -> str:
    """Take one EventBridge event.

    Args:
        event: As on the bus.
        ports: The outside.
        may_wait: What comes before its patient or session is kept for it. Whoever is there to hear an
            answer is refused instead.

    Returns:
        ``applied``, ``unchanged`` or ``waiting``.

    Raises:
        BadInput: The event is malformed or contradicts what is known: never retried, to be parked.
        NotFound: It may not wait, and there is no such patient or session.
        TryAgain: The store is busy.
    """
    fact = checked_fact(event, ports)
    clinic = _known_clinic(fact, ports)
    outcome = _settle_fact(fact, event, clinic, ports, may_wait=may_wait)
    if outcome in (AWAITED, "unchanged"):
        # "unchanged": the delivery before may have died half-way.
        _apply_waiting(fact, clinic, ports)
    return "applied" if outcome == AWAITED else outcome


def checked_fact(event: Mapping[str, object], ports: Ports) -> Fact:
    """Read an event and look at its instants, before anything is done about it.

    Raises:
        BadInput: It is malformed, or speaks of the future.
    """
    fact = parse_fact(event)
    _check_clock(fact, ports.clock.now())
    return fact


def _known_clinic(fact: Fact, ports: Ports) -> Clinic:
    clinic = ports.clinics.get(fact.metadata.clinic_id)
    if clinic is None:
        known = "a clinic that has been set up with its clinic file"
        raise BadInput("detail.metadata.clinic_id", fact.metadata.clinic_id, known)
    return clinic


def _check_clock(fact: Fact, now: datetime) -> None:
    """Refuse facts of the future: they would outrank everything that is said after them."""
    instants = {"detail.metadata.occurred_at": fact.metadata.occurred_at}
    if isinstance(fact, ConsentWithdrawn):
        instants["detail.withdrawn_at"] = fact.withdrawn_at
    if isinstance(fact, ConsentGiven):
        instants["detail.consent.given_at"] = fact.consent.given_at
    if isinstance(fact, PatientEnrolled):
        for n, consent in enumerate(fact.consents):
            instants[f"detail.consents.{n}.given_at"] = consent.given_at
    for field, at in instants.items():
        if at > now + CLOCK_SKEW:
            raise BadInput(field, at.isoformat(), f"an instant that has passed (it is {now.isoformat()} now)")


def _settle_fact(
    fact: Fact, event: Mapping[str, object], clinic: Clinic, ports: Ports, *, may_wait: bool
) -> str:
    for _ in range(ATTEMPTS):
        try:
            return _apply(fact, event, clinic, ports, may_wait=may_wait)
        except Conflict:
            continue
    raise TryAgain("take_fact: too many writers of one patient")


def _apply(fact: Fact, event: Mapping[str, object], clinic: Clinic, ports: Ports, *, may_wait: bool) -> str:
    now = ports.clock.now()
    before, patient = _read(fact, ports)
    if before is not None:
        before = doom_quiet(before, clinic, load_protocols(), library_for(before, ports), now)
    try:
        result = evolve(before, patient, fact, now)
    except BadInput:
        if may_wait:
            _await_proof(fact, event, before, ports)
        raise
    if isinstance(result, Unchanged):
        return "unchanged"
    if isinstance(result, Waits):
        if not may_wait:
            raise NotFound(f"{result.missing}_id")
        return _await_cause(fact, event, result, ports)
    _store(before, result, clinic, now, ports)
    if before is None:
        return AWAITED
    brought = len(result.followup.sessions) > len(before.sessions)
    proves = isinstance(fact, SessionMoved | SessionCompleted)
    return AWAITED if before.awaited and (brought or proves) else "applied"


def _await_proof(fact: Fact, event: Mapping[str, object], before: Followup | None, ports: Ports) -> None:
    """Keep what is refused as things stand: a move that is still on its way may prove it right."""
    metadata = fact.metadata
    waiting = Waiting(
        metadata.event_id, metadata.occurred_at, ports.clock.now(), json.dumps(event), refused=True
    )
    key = (metadata.clinic_id, fact.patient_id)
    ports.followups.await_proof(key, waiting, before.version if before else 0)


def _await_cause(fact: Fact, event: Mapping[str, object], result: Waits, ports: Ports) -> str:
    metadata = fact.metadata
    waiting = Waiting(metadata.event_id, metadata.occurred_at, ports.clock.now(), json.dumps(event))
    session_id = fact.session_id if isinstance(fact, SessionMoved | SessionCancelled) else None
    wait_for = session_id if result.missing == "session" else None
    ports.followups.await_cause((metadata.clinic_id, fact.patient_id), waiting, wait_for)
    return "waiting"


def _store(before: Followup | None, change: Change, clinic: Clinic, now: datetime, ports: Ports) -> None:
    """Write the patient after a fact, with the reasons of all touches that the fact has ended."""
    write_id, protocols = ports.ids.token(), load_protocols()
    after, doomed = change.followup, tuple[Settled, ...]()
    touches = planned(after, clinic, protocols)
    gone = replaced(planned(before, clinic, protocols), touches, now) if before is not None else []
    at_once = _sender_comes(touches, now)
    if not at_once:
        after, doomed = drop_doomed(after, touches, write_id, now)
        ended = {touch.touch_id for record in doomed for touch in record.touches}
        touches = [touch for touch in touches if touch.id not in ended]
    after = tidy(close_finished(after, clinic, protocols, now, touches), now)
    settled = doomed if not gone else (*doomed, Settled(f"{write_id}.moved", now, tuple(gone)))
    tasks = [*tasks_for(settled, after, now), *unreachable_moves(before, after, clinic, now)]
    after = ports.followups.save(
        after,
        write_id=write_id,
        due_at=next_due(after, clinic, protocols, library_for(after, ports), now, touches),
        records=(*change.records, *settled, *tasks),
    )
    if at_once:
        hand_at_once(after, ports)


def _sender_comes(touches: Iterable[Touch], now: datetime) -> bool:
    """Say whether the patient goes to a sender at once; it ends what the fact has doomed as it claims."""
    return any(
        touch.kind in ANY_HOUR
        and touch.wakes_at <= now
        and (touch.too_late_at is None or now < touch.too_late_at)
        for touch in touches
    )


def _read(fact: Fact, ports: Ports) -> tuple[Followup | None, Patient | None]:
    clinic_id = fact.metadata.clinic_id
    followup = ports.followups.get(clinic_id, fact.patient_id)
    if followup is None or not isinstance(fact, PatientEnrolled | PatientChanged):
        return followup, None
    return followup, ports.followups.identity(clinic_id, fact.patient_id)


def _apply_waiting(fact: Fact, clinic: Clinic, ports: Ports) -> None:
    """Apply what waited for this patient or session. Repeated after a crash, it finds what is left."""
    for waiting in ports.followups.waiting(clinic.id, fact.patient_id):
        event = json.loads(waiting.event)
        try:
            outcome = _settle_fact(parse_fact(event), event, clinic, ports, may_wait=True)
        except BadInput as bad:
            park_event(event, bad, ports)
            outcome = "waiting" if event.get("detail-type") == "SessionCompleted" else "parked"
        if outcome != "waiting":
            ports.followups.forget_waiting(clinic.id, fact.patient_id, waiting)
