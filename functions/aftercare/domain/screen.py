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
4. Where no phrase was found, or only an amber one, words weighed together may raise the text to red.
5. The verdict is the highest of what is left, and amber at least where there is nothing that could
   be read.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from aftercare.domain.screen_lexicon import (
    LOWERED,
    NEAR_WORDS,
    NOTHING_TO_READ,
    SCREEN_FAILED,
    TOO_LONG,
    UNKNOWN_LANGUAGE,
    Lexicon,
    Lowering,
    Pattern,
    Reach,
    Tier,
    Together,
    Verdict,
    Within,
    in_order,
)
from aftercare.domain.screen_phrase import Found, Reading, numbered
from aftercare.domain.screen_text import LONGEST, has_letters, is_known_language, is_readable, read
from aftercare.domain.screen_weights import LEAST_WEIGHED, Weights

EARLIER_MESSAGES = 4
EARLIER_CHARACTERS = 500
"""Of each earlier message only its end is joined: a crisis parted over texts is parted in a row."""

MUCH_BESIDE = 12
"""Words: a plain denial ("I am not going to hurt myself") is shorter, and stays amber."""


@dataclass(frozen=True, slots=True)
class _Hit:
    id: str
    theme: str
    reason: str
    tier: Tier
    medical: bool = False
    at: int = 0


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
    readings = read(_within_limit(text), lexicon.spelling)
    hits: set[_Hit] = set()
    for way, reading in enumerate(readings):
        if way and not before and reading == readings[0]:
            continue
        thread = Reading(())
        for one in before:
            thread = thread.then(one[way])
        alone = set(_hits(reading, lexicon))
        hits |= alone
        hits |= set(_hits(thread.then(reading), lexicon, since=len(thread.words))) if before else set()
        hits |= set(_met(alone, set(_hits(thread, lexicon)), lexicon))
    hits |= set(_weighed(hits, readings[-1], lexicon.weights))
    return _verdict(hits | set(_unread(text, readings[0], found=_counts(hits), lexicon=lexicon)))


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
        return _verdict({_unread_as(NOTHING_TO_READ)})
    try:
        return screen(text, earlier, lexicon=lexicon())
    except Exception:  # noqa: BLE001 - the one place where any failure has a safe answer: a person looks
        return _verdict({_unread_as(SCREEN_FAILED)})


def _within_limit(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n{text[-LONGEST:]}"


def _unread(text: str, reading: Reading, *, found: bool, lexicon: Lexicon) -> Iterator[_Hit]:
    """Yield why this text could not be read in full. A screen that saw nothing has cleared nothing."""
    if len(text) > 2 * LONGEST:
        yield _unread_as(TOO_LONG)
    if not is_readable(text):
        yield _unread_as(UNKNOWN_LANGUAGE if has_letters(text) else NOTHING_TO_READ)
    elif not found and not is_known_language(reading, lexicon.spelling):
        yield _unread_as(UNKNOWN_LANGUAGE)


def _unread_as(reason: str) -> _Hit:
    return _Hit(f"screen.{reason.replace('_', '-')}", "", reason, Tier.AMBER)


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
        owner, low = one.owner, lowerings.lowest_at(one)
        if low is None or low.to.rank >= owner.tier.rank > Tier.GREEN.rank:
            yield _Hit(owner.id, owner.theme, owner.reason, owner.tier, owner.medical, one.start)
        elif owner.tier is not Tier.GREEN:
            theme = "" if low.to is Tier.GREEN else owner.theme
            yield _Hit(owner.id, theme, LOWERED[low.kind], low.to, owner.medical, one.start)


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

    def lowest_at(self, one: Found[Pattern]) -> Lowering | None:
        """Return what lowers this the most; ``None`` if nothing does."""
        around, beside = self._around[min(one.ends) - 1], self._beside[self._sentence[one.start]]
        lows = self._before[one.start] | around | beside
        able = (low for low in lows if low.kind in one.owner.lowered_by)
        return min(able, key=lambda low: (low.to.rank, low.id), default=None)


def _met(new: set[_Hit], earlier: set[_Hit], lexicon: Lexicon) -> Iterator[_Hit]:
    """Yield what stands together, and in the new text at least in part."""
    fresh, thread = _places(new), _places(new | earlier)
    for rule in lexicon.together:
        among = thread if rule.within is Within.THREAD else fresh
        if not (rule.themes <= among.keys() and rule.themes & fresh.keys()):
            continue
        if rule.within is not Within.NEAR or _close(rule, fresh):
            yield _Hit(rule.id, "", rule.reason, rule.tier, rule.medical)


def _weighed(hits: set[_Hit], reading: Reading, weights: Weights) -> Iterator[_Hit]:
    """Yield a red hit if the words weigh enough; of a denial only where much else stands beside it."""
    told = {hit.reason for hit in hits if hit.reason}
    lowered = any(hit.reason in LOWERED.values() for hit in hits if hit.tier is not Tier.GREEN)
    if len(reading.words) < (MUCH_BESIDE if lowered else LEAST_WEIGHED):
        return
    if any(hit.tier is Tier.RED for hit in hits):
        return
    if weights.heaviest(reading.words) >= (weights.beside_at if told else weights.alone_at):
        yield _Hit("screen.weighed", "", "unclear", Tier.RED)


def _places(hits: set[_Hit]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for hit in hits:
        found[hit.theme].add(hit.at)
    return {theme: sorted(at) for theme, at in found.items()}


def _close(rule: Together, places: dict[str, list[int]]) -> bool:
    lists = [places[theme] for theme in rule.themes]
    for first in sorted({at for places_of in lists for at in places_of}):
        nearest = (places_of[bisect_left(places_of, first) :][:1] for places_of in lists)
        if all(at and at[0] - first <= NEAR_WORDS for at in nearest):
            return True
    return False


def _counts(hits: set[_Hit]) -> bool:
    return any(hit.tier is not Tier.GREEN for hit in hits)


def _verdict(hits: set[_Hit]) -> Verdict:
    counted = [hit for hit in hits if hit.tier is not Tier.GREEN]
    tier = max((hit.tier for hit in counted), key=lambda one: one.rank, default=Tier.GREEN)
    first = {hit.reason for hit in counted if hit.tier is tier}
    return Verdict(
        tier=tier,
        reasons=in_order(first) + in_order({hit.reason for hit in counted} - first),
        matched=tuple(sorted({hit.id for hit in counted})),
        medical=any(hit.medical and hit.tier is Tier.RED for hit in counted),
    )
