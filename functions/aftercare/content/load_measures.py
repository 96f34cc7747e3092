"""Reads the measures: strict, so that a slip in a file changes neither a question nor a score.

Every error names the file, the key, what was found and what is allowed.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from aftercare.domain.errors import BadInput
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.scale import (
    Band,
    ChangeRule,
    Choice,
    Item,
    Letter,
    LettersItem,
    NumberItem,
    Scale,
    Texts,
)

FOLDER = "measures"
_KEYS = {
    *("code", "title", "panel", "total", "missing_max", "sources", "review_by", "provenance", "checksum"),
    *("change", "stem", "credit", "choice", "item", "band"),
}
_NUMBER_KEYS = {"id", "code", "scored", "watched", "choices", *LANGUAGES}
_LETTERS_KEYS = {"id", "letters", "none", *LANGUAGES}
_CHANGE_KEYS = ("response_percent", "reliable", "remission_below", "worsening")
_ID = re.compile(r"[a-z0-9_]{1,32}")
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")
_ANSWER_CODE = re.compile(r"LA[0-9]{1,6}-[0-9]")


@lru_cache(maxsize=1)
def load_measures() -> Mapping[str, Scale]:
    """Return the measures shipped with this version, by code.

    Raises:
        BadInput: A file is malformed, or two items have one id.
    """
    folder = sorted(files("aftercare.content").joinpath(FOLDER).iterdir(), key=lambda file: file.name)
    return by_code(
        parse_measure(tomllib.loads(file.read_text("utf-8")), f"{FOLDER}/{file.name}")
        for file in folder
        if file.name.endswith(".toml")
    )


def by_code(scales: Iterable[Scale]) -> Mapping[str, Scale]:
    """Return the measures by code. Raises ``BadInput`` when an answer could belong to two of them."""
    found: dict[str, Scale] = {}
    owner: dict[str, str] = {}
    for scale in scales:
        for item in scale.items:
            if owner.setdefault(item.id, scale.code) != scale.code:
                allowed = f"an id that {owner[item.id]} does not have"
                raise BadInput("item.id", item.id, allowed, f"{FOLDER}/{scale.code}.toml")
        found[scale.code] = scale
    return MappingProxyType(found)


def parse_measure(raw: Mapping[str, Any], where: str) -> Scale:
    """Check one measure.

    Args:
        raw: The file as ``tomllib`` reads it.
        where: Its name, ``measures/<code>.toml``.

    Raises:
        BadInput: Naming the file and the key.
    """
    _only(raw, _KEYS, "", where)
    code = _text(raw, "code", "", where)
    if where != f"{FOLDER}/{code}.toml":
        raise BadInput("code", code, "the name of the file without .toml", where)
    stem = _texts(raw["stem"], "stem", where) if "stem" in raw else MappingProxyType({})
    items = _items(raw, where)
    digests = {language: _digest(stem, items, language) for language in LANGUAGES}
    _check_wording(raw, digests, where)
    scale = Scale(
        code=code,
        title=_text(raw, "title", "", where),
        items=items,
        missing_max=_number(raw, "missing_max", "", where),
        sources=_sources(raw, where),
        review_by=_day(raw, where),
        provenance=_texts(raw.get("provenance"), "provenance", where),
        revision=hashlib.sha256("".join(digests.values()).encode()).hexdigest()[:8],
        panel=_loinc(raw, "panel", "", where),
        total=_loinc(raw, "total", "", where),
        stem=stem,
        credit=_texts(raw["credit"], "credit", where) if "credit" in raw else MappingProxyType({}),
        bands=tuple(_band(one, where) for one in _list(raw, "band", where)),
        change=_change(raw["change"], where) if "change" in raw else None,
    )
    _check_whole(scale, where)
    return scale


def _check_whole(scale: Scale, where: str) -> None:
    ids = [item.id for item in scale.items]
    for id_ in ids:
        if ids.count(id_) > 1:
            raise BadInput("item.id", id_, "an id that no other item has", where)
    codes = [scale.panel, scale.total, *(i.code for i in scale.items if isinstance(i, NumberItem))]
    for code in filter(None, codes):
        if codes.count(code) > 1:
            raise BadInput("code", code, "one use of each LOINC code: panel, total or one item", where)
    if scale.missing_max >= max(len(scale.scored), 1):
        raise BadInput("missing_max", scale.missing_max, "fewer than the scored items", where)
    watched = [item for item in scale.items if isinstance(item, NumberItem) and item.watched]
    if len(watched) > 1 or not all(item.scored for item in watched):
        raise BadInput("item.watched", [item.id for item in watched], "one scored item at most", where)
    _check_bands(scale, where)


def _check_bands(scale: Scale, where: str) -> None:
    expected = 0
    for band in scale.bands:
        if band.lowest != expected or band.highest < band.lowest:
            raise BadInput("band.lowest", band.lowest, f"{expected}, with no gap and no overlap", where)
        expected = band.highest + 1
    highest = sum(item.highest for item in scale.scored)
    if scale.bands and expected != highest + 1:
        raise BadInput("band.highest", expected - 1, f"{highest} at last, the highest total", where)


def _check_wording(raw: Mapping[str, Any], digests: Texts, where: str) -> None:
    """Refuse official words that were changed by accident: their checksum stands in the file."""
    if "checksum" not in raw:
        if "panel" in raw:
            raise BadInput("checksum", None, "a table of en and es: these words are not ours", where)
        return
    kept = _texts(raw["checksum"], "checksum", where)
    for language, digest in digests.items():
        if kept[language] != digest:
            raise BadInput(f"checksum.{language}", kept[language], f"{digest}, if the words are right", where)


def _digest(stem: Texts, items: Iterable[Item], language: str) -> str:
    words = [stem.get(language, "")]
    for item in items:
        shown = item.choices if isinstance(item, NumberItem) else (*item.letters, item.none)
        words += [item.texts[language], *(one.texts[language] for one in shown)]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def _items(raw: Mapping[str, Any], where: str) -> tuple[Item, ...]:
    shared = _choices(raw["choice"], "choice", where) if "choice" in raw else ()
    items = tuple(_item(one, shared, where) for one in _list(raw, "item", where))
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
    _only(raw, _NUMBER_KEYS, path, where)
    choices = _choices(raw["choices"], f"{path}choices", where) if "choices" in raw else shared
    if len(choices) < 2:
        raise BadInput(f"{path}choices", len(choices), "two choices or more, here or as [[choice]]", where)
    return NumberItem(
        id=id_,
        texts=_texts(raw, path.rstrip("."), where, among=True),
        choices=choices,
        code=_loinc(raw, "code", path, where),
        scored=_flag(raw, "scored", path, where, default=True),
        watched=_flag(raw, "watched", path, where, default=False),
    )


def _letters_item(raw: Mapping[str, Any], id_: str, path: str, where: str) -> LettersItem:
    _only(raw, _LETTERS_KEYS, path, where)
    letters = tuple(_letter(one, f"{path}letters", where) for one in _list(raw, "letters", where, path))
    none = _letter(raw.get("none"), f"{path}none", where)
    names = [one.letter for one in (*letters, none)]
    if not letters or names != sorted(set(names)):
        raise BadInput(f"{path}letters", names, "letters in order, each once, with none as the last", where)
    return LettersItem(id_, _texts(raw, path.rstrip("."), where, among=True), letters, none)


def _letter(raw: Any, path: str, where: str) -> Letter:
    found = raw.get("letter") if isinstance(raw, dict) else raw
    if not isinstance(found, str) or not re.fullmatch("[A-Z]", found):
        raise BadInput(f"{path}.letter", found, "one capital letter", where)
    _only(raw, {"letter", *LANGUAGES}, f"{path}.", where)
    return Letter(found, _texts(raw, path, where, among=True))


def _choices(raw: Any, path: str, where: str) -> tuple[Choice, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise BadInput(path, raw, "a list of tables with value, code, en and es", where)
    choices = []
    for value, one in enumerate(raw):
        _only(one, {"value", "code", *LANGUAGES}, f"{path}.", where)
        if type(one.get("value")) is not int or one["value"] != value:
            raise BadInput(f"{path}.value", one.get("value"), f"{value}: values count up from 0", where)
        code = one.get("code", "")
        if not isinstance(code, str) or (code and not _ANSWER_CODE.fullmatch(code)):
            raise BadInput(f"{path}.code", code, "a LOINC answer code such as LA6568-5", where)
        choices.append(Choice(value, _texts(one, f"{path}.{value}", where, among=True), code))
    return tuple(choices)


def _band(raw: Mapping[str, Any], where: str) -> Band:
    _only(raw, {"name", "lowest", "highest"}, "band.", where)
    name = _text(raw, "name", "band.", where)
    return Band(name, _number(raw, "lowest", "band.", where), _number(raw, "highest", "band.", where))


def _change(raw: Any, where: str) -> ChangeRule:
    if not isinstance(raw, dict):
        raise BadInput("change", raw, f"a table of {', '.join(_CHANGE_KEYS)}", where)
    _only(raw, set(_CHANGE_KEYS), "change.", where)
    limits = {key: _number(raw, key, "change.", where, lowest=1) for key in _CHANGE_KEYS if key in raw}
    percent = limits.get("response_percent", 0)
    if not 1 <= percent <= 100:
        raise BadInput("change.response_percent", percent, "a percentage from 1 to 100", where)
    if "reliable" not in limits:
        raise BadInput("change.reliable", None, "a whole number from 1 on", where)
    return ChangeRule(**limits)


def _only(raw: Mapping[str, Any], allowed: set[str], path: str, where: str) -> None:
    for key in raw:
        if key not in allowed:
            raise BadInput(f"{path}{key}", key, f"one of {', '.join(sorted(allowed))}", where)


def _text(raw: Mapping[str, Any], key: str, path: str, where: str) -> str:
    found = raw.get(key)
    if not isinstance(found, str) or not found.strip():
        raise BadInput(f"{path}{key}", found, "a text that is not empty", where)
    return found


def _texts(raw: Any, path: str, where: str, *, among: bool = False) -> Texts:
    """Return the words of every language; ``among`` other keys, or alone in their table."""
    if not isinstance(raw, dict):
        raise BadInput(path, raw, f"a table of {', '.join(LANGUAGES)}", where)
    if not among:
        _only(raw, set(LANGUAGES), f"{path}.", where)
    return MappingProxyType({language: _text(raw, language, f"{path}.", where) for language in LANGUAGES})


def _number(raw: Mapping[str, Any], key: str, path: str, where: str, lowest: int = 0) -> int:
    found = raw.get(key)
    if type(found) is not int or found < lowest:
        raise BadInput(f"{path}{key}", found, f"a whole number from {lowest} on", where)
    return found


def _flag(raw: Mapping[str, Any], key: str, path: str, where: str, *, default: bool) -> bool:
    found = raw.get(key, default)
    if not isinstance(found, bool):
        raise BadInput(f"{path}{key}", found, "true or false", where)
    return found


def _list(raw: Mapping[str, Any], key: str, where: str, path: str = "") -> list[dict[str, Any]]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput(f"{path}{key}", found, "a list of tables", where)
    return found


def _sources(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    found = raw.get("sources")
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise BadInput("sources", found, "a list of texts that are not empty", where)
    return tuple(found)


def _day(raw: Mapping[str, Any], where: str) -> date:
    found = raw.get("review_by")
    # A datetime is a date to Python; a review is due on a day.
    if not isinstance(found, date) or isinstance(found, datetime):
        raise BadInput("review_by", found, "a day such as 2027-05-31, without quotes", where)
    return found


def _loinc(raw: Mapping[str, Any], key: str, path: str, where: str) -> str:
    found = raw.get(key, "")
    if found == "":
        return ""
    if not isinstance(found, str) or not _LOINC.fullmatch(found) or not _check_digit_fits(found):
        raise BadInput(f"{path}{key}", found, "a LOINC code with its check digit, such as 44261-6", where)
    return found


def _check_digit_fits(code: str) -> bool:
    """Say whether the last digit is the one LOINC computes (mod 10, as on a payment card)."""
    digits = [int(char) for char in reversed(code.replace("-", ""))]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
