"""What a patient's text surely says; whatever is not sure goes to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.reply import (
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    Asked,
    Confirm,
    Help,
    Letters,
    Mood,
    No,
    Start,
    Stop,
    Understood,
    Unread,
    WrongNumber,
    Yes,
    understand,
)

NOTHING: frozenset[Asked] = frozenset()
EVERYTHING = frozenset(Asked)
LETTERS = frozenset({Asked.MOOD_AND_LETTERS})
SAFE = frozenset({Asked.SAFE})
CONFIRM = frozenset({Asked.CONFIRM})


@pytest.mark.parametrize("word", sorted({*HELP_WORDS, "help", "info", "ayuda"}))
def test_help_is_help_however_it_is_spelt(word: str) -> None:
    spelt = (word, f" {word.upper()} ", f"{word.title()}?", f"¡{word}!", f"{word} 🙏")
    assert [understand(text) for text in spelt] == [Help()] * 5


@pytest.mark.parametrize(
    "text", ["HELP me, I took all my pills", "help me", "HELP 😭", "I need help", "ayúdame"]
)
def test_a_cry_for_help_is_not_the_help_keyword(text: str) -> None:
    assert understand(text) == Unread()


@pytest.mark.parametrize("word", sorted({*START_WORDS, "start", "unstop", "empezar", "comenzar", "inicio"}))
def test_start_is_start_however_it_is_spelt(word: str) -> None:
    assert [understand(t) for t in (word, word.upper(), f" {word.title()}. ")] == [Start()] * 3


@pytest.mark.parametrize("text", ["yes", "start again", "I want to start", "opt me in please", "sí, empezar"])
def test_nothing_but_the_keyword_opts_in(text: str) -> None:
    assert understand(text, EVERYTHING) != Start()


@pytest.mark.parametrize(
    "text", ["yes", "Y", "YES!", "yeah", "yea", "yep", "Yup", "yesss", "yes I am", "si", "Sí.", "SÍ"]
)
@pytest.mark.parametrize("asked", [NOTHING, SAFE, EVERYTHING])
def test_yes_is_yes_whatever_was_asked(text: str, asked: frozenset[Asked]) -> None:
    assert understand(text, asked) == Yes()


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No.",
        "NO",
        "nope",
        "nooo",
        "nah",
        "no I'm not",
        "No, I am not",
        "no lo estoy",
        "not yet",
        "aún no",
    ],
)
@pytest.mark.parametrize("asked", [NOTHING, SAFE, LETTERS, EVERYTHING])
def test_no_is_no_whatever_was_asked(text: str, asked: frozenset[Asked]) -> None:
    assert understand(text, asked) == No()


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        *(("I'm safe", Yes()), ("I am safe", Yes()), ("yes I feel safe", Yes()), ("estoy a salvo", Yes())),
        *(("I'm not", No()), ("not really", No()), ("not safe", No()), ("no estoy a salvo", No())),
        ("n", No()),
    ],
)
def test_other_words_for_safe_count_only_where_safety_was_asked(text: str, understood: Understood) -> None:
    assert understand(text, SAFE) == understood == understand(text, EVERYTHING)
    assert understand(text) == (No() if text == "n" else Unread())


@pytest.mark.parametrize(
    "text",
    ["ok", "I'm ok", "idk", "not sure", "yes but I want to die", "yes 😭", "yes/no", "no se", "maybe", "👍"],
)
def test_nothing_less_than_yes_answers_whether_someone_is_safe(text: str) -> None:
    assert understand(text, SAFE | CONFIRM) == Unread()


@pytest.mark.parametrize(
    ("text", "asked", "understood"),
    [
        ("C", CONFIRM, Confirm()),
        ("c.", CONFIRM | {Asked.MOOD}, Confirm()),
        ("C", LETTERS, Letters("C")),
        ("C", CONFIRM | LETTERS, Unread()),
        ("C", NOTHING, Unread()),
        ("confirm", CONFIRM | LETTERS, Confirm()),
        ("Confirmo", CONFIRM, Confirm()),
        ("C, thank you", CONFIRM, Confirm()),
        ("confirm", NOTHING, Unread()),
        ("ok", CONFIRM, Yes()),
        ("ok", NOTHING, Unread()),
        ("A C", CONFIRM | LETTERS, Letters("AC")),
        ("n", LETTERS, Letters("")),
        ("n", LETTERS | {Asked.MOOD}, Letters("")),
        ("n", LETTERS | SAFE, No()),
        ("n", EVERYTHING, No()),
        ("n", LETTERS | {Asked.RIDE}, Unread()),
        ("n", LETTERS | CONFIRM, Unread()),
        ("n", frozenset({Asked.TROUBLE}), No()),
        ("none", LETTERS | SAFE, Letters("")),
    ],
)
def test_one_letter_that_answers_two_open_questions_is_never_guessed(
    text: str, asked: frozenset[Asked], understood: Understood
) -> None:
    assert understand(text, asked) == understood


HOSTILE = [
    *("a", "a ", ", ", "7", "7 ", "stop ", "STOP. ", "\u0301\u0323", "no ", "please ", "\n", "hi "),
    "thanks, ",
    *("any more ", "..", '"', "stop sending me any more ", "\u200b", "😭", "🔟", "\x00", "a,", "ﷺ"),
    *("\ud800", "\u202e"),
]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("before", ["", "6, "])
def test_a_text_of_twenty_thousand_characters_is_read_like_any_other(before: str, unit: str) -> None:
    # Ten times what a carrier delivers; a cost that grows with the square would be felt here.
    body = before + unit * (20_000 // len(unit))
    assert understand(body, EVERYTHING) == understand(body, EVERYTHING)


ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789/.,- acnACN½️⃣", max_size=12),
    st.lists(st.sampled_from([*HOSTILE, *sorted(STOP_WORDS), "10", "de", "y", "C", "wrong number"])).map(
        "".join
    ),
)
ASKED = st.frozensets(st.sampled_from(Asked))


@given(ANYTHING, ASKED)
def test_any_text_whatever_has_one_meaning_and_breaks_nothing(body: str, asked: frozenset[Asked]) -> None:
    understood = understand(body, asked)
    assert understood == understand(body, asked)
    if isinstance(understood, Mood):
        assert 0 <= understood.score <= 10
        assert set(understood.letters) <= set("ABCDEF")


# No word of either language's answers has these letters only, so none of them can be understood.
STRANGE = st.lists(st.text(alphabet="gjkqwxz", min_size=2, max_size=8), min_size=1, max_size=5).map(" ".join)
ANSWERS = st.sampled_from(
    [
        *("7", "6 AC", "7/10", "siete", "AC", "n", "none", "yes", "no", "C", "HELP", "START", "STOP"),
        *("alto", "end"),
        *("please don't text me anymore", "ya no me manden mensajes", "take me off this list"),
        "wrong number",
        *("7 🙂", "mood 6 none", "número equivocado", "6.5", "quit texting me", "confirm", "I'm safe"),
        "cancel",
    ]
)
BETWEEN = st.sampled_from(
    [" ", ", ", ". ", "\n", " - ", "! ", "? ", ": ", "; ", " but ", " and ", " because ", "..."]
)


@given(ANSWERS, BETWEEN, STRANGE, ASKED, st.booleans())
def test_no_word_beside_an_answer_is_ever_swallowed(
    answer: str, between: str, strange: str, asked: frozenset[Asked], first: bool
) -> None:
    body = strange + between + answer if first else answer + between + strange
    understood = understand(body, asked)
    assert isinstance(understood, Unread | Stop | Mood | WrongNumber)
    assert isinstance(understood, Unread) or understood.rest


@given(STRANGE, ASKED)
def test_a_strange_word_means_nothing(strange: str, asked: frozenset[Asked]) -> None:
    assert understand(strange, asked) == Unread()
