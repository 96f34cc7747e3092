"""What staff must do because a touch could not do it."""

from collections.abc import Iterable
from datetime import datetime

from aftercare.domain.followup import Followup
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import NotSent, Settled, Task, TaskKind
from aftercare.domain.touch import REASONS, Reason

# A safety text that was not sent must be said aloud; unless there is nobody to say it to any more.
_SAID_ALREADY = frozenset({Reason.CLOSED, Reason.SESSION_CANCELLED})
_OVERTAKEN = _SAID_ALREADY | {Reason.SESSION_COMPLETED}
_WORDS = {
    Reason.WORDS_MISSING: TaskKind.WORDS_MISSING,
    Reason.WORDS_OVERDUE: TaskKind.WORDS_OVERDUE,
}


def tasks_for(settled: Iterable[Settled], followup: Followup, now: datetime) -> list[Task]:
    """Return the tasks that touches ended without a message leave behind."""
    tasks = []
    for touch in (touch for record in settled for touch in record.touches):
        if touch.reason in _WORDS:
            tasks.append(
                touch_task(_WORDS[touch.reason], touch.touch_id, followup, now, REASONS[touch.reason])
            )
        if touch.kind is Kind.SAFETY and touch.reason not in _SAID_ALREADY:
            why = f"The safety text at discharge was not sent: {touch.reason.value}. Print it and tell them."
            tasks.append(touch_task(TaskKind.TELL_IN_PERSON, touch.touch_id, followup, now, why))
        if _tells_of_a_move(touch) and touch.reason not in _OVERTAKEN:
            why = f"The visit moved and the patient was not told: {touch.reason.value}. Call them."
            tasks.append(touch_task(TaskKind.TELL_IN_PERSON, touch.touch_id, followup, now, why))
    return tasks


def _tells_of_a_move(touch: NotSent) -> bool:
    return touch.touch_id.rpartition(".")[2].startswith("moved-")


def touch_task(kind: TaskKind, touch_id: TouchId, followup: Followup, now: datetime, reason: str) -> Task:
    """Return a task about one touch; its id is derived from both, so that it is opened once."""
    return Task(f"{kind.value}.{touch_id}", followup.clinic_id, followup.patient_id, kind, reason, now)
