"""How a course goes: against where it began, against its best, and mood against its own week."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_measures import load_measures
from aftercare.domain.course_change import (
    CourseChange,
    Measured,
    MoodChange,
    Reliable,
    course_change,
    find_baseline,
    mood_change,
)
from aftercare.domain.scale import ChangeRule

BEGAN_AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def rule_of(code: str) -> ChangeRule:
    rule = load_measures()[code].change
    assert rule is not None
    return rule


PHQ9, GAD7 = rule_of("phq-9"), rule_of("gad-7")


def on_day(day: float, total: int, *, prorated: bool = False) -> Measured:
    """Return a total given ``day`` days after the first session began."""
    return Measured(total, BEGAN_AT + timedelta(days=day), prorated)


def change(*taken: Measured, rule: ChangeRule = PHQ9) -> CourseChange:
    found = course_change(rule, taken, BEGAN_AT)
    assert found is not None
    return found


def test_a_course_without_answers_has_not_changed() -> None:
    assert course_change(PHQ9, [], BEGAN_AT) is None
    assert mood_change([]) is None


def test_the_baseline_is_the_last_answer_before_the_first_session() -> None:
    taken = [on_day(-6, 20), on_day(-1, 18), on_day(3, 9)]
    assert find_baseline(taken, BEGAN_AT) == on_day(-1, 18)
    assert find_baseline([on_day(0, 16)], BEGAN_AT) == on_day(0, 16)


def test_an_answer_after_the_first_session_is_no_baseline() -> None:
    found = change(on_day(1, 12), on_day(14, 4))
    assert (found.baseline, found.drop, found.response, found.reliable) == (None, None, None, None)
    assert found.remission is True


@pytest.mark.parametrize(("days_before", "fresh"), [(13, True), (14, True), (14.1, False), (90, False)])
def test_an_old_answer_is_no_baseline(days_before: float, fresh: bool) -> None:
    assert (find_baseline([on_day(-days_before, 20)], BEGAN_AT) is not None) == fresh


def test_the_baseline_alone_shows_no_change_yet() -> None:
    found = change(on_day(-2, 20))
    assert (found.latest, found.baseline, found.best) == (on_day(-2, 20),) * 3
    assert (found.drop, found.response, found.reliable, found.worsened) == (None, None, None, False)


@pytest.mark.parametrize(
    ("before", "after", "response"),
    [(20, 10, True), (20, 11, False), (15, 7, True), (15, 8, False), (1, 0, True), (20, 27, False)],
)
def test_a_response_is_a_drop_of_half_or_more(before: int, after: int, response: bool) -> None:
    assert change(on_day(-1, before), on_day(14, after)).response is response


def test_from_a_baseline_of_nothing_there_is_no_response() -> None:
    found = change(on_day(-1, 0), on_day(14, 0))
    assert (found.response, found.drop) == (None, 0)


@pytest.mark.parametrize(("total", "remission"), [(4, True), (5, False), (0, True)])
def test_remission_is_a_total_below_five(total: int, remission: bool) -> None:
    assert change(on_day(-1, 20), on_day(14, total)).remission is remission


@pytest.mark.parametrize(
    ("rule", "after", "reliable"),
    [
        (PHQ9, 6, Reliable.BETTER),
        (PHQ9, 7, Reliable.UNSURE),
        (PHQ9, 12, Reliable.UNSURE),
        (PHQ9, 17, Reliable.UNSURE),
        (PHQ9, 18, Reliable.WORSE),
        (GAD7, 8, Reliable.BETTER),
        (GAD7, 9, Reliable.UNSURE),
        (GAD7, 15, Reliable.UNSURE),
        (GAD7, 16, Reliable.WORSE),
    ],
)
def test_a_change_is_reliable_from_six_points_in_the_phq9_and_four_in_the_gad7(
    rule: ChangeRule, after: int, reliable: Reliable
) -> None:
    assert change(on_day(-1, 12), on_day(14, after), rule=rule).reliable is reliable


def test_what_no_source_says_of_the_gad7_is_not_said() -> None:
    found = change(on_day(-1, 12), on_day(7, 2), on_day(14, 20), rule=GAD7)
    assert (found.remission, found.worsened) == (None, None)


@pytest.mark.parametrize(("latest", "worsened"), [(10, False), (11, True), (27, True)])
def test_five_points_over_the_best_is_worse_even_below_the_baseline(latest: int, worsened: bool) -> None:
    found = change(on_day(-1, 20), on_day(7, 6), on_day(14, 9), on_day(21, latest))
    assert (found.best, found.worsened) == (on_day(7, 6), worsened)


def test_a_first_answer_after_the_baseline_can_be_worse_already() -> None:
    assert change(on_day(-1, 10), on_day(7, 15)).worsened is True


def test_the_best_of_an_earlier_course_is_not_the_best_of_this_one() -> None:
    found = change(on_day(-200, 2), on_day(-1, 15), on_day(7, 12))
    assert (found.best, found.worsened) == (on_day(7, 12), False)


def test_without_a_baseline_the_best_is_sought_from_the_first_session_on() -> None:
    found = change(on_day(-200, 2), on_day(7, 9), on_day(14, 12))
    assert (found.best, found.worsened) == (on_day(7, 9), False)


def test_an_old_answer_alone_is_compared_with_itself() -> None:
    found = change(on_day(-200, 8))
    assert (found.best, found.worsened, found.drop) == (on_day(-200, 8), False, None)


def test_of_two_equal_bests_the_first_is_named() -> None:
    assert change(on_day(-1, 20), on_day(7, 6), on_day(14, 6)).best == on_day(7, 6)


def test_a_prorated_total_counts_and_is_still_known_as_prorated() -> None:
    found = change(on_day(-1, 20, prorated=True), on_day(14, 9))
    assert found.response is True
    assert found.baseline is not None and found.baseline.prorated


# ---- Mood


def mood(*taken: Measured) -> MoodChange:
    found = mood_change(taken)
    assert found is not None
    return found


@pytest.mark.parametrize(("score", "low"), [(0, True), (1, True), (2, False), (10, False)])
def test_a_mood_of_one_or_less_is_low(score: int, low: bool) -> None:
    assert mood(on_day(0, score)).low is low


def test_a_first_mood_has_nothing_to_fall_from() -> None:
    found = mood(on_day(0, 0))
    assert (found.mean, found.fell) == (None, False)


@pytest.mark.parametrize(("latest", "fell"), [(4, False), (3, True), (2, True), (9, False)])
def test_a_mood_three_below_its_own_week_has_fallen(latest: int, fell: bool) -> None:
    found = mood(on_day(0, 5), on_day(1, 6), on_day(2, 7), on_day(3, latest))
    assert (found.mean, found.fell) == (Fraction(6), fell)


def test_the_mean_is_not_rounded_before_it_is_compared() -> None:
    # 6, 6 and 5 make 17/3: 2 2/3 above a 3.
    found = mood(on_day(0, 6), on_day(1, 6), on_day(2, 5), on_day(3, 3))
    assert (found.mean, found.fell) == (Fraction(17, 3), False)


def test_the_latest_mood_is_no_part_of_its_own_mean() -> None:
    assert mood(on_day(0, 9), on_day(1, 6)).mean == 9


def test_moods_older_than_a_week_do_not_lift_the_mean() -> None:
    assert mood(on_day(0, 10), on_day(7, 4), on_day(7.5, 2)).mean == 4
    assert mood(on_day(0, 10), on_day(6, 4), on_day(7, 2)).mean == 7


def test_a_weekly_mood_answered_an_hour_later_still_finds_last_weeks() -> None:
    found = mood(on_day(0, 8), on_day(7.1, 5))
    assert (found.mean, found.fell) == (Fraction(8), True)


def test_a_mood_from_three_weeks_ago_says_nothing_of_today() -> None:
    found = mood(on_day(0, 9), on_day(21, 4))
    assert (found.mean, found.fell) == (None, False)


# ---- Any history

HISTORIES = st.lists(
    st.builds(on_day, st.integers(-30, 60), st.integers(0, 27)),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.answered_at,
)


@given(HISTORIES, st.data())
def test_late_answers_change_nothing_by_their_order(history: list[Measured], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(history))
    assert course_change(PHQ9, mixed, BEGAN_AT) == course_change(PHQ9, history, BEGAN_AT)
    assert mood_change(mixed) == mood_change(history)


@given(HISTORIES)
def test_the_words_for_a_change_never_contradict_each_other(history: list[Measured]) -> None:
    found = change(*history)
    assert found.latest.answered_at == max(one.answered_at for one in history)
    assert found.best.total <= found.latest.total
    assert found.worsened == (found.latest.total - found.best.total >= 5)
    if found.baseline is not None:
        assert found.baseline.answered_at <= BEGAN_AT
        assert found.best.total <= found.baseline.total
    if found.drop is None:
        assert (found.response, found.reliable) == (None, None)
    if found.response:
        assert found.drop is not None and found.drop > 0
    if found.reliable is Reliable.WORSE:
        assert found.worsened and not found.response


@given(HISTORIES)
def test_a_mood_has_fallen_only_from_a_higher_one_of_the_last_two_weeks(history: list[Measured]) -> None:
    found = mood(*history)
    recent = [
        one.total
        for one in history
        if one != found.latest and found.latest.answered_at - one.answered_at <= timedelta(days=14)
    ]
    assert (found.mean is None) == (not recent)
    if found.fell:
        assert max(recent) >= found.latest.total + 3
