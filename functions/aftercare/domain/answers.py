"""Reading what a patient answered: item 9 first, then the words, then each answer against its question.

Source of every rule: clinical-regulatory section 3.2, unless another one is named.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from aftercare.domain.errors import BadInput
from aftercare.domain.scale import Item, LettersItem, NumberItem, Scale, WordsItem

_ID = re.compile(r"[a-z0-9_]{1,32}")

Answer = int | str
Answers = Mapping[str, Answer]
"""What was answered, by item id. An item left blank is not in it."""


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
    one. Any number from 1 on is ``PRESENT``, also one that is no choice of the form and one sent as
    text: a program that spoils the answer must not hide it either.
    Source: clinical-regulatory sections 3.2 and 6, behaviours 7 and 8.
    """
    item = scale.watched
    if item is None:
        return ItemNine.NOT_ASKED
    found = raw.get(item.id)
    if found is None or (isinstance(found, str) and not found.strip()):
        return ItemNine.BLANK
    if reaches(found, 1):
        return ItemNine.PRESENT
    return ItemNine.NOT_AT_ALL if item.accepts(found) else ItemNine.UNREADABLE


def reaches(found: object, at_least: int) -> bool:
    """Say whether an unchecked answer is a number of ``at_least`` this much, sent as text or not."""
    if isinstance(found, int | float):
        return found >= at_least
    try:
        return isinstance(found, str) and float(found) >= at_least
    except ValueError:
        return False


def written(raw: Mapping[str, object], scales: Iterable[Scale]) -> tuple[str, ...]:
    """Return all words of a submitted form, whatever is wrong with it, for the crisis screen.

    Words under a name that no question has count too, and so does a name that is no item's id: a
    patient's words are screened wherever they stand. Letters and digits that answer a question are
    no words. Source: clinical-regulatory section 4.2, rules 1 and 2.
    """
    items = {item.id: item for scale in scales for item in scale.items}
    values = (found for id_, found in raw.items() if isinstance(found, str) and _words(items.get(id_), found))
    return (*values, *(id_ for id_ in raw if not _ID.fullmatch(id_)))


def _words(item: Item | None, found: str) -> bool:
    if isinstance(item, LettersItem):
        return item.canonical(found) is None
    return not found.isspace() and found != "" and not found.strip().isdecimal()


def read_answers(raw: Mapping[str, object], scales: Iterable[Scale]) -> Answers:
    """Check what a form or a text brought.

    Args:
        raw: Answers by item id: whole numbers, letters such as ``"AC"``, or the patient's own words.
            None is a blank, and so are no words.
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
        item = items[id_]
        if found is not None and not (isinstance(item, WordsItem) and found == ""):
            read[id_] = _read(item, found)
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
        case WordsItem():
            if isinstance(found, str) and len(found) <= item.longest:
                return found
        case _:
            assert_never(item)
    raise BadInput(f"answers.{item.id}", found, item.allowed)
