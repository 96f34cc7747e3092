"""What a patient's text surely says; whatever is not sure goes to a person."""

import pytest

from aftercare.domain.reply import HELP_WORDS, STOP_WORDS, Help, Mood, Stop, Unread, bare, understand

# Named by law, by the carriers, or by what the clinic's own texts promise: none may ever go missing.
PROMISED_STOPS = (
    "stop",
    "quit",
    "end",
    "revoke",
    "opt out",
    "cancel",
    "unsubscribe",
    "stopall",
    "optout",
    "alto",
)


@pytest.mark.parametrize("word", sorted({*STOP_WORDS, *PROMISED_STOPS}))
@pytest.mark.parametrize("spell", ["{}", "  {}\n", "{}.", "{}!!", '"{}"'])
def test_stop_is_stop_however_it_is_spelt(word: str, spell: str) -> None:
    for cased in (word, word.upper(), word.title()):
        assert understand(spell.format(cased)) == Stop()


@pytest.mark.parametrize(
    "text", ["STOP ALL", "stop   all", "opt-out", "No más", "NO MAS.", "¡Alto!", "ＳＴＯＰ"]
)
def test_stop_may_have_accents_wide_letters_and_many_spaces(text: str) -> None:
    assert understand(text) == Stop()


@pytest.mark.parametrize("word", sorted({*HELP_WORDS, "help", "info", "ayuda"}))
def test_help_is_help_however_it_is_spelt(word: str) -> None:
    assert [understand(t) for t in (word, f" {word.upper()} ", f"{word.title()}?")] == [Help()] * 3


@pytest.mark.parametrize(
    "text",
    [
        "I want to end it",
        "I want it all to stop",
        "make it stop",
        "please stop",
        "stop texting at night",
        "end it",
        "the end",
        "quiero que pare todo",
        "help me",
        "I can't cancel",
        "stopping",
        "stop 7",
    ],
)
def test_a_sentence_is_never_a_keyword(text: str) -> None:
    assert understand(text) == Unread()


@pytest.mark.parametrize("score", range(11))
def test_a_bare_number_answers_the_mood_question(score: int) -> None:
    assert understand(f" {score}. ") == Mood(score)


@pytest.mark.parametrize(
    ("text", "score", "letters"),
    [
        ("6 AC", 6, "AC"),
        ("6ac", 6, "AC"),
        ("6, c, a", 6, "AC"),
        ("10 f", 10, "F"),
        ("7 N", 7, ""),
        ("4 a, b, a", 4, "AB"),
        ("3 abf", 3, "ABF"),
        ("5. B", 5, "B"),
    ],
)
def test_side_effects_are_named_by_their_letters(text: str, score: int, letters: str) -> None:
    assert understand(text) == Mood(score, letters)


@pytest.mark.parametrize(
    "text",
    [
        "11",
        "-1",
        "7/10",
        "7 out of 10",
        "7-8",
        "100",
        "7 G",
        "seven",
        "6.5",
        "",
        "   ",
        "🙂",
        "1 0",
        "7 a z",
        "a",
        "0 dead",
        "0 be",
        "1 ace",
        "4 aab",
        "4 ba",
    ],
)
def test_what_is_no_plain_answer_is_read_by_a_person(text: str) -> None:
    assert understand(text) == Unread()


def test_an_empty_text_is_bare_of_everything() -> None:
    assert bare(" ...\n ") == ""
    assert bare("  ¿Qué\u200b  TAL?! ") == "que tal"
