"""Where things lie in the drawings."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from aftercare.web.charts import Drawing, Range, Value, drawing, spark
from tests.unit.web.morning import NOW

BANDS = (Range("low", 0, 4), Range("mid", 5, 9), Range("high", 10, 27))


def drawn(*totals: int, days: float = 7, sessions: tuple[datetime, ...] = (), **more: object) -> Drawing:
    values = [Value(NOW + timedelta(days=days * n), total, str(total)) for n, total in enumerate(totals)]
    marks = [(at, "Session") for at in sessions]
    return drawing(values, 27, BANDS, marks, day=lambda at: f"{at:%b} {at.day}", **more)  # type: ignore[arg-type]


def test_a_higher_total_lies_higher_and_a_later_one_further_right() -> None:
    first, second = drawn(20, 5).dots
    assert first.y < second.y and first.x < second.x
    assert not first.last and second.last


@pytest.mark.parametrize("totals", [(0,), (27,), (0, 27), (5,) * 60, (99, -3)])
def test_every_point_lies_inside_the_drawing(totals: tuple[int, ...]) -> None:
    found = drawn(*totals)
    assert all(found.left <= dot.x <= found.right and 0 <= dot.y <= found.floor for dot in found.dots)
    assert all(found.left <= tick.at <= found.right for tick in found.x_ticks)


def test_one_value_is_a_point_without_a_line() -> None:
    assert drawn(9).path == "" and len(drawn(9).dots) == 1


def test_two_answers_of_one_instant_are_drawn_all_the_same() -> None:
    assert len(drawn(9, 9, days=0).dots) == 2


def test_the_bands_fill_the_height_without_a_gap() -> None:
    boxes = drawn(9, 3).boxes
    assert [box.name for box in boxes] == ["low", "mid", "high"]
    for lower, upper in pairwise(boxes):
        assert upper.y + upper.height == pytest.approx(lower.y, abs=0.11)


def test_sessions_outside_of_the_answers_are_left_out() -> None:
    sessions = (NOW - timedelta(days=400), NOW + timedelta(days=3))
    assert len(drawn(9, 3, sessions=sessions).sessions) == 1


def test_the_goal_lies_below_what_is_no_remission() -> None:
    found = drawn(5, 4, goal=5)
    assert found.goal is not None
    assert found.dots[0].y < found.goal < found.dots[1].y


@pytest.mark.parametrize("days", [0.01, 1, 30, 400, 4000])
def test_the_axis_has_few_days_however_long_it_is(days: float) -> None:
    assert 1 <= len(drawn(9, 3, days=days).x_ticks) <= 8


def test_a_spark_needs_two_values() -> None:
    assert spark([5], 27) is None
    found = spark([5, 27, 0], 27)
    assert found is not None and found.path.count("L") == 2 and found.y > 20
