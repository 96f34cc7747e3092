"""What makes a ladder rest, and what brings it on although someone has taken the alert on."""

from dataclasses import replace

import pytest

from aftercare.domain.alert import (
    RED_LADDER,
    AlertState,
    acknowledged,
    joined,
    resolved,
)
from aftercare.domain.ladder import (
    called,
    ended,
    heard_again,
    next_alert_due,
    next_work,
    said_safe,
)
from tests.building import NOON
from tests.unit.domain.alarming import (
    EVERYBODY,
    an_alert,
    an_answer,
    at,
    call_due,
    clinic_with,
    steps_called,
    taken,
    texted,
    up_to,
)

CLINIC = clinic_with(*EVERYBODY)


def test_who_takes_it_on_stops_the_ladder() -> None:
    alert = taken(up_to(6), 6)
    assert steps_called(alert, CLINIC, 65)[1] == {}
    assert next_alert_due(alert, at(6)) == at(66)


def test_acknowledging_twice_keeps_the_first_name_and_resolving_twice_the_first_note() -> None:
    alert = acknowledged(taken(an_alert(), 1), "Carmen", at(2))
    assert (alert.acknowledged_by, alert.acknowledged_at) == ("Nurse Dora", at(1))
    done = resolved(alert, "Dora", "reached", "spoke", at(3))
    assert resolved(done, "Carmen", "other", "again", at(4)) == done
    assert acknowledged(done, "Carmen", at(4)) == done
    assert (done.acknowledged_by, done.resolved_by) == ("Nurse Dora", "Dora")


def test_who_resolves_without_acknowledging_counts_as_having_taken_it_on() -> None:
    done = resolved(an_alert(), "Dora", "reached", "spoke", at(3))
    assert (done.acknowledged_by, done.acknowledged_at) == ("Dora", at(3))


def test_who_acknowledges_while_people_are_being_called_is_not_overruled_by_the_call() -> None:
    claimed = next_work(an_alert(), CLINIC, NOON)
    assert claimed is not None
    alert = called(taken(claimed[0], 0), CLINIC, NOON)
    assert (alert.state, alert.rung, alert.rung_at) == (AlertState.ACKNOWLEDGED, 1, None)


def test_not_resolved_within_an_hour_everybody_is_called_anew_under_new_numbers() -> None:
    alert = taken(up_to(6), 6)
    alert, seen = steps_called(alert, CLINIC, 125)
    assert list(seen.items()) == [(60 + step, 66 + step) for step in RED_LADDER]
    assert alert.state is AlertState.RAISED
    again = taken(alert, 125)
    assert list(steps_called(again, CLINIC, 244)[1].items()) == [
        (120 + step, 185 + step) for step in RED_LADDER
    ]


@pytest.mark.parametrize(("minute", "step"), [(1, 5), (6, 10), (11, 15), (16, 30)])
def test_no_calls_the_next_people_at_once_though_someone_is_on_it(minute: int, step: int) -> None:
    alert = taken(up_to(minute), minute)
    said = said_safe(replace(alert, asked_at=NOON), safe=False, now=at(minute))
    assert call_due(said, CLINIC, at(minute))[1] == [step]
    assert said.asked_at is None
    assert said.safe == "no"


def test_no_before_the_ladder_moved_brings_the_next_step_and_leaves_the_rest_where_it_was() -> None:
    said = said_safe(up_to(2), safe=False, now=at(2))
    alert, steps = call_due(said, CLINIC, at(2))
    assert steps == [5]
    assert list(steps_called(alert, CLINIC, 59)[1].items()) == [(10, 10), (15, 15), (30, 30)]


def test_no_to_whoever_took_it_on_before_anybody_was_called_calls_the_first() -> None:
    said = said_safe(taken(an_alert(), 0), safe=False, now=at(1))
    assert call_due(said, CLINIC, at(1))[1] == [0]


def test_no_while_the_first_people_are_due_anyway_calls_them_once() -> None:
    said = said_safe(an_alert(), safe=False, now=at(1))
    assert call_due(said, CLINIC, at(1))[1] == [0]


@pytest.mark.parametrize("on_it", [False, True])
def test_no_after_the_last_step_begins_the_ladder_anew(on_it: bool) -> None:
    alert = up_to(31)
    alert = taken(alert, 31) if on_it else alert
    said = said_safe(alert, safe=False, now=at(40))
    assert call_due(said, CLINIC, at(40))[1] == [60]


def test_yes_closes_nothing_and_stops_nothing() -> None:
    said = said_safe(replace(up_to(2), asked_at=NOON), safe=True, now=at(2))
    assert (said.safe, said.state, said.asked_at) == ("yes", AlertState.RAISED, None)
    assert list(steps_called(said, CLINIC, 59)[1]) == [5, 10, 15, 30]


def test_ten_silent_minutes_bring_the_next_step_though_someone_is_on_it() -> None:
    alert = taken(replace(up_to(1), answer=texted(), asked_at=at(1)), 2)
    assert next_alert_due(alert, at(2)) == at(11)
    assert call_due(alert, CLINIC, at(10))[1] == []
    after, steps = call_due(alert, CLINIC, at(11))
    assert steps == [5]
    assert steps_called(after, CLINIC, 59)[1] == {}


def test_an_answer_within_ten_minutes_is_no_silence() -> None:
    alert = said_safe(taken(replace(up_to(1), asked_at=at(1)), 2), safe=True, now=at(9))
    assert steps_called(alert, CLINIC, 59)[1] == {}


def test_silence_and_the_ladder_at_the_same_minute_call_one_step() -> None:
    alert = replace(up_to(9), answer=texted(), asked_at=NOON)
    assert call_due(alert, CLINIC, at(10))[1] == [10]


# ---- one more text


def test_one_more_red_text_brings_somebody_unless_somebody_is_coming_anyway() -> None:
    for alert, expected in ((up_to(6), []), (taken(up_to(6), 6), [10]), (up_to(31), [60])):
        again = heard_again(joined(alert, "in-1", None), at(40) if ended(alert) else at(7))
        assert call_due(again, CLINIC, at(40) if ended(alert) else at(7))[1] == expected


def test_a_second_crisis_text_asks_anew_whether_the_patient_is_safe() -> None:
    alert = said_safe(replace(an_alert(answer=texted()), asked_at=NOON), safe=True, now=at(1))
    assert joined(alert, "in-1", None).safe == "yes"
    again = joined(alert, "in-2", an_answer(at(40), number=2))
    assert again.safe is None
    assert (again.causes, again.answer) == (("in-0", "in-2"), an_answer(at(40), number=2))


def test_a_cause_counts_once_and_the_latest_twenty_are_kept() -> None:
    alert = an_alert()
    assert joined(alert, "in-0", None) == alert
    for number in range(1, 40):
        alert = joined(alert, f"in-{number}", None)
    assert alert.causes == tuple(f"in-{number}" for number in range(20, 40))
