"""What is left of a patient for eyes that may see who they are and what was sent, but not how they are."""

from dataclasses import replace

from aftercare.domain.chart import Chart
from aftercare.domain.followup import Followup
from aftercare.domain.history import History
from aftercare.domain.minimum import bare_alert
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Reply, Sent
from aftercare.domain.tier import Tier

# These words are the patient's decision about messages, and the front desk keeps consents.
_ABOUT_MESSAGES = frozenset({"stop", "start", "help", "wrongnumber", "automatic", "unsubscribe"})
# What a person typed, or what answers danger, tells how the patient is.
_TELLING = frozenset({Kind.CRISIS, Kind.MANUAL})


def without_clinical(history: History) -> History:
    """Return the history without words, scores, measures and the reasons of alerts."""
    return replace(
        history,
        followup=_followup(history.followup),
        sent=tuple(map(_sent, history.sent)),
        replies=tuple(map(_reply, history.replies)),
        measures=(),
        alerts=tuple(map(bare_alert, history.alerts)),
        chart=without_scores(history.chart) if history.chart is not None else None,
    )


def without_scores(chart: Chart) -> Chart:
    """Return the chart without scores and moods, and without how grave an open alert is."""
    courses = tuple(replace(course, points=()) for course in chart.courses)
    return replace(chart, courses=courses, moods=(), open_red=False)


def _followup(followup: Followup) -> Followup:
    alerts = {name: replace(alert, reason="") for name, alert in followup.alerts.items()}
    return replace(followup, moods=(), at_risk=False, alerts=alerts)


def _sent(sent: Sent) -> Sent:
    return replace(sent, text="", subject=None) if sent.kind in _TELLING else sent


def _reply(reply: Reply) -> Reply:
    understood = reply.understood if reply.understood in _ABOUT_MESSAGES else ""
    return replace(reply, body="", understood=understood, tier=Tier.GREEN, alert_id=None)
