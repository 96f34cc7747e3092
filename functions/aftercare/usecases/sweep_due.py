"""Once a minute: hand what is due to the queue, paced to the carrier, each entry once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.domain.errors import TryAgain
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.sweep import LOOK_AHEAD, Due, SweepState, look_ahead, lost, pace
from aftercare.ports import Ports

A_MINUTE = timedelta(minutes=1)
# So many overdue events at the most become tasks in one sweep; the next one goes on.
WAITING_MAX = 50


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did.

    Attributes:
        handed: Entries put in the queue, those that fall due within minutes included.
        still_due: Touches due by now.
        oldest_age: How long the oldest of them has waited.
    """

    handed: int
    still_due: int
    oldest_age: timedelta


def sweep_due(now: datetime, ports: Ports) -> Swept:
    """Sweep everything due at or before ``now``.

    A skipped, doubled, late or overlapping tick loses nothing: the index itself says what is due, and
    the state only says what has been queued already.

    Raises:
        TryAgain: The store or the queue is busy; the next tick does it.
    """
    found = ports.due.due(now + LOOK_AHEAD)
    # A step of a ladder is called at its minute, not at the sweep after it.
    due = [e for e in found if e.due_at <= (now if e.alert_id is None else now + A_MINUTE)]
    touches = [entry for entry in due if entry.waiting is None]
    # An alert is worked on when it is due and not before: looked at early, it would not be looked at again.
    coming = [e for e in found if e.due_at > now and e.waiting is None and e.alert_id is None]
    swept = _hand_over(touches, coming, now, ports)
    # Patients first: events that never found theirs are not urgent, and their faults are not ours.
    for entry in [entry for entry in due if entry.waiting is not None][:WAITING_MAX]:
        with suppress(TryAgain):
            ports.due.overdue_wait(entry, _waiting_task(entry, now))
    return swept


def _hand_over(touches: Sequence[Due], coming: Sequence[Due], now: datetime, ports: Ports) -> Swept:
    oldest_age = max((now - entry.due_at for entry in touches), default=timedelta())
    if not touches:
        return Swept(0, 0, oldest_age)
    state = ports.due.state()
    if lost(touches, state, now) and ports.touch_queue.is_empty():
        state = SweepState(booked_until=state.booked_until, version=state.version)
    rate = ports.sms_parts_per_second
    handed, after = pace(touches, state, rate, now)
    if handed:
        ahead, after = look_ahead(coming, state, after, rate, now)
        handed += ahead
        ports.touch_queue.hand(handed)
        ports.due.keep(after)
    return Swept(len(handed), len(touches), oldest_age)


def _waiting_task(due: Due, now: datetime) -> Task:
    event_id = (due.waiting or "").split("#", 2)[2]
    reason = (
        f"Event {event_id} speaks of a patient or session that has not come in a day. "
        "Enrol them, or correct the sender."
    )
    task_id = f"{TaskKind.WAITING_EVENT.value}.{due.patient_id}.{event_id}"
    return Task(task_id, due.clinic_id, due.patient_id, TaskKind.WAITING_EVENT, reason, now)
