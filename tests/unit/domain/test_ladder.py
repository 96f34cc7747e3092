"""The ladder of an alert: who is called when, what makes it rest, and what brings it on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aftercare.domain.alert import (
    PAGED_AT_ONCE,
    RED_LADDER,
    Alert,
    AlertState,
    AnswerState,
    acknowledged,
    crisis_touch,
    joined,
    resolved,
)
from aftercare.domain.consent import Channel
from aftercare.domain.ladder import (
    LEASE,
    TRIES_MAX,
    CallStaff,
    TextLost,
    TextPatient,
    answered,
    called,
    ended,
    escalated,
    heard_again,
    next_alert_due,
    next_work,
    raised,
    released,
    said_safe,
    unreachable,
)
from aftercare.domain.tier import Tier
from tests.building import ADAS_MAIL, NOON, eastern
from tests.unit.domain.alarming import (
    EVERYBODY,
    HOUR,
    MINUTE,
    an_alert,
    an_answer,
    call_due,
    clinic_with,
    steps_called,
    texted,
)

CLINIC = clinic_with(*EVERYBODY)


def taken(alert: Alert, minute: int) -> Alert:
    return acknowledged(alert, "Nurse Dora", alert.raised_at + minute * MINUTE)


def at(minute: int) -> datetime:
    return NOON + minute * MINUTE


def up_to(minute: int, alert: Alert | None = None) -> Alert:
    """Return a red alert whose ladder was looked at every minute until then."""
    return steps_called(alert or an_alert(), CLINIC, minute)[0]


# ---- red


def test_nobody_answers_a_red_alert_and_every_step_is_called_once_in_order() -> None:
    alert, seen = steps_called(an_alert(), CLINIC, 24 * 60)
    assert list(seen.items()) == [(step, step) for step in RED_LADDER]
    assert next_alert_due(alert, at(24 * 60)) is None


def test_only_the_last_step_says_that_nobody_is_left() -> None:
    alert, lasts = an_alert(), []
    for step in RED_LADDER:
        claimed = next_work(alert, CLINIC, at(step))
        assert claimed is not None
        assert isinstance(claimed[1], CallStaff)
        lasts.append(claimed[1].last)
        alert = released(called(claimed[0], CLINIC))
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
    alert, later = steps_called(released(called(again[0], CLINIC)), CLINIC, 60)
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


def test_a_carrier_out_of_reach_is_tried_each_minute_for_a_quarter_of_an_hour() -> None:
    nobody = clinic_with()
    alert, tries = an_alert(clinic=nobody, answer=an_answer()), []
    for minute in range(60):
        claimed = next_work(alert, nobody, at(minute))
        if claimed is not None:
            tries.append(minute)
            alert = released(unreachable(claimed[0], at(minute)))
    assert tries == list(range(TRIES_MAX))
    assert alert.answer is not None
    assert alert.answer.state is AnswerState.FAILED


def test_a_carrier_out_of_reach_is_not_tried_again_when_there_is_a_mail_address() -> None:
    alert = unreachable(an_alert(answer=an_answer(otherwise=ADAS_MAIL, tries=1)), NOON)
    assert alert.answer is not None
    assert (alert.answer.channel, alert.answer.due_at) == (Channel.EMAIL, NOON)


def test_an_alert_that_owes_no_text_has_none_to_fail() -> None:
    alert = an_alert()
    assert answered(alert, sent=False, now=NOON) == unreachable(alert, NOON) == alert


# ---- acknowledged, and what brings it on all the same


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
    alert = called(taken(claimed[0], 0), CLINIC)
    assert (alert.state, alert.rung, alert.rung_at) == (AlertState.ACKNOWLEDGED, 1, None)


def test_not_resolved_within_an_hour_everybody_is_called_anew_under_new_numbers() -> None:
    alert = taken(up_to(6), 6)
    alert, seen = steps_called(alert, CLINIC, 200)
    assert list(seen.items()) == [(60 + step, 66 + step) for step in RED_LADDER]
    assert alert.state is AlertState.RAISED
    again = taken(alert, 200)
    assert list(steps_called(again, CLINIC, 300)[1].items()) == [
        (120 + step, 260 + step) for step in RED_LADDER
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
    assert list(steps_called(alert, CLINIC, 60)[1].items()) == [(10, 10), (15, 15), (30, 30)]


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
    assert list(steps_called(said, CLINIC, 60)[1]) == [5, 10, 15, 30]


def test_ten_silent_minutes_bring_the_next_step_though_someone_is_on_it() -> None:
    alert = taken(replace(up_to(1), answer=texted(), asked_at=at(1)), 2)
    assert next_alert_due(alert, at(2)) == at(11)
    assert call_due(alert, CLINIC, at(10))[1] == []
    after, steps = call_due(alert, CLINIC, at(11))
    assert steps == [5]
    assert steps_called(after, CLINIC, 60)[1] == {}


def test_an_answer_within_ten_minutes_is_no_silence() -> None:
    alert = said_safe(taken(replace(up_to(1), asked_at=at(1)), 2), safe=True, now=at(9))
    assert steps_called(alert, CLINIC, 60)[1] == {}


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


# ---- amber


@pytest.mark.parametrize(
    ("raised_at", "called_at"),
    [
        ("2026-11-24 09:00", "2026-11-24 13:00"),
        ("2026-11-24 16:30", "2026-11-25 11:30"),
        ("2026-11-24 02:00", "2026-11-24 12:30"),
    ],
)
def test_an_amber_alert_nobody_takes_on_is_called_once_after_four_opening_hours(
    raised_at: str, called_at: str
) -> None:
    alert = an_alert(Tier.AMBER, eastern(raised_at), reason="craving")
    assert next_alert_due(alert, eastern(raised_at)) == eastern(called_at)
    alert, seen = steps_called(alert, CLINIC, 24 * 60)
    assert seen == {240: int((eastern(called_at) - eastern(raised_at)) / MINUTE)}
    assert next_alert_due(alert, eastern(called_at)) is None


@pytest.mark.parametrize("reason", sorted(PAGED_AT_ONCE))
def test_what_the_screen_could_not_read_is_called_at_once_and_again_after_four_hours(reason: str) -> None:
    assert steps_called(an_alert(Tier.AMBER, reason=reason), CLINIC, 600)[1] == {0: 0, 240: 240}


def test_an_amber_alert_someone_took_on_calls_nobody_however_long_it_takes() -> None:
    alert = taken(an_alert(Tier.AMBER, reason="craving"), 1)
    assert steps_called(alert, CLINIC, 24 * 60)[1] == {}
    assert next_alert_due(alert, at(1)) is None


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
