"""What is left of a patient for eyes that may see who they are and what was sent, but not how they are."""

from collections.abc import Iterable
from dataclasses import replace

from aftercare.domain.alert import Alert
from aftercare.domain.followup import Followup
from aftercare.domain.history import History
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Reply, Sent, Task, TaskKind
from aftercare.domain.tier import Tier

# These words are the patient's decision about messages, and the front desk keeps consents.
_ABOUT_MESSAGES = frozenset({"stop", "start", "help", "wrongnumber", "automatic"})
# What a person typed, or what answers danger, tells how the patient is.
_TELLING = frozenset({Kind.CRISIS, Kind.MANUAL})
# Their reasons speak of visits, addresses, carriers and our own words, never of how a patient is.
_PLAIN = frozenset(
    {
        *(TaskKind.BAD_EVENT, TaskKind.WAITING_EVENT, TaskKind.CONTRADICTING_EVENT, TaskKind.WORDS_OVERDUE),
        *(TaskKind.WORDS_MISSING, TaskKind.UNREAD_REPLY, TaskKind.WRONG_NUMBER, TaskKind.OPTED_OUT),
        *(TaskKind.COMPLAINT, TaskKind.NOT_DELIVERED, TaskKind.UNCONFIRMED, TaskKind.CARRIER_REFUSED),
        *(TaskKind.CARRIER_OPTED_OUT, TaskKind.TELL_IN_PERSON, TaskKind.NO_RIDE),
    }
)
# Where the kind alone says how a patient is: a plain one of the same part of the list.
_INSTEAD = {
    TaskKind.SIDE_EFFECTS: TaskKind.UNREAD_REPLY,
    TaskKind.CALL_NOW: TaskKind.CALL_PATIENT,
    TaskKind.INCIDENT: TaskKind.CALL_PATIENT,
}


def without_clinical(history: History) -> History:
    """Return the history without words, scores, measures and the reasons of alerts."""
    return replace(
        history,
        followup=_followup(history.followup),
        sent=tuple(map(_sent, history.sent)),
        replies=tuple(map(_reply, history.replies)),
        measures=(),
        alerts=tuple(map(_alert, history.alerts)),
    )


def tasks_without_clinical(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return the tasks: that something waits, and not what."""
    return tuple(map(task_without_clinical, tasks))


def task_without_clinical(task: Task) -> Task:
    if task.kind in _PLAIN and ".alert." not in task.id:
        return task
    return replace(task, kind=_INSTEAD.get(task.kind, task.kind), reason="")


def _followup(followup: Followup) -> Followup:
    alerts = {name: replace(alert, reason="") for name, alert in followup.alerts.items()}
    return replace(followup, moods=(), at_risk=False, alerts=alerts)


def _sent(sent: Sent) -> Sent:
    return replace(sent, text="", subject=None) if sent.kind in _TELLING else sent


def _reply(reply: Reply) -> Reply:
    understood = reply.understood if reply.understood in _ABOUT_MESSAGES else ""
    return replace(reply, body="", understood=understood, tier=Tier.GREEN, alert_id=None)


def _alert(alert: Alert) -> Alert:
    """Keep that there is one, who took it on and when it ended."""
    return replace(
        alert, reason="", causes=(), answer=None, asked_at=None, safe=None, disposition=None, note=None
    )
