"""When each touch of a session is due, and which of them there are."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.followup import Mark, MarkState
from aftercare.domain.ids import PatientId, ProtocolId
from aftercare.domain.plan import SPREAD, planned
from aftercare.domain.touch import ANY_HOUR
from tests.building import (
    NEW_YORK,
    a_clinic,
    a_followup,
    completed,
    eastern,
    scheduled,
    utc,
)
from tests.unit.domain.planning import DAY, HOUR, LATER, MINUTE, START, ZONE, by_key, keys

# A time with "~" is spread over ten minutes, so that not all of a clinic's texts leave in one second.
DISCHARGED = {
    "11:00": {"evening": "23 15:00", "day1": "24 11:00", "day3": "26 11:00"},
    "15:30": {"evening": "23 19:30", "day1": "24 15:30", "day3": "26 15:30"},
    "16:40": {"evening": "23 19:45", "day1": "24 16:40", "day3": "26 16:40"},
    "16:45": {"evening": "23 19:45", "day1": "24 16:45", "day3": "26 16:45"},
    "16:46": {"evening": "~24 09:00", "day1": "24 16:46", "day3": "26 16:46"},
    "19:50": {"evening": "~24 09:00", "day1": "24 19:50", "day3": "26 19:50"},
    "23:30": {"evening": "~24 09:00", "day3": "~27 09:00"},
}
ALWAYS = {"learn": "~25 13:00", "week1": "~30 11:00"}


@pytest.mark.parametrize("discharged", DISCHARGED)
def test_every_check_in_comes_when_the_protocol_says_or_at_the_next_decent_hour(discharged: str) -> None:
    left_at = eastern(f"2026-11-23 {discharged}")
    touches = by_key(a_followup(completed(left_at)))
    assert touches["discharge"].due_at == left_at
    for key, wanted in {**DISCHARGED[discharged], **ALWAYS}.items():
        late = touches[key].due_at - eastern(f"2026-11-{wanted.lstrip('~')}")
        assert timedelta() <= late < (SPREAD if "~" in wanted else timedelta(microseconds=1)), key


@pytest.mark.parametrize(("key", "day"), [("week2", "12-07"), ("week3", "12-14"), ("week4", "12-21")])
def test_the_weekly_touches_come_at_eleven_however_late_the_session_was(key: str, day: str) -> None:
    due_at = by_key(a_followup(completed(eastern("2026-11-23 23:30"))))[key].due_at
    assert timedelta() <= due_at - eastern(f"2026-{day} 11:00") < SPREAD


@pytest.mark.parametrize(
    ("key", "too_late"),
    [("discharge", "23 19:30"), ("evening", "24 10:30"), ("day1", "25 12:00"), ("week1", "32 20:00")],
)
def test_every_touch_knows_from_when_on_it_is_worthless(key: str, too_late: str) -> None:
    day, wall = too_late.split()
    touch = by_key(a_followup(completed(eastern("2026-11-23 16:30"))))[key]
    assert touch.too_late_at == eastern(f"2026-11-01 {wall}") + (int(day) - 1) * DAY


@given(
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(sorted(load_protocols())),
    st.integers(1, 13),
    st.sampled_from([NEW_YORK, "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"]),
    st.sampled_from(["2026-03-06", "2026-10-30", "2026-07-15"]),
)
def test_whenever_a_patient_goes_home_every_touch_finds_a_decent_hour_in_time(
    minute: int, protocol: ProtocolId, number: int, zone: str, day: str
) -> None:
    session = completed(utc(f"{day} 00:00") + minute * MINUTE, number, protocol=protocol)
    for touch in planned(a_followup(session, contact={"time_zone": zone}), a_clinic(), load_protocols()):
        if touch.doomed is None and touch.kind not in ANY_HOUR:
            assert time(9) <= touch.due_at.astimezone(ZoneInfo(zone)).time() < time(20), touch.key
            assert touch.too_late_at is not None and touch.due_at < touch.too_late_at, touch.key


def test_two_patients_get_the_same_wall_time_text_some_minutes_apart() -> None:
    session = completed(eastern("2026-11-23 11:00"))
    names = ["pat-ada", "pat-ben", "pat-carmen", "pat-dora"]
    due = {by_key(a_followup(session, patient_id=PatientId(n)))["week1"].due_at for n in names}
    assert len(due) == len(names)
    assert max(due) - min(due) < SPREAD


def test_the_hours_follow_the_patient_who_moves_to_another_zone() -> None:
    touches = by_key(
        a_followup(completed(eastern("2026-11-23 11:00")), contact={"time_zone": "America/Denver"})
    )
    assert timedelta() <= touches["week1"].due_at - utc("2026-11-30 18:00") < SPREAD


# ---- before the session


def test_a_reminder_comes_three_days_and_one_day_before() -> None:
    touches = by_key(a_followup(scheduled(START)))
    assert touches["reminder-72h"].due_at == START - 3 * DAY
    assert touches["reminder-24h"].due_at == START - DAY
    assert touches["reminder-72h"].too_late_at == START - 30 * HOUR
    assert touches["reminder-24h"].too_late_at == START - 3 * HOUR


def test_the_reminder_of_an_early_session_waits_until_nine_the_day_before() -> None:
    touch = by_key(a_followup(scheduled(eastern("2026-11-30 08:00"))))["reminder-24h"]
    assert timedelta() <= touch.due_at - eastern("2026-11-29 09:00") < SPREAD


def test_a_reminder_hangs_on_the_elapsed_time_across_the_end_of_summer_time() -> None:
    start = eastern("2026-11-01 15:00")
    assert by_key(a_followup(scheduled(start)))["reminder-24h"].due_at == start - DAY
    assert (start - DAY).astimezone(ZONE).hour == 16


@pytest.mark.parametrize(("number", "asked"), [(1, True), (2, False), (6, False)])
def test_only_the_first_session_has_a_baseline_form(number: int, asked: bool) -> None:
    assert ("baseline" in keys(scheduled(START, number))) is asked


def test_the_fourth_session_has_its_form_in_place_of_the_evening_check_in() -> None:
    fourth = keys(completed(START, 4))
    assert "mid-course" in fourth and "evening" not in fourth
    third = keys(completed(START, 3))
    assert "evening" in third and "mid-course" not in third


def test_nothing_after_the_session_is_planned_before_it_took_place() -> None:
    assert keys(scheduled(START)) == {"baseline", "reminder-72h", "reminder-24h"}


def test_a_session_recorded_without_a_booking_has_its_follow_up_and_no_reminders() -> None:
    found = keys(completed(START, starts_at=None))
    assert found == {"discharge", "evening", "day1", "learn", "day3", "week1", "week2", "week3", "week4"}


def test_without_a_recorded_discharge_the_follow_up_hangs_on_the_end() -> None:
    session = completed(START, discharged_at=None)
    assert by_key(a_followup(session))["discharge"].due_at == session.ended_at


# ---- moved


def test_a_session_moved_before_any_reminder_keeps_its_touches_at_their_new_time() -> None:
    before, after = keys(scheduled(START)), by_key(a_followup(scheduled(LATER)))
    assert set(after) == before
    assert after["reminder-24h"].due_at == LATER - DAY


def test_a_session_moved_after_a_reminder_has_its_news_and_new_reminders() -> None:
    marks = {"reminder-72h": Mark(MarkState.CLAIMED, START - 3 * DAY)}
    moved_at = START - 2 * DAY
    session = scheduled(LATER, told=START, moves=1, round=1, moved_at=moved_at, marks=marks)
    touches = by_key(a_followup(session))
    assert {"moved-1", "reminder-72h-1", "reminder-24h-1"} <= set(touches)
    assert touches["moved-1"].due_at == moved_at
    assert touches["moved-1"].too_late_at == LATER - 2 * HOUR
    assert "reminder-72h" not in touches


def test_news_of_a_move_at_night_waits_for_the_morning() -> None:
    moved_at = eastern("2026-11-28 23:15")
    touches = by_key(a_followup(scheduled(LATER, told=START, moves=1, round=1, moved_at=moved_at)))
    assert timedelta() <= touches["moved-1"].due_at - eastern("2026-11-29 09:00") < SPREAD


def test_the_follow_up_of_a_moved_session_is_named_as_if_it_had_never_moved() -> None:
    assert {"discharge", "day1"} <= keys(completed(START, told=START, moves=2, round=2, moved_at=START - DAY))


def test_a_session_moved_back_to_what_the_patient_was_told_has_no_news() -> None:
    assert "moved-1" not in keys(scheduled(START, told=START, moves=1, round=0, moved_at=None))
