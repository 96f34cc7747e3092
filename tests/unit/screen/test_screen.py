"""What the crisis screen sees, in the words of patients (all invented)."""

from collections.abc import Sequence

import pytest

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import EARLIER_MESSAGES, screen, screened_safely
from aftercare.domain.screen_lexicon import (
    NOTHING_TO_READ,
    REASONS,
    SCREEN_FAILED,
    TOO_LONG,
    UNKNOWN_LANGUAGE,
    Lexicon,
    Tier,
    Verdict,
    reason_of,
)
from aftercare.domain.screen_text import LONGEST


def seen(text: str, earlier: Sequence[str] = ()) -> Verdict:
    return screen(text, earlier, lexicon=load_screen())


# Sources: clinical-regulatory research 4.2 (rule 4) and section 6, items 2, 3, 12, 14.
MUST_BE_RED = [
    "STOP I want to die",
    "HELP me, I took all my pills",
    "I want it all to stop",
    "I want to end it",
    "my brother wants to die",
    "mi hermano se quiere morir",
    "ALTO me quiero morir",
    "AYUDA me tomé todas las pastillas",
    "ya no quiero vivir",
    "my husband hit me last night",
    "mi esposo me pega",
    "I am going to hurt my baby",
    "voy a matar a mi esposo",
    "I hear voices telling me to do it",
    "goodbye everyone, tell my kids I love them and I'm sorry",
    "standing on the bridge right now",
]


@pytest.mark.parametrize("text", MUST_BE_RED)
def test_a_crisis_is_red(text: str) -> None:
    assert seen(text).tier is Tier.RED


@pytest.mark.parametrize(
    "text",
    [
        "chest pain",
        "I fainted in the shower",
        *("he can't breathe", "my wife won't wake up"),
        "me duele el pecho",
        "se desmayó mi mamá",
        "no puedo respirar",
        "mi esposo no despierta",
        "I took all my pills",
        "me tomé todo el frasco",
    ],
)
def test_a_medical_emergency_says_that_911_comes_first(text: str) -> None:
    verdict = seen(text)
    assert (verdict.tier, verdict.medical) == (Tier.RED, True)


def test_a_crisis_of_the_mind_is_not_called_medical() -> None:
    assert seen("I want to die").medical is False


@pytest.mark.parametrize(
    "text",
    [
        *("6", "6 AC", "10 bf", "0", "A", "B", "C", "D", "E", "F", "N", "STOP", "HELP", "YES", "NO", "Sí"),
        *("END", "CANCEL", "QUIT", "ALTO", "AYUDA", "thanks!", "👍", "gracias, nos vemos el martes"),
        "Can I move my visit to Thursday at 2?",
        "a little dizzy but ok",
        "mild headache, took two tylenol",
        "¿a qué hora es mi cita?",
        "me siento mejor hoy",
    ],
)
def test_plain_clinic_messages_are_green(text: str) -> None:
    assert seen(text) == Verdict(Tier.GREEN)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not suicidal",
        "I am not going to kill myself",
        "I would never hurt myself",
        "no thoughts of suicide or self harm",
        "no soy suicida",
        "no me quiero morir",
        "nunca me haría daño",
        "no chest pain",
    ],
)
def test_denial_lowers_to_amber_and_never_clears(text: str) -> None:
    assert seen(text).tier is Tier.AMBER


@pytest.mark.parametrize(
    "text",
    [
        "No, I want to die",
        "no I want to die",
        "I can't stop thinking about suicide",
        "I should not be thinking about suicide",
        "I don't see the point of living",
        "I don't want to live",
        "why don't I just kill myself",
        "don't let me kill myself",
        "I'm not ok I want to die",
        "I don't feel anything, I want to die",
        "not suicidal, but I took a whole bottle of pills",
        "no sé qué hacer me quiero morir",
        "no tengo ganas de nada me quiero morir",
        "no puedo dejar de pensar en matarme",
    ],
)
def test_a_no_that_denies_nothing_leaves_it_red(text: str) -> None:
    assert seen(text).tier is Tier.RED


@pytest.mark.parametrize(
    "text",
    [
        "I used to want to die",
        "years ago I tried to kill myself",
        "when I was 15 I overdosed",
        "I was suicidal last year",
        "hace años intenté matarme",
        "antes quería morirme",
    ],
)
def test_what_is_long_past_is_amber(text: str) -> None:
    assert seen(text).tier is Tier.AMBER


@pytest.mark.parametrize(
    "text",
    [
        "I tried to kill myself last night",
        "I tried when I was 15 and I want to kill myself again",
        "I used to want to die and now I do again",
        "years ago my dad died. I want to die",
        "anoche intenté matarme",
        "hace años intenté matarme y otra vez lo pienso",
    ],
)
def test_a_word_of_the_present_undoes_the_past(text: str) -> None:
    assert seen(text).tier is Tier.RED


@pytest.mark.parametrize(
    "text",
    [
        "I'm dying of laughter",
        "this headache is killing me",
        "dead tired after work",
        "I could kill for a coffee",
        "my phone died sorry",
        "cut myself shaving this morning",
        "me muero de risa",
        "me muero de hambre",
        "este dolor de cabeza me está matando",
        "me corté el dedo cocinando",
    ],
)
def test_an_idiom_is_no_crisis(text: str) -> None:
    assert seen(text).tier is Tier.GREEN


@pytest.mark.parametrize(
    "text",
    [
        "haha dying of laughter, also I am going to hang myself",
        "this headache is killing me and I want to kill myself",
        "my phone died and I want to die",
        "I want to stop the texts and I want to die",
        "me muero de risa pero la verdad sí me quiero matar",
        "my dog died and I want to die too",
    ],
)
def test_an_idiom_never_hides_the_crisis_beside_it(text: str) -> None:
    assert seen(text).tier is Tier.RED


@pytest.mark.parametrize(
    "text",
    [
        "I want to end it all this week",
        "kill myself with a knife",
        "I want to jump in front of a train",
        "drive into the river and drown",
        "took all my pills last night",
        "I took 30 of them",
        "I want to be dead on my birthday",
        "sick and tired of being alive",
        "drive my car into a tree and die",
        "my husband is going to kill me if I leave",
        "I want to burn myself on the stove",
        "hurt myself with the stove, on purpose",
        "suicide note",
        "quiero morir de la tristeza",
        "me voy a tirar al tren",
        "tengo tanto dolor que me quiero matar",
        "me tomé un frasco de pastillas con agua",
    ],
)
def test_what_only_looks_like_an_idiom_stays_red(text: str) -> None:
    assert seen(text).tier is Tier.RED


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (["I want to just", "go ahead and"], "die"),
        (["I'm going to"], "kill myself"),
        (["I have been saving"], "my pills"),
        (["they are better off"], "without me"),
        (["cant do this"], "anymore"),
        (["quiero"], "morirme"),
        (["I feel hopeless"], "the rope is here"),
        (["me siento sin esperanza"], "adiós a mi familia"),
    ],
)
def test_two_texts_that_form_a_crisis_only_together_are_red(earlier: list[str], text: str) -> None:
    assert seen(earlier[-1]).tier is not Tier.RED
    assert seen(text, earlier).tier is Tier.RED


def test_an_earlier_crisis_does_not_turn_thanks_into_a_second_one() -> None:
    assert seen("thank you, talk soon", ["I want to die"]).tier is Tier.GREEN


def test_only_the_last_messages_are_joined() -> None:
    old = ["I'm going to", *["ok"] * EARLIER_MESSAGES]
    assert seen("stab", old).tier is seen("stab").tier


@pytest.mark.parametrize("text", ["", "   ", "...", "?", "\u200b"])
def test_what_cannot_be_read_is_amber(text: str) -> None:
    verdict = seen(text)
    assert verdict == Verdict(Tier.AMBER, (NOTHING_TO_READ,), ("screen.nothing-to-read",))


@pytest.mark.parametrize(
    "text",
    [
        *("ik voel me vandaag heel slecht", "blah zxcv qwer tyui", "je suis tellement fatigué"),
        *("我想死", "я хочу умереть", "أريد أن أموت"),
    ],
)
def test_an_unknown_language_is_amber(text: str) -> None:
    assert seen(text) == Verdict(Tier.AMBER, (UNKNOWN_LANGUAGE,), ("screen.unknown-language",))


@pytest.mark.parametrize("text", ["Zofran?", "Ibuprofeno", "Luminous", "Ada Quispe"])
def test_one_or_two_strange_words_are_a_name_or_a_medicine(text: str) -> None:
    assert seen(text).tier is Tier.GREEN


def test_a_crisis_is_found_beside_another_script() -> None:
    assert seen("我想死 我想死 我想死 I want to die").tier is Tier.RED


def test_a_text_too_long_to_be_read_whole_is_amber_and_its_end_is_read() -> None:
    assert seen("all is fine today. " * 2000).reasons == (TOO_LONG,)
    assert seen("all is fine today. " * 2000 + "I want to die").tier is Tier.RED
    assert seen("ok " * (LONGEST // 3)).tier is Tier.GREEN


def test_a_verdict_holds_ids_and_never_words() -> None:
    verdict = seen("my sister Dora wants to kill herself with a zyxgun")
    assert set(verdict.reasons) <= set(REASONS)
    assert all(id_.count(".") == 2 and "dora" not in id_ and "zyx" not in id_ for id_ in verdict.matched)


def test_the_same_text_gets_the_same_verdict_whatever_its_case() -> None:
    assert seen("I WANT TO DIE") == seen("i want to die") == seen("I Want To Die")


def test_no_failure_of_the_screen_loses_a_message() -> None:
    def broken() -> Lexicon:
        raise MemoryError

    failed = screened_safely("hello", lexicon=broken)
    assert (failed.tier, reason_of(failed)) == (Tier.AMBER, SCREEN_FAILED)
    assert reason_of(screened_safely(None, lexicon=load_screen)) == NOTHING_TO_READ
    assert screened_safely("I want to die", lexicon=load_screen) == seen("I want to die")


def test_red_is_sooner_than_amber_and_amber_than_green() -> None:
    assert sorted(Tier, key=lambda tier: tier.rank) == [Tier.GREEN, Tier.AMBER, Tier.RED]
