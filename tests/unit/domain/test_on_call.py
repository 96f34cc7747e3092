"""Who is called, by the clinic's own rota and clock: somebody always is, while there is anybody."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest

from aftercare.domain.clinic import OnCall
from aftercare.domain.on_call import gap_in, in_open_hours, is_open, next_opening, on_duty, people_for
from tests.building import a_clinic, eastern
from tests.unit.domain.alarming import (
    BACKUP,
    EVERYBODY,
    HOUR,
    LEAD,
    NURSE,
    OWNER,
    SECOND,
    by_day,
    clinic_with,
)

ZONE = a_clinic().zone
DAY_NURSE = by_day(NURSE, "07:00", "19:00")
NIGHT_NURSE = by_day(BACKUP, "19:00", "07:00")


@pytest.mark.parametrize(
    ("wall", "who"),
    [
        ("06:59", NIGHT_NURSE),
        ("07:00", DAY_NURSE),
        ("18:59", DAY_NURSE),
        ("19:00", NIGHT_NURSE),
        ("23:59", NIGHT_NURSE),
        ("00:00", NIGHT_NURSE),
    ],
)
def test_the_night_nurse_is_on_call_from_evening_over_midnight_to_morning(wall: str, who: OnCall) -> None:
    assert on_duty((DAY_NURSE, NIGHT_NURSE), eastern(f"2026-11-24 {wall}"), ZONE) == (who,)


@pytest.mark.parametrize("person", [NURSE, by_day(NURSE, "08:00", "08:00"), by_day(NURSE, "00:00", "00:00")])
@pytest.mark.parametrize("wall", ["00:00", "07:59", "08:00", "23:59"])
def test_a_line_without_hours_is_on_call_all_day(person: OnCall, wall: str) -> None:
    assert on_duty((person,), eastern(f"2026-11-24 {wall}"), ZONE) == (person,)


def test_a_line_with_only_an_end_begins_at_midnight_and_one_with_only_a_beginning_ends_there() -> None:
    morning, evening = OnCall("nurse", "Ben", until=time(12)), OnCall("nurse", "Dora", from_=time(12))
    for wall, who in (("00:00", morning), ("11:59", morning), ("12:00", evening), ("23:59", evening)):
        assert on_duty((morning, evening), eastern(f"2026-11-24 {wall}"), ZONE) == (who,)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        # 1 November 2026: New York goes back from 02:00 to 01:00, so 01:30 comes twice.
        (eastern("2026-11-01 01:30", -4), NIGHT_NURSE),
        (eastern("2026-11-01 01:30", -5), NIGHT_NURSE),
        (eastern("2026-11-01 06:59", -5), NIGHT_NURSE),
        (eastern("2026-11-01 07:00", -5), DAY_NURSE),
        # 8 March 2026: it goes forward from 02:00 to 03:00.
        (eastern("2026-03-08 01:59", -5), NIGHT_NURSE),
        (eastern("2026-03-08 07:00", -4), DAY_NURSE),
    ],
)
def test_the_rota_goes_by_the_clock_on_the_clinics_wall_when_the_clocks_change(
    at: datetime, who: OnCall
) -> None:
    assert on_duty((DAY_NURSE, NIGHT_NURSE), at, ZONE) == (who,)


@pytest.mark.parametrize(
    ("rota", "gap"),
    [
        ((), time(0)),
        ((NURSE,), None),
        ((DAY_NURSE, NIGHT_NURSE), None),
        ((DAY_NURSE,), time(0)),
        ((DAY_NURSE, by_day(BACKUP, "19:01", "07:00")), time(19)),
        ((by_day(NURSE, "00:00", "23:59"),), time(23, 59)),
        ((by_day(NURSE, "23:59", "23:58"),), time(23, 58)),
    ],
)
def test_the_first_minute_without_anybody_is_named(rota: Sequence[OnCall], gap: time | None) -> None:
    assert gap_in(rota) == gap


NOON = eastern("2026-11-24 12:00")


@pytest.mark.parametrize(
    ("rota", "rungs"),
    [
        ((NURSE,), [(NURSE,)] * 5),
        ((NURSE, BACKUP), [(NURSE,), (BACKUP,), (NURSE,), (NURSE, BACKUP), (NURSE, BACKUP)]),
        (
            (NURSE, BACKUP, SECOND),
            [(NURSE,), (BACKUP,), (SECOND,), (NURSE, BACKUP, SECOND), (NURSE, BACKUP, SECOND)],
        ),
        (EVERYBODY, [(NURSE,), (BACKUP,), (SECOND, LEAD), EVERYBODY, EVERYBODY]),
        ((LEAD,), [(LEAD,)] * 5),
    ],
)
def test_a_red_alert_goes_up_the_rota_step_by_step(
    rota: tuple[OnCall, ...], rungs: list[tuple[OnCall, ...]]
) -> None:
    clinic = clinic_with(*rota)
    called = [people_for(n, clinic, NOON, urgent=True, last=n == 4) for n in range(5)]
    assert called == rungs


def test_at_the_last_step_those_off_duty_are_called_too_and_the_lead_at_the_third_at_any_hour() -> None:
    clinic = clinic_with(DAY_NURSE, NIGHT_NURSE, by_day(LEAD, "09:00", "10:00"), OWNER)
    night = eastern("2026-11-24 02:00")
    assert people_for(0, clinic, night, urgent=True, last=False) == (NIGHT_NURSE,)
    assert by_day(LEAD, "09:00", "10:00") in people_for(2, clinic, night, urgent=True, last=False)
    assert people_for(3, clinic, night, urgent=True, last=False) == (NIGHT_NURSE, OWNER)
    assert people_for(4, clinic, night, urgent=True, last=True) == clinic.on_call


def test_when_the_rota_leaves_an_hour_without_anybody_the_whole_list_stands_in() -> None:
    clinic = clinic_with(DAY_NURSE, by_day(BACKUP, "07:00", "19:00"))
    night = eastern("2026-11-24 02:00")
    assert people_for(0, clinic, night, urgent=True, last=False) == (DAY_NURSE,)
    assert people_for(3, clinic, night, urgent=True, last=False) == clinic.on_call


@pytest.mark.parametrize(("rung", "person"), [(0, NURSE), (1, BACKUP), (4, OWNER), (5, NURSE)])
def test_an_amber_alert_calls_one_person_and_each_time_the_next_on_duty(rung: int, person: OnCall) -> None:
    assert people_for(rung, clinic_with(*EVERYBODY), NOON, urgent=False, last=False) == (person,)
    assert people_for(rung, clinic_with(), NOON, urgent=False, last=False) == ()


def test_a_clinic_without_a_rota_has_nobody_to_call() -> None:
    for rung in range(5):
        assert people_for(rung, clinic_with(), NOON, urgent=True, last=rung == 4) == ()


# ---- opening hours: 08:30 to 17:30


@pytest.mark.parametrize(
    ("wall", "open_", "opens"),
    [
        ("2026-11-24 08:29", False, "2026-11-24 08:30"),
        ("2026-11-24 08:30", True, "2026-11-25 08:30"),
        ("2026-11-24 17:29", True, "2026-11-25 08:30"),
        ("2026-11-24 17:30", False, "2026-11-25 08:30"),
        ("2026-11-24 00:00", False, "2026-11-24 08:30"),
    ],
)
def test_the_clinic_is_open_from_its_first_minute_to_just_before_its_last(
    wall: str, open_: bool, opens: str
) -> None:
    assert is_open(a_clinic(), eastern(wall)) is open_
    assert next_opening(a_clinic(), eastern(wall)) == eastern(opens)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-11-24 09:00", 4, "2026-11-24 13:00"),
        ("2026-11-24 13:30", 4, "2026-11-24 17:30"),
        ("2026-11-24 13:31", 4, "2026-11-25 08:31"),
        ("2026-11-24 16:30", 4, "2026-11-25 11:30"),
        ("2026-11-24 22:00", 4, "2026-11-25 12:30"),
        ("2026-11-24 03:00", 4, "2026-11-24 12:30"),
        ("2026-11-24 17:30", 4, "2026-11-25 12:30"),
        ("2026-11-24 09:00", 20, "2026-11-26 11:00"),
    ],
)
def test_four_hours_of_opening_time_do_not_run_at_night(since: str, hours: int, until: str) -> None:
    assert in_open_hours(eastern(since), hours * HOUR, a_clinic()) == eastern(until)


def test_four_hours_over_the_night_the_clocks_change_are_four_hours_of_opening() -> None:
    late = eastern("2026-10-31 16:30", -4)
    assert in_open_hours(late, timedelta(hours=4), a_clinic()) == eastern("2026-11-01 11:30", -5)
