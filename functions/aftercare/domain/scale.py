"""A measure as it is put to patients: its questions, the answers they allow, and its limits.

The words and codes of each measure are content. How answers are read is in ``answers``, what they
come to in ``score``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from aftercare.domain.concern import Trigger

Texts = Mapping[str, str]
"""The same words by language, ``en`` and ``es``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a number item. ``code`` is its LOINC answer code, empty where LOINC has none."""

    value: int
    texts: Texts
    code: str = ""


@dataclass(frozen=True, slots=True)
class NumberItem:
    """A question answered with one of ``choices``, whose values count up from 0.

    Attributes:
        code: LOINC, empty where LOINC has none.
        scored: Counts toward the total. The PHQ-9's difficulty question does not.
        watched: Looked at before any total and never imputed: item 9 of the PHQ-9.
        trigger: From which answer on a person is to look, for the questions that ask for one.
    """

    id: str
    texts: Texts
    choices: tuple[Choice, ...]
    code: str = ""
    scored: bool = True
    watched: bool = False
    trigger: Trigger | None = None

    @property
    def highest(self) -> int:
        return len(self.choices) - 1

    @property
    def allowed(self) -> str:
        return f"a whole number from 0 to {self.highest}"

    def accepts(self, found: object) -> TypeGuard[int]:
        """Say whether ``found`` is an answer. ``True`` is no 1: it was never a choice on the form."""
        return type(found) is int and 0 <= found <= self.highest


@dataclass(frozen=True, slots=True)
class Letter:
    letter: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class LettersItem:
    """A question answered with any of ``letters``, or with ``none`` alone."""

    id: str
    texts: Texts
    letters: tuple[Letter, ...]
    none: Letter

    @property
    def allowed(self) -> str:
        return f"letters of {''.join(one.letter for one in self.letters)}, or {self.none.letter} alone"

    def canonical(self, found: object) -> str | None:
        """Return the letters once each and in order (``"c, A"`` is ``"AC"``), or None if it is no answer."""
        if not isinstance(found, str):
            return None
        named = set(found.upper()) - set(" ,")
        if named == {self.none.letter}:
            return self.none.letter
        known = [one.letter for one in self.letters if one.letter in named]
        return "".join(known) if known and len(known) == len(named) else None


@dataclass(frozen=True, slots=True)
class WordsItem:
    """A question answered in the patient's own words, or not at all: a blank is no gap.

    Whoever reads the form puts the words through the crisis screen, as those of a text.
    """

    id: str
    texts: Texts
    longest: int

    @property
    def allowed(self) -> str:
        return f"at most {self.longest} characters"


Item = NumberItem | LettersItem | WordsItem


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of totals, both ends included."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """What counts as a change of the total, for a measure in which low is good.

    Attributes:
        response_percent: The drop from baseline that is a response, in percent of the baseline.
        reliable: The difference from baseline, in points, that is more than chance.
        remission_below: Totals below this are remission; None where no source says so.
        worsening: The rise over the best total, in points, that staff are told of; None likewise.
    """

    response_percent: int
    reliable: int
    remission_below: int | None = None
    worsening: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A measure as it is put to patients.

    Attributes:
        code: Its name in protocols and events, such as ``phq-9``.
        panel: LOINC of the questionnaire, empty for our own.
        total: LOINC of the total, empty for our own.
        stem: What is asked above the items; empty when the item says it all.
        credit: The developers' line, shown below the form; empty for our own.
        missing_max: How many scored items may be blank for a total all the same, prorated.
        change: None for a measure whose change says nothing by this rule.
        provenance: Where the wording comes from, by language.
        revision: Short hash of all words a patient sees; stored with every answer.
    """

    code: str
    title: str
    items: tuple[Item, ...]
    missing_max: int
    sources: tuple[str, ...]
    review_by: date
    provenance: Texts
    revision: str
    stem: Texts
    credit: Texts
    panel: str = ""
    total: str = ""
    bands: tuple[Band, ...] = ()
    change: ChangeRule | None = None

    @property
    def scored(self) -> tuple[NumberItem, ...]:
        return tuple(item for item in self.items if isinstance(item, NumberItem) and item.scored)

    @property
    def asked(self) -> tuple[NumberItem | LettersItem, ...]:
        """The items that leave a gap when they are blank."""
        return tuple(
            item
            for item in self.items
            if isinstance(item, LettersItem)
            or (isinstance(item, NumberItem) and (item.scored or item.trigger is not None))
        )

    @property
    def watched(self) -> NumberItem | None:
        """The item that is looked at first, if the measure has one."""
        return next((item for item in self.scored if item.watched), None)

    def overdue(self, today: date) -> bool:
        """Say whether these words wait for a review. ``today`` is the clinic's calendar day."""
        return today > self.review_by
