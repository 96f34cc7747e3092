"""The work is bounded: twice the text is about twice the work, whatever the text is. Counted, not timed."""

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen
from aftercare.domain.screen_lexicon import Tier
from aftercare.domain.screen_text import LONGEST

HOSTILE = {
    "one letter": "a",
    "one word": "die ",
    "no spaces": "iwanttodie",
    "sentences": "i want to die. ",
    "denials": "no not never ",
    "starts of phrases": "i want to i want to ",
    "fillers": "do not think feel like ",
    "letters apart": "d i e ",
    "stars": "k*",
    "marks": "!",
    "signs and letters": "a!",
    "emoji": "🔪",
    "accents": "e\u0301\u0302",
    "numbers": "took 9 ",
    "dots": "a.",
    "idioms": "this headache is killing me ",
    "spanish": "no me quiero morir de ",
    "unknown letters": "qzx",
}


def calls(text: str, earlier: tuple[str, ...] = ()) -> int:
    """Return how many Python functions the screen calls for ``text``."""
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event == "call"

    lexicon, before = load_screen(), sys.getprofile()
    sys.setprofile(count)
    try:
        screen(text, earlier, lexicon=lexicon)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_twice_the_text_is_about_twice_the_work_and_no_text_is_much(unit: str) -> None:
    some, more = (calls((unit * (size // len(unit) + 1))[:size]) for size in (500, 1_000))
    assert more < 2.3 * some + 500
    # A thousand letters cost a tenth of what the longest text may: twelve million calls, some three seconds.
    assert more < 1_200_000


def test_beyond_the_limit_more_text_is_no_more_work() -> None:
    lengths = (2 * LONGEST + 100, 6 * LONGEST)
    shorter, longer = (calls("x" * length) for length in lengths)
    assert longer < 1.1 * shorter


def test_a_long_thread_is_no_more_work_than_its_end() -> None:
    long = ("well then. " * 1_000,) * 50
    assert calls("hello there", long) <= calls("hello there", long[:4])


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=6))
def test_no_text_makes_the_screen_fail(text: str, earlier: list[str]) -> None:
    assert screen(text, earlier, lexicon=load_screen()).tier in Tier


@given(st.lists(st.sampled_from(sorted(load_screen().spelling.known)), max_size=12).map(" ".join))
def test_no_run_of_the_lexicons_words_makes_the_screen_fail(text: str) -> None:
    assert screen(text, lexicon=load_screen()).tier in Tier


@given(st.text(max_size=60))
def test_nothing_said_beside_it_hides_a_plain_cry(beside: str) -> None:
    assert (
        screen(f"{beside}\nI am going to kill myself tonight", lexicon=load_screen()).tier is not Tier.GREEN
    )
