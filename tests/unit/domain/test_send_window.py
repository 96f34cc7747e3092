"""A decent hour is the patient's own, on the days when clocks change too."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.send_window import SendWindow, at_wall, closes_at, first_open, is_open
from tests.building import utc

WINDOW = SendWindow()
NEW_YORK, KOLKATA, ADELAIDE = (
    ZoneInfo("America/New_York"),
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Australia/Adelaide"),
)
PHOENIX, LORD_HOWE = ZoneInfo("America/Phoenix"), ZoneInfo("Australia/Lord_Howe")
ZONES = (NEW_YORK, KOLKATA, ADELAIDE, PHOENIX, LORD_HOWE, ZoneInfo("Pacific/Chatham"), ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("wall", "decent"),
    [
        (time(0, 0), False),
        (time(8, 59, 59, 999999), False),
        (time(9, 0), True),
        (time(19, 59, 59, 999999), True),
        (time(20, 0), False),
        (time(23, 59), False),
    ],
)
def test_the_window_opens_at_nine_and_is_over_at_eight_sharp(wall: time, decent: bool) -> None:
    at = at_wall(date(2026, 11, 23), wall, NEW_YORK)
    assert is_open(at, WINDOW, NEW_YORK) is decent
    assert (first_open(at, WINDOW, NEW_YORK) == at) is decent


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        pytest.param("2026-11-23 13:59", "2026-11-23 14:00", id="a minute early waits a minute"),
        pytest.param("2026-11-23 14:00", "2026-11-23 14:00", id="nine sharp waits no more"),
        pytest.param("2026-11-24 00:59", "2026-11-24 00:59", id="a minute before eight in the evening goes"),
        pytest.param("2026-11-24 01:00", "2026-11-24 14:00", id="eight in the evening waits for the morning"),
        pytest.param("2026-11-24 05:30", "2026-11-24 14:00", id="after midnight waits for the same morning"),
    ],
)
def test_a_touch_due_at_night_waits_for_the_morning(at: str, opens_at: str) -> None:
    assert first_open(utc(at), WINDOW, NEW_YORK) == utc(opens_at)


@pytest.mark.parametrize(
    ("day", "wall", "zone", "instant"),
    [
        pytest.param(date(2026, 3, 7), time(9), NEW_YORK, "2026-03-07 14:00", id="the day before spring"),
        pytest.param(date(2026, 3, 8), time(9), NEW_YORK, "2026-03-08 13:00", id="the morning clocks jump"),
        pytest.param(
            date(2026, 3, 8), time(2, 30), NEW_YORK, "2026-03-08 07:30", id="a skipped half past two"
        ),
        pytest.param(date(2026, 11, 1), time(9), NEW_YORK, "2026-11-01 14:00", id="the morning clocks fall"),
        pytest.param(
            date(2026, 11, 1), time(1, 30), NEW_YORK, "2026-11-01 05:30", id="the first half past one"
        ),
        pytest.param(date(2026, 7, 1), time(9), KOLKATA, "2026-07-01 03:30", id="India, half an hour off"),
        pytest.param(date(2026, 7, 1), time(9), ADELAIDE, "2026-06-30 23:30", id="Adelaide in winter"),
        pytest.param(date(2026, 1, 1), time(9), ADELAIDE, "2025-12-31 22:30", id="Adelaide in summer"),
        pytest.param(date(2026, 4, 5), time(9), LORD_HOWE, "2026-04-04 22:30", id="half an hour of autumn"),
        pytest.param(date(2026, 7, 1), time(9), PHOENIX, "2026-07-01 16:00", id="Arizona changes no clock"),
    ],
)
def test_a_wall_time_is_the_patients_own(day: date, wall: time, zone: ZoneInfo, instant: str) -> None:
    assert at_wall(day, wall, zone) == utc(instant)


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        pytest.param("2026-03-08 01:00", "2026-03-08 13:00", id="the night of spring is an hour shorter"),
        pytest.param("2026-11-01 00:00", "2026-11-01 14:00", id="the night of autumn is an hour longer"),
    ],
)
def test_the_night_the_clocks_change_still_ends_at_nine(at: str, opens_at: str) -> None:
    assert first_open(utc(at), WINDOW, NEW_YORK) == utc(opens_at)


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2026-11-23 15:00", "2026-11-24 01:00"),
        ("2026-11-24 00:59", "2026-11-24 01:00"),
        ("2026-11-24 04:59", "2026-11-24 01:00"),
        ("2026-11-24 05:00", "2026-11-25 01:00"),
        ("2026-03-08 15:00", "2026-03-09 00:00"),
    ],
)
def test_the_window_closes_on_the_patients_own_day(at: str, closes: str) -> None:
    assert closes_at(utc(at), WINDOW, NEW_YORK) == utc(closes)


def test_a_clinic_may_narrow_the_window() -> None:
    narrow = SendWindow(time(10, 30), time(17))
    assert first_open(utc("2026-11-23 14:00"), narrow, NEW_YORK) == utc("2026-11-23 15:30")
    assert first_open(utc("2026-11-23 22:00"), narrow, NEW_YORK) == utc("2026-11-24 15:30")


@given(
    st.integers(0, 6 * 365 * 24 * 60).map(lambda minute: utc("2024-01-01 00:00") + timedelta(minutes=minute)),
    st.sampled_from(ZONES),
)
def test_waiting_for_a_decent_hour_ends_in_one_within_a_day_and_never_earlier(
    at: datetime, zone: ZoneInfo
) -> None:
    opens_at = first_open(at, WINDOW, zone)
    assert is_open(opens_at, WINDOW, zone)
    assert 0 <= (opens_at - at).total_seconds() <= 14 * 3600
    assert first_open(opens_at, WINDOW, zone) == opens_at
