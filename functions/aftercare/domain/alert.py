"""An alert: what a person must see now or today, and what people say about it.

When it is due, and who is called next, is the ladder's.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.domain.consent import Channel
from aftercare.domain.ids import AlertId, ClinicId, PatientId, TouchId
from aftercare.domain.tier import Tier

# Minutes after which the next people are called. Source: clinical-regulatory section 4.3.
RED_LADDER = (0, 5, 10, 15, 30)
# Amber: the same business day, four hours of opening time (section 4.3).
AMBER_STEP = 240
# Then one call a business day, until somebody takes it on: the steps are numbered by the minutes of a day.
DAY_STEP = 24 * 60
# Amber, but there are words and nobody knows what they say: a person looks at once (section 6, behaviour 4;
# 4.2, rule 2). A picture or an empty message has none: it waits as any amber does.
PAGED_AT_ONCE = frozenset({"screen_failed", "too_long", "unknown_language"})
# One crisis text per 30 minutes and episode (section 4.3).
TEXT_AGAIN = timedelta(minutes=30)
# Not acknowledged by then: the patient is told so, and what to do meanwhile (section 4.3).
TOLD_AFTER = timedelta(minutes=15)
WE_WILL_CALL = "we_will_call"

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


class Told(StrEnum):
    """What became of the one text that says that nobody has taken the alert on yet. Owed: tried again."""

    OWED = "owed"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"


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
        rung_at: When the next one is due, or the next round; ``None``: the ladder is at its end, or rests.
        round_at: When the present round began.
        round_minutes: What the steps of this round count from: 0, then 60 for the second one.
        calling: Someone is calling the people of this rung.
        held_until: The lease of whoever works on it.
        told: Whether the patient was told that nobody has taken it on yet; ``None`` while they need not be.
        tell_at: When to try that again, after no carrier could be reached.
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
    told: Told | None = None
    tell_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    disposition: str | None = None
    note: str | None = None
    version: int = 0

    @property
    def steps(self) -> tuple[int, ...]:
        """The numbers of the steps: a red alert's of this round; an amber one's as far as the next two."""
        if self.tier is Tier.AMBER:
            first = (0, AMBER_STEP) if self.reason in PAGED_AT_ONCE else (AMBER_STEP,)
            return (*first, *(day * DAY_STEP for day in range(1, self.rung + 2)))
        return tuple(self.round_minutes + step for step in RED_LADDER)


def crisis_touch(alert: Alert, answer: Answer) -> TouchId:
    """Name one crisis text; by the second way it is another message."""
    suffix = "~email" if answer.channel is Channel.EMAIL else ""
    name = "will-call" if answer.words == WE_WILL_CALL else f"crisis-{answer.number}"
    return TouchId(f"{alert.id}.{name}{suffix}")


# ---- what people say about it


def joined(alert: Alert, cause: str, answer: Answer | None) -> Alert:
    """Add another text of the same episode; ``answer`` when it is time for another crisis text.

    That text asks anew whether the patient is safe: what they said before does not answer it.
    """
    causes = alert.causes if cause in alert.causes else (*alert.causes, cause)[-20:]
    if answer is None:
        return replace(alert, causes=causes)
    return replace(alert, causes=causes, answer=answer, safe=None, asked_at=None)


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
