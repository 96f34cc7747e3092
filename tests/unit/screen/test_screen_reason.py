"""Every alert of the crisis screen names one reason, and the right one."""

import pytest

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen
from aftercare.domain.screen_lexicon import NOTHING_FOUND, REASONS, Tier, Verdict, reason_of


def seen(text: str) -> Verdict:
    return screen(text, lexicon=load_screen())


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("suicide", "I want to die"),
        ("suicide", "me quiero morir"),
        ("self_harm", "I have been burning my arms with a lighter"),
        ("overdose", "I swallowed 40 pills"),
        ("overdose", "me tomé todo el frasco"),
        ("medical", "chest pain"),
        ("medical", "me duele el pecho"),
        ("abuse", "my boyfriend hits me"),
        ("harm_to_others", "I am going to hurt my baby"),
        ("goodbye", "tell my kids I love them, it is not their fault"),
        ("means", "there is a rope in my closet, tied already"),
        ("third_party", "my brother wants to die"),
        ("third_party", "mi hermano se quiere morir"),
        ("psychosis", "the voices are talking to me again"),
        ("mania", "no sleep for four nights and full of energy"),
        ("confusion", "he does not know where he is"),
        ("bladder", "I can not pee at all"),
        ("bladder", "hay sangre en mi orina"),
    ],
)
def test_a_red_alert_names_what_it_is_about(reason: str, text: str) -> None:
    verdict = seen(text)
    assert (verdict.tier, reason) == (Tier.RED, reason if reason in verdict.reasons else verdict.reasons)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("hopelessness", "I feel hopeless"),
        ("hopelessness", "soy una carga para mi familia"),
        ("denied", "I am not suicidal"),
        ("denied", "no soy suicida"),
        ("past", "I was suicidal last year"),
        ("past", "hace años intenté matarme"),
        ("worse_after_session", "I feel worse since the session"),
        ("drove", "I drove home after"),
        ("drove", "manejé a casa"),
        ("craving", "been craving ketamine between visits"),
        ("bladder", "it burns when I pee"),
        ("bladder", "me arde al orinar"),
        ("vomiting", "still vomiting today"),
        ("vomiting", "estoy vomitando"),
        ("dissociation", "still feel floaty and unreal today"),
        ("alcohol", "had two beers after the infusion"),
        ("unknown_language", "ik voel me vandaag heel slecht"),
        ("nothing_to_read", ""),
        ("too_long", "all is fine today. " * 2000),
    ],
)
def test_an_amber_alert_names_what_it_is_about(reason: str, text: str) -> None:
    verdict = seen(text)
    assert (verdict.tier, reason_of(verdict)) == (Tier.AMBER, reason)


def test_no_alert_has_no_reason() -> None:
    assert reason_of(seen("thanks, see you Tuesday")) == NOTHING_FOUND
    assert NOTHING_FOUND not in REASONS


def test_a_red_reason_is_named_before_an_amber_one() -> None:
    verdict = seen("I drove home and now I want to die")
    assert reason_of(verdict) == "suicide"
    assert "drove" in verdict.reasons


def test_every_reason_stands_once() -> None:
    assert len(REASONS) == len(set(REASONS))
