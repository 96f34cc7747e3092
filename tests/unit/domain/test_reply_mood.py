"""Numbers and side-effect letters: what patients type when asked how they feel."""

import pytest

from aftercare.domain.reply import Asked, Letters, Mood, No, Understood, Unread, understand

ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SPANISH = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez")
NOTHING: frozenset[Asked] = frozenset()
EVERYTHING = frozenset(Asked)
LETTERS = frozenset({Asked.MOOD_AND_LETTERS})
SAFE = frozenset({Asked.SAFE})


@pytest.mark.parametrize("score", range(11))
def test_a_bare_number_answers_the_mood_question(score: int) -> None:
    english = ENGLISH[score]
    spanish = SPANISH[score]
    bare = (
        f" {score}. ",
        f"{score}/10",
        f"{score} out of 10",
        f"{score} de 10",
        f"mood {score}!",
        f"un {score}",
    )
    for text in (*bare, english, spanish.title(), f"{english} out of ten", f"{spanish} de diez"):
        assert understand(text, LETTERS) == Mood(score)


@pytest.mark.parametrize(
    "text",
    [
        *("7 / 10", "7/ 10", "7 over 10", "7 sobre 10", "(7)", "*7*", "~7", '"7"', "7!!", "7?", "7..."),
        *("about a 7", "about 7", "like a 7", "maybe a 7", "around a 7", "I'd say 7", "I’d say a 7"),
        "I'm at a 7",
        *("I feel like a 7", "It's a 7", "my mood is 7", "Mood: 7", "mood = 7", "mood - 7", "7ish", "7-ish"),
        *("Today 7", "7 today", "7 thanks", "7, thank you!", "Hi, 7", "Good morning! 7", "number 7"),
        *("7️⃣", "７", "⑦", "٧", "7 🙂", "7👍🏽", "7 ❤️", "\u200f7\u200f", "7\x00", "7\ufeff", "\n7\r\n", "\t7"),
        *("7.0", "7 right now", "siete", "SIETE", "un siete", "como un 7", "ánimo 7", "Mi ánimo es 7"),
        *("Hola, me siento 7", "estoy en un 7", "diría que 7", "7 gracias", "7, por favor", "hoy 7"),
        "número 7",
    ],
)
def test_people_write_seven_in_many_ways(text: str) -> None:
    assert understand(text) == Mood(7)


@pytest.mark.parametrize("text", ["🔟", "1️⃣0️⃣", "10/10", "10 out of 10", "diez de diez", "ten"])
def test_ten_is_one_number(text: str) -> None:
    assert understand(text) == Mood(10)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        *(("6 AC", "AC"), ("6ac", "AC"), ("6, c, a", "AC"), ("6 ca", "AC"), ("6 a y c", "AC")),
        ("6 A & C", "AC"),
        *(("6 a, b, a", "AB"), ("6 abf", "ABF"), ("6. B", "B"), ("6\nA\nC", "AC"), ("6/10 AC", "AC")),
        *(("6 (A, C)", "AC"), ("6 - a c", "AC"), ("6 A/C", "AC"), ("6+AC", "AC"), ("6 with a and c", "AC")),
        *(("6 A, C, and D!", "ACD"), ("6 letters a c", "AC"), ("six A C", "AC")),
        ("seis, letras A y C", "AC"),
        *(("ac 6", "AC"), ("a, c: 6", "AC"), ("A C 6/10", "AC"), ("N 6", ""), ("none, 6", "")),
        *(("6 N", ""), ("6, none", ""), ("mood 6 none", ""), ("ánimo 6, n", ""), ("6 nada", "")),
        ("6 ninguno", ""),
        *(("6 🅰️ 🅱️", "AB"), ("6 AC thanks", "AC"), ("6 a c, gracias", "AC"), ("6 bc", "BC"), ("6 c", "C")),
    ],
)
def test_side_effects_are_named_by_their_letters(text: str, letters: str) -> None:
    assert understand(text) == Mood(6, letters) == understand(text, LETTERS)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        *(("A and C", "AC"), ("a y c", "AC"), ("AC", "AC"), ("c, a", "AC"), ("A", "A"), ("e.", "E")),
        ("C", "C"),
        *(("n", ""), ("N.", ""), ("none", ""), ("Nothing", ""), ("nada", ""), ("ninguno", "")),
        ("ninguna!", ""),
    ],
)
def test_letters_alone_count_only_when_letters_were_asked(text: str, letters: str) -> None:
    assert understand(text, LETTERS) == Letters(letters)
    assert understand(text) == (No() if text in ("n", "N.") else Unread())


@pytest.mark.parametrize(
    "text",
    [
        *("0 be", "0 dead", "1 ace", "6 bed", "a bad 3", "0 fade", "4 aab", "7 G", "7 a z", "6 n a"),
        *("6 da", "6 de", "bad", "dead", "be", "face", "dad", "decaf", "AC and my head hurts"),
    ],
)
def test_words_made_of_letters_are_words(text: str) -> None:
    assert understand(text, LETTERS) == Unread()


@pytest.mark.parametrize(
    "text",
    [
        *("11", "100", "-1", "-3", "−3", "- 7", "(-3)", "07", "10.5", "6.7", "7.30", "6,5", "1 0", "7 7"),
        "7+",
        *("7 or 8", "7-8", "7 to 8", "7 o 8", "between 7 and 8", "6 today, 4 yesterday", "7, maybe eight"),
        "5, 6",
        *("7pm", "7 pm", "7 p.m.", "7 a.m.", "7 a. m.", "at 7", "7:30", "7h30", "by 7", "a las 7"),
        "7 de la tarde",
        *("7/11", "7/10/24", "7/7", "feb 6", "6 de mayo", "7th", "+12025550147", "555 0147", "20", "7%"),
        *("$7", "7°"),
        *("5 hours", "7 pills", "I took 7", "I slept 5 hours", "10 minutes late", "3 bad days", "10 mg"),
        *("0 hope", "2 tired", "4 me", "1 good day", "0 feeling in my legs", "one good day", "2 be honest"),
        *("ten cuidado", "3 días", "2 horas", "6, slept 8 hours", "1. Can I drive? 2. Can I eat?", "not 7"),
        *("slept badly 5", "😭 7", "b12", "#7", "7 x", "", "   ", "🙂", "👍", "😭", "❓", "...", "\x00"),
        "\u202e",
    ],
)
@pytest.mark.parametrize("asked", [NOTHING, LETTERS, EVERYTHING])
def test_what_is_no_plain_answer_is_read_by_a_person(text: str, asked: frozenset[Asked]) -> None:
    assert understand(text, asked) == Unread()


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("6 but tired", Mood(6, "", "but tired")),
        ("5, slept badly", Mood(5, "", "slept badly")),
        ("5. I want to talk", Mood(5, "", "i want to talk")),
        ("7\nThank you for asking", Mood(7, "", "thank you for asking")),
        ("6 AC but tired", Mood(6, "AC", "but tired")),
        ("6 AC. It is worse at night", Mood(6, "AC", "it is worse at night")),
        ("6 BAD", Mood(6, "", "bad")),
        ("6 tired", Mood(6, "", "tired")),
        ("5 very tired", Mood(5, "", "very tired")),
        ("6 a bit tired", Mood(6, "", "a bit tired")),
        ("6, a friend died", Mood(6, "", "a friend died")),
        ("6 bc I slept badly", Mood(6, "", "bc i slept badly")),
        ("3 I feel awful", Mood(3, "", "i feel awful")),
        ("2 but better", Mood(2, "", "but better")),
        ("7 😭", Mood(7, "", "😭")),
        ("7 :(", Mood(7, "", "🙁")),
        ("6, no nausea", Mood(6, "", "no nausea")),
        ("6 pero cansada", Mood(6, "", "pero cansada")),
        ("6 y triste", Mood(6, "", "y triste")),
        ("6 e insomnio", Mood(6, "", "e insomnio")),
        ("4, dormí mal", Mood(4, "", "dormi mal")),
        ("siete, pero con sueño", Mood(7, "", "pero con sueno")),
        ("6, A dizzy C headache", Mood(6, "", "a dizzy c headache")),
    ],
)
def test_words_beside_a_number_are_kept_for_a_person(text: str, understood: Understood) -> None:
    assert understand(text, LETTERS) == understood


@pytest.mark.parametrize(
    "text", ["6.5", "6½", "6 1/2", "6 and a half", "6 y medio", "6.5/10", "six and a half"]
)
def test_a_half_point_counts_as_the_lower_one_and_is_shown_to_a_person(text: str) -> None:
    understood = understand(text)
    assert isinstance(understood, Mood)
    assert (understood.score, bool(understood.rest)) == (6, True)


def test_a_letter_before_the_number_may_be_an_article_so_a_person_looks() -> None:
    assert understand("A 6", LETTERS) == Mood(6, "", "a 6")
    assert understand("A 6") == Mood(6)


def test_six_no_names_no_side_effects_unless_another_question_is_open() -> None:
    assert understand("6 no", LETTERS) == Mood(6)
    assert understand("6 no", LETTERS | SAFE) == understand("6 no") == Unread()


def test_a_c_beside_a_number_is_not_taken_for_a_headache_while_a_visit_waits_to_be_confirmed() -> None:
    assert understand("7 C", LETTERS | {Asked.CONFIRM}) == Mood(7, "", "7 c")
    assert understand("7 AC", LETTERS | {Asked.CONFIRM}) == Mood(7, "AC")
