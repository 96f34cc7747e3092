"""Scoring: what the answers to a measure come to, with and without blanks."""

from collections.abc import Mapping

import pytest

from aftercare.content.load_measures import load_measures
from aftercare.domain.answers import ItemNine, item_nine, read_answers, written
from aftercare.domain.errors import BadInput
from aftercare.domain.scale import Scale
from aftercare.domain.score import Score, score

MEASURES = load_measures()
PHQ9, PHQ2, GAD7 = MEASURES["phq-9"], MEASURES["phq-2"], MEASURES["gad-7"]
MOOD, SIDE_EFFECTS = MEASURES["mood"], MEASURES["side-effects"]


def phq9(*values: int | None) -> dict[str, object]:
    """Return a form's nine answers in order; None is left blank."""
    assert len(values) == 9
    return {f"phq9_{n}": value for n, value in enumerate(values, 1) if value is not None}


def gad7(*values: int | None) -> dict[str, object]:
    assert len(values) == 7
    return {f"gad7_{n}": value for n, value in enumerate(values, 1) if value is not None}


def scored(scale: Scale, raw: Mapping[str, object]) -> Score:
    return score(scale, read_answers(raw, [scale]))


def test_a_full_phq9_adds_up() -> None:
    found = scored(PHQ9, phq9(1, 2, 3, 0, 1, 2, 3, 0, 1))
    assert (found.total, found.observed, found.complete, found.prorated) == (13, 13, True, False)
    assert found.band is not None and found.band.name == "moderate"


def test_the_difficulty_question_changes_no_total_and_its_blank_is_no_gap() -> None:
    without = scored(PHQ9, phq9(*[1] * 9))
    asked = scored(PHQ9, phq9(*[1] * 9) | {"phq9_difficulty": 3})
    assert (asked.total, asked.complete) == (without.total, without.complete) == (9, True)
    assert asked.answers["phq9_difficulty"] == 3


def test_one_blank_of_nine_is_made_up_for_and_shown_as_prorated() -> None:
    found = scored(PHQ9, phq9(2, None, 2, 2, 2, 2, 2, 2, 2))
    assert (found.total, found.observed, found.prorated, found.complete) == (18, 16, True, False)
    assert found.missing == ("phq9_2",)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        # 4 x 9 / 8 = 4.5 and 3 x 9 / 8 = 3.375
        ((None, 1, 1, 1, 1, 0, 0, 0, 0), 5),
        ((None, 1, 1, 1, 0, 0, 0, 0, 0), 3),
        ((None, 3, 3, 3, 3, 3, 3, 3, 3), 27),
        ((None, 0, 0, 0, 0, 0, 0, 0, 0), 0),
    ],
)
def test_a_prorated_total_is_rounded_to_the_nearest_with_halves_up(
    values: tuple[int | None, ...], total: int
) -> None:
    assert scored(PHQ9, phq9(*values)).total == total


def test_two_blanks_of_nine_leave_no_total() -> None:
    found = scored(PHQ9, phq9(2, None, None, 2, 2, 2, 2, 2, 2))
    assert (found.total, found.band, found.prorated, found.observed) == (None, None, False, 14)


def test_no_total_hides_a_blank_item_9() -> None:
    found = scored(PHQ9, phq9(3, 3, 3, 3, 3, 3, 3, 3, None))
    assert (found.total, found.prorated, found.complete, found.observed) == (None, False, False, 24)
    assert found.missing == ("phq9_9",)
    assert "phq9_9" not in found.answers


def test_a_phq2_lacks_nothing_or_has_no_total() -> None:
    assert scored(PHQ2, {"phq2_1": 1, "phq2_2": 2}).total == 3
    assert scored(PHQ2, {"phq2_1": 3}).total is None


def test_a_gad7_may_lack_one_answer_but_not_two() -> None:
    one = scored(GAD7, gad7(1, 1, 1, 1, 1, 1, None))
    assert (one.total, one.prorated) == (7, True)
    assert scored(GAD7, gad7(1, 1, 1, 1, 1, None, None)).total is None


@pytest.mark.parametrize(
    ("scale", "cuts"),
    [
        (PHQ9, {0: "minimal", 5: "mild", 10: "moderate", 15: "moderately severe", 20: "severe"}),
        (GAD7, {0: "minimal", 5: "mild", 10: "moderate", 15: "severe"}),
        (PHQ2, {0: "negative", 3: "positive"}),
    ],
    ids=["phq-9", "gad-7", "phq-2"],
)
def test_a_band_begins_at_its_cut_and_not_one_point_before(scale: Scale, cuts: dict[int, str]) -> None:
    expected, name = [], ""
    for total in range(3 * len(scale.scored) + 1):
        name = cuts.get(total, name)
        expected.append(name)
    assert [band_name(scale, total) for total in range(len(expected))] == expected


def band_name(scale: Scale, total: int) -> str:
    """Answer every item so that the sum is ``total``, and return the band it is given."""
    raw: dict[str, object] = {}
    for item in scale.scored:
        raw[item.id] = min(3, total)
        total -= min(3, total)
    band = scored(scale, raw).band
    return band.name if band else ""


def test_a_mood_is_its_own_total() -> None:
    found = scored(MOOD, {"mood": 7})
    assert (found.total, found.complete, found.band) == (7, True, None)


def test_yes_or_no_questions_of_our_own_make_no_total_and_their_blanks_are_seen() -> None:
    found = scored(MEASURES["bladder"], {"bladder_1": 1, "bladder_2": 0, "bladder_4": 0})
    assert (found.total, found.observed, found.band, found.prorated) == (None, 0, None, False)
    assert (found.complete, found.missing) == (False, ("bladder_3",))
    assert scored(MEASURES["misuse"], {"misuse_1": 0, "misuse_2": 1}).complete


def test_words_left_out_are_no_gap() -> None:
    assert scored(SIDE_EFFECTS, {"side_effects": "N", "side_effects_text": ""}).complete
    assert scored(SIDE_EFFECTS, {"side_effects": "N"}).answers == {"side_effects": "N"}


def test_side_effects_are_kept_but_make_no_total() -> None:
    found = scored(SIDE_EFFECTS, {"side_effects": "f, A"})
    assert (found.answers, found.total, found.complete) == ({"side_effects": "AF"}, None, True)


def test_no_side_effects_is_an_answer_and_a_blank_is_not() -> None:
    assert scored(SIDE_EFFECTS, {"side_effects": "n"}).answers == {"side_effects": "N"}
    assert not scored(SIDE_EFFECTS, {}).complete


def test_a_form_of_several_measures_scores_each_by_its_own_answers() -> None:
    raw = {**phq9(*[1] * 9), **gad7(*[2] * 7), "mood": 6}
    answers = read_answers(raw, [PHQ9, GAD7, MOOD])
    assert [score(scale, answers).total for scale in (PHQ9, GAD7, MOOD)] == [9, 14, 6]
    assert set(score(MOOD, answers).answers) == {"mood"}


def test_a_score_is_kept_with_the_measure_and_the_words_it_answers() -> None:
    found = scored(GAD7, gad7(*[0] * 7))
    assert (found.code, found.revision) == ("gad-7", GAD7.revision)


def test_nothing_answered_is_no_total_of_zero() -> None:
    assert [scored(scale, {}).total for scale in MEASURES.values()] == [None] * len(MEASURES)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (0, ItemNine.NOT_AT_ALL),
        (1, ItemNine.PRESENT),
        (2, ItemNine.PRESENT),
        (3, ItemNine.PRESENT),
        (None, ItemNine.BLANK),
        # No choice of the form, and still more than nothing: it is found whatever program spoiled it.
        (4, ItemNine.PRESENT),
        (10**400, ItemNine.PRESENT),
        (True, ItemNine.PRESENT),
        ("1", ItemNine.PRESENT),
        (" 3 ", ItemNine.PRESENT),
        (1.0, ItemNine.PRESENT),
        (float("inf"), ItemNine.PRESENT),
        ("", ItemNine.BLANK),
        ("  ", ItemNine.BLANK),
        (-1, ItemNine.UNREADABLE),
        (False, ItemNine.UNREADABLE),
        (0.0, ItemNine.UNREADABLE),
        ("0", ItemNine.UNREADABLE),
        ("often", ItemNine.UNREADABLE),
        (float("nan"), ItemNine.UNREADABLE),
        ([1], ItemNine.UNREADABLE),
    ],
)
def test_item_9_is_read_by_itself(found: object, says: ItemNine) -> None:
    assert item_nine(PHQ9, {"phq9_9": found}) is says


def test_a_slip_elsewhere_in_the_form_does_not_hide_item_9() -> None:
    raw = phq9(0, 0, 0, 0, 0, 0, 0, 0, 2) | {"phq9_1": 7, "colour": "red"}
    assert item_nine(PHQ9, raw) is ItemNine.PRESENT
    with pytest.raises(BadInput):
        read_answers(raw, [PHQ9])


def test_item_9_left_out_of_a_form_is_blank_and_elsewhere_it_is_not_asked() -> None:
    assert item_nine(PHQ9, {"phq9_1": 3}) is ItemNine.BLANK
    assert item_nine(GAD7, {"phq9_9": 3}) is ItemNine.NOT_ASKED


@pytest.mark.parametrize(
    ("id_", "found", "allowed"),
    [
        ("phq9_1", 4, "a whole number from 0 to 3"),
        ("phq9_1", -1, "a whole number from 0 to 3"),
        ("phq9_1", True, "a whole number from 0 to 3"),
        ("phq9_1", False, "a whole number from 0 to 3"),
        ("phq9_1", 1.0, "a whole number from 0 to 3"),
        ("phq9_1", "1", "a whole number from 0 to 3"),
        ("phq9_9", [3], "a whole number from 0 to 3"),
        ("phq9_difficulty", 4, "a whole number from 0 to 3"),
        ("mood", 11, "a whole number from 0 to 10"),
        ("side_effects", "G", "letters of ABCDEF, or N alone"),
        ("side_effects", "AN", "letters of ABCDEF, or N alone"),
        ("side_effects", "", "letters of ABCDEF, or N alone"),
        ("side_effects", 1, "letters of ABCDEF, or N alone"),
        ("side_effects", True, "letters of ABCDEF, or N alone"),
        ("side_effects", ["A"], "letters of ABCDEF, or N alone"),
        ("side_effects_text", "x" * 2001, "at most 2000 characters"),
        ("side_effects_text", 7, "at most 2000 characters"),
        ("bladder_3", 2, "a whole number from 0 to 1"),
        ("misuse_1", "yes", "a whole number from 0 to 1"),
    ],
)
def test_an_answer_nobody_could_give_is_refused_by_name(id_: str, found: object, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_answers({id_: found}, MEASURES.values())
    assert (refused.value.field, refused.value.found) == (f"answers.{id_}", found)
    assert refused.value.allowed == allowed


@pytest.mark.parametrize("id_", ["phq9_10", "phq9_0", "gad7_8", "phq2_3", "PHQ9_1"])
def test_an_answer_to_no_question_is_refused_and_shows_the_questions(id_: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_answers({id_: 1}, [PHQ2, MOOD])
    assert id_ in str(refused.value)
    assert refused.value.allowed == "phq2_1, phq2_2, mood"


def test_an_answer_to_another_measure_than_the_one_asked_is_refused() -> None:
    with pytest.raises(BadInput, match="gad7_1"):
        read_answers({"gad7_1": 1}, [PHQ9])


def test_what_may_be_a_patients_words_is_not_repeated_where_logs_could_keep_it() -> None:
    with pytest.raises(BadInput) as refused:
        read_answers({"I feel so low, Ben": 1}, [PHQ9])
    assert "Ben" not in refused.value.without_found


def test_a_blank_sent_as_nothing_is_a_blank() -> None:
    assert read_answers({"phq9_3": None, "phq9_4": 0}, [PHQ9]) == {"phq9_4": 0}


def test_all_words_of_a_form_are_handed_to_the_screen_whatever_is_wrong_with_it() -> None:
    raw: dict[str, object] = {
        "phq9_1": "I want to die",
        "phq9_2": 99,
        "phq9_3": "2",
        "side_effects": "a, C",
        "side_effects_text": "all dizzy",
        "colour": "no way out",
        "Carmen wrote here": 1,
        "mood": None,
        "gad7_1": " ",
        "misuse_1": "",
    }
    found = written(raw, MEASURES.values())
    assert found == ("I want to die", "all dizzy", "no way out", "Carmen wrote here")
    assert written({"side_effects": "ACX floating"}, MEASURES.values()) == ("ACX floating",)
