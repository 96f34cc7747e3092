"""Reads the questions of a measure, each with the answers it allows.

Every error names the file, the key, what was found and what is allowed.
"""

import re
from collections.abc import Mapping
from typing import Any

from aftercare.content.measure_fields import flag, loinc, number, only, tables, texts
from aftercare.domain.concern import ConcernReason, Trigger
from aftercare.domain.errors import BadInput
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.scale import Choice, Item, Letter, LettersItem, NumberItem, WordsItem
from aftercare.domain.tier import Tier

_NUMBER_KEYS = {"id", "code", "scored", "watched", "choices", "trigger", *LANGUAGES}
_LETTERS_KEYS = {"id", "letters", "none", *LANGUAGES}
_WORDS_KEYS = {"id", "longest", *LANGUAGES}
_TRIGGER_KEYS = {"at_least", "tier", "reason"}
_ID = re.compile(r"[a-z0-9_]{1,32}")
_ANSWER_CODE = re.compile(r"LA[0-9]{1,6}-[0-9]")


def read_items(raw: Mapping[str, Any], where: str) -> tuple[Item, ...]:
    """Return every question of a measure. Raises ``BadInput``, also when there is none."""
    shared = _choices(raw["choice"], "choice", where) if "choice" in raw else ()
    items = tuple(_item(one, shared, where) for one in tables(raw, "item", where))
    if not items:
        raise BadInput("item", raw.get("item"), "at least one [[item]]", where)
    return items


def _item(raw: Mapping[str, Any], shared: tuple[Choice, ...], where: str) -> Item:
    id_ = raw.get("id")
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        raise BadInput("item.id", id_, "an id such as phq9_1", where)
    path = f"item.{id_}."
    if "letters" in raw:
        return _letters_item(raw, id_, path, where)
    if "longest" in raw:
        return _words_item(raw, id_, path, where)
    only(raw, _NUMBER_KEYS, path, where)
    choices = _choices(raw["choices"], f"{path}choices", where) if "choices" in raw else shared
    if len(choices) < 2:
        raise BadInput(f"{path}choices", len(choices), "two choices or more, here or as [[choice]]", where)
    return NumberItem(
        id=id_,
        texts=texts(raw, path.rstrip("."), where, among=True),
        choices=choices,
        code=loinc(raw, "code", path, where),
        scored=flag(raw, "scored", path, where, default=True),
        watched=flag(raw, "watched", path, where, default=False),
        trigger=_trigger(raw["trigger"], len(choices), f"{path}trigger", where) if "trigger" in raw else None,
    )


def _trigger(raw: Any, choices: int, path: str, where: str) -> Trigger:
    if not isinstance(raw, dict):
        raise BadInput(path, raw, f"a table of {', '.join(sorted(_TRIGGER_KEYS))}", where)
    only(raw, _TRIGGER_KEYS, f"{path}.", where)
    at_least = number(raw, "at_least", f"{path}.", where, lowest=1)
    if at_least >= choices:
        raise BadInput(f"{path}.at_least", at_least, f"at most {choices - 1}, the highest choice", where)
    if raw.get("tier") not in (Tier.RED, Tier.AMBER):
        raise BadInput(f"{path}.tier", raw.get("tier"), f"{Tier.RED} or {Tier.AMBER}", where)
    if raw.get("reason") not in list(ConcernReason):
        raise BadInput(f"{path}.reason", raw.get("reason"), f"one of {', '.join(ConcernReason)}", where)
    return Trigger(at_least, Tier(raw["tier"]), ConcernReason(raw["reason"]))


def _words_item(raw: Mapping[str, Any], id_: str, path: str, where: str) -> WordsItem:
    only(raw, _WORDS_KEYS, path, where)
    words = texts(raw, path.rstrip("."), where, among=True)
    return WordsItem(id_, words, number(raw, "longest", path, where, lowest=1))


def _letters_item(raw: Mapping[str, Any], id_: str, path: str, where: str) -> LettersItem:
    only(raw, _LETTERS_KEYS, path, where)
    letters = tuple(_letter(one, f"{path}letters", where) for one in tables(raw, "letters", where, path))
    none = _letter(raw.get("none"), f"{path}none", where)
    names = [one.letter for one in (*letters, none)]
    if not letters or names != sorted(set(names)):
        raise BadInput(f"{path}letters", names, "letters in order, each once, with none as the last", where)
    return LettersItem(id_, texts(raw, path.rstrip("."), where, among=True), letters, none)


def _letter(raw: Any, path: str, where: str) -> Letter:
    found = raw.get("letter") if isinstance(raw, dict) else raw
    if not isinstance(found, str) or not re.fullmatch("[A-Z]", found):
        raise BadInput(f"{path}.letter", found, "one capital letter", where)
    only(raw, {"letter", *LANGUAGES}, f"{path}.", where)
    return Letter(found, texts(raw, path, where, among=True))


def _choices(raw: Any, path: str, where: str) -> tuple[Choice, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise BadInput(path, raw, "a list of tables with value, code, en and es", where)
    choices = []
    for value, one in enumerate(raw):
        only(one, {"value", "code", *LANGUAGES}, f"{path}.", where)
        if type(one.get("value")) is not int or one["value"] != value:
            raise BadInput(f"{path}.value", one.get("value"), f"{value}: values count up from 0", where)
        code = one.get("code", "")
        if not isinstance(code, str) or (code and not _ANSWER_CODE.fullmatch(code)):
            raise BadInput(f"{path}.code", code, "a LOINC answer code such as LA6568-5", where)
        choices.append(Choice(value, texts(one, f"{path}.{value}", where, among=True), code))
    return tuple(choices)
