"""The forms: a ninth answer comes before any sum, and blanks are never filled in: behaviours 7, 8, 18, 31."""

import pytest

from tests.behaviours.riverside import MINUTE, gad7, phq9, the_one
from tests.behaviours.visits import Patient, Riverside

CALM = gad7(0, 0, 0, 0, 0, 0, 0)
# The form before the first visit is sent on Thursday 5 November, two weeks after it on the 24th.
BEFORE, AFTER_TWO_WEEKS, AFTER_FOUR_WEEKS = "2026-11-05 18:00", "2026-11-24 18:00", "2026-12-08 18:00"
SUMS = {6: (1, 1, 1, 1, 1, 1, 0, 0, 0), 8: (1,) * 8 + (0,), 11: (2, 2, 2, 1, 1, 1, 1, 1, 0)}
SUMS |= {12: (2,) * 4 + (1,) * 4 + (0,), 13: (2,) * 5 + (1,) * 3 + (0,), 15: (2,) * 7 + (1, 0)}


def _with_a_form(riverside: Riverside) -> Patient:
    """Ada has a first visit on Tuesday; the form before it has reached her."""
    ada = riverside.patient("Ada")
    ada.books("Tue 11:00")
    riverside.until("2026-11-05 17:00")
    return ada


@pytest.mark.parametrize("item_nine", [1, 2, 3])
def test_any_thought_of_death_on_the_form_is_red_before_anything_is_added_up(
    riverside: Riverside, item_nine: int
) -> None:
    """Behaviour 7: the alert and its page come within a minute, and the alert before the score."""
    ada = _with_a_form(riverside)
    sent_at = ada.fills_in(BEFORE, phq9(0, 0, 0, 0, 0, 0, 0, 0, item_nine), CALM)
    riverside.until("2026-11-05 18:04")
    alert, score = the_one(ada.alerts("red")), the_one(ada.scores("phq-9"))
    assert alert["reason"] == "item_nine"
    assert alert.number < score.number
    assert score["total"] == item_nine
    assert ada.pages()[0].at - sent_at <= MINUTE


def test_a_form_without_any_thought_of_death_alerts_nobody(riverside: Riverside) -> None:
    """Behaviour 7, the other way round: an ordinary form is scored and pages nobody."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(*SUMS[12]), gad7(1, 1, 1, 1, 0, 0, 0))
    riverside.until("2026-11-05 18:04")
    assert (ada.alerts(), ada.pages()) == ([], [])
    assert [(row["total"], row["complete"]) for row in ada.scores("phq-9")] == [(12, True)]
    assert [(row["total"], row["complete"]) for row in ada.scores("gad-7")] == [(4, True)]


def test_a_blank_ninth_question_is_amber_whatever_the_sum(riverside: Riverside) -> None:
    """Behaviours 8 and 31: all others at 1; a total of 9 would mean that the ninth was made up."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(1, 1, 1, 1, 1, 1, 1, 1, None), CALM)
    riverside.until("2026-11-05 18:04")
    assert ada.reasons("amber") == {"item_nine_blank"}
    score = the_one(ada.scores("phq-9"))
    assert score["complete"] is False
    assert score["total"] in (None, 8)


def test_one_blank_answer_is_made_up_for_and_the_score_says_so(riverside: Riverside) -> None:
    """Behaviour 31: eight answers that sum to 16 count 16 x 9 / 8 = 18, marked as not complete."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(2, 2, None, 2, 2, 2, 3, 3, 0), CALM)
    riverside.until("2026-11-05 18:04")
    score = the_one(ada.scores("phq-9"))
    assert (score["total"], score["complete"]) == (18, False)
    assert ada.alerts("red") == []


@pytest.mark.parametrize(
    "items",
    [(2, None, None, 2, 2, 2, 2, 2, 0), (None, None, None, 2, 2, 2, 2, 2, 0)],
    ids=["two blank", "three blank"],
)
def test_two_or_more_blank_answers_give_no_total(riverside: Riverside, items: tuple[int | None, ...]) -> None:
    """Behaviour 31: the answers are kept, the sum is not guessed."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(*items), CALM)
    riverside.until("2026-11-05 18:04")
    score = the_one(ada.scores("phq-9"))
    assert (score["total"], score["complete"]) == (None, False)


def test_a_thought_of_death_is_red_even_on_a_form_that_is_mostly_blank(riverside: Riverside) -> None:
    """Behaviours 7 and 31: no total, and still the alert."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(None, None, None, None, None, None, None, None, 1))
    riverside.until("2026-11-05 18:04")
    assert ada.reasons("red") == {"item_nine"}
    assert [row["total"] for row in ada.scores("phq-9")] in ([], [None])


def test_the_answer_about_daily_life_is_not_part_of_the_sum(riverside: Riverside) -> None:
    """Reference 3.2: the tenth question is asked and not scored."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(*SUMS[12]), {"phq9_difficulty": 3}, CALM)
    riverside.until("2026-11-05 18:04")
    score = the_one(ada.scores("phq-9"))
    assert (score["total"], score["complete"]) == (12, True)


@pytest.mark.parametrize(("then", "rose"), [(13, True), (12, False)])
def test_a_score_five_points_over_the_best_one_is_amber_the_same_day(
    riverside: Riverside, then: int, rose: bool
) -> None:
    """Behaviour 18: 8 before the first visit, then 13 two weeks after it; 12 is not yet."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(*SUMS[8]), CALM)
    ada.goes_home("Tue 12:00")
    riverside.until("2026-11-24 17:00")
    sent_at = ada.fills_in(AFTER_TWO_WEEKS, phq9(*SUMS[then]), CALM)
    riverside.until("2026-11-24 18:10")
    raised = [row for row in ada.alerts("amber") if row["reason"] == "phq9_rose"]
    assert [row["total"] for row in ada.scores("phq-9")] == [8, then]
    assert [row.at - sent_at <= MINUTE for row in raised] == ([True] if rose else [])


def test_a_relapse_is_seen_against_the_best_score_and_not_against_the_first(riverside: Riverside) -> None:
    """Behaviour 18: 15, then 6, then 11 is five points worse than the best, though better than the start."""
    ada = _with_a_form(riverside)
    ada.fills_in(BEFORE, phq9(*SUMS[15]), CALM)
    ada.goes_home("Tue 12:00")
    for wall, total in ((AFTER_TWO_WEEKS, 6), (AFTER_FOUR_WEEKS, 11)):
        riverside.until(wall.replace("18:00", "17:00"))
        ada.fills_in(wall, phq9(*SUMS[total]), CALM)
    riverside.until("2026-12-08 18:10")
    assert [row["total"] for row in ada.scores("phq-9")] == [15, 6, 11]
    assert "phq9_rose" in ada.reasons("amber")


def test_one_form_gives_one_score_of_each_kind(riverside: Riverside) -> None:
    """Behaviour 29 for forms: the link is used twice with the same answers, and counts once."""
    ada = _with_a_form(riverside)
    for wall in (BEFORE, "2026-11-05 18:01"):
        ada.fills_in(wall, phq9(0, 0, 0, 0, 0, 0, 0, 0, 1), CALM)
    riverside.until("2026-11-05 18:04")
    assert len(ada.scores("phq-9")) == 1
    assert len(ada.alerts("red")) == 1
