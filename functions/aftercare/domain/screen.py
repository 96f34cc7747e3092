"""The crisis screen: which texts a person must see now, which today, and which with the rest.

It finds, it does not judge: no score, no likelihood, nothing that is shown to the patient. Built for
recall: a message too many costs a look, one too few may cost a life. Whatever it finds, every text
is still read by a person.

How it decides (source: clinical-regulatory research 4.2, rules 1 to 4):

1. The text is read alone, and joined with the messages before it; of what is found in the joined
   thread only what reaches into the new text counts.
2. Each phrase found has a tier. Denial ("I would never"), distant past ("when I was 15"), idiom
   ("dying of laughter") and accident ("cut myself shaving") lower that one phrase, never its neighbours.
   Denial and past never below amber.
3. Themes that weigh more together than alone raise the tier.
4. The verdict is the highest of what is left, and amber at least where there is nothing that could
   be read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aftercare.domain.screen_phrase import Finder, Found, Reading, numbered
from aftercare.domain.screen_text import LONGEST, Spelling, is_known_language, is_readable, read
from aftercare.domain.tier import Tier

EARLIER_MESSAGES = 4
EARLIER_CHARACTERS = 500
"""Of each earlier message only its end is joined: a crisis parted over texts is parted in a row."""

UNREADABLE = "unreadable"
UNKNOWN_LANGUAGE = "screen.unknown-language"
NOTHING_TO_READ = "screen.nothing-to-read"
TOO_LONG = "screen.too-long"
FAILED = "screen.failed"

DENIAL, PAST, IDIOM, ACCIDENT = "denial", "past", "idiom", "accident"
LOWERING_KINDS = (DENIAL, PAST, IDIOM, ACCIDENT)


class Reach(StrEnum):
    """Where a lowering phrase must stand to lower what was found."""

    BEFORE = "before"  # it ends where the other begins, in the same part of the sentence
    HOLDS = "holds"  # it holds the word with which the other is complete
    SENTENCE = "sentence"  # anywhere in the same sentence


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phrases that mean the same, and what they mean.

    Attributes:
        id: Such as ``en.suicide.want-to-die``; alerts and logs carry this, never the words.
        theme: What it is about, such as ``suicide``.
        tier: Red or amber; green is a signal that only counts together with other themes.
        medical: A medical emergency: the answer names 911 first.
        lowered_by: Which kinds of lowering it may suffer.
    """

    id: str
    theme: str
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
    """Themes that make a tier when all of them stand in one message, or in a thread of messages."""

    id: str
    themes: frozenset[str]
    tier: Tier
    in_thread: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the screen knows, as the loader of the content built it.

    Attributes:
        spelling: How patients write.
        patterns: What is looked for.
        lowerings: What lowers it.
        undoing: Words that undo every lowering of a kind: "again" undoes a distant past, "on purpose"
            an accident.
        together: Pairs of themes.
    """

    spelling: Spelling
    patterns: Finder[Pattern]
    lowerings: Finder[Lowering]
    undoing: Finder[str]
    together: tuple[Together, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the screen found.

    Attributes:
        tier: How soon a person must see it.
        themes: What it is about, sorted; never shown to the patient.
        matched: Ids of the patterns, sorted; never words.
        medical: Something in it is a medical emergency.
    """

    tier: Tier
    themes: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    medical: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    id: str
    theme: str
    tier: Tier
    medical: bool = False


def screen(text: str, earlier: Sequence[str] = (), *, lexicon: Lexicon) -> Verdict:
    """Screen one text from a patient.

    Args:
        text: What the patient wrote.
        earlier: The patient's messages before it, oldest first; the last four are looked at.
        lexicon: What to look for.

    Returns:
        The verdict. ``GREEN`` says that nothing was found, not that the patient is well.
    """
    before = [read(one[-EARLIER_CHARACTERS:], lexicon.spelling) for one in earlier[-EARLIER_MESSAGES:]]
    hits: set[_Hit] = set()
    for way, reading in enumerate(read(_within_limit(text), lexicon.spelling)):
        thread = Reading(())
        for one in before:
            thread = thread.then(one[way])
        alone = set(_hits(reading, lexicon))
        hits |= alone
        hits |= set(_hits(thread.then(reading), lexicon, since=len(thread.words))) if earlier else set()
        hits |= set(_met(alone, set(_hits(thread, lexicon)), lexicon))
    return _verdict(hits | set(_unread(text, found=bool(hits), lexicon=lexicon)))


def screened_safely(
    text: str | None, earlier: Sequence[str] = (), *, lexicon: Callable[[], Lexicon]
) -> Verdict:
    """Screen a text such that no failure of the screen can lose it: what fails is amber.

    Args:
        text: What the patient wrote; ``None`` for a picture or a voice message.
        earlier: The messages before it, oldest first.
        lexicon: Fetches the lexicon; called here because fetching it can fail too.
    """
    if text is None:
        return _verdict({_Hit(NOTHING_TO_READ, UNREADABLE, Tier.AMBER)})
    try:
        return screen(text, earlier, lexicon=lexicon())
    except Exception:  # noqa: BLE001 - the one place where any failure has a safe answer: a person looks
        return _verdict({_Hit(FAILED, UNREADABLE, Tier.AMBER)})


def _within_limit(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n{text[-LONGEST:]}"


def _unread(text: str, *, found: bool, lexicon: Lexicon) -> Iterator[_Hit]:
    """Yield why this text could not be read in full. A screen that saw nothing has cleared nothing."""
    if len(text) > 2 * LONGEST:
        yield _Hit(TOO_LONG, UNREADABLE, Tier.AMBER)
    if not is_readable(text):
        yield _Hit(NOTHING_TO_READ, UNREADABLE, Tier.AMBER)
    elif not found and not is_known_language(
        read(_within_limit(text), lexicon.spelling)[0], lexicon.spelling
    ):
        yield _Hit(UNKNOWN_LANGUAGE, UNREADABLE, Tier.AMBER)


def _hits(reading: Reading, lexicon: Lexicon, since: int = 0) -> Iterator[_Hit]:
    """Yield what was found, lowered where it must be.

    Args:
        reading: The text, or a thread.
        lexicon: What to look for.
        since: Where the new text begins: whatever ends before it was screened when it came.
    """
    found = [one for one in lexicon.patterns.find(reading) if max(one.ends) > since]
    if not found:
        return
    lowerings = _Lowerings(reading, lexicon)
    for one in found:
        left = lowerings.left_of(one)
        if left is not None:
            yield _Hit(one.owner.id, one.owner.theme, left, one.owner.medical)


class _Lowerings:
    """What lowers what in one text, laid out by position so that looking it up is one step."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._sentence = numbered(reading.breaks, len(reading.words))
        self._before: dict[int, set[Lowering]] = defaultdict(set)
        self._around: dict[int, set[Lowering]] = defaultdict(set)
        self._beside: dict[int, set[Lowering]] = defaultdict(set)
        part = numbered(reading.breaks | reading.pauses, len(reading.words))
        undone = {found.owner for found in lexicon.undoing.find(reading)}
        for low in lexicon.lowerings.find(reading):
            if low.owner.kind in undone:
                continue
            if low.owner.reach is Reach.SENTENCE:
                self._beside[self._sentence[low.start]].add(low.owner)
            elif low.owner.reach is Reach.HOLDS:
                for at in range(low.start, max(low.ends)):
                    self._around[at].add(low.owner)
            else:
                for end in low.ends:
                    if part[end] == part[low.start]:
                        self._before[end].add(low.owner)

    def left_of(self, one: Found[Pattern]) -> Tier | None:
        """Return the tier that is left of what was found; ``None`` if nothing is."""
        around, beside = self._around[min(one.ends) - 1], self._beside[self._sentence[one.start]]
        lows = self._before[one.start] | around | beside
        tiers = [low.to for low in lows if low.kind in one.owner.lowered_by]
        left = min((one.owner.tier, *tiers), key=lambda tier: tier.rank)
        return None if tiers and left is Tier.GREEN else left


def _met(new: set[_Hit], earlier: set[_Hit], lexicon: Lexicon) -> Iterator[_Hit]:
    fresh = {hit.theme for hit in new}
    thread = fresh | {hit.theme for hit in earlier}
    for rule in lexicon.together:
        if rule.themes <= (thread if rule.in_thread else fresh) and rule.themes & fresh:
            yield _Hit(rule.id, min(rule.themes), rule.tier)


def _verdict(hits: set[_Hit]) -> Verdict:
    counted = [hit for hit in hits if hit.tier is not Tier.GREEN]
    return Verdict(
        tier=max((hit.tier for hit in counted), key=lambda tier: tier.rank, default=Tier.GREEN),
        themes=tuple(sorted({hit.theme for hit in counted})),
        matched=tuple(sorted({hit.id for hit in counted})),
        medical=any(hit.medical and hit.tier is Tier.RED for hit in counted),
    )
