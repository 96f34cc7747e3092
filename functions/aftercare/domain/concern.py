"""What in an answer a person on the team must look at, and how soon.

A concern is a reason to look. It is no judgement of risk, and the patient is never told of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from aftercare.domain.tier import Tier


class ConcernReason(StrEnum):
    """Why staff are to look. Stable codes: they leave the service in events, words never do."""

    ITEM_NINE = "item_nine"
    ITEM_NINE_BLANK = "item_nine_blank"
    PHQ9_ROSE = "phq9_rose"
    BLADDER = "bladder"
    BLADDER_RED = "bladder_red"
    CRAVING = "craving"
    MOOD_LOW = "mood_low"
    MOOD_FELL = "mood_fell"
    DISSOCIATION = "dissociation"
    SICK_STOMACH = "sick_stomach"
    SEDATION = "sedation"


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing for a person to look at.

    Attributes:
        tier: Red, at once and at any hour; or amber, the same business day. Never green.
        reason: Why: a ``ConcernReason``, or one of the crisis screen's codes. Never words.
        measure: Code of the measure in which it was found; empty for words.
        items: Ids of the answers it rests on, in the order of the form; none when it is the total.
    """

    tier: Tier
    reason: str
    measure: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an answer of ``at_least`` this value is a reason for. Part of the reviewed content."""

    at_least: int
    tier: Tier
    reason: ConcernReason
