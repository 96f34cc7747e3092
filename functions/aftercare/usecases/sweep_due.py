"""Once a minute: hand what is due to the queue, paced to the carrier, each entry once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.domain.sweep import SweepState, lost, pace
from aftercare.ports import Ports


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did. ``oldest_age``: how long the oldest due touch has waited."""

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
    due = ports.due.due(now)
    touches = [entry for entry in due if entry.waiting is None]
    for entry in due:
        if entry.waiting is not None:
            ports.due.overdue_wait(entry, now)
    oldest_age = max((now - entry.due_at for entry in touches), default=timedelta())
    if not touches:
        return Swept(0, 0, oldest_age)
    state = ports.due.state()
    if lost(touches, state, now) and ports.touch_queue.is_empty():
        state = SweepState(booked_until=state.booked_until, version=state.version)
    handed, after = pace(touches, state, ports.sms_parts_per_second, now)
    if handed:
        ports.touch_queue.hand(handed)
        ports.due.keep(after)
    return Swept(len(handed), len(touches), oldest_age)
