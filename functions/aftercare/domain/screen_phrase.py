"""The small language in which a clinician can read and write what the screen looks for.

A phrase is words parted by spaces. Each place in it is one of:

==============  ==========================================================
``word``        that word
``word*``       every word that begins so
``one|two``     either
``<group>``     any word of a named group; may be mixed: ``<kill>|ending``
``word?``       that word, or nothing
``<group>~3``   up to three words of the group, or nothing
``..3``         up to three words of any kind, within the same sentence
``#8``          a number that is at least 8
``#170-260``    a number from 170 to 260
``^``           the message begins here
``$``           a sentence ends here; may be one of several: ``$|tonight``
==============  ==========================================================

Matching keeps a set of positions, never goes back, and looks at no more words than the phrase has
room for: the work is bounded for any text, which a regular expression would not promise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from aftercare.domain.errors import BadInput

STEM_MIN, STEM_MAX = 3, 12
_DIGITS_MAX = 4
"""More digits than any count of pills has are somebody's telephone number."""

_NUMBER, _END = "#", "$"
Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the screen reads it.

    Attributes:
        words: Small letters without accents, spelt as the lexicon spells them.
        breaks: Positions at which a new sentence begins.
        pauses: Positions at which a new part of a sentence begins (after a comma or dash).
    """

    words: tuple[str, ...]
    breaks: frozenset[int] = frozenset()
    pauses: frozenset[int] = frozenset()

    def ends_sentence(self, at: int) -> bool:
        """Say whether a sentence ends just before position ``at``."""
        return at == len(self.words) or at in self.breaks

    def then(self, later: "Reading") -> "Reading":
        """Return this text followed by another, as if the writer had only paused between them."""
        by = len(self.words)
        return Reading(
            self.words + later.words,
            self.breaks | {at + by for at in later.breaks if at},
            self.pauses | {by} | {at + by for at in later.pauses},
        )


def numbered(starts: frozenset[int], words: int) -> list[int]:
    """Return for each of ``words`` positions, and the one behind them, the number of its part.

    Args:
        starts: Positions at which a new part begins.
        words: How many words there are.
    """
    return list(accumulate(at in starts for at in range(words + 1)))


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a phrase: which words may stand there, and how many of them in a row."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    numbers: range | None = None
    anything: bool = False
    or_end: bool = False
    fewest: int = 1
    most: int = 1

    def takes(self, word: str) -> bool:
        """Say whether ``word`` may stand here."""
        if self.anything or word in self.words:
            return True
        if self.numbers is not None and word.isdecimal():
            return len(word) <= _DIGITS_MAX and int(word) in self.numbers
        return bool(self.stems) and word.startswith(self.stems)

    def beyond(self, starts: set[int], reading: Reading) -> set[int]:
        """Return where the next place may begin if this one begins at any of ``starts``."""
        found: set[int] = set()
        for start in starts:
            at, taken = start, 0
            if self.fewest == 0 or (self.or_end and reading.ends_sentence(at)):
                found.add(at)
            while taken < self.most and at < len(reading.words) and self.takes(reading.words[at]):
                if self.anything and at in reading.breaks:
                    break
                at, taken = at + 1, taken + 1
                if taken >= self.fewest:
                    found.add(at)
        return found


@dataclass(frozen=True, slots=True)
class Phrase:
    """Places in a row. ``first``: the message begins with them."""

    places: tuple[Place, ...]
    first: bool = False

    def ends(self, reading: Reading, start: int) -> set[int]:
        """Return every position just behind this phrase if it begins at ``start``; none: it does not."""
        if self.first and start:
            return set()
        here = {start}
        for place in self.places:
            here = place.beyond(here, reading)
            if not here:
                return here
        return here - {start}


def parse_phrase(
    text: str, groups: Mapping[str, frozenset[str]], known: dict[str, Place] | None = None
) -> Phrase:
    """Read one phrase of the lexicon.

    Args:
        text: The phrase, as the table at the head of this module has it.
        groups: The named groups, by name; a word of a group may end in ``*``.
        known: Places read before with the same groups; added to. Two in three places of the lexicon
            repeat, and to read each of them once halves the time it takes to load.

    Raises:
        BadInput: A group is unknown, a number is missing, or the phrase begins with a gap.
    """
    parts = text.split()
    first = parts[:1] == ["^"]
    known = {} if known is None else known
    for part in parts[1 if first else 0 :]:
        if part not in known:
            known[part] = _place(part, text, groups)
    places = tuple(known[part] for part in parts[1 if first else 0 :])
    if not places or places[0].anything or all(place.fewest == 0 or place.or_end for place in places):
        raise BadInput("phrase", text, "a phrase that begins with a word and asks for at least one")
    return Phrase(places, first)


def _place(part: str, text: str, groups: Mapping[str, frozenset[str]]) -> Place:
    if part.startswith(".."):
        return Place(anything=True, fewest=0, most=_count(part[2:], text))
    fewest, most = 1, 1
    if part.endswith("?"):
        part, fewest = part[:-1], 0
    elif "~" in part:
        part, _, up_to = part.partition("~")
        fewest, most = 0, _count(up_to, text)
    written = set(_alternatives(part, text, groups))
    ranges = [_numbers(one[1:], text) for one in written if one.startswith(_NUMBER)]
    if len(ranges) > 1:
        raise BadInput("phrase", text, "one number, or one range of numbers, in one place")
    stems = tuple(sorted(one[:-1] for one in written if one.endswith("*")))
    words = frozenset(
        one for one in written if one != _END and not one.startswith(_NUMBER) and one[-1:] != "*"
    )
    if any(not STEM_MIN <= len(stem) <= STEM_MAX for stem in stems):
        raise BadInput("phrase", text, f"beginnings of {STEM_MIN} to {STEM_MAX} letters before *")
    if any(not (word.isalnum() and word.isascii() and word == word.lower()) for word in (*words, *stems)):
        raise BadInput("phrase", text, "words of plain small letters, or a sign of the phrase language")
    return Place(
        words, stems, ranges[0] if ranges else None, or_end=_END in written, fewest=fewest, most=most
    )


def _alternatives(part: str, text: str, groups: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for one in part.split("|"):
        if one.startswith("<") and one.endswith(">"):
            if one[1:-1] not in groups:
                raise BadInput("phrase", text, f"one of the groups {', '.join(sorted(groups))}")
            yield from groups[one[1:-1]]
        else:
            yield one


def _numbers(written: str, text: str) -> range:
    least, _, greatest = written.partition("-")
    return range(_count(least, text), 10**_DIGITS_MAX if not greatest else _count(greatest, text) + 1)


def _count(written: str, text: str) -> int:
    if not written.isdecimal() or not written.isascii() or len(written) > 4 or int(written) == 0:
        raise BadInput("phrase", text, "a whole number from 1 behind .., ~ or #")
    return int(written)


@dataclass(frozen=True, slots=True)
class Found(Generic[Owner]):
    """A phrase that stands in a text.

    Attributes:
        owner: What the phrase belongs to.
        start: Its first word.
        ends: Every position just behind it (gaps and optional words allow more than one).
    """

    owner: Owner
    start: int
    ends: frozenset[int]


class Finder(Generic[Owner]):
    """Finds many phrases in one pass, by the words that each may begin with."""

    def __init__(self, phrases: Iterable[tuple[Phrase, Owner]]) -> None:
        """Build the index; ``phrases`` come with what they belong to."""
        self.vocabulary: set[str] = set()
        self._by_word: dict[str, list[tuple[Phrase, Owner]]] = {}
        self._by_stem: dict[str, list[tuple[Phrase, Owner]]] = {}
        places: dict[int, Place] = {}
        for phrase, owner in phrases:
            places.update((id(place), place) for place in phrase.places)
            for place in _openings(phrase):
                for word in (*place.words, *((_NUMBER,) if place.numbers is not None else ())):
                    self._by_word.setdefault(word, []).append((phrase, owner))
                for stem in place.stems:
                    self._by_stem.setdefault(stem, []).append((phrase, owner))
        self.vocabulary.update(*(place.words for place in places.values()))

    def find(self, reading: Reading) -> Iterator[Found[Owner]]:
        """Yield every phrase that stands in ``reading``, in the order of the text."""
        for at, word in enumerate(reading.words):
            for phrase, owner in self._beginning_with(word):
                ends = phrase.ends(reading, at)
                if ends:
                    yield Found(owner, at, frozenset(ends))

    def _beginning_with(self, word: str) -> Iterator[tuple[Phrase, Owner]]:
        yield from self._by_word.get(word, ())
        if word.isdecimal():
            yield from self._by_word.get(_NUMBER, ())
        for length in range(STEM_MIN, min(STEM_MAX, len(word)) + 1):
            yield from self._by_stem.get(word[:length], ())


def _openings(phrase: Phrase) -> Iterator[Place]:
    for place in phrase.places:
        yield place
        if place.fewest:
            return
