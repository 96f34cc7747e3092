"""What the fifth and later authors taught: forms of verbs, a "no" that denies nothing, and idioms too wide."""

import pytest

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen
from aftercare.domain.screen_lexicon import Tier, Verdict


def seen(text: str) -> Verdict:
    return screen(text, lexicon=load_screen())


@pytest.mark.parametrize(
    "text",
    [
        *("se mataría", "se matará", "me ahorqué", "se colgó", "me dispararía", "se hizo daño", "me haré daño"),
        *("me lastimaba a escondidas", "se cortaba los brazos", "me moriré hoy", "nos mataremos"),
        *("se las tomó todas", "me habré tomado 20", "lo mataría", "le haré daño", "me golpeará otra vez"),
    ],
)
def test_a_grave_spanish_verb_is_red_in_every_form(text: str) -> None:
    assert seen(text).tier is Tier.RED


def test_being_a_hair_away_from_it_is_no_denial() -> None:
    assert seen("estoy a nada de lastimar a mi bebé").tier is Tier.RED


@pytest.mark.parametrize(
    "text",
    [
        "me tomé el veneno para ratas",
        "standing on the bridge, closed my eyes",
        "I stopped the car on the tracks by Mill St",
        "tapping out of life",
        "cambió de color, está morado y no respira",
        "me tomé todas las pastillas con cervezas",
        "I took my pills with 10 beers, all of them",
        "jumped in the lake with rocks in my coat",
    ],
)
def test_an_everyday_saying_does_not_reach_over_a_crisis(text: str) -> None:
    assert seen(text).tier is Tier.RED


@pytest.mark.parametrize(
    "text",
    [
        "chest day at the gym",
        "low battery, will text later",
        "the blackout curtains are up",
        "tortas ahogadas",
        "se me pasó la mano con el chile",
        "la pistola de silicón no prende",
    ],
)
def test_an_everyday_thing_with_a_grave_name_is_no_crisis(text: str) -> None:
    assert seen(text).tier is Tier.GREEN
