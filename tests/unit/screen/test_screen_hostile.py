"""Texts made to break the screen do not hide a crisis from it, and do not stop it."""

import pytest

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen, screened_safely
from aftercare.domain.screen_lexicon import SCREEN_FAILED, Tier, reason_of
from aftercare.domain.screen_text import LONGEST


@pytest.mark.parametrize(
    "text",
    [
        "I want\x00 to d\x00ie",
        "I want to \u202ed\u202cie \u200f",
        "I w\u200bant to d\u200ci\u200de\ufeff",
        "I want to die \U0001f62d\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f600" * 2_000 + " I want to die",
        "I want to die " * (LONGEST // 14),
        "i\twant\r\nto\x0bdie",
        "I want to die \ud800",
    ],
    ids=[
        "null bytes",
        "right to left",
        "zero width",
        "four-byte emoji",
        "thousands of emoji",
        "10,000 characters",
        "odd spaces",
        "half a character",
    ],
)
def test_a_text_made_to_hide_a_crisis_does_not_hide_it(text: str) -> None:
    assert screen(text, lexicon=load_screen()).tier is Tier.RED


@pytest.mark.parametrize("text", ["\x00" * 500, "\u202e\u202d", "\u200b" * 10_000, "\ud800"])
def test_a_text_of_nothing_but_tricks_is_looked_at_by_a_person(text: str) -> None:
    assert screen(text, lexicon=load_screen()).tier is Tier.AMBER


@pytest.mark.parametrize("text", ["\x00 ok thanks", "\U0001f600\U0001f44d", "ok thanks \u200f"])
def test_a_trick_does_not_turn_thanks_into_a_crisis(text: str) -> None:
    verdict = screened_safely(text, lexicon=load_screen)
    assert verdict.tier is Tier.GREEN
    assert reason_of(verdict) != SCREEN_FAILED
