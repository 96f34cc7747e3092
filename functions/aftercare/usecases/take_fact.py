"""Take one fact from another system: apply it, keep it waiting, or see that it is known already."""

import json
from collections.abc import Mapping

from aftercare.content.load_protocols import load_protocols
from aftercare.contracts.fact import parse_fact
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import BadInput, Conflict, TryAgain
from aftercare.domain.evolve import Unchanged, Waits, evolve
from aftercare.domain.facts import (
    Fact,
    PatientChanged,
    PatientEnrolled,
    SessionCancelled,
    SessionCompleted,
    SessionMoved,
    SessionScheduled,
)
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.patient import Patient
from aftercare.domain.plan import next_due
from aftercare.domain.records import Waiting
from aftercare.domain.settle import close_finished, drop_doomed
from aftercare.ports import Ports

# Two writers of one patient meet at most a few times; more than this is a fault, and is retried later.
ATTEMPTS = 6


# What other facts may be waiting for. ("unchanged" too: the delivery before may have died half-way.)
_AWAITED = (PatientEnrolled, SessionScheduled, SessionCompleted)


def take_fact(event: Mapping[str, object], ports: Ports) -> str:
    """Take one EventBridge event.

    Returns:
        ``applied``, ``unchanged`` or ``waiting``.

    Raises:
        BadInput: The event is malformed or contradicts what is known: never retried, to be parked.
        TryAgain: The store is busy.
    """
    fact = parse_fact(event)
    clinic = ports.clinics.get(fact.metadata.clinic_id)
    if clinic is None:
        known = "a clinic that has been set up with its clinic file"
        raise BadInput("detail.metadata.clinic_id", fact.metadata.clinic_id, known)
    outcome = _settle_fact(fact, event, clinic, ports)
    if outcome == "unchanged" or (outcome == "applied" and isinstance(fact, _AWAITED)):
        _apply_waiting(fact, clinic, ports)
    return outcome


def _settle_fact(fact: Fact, event: Mapping[str, object], clinic: Clinic, ports: Ports) -> str:
    for _ in range(ATTEMPTS):
        try:
            return _apply(fact, event, clinic, ports)
        except Conflict:
            continue
    raise TryAgain("take_fact: too many writers of one patient")


def _apply(fact: Fact, event: Mapping[str, object], clinic: Clinic, ports: Ports) -> str:
    now = ports.clock.now()
    followup, patient = _read(fact, ports)
    result = evolve(followup, patient, fact, now)
    if isinstance(result, Unchanged):
        return "unchanged"
    if isinstance(result, Waits):
        metadata = fact.metadata
        waiting = Waiting(metadata.event_id, metadata.occurred_at, now, json.dumps(event))
        session_id = fact.session_id if isinstance(fact, SessionMoved | SessionCancelled) else None
        wait_for = session_id if result.missing == "session" else None
        ports.followups.await_cause((clinic.id, fact.patient_id), waiting, wait_for)
        return "waiting"
    write_id = ports.ids.token()
    protocols = load_protocols()
    after, settled = drop_doomed(result.followup, clinic, protocols, write_id, now)
    after = tidy(close_finished(after, clinic, protocols, now), now)
    ports.followups.save(
        after,
        write_id=write_id,
        due_at=next_due(after, clinic, protocols, now),
        records=(*result.records, *settled),
    )
    return "applied"


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
        late = parse_fact(event)
        try:
            outcome = _settle_fact(late, event, clinic, ports)
        except BadInput:
            continue  # it stays, and the sweep makes a task of it when its day is over
        if outcome != "waiting":
            ports.followups.forget_waiting(clinic.id, fact.patient_id, waiting)
