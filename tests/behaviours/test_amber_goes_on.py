"""An amber alert that nobody ends does not go quiet: each business day it calls the next person."""

from collections.abc import Iterator

import pytest

from tests.behaviours.riverside import NORA, NORAS_PHONE, the_one
from tests.behaviours.visits import Patient, Riverside, riverside_opens

NOELS_PHONE = "+12025550102"
NOEL = f'\n[[on_call]]\nrole = "nurse"\nname = "Noel"\nphone = "{NOELS_PHONE}"\n'


@pytest.fixture
def two_nurses() -> Iterator[Riverside]:
    """The clinic, open from 8:30 to 17:30, with two nurses on duty at all hours."""
    with riverside_opens(people=NORA + NOEL) as clinic:
        yield clinic


def _hopeless(riverside: Riverside) -> Patient:
    ada = riverside.patient("Ada")
    ada.said("Tue 13:00", "I feel hopeless")
    return ada


def _calls(riverside: Riverside, patient: Patient) -> list[tuple[str, str]]:
    return [(page.wall("America/New_York")[8:], page["to"]) for page in patient.pages()]


def test_an_amber_alert_that_nobody_takes_is_called_each_morning_to_the_next_on_duty(
    two_nurses: Riverside,
) -> None:
    """Issue 3, item 5: raised > acknowledged > resolved with re-escalation."""
    ada = _hopeless(two_nurses)
    two_nurses.until("Fri 12:00")
    assert the_one(ada.alerts())["tier"] == "amber"
    assert _calls(two_nurses, ada) == [
        *(("10 17:00", NORAS_PHONE), ("11 08:30", NOELS_PHONE)),
        *(("12 08:30", NORAS_PHONE), ("13 08:30", NOELS_PHONE)),
    ]


def test_taken_on_but_not_ended_in_three_days_it_is_called_again(two_nurses: Riverside) -> None:
    ada = _hopeless(two_nurses)
    two_nurses.staff("Tue 13:05", "acknowledge", ada)
    two_nurses.until("Fri 17:00")
    assert _calls(two_nurses, ada) == [("13 13:05", NORAS_PHONE)]
    assert ada.alert_states() == ["raised", "acknowledged", "raised"]


def test_ended_it_calls_nobody(two_nurses: Riverside) -> None:
    ada = _hopeless(two_nurses)
    two_nurses.until("Wed 09:00")
    ended_at = two_nurses.resolve("Wed 09:05", ada)
    two_nurses.until("2026-11-20 12:00")
    assert ada.pages(since=ended_at) == []


def test_a_run_ends_though_nobody_ever_takes_it(two_nurses: Riverside) -> None:
    """Else a rehearsal with a forgotten alert would play for ever."""
    ada = _hopeless(two_nurses)
    two_nurses.rehearsal.finish()
    assert [page["step"] for page in ada.pages()] == [240]


def test_with_both_carriers_down_at_that_minute_the_same_nurse_is_called_when_they_are_back(
    two_nurses: Riverside,
) -> None:
    ada = _hopeless(two_nurses)
    two_nurses.carrier("Tue 16:55", sms="down", email="down")
    two_nurses.carrier("Tue 17:20", sms="up", email="up")
    two_nurses.until("Wed 08:00")
    assert _calls(two_nurses, ada) == [("10 17:21", NORAS_PHONE)]
    assert ada.tasks("incident") == []


def test_with_both_carriers_down_until_closing_there_is_a_task_and_the_next_is_called_in_the_morning(
    two_nurses: Riverside,
) -> None:
    """Nobody is called out of bed for it, and nothing is lost."""
    ada = _hopeless(two_nurses)
    two_nurses.carrier("Tue 16:55", sms="down", email="down")
    two_nurses.carrier("Tue 18:00", sms="up", email="up")
    two_nurses.until("Wed 09:00")
    task = the_one(ada.tasks("incident"))
    assert two_nurses.at("Tue 17:28") <= task.at <= two_nurses.at("Tue 17:30")
    assert _calls(two_nurses, ada) == [("11 08:30", NOELS_PHONE)]
