"""Reads the measures: strict, so that a slip in a file changes neither a question nor a score.

Every error names the file, the key, what was found and what is allowed.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, assert_never

from aftercare.content.measure_fields import day, loinc, number, only, sources, tables, text, texts
from aftercare.content.measure_items import read_items
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
    WordsItem,
)

FOLDER = "measures"
_KEYS = {
    *("code", "title", "panel", "total", "missing_max", "sources", "review_by", "provenance", "checksum"),
    *("change", "stem", "credit", "choice", "item", "band"),
}
_CHANGE_KEYS = ("response_percent", "reliable", "remission_below", "worsening")


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
    only(raw, _KEYS, "", where)
    code = text(raw, "code", "", where)
    if where != f"{FOLDER}/{code}.toml":
        raise BadInput("code", code, "the name of the file without .toml", where)
    stem = texts(raw["stem"], "stem", where) if "stem" in raw else MappingProxyType({})
    items = read_items(raw, where)
    digests = {language: _digest(stem, items, language) for language in LANGUAGES}
    _check_wording(raw, digests, where)
    scale = Scale(
        code=code,
        title=text(raw, "title", "", where),
        items=items,
        missing_max=number(raw, "missing_max", "", where),
        sources=sources(raw, where),
        review_by=day(raw, where),
        provenance=texts(raw.get("provenance"), "provenance", where),
        revision=hashlib.sha256("".join(digests.values()).encode()).hexdigest()[:8],
        panel=loinc(raw, "panel", "", where),
        total=loinc(raw, "total", "", where),
        stem=stem,
        credit=texts(raw["credit"], "credit", where) if "credit" in raw else MappingProxyType({}),
        bands=tuple(_band(one, where) for one in tables(raw, "band", where)),
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
    kept = texts(raw["checksum"], "checksum", where)
    for language, digest in digests.items():
        if kept[language] != digest:
            raise BadInput(f"checksum.{language}", kept[language], f"{digest}, if the words are right", where)


def _digest(stem: Texts, items: Iterable[Item], language: str) -> str:
    words = [stem.get(language, "")]
    for item in items:
        words += [item.texts[language], *(one.texts[language] for one in _shown(item))]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def _shown(item: Item) -> tuple[Choice | Letter, ...]:
    match item:
        case NumberItem():
            return item.choices
        case LettersItem():
            return (*item.letters, item.none)
        case WordsItem():
            return ()
        case _:
            assert_never(item)


def _band(raw: Mapping[str, Any], where: str) -> Band:
    only(raw, {"name", "lowest", "highest"}, "band.", where)
    name = text(raw, "name", "band.", where)
    return Band(name, number(raw, "lowest", "band.", where), number(raw, "highest", "band.", where))


def _change(raw: Any, where: str) -> ChangeRule:
    if not isinstance(raw, dict):
        raise BadInput("change", raw, f"a table of {', '.join(_CHANGE_KEYS)}", where)
    only(raw, set(_CHANGE_KEYS), "change.", where)
    limits = {key: number(raw, key, "change.", where, lowest=1) for key in _CHANGE_KEYS if key in raw}
    percent = limits.get("response_percent", 0)
    if not 1 <= percent <= 100:
        raise BadInput("change.response_percent", percent, "a percentage from 1 to 100", where)
    if "reliable" not in limits:
        raise BadInput("change.reliable", None, "a whole number from 1 on", where)
    return ChangeRule(**limits)
