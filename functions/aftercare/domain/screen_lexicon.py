"""What the crisis screen looks for, what lowers it, and what it answers. Data only; ``screen`` uses it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from aftercare.domain.screen_phrase import Finder
from aftercare.domain.screen_text import Spelling
from aftercare.domain.screen_weights import Weights
from aftercare.domain.tier import Tier as Tier

DENIAL, PAST, IDIOM, ACCIDENT = "denial", "past", "idiom", "accident"
LOWERING_KINDS = (DENIAL, PAST, IDIOM, ACCIDENT)

NEAR_WORDS = 14
"""How far apart, in words, things may stand to be read together: about one spoken sentence."""

UNKNOWN_LANGUAGE, NOTHING_TO_READ = "unknown_language", "nothing_to_read"
TOO_LONG, SCREEN_FAILED = "too_long", "screen_failed"
UNREAD = (UNKNOWN_LANGUAGE, NOTHING_TO_READ, TOO_LONG, SCREEN_FAILED)

LOWERED = {DENIAL: "denied", PAST: "past", IDIOM: "idiom", ACCIDENT: "idiom"}
"""Why something that was lowered still is an alert, by what lowered it."""

REASONS = (
    *("medical", "overdose", "third_party", "abuse", "harm_to_others", "means", "goodbye", "suicide"),
    *("self_harm", "confusion", "bladder", "psychosis", "mania", "unsafe"),
    *("denied", "past", "hopelessness", "worse_after_session", "asks_for_help", "vomiting", "dissociation"),
    *("drove", "alcohol", "craving", "side_effect", "idiom", "unclear", *UNREAD),
)
"""Every reason that an alert can name, the one to name first standing first."""

NOTHING_FOUND = "nothing_found"
"""What stands in place of a reason where there is no alert."""


class Reach(StrEnum):
    """Where a lowering phrase must stand to lower what was found."""

    BEFORE = "before"  # it ends where the other begins, in the same part of the sentence
    HOLDS = "holds"  # it holds the word with which the other is complete
    SENTENCE = "sentence"  # anywhere in the same sentence


class Within(StrEnum):
    """How close together things must stand to be read together."""

    NEAR = "near"  # a sentence's length, see NEAR_WORDS
    MESSAGE = "message"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phrases that mean the same, and what they mean.

    Attributes:
        id: Such as ``en.suicide.want-to-die``; alerts and logs carry this, never the words.
        theme: What it is about, such as ``suicide``; rules on what stands together name themes.
        reason: What an alert says it is about, one of ``REASONS``.
        tier: Red or amber; green is a signal that only counts together with other themes.
        medical: A medical emergency: the answer names 911 first.
        lowered_by: Which kinds of lowering it may suffer.
    """

    id: str
    theme: str
    reason: str
    tier: Tier
    medical: bool
    lowered_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lowering:
    """Phrases that lower what they stand at.

    Attributes:
        id: Such as ``en.idiom.laughter``.
        kind: ``denial``, ``past``, ``idiom`` or ``accident``.
        reach: Where it must stand.
        to: The tier that is left, if the other was higher.
    """

    id: str
    kind: str
    reach: Reach
    to: Tier


@dataclass(frozen=True, slots=True)
class Together:
    """Themes that make a tier when all of them stand within reach of each other."""

    id: str
    themes: frozenset[str]
    reason: str
    tier: Tier
    medical: bool
    within: Within


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the screen knows, as the loader of the content built it.

    Attributes:
        spelling: How patients write.
        patterns: What is looked for.
        lowerings: What lowers it.
        undoing: Words that undo every lowering of a kind: "again" undoes a distant past, "on purpose"
            an accident.
        together: What weighs more together than alone.
        weights: The last net, for what no phrase caught.
    """

    spelling: Spelling
    patterns: Finder[Pattern]
    lowerings: Finder[Lowering]
    undoing: Finder[str]
    together: tuple[Together, ...]
    weights: Weights


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the screen found.

    Attributes:
        tier: How soon a person must see it.
        reasons: What it is about, those of the tier first, each group in the order of ``REASONS``; never
            shown to the patient.
        matched: Ids of the patterns, sorted; never words.
        medical: Something in it is a medical emergency.
    """

    tier: Tier
    reasons: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    medical: bool = False


def reason_of(verdict: Verdict) -> str:
    """Return the one reason an alert names: one of ``REASONS``, or ``NOTHING_FOUND`` for green."""
    return verdict.reasons[0] if verdict.reasons else NOTHING_FOUND


def in_order(reasons: AbstractSet[str]) -> tuple[str, ...]:
    """Return ``reasons`` in the order of ``REASONS``."""
    return tuple(sorted(reasons, key=REASONS.index))
