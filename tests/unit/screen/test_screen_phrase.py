"""The phrase language says what the table in its module says, and refuses the rest."""

import pytest

from aftercare.domain.errors import BadInput
from aftercare.domain.screen_phrase import Finder, Reading, parse_phrase

GROUPS = {"kind": frozenset({"rest", "sleep*"})}


def found(phrase: str, text: str, breaks: frozenset[int] = frozenset()) -> list[tuple[int, set[int]]]:
    finder = Finder([(parse_phrase(phrase, GROUPS), "it")])
    return [(one.start, set(one.ends)) for one in finder.find(Reading(tuple(text.split()), breaks))]


@pytest.mark.parametrize(
    ("phrase", "text", "spans"),
    [
        ("two words", "here two words stand", [(1, {3})]),
        ("two words", "two other words", []),
        ("one|two", "two one", [(0, {1}), (1, {2})]),
        ("sad*", "sadness saddle sa", [(0, {1}), (1, {2})]),
        ("<kind>", "rest sleeping well", [(0, {1}), (1, {2})]),
        ("<kind>|calm now", "calm now", [(0, {2})]),
        ("very? sad", "very sad", [(0, {2}), (1, {2})]),
        ("so <kind>~2 well", "so rest sleep well", [(0, {4})]),
        ("so <kind>~2 well", "so rest sleep rest well", []),
        ("want ..2 rest", "want a long rest", [(0, {4})]),
        ("want ..2 rest", "want a very long rest", []),
        ("took #8 now", "took 12 now", [(0, {3})]),
        ("took #8 now", "took 7 now", []),
        ("took #8 now", "took 2025550147 now", []),
        ("^ calm", "calm calm", [(0, {1})]),
        ("calm $", "calm calm", [(1, {2})]),
        ("calm $|now", "calm now calm", [(0, {2}), (2, {3})]),
        ("calm ..1", "calm now", [(0, {1, 2})]),
    ],
)
def test_a_phrase_is_found_where_it_stands(phrase: str, text: str, spans: list[tuple[int, set[int]]]) -> None:
    assert found(phrase, text) == spans


def test_a_gap_stays_in_its_sentence_and_neighbours_need_not() -> None:
    after_a = frozenset({2})
    assert found("want ..2 rest", "want a rest", after_a) == [(0, {3})]
    assert found("want ..2 rest", "want a very rest", after_a) == []
    assert found("a rest", "want a rest", after_a) == [(1, {3})]


def test_a_sentence_may_end_before_the_text_does() -> None:
    assert found("calm $", "calm now", frozenset({1})) == [(0, {1})]


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "^",
        "..2 rest",
        "rest? calm?",
        "<unknown>",
        "rest~",
        "want ..0 rest",
        "want .. rest",
        "took #",
        "Rest",
        "mañana",
        "it's",
        "ab*",
        "a-b",
        "abcdefghijklm*",
    ],
)
def test_a_phrase_that_cannot_be_meant_is_refused(phrase: str) -> None:
    with pytest.raises(BadInput):
        parse_phrase(phrase, GROUPS)


def test_two_readings_become_one_with_a_pause_between() -> None:
    joined = Reading(("a", "b"), frozenset({1})).then(Reading(("c", "d"), frozenset({0, 1}), frozenset({1})))
    assert joined == Reading(("a", "b", "c", "d"), frozenset({1, 3}), frozenset({2, 3}))
