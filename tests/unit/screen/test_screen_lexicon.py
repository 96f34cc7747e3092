"""The lexicon is read strictly, and every phrase in it can be found."""

import copy
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from aftercare.content.load_screen import GROUPS, WEIGHING, load_screen, parse_screen
from aftercare.content.screen_spelling import COMMON, SPELLING
from aftercare.domain.errors import BadInput
from aftercare.domain.screen_phrase import Phrase, Place, parse_phrase
from aftercare.domain.screen_text import read

Raw = dict[str, Any]


def shipped() -> Raw:
    folder = files("aftercare.content").joinpath("screen")
    return {f.name: tomllib.loads(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml")}


SHIPPED = shipped()
WEIGHTLESS: Raw = {"provenance": "by hand", "bias": 0, "alone_at": 9, "beside_at": 9, "signs": {}}


def small() -> Raw:
    """Return the least lexicon that loads."""
    return {
        GROUPS: {"groups": {"calm": ["calm", "quiet"]}},
        SPELLING: {
            "close": ["forever"],
            "hidden": ["sad"],
            "apart": ["sad"],
            "emoji": {"emojirain": "🌧"},
            "spelled": {"sad": ["sadd"]},
        },
        COMMON: {"en": ["the"], "es": ["el"], "other": ["je"]},
        WEIGHING: {
            "undoing": {"past": ["again"]},
            "lowering": [
                {
                    "id": "en.x",
                    "kind": "idiom",
                    "reach": "holds",
                    "to": "green",
                    "source": "us",
                    "phrases": ["sad songs"],
                }
            ],
            "together": [
                {
                    "id": "together.x",
                    "themes": ["mood"],
                    "reason": "suicide",
                    "within": "thread",
                    "tier": "red",
                    "source": "us",
                }
            ],
        },
        "en.toml": {
            "language": "en",
            "theme": [
                {
                    "id": "mood",
                    "reason": "hopelessness",
                    "tier": "amber",
                    "lowered_by": ["idiom"],
                    "source": "us",
                    "pattern": [{"id": "sad", "phrases": ["sad"]}],
                }
            ],
        },
    }


def test_the_least_lexicon_loads_and_finds_its_word() -> None:
    lexicon = parse_screen(small(), WEIGHTLESS)
    assert [one.owner.id for one in lexicon.patterns.find(read("so sad", lexicon.spelling)[0])] == [
        "en.mood.sad"
    ]


THEME = ("en.toml", "theme", 0)
PATTERN = (*THEME, "pattern", 0)
LOWERING = (WEIGHING, "lowering", 0)
TOGETHER = (WEIGHING, "together", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("en.toml", "language"), "fr"),
        (("en.toml", "surprise"), 1),
        ((*THEME, "surprise"), 1),
        ((*THEME, "id"), ""),
        ((*THEME, "source"), ""),
        ((*THEME, "tier"), "orange"),
        ((*THEME, "lowered_by"), ["luck"]),
        ((*PATTERN, "surprise"), 1),
        ((*PATTERN, "medical"), "yes"),
        ((*PATTERN, "phrases"), []),
        ((*PATTERN, "phrases"), ["sad", "sad"]),
        ((*PATTERN, "phrases"), ["<nobody>"]),
        ((*PATTERN, "phrases"), ["sadd"]),
        ((*LOWERING, "to"), "red"),
        ((*LOWERING, "kind"), "luck"),
        ((*LOWERING, "reach"), "far"),
        ((*LOWERING, "source"), ""),
        ((*TOGETHER, "themes"), ["nobody"]),
        ((*TOGETHER, "within"), "year"),
        ((*TOGETHER, "reason"), "luck"),
        ((*THEME, "reason"), "luck"),
        ((WEIGHING, "undoing"), {"luck": ["again"]}),
        ((WEIGHING, "surprise"), 1),
        ((SPELLING, "surprise"), 1),
        ((SPELLING, "spelled"), {"sad": ["sadd"], "glad": ["sadd"]}),
        ((SPELLING, "spelled"), {"sad": ["sad"]}),
        ((SPELLING, "spelled"), {"sad": ["a b c d"]}),
        ((COMMON, "fr"), ["le"]),
    ],
)
def test_a_slip_in_a_file_is_refused_with_its_place(path: tuple[Any, ...], value: object) -> None:
    raw = small()
    at = raw
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(BadInput) as refused:
        parse_screen(raw, WEIGHTLESS)
    assert refused.value.field


@pytest.mark.parametrize("kind", ["denial", "past"])
def test_denial_and_past_may_never_clear(kind: str) -> None:
    raw = small()
    raw[WEIGHING]["lowering"][0]["kind"] = kind
    with pytest.raises(BadInput, match="amber"):
        parse_screen(raw, WEIGHTLESS)


@pytest.mark.parametrize("name", [GROUPS, SPELLING, COMMON, WEIGHING])
def test_a_file_that_is_missing_is_named(name: str) -> None:
    raw = small()
    del raw[name]
    with pytest.raises(BadInput, match=name):
        parse_screen(raw, WEIGHTLESS)


def test_two_patterns_may_not_share_an_id() -> None:
    raw = small()
    theme = raw["en.toml"]["theme"][0]
    theme["pattern"].append({**copy.deepcopy(theme["pattern"][0]), "phrases": ["sorry"], "medical": True})
    with pytest.raises(BadInput, match="only once"):
        parse_screen(raw, WEIGHTLESS)


def phrases_of(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from value if key == "phrases" else phrases_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from phrases_of(value)


GROUP_FILES = sorted(name for name in SHIPPED if name.startswith("groups"))
NAMED_GROUPS = {key: words for name in GROUP_FILES for key, words in SHIPPED[name]["groups"].items()}
PHRASE_FILES = sorted(SHIPPED.keys() - {*GROUP_FILES, SPELLING, COMMON})
SIGNS = {word: signs[0] for word, signs in SHIPPED[SPELLING]["emoji"].items()}


def one_way_to_say(place: Place) -> list[str]:
    if place.anything or place.fewest == 0:
        return []
    if place.words:
        word = min(place.words)
        return [SIGNS.get(word, word)]
    if place.stems:
        return [place.stems[0]]
    return [str(place.numbers.start)] if place.numbers is not None else []


def stands_in(phrase: Phrase, text: str) -> bool:
    readings = read(text, load_screen().spelling)
    return any(phrase.ends(reading, at) for reading in readings for at in range(len(reading.words)))


@pytest.mark.parametrize("name", PHRASE_FILES)
def test_every_phrase_is_found_in_its_own_words(name: str) -> None:
    groups = {key: frozenset(words) for key, words in NAMED_GROUPS.items()}
    lost = []
    for text in phrases_of(SHIPPED[name]):
        phrase = parse_phrase(text, groups)
        said = " ".join(word for place in phrase.places for word in one_way_to_say(place))
        if not stands_in(phrase, said):
            lost.append((text, said))
    assert lost == []


def test_every_named_group_is_used() -> None:
    used = {
        part
        for name in PHRASE_FILES
        for text in phrases_of(SHIPPED[name])
        for part in text.replace("|", " ").split()
    }
    names = {part[1:].partition(">")[0] for part in used if part.startswith("<")}
    assert names == NAMED_GROUPS.keys()


def test_every_theme_and_lowering_says_where_it_comes_from() -> None:
    themes = [theme for name in PHRASE_FILES for theme in SHIPPED[name].get("theme", [])]
    lowerings = [entry for name in PHRASE_FILES for entry in SHIPPED[name].get("lowering", [])]
    entries = [*themes, *lowerings, *SHIPPED[WEIGHING]["together"]]
    assert len(entries) > 30
    assert all(len(entry["source"]) > 20 for entry in entries)
