"""What of a row is shown to whoever may know that somebody needs something, but not what.

Source: HIPAA's minimum necessary standard, 45 CFR 164.502(b).
"""

from dataclasses import replace

from aftercare.domain.alert import Alert
from aftercare.domain.ids import is_about_alert
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.worklist import AlertRow, TaskRow

# Their reasons speak of visits, addresses, carriers and our own words, never of how a patient is.
PLAIN = frozenset(
    {
        *(TaskKind.BAD_EVENT, TaskKind.WAITING_EVENT, TaskKind.CONTRADICTING_EVENT),
        *(TaskKind.WORDS_OVERDUE, TaskKind.WORDS_MISSING, TaskKind.UNREAD_REPLY),
        *(TaskKind.UNKNOWN_NUMBER, TaskKind.SHARED_NUMBER, TaskKind.WRONG_NUMBER),
        *(TaskKind.OPTED_OUT, TaskKind.OPT_OUT_DRIFT, TaskKind.COMPLAINT, TaskKind.NOT_DELIVERED),
        *(TaskKind.UNCONFIRMED, TaskKind.CARRIER_REFUSED, TaskKind.CARRIER_OPTED_OUT),
        *(TaskKind.TELL_IN_PERSON, TaskKind.NO_RIDE, TaskKind.TEST_PAGE_MISSED, TaskKind.FORM_LOCKED),
    }
)
# The plain kind of the same section, where the kind alone says how a patient is.
_INSTEAD = {
    TaskKind.SIDE_EFFECTS: TaskKind.UNREAD_REPLY,
    TaskKind.CALL_NOW: TaskKind.CALL_PATIENT,
    TaskKind.INCIDENT: TaskKind.CALL_PATIENT,
}


def bare_alert(alert: Alert) -> Alert:
    """Return an alert without why it was raised, what was said and how it ended."""
    return replace(
        alert, reason="", causes=(), answer=None, asked_at=None, safe=None, disposition=None, note=None
    )


def bare_task(task: Task) -> Task:
    """Return a task without what it says of how a patient is."""
    plain = task.kind in PLAIN and not is_about_alert(task.id)
    return task if plain else replace(task, kind=_INSTEAD.get(task.kind, task.kind), reason="")


def bare_alert_row(row: AlertRow) -> AlertRow:
    return replace(row, alert=bare_alert(row.alert), words=())


def bare_task_row(row: TaskRow) -> TaskRow:
    return replace(row, task=bare_task(row.task), reply=None)
