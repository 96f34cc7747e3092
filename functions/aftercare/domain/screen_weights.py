"""The last net of the crisis screen: words that are no phrase of the lexicon, weighed together.

A phrase must have been thought of. This net catches some of what was not: weights of words and of word
pairs, learned from the invented examples of the tests. It may only raise a text that the lexicon left
(source: clinical-regulatory research 4.2, rule 1c), and never one in which the lexicon saw a denial or a
distant past. The sum decides whether a person is called; it is not kept, shown or logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

WINDOW_WORDS = 40
"""Weighed at once: about three text messages; what is longer is weighed in overlapping parts."""

LEAST_WEIGHED = 3
"""Words: in fewer, one word decides, and a part of a sentence ("I'm going to") looks like much."""

_BEGINNING, _REACH = 5, 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds.

    Attributes:
        bias: What every text begins with.
        alone_at: From here a text in which nothing was found is red.
        beside_at: From here a text that is amber is red.
        signs: Signs, as ``signs_of`` makes them, and their weight.
    """

    bias: float
    alone_at: float
    beside_at: float
    signs: Mapping[str, float]

    def heaviest(self, words: Sequence[str]) -> float:
        """Return the weight of the heaviest part of a text."""
        return max(self._weigh(part) for part in _parts(words))

    def _weigh(self, words: Sequence[str]) -> float:
        known = [self.signs[sign] for sign in sorted(set(signs_of(words))) if sign in self.signs]
        return self.bias + sum(known) / sqrt(len(known) + 2)


def signs_of(words: Sequence[str]) -> Iterator[str]:
    """Yield the signs of a text: the beginnings of its words, alone, in pairs up to four words apart, and
    three in a row.

    The beginning stands for the word because it is the same in most forms of a Spanish verb and in many
    slips of the thumb.
    """
    begun = ["^", *(word[:_BEGINNING] for word in words), "$"]
    for at, first in enumerate(begun):
        yield first
        for second in begun[at + 1 : at + 1 + _REACH]:
            yield f"{first}~{second}"
        if at + 2 < len(begun):
            yield f"{first}~~{begun[at + 1]}~~{begun[at + 2]}"


def _parts(words: Sequence[str]) -> Iterator[Sequence[str]]:
    last = max(len(words) - WINDOW_WORDS // 2, 1)
    for start in range(0, last, WINDOW_WORDS // 2):
        yield words[start : start + WINDOW_WORDS]
