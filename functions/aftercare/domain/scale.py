"""A measure: its items, what a patient answered, and what the answers add up to.

The words and codes of each measure are content; the rules that hold for all of them are here.
Source of every rule: clinical-regulatory section 3.2, unless another one is named.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeGuard, assert_never

from aftercare.domain.errors import BadInput

Texts = Mapping[str, str]
"""The same words by language, ``en`` and ``es``."""

Answer = int | str
Answers = Mapping[str, Answer]
"""What was answered, by item id. An item left blank is not in it."""


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
    """

    id: str
    texts: Texts
    choices: tuple[Choice, ...]
    code: str = ""
    scored: bool = True
    watched: bool = False

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


Item = NumberItem | LettersItem


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
    def watched(self) -> NumberItem | None:
        """The item that is looked at first, if the measure has one."""
        return next((item for item in self.scored if item.watched), None)

    def overdue(self, today: date) -> bool:
        """Say whether these words wait for a review. ``today`` is the clinic's calendar day."""
        return today > self.review_by


class ItemNine(StrEnum):
    """What item 9 of the PHQ-9 says. It is a flag for a person to look, not an assessment of risk."""

    NOT_ASKED = "not_asked"
    BLANK = "blank"
    NOT_AT_ALL = "not_at_all"
    PRESENT = "present"
    UNREADABLE = "unreadable"


def item_nine(scale: Scale, raw: Mapping[str, object]) -> ItemNine:
    """Look at item 9 of a submitted form, before and whatever else is in it.

    Takes the answers as they arrived and never raises: a slip in another answer must not hide this
    one. ``PRESENT`` (any value from 1) and ``UNREADABLE`` want a person's review, ``BLANK`` an amber
    task. Source: clinical-regulatory sections 3.2 and 6, behaviours 7 and 8.
    """
    item = scale.watched
    if item is None:
        return ItemNine.NOT_ASKED
    found = raw.get(item.id)
    if found is None:
        return ItemNine.BLANK
    if not item.accepts(found):
        return ItemNine.UNREADABLE
    return ItemNine.PRESENT if found > 0 else ItemNine.NOT_AT_ALL


_ID = re.compile(r"[a-z0-9_]{1,32}")


def read_answers(raw: Mapping[str, object], scales: Iterable[Scale]) -> Answers:
    """Check what a form or a text brought.

    Args:
        raw: Answers by item id: whole numbers, or letters such as ``"AC"``. None is a blank.
        scales: The measures that were asked; their items are all that may be answered.

    Raises:
        BadInput: An id is unknown or an answer is none of its choices; names the field.
    """
    items = {item.id: item for scale in scales for item in scale.items}
    read: dict[str, Answer] = {}
    for id_, found in raw.items():
        if id_ not in items:
            # A field's name is logged: what does not look like an id may be a patient's words.
            raise BadInput(f"answers.{id_ if _ID.fullmatch(id_) else '?'}", id_, ", ".join(items))
        if found is not None:
            read[id_] = _read(items[id_], found)
    return MappingProxyType(read)


def _read(item: Item, found: object) -> Answer:
    match item:
        case NumberItem():
            if item.accepts(found):
                return found
        case LettersItem():
            letters = item.canonical(found)
            if letters is not None:
                return letters
        case _:
            assert_never(item)
    raise BadInput(f"answers.{item.id}", found, item.allowed)


@dataclass(frozen=True, slots=True)
class Score:
    """What one patient's answers to one measure come to.

    Attributes:
        code: The measure's.
        revision: Of the words that were shown.
        answers: To this measure's items, each kept as given.
        missing: Ids of the items left blank, but for those that do not count.
        observed: The sum of the scored answers there are.
        total: None when too much is missing, or when the measure has none.
        prorated: The total makes up for a blank, and is shown so.
        band: Where the total lies.
    """

    code: str
    revision: str
    answers: Answers
    missing: tuple[str, ...]
    observed: int
    total: int | None
    prorated: bool
    band: Band | None

    @property
    def complete(self) -> bool:
        return not self.missing


def score(scale: Scale, answers: Answers) -> Score:
    """Score one measure from checked answers; those to other measures are left aside.

    Missing items: the PHQ-9 and the GAD-7 may lack one, the PHQ-2 none. A blank item 9 leaves the
    PHQ-9 without a total: to prorate would be to guess it, and a total would hide that it is open.

    Args:
        scale: The measure.
        answers: As ``read_answers`` returns them.
    """
    own = {item.id: answers[item.id] for item in scale.items if item.id in answers}
    counting = [item for item in scale.items if isinstance(item, LettersItem) or item.scored]
    values = [value for item in scale.scored if type(value := own.get(item.id)) is int]
    total = _total(scale, values, own)
    return Score(
        code=scale.code,
        revision=scale.revision,
        answers=MappingProxyType(own),
        missing=tuple(item.id for item in counting if item.id not in own),
        observed=sum(values),
        total=total,
        prorated=total is not None and len(values) < len(scale.scored),
        band=None if total is None else band_of(scale, total),
    )


def band_of(scale: Scale, total: int) -> Band | None:
    """Return the band ``total`` lies in, or None for a measure without bands."""
    return next((band for band in scale.bands if band.lowest <= total <= band.highest), None)


def _total(scale: Scale, values: list[int], own: Answers) -> int | None:
    asked, answered = len(scale.scored), len(values)
    if not answered or asked - answered > scale.missing_max:
        return None
    if scale.watched is not None and scale.watched.id not in own:
        return None
    # The mean answer times the number of items, halves up, without a float in between.
    return (2 * sum(values) * asked + answered) // (2 * answered)
