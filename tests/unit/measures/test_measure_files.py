"""The measures that ship: the official words, the right codes, and bands that cover every total."""

import pytest

from aftercare.content.load_measures import load_measures
from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.reply import Mood, understand
from aftercare.domain.scale import LettersItem, NumberItem, Scale

MEASURES = load_measures()
ASKED = [pytest.param(scale, id=code) for code, scale in MEASURES.items()]
OFFICIAL = ("phq-9", "phq-2", "gad-7")
OURS = ("mood", "side-effects", "bladder", "misuse")


def item(id_: str) -> NumberItem:
    """Return the number item of that id, whichever measure it stands in."""
    found = [one for scale in MEASURES.values() for one in scale.items if one.id == id_]
    assert len(found) == 1 and isinstance(found[0], NumberItem)
    return found[0]


def test_the_measures_we_ask_for_are_the_seven_we_ship() -> None:
    assert set(MEASURES) == {*OFFICIAL, *OURS}


def test_every_answer_has_the_id_a_form_sends() -> None:
    assert {code: [one.id for one in scale.items] for code, scale in MEASURES.items()} == {
        "phq-9": [*(f"phq9_{n}" for n in range(1, 10)), "phq9_difficulty"],
        "phq-2": ["phq2_1", "phq2_2"],
        "gad-7": [f"gad7_{n}" for n in range(1, 8)],
        "mood": ["mood"],
        "side-effects": ["side_effects", "side_effects_text"],
        "bladder": [f"bladder_{n}" for n in range(1, 5)],
        "misuse": ["misuse_1", "misuse_2"],
    }


def test_the_total_of_the_phq9_is_not_taken_for_item_9_nor_for_the_panel() -> None:
    phq9 = MEASURES["phq-9"]
    assert phq9.total == "44261-6"
    assert item("phq9_9").code == "44260-8"
    assert phq9.panel == "44249-1"


def test_a_phq2_is_never_exported_as_a_phq9() -> None:
    phq2 = MEASURES["phq-2"]
    assert (phq2.panel, phq2.total) == ("55757-9", "55758-7")
    assert not {phq2.panel, phq2.total} & {MEASURES["phq-9"].panel, MEASURES["phq-9"].total}


def test_every_question_carries_its_own_loinc_code() -> None:
    codes = {one.id: item(one.id).code for code in OFFICIAL for one in MEASURES[code].items}
    assert codes == {
        **dict(zip([f"phq9_{n}" for n in range(1, 10)], PHQ_9, strict=True)),
        "phq9_difficulty": "69722-7",
        "phq2_1": "44250-9",
        "phq2_2": "44255-8",
        **dict(zip([f"gad7_{n}" for n in range(1, 8)], GAD_7, strict=True)),
    }
    assert (MEASURES["gad-7"].panel, MEASURES["gad-7"].total) == ("69737-5", "70274-6")


PHQ_9 = (
    *("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3"),
    "44260-8",
)
GAD_7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")


def test_how_often_is_answered_with_the_same_four_codes_everywhere() -> None:
    for code in OFFICIAL:
        for one in MEASURES[code].scored:
            assert [choice.code for choice in one.choices] == ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]


def test_very_difficult_comes_before_extremely_difficult_though_its_code_does_not() -> None:
    choices = [(choice.texts["en"], choice.code) for choice in item("phq9_difficulty").choices]
    assert choices[2:] == [("Very difficult", "LA6575-0"), ("Extremely difficult", "LA6574-3")]


@pytest.mark.parametrize("code", OURS)
def test_no_loinc_code_is_invented_for_our_own_questions(code: str) -> None:
    scale = MEASURES[code]
    codes = [one.code for one in scale.items if isinstance(one, NumberItem)]
    assert {scale.panel, scale.total, *codes} == {""}


@pytest.mark.parametrize("scale", ASKED)
def test_every_word_is_there_in_every_language(scale: Scale) -> None:
    for one in scale.items:
        shown = one.choices if isinstance(one, NumberItem) else ()
        letters = (*one.letters, one.none) if isinstance(one, LettersItem) else ()
        assert all(set(words.texts) == set(LANGUAGES) for words in (one, *shown, *letters))
    assert set(scale.provenance) == set(LANGUAGES)


@pytest.mark.parametrize("code", OFFICIAL)
def test_official_words_keep_the_question_above_them_and_the_developers_line_below(code: str) -> None:
    scale = MEASURES[code]
    assert "last 2 weeks" in scale.stem["en"] and "últimas 2 semanas" in scale.stem["es"]
    assert all("Kroenke" in scale.credit[language] for language in LANGUAGES)


def test_words_nobody_checked_yet_say_so() -> None:
    assert MEASURES["gad-7"].provenance["es"] == (
        "from general knowledge of the public US Spanish GAD-7; check against phqscreeners before use"
    )
    for code in OFFICIAL:
        assert all("check against phqscreeners" in words for words in MEASURES[code].provenance.values())


@pytest.mark.parametrize(
    ("id_", "en", "es"),
    [
        ("phq9_1", "Little interest or pleasure in doing things", "Poco interés o placer en hacer cosas"),
        (
            "phq9_9",
            "Thoughts that you would be better off dead, or of hurting yourself in some way",
            "Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera",
        ),
        ("gad7_4", "Trouble relaxing", "Ha tenido dificultad para relajarse"),
    ],
)
def test_a_question_is_asked_in_the_official_words(id_: str, en: str, es: str) -> None:
    assert item(id_).texts == {"en": en, "es": es}


def test_the_phq2_asks_the_first_two_questions_of_the_phq9() -> None:
    for n in (1, 2):
        short, long = item(f"phq2_{n}"), item(f"phq9_{n}")
        assert (short.texts, short.choices, short.code) == (long.texts, long.choices, long.code)


def test_only_item_9_is_looked_at_before_the_total() -> None:
    watched = {code: scale.watched.id for code, scale in MEASURES.items() if scale.watched}
    assert watched == {"phq-9": "phq9_9"}


def test_the_difficulty_question_does_not_count() -> None:
    assert [one.id for one in MEASURES["phq-9"].items if one not in MEASURES["phq-9"].scored] == [
        "phq9_difficulty"
    ]


def test_a_mood_is_asked_from_0_to_10() -> None:
    assert item("mood").highest == 10


def test_the_letters_of_the_form_are_those_a_text_understands() -> None:
    asked = MEASURES["side-effects"].items[0]
    assert isinstance(asked, LettersItem)
    for one in asked.letters:
        assert understand(f"6 {one.letter}") == Mood(6, one.letter)
        for language, words in one.texts.items():
            assert f"{one.letter} {words}" in load_words(language)["day1"].email
    assert understand(f"6 {asked.none.letter}") == Mood(6, "")


def test_the_limits_of_change_are_those_of_the_sources() -> None:
    limits = {code: scale.change for code, scale in MEASURES.items()}
    phq9, gad7 = limits.pop("phq-9"), limits.pop("gad-7")
    assert phq9 is not None and gad7 is not None
    assert (phq9.response_percent, phq9.remission_below, phq9.reliable, phq9.worsening) == (50, 5, 6, 5)
    assert (gad7.response_percent, gad7.reliable) == (50, 4)
    # Our sources give these two for the PHQ-9 only.
    assert (gad7.remission_below, gad7.worsening) == (None, None)
    assert set(limits.values()) == {None}


def test_every_questionnaire_a_protocol_asks_for_can_be_asked() -> None:
    wanted = {code for one in load_protocols().values() for step in one.steps for code in step.measures}
    assert wanted == {"phq-9", "gad-7", "mood", "bladder", "misuse"}
    assert wanted <= set(MEASURES)


def test_our_own_questions_claim_to_be_no_scale() -> None:
    for code in ("bladder", "misuse"):
        scale = MEASURES[code]
        assert (scale.bands, scale.change, scale.credit, scale.scored) == ((), None, {}, ())
        assert all("not a licensed or validated scale" in words for words in scale.provenance.values())


def test_blood_and_not_being_able_to_pee_are_seen_at_once_and_the_rest_the_same_day() -> None:
    asked = {one.id: one.trigger for code in ("bladder", "misuse") for one in MEASURES[code].items}
    assert {id_: (trigger.at_least, trigger.tier, trigger.reason) for id_, trigger in asked.items()} == {
        "bladder_1": (1, "amber", "bladder"),
        "bladder_2": (1, "amber", "bladder"),
        "bladder_3": (1, "red", "bladder_red"),
        "bladder_4": (1, "red", "bladder_red"),
        "misuse_1": (1, "amber", "craving"),
        "misuse_2": (1, "amber", "craving"),
    }


def test_a_question_about_the_medicine_does_not_name_it() -> None:
    for scale in MEASURES.values():
        for one in scale.items:
            assert not any("ketamin" in words.casefold() for words in one.texts.values())
