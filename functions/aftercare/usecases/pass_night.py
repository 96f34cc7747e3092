"""Once a night: compare with the carrier's opt-out list, settle what receipts answered, look for gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from aftercare.domain.consent import Channel, stop
from aftercare.domain.delivery import State
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import ClinicId, PatientId, TouchId
from aftercare.domain.records import Task, TaskKind
from aftercare.ports import Ports
from aftercare.usecases.what_can_be_said import next_look

# People on call answer a test page on the day it comes.
TEST_PAGE_ANSWERED_WITHIN = timedelta(hours=12)
_ARRIVED = frozenset({State.ACCEPTED, State.DELIVERED})


@dataclass(frozen=True, slots=True)
class Night:
    """What one night found. ``drift``: patients whom the carrier lists as opted out and we did not."""

    drift: int = 0
    settled: int = 0
    missed_tests: int = 0


def pass_night(ports: Ports) -> Night:
    """Do the night's work for every clinic. Doing it twice finds nothing new.

    Raises:
        TryAgain: The store or the carrier is busy; the schedule tries again, or the next night does it.
    """
    clinics = ports.clinics.every()
    drift = sum(_opted_out(number, clinics, ports) for number in ports.opt_outs.numbers())
    settled = sum(_settle_unconfirmed(clinic_id, ports) for clinic_id in clinics)
    missed = sum(_missed_test(clinic_id, ports) for clinic_id in clinics)
    return Night(drift, settled, missed)


def _opted_out(number: str, clinics: Sequence[ClinicId], ports: Ports) -> int:
    """Honour a STOP that the carrier took and we never saw."""
    owners = [(c, p) for c in clinics for p in ports.followups.patients_with(c, number)]
    return sum(_stop(clinic_id, patient_id, ports) for clinic_id, patient_id in owners)


def _stop(clinic_id: ClinicId, patient_id: PatientId, ports: Ports) -> int:
    followup, clinic = ports.followups.get(clinic_id, patient_id), ports.clinics.get(clinic_id)
    if followup is None or clinic is None or followup.texts_since is None:
        return 0
    now = ports.clock.now()
    after = replace(followup, standings=stop(followup.standings, now, [Channel.SMS]))
    reason = "The carrier lists this patient's number as opted out, and we did not. Texts have stopped."
    kind = TaskKind.OPT_OUT_DRIFT
    name = f"{kind.value}.{patient_id}.{now.date().isoformat()}"
    task = Task(name, clinic_id, patient_id, kind, reason, now)
    due_at = next_look(after, clinic, ports, now)
    try:
        ports.followups.save(after, write_id=ports.ids.token(), due_at=due_at, records=(task,))
    except Conflict:
        return 0  # the next night looks again
    return 1


def _settle_unconfirmed(clinic_id: ClinicId, ports: Ports) -> int:
    """Close the tasks about messages of which a receipt has said since that they arrived."""
    settled = 0
    for task in ports.tasks.open_of(clinic_id, TaskKind.UNCONFIRMED):
        if task.patient_id is None:
            continue
        touch = TouchId(task.id.removeprefix(f"{TaskKind.UNCONFIRMED.value}."))
        known = ports.followups.delivery(clinic_id, task.patient_id, touch)
        if known is not None and known.state in _ARRIVED:
            ports.tasks.close(task, "A receipt says that it arrived.", ports.clock.now())
            settled += 1
    return settled


def _missed_test(clinic_id: ClinicId, ports: Ports) -> int:
    missed, now = 0, ports.clock.now()
    for test in ports.alerts.tests(clinic_id):
        if test.answered_at is not None or now - test.sent_at < TEST_PAGE_ANSWERED_WITHIN:
            continue
        reason = (
            "Nobody acknowledged the weekly test page. Make sure today that pages reach the people on call."
        )
        kind = TaskKind.TEST_PAGE_MISSED
        task = Task(f"{kind.value}.{test.id}", clinic_id, None, kind, reason, now)
        ports.tasks.open(task)
        missed += 1
    return missed
