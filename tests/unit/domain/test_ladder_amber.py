"""The ladder of an amber alert: one call in opening hours, then one each business day."""

import pytest

from aftercare.domain.alert import PAGED_AT_ONCE, AlertState
from aftercare.domain.ladder import next_alert_due
from aftercare.domain.tier import Tier
from tests.building import eastern
from tests.unit.domain.alarming import (
    EVERYBODY,
    MINUTE,
    an_alert,
    at,
    call_due,
    clinic_with,
    steps_called,
    taken,
)

# The doors are open from 08:30 to 17:30; NOON is Tuesday, 24 November.
CLINIC = clinic_with(*EVERYBODY)
DAY = 24 * 60
MORNING_AFTER = 20 * 60 + 30


@pytest.mark.parametrize(
    ("raised_at", "called_at", "again_at"),
    [
        ("2026-11-24 09:00", "2026-11-24 13:00", "2026-11-25 08:30"),
        ("2026-11-24 16:30", "2026-11-25 11:30", "2026-11-26 08:30"),
        ("2026-11-24 02:00", "2026-11-24 12:30", "2026-11-25 08:30"),
    ],
)
def test_an_amber_alert_nobody_takes_on_is_called_after_four_opening_hours_and_again_the_next_morning(
    raised_at: str, called_at: str, again_at: str
) -> None:
    alert = an_alert(Tier.AMBER, eastern(raised_at), reason="craving")
    assert next_alert_due(alert, eastern(raised_at)) == eastern(called_at)
    minutes = int((eastern(called_at) - eastern(raised_at)) / MINUTE)
    alert, seen = steps_called(alert, CLINIC, minutes)
    assert seen == {240: minutes}
    assert next_alert_due(alert, eastern(called_at)) == eastern(again_at)


def test_an_amber_alert_that_nobody_takes_never_goes_quiet_it_is_called_once_each_business_day() -> None:
    alert, seen = steps_called(an_alert(Tier.AMBER, reason="craving"), CLINIC, 4 * DAY)
    mornings = {day * DAY: (day - 1) * DAY + MORNING_AFTER for day in range(1, 5)}
    assert seen == {240: 240, **mornings}
    assert alert.state is AlertState.RAISED


@pytest.mark.parametrize("reason", sorted(PAGED_AT_ONCE))
def test_what_the_screen_could_not_read_is_called_at_once_and_again_after_four_hours(reason: str) -> None:
    seen = steps_called(an_alert(Tier.AMBER, reason=reason), CLINIC, DAY)[1]
    assert seen == {0: 0, 240: 240, DAY: MORNING_AFTER}


def test_after_days_without_us_one_call_is_made_and_the_next_one_the_morning_after() -> None:
    alert = steps_called(an_alert(Tier.AMBER, reason="craving"), CLINIC, 240)[0]
    alert, steps = call_due(alert, CLINIC, at(5 * DAY))
    assert steps == [DAY]
    assert next_alert_due(alert, at(5 * DAY)) == at(5 * DAY + MORNING_AFTER)


def test_an_amber_alert_someone_took_on_calls_nobody_for_three_business_days() -> None:
    alert = taken(an_alert(Tier.AMBER, reason="craving"), 1)
    assert next_alert_due(alert, at(1)) == at(1 + 3 * DAY)
    alert, seen = steps_called(alert, CLINIC, 3 * DAY)
    assert (seen, alert.state) == ({}, AlertState.ACKNOWLEDGED)


def test_an_amber_alert_taken_on_but_not_ended_is_called_again_until_somebody_says_they_are_on_it() -> None:
    alert = steps_called(an_alert(Tier.AMBER, reason="craving"), CLINIC, 240)[0]
    alert, seen = steps_called(taken(alert, 250), CLINIC, 3 * DAY + 250)
    assert (seen, alert.state) == ({DAY: 3 * DAY + 250}, AlertState.RAISED)
    assert steps_called(taken(alert, 3 * DAY + 260), CLINIC, 6 * DAY)[1] == {}


def test_what_was_taken_on_in_the_night_is_called_again_when_the_doors_open() -> None:
    night = 10 * 60  # ten in the evening
    alert = taken(an_alert(Tier.AMBER, reason="craving"), night)
    assert steps_called(alert, CLINIC, 4 * DAY)[1] == {240: 3 * DAY + MORNING_AFTER}


def test_a_clinic_that_calls_nobody_has_nothing_due_for_ever() -> None:
    nobody = clinic_with()
    alert = taken(an_alert(Tier.AMBER, reason="craving", clinic=nobody), 1)
    alert, seen = steps_called(alert, nobody, 3 * DAY + 2)
    assert (seen, next_alert_due(alert, at(3 * DAY + 2))) == ({}, None)
