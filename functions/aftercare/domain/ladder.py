"""What an alert asks for now, and when next: the crisis text, the people of a step, the next round.

The ladder is a row of instants like any other touch: the alert waits in the due index, and whoever
works on it claims the next piece of work in a write conditional on the version that was read.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.domain.alert import (
    TOLD_AFTER,
    Alert,
    AlertState,
    Answer,
    AnswerState,
    Told,
)
from aftercare.domain.clinic import Clinic
from aftercare.domain.ids import NO_ONE
from aftercare.domain.ladder_amber import AMBER_UNRESOLVED, amber_call_at, at_open_doors, may_call_at
from aftercare.domain.tier import Tier

# "NO or silence for 10 min, then it escalates"; "no disposition in 60 min, then it escalates again".
# Source: section 6, behaviours 11 and 6.
SILENCE = timedelta(minutes=10)
UNRESOLVED = timedelta(minutes=60)
# Whoever claimed a piece of work has this long; then it is taken for dead and another goes on.
LEASE = timedelta(minutes=1)


def raised(alert: Alert, clinic: Clinic) -> Alert:
    """Start the ladder of a new alert. Without anyone on call there is none: the dashboard shows it."""
    if not clinic.on_call:
        return alert
    alert = replace(alert, round_at=alert.raised_at)
    return replace(alert, rung_at=_rung_at(alert, 0, clinic, alert.raised_at))


def _rung_at(alert: Alert, rung: int, clinic: Clinic, now: datetime) -> datetime | None:
    """Return when a rung is due; after the last one of a red alert, when the ladder begins anew."""
    if alert.round_at is None:
        return None
    if alert.tier is Tier.AMBER:
        return amber_call_at(alert, rung, clinic, now)
    if rung >= len(alert.steps):
        return alert.round_at + UNRESOLVED
    return alert.round_at + timedelta(minutes=alert.steps[rung] - alert.round_minutes)


# ---- what is to be done now


@dataclass(frozen=True, slots=True)
class TextPatient:
    """Hand over the crisis text."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class TextLost:
    """The crisis text was claimed and nobody says what became of it: staff must phone."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Call the people of one step. ``last``: nobody is left to call after these."""

    step: int
    rung: int
    last: bool


@dataclass(frozen=True, slots=True)
class TellPatient:
    """Tell the patient that nobody has taken it on yet. ``lost``: whoever began never said how it went."""

    lost: bool = False


Work = TextPatient | TextLost | CallStaff | TellPatient


def next_work(alert: Alert, clinic: Clinic, now: datetime) -> tuple[Alert, Work | None] | None:
    """Return the next piece of work and the alert that claims it, or ``None`` when nothing is due.

    Args:
        alert: As read, with nobody else's lease on it.
        clinic: Its rota and hours.
        now: Aware instant.

    Returns:
        The work may be ``None`` though something changed: patience ended, and nobody is to be called.
    """
    if alert.state is AlertState.RESOLVED or (alert.held_until is not None and alert.held_until > now):
        return None
    before, alert = alert, _patience_ended(alert, clinic, now)
    leased = replace(alert, held_until=now + LEASE)
    answer = alert.answer
    if answer is not None and answer.due_at <= now:
        if answer.state is AnswerState.OWED:
            claimed = replace(answer, state=AnswerState.CLAIMED, tries=answer.tries + 1)
            return replace(leased, answer=claimed), TextPatient(claimed)
        if answer.state is AnswerState.CLAIMED:
            return leased, TextLost(answer)
    if alert.calling or (alert.rung_at is not None and alert.rung_at <= now):
        step, last = alert.steps[alert.rung], alert.rung + 1 == len(alert.steps)
        return replace(leased, calling=True), CallStaff(step, alert.rung, last)
    tell_at = _tell_at(alert)
    if tell_at is not None and tell_at <= now:
        return replace(leased, told=Told.CLAIMED), TellPatient(lost=alert.told is Told.CLAIMED)
    return (alert, None) if alert != before else None


def _patience_ended(alert: Alert, clinic: Clinic, now: datetime) -> Alert:
    """Bring the ladder on when the patient is silent, or when nobody finished what they took on."""
    if alert.asked_at is not None and now >= alert.asked_at + SILENCE:
        alert = escalated(replace(alert, asked_at=None), now)
    patience = _patience_ends_at(alert)
    if patience is not None and now >= patience:
        alert = replace(alert, state=AlertState.RAISED)
        alert = _next_round(alert, now) if alert.tier is Tier.RED else _goes_on(alert, clinic, now)
    if ended(alert) and alert.rung_at is not None and now >= alert.rung_at:
        alert = _next_round(alert, now)
    return alert


def _tell_at(alert: Alert) -> datetime | None:
    """Return when the patient is to be told that nobody has taken it on; ``None`` for not, or no more.

    Only where people are called at all, and not before what became of the crisis text is known.
    """
    if alert.told not in (None, Told.OWED, Told.CLAIMED):
        return None
    if alert.tier is not Tier.RED or alert.round_at is None or alert.patient_id == NO_ONE:
        return None
    if alert.told is not Told.CLAIMED and alert.acknowledged_at is not None:
        return None
    if alert.answer is not None and alert.answer.state in (AnswerState.OWED, AnswerState.CLAIMED):
        return None
    return alert.tell_at or alert.raised_at + TOLD_AFTER


def _next_round(alert: Alert, now: datetime) -> Alert:
    """Begin the ladder anew. Its steps have numbers of their own: each person is called again."""
    minutes = alert.round_minutes + int(UNRESOLVED.total_seconds() // 60)
    begins = now if alert.round_at is not None else None
    return replace(alert, rung=0, rung_at=begins, round_at=begins, round_minutes=minutes)


def _goes_on(alert: Alert, clinic: Clinic, now: datetime) -> Alert:
    """Let an amber alert call the next person once the doors are open. Its steps count on by themselves."""
    return replace(alert, rung_at=at_open_doors(clinic, now) if alert.round_at is not None else None)


def _patience_ends_at(alert: Alert) -> datetime | None:
    """Return when an alert that somebody took on is called again, should it not be resolved."""
    if alert.state is not AlertState.ACKNOWLEDGED or alert.acknowledged_at is None:
        return None
    return alert.acknowledged_at + (UNRESOLVED if alert.tier is Tier.RED else AMBER_UNRESOLVED)


def escalated(alert: Alert, now: datetime) -> Alert:
    """Bring the next step forward, whoever has acknowledged: the patient said NO, or nothing.

    After the last step the ladder begins anew: there is always somebody to call.
    """
    if alert.round_at is None or alert.calling:
        return alert
    if ended(alert):
        return _next_round(alert, now)
    return replace(alert, rung_at=now)


def ended(alert: Alert) -> bool:
    """Say whether every step of the present round was called."""
    return alert.rung >= len(alert.steps)


def heard_again(alert: Alert, now: datetime) -> Alert:
    """Call somebody for one more red text, unless the ladder is calling people anyway."""
    rests = alert.state is AlertState.ACKNOWLEDGED or ended(alert)
    return escalated(alert, now) if rests else alert


def called(alert: Alert, clinic: Clinic, now: datetime) -> Alert:
    """Return the alert after all people of its rung were called."""
    after = replace(alert, rung=alert.rung + 1, calling=False)
    if after.state is AlertState.ACKNOWLEDGED:
        return replace(after, rung_at=None)
    return replace(after, rung_at=_rung_at(after, after.rung, clinic, now))


def not_reached(alert: Alert, clinic: Clinic, now: datetime) -> Alert:
    """Return the alert after no carrier took a page of its rung: the same people again in a minute.

    From the time of the next step on, that step calls more people instead. An amber alert that was not to be
    paged at once waits for no night: it is tried while the doors are open.
    """
    following = _rung_at(alert, alert.rung + 1, clinic, now)
    again = now + timedelta(minutes=1)
    if following is None or again >= following or alert.state is AlertState.ACKNOWLEDGED:
        return called(alert, clinic, now)
    if alert.tier is Tier.AMBER and not may_call_at(alert, clinic, again):
        return called(alert, clinic, now)
    return replace(alert, calling=False, rung_at=again)


def released(alert: Alert) -> Alert:
    """Give the lease back."""
    return replace(alert, held_until=None)


def next_alert_due(alert: Alert, now: datetime) -> datetime | None:
    """Return when the engine must look at it next, always later than ``now``; ``None`` for never."""
    if alert.state is AlertState.RESOLVED:
        return None
    waits: list[datetime] = []
    if alert.answer is not None and alert.answer.state in (AnswerState.OWED, AnswerState.CLAIMED):
        waits.append(alert.answer.due_at)
    if alert.rung_at is not None or alert.calling:
        waits.append(alert.rung_at or now)
    if alert.asked_at is not None:
        waits.append(alert.asked_at + SILENCE)
    patience = _patience_ends_at(alert)
    if patience is not None:
        waits.append(patience)
    tell_at = _tell_at(alert)
    if tell_at is not None:
        waits.append(tell_at)
    if not waits:
        return None
    return max(min(waits), alert.held_until or now, now + timedelta(milliseconds=1))


# ---- what the patient says of it


def said_safe(alert: Alert, *, safe: bool, now: datetime) -> Alert:
    """Keep the patient's YES or NO. YES never closes anything; NO calls the next people at once."""
    heard = replace(alert, safe="yes" if safe else "no", asked_at=None)
    return heard if safe else escalated(heard, now)
