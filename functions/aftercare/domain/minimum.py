"""What is left of anything for eyes that may know who needs something, but not what: the one hiding rule.

Whoever may not see clinical matters sees who a patient is, what was sent and whether it arrived, that an
alert is open and how urgent it is (red or amber: whoever picks up the phone must know). Not why it was
raised, what the patient wrote, scores, moods, or what a task says of them; and by no id either.
Source: HIPAA's minimum necessary standard, 45 CFR 164.502(b).
"""

import hashlib
from dataclasses import replace

from aftercare.domain.alert import Alert
from aftercare.domain.chart import Chart
from aftercare.domain.followup import Followup
from aftercare.domain.history import History
from aftercare.domain.ids import is_about_alert
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Reply, Sent, Task, TaskKind
from aftercare.domain.tier import Tier
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
# What is to be done is to read words, which takes somebody who may see them.
_TO_READ = frozenset({TaskKind.UNREAD_REPLY, TaskKind.UNKNOWN_NUMBER, TaskKind.SHARED_NUMBER})
# The plain kind of the same section, where the kind alone says how a patient is.
_INSTEAD = {
    TaskKind.SIDE_EFFECTS: TaskKind.UNREAD_REPLY,
    TaskKind.CALL_NOW: TaskKind.CALL_PATIENT,
    TaskKind.INCIDENT: TaskKind.CALL_PATIENT,
}
# These words are the patient's decision about messages, and the front desk keeps consents.
_ABOUT_MESSAGES = frozenset({"stop", "start", "help", "wrongnumber", "automatic", "unsubscribe"})
# What a person typed, or what answers danger, tells how the patient is.
_TELLING = frozenset({Kind.CRISIS, Kind.MANUAL})


def bare_alert(alert: Alert) -> Alert:
    """Return an alert without why it was raised, what was said and how it ended."""
    return replace(
        alert, reason="", causes=(), answer=None, asked_at=None, safe=None, disposition=None, note=None
    )


def bare_task(task: Task) -> Task:
    """Return a task without what it says of how a patient is. Its id, which names its kind, is masked."""
    if _is_plain(task):
        return task
    masked = f"task.{hashlib.sha256(task.id.encode()).hexdigest()[:16]}"
    return replace(task, id=masked, kind=_INSTEAD.get(task.kind, task.kind), reason="")


def may_end_unseen(task: Task) -> bool:
    """Say whether a task can be done by who sees no clinical matters: they can see all that it asks."""
    return _is_plain(task) and task.kind not in _TO_READ


def _is_plain(task: Task) -> bool:
    return task.kind in PLAIN and not is_about_alert(task.id)


def bare_alert_row(row: AlertRow) -> AlertRow:
    return replace(row, alert=bare_alert(row.alert), words=())


def bare_task_row(row: TaskRow) -> TaskRow:
    return replace(row, task=bare_task(row.task), reply=None)


def bare_chart(chart: Chart) -> Chart:
    """Return the chart without scores, moods and how long alerts waited."""
    courses = tuple(replace(course, points=()) for course in chart.courses)
    return replace(chart, courses=courses, moods=(), taken_on_in=())


def bare_history(history: History) -> History:
    """Return the history without words, scores, measures and the reasons of alerts."""
    return replace(
        history,
        followup=_followup(history.followup),
        sent=tuple(map(_sent, history.sent)),
        replies=tuple(map(_reply, history.replies)),
        measures=(),
        alerts=tuple(map(bare_alert, history.alerts)),
        chart=bare_chart(history.chart) if history.chart is not None else None,
    )


def _followup(followup: Followup) -> Followup:
    alerts = {name: replace(alert, reason="") for name, alert in followup.alerts.items()}
    return replace(followup, moods=(), at_risk=False, alerts=alerts)


def _sent(sent: Sent) -> Sent:
    return replace(sent, text="", subject=None) if sent.kind in _TELLING else sent


def _reply(reply: Reply) -> Reply:
    understood = reply.understood if reply.understood in _ABOUT_MESSAGES else ""
    return replace(reply, body="", understood=understood, tier=Tier.GREEN, alert_id=None)
