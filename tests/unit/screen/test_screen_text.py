"""However a patient spells it, it is read as what was meant."""

import pytest

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen
from aftercare.domain.screen_text import is_readable, plain, read
from aftercare.domain.tier import Tier


def words(text: str) -> str:
    return " ".join(read(text, load_screen().spelling)[0].words)


def words_apart(text: str) -> str:
    return " ".join(read(text, load_screen().spelling)[1].words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("I can't, I won't, I'm", "i can not i will not i am"),
        ("wanna gonna kms", "want to going to kill myself"),
        ("my self", "myself"),
        ("suicde suiside sucide suicied suicidde", "suicide suicide suicide suicide suicide"),
        ("sewer slide", "suicide"),
        ("kil dieing overdsoe", "kill dying overdose"),
        ("kiero k me maten, xq no", "quiero que me maten porque no"),
        ("matarm, suisidarme, bibir", "matarme suicidarme vivir"),
        ("Adiós, mañana, corazón", "adios manana corazon"),
        ("diiiiie killlll pleeease", "die kill please"),
        ("d i e", "die"),
        ("d.i.e", "die"),
        ("s-u-i-c-i-d-e", "suicide"),
        ("k_i_l_l myself", "kill myself"),
        ("m o r i r", "morir"),
        ("k1ll mys3lf", "kill myself"),
        ("$uicide", "suicide"),
        ("su!cide", "suicide"),
        ("k*ll", "kill"),
        ("ＳＵＩＣＩＤＥ", "suicide"),
        ("𝓼𝓾𝓲𝓬𝓲𝓭𝓮", "suicide"),
        ("🅓🅘🅔", "die"),
        ("su\u200bici\u00adde", "suicide"),
        ("ѕuісіdе", "suicide"),
        ("D\u0336I\u0336E\u0336", "die"),
        ("battery's", "battery"),
        ("took six", "took 6"),
        ("50mg", "50 mg"),
    ],
)
def test_disguise_and_slips_are_read_through(typed: str, meant: str) -> None:
    assert words(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("iwanttodie", "i want to die"), ("#killmyself", "kill myself"), ("quieromorir", "quiero morir")],
)
def test_words_run_together_are_taken_apart(typed: str, meant: str) -> None:
    assert words_apart(typed) == meant


@pytest.mark.parametrize(
    "ordinary", ["meditate", "studied", "dieron", "therapist", "weekend", "hunting", "strange"]
)
def test_an_ordinary_word_is_not_taken_for_a_grave_one(ordinary: str) -> None:
    assert (words(ordinary), words_apart(ordinary)) == (ordinary, ordinary)


@pytest.mark.parametrize("typed", ["6 a c", "10 B F", "a b d"])
def test_side_effect_letters_stay_letters(typed: str) -> None:
    assert screen(typed, lexicon=load_screen()).tier is Tier.GREEN


@pytest.mark.parametrize(
    ("sign", "word"), [("🔪", "emojiknife"), ("🔫", "emojigun"), ("💊", "emojipill"), ("⚰️", "emojicoffin")]
)
def test_a_grave_emoji_is_a_word(sign: str, word: str) -> None:
    assert words(f"me{sign}now") == f"me {word} now"


def test_a_full_stop_ends_a_sentence_and_a_comma_only_a_part() -> None:
    reading = read("I am sad, but well. Thanks", load_screen().spelling)[0]
    assert (reading.breaks, reading.pauses) == (frozenset({5}), frozenset({3}))


def test_control_characters_vanish_and_new_lines_stay() -> None:
    assert plain("a\x00b\x07\nc\td", {}) == "ab\nc d"


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("hello", True),
        ("7", True),
        ("👍", True),
        ("ñandú", True),
        ("!!!", False),
        ("Привет", False),
        ("", False),
    ],
)
def test_latin_letters_digits_and_emoji_can_be_read(text: str, *, readable: bool) -> None:
    assert is_readable(text) is readable


@pytest.mark.parametrize(
    "text",
    [
        "I want to d i e",
        "i w a n t to d.i.e",
        "IWANTTODIE",
        "i wan to kil my self",
        "want 2 die",
        "wnat to dei",
    ],
)
def test_a_disguised_wish_to_die_is_red(text: str) -> None:
    assert screen(text, lexicon=load_screen()).tier is Tier.RED
