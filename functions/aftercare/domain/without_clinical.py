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
_ABOUT_MESSAGES = frozenset({"stop", "start", "help", "wrongnumber", "automatic", "unsubscribe"})
# What a person typed, or what answers danger, tells how the patient is.
_TELLING = frozenset({Kind.CRISIS, Kind.MANUAL})
# Kinds whose very name says how somebody is, and what they are called for other eyes.
_NEUTRAL = {
    TaskKind.SIDE_EFFECTS: TaskKind.UNREAD_REPLY,
    TaskKind.CALL_NOW: TaskKind.CALL_PATIENT,
    TaskKind.INCIDENT: TaskKind.CALL_PATIENT,
}
_REASONS = {
    TaskKind.UNREAD_REPLY: "A reply waits to be read.",
    TaskKind.CALL_PATIENT: "A call waits to be made by the care team.",
    TaskKind.UNKNOWN_NUMBER: "A text from an unknown number waits to be read.",
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
    kind = _NEUTRAL.get(task.kind, task.kind)
    # A derived id begins with the kind: it would tell what the kind does not.
    return replace(task, kind=kind, reason=_REASONS.get(kind, task.reason))


def _followup(followup: Followup) -> Followup:
    alerts = {name: replace(alert, reason="") for name, alert in followup.alerts.items()}
    return replace(followup, moods=(), at_risk=False, alerts=alerts)


def _sent(sent: Sent) -> Sent:
    return replace(sent, text="", subject=None) if sent.kind in _TELLING else sent


def _reply(reply: Reply) -> Reply:
    understood = reply.understood if reply.understood in _ABOUT_MESSAGES else ""
    return replace(reply, body="", understood=understood, tier=Tier.GREEN, alert_id=None)


def _alert(alert: Alert) -> Alert:
    return replace(alert, reason="", disposition=None, note=None, safe=None)
