"""What a mood or a letter sent by text makes a nurse look at."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.concern import Concern
from aftercare.domain.course_change import Measured
from aftercare.domain.text_concerns import letter_concerns, mood_concern

NOW = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def before(days: float, score: int) -> Measured:
    return Measured(score, NOW - timedelta(days=days))


def reason(found: Concern | None) -> tuple[str, str] | None:
    return (found.tier.value, found.reason.value) if found else None


def reasons(*found: Concern) -> list[tuple[str, str]]:
    return [(one.tier.value, one.reason.value) for one in found]


# ---- Mood


@pytest.mark.parametrize(
    ("score", "says"), [(0, ("amber", "mood_low")), (1, ("amber", "mood_low")), (2, None), (10, None)]
)
def test_a_mood_of_nothing_or_one_is_looked_at_without_any_history(
    score: int, says: tuple[str, str] | None
) -> None:
    assert reason(mood_concern(score, NOW, [])) == says


@pytest.mark.parametrize(("score", "fell"), [(5, False), (4, False), (3, True), (2, True)])
def test_a_mood_three_below_the_week_is_looked_at(score: int, fell: bool) -> None:
    # 5, 6 and 7 have a mean of 6.
    found = mood_concern(score, NOW, [before(3, 5), before(2, 6), before(1, 7)])
    assert reason(found) == (("amber", "mood_fell") if fell else None)


def test_a_mood_that_is_low_and_has_fallen_is_called_low() -> None:
    assert reason(mood_concern(1, NOW, [before(1, 9)])) == ("amber", "mood_low")


def test_a_mood_is_not_compared_with_itself_nor_with_later_ones() -> None:
    same = Measured(4, NOW)
    later = Measured(10, NOW + HOUR)
    assert mood_concern(4, NOW, [same, later]) is None


def test_a_good_day_long_ago_is_no_fall() -> None:
    assert mood_concern(4, NOW, [before(30, 10)]) is None


def test_a_mood_names_the_question_it_rests_on() -> None:
    found = mood_concern(0, NOW, [])
    assert found is not None and (found.measure, found.items) == ("mood", ("mood",))


# ---- Letters


@pytest.mark.parametrize(
    ("letters", "evening", "next_day"),
    [
        ("A", [], [("amber", "dissociation")]),
        ("B", [], [("amber", "sick_stomach")]),
        ("C", [], []),
        ("D", [], [("amber", "sedation")]),
        ("E", [], []),
        ("F", [("amber", "bladder")], [("amber", "bladder")]),
        ("N", [], []),
        ("", [], []),
        ("CE", [], []),
        ("AF", [("amber", "bladder")], [("amber", "dissociation"), ("amber", "bladder")]),
    ],
)
def test_a_side_effect_the_same_evening_is_kept_and_a_day_later_looked_at(
    letters: str, evening: list[tuple[str, str]], next_day: list[tuple[str, str]]
) -> None:
    assert reasons(*letter_concerns(letters, 4 * HOUR)) == evening
    assert reasons(*letter_concerns(letters, 24 * HOUR)) == next_day


@pytest.mark.parametrize(("hours", "looked_at"), [(0, 0), (19.9, 0), (20, 3), (24, 3), (48, 3)])
def test_a_day_later_begins_at_twenty_hours(hours: float, looked_at: int) -> None:
    assert len(letter_concerns("ABD", hours * HOUR)) == looked_at


def test_when_the_end_of_the_session_is_unknown_a_nurse_looks() -> None:
    assert reasons(*letter_concerns("A", None)) == [("amber", "dissociation")]


@given(st.text("ABCDEFN", max_size=7), st.integers(0, 72))
def test_letters_never_make_a_red_and_each_reason_comes_once(letters: str, hours: int) -> None:
    found = reasons(*letter_concerns(letters, hours * HOUR))
    assert {tier for tier, _ in found} <= {"amber"}
    assert len(set(found)) == len(found)
    assert (("amber", "bladder") in found) == ("F" in letters)
