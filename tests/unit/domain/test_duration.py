"""Lengths of time as a clinic writes them."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.domain.duration import duration_text, parse_duration
from aftercare.domain.errors import BadInput


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0m", timedelta(0)),
        ("90m", timedelta(minutes=90)),
        ("4h", timedelta(hours=4)),
        ("3d", timedelta(days=3)),
        ("366d", timedelta(days=366)),
    ],
)
def test_a_length_is_read_as_people_write_it(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "4", "h", "4 h", "4H", "-4h", "1.5h", "4h30m", "4h\n", "٤h", "367d", "999999d", "9999999m", 4, None],
)
def test_anything_else_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(BadInput) as refused:
        parse_duration(text, "steps.day1.after")
    assert refused.value.field == "steps.day1.after"
    assert refused.value.found == text
    assert "90m, 4h or 3d" in refused.value.allowed


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "0d"),
        (timedelta(minutes=90), "90m"),
        (timedelta(hours=24), "1d"),
        (timedelta(hours=25), "25h"),
    ],
)
def test_a_length_is_written_in_its_largest_whole_unit(length: timedelta, text: str) -> None:
    assert duration_text(length) == text


@pytest.mark.parametrize("length", [timedelta(seconds=30), timedelta(minutes=-1)])
def test_a_length_that_could_not_be_read_back_is_not_written(length: timedelta) -> None:
    with pytest.raises(ValueError, match="whole number of minutes"):
        duration_text(length)


@settings(derandomize=True, deadline=None)
@given(st.integers(min_value=0, max_value=366 * 24 * 60))
def test_every_length_reads_back_as_it_was_written(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert parse_duration(duration_text(length)) == length
