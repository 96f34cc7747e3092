"""An alert: what a person must see now or today, who has seen it, and who is called next.

The ladder is a row of instants like any other touch: the alert waits in the due index, and whoever
works on it claims the next piece of work in a write conditional on the version that was read.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.ids import AlertId, ClinicId, PatientId, TouchId
from aftercare.domain.on_call import in_open_hours
from aftercare.domain.tier import Tier

# Minutes after which the next people are called. Source: clinical-regulatory section 4.3.
RED_LADDER = (0, 5, 10, 15, 30)
# Amber: the same business day, four hours of opening time (section 4.3).
AMBER_STEP = 240
AMBER_WITHIN = timedelta(minutes=AMBER_STEP)
# "NO or silence for 10 min, then it escalates"; "no disposition in 60 min, then it escalates again".
# Source: section 6, behaviours 11 and 6.
SILENCE = timedelta(minutes=10)
UNRESOLVED = timedelta(minutes=60)
# One crisis text per 30 minutes and episode (section 4.3).
TEXT_AGAIN = timedelta(minutes=30)
# Whoever claimed a piece of work has this long; then it is taken for dead and another goes on.
LEASE = timedelta(minutes=1)
# A carrier that cannot be reached is tried again each minute, for as long as an answer is of use.
TRIES_MAX = 15


# What leaves the service of how an alert ended; anything else that staff typed leaves as "other".
DISPOSITIONS = frozenset(
    {
        *("spoke_with_patient", "reached", "contacted", "left_message", "no_answer", "seen_in_clinic"),
        *("emergency_services", "welfare_check", "safety_plan", "referred", "false_alarm", "other"),
    }
)


def disposition_code(text: str) -> str:
    """Return the code of a disposition: never the words that somebody typed."""
    code = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return code if code in DISPOSITIONS else "other"


class AlertState(StrEnum):
    """Acknowledged: someone is on it. Resolved: done, with a name, a disposition and a note."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AnswerState(StrEnum):
    OWED = "owed"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The crisis text that a patient is owed: an answer to what they wrote, whatever they agreed to.

    Attributes:
        number: Counts the crisis texts of one alert, from 1.
        otherwise: Where else the patient agreed to be reached, should this way fail.
    """

    number: int
    words: str
    language: str
    channel: Channel
    to: str
    due_at: datetime
    state: AnswerState = AnswerState.OWED
    tries: int = 0
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert.

    Attributes:
        causes: Ids of the texts or forms behind it, the first one first.
        answer: The latest crisis text, if any is owed.
        asked_at: Since when we wait for the patient's YES or NO; ``None`` when we do not.
        safe: What they answered.
        rung: How many steps of the present round were called.
        rung_at: When the next one is due; ``None``: the ladder is at its end, or rests.
        round_at: When the present round began.
        round_minutes: What the steps of this round count from: 0, then 60 for the second one.
        calling: Someone is calling the people of this rung.
        held_until: The lease of whoever works on it.
    """

    id: AlertId
    clinic_id: ClinicId
    patient_id: PatientId
    tier: Tier
    reason: str
    raised_at: datetime
    state: AlertState = AlertState.RAISED
    causes: tuple[str, ...] = ()
    answer: Answer | None = None
    asked_at: datetime | None = None
    safe: str | None = None
    rung: int = 0
    rung_at: datetime | None = None
    round_at: datetime | None = None
    round_minutes: int = 0
    calling: bool = False
    held_until: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    disposition: str | None = None
    note: str | None = None
    version: int = 0

    @property
    def steps(self) -> tuple[int, ...]:
        """The minutes at which people are called, in this round."""
        if self.tier is Tier.AMBER:
            return (0, AMBER_STEP) if self.reason in PAGED_AT_ONCE else (AMBER_STEP,)
        return tuple(self.round_minutes + step for step in RED_LADDER)

    @property
    def called_out(self) -> bool:
        """Whether a red alert's ladder has come to its end: everybody was called."""
        return self.tier is Tier.RED and self.rung >= len(self.steps)


# Amber, but nobody knows what is in it: a person looks at once (section 6, behaviour 4).
PAGED_AT_ONCE = frozenset({"screen_failed", "too_long"})


def raised(alert: Alert, clinic: Clinic) -> Alert:
    """Start the ladder of a new alert. Without anyone on call there is none: the dashboard shows it."""
    if not clinic.on_call:
        return alert
    alert = replace(alert, round_at=alert.raised_at)
    return replace(alert, rung_at=_rung_at(alert, 0, clinic))


def _rung_at(alert: Alert, rung: int, clinic: Clinic) -> datetime | None:
    if rung >= len(alert.steps) or alert.round_at is None:
        return None
    step = alert.steps[rung] - alert.round_minutes
    if alert.tier is Tier.AMBER and step == AMBER_STEP:
        return in_open_hours(alert.raised_at, AMBER_WITHIN, clinic)
    return alert.round_at + timedelta(minutes=step)


def crisis_touch(alert: Alert, answer: Answer) -> TouchId:
    """Name one crisis text; by the second way it is another message."""
    suffix = "~email" if answer.channel is Channel.EMAIL else ""
    return TouchId(f"{alert.id}.crisis-{answer.number}{suffix}")


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


Work = TextPatient | TextLost | CallStaff


def next_work(alert: Alert, clinic: Clinic, now: datetime) -> tuple[Alert, Work] | None:
    """Return the next piece of work and the alert that claims it, or ``None`` when nothing is due.

    Args:
        alert: As read, with nobody else's lease on it.
        clinic: Its rota and hours.
        now: Aware instant.
    """
    if alert.state is AlertState.RESOLVED or (alert.held_until is not None and alert.held_until > now):
        return None
    alert = _patience_ended(alert, now)
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
    return None


def _patience_ended(alert: Alert, now: datetime) -> Alert:
    """Bring the ladder on when the patient is silent, or when nobody finished what they took on."""
    if alert.asked_at is not None and now >= alert.asked_at + SILENCE:
        alert = escalated(replace(alert, asked_at=None), now)
    taken = alert.acknowledged_at
    if _is_taken(alert) and taken is not None and now >= taken + UNRESOLVED:
        again = replace(alert, state=AlertState.RAISED)
        alert = _another_round(again, now) if alert.round_at is not None else again
    return alert


def _is_taken(alert: Alert) -> bool:
    return alert.tier is Tier.RED and alert.state is AlertState.ACKNOWLEDGED


def escalated(alert: Alert, now: datetime) -> Alert:
    """Bring the next step forward, whoever has acknowledged: the patient said NO, or nothing."""
    if alert.round_at is None or alert.calling:
        return alert
    if alert.called_out:
        return _another_round(alert, now)
    return replace(alert, rung_at=now) if 0 < alert.rung < len(alert.steps) else alert


def _another_round(alert: Alert, now: datetime) -> Alert:
    """Begin the ladder anew; its steps count on from the last round's, so that each is one of its own."""
    minutes = alert.round_minutes + int(UNRESOLVED.total_seconds() // 60)
    return replace(alert, rung=0, rung_at=now, round_at=now, round_minutes=minutes)


def looked_at(alert: Alert, now: datetime) -> Alert:
    """Return the alert after somebody looked and found nothing to do: what it waited for is over."""
    if alert.state is AlertState.RESOLVED or (alert.held_until is not None and alert.held_until > now):
        return alert
    return _patience_ended(alert, now)


def called(alert: Alert, clinic: Clinic) -> Alert:
    """Return the alert after all people of its rung were called."""
    after = replace(alert, rung=alert.rung + 1, calling=False)
    if after.state is AlertState.ACKNOWLEDGED:
        return replace(after, rung_at=None)
    return replace(after, rung_at=_rung_at(after, after.rung, clinic))


def released(alert: Alert) -> Alert:
    """Give the lease back."""
    return replace(alert, held_until=None)


def answered(alert: Alert, *, sent: bool, now: datetime) -> Alert:
    """Return the alert after its crisis text was handed over, or failed for good."""
    if alert.answer is None:
        return alert
    if sent:
        return replace(alert, answer=replace(alert.answer, state=AnswerState.SENT), asked_at=now)
    return _by_the_other_way(alert, now)


def unreachable(alert: Alert, now: datetime) -> Alert:
    """Return the alert after the carrier could not be reached: another way at once, else try again."""
    answer = alert.answer
    if answer is None or answer.otherwise is not None or answer.tries >= TRIES_MAX:
        return _by_the_other_way(alert, now)
    again = replace(answer, state=AnswerState.OWED, due_at=now + timedelta(minutes=1))
    return replace(alert, answer=again)


def _by_the_other_way(alert: Alert, now: datetime) -> Alert:
    answer = alert.answer
    if answer is None:
        return alert
    if answer.otherwise is None:
        return replace(alert, answer=replace(answer, state=AnswerState.FAILED))
    mail = replace(
        answer,
        channel=Channel.EMAIL,
        to=answer.otherwise,
        otherwise=None,
        state=AnswerState.OWED,
        due_at=now,
        tries=0,
    )
    return replace(alert, answer=mail)


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
    if _is_taken(alert) and alert.acknowledged_at is not None:
        waits.append(alert.acknowledged_at + UNRESOLVED)
    if not waits:
        return None
    return max(min(waits), alert.held_until or now, now + timedelta(milliseconds=1))


# ---- what people say about it


def joined(alert: Alert, cause: str, answer: Answer | None) -> Alert:
    """Add another text of the same episode; ``answer`` when it is time for another crisis text."""
    causes = alert.causes if cause in alert.causes else (*alert.causes, cause)[-20:]
    return replace(alert, causes=causes, answer=answer or alert.answer)


def said_safe(alert: Alert, *, safe: bool, now: datetime) -> Alert:
    """Keep the patient's YES or NO. YES never closes anything; NO calls the next people at once."""
    heard = replace(alert, safe="yes" if safe else "no", asked_at=None)
    return heard if safe else escalated(heard, now)


def acknowledged(alert: Alert, by: str, now: datetime) -> Alert:
    """Someone is on it: the ladder rests. Acknowledging twice changes nothing."""
    if alert.state is not AlertState.RAISED:
        return alert
    return replace(
        alert,
        state=AlertState.ACKNOWLEDGED,
        acknowledged_at=now,
        acknowledged_by=by,
        rung_at=None,
        calling=False,
        held_until=None,
    )


def resolved(alert: Alert, by: str, disposition: str, note: str, now: datetime) -> Alert:
    """It is done. Resolving twice keeps the first."""
    if alert.state is AlertState.RESOLVED:
        return alert
    return replace(
        alert,
        state=AlertState.RESOLVED,
        acknowledged_at=alert.acknowledged_at or now,
        acknowledged_by=alert.acknowledged_by or by,
        resolved_at=now,
        resolved_by=by,
        disposition=disposition,
        note=note,
        rung_at=None,
        asked_at=None,
        calling=False,
        held_until=None,
    )
