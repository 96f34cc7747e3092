"""What staff must do because a touch could not do it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.followup import Followup
from aftercare.domain.form_link import is_new_link
from aftercare.domain.ids import TouchId, touch_id
from aftercare.domain.protocol import Kind
from aftercare.domain.records import NotSent, Settled, Task, TaskKind
from aftercare.domain.send_window import SendWindow, first_open
from aftercare.domain.touch import REASONS, Reason

# What nobody needs to be told any more.
_OVERTAKEN = frozenset(
    {Reason.CLOSED, Reason.SESSION_CANCELLED, Reason.SESSION_COMPLETED, Reason.SESSION_MOVED}
)
# Answered, or its sender has told already.
_NO_LINK_NEEDED = {
    *(Reason.ANSWERED, Reason.CARRIER_REFUSED, Reason.CARRIER_OPTED_OUT, Reason.CARRIER_UNREACHABLE),
    *(Reason.WORDS_MISSING, Reason.WORDS_OVERDUE),
}
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
        if touch.reason is Reason.CARRIER_UNREACHABLE:
            why = REASONS[touch.reason]
            tasks.append(touch_task(TaskKind.CARRIER_REFUSED, touch.touch_id, followup, now, why))
        if touch.kind is Kind.SAFETY and touch.reason not in _OVERTAKEN:
            why = (
                f"The safety text at discharge was not sent. {REASONS[touch.reason]} Print it and tell them."
            )
            tasks.append(touch_task(TaskKind.TELL_IN_PERSON, touch.touch_id, followup, now, why))
        if is_new_link(touch.touch_id) and touch.reason not in _OVERTAKEN | _NO_LINK_NEEDED:
            why = f"The new link to the form was not sent. {REASONS[touch.reason]}"
            tasks.append(touch_task(TaskKind.TELL_IN_PERSON, touch.touch_id, followup, now, why))
        if _tells_of_a_move(touch) and touch.reason not in _OVERTAKEN:
            why = f"The visit moved and the patient was not told. {REASONS[touch.reason]} Call them."
            tasks.append(touch_task(TaskKind.TELL_IN_PERSON, touch.touch_id, followup, now, why))
    return tasks


# Someone who set out for the old time must hear of the new one before they leave home.
_SETS_OUT = timedelta(hours=2)


def unreachable_moves(before: Followup | None, after: Followup, clinic: Clinic, now: datetime) -> list[Task]:
    """Return the tasks for visits that moved too close to the old time for a text at a decent hour."""
    tasks = []
    window = SendWindow(clinic.send_from, clinic.send_until)
    for session in after.sessions.values():
        old = before.sessions.get(session.id) if before is not None else None
        if old is None or old.told is None or session.moves == old.moves:
            continue
        if now < old.told and first_open(now, window, after.contact.zone) > old.told - _SETS_OUT:
            why = "The visit moved, and no text can tell the patient in time. Call them now."
            moved = touch_id(session.id, f"moved-{session.round}")
            tasks.append(touch_task(TaskKind.TELL_IN_PERSON, moved, after, now, why))
    return tasks


def _tells_of_a_move(touch: NotSent) -> bool:
    return touch.touch_id.rpartition(".")[2].startswith("moved-")


def touch_task(kind: TaskKind, touch_id: TouchId, followup: Followup, now: datetime, reason: str) -> Task:
    """Return a task about one touch; its id is derived from both, so that it is opened once."""
    return Task(f"{kind.value}.{touch_id}", followup.clinic_id, followup.patient_id, kind, reason, now)
