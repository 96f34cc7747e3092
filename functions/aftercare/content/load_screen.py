"""Reads the lexicon of the crisis screen: strict, because a slip here is a message nobody sees.

Every error names the file, the key, what was found and what is allowed. A phrase that the normaliser
would rewrite can never match, so it is refused too.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from aftercare.content.screen_checks import Raw, flag_of, member_of, only, text_of, texts_of, unique
from aftercare.content.screen_spelling import COMMON, SPELLING, spelling_of
from aftercare.domain.errors import BadInput
from aftercare.domain.screen_lexicon import (
    ACCIDENT,
    DENIAL,
    IDIOM,
    LOWERING_KINDS,
    PAST,
    REASONS,
    Lexicon,
    Lowering,
    Pattern,
    Reach,
    Tier,
    Together,
    Within,
)
from aftercare.domain.screen_phrase import Finder, Phrase, Place, parse_phrase
from aftercare.domain.screen_weights import Weights


@dataclass(frozen=True, slots=True)
class Groups:
    """The named groups of words, and every place of a phrase that was read with them."""

    words: Mapping[str, frozenset[str]]
    places: dict[str, Place]


GROUPS, WEIGHING = "groups.toml", "weighing.toml"
LOWERING, WEIGHTS = "lowering", "weights.json"
LANGUAGES = ("en", "es", "mixed", "other")
_THEME_KEYS = {"id", "reason", "tier", "lowered_by", "source", "note", "pattern"}
_PATTERN_KEYS = {"id", "phrases", "reason", "tier", "lowered_by", "source", "note", "medical"}
_LOWERING_KEYS = {"id", "kind", "reach", "to", "source", "note", "phrases"}
_TOGETHER_KEYS = {"id", "themes", "reason", "tier", "medical", "within", "source", "note"}


@lru_cache(maxsize=1)
def load_screen() -> Lexicon:
    """Return the lexicon shipped with this version, read once per process.

    Raises:
        BadInput: A file is malformed; names file and key.
    """
    folder = files("aftercare.content").joinpath("screen")
    raw = {f.name: tomllib.loads(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml")}
    return parse_screen(raw, json.loads(folder.joinpath(WEIGHTS).read_text("utf-8")))


def parse_screen(raw: Mapping[str, Raw], weights: Raw) -> Lexicon:
    """Check the files of the lexicon and build what the screen looks things up in.

    Args:
        raw: Every file by name, as TOML reads it. What is not one of the four named files, and no further
            list of groups or lowerings (by how its name begins), holds patterns.
        weights: The file of weights, as JSON reads it.

    Raises:
        BadInput: Naming file and key.
    """
    for name in (GROUPS, SPELLING, COMMON, WEIGHING):
        if name not in raw:
            raise BadInput("file", None, f"a file named {name}", "screen")
    group_files = sorted(name for name in raw if name.startswith("groups"))
    groups = _groups(raw, group_files)
    further = sorted(name for name in raw if name.startswith(LOWERING))
    pattern_files = sorted(raw.keys() - {*group_files, SPELLING, COMMON, WEIGHING, *further})
    patterns = [pair for name in pattern_files for pair in _patterns(raw[name], name, groups)]
    unique([pattern.id for pattern in dict.fromkeys(p for _, p in patterns)], "pattern")
    weighing = raw[WEIGHING]
    only(weighing, {"undoing", "lowering", "together"}, "", WEIGHING)
    for name in further:
        only(raw[name], {"lowering"}, "", name)
    lowerings = [
        pair
        for name in (WEIGHING, *further)
        for entry in raw[name]["lowering"]
        for pair in _lowering(entry, name, groups)
    ]
    unique(list(dict.fromkeys(low.id for _, low in lowerings)), "lowering")
    found, lowered, undoing = Finder(patterns), Finder(lowerings), Finder(list(_undoing(weighing, groups)))
    themes = {pattern.theme for _, pattern in patterns}
    return Lexicon(
        spelling=spelling_of(raw, found.vocabulary | lowered.vocabulary | undoing.vocabulary),
        patterns=found,
        lowerings=lowered,
        undoing=undoing,
        together=tuple(_together(entry, themes) for entry in weighing.get("together", [])),
        weights=_weights(weights),
    )


def _weights(raw: Raw) -> Weights:
    only(raw, {"provenance", "bias", "alone_at", "beside_at", "signs"}, "", WEIGHTS)
    text_of(raw, "provenance", WEIGHTS, "")
    signs = raw.get("signs")
    if not isinstance(signs, dict):
        raise BadInput("signs", signs, "signs and their weights", WEIGHTS)
    for key, value in (
        *((name, raw.get(name)) for name in ("bias", "alone_at", "beside_at")),
        *signs.items(),
    ):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(key, value, "a number", WEIGHTS)
    return Weights(raw["bias"], raw["alone_at"], raw["beside_at"], signs)


def _groups(raw: Mapping[str, Raw], names: Sequence[str]) -> Groups:
    groups: dict[str, frozenset[str]] = {}
    for where in names:
        only(raw[where], {"groups"}, "", where)
        for name in raw[where]["groups"]:
            if name in groups:
                raise BadInput(f"groups.{name}", name, "each only once", where)
            groups[name] = frozenset(texts_of(raw[where]["groups"], name, where, "groups."))
    return Groups(groups, {})


def _patterns(raw: Raw, where: str, groups: Groups) -> Iterator[tuple[Phrase, Pattern]]:
    only(raw, {"language", "theme"}, "", where)
    language = raw.get("language")
    if language not in LANGUAGES:
        raise BadInput("language", language, ", ".join(LANGUAGES), where)
    for theme in raw.get("theme", []):
        name = text_of(theme, "id", where, "theme.")
        path = f"theme.{name}."
        only(theme, _THEME_KEYS, path, where)
        text_of(theme, "source", where, path)
        for entry in theme.get("pattern", []):
            yield from _pattern({**_inherited(theme), **entry}, f"{language}.{name}", where, path, groups)


def _inherited(theme: Raw) -> dict[str, object]:
    return {key: theme[key] for key in ("reason", "tier", "lowered_by", "source") if key in theme}


def _pattern(
    entry: Raw, prefix: str, where: str, path: str, groups: Groups
) -> Iterator[tuple[Phrase, Pattern]]:
    id_ = text_of(entry, "id", where, path)
    path = f"{path}{id_}."
    only(entry, _PATTERN_KEYS, path, where)
    lowered_by = texts_of(entry, "lowered_by", where, path, may_be_empty=True)
    for kind in lowered_by:
        if kind not in LOWERING_KINDS:
            raise BadInput(f"{path}lowered_by", kind, ", ".join(LOWERING_KINDS), where)
    tier = member_of(Tier, entry, "tier", where, path)
    pattern = Pattern(
        id=f"{prefix}.{id_}",
        theme=prefix.partition(".")[2],
        reason="" if tier is Tier.GREEN else _reason(entry, where, path),
        tier=tier,
        medical=flag_of(entry, "medical", where, path),
        lowered_by=frozenset(lowered_by),
    )
    yield from ((phrase, pattern) for phrase in _phrases(entry, where, path, groups))


def _lowering(entry: Raw, where: str, groups: Groups) -> Iterator[tuple[Phrase, Lowering]]:
    id_ = text_of(entry, "id", where, "lowering.")
    path = f"lowering.{id_}."
    only(entry, _LOWERING_KEYS, path, where)
    text_of(entry, "source", where, path)
    kind, to = entry.get("kind"), member_of(Tier, entry, "to", where, path)
    if kind not in LOWERING_KINDS:
        raise BadInput(f"{path}kind", kind, ", ".join(LOWERING_KINDS), where)
    if to is Tier.RED or (to is Tier.GREEN and kind in (DENIAL, PAST)):
        raise BadInput(f"{path}to", to.value, f"amber; green for {IDIOM} and {ACCIDENT} only", where)
    lowering = Lowering(id_, kind, member_of(Reach, entry, "reach", where, path), to)
    yield from ((phrase, lowering) for phrase in _phrases(entry, where, path, groups))


def _undoing(weighing: Raw, groups: Groups) -> Iterator[tuple[Phrase, str]]:
    table = weighing["undoing"]
    only(table, set(LOWERING_KINDS), "undoing.", WEIGHING)
    for kind in table:
        for text in texts_of(table, kind, WEIGHING, "undoing."):
            yield parse_phrase(text, groups.words, groups.places), kind


def _together(entry: Raw, themes: set[str]) -> Together:
    id_ = text_of(entry, "id", WEIGHING, "together.")
    path = f"together.{id_}."
    only(entry, _TOGETHER_KEYS, path, WEIGHING)
    text_of(entry, "source", WEIGHING, path)
    named = texts_of(entry, "themes", WEIGHING, path)
    for theme in named:
        if theme not in themes:
            raise BadInput(f"{path}themes", theme, f"one of {', '.join(sorted(themes))}", WEIGHING)
    return Together(
        id=id_,
        themes=frozenset(named),
        reason=_reason(entry, WEIGHING, path),
        tier=member_of(Tier, entry, "tier", WEIGHING, path),
        medical=flag_of(entry, "medical", WEIGHING, path),
        within=member_of(Within, entry, "within", WEIGHING, path),
    )


def _reason(entry: Raw, where: str, path: str) -> str:
    reason = text_of(entry, "reason", where, path)
    if reason not in REASONS:
        raise BadInput(f"{path}reason", reason, f"one of {', '.join(REASONS)}", where)
    return reason


def _phrases(entry: Raw, where: str, path: str, groups: Groups) -> Iterator[Phrase]:
    for text in texts_of(entry, "phrases", where, path):
        try:
            yield parse_phrase(text, groups.words, groups.places)
        except BadInput as bad:
            raise BadInput(f"{path}phrases", text, bad.allowed, where) from bad
