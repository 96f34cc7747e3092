"""Reads the lexicon of the crisis screen: strict, because a slip here is a message nobody sees.

Every error names the file, the key, what was found and what is allowed. A phrase that the normaliser
would rewrite can never match, so it is refused too.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from aftercare.domain.errors import BadInput
from aftercare.domain.screen import (
    ACCIDENT,
    DENIAL,
    IDIOM,
    LOWERING_KINDS,
    PAST,
    Lexicon,
    Lowering,
    Pattern,
    Reach,
    Tier,
    Together,
)
from aftercare.domain.screen_phrase import Finder, Phrase, parse_phrase
from aftercare.domain.screen_text import Spelling, lacking_one, single_letters

Raw = Mapping[str, Any]
Groups = Mapping[str, frozenset[str]]
_E = TypeVar("_E", bound=StrEnum)
GROUPS, SPELLING, COMMON, WEIGHING = "groups.toml", "spelling.toml", "common.toml", "weighing.toml"
LANGUAGES = ("en", "es", "mixed", "other")
_THEME_KEYS = {"id", "tier", "lowered_by", "source", "note", "pattern"}
_PATTERN_KEYS = {"id", "phrases", "tier", "lowered_by", "source", "note", "medical"}
_LOWERING_KEYS = {"id", "kind", "reach", "to", "source", "note", "phrases"}
_TOGETHER_KEYS = {"id", "themes", "tier", "within", "source", "note"}
_WITHIN = ("message", "thread")


@lru_cache(maxsize=1)
def load_screen() -> Lexicon:
    """Return the lexicon shipped with this version, read once per process.

    Raises:
        BadInput: A file is malformed; names file and key.
    """
    folder = files("aftercare.content").joinpath("screen")
    return parse_screen(
        {f.name: tomllib.loads(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml")}
    )


def parse_screen(raw: Mapping[str, Raw]) -> Lexicon:
    """Check the files of the lexicon and build what the screen looks things up in.

    Args:
        raw: Every file by name, as TOML reads it. What is not one of the four named files holds patterns.

    Raises:
        BadInput: Naming file and key.
    """
    for name in (GROUPS, SPELLING, COMMON, WEIGHING):
        if name not in raw:
            raise BadInput("file", None, f"a file named {name}", "screen")
    groups = _groups(raw[GROUPS])
    pattern_files = sorted(raw.keys() - {GROUPS, SPELLING, COMMON, WEIGHING})
    patterns = [pair for name in pattern_files for pair in _patterns(raw[name], name, groups)]
    _unique([pattern.id for pattern in dict.fromkeys(p for _, p in patterns)], "pattern")
    weighing = raw[WEIGHING]
    _only(weighing, {"undoing", "lowering", "together"}, "", WEIGHING)
    lowerings = [pair for entry in weighing["lowering"] for pair in _lowering(entry, groups)]
    found, lowered, undoing = Finder(patterns), Finder(lowerings), Finder(list(_undoing(weighing, groups)))
    themes = {pattern.theme for _, pattern in patterns}
    return Lexicon(
        spelling=_spelling(raw, found.vocabulary | lowered.vocabulary | undoing.vocabulary),
        patterns=found,
        lowerings=lowered,
        undoing=undoing,
        together=tuple(_together(entry, themes) for entry in weighing.get("together", [])),
    )


def _groups(raw: Raw) -> Groups:
    _only(raw, {"groups"}, "", GROUPS)
    return {name: frozenset(_texts(raw["groups"], name, GROUPS, "groups.")) for name in raw["groups"]}


def _patterns(raw: Raw, where: str, groups: Groups) -> Iterator[tuple[Phrase, Pattern]]:
    _only(raw, {"language", "theme"}, "", where)
    language = raw.get("language")
    if language not in LANGUAGES:
        raise BadInput("language", language, ", ".join(LANGUAGES), where)
    for theme in raw.get("theme", []):
        name = _text(theme, "id", where, "theme.")
        path = f"theme.{name}."
        _only(theme, _THEME_KEYS, path, where)
        _text(theme, "source", where, path)
        for entry in theme.get("pattern", []):
            yield from _pattern({**_inherited(theme), **entry}, f"{language}.{name}", where, path, groups)


def _inherited(theme: Raw) -> dict[str, Any]:
    return {key: theme[key] for key in ("tier", "lowered_by", "source") if key in theme}


def _pattern(
    entry: Raw, prefix: str, where: str, path: str, groups: Groups
) -> Iterator[tuple[Phrase, Pattern]]:
    id_ = _text(entry, "id", where, path)
    path = f"{path}{id_}."
    _only(entry, _PATTERN_KEYS, path, where)
    lowered_by = _texts(entry, "lowered_by", where, path, may_be_empty=True)
    for kind in lowered_by:
        if kind not in LOWERING_KINDS:
            raise BadInput(f"{path}lowered_by", kind, ", ".join(LOWERING_KINDS), where)
    medical = entry.get("medical", False)
    if not isinstance(medical, bool):
        raise BadInput(f"{path}medical", medical, "true or false", where)
    pattern = Pattern(
        id=f"{prefix}.{id_}",
        theme=prefix.partition(".")[2],
        tier=_enum(Tier, entry, "tier", where, path),
        medical=medical,
        lowered_by=frozenset(lowered_by),
    )
    yield from ((phrase, pattern) for phrase in _phrases(entry, where, path, groups))


def _lowering(entry: Raw, groups: Groups) -> Iterator[tuple[Phrase, Lowering]]:
    id_ = _text(entry, "id", WEIGHING, "lowering.")
    path = f"lowering.{id_}."
    _only(entry, _LOWERING_KEYS, path, WEIGHING)
    _text(entry, "source", WEIGHING, path)
    kind, to = entry.get("kind"), _enum(Tier, entry, "to", WEIGHING, path)
    if kind not in LOWERING_KINDS:
        raise BadInput(f"{path}kind", kind, ", ".join(LOWERING_KINDS), WEIGHING)
    if to is Tier.RED or (to is Tier.GREEN and kind in (DENIAL, PAST)):
        raise BadInput(f"{path}to", to.value, f"amber; green for {IDIOM} and {ACCIDENT} only", WEIGHING)
    lowering = Lowering(id_, kind, _enum(Reach, entry, "reach", WEIGHING, path), to)
    yield from ((phrase, lowering) for phrase in _phrases(entry, WEIGHING, path, groups))


def _undoing(weighing: Raw, groups: Groups) -> Iterator[tuple[Phrase, str]]:
    table = weighing["undoing"]
    _only(table, set(LOWERING_KINDS), "undoing.", WEIGHING)
    for kind in table:
        yield from ((parse_phrase(text, groups), kind) for text in _texts(table, kind, WEIGHING, "undoing."))


def _together(entry: Raw, themes: set[str]) -> Together:
    id_ = _text(entry, "id", WEIGHING, "together.")
    path = f"together.{id_}."
    _only(entry, _TOGETHER_KEYS, path, WEIGHING)
    _text(entry, "source", WEIGHING, path)
    named = _texts(entry, "themes", WEIGHING, path)
    for theme in named:
        if theme not in themes:
            raise BadInput(f"{path}themes", theme, f"one of {', '.join(sorted(themes))}", WEIGHING)
    within = entry.get("within")
    if within not in _WITHIN:
        raise BadInput(f"{path}within", within, ", ".join(_WITHIN), WEIGHING)
    tier = _enum(Tier, entry, "tier", WEIGHING, path)
    return Together(id_, frozenset(named), tier, in_thread=within == "thread")


def _phrases(entry: Raw, where: str, path: str, groups: Groups) -> Iterator[Phrase]:
    for text in _texts(entry, "phrases", where, path):
        try:
            yield parse_phrase(text, groups)
        except BadInput as bad:
            raise BadInput(f"{path}phrases", text, bad.allowed, where) from bad


def _spelling(raw: Mapping[str, Raw], vocabulary: set[str]) -> Spelling:
    table, common = raw[SPELLING], raw[COMMON]
    _only(table, {"close", "hidden", "apart", "emoji", "spelled"}, "", SPELLING)
    _only(common, {"en", "es"}, "", COMMON)
    words, phrases = _variants(table["spelled"])
    for word in sorted(vocabulary & words.keys()):
        if words[word] != (word,):
            raise BadInput(
                f"spelled.{word}", word, "a word that no phrase asks for by this spelling", SPELLING
            )
    known = vocabulary | {word for language in common for word in _texts(common, language, COMMON, "")}
    known |= {word for told in (*words.values(), *phrases.values()) for word in told}
    close = {form: word for word in _texts(table, "close", SPELLING, "") for form in lacking_one(word)}
    emoji = {ord(sign): f" {word} " for word, signs in table["emoji"].items() for sign in signs}
    # A doubled letter too many or too few is read as a word of the lexicon, never as one that is common.
    single = {single_letters(word): word for word in sorted(vocabulary) if len(word) > 3}
    return Spelling(
        words=words,
        phrases=phrases,
        emoji=emoji,
        known=frozenset(known - words.keys()),
        close=close,
        guarded=frozenset((*table["close"], *table["hidden"], *table["apart"])),
        single=single,
        hidden=tuple(_texts(table, "hidden", SPELLING, "")),
    )


def _variants(raw: Raw) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]]:
    words: dict[str, tuple[str, ...]] = {}
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for spelled in raw:
        told = tuple(spelled.split())
        for variant in _texts(raw, spelled, SPELLING, "spelled.", may_be_empty=True):
            written = tuple(variant.split())
            if written in phrases or variant in words or written == told:
                raise BadInput(f"spelled.{spelled}", variant, "a spelling that stands nowhere else", SPELLING)
            if len(written) > 3:
                raise BadInput(f"spelled.{spelled}", variant, "at most three words", SPELLING)
            if len(written) == 1:
                words[variant] = told
            else:
                phrases[written] = told
    return words, phrases


def _only(raw: Raw, allowed: set[str], path: str, where: str) -> None:
    for key in raw:
        if key not in allowed:
            raise BadInput(f"{path}{key}", key, f"one of {', '.join(sorted(allowed))}", where)


def _text(raw: Raw, key: str, where: str, path: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{path}{key}", value, "a text that is not empty", where)
    return value


def _texts(raw: Raw, key: str, where: str, path: str, *, may_be_empty: bool = False) -> list[str]:
    found = raw.get(key)
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise BadInput(f"{path}{key}", found, "a list of texts that are not empty", where)
    if not found and not may_be_empty:
        raise BadInput(f"{path}{key}", found, "at least one text", where)
    _unique(found, f"{path}{key}", where)
    return found


def _unique(found: Iterable[str], key: str, where: str = "screen") -> None:
    seen: set[str] = set()
    for one in found:
        if one in seen:
            raise BadInput(key, one, "each only once", where)
        seen.add(one)


def _enum(kind: type[_E], raw: Raw, key: str, where: str, path: str) -> _E:
    value = raw.get(key)
    for member in kind:
        if member.value == value:
            return member
    raise BadInput(f"{path}{key}", value, f"one of {', '.join(kind)}", where)
