"""What later authors taught: forms of verbs, a "no" that denies nothing, idioms and numbers too wide."""

import pytest

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen
from aftercare.domain.screen_lexicon import Tier, Verdict


def seen(text: str) -> Verdict:
    return screen(text, lexicon=load_screen())


@pytest.mark.parametrize(
    "text",
    [
        *(
            "se mataría",
            "se matará",
            "me ahorqué",
            "se colgó",
            "me dispararía",
            "se hizo daño",
            "me haré daño",
        ),
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
        *(
            "ganas de morir",
            "todos los días siento ganas de morir",
            "ayúdenme, no puedo con estas ganas de morir",
        ),
        *(
            "no necesito citas, necesito una bala",
            "mi esposo se está poniendo azul",
            "otra vez el ojo morado",
        ),
        *("my O2 sat is reading 82", "going to kill my landlord", "took 2 weeks of lamictal at once"),
        *("I'm done, took my pills at 8, all of them", "call me at 617-283-9947 or I will kill myself"),
        *("ya no voy a necesitar la cita ni ninguna", "nobody will look for me till wednesday"),
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
        *("call me at 617-283-9947", "mi número es 786-301-4432", "Emergency contact: Laura, 218/555/0104"),
        *("O2 98, hr 72, bp 115/70", "meeting code 482 913"),
        *("payment did not go through", "it did not go well with my boss"),
        *("I took my pills at 8 with food", "please stop sending me messages", "ya no voy a ir el viernes"),
    ],
)
def test_an_everyday_thing_with_a_grave_name_is_no_crisis(text: str) -> None:
    assert seen(text).tier is Tier.GREEN


def test_a_blood_pressure_that_is_too_high_is_an_emergency() -> None:
    for text in ("185/115", "bp 210 over 120", "presión 180 con 110"):
        assert seen(text).medical


def test_who_cannot_go_on_is_in_despair_and_not_in_need_of_an_ambulance() -> None:
    for text in ("I can't go on", "I can't go on living"):
        assert seen(text).tier is Tier.RED
        assert not seen(text).medical


def test_readings_that_are_fine_and_a_day_off_work_are_no_emergency() -> None:
    for text in (
        "pulso 61 oxígeno 98 presión 114/70",
        "I didn't go to work today",
        "my husband can't go with me",
    ):
        assert not seen(text).medical
