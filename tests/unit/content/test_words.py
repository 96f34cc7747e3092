"""The words are read strictly, and every mistake says where it is and what would be right."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aftercare.content.load_words import load_words, parse_words, topics
from aftercare.domain.errors import BadInput

WHERE = "messages/en.toml"


def a_file(**changes: Any) -> dict[str, Any]:
    day1 = {
        "sms": "{clinic}: How is your mood, 0 to 10? Call or text 988",
        "subject": "A note from {clinic}",
        "email": "\nHow is your mood?\n\nTo stop these messages, text STOP.\n",
        "sources": ["988lifeline.org"],
        "review_by": date(2027, 5, 31),
    }
    return {"language": "en", "day1": {**day1, **changes}}


def without(key: str) -> dict[str, Any]:
    raw = a_file()
    del raw["day1"][key]
    return raw


def test_a_message_is_read_as_it_will_be_sent() -> None:
    words = parse_words(a_file(), WHERE)["day1"]
    assert (words.id, words.language, words.topic) == ("day1", "en", "")
    assert words.email == "How is your mood?\n\nTo stop these messages, text STOP."
    assert (words.sources, words.review_by) == (("988lifeline.org",), date(2027, 5, 31))


@pytest.mark.parametrize("change", [{"sms": "Other {clinic}"}, {"subject": "Other"}, {"email": "Other"}])
def test_the_revision_follows_every_word_a_patient_sees(change: dict[str, str]) -> None:
    before, after = (parse_words(raw, WHERE)["day1"].revision for raw in (a_file(), a_file(**change)))
    assert before != after
    assert len(after) == 8
    assert int(after, 16) >= 0


def test_the_revision_stays_when_only_the_review_changes() -> None:
    later = a_file(review_by=date(2028, 5, 31), sources=["Another source"])
    assert parse_words(later, WHERE)["day1"].revision == parse_words(a_file(), WHERE)["day1"].revision


@pytest.mark.parametrize(
    ("raw", "field", "allowed"),
    [
        pytest.param({**a_file(), "language": "fr"}, "language", "en, es", id="a language we do not speak"),
        pytest.param({"day1": {}}, "language", "en, es", id="no language"),
        pytest.param({**a_file(), "day2": "hello"}, "day2", "a table with sms", id="not a table"),
        pytest.param(without("sms"), "day1.sms", "a text that is not empty", id="no text form"),
        pytest.param(a_file(subject="  "), "day1.subject", "a text that is not empty", id="an empty subject"),
        pytest.param(a_file(email=7), "day1.email", "a text that is not empty", id="a number for a mail"),
        pytest.param(a_file(sms="Hi {name}"), "day1.sms", "{clinic}, {day}", id="an unknown placeholder"),
        pytest.param(a_file(sms="Hi {}"), "day1.sms", "{clinic}, {day}", id="a placeholder without a name"),
        pytest.param(a_file(sms="Hi {clinic"), "day1.sms", "closed by a }", id="an open brace"),
        pytest.param(without("sources"), "day1.sources", "a list of texts", id="no sources"),
        pytest.param(a_file(sources="one"), "day1.sources", "a list of texts", id="sources that are no list"),
        pytest.param(a_file(sources=[""]), "day1.sources", "a list of texts", id="an empty source"),
        pytest.param(without("review_by"), "day1.review_by", "a day such as", id="no day of review"),
        pytest.param(a_file(review_by="2027-05-31"), "day1.review_by", "without quotes", id="a quoted day"),
        pytest.param(
            a_file(review_by=datetime(2027, 5, 31, tzinfo=UTC)),
            "day1.review_by",
            "a day such as",
            id="an instant for a day",
        ),
        pytest.param(a_file(reviewed_by="Ada"), "day1.reviewed_by", "sms, subject", id="an invented review"),
        pytest.param(a_file(topic="E1"), "day1.topic", "sms, subject", id="a topic outside the library"),
        pytest.param(
            {"language": "en", "E1": a_file()["day1"]}, "E1.topic", '"E1"', id="a lesson without topic"
        ),
        pytest.param(
            {"language": "en", "E1": a_file(topic="E2")["day1"]},
            "E1.topic",
            '"E1"',
            id="a lesson out of place",
        ),
    ],
)
def test_a_slip_in_a_file_names_the_file_the_key_and_what_is_allowed(
    raw: dict[str, Any], field: str, allowed: str
) -> None:
    with pytest.raises(BadInput) as caught:
        parse_words(raw, WHERE)
    assert caught.value.where == WHERE
    assert caught.value.field == field
    assert allowed in caught.value.allowed


def test_an_unknown_placeholder_is_quoted_as_it_was_found() -> None:
    with pytest.raises(BadInput) as caught:
        parse_words(a_file(sms="Hi {name}"), WHERE)
    assert caught.value.found == "{name}"


def test_a_language_that_is_not_shipped_says_which_ones_are() -> None:
    with pytest.raises(BadInput) as caught:
        load_words("fr")
    assert caught.value.allowed == "en, es"


def test_both_languages_say_the_same_things() -> None:
    assert load_words("en").keys() == load_words("es").keys()
    assert {words.language for words in load_words("es").values()} == {"es"}


def test_the_five_lessons_come_in_their_order() -> None:
    assert topics() == ("E1", "E2", "E3", "E4", "E5")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_and_every_mail_begins_by_saying_who_writes(language: str) -> None:
    for words in load_words(language).values():
        assert words.sms.startswith("{clinic}"), words.id
        if words.id.startswith("page_"):  # a call to the clinic's own people: their mailbox shows the subject
            assert "{clinic}" in words.subject, words.id
        else:
            first_sentence = words.email.split(". ")[0]
            assert "{clinic}" in first_sentence, words.id


def test_the_shipped_words_cannot_be_changed_by_a_reader() -> None:
    with pytest.raises(TypeError):
        load_words("en")["day1"] = None  # type: ignore[index]
