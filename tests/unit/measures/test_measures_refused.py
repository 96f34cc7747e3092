"""A slip in a measure's file is refused, naming the file and the key."""

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from aftercare.content.load_measures import by_code, parse_measure
from aftercare.domain.concern import ConcernReason, Trigger
from aftercare.domain.errors import BadInput
from aftercare.domain.scale import NumberItem, Scale
from aftercare.domain.tier import Tier

WHERE = "measures/kind.toml"
CHOICES = """
choices = [{ value = 0, en = "no", es = "no" }, { value = 1, en = "yes", es = "sí" }]
"""
LETTERS = """
letters = [{ letter = "A", en = "one", es = "uno" }, { letter = "B", en = "two", es = "dos" }]
none = { letter = "N", en = "none", es = "nada" }
"""
KIND = f"""
code = "kind"
title = "Kindness"
missing_max = 1
sources = ["Ada"]
review_by = 2027-05-31
[provenance]
en = "ours"
es = "nuestro"
[change]
response_percent = 50
reliable = 4
[[item]]
id = "kind_1"
code = "44250-9"
en = "Were you kind?"
es = "¿Fue amable?"
{CHOICES}
[[item]]
id = "kind_2"
en = "Was someone kind to you?"
es = "¿Alguien fue amable con usted?"
{CHOICES}
[[item]]
id = "kind_letters"
en = "To whom?"
es = "¿Con quién?"
{LETTERS}
[[band]]
name = "low"
lowest = 0
highest = 1
[[band]]
name = "high"
lowest = 2
highest = 2
"""


def parsed(text: str, where: str = WHERE) -> Scale:
    return parse_measure(tomllib.loads(text), where)


def changed(old: str, new: str) -> str:
    """Return the file with its first ``old`` replaced; the test is wrong when there is none."""
    assert old in KIND
    return KIND.replace(old, new, 1)


def shipped(code: str) -> dict[str, Any]:
    file = files("aftercare.content").joinpath("measures", f"{code}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def test_a_measure_is_read_as_it_is_written() -> None:
    scale = parsed(KIND)
    assert (scale.code, scale.title, scale.missing_max) == ("kind", "Kindness", 1)
    assert [item.id for item in scale.items] == ["kind_1", "kind_2", "kind_letters"]
    assert [item.id for item in scale.scored] == ["kind_1", "kind_2"]
    assert [(band.name, band.lowest, band.highest) for band in scale.bands] == [("low", 0, 1), ("high", 2, 2)]
    assert scale.provenance == {"en": "ours", "es": "nuestro"}
    assert not scale.overdue(date(2027, 5, 31)) and scale.overdue(date(2027, 6, 1))


def test_new_words_make_a_new_revision_and_a_new_review_date_does_not() -> None:
    revision = parsed(KIND).revision
    assert len(revision) == 8
    assert parsed(changed("Were you kind?", "Were you very kind?")).revision != revision
    assert parsed(changed("sí", "así es")).revision != revision
    assert parsed(changed("2027-05-31", "2028-05-31")).revision == revision


T = 'id = "kind_1"\n'
TRIGGER = 'trigger = { at_least = 1, tier = "amber", reason = "craving" }\n'

BAD: dict[str, tuple[str, str, str]] = {
    "an unknown key": ("missing_max = 1", "missing_max = 1\nauthor = 'Dora'", "author"),
    "a name that is not the file's": ('code = "kind"', 'code = "phq-9"', "code"),
    "no title": ('title = "Kindness"', "", "title"),
    "an empty title": ('"Kindness"', '" "', "title"),
    "no rule for blanks": ("missing_max = 1", "", "missing_max"),
    "a rule for blanks in words": ("missing_max = 1", 'missing_max = "one"', "missing_max"),
    "a total from blanks alone": ("missing_max = 1", "missing_max = 2", "missing_max"),
    "a yes for a number": ("missing_max = 1", "missing_max = true", "missing_max"),
    "sources in one text": ('["Ada"]', '"Ada"', "sources"),
    "an empty source": ('["Ada"]', '[" "]', "sources"),
    "a quoted review": ("2027-05-31", '"2027-05-31"', "review_by"),
    "a review at an hour": ("2027-05-31", "2027-05-31T09:00:00", "review_by"),
    "words from nowhere": ('[provenance]\nen = "ours"\nes = "nuestro"', "", "provenance"),
    "words in one language": ('en = "Were you kind?"', "", "item.kind_1.en"),
    "a third language": ('es = "nuestro"', 'es = "nuestro"\nfr = "nous"', "provenance.fr"),
    "an unknown key of a question": ('id = "kind_1"', 'id = "kind_1"\nweight = 2', "item.kind_1.weight"),
    "an id with a blank": ('id = "kind_1"', 'id = "kind 1"', "item.id"),
    "no id": ('id = "kind_1"', "", "item.id"),
    "two questions of one id": ('id = "kind_2"', 'id = "kind_1"', "item.id"),
    "a code that was mistyped": ("44250-9", "44250-8", "item.kind_1.code"),
    "two digits swapped in a code": ("44250-9", "44520-9", "item.kind_1.code"),
    "a code that is a number": ('"44250-9"', "44250", "item.kind_1.code"),
    "no choices": (CHOICES, "", "item.kind_1.choices"),
    "choices in one text": (CHOICES, "choices = 'no, yes'\n", "item.kind_1.choices"),
    "choices that skip a value": ("value = 1", "value = 2", "item.kind_1.choices.value"),
    "a choice without a value": ("value = 0, ", "", "item.kind_1.choices.value"),
    "a choice that is false": ("value = 0", "value = false", "item.kind_1.choices.value"),
    "an unknown key of a choice": ("value = 0", "value = 0, score = 3", "item.kind_1.choices.score"),
    "a choice in one language": (', es = "no"', "", "item.kind_1.choices.0.es"),
    "a wrong answer code": ("value = 0", 'value = 0, code = "6568-5"', "item.kind_1.choices.code"),
    "scored, more or less": ('id = "kind_1"', 'id = "kind_1"\nscored = 1', "item.kind_1.scored"),
    "letters out of order": ('letter = "A"', 'letter = "C"', "item.kind_letters.letters"),
    "a letter twice": ('letter = "A"', 'letter = "B"', "item.kind_letters.letters"),
    "a small letter": ('letter = "A"', 'letter = "a"', "item.kind_letters.letters.letter"),
    "no letter for none": (
        'none = { letter = "N", en = "none", es = "nada" }',
        "",
        "item.kind_letters.none.letter",
    ),
    "letters and choices": ("letters = [{", "choices = []\nletters = [{", "item.kind_letters.choices"),
    "a trigger in one word": (T, T + "trigger = 'red'\n", "item.kind_1.trigger"),
    "a trigger on any answer": (T, T + TRIGGER.replace("1", "0"), "item.kind_1.trigger.at_least"),
    "a trigger no answer reaches": (T, T + TRIGGER.replace("1", "2"), "item.kind_1.trigger.at_least"),
    "a green trigger": (T, T + TRIGGER.replace("amber", "green"), "item.kind_1.trigger.tier"),
    "a reason nobody knows": (T, T + TRIGGER.replace("craving", "hunger"), "item.kind_1.trigger.reason"),
    "an unknown key of a trigger": (T, T + TRIGGER.replace("tier", "colour"), "item.kind_1.trigger.colour"),
    "free words with choices": (T, T + "longest = 90\n", "item.kind_1.code"),
    "a band that starts late": ("lowest = 0", "lowest = 1", "band.lowest"),
    "a gap between bands": ("highest = 1\n", "highest = 0\n", "band.lowest"),
    "bands that end early": ('[[band]]\nname = "high"\nlowest = 2\nhighest = 2\n', "", "band.highest"),
    "a band of no total": (
        '[[band]]\nname = "high"',
        '[[band]]\nname = "none"\nlowest = 2\nhighest = 1\n[[band]]\nname = "high"',
        "band.lowest",
    ),
    "bands beyond the highest total": ("lowest = 2\nhighest = 2", "lowest = 2\nhighest = 3", "band.highest"),
    "a band without a name": ('name = "low"', "", "band.name"),
    "a response of more than all": ("_percent = 50", "_percent = 150", "change.response_percent"),
    "no response": ("response_percent = 50", "", "change.response_percent"),
    "no reliable change": ("reliable = 4", "", "change.reliable"),
    "any change is reliable": ("reliable = 4", "reliable = 0", "change.reliable"),
    "an unknown limit": ("reliable = 4", "reliable = 4\nrelapse = 5", "change.relapse"),
    "a change of one number": ("[change]\nresponse_percent = 50\nreliable = 4", "", "change"),
}


@pytest.mark.parametrize("slip", BAD)
def test_a_slip_is_refused_by_file_and_key(slip: str) -> None:
    old, new, key = BAD[slip]
    text = changed(old, new)
    if slip == "a change of one number":
        text = "change = 5\n" + text
    with pytest.raises(BadInput) as refused:
        parsed(text)
    assert (refused.value.where, refused.value.field) == (WHERE, key)
    assert refused.value.allowed


def test_a_code_stands_for_one_thing_only() -> None:
    raw = shipped("phq-9")
    raw["panel"] = raw["total"]
    with pytest.raises(BadInput, match="44261-6"):
        parse_measure(raw, "measures/phq-9.toml")


@pytest.mark.parametrize("language", ["en", "es"])
def test_official_words_cannot_be_changed_by_accident(language: str) -> None:
    raw = shipped("phq-9")
    raw["item"][8][language] = "Do you ever feel low?"
    with pytest.raises(BadInput) as refused:
        parse_measure(raw, "measures/phq-9.toml")
    assert refused.value.field == f"checksum.{language}"


@pytest.mark.parametrize("where", ["stem", "choice"])
def test_neither_the_question_above_nor_an_answer_can_be_changed_by_accident(where: str) -> None:
    raw = shipped("gad-7")
    words = raw["stem"] if where == "stem" else raw["choice"][3]
    words["es"] += " "
    with pytest.raises(BadInput, match=r"checksum\.es"):
        parse_measure(raw, "measures/gad-7.toml")


def test_official_words_without_a_checksum_are_refused() -> None:
    raw = shipped("gad-7")
    del raw["checksum"]
    with pytest.raises(BadInput, match="checksum"):
        parse_measure(raw, "measures/gad-7.toml")


def test_a_measure_has_one_watched_question_at_most() -> None:
    raw = shipped("phq-9")
    raw["item"][0]["watched"] = True
    with pytest.raises(BadInput, match=r"item\.watched"):
        parse_measure(raw, "measures/phq-9.toml")


def test_a_question_that_does_not_count_is_not_the_watched_one() -> None:
    raw = shipped("phq-9")
    raw["item"][8]["watched"] = False
    raw["item"][9]["watched"] = True
    with pytest.raises(BadInput, match=r"item\.watched"):
        parse_measure(raw, "measures/phq-9.toml")


def test_a_measure_without_questions_is_refused() -> None:
    raw = tomllib.loads(KIND) | {"item": []}
    with pytest.raises(BadInput, match="item"):
        parse_measure(raw, WHERE)


def test_an_answer_belongs_to_one_measure_only() -> None:
    kind = parsed(KIND)
    other = parsed(changed('code = "kind"', 'code = "kinder"'), "measures/kinder.toml")
    assert by_code([kind]) == {"kind": kind}
    with pytest.raises(BadInput, match=r"measures/kinder.toml: item\.id: found 'kind_1'"):
        by_code([kind, other])


def test_a_question_in_free_words_needs_a_longest_answer() -> None:
    raw = shipped("side-effects")
    raw["item"][1]["longest"] = 0
    with pytest.raises(BadInput, match=r"item\.side_effects_text\.longest"):
        parse_measure(raw, "measures/side-effects.toml")


def test_a_trigger_is_read_as_it_is_written() -> None:
    first = parsed(changed(T, T + TRIGGER)).items[0]
    assert isinstance(first, NumberItem)
    assert first.trigger == Trigger(1, Tier.AMBER, ConcernReason.CRAVING)
