"""The ladder of an alert: who is called when, what makes it rest, and what brings it on."""

from datetime import timedelta

import pytest

from aftercare.domain.alert import (
    RED_LADDER,
    AlertState,
    AnswerState,
    crisis_touch,
    resolved,
)
from aftercare.domain.consent import Channel
from aftercare.domain.crisis_text import answered, unreachable
from aftercare.domain.ladder import (
    LEASE,
    CallStaff,
    TextLost,
    TextPatient,
    called,
    ended,
    escalated,
    next_alert_due,
    next_work,
    raised,
    released,
)
from tests.building import ADAS_MAIL, NOON
from tests.unit.domain.alarming import (
    EVERYBODY,
    HOUR,
    MINUTE,
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


# ---- red


def test_nobody_answers_a_red_alert_and_every_step_is_called_once_in_order() -> None:
    alert, seen = steps_called(an_alert(), CLINIC, 59)
    assert list(seen.items()) == [(step, step) for step in RED_LADDER]
    assert ended(alert)


def test_a_red_alert_that_nobody_takes_never_goes_quiet_everybody_is_called_anew_each_hour() -> None:
    alert, seen = steps_called(an_alert(), CLINIC, 24 * 60 - 1)
    steps = [60 * hour + step for hour in range(24) for step in RED_LADDER]
    assert list(seen.items()) == [(step, step) for step in steps]
    assert next_alert_due(alert, at(24 * 60 - 1)) == at(24 * 60)


@pytest.mark.parametrize("minute", [31, 59, 95])
def test_whoever_takes_it_on_between_two_rounds_ends_the_calls_for_an_hour(minute: int) -> None:
    alert = taken(up_to(minute), minute)
    assert steps_called(alert, CLINIC, minute + 59)[1] == {}
    assert next_alert_due(alert, at(minute)) == at(minute + 60)


def test_after_a_day_without_us_everybody_is_called_at_once_and_anew_and_then_by_the_hour() -> None:
    alert, steps = call_due(an_alert(), CLINIC, at(24 * 60))
    assert steps == [*RED_LADDER, 60]
    assert list(steps_called(alert, CLINIC, 25 * 60 - 1)[1]) == [65, 70, 75, 90]


def test_only_the_last_step_says_that_nobody_is_left() -> None:
    alert, lasts = an_alert(), []
    for step in RED_LADDER:
        claimed = next_work(alert, CLINIC, at(step))
        assert claimed is not None
        assert isinstance(claimed[1], CallStaff)
        lasts.append(claimed[1].last)
        alert = released(called(claimed[0], CLINIC, at(step)))
    assert lasts == [False, False, False, False, True]


def test_after_an_outage_all_that_is_overdue_is_called_in_order() -> None:
    alert, steps = call_due(an_alert(), CLINIC, at(17))
    assert steps == [0, 5, 10, 15]
    assert next_alert_due(alert, at(17)) == at(30)


def test_a_resolved_alert_asks_for_nothing() -> None:
    alert = resolved(an_alert(answer=an_answer()), "Dora", "reached", "spoke", at(1))
    assert next_work(alert, CLINIC, at(60)) is None
    assert next_alert_due(alert, at(1)) is None


def test_in_a_clinic_without_a_rota_the_patient_is_answered_and_nobody_is_called() -> None:
    nobody = clinic_with()
    alert = an_alert(clinic=nobody, answer=an_answer())
    claimed = next_work(alert, nobody, NOON)
    assert claimed is not None
    assert isinstance(claimed[1], TextPatient)
    alert = released(answered(claimed[0], sent=True, now=NOON))
    assert next_work(alert, nobody, NOON) is None
    assert next_alert_due(alert, NOON) == at(10)


@pytest.mark.parametrize("state", [AlertState.RAISED, AlertState.ACKNOWLEDGED])
def test_a_wait_that_ends_with_nobody_to_call_is_not_due_again_and_again(state: AlertState) -> None:
    """Else the sweep would bring the alert every minute for as long as it is open."""
    nobody = clinic_with()
    alert = an_alert(clinic=nobody, answer=texted(), asked_at=NOON)
    if state is AlertState.ACKNOWLEDGED:
        alert = taken(alert, 1)
    for minute in (10, 61):
        claimed = next_work(alert, nobody, at(minute))
        if claimed is not None:
            assert claimed[1] is None
            alert = claimed[0]
        assert next_work(alert, nobody, at(minute)) is None
        due_at = next_alert_due(alert, at(minute))
        assert due_at is None or due_at > at(minute) + MINUTE
    assert next_alert_due(alert, at(61)) is None


# ---- leases and crashes


def test_while_someone_works_on_it_nobody_else_does() -> None:
    claimed = next_work(an_alert(), CLINIC, NOON)
    assert claimed is not None
    for seconds in (0, 30, 59):
        assert next_work(claimed[0], CLINIC, NOON + timedelta(seconds=seconds)) is None
    assert next_alert_due(claimed[0], NOON) == NOON + LEASE


def test_who_dies_while_calling_is_followed_by_another_who_finishes_the_same_step() -> None:
    claimed = next_work(an_alert(), CLINIC, NOON)
    assert claimed is not None
    again = next_work(claimed[0], CLINIC, NOON + LEASE)
    assert again is not None
    assert again[1] == claimed[1]
    alert, later = steps_called(released(called(again[0], CLINIC, NOON + LEASE)), CLINIC, 59)
    assert list(later) == [5, 10, 15, 30]
    assert ended(alert)


def test_a_text_that_nobody_finished_is_never_sent_again_by_the_same_way() -> None:
    alert = an_alert(answer=an_answer(otherwise=ADAS_MAIL))
    first = next_work(alert, CLINIC, NOON)
    assert first is not None
    assert isinstance(first[1], TextPatient)
    second = next_work(first[0], CLINIC, NOON + LEASE)
    assert second is not None
    assert isinstance(second[1], TextLost)
    mail = answered(second[0], sent=False, now=NOON + LEASE).answer
    assert mail is not None
    assert (mail.channel, mail.to, mail.state) == (Channel.EMAIL, ADAS_MAIL, AnswerState.OWED)
    assert crisis_touch(alert, mail) == "pat-ada.alert.1.crisis-1~email"


def test_a_text_that_failed_with_no_other_way_ends_as_failed() -> None:
    failed = answered(an_alert(answer=an_answer()), sent=False, now=NOON)
    assert failed.answer is not None
    assert failed.answer.state is AnswerState.FAILED
    assert failed.asked_at is None


def test_a_carrier_out_of_reach_is_tried_each_minute_for_an_hour() -> None:
    nobody = clinic_with()
    alert, tries = an_alert(clinic=nobody, answer=an_answer()), []
    for minute in range(90):
        claimed = next_work(alert, nobody, at(minute))
        if claimed is not None:
            tries.append(minute)
            alert = released(unreachable(claimed[0], at(minute)))
    assert tries == list(range(60))
    assert alert.answer is not None
    assert alert.answer.state is AnswerState.FAILED


def test_a_carrier_out_of_reach_is_not_tried_again_when_there_is_a_mail_address() -> None:
    alert = unreachable(an_alert(answer=an_answer(otherwise=ADAS_MAIL, tries=1)), NOON)
    assert alert.answer is not None
    assert (alert.answer.channel, alert.answer.due_at) == (Channel.EMAIL, NOON)


def test_an_alert_that_owes_no_text_has_none_to_fail() -> None:
    alert = an_alert()
    assert answered(alert, sent=False, now=NOON) == unreachable(alert, NOON) == alert


# ---- what rests


def test_no_never_moves_what_has_no_ladder() -> None:
    alert = an_alert(clinic=clinic_with())
    assert escalated(alert, at(1)) == alert
    assert raised(alert, clinic_with()) == alert


def test_what_is_due_next_is_always_later_than_now() -> None:
    alert = an_alert(answer=an_answer())
    for now in (NOON, NOON + HOUR):
        due_at = next_alert_due(alert, now)
        assert due_at is not None
        assert due_at > now
