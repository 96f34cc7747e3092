"""Side-effect letters that make a word: "6 AD" is dizzy and very sleepy, "6 bad" is a bad six."""

import pytest

from aftercare.domain.reply import Asked, Letters, Mood, Understood, Unread, understand

LETTERS = frozenset({Asked.MOOD_AND_LETTERS})


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("6 AD", Mood(6, "AD")),
        ("6, BE.", Mood(6, "BE")),
        ("6AD", Mood(6, "AD")),
        ("6ad", Mood(6, "AD")),
        ("6 DE!", Mood(6, "DE")),
        ("AD", Letters("AD")),
        ("6 ad", Unread()),
        ("6 BAD", Mood(6, "", "bad")),
        ("6 ED", Unread()),
    ],
)
def test_letters_that_make_a_word_are_letters_where_they_were_asked_for(
    text: str, understood: Understood
) -> None:
    assert understand(text, LETTERS) == understood


@pytest.mark.parametrize(
    ("text", "understood"),
    [("8 A-C", Mood(8, "", "8 a-c")), ("A-C", Unread()), ("8 A to C", Unread())],
)
def test_from_one_letter_to_another_is_for_a_person(text: str, understood: Understood) -> None:
    assert understand(text, LETTERS) == understood
