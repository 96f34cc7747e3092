"""Which touches have ended, which wait, and what a clinic may change about them."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.clinic import StepOverride
from aftercare.domain.consent import Purpose
from aftercare.domain.followup import Followup, Mark, MarkState, Session, Status
from aftercare.domain.foresee import next_due
from aftercare.domain.ids import CourseId, ProtocolId
from aftercare.domain.plan import SPREAD, planned
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import Reason
from tests.building import (
    EMAIL_CARE,
    ENROLLED_AT,
    NOON,
    SMS_CARE,
    a_clinic,
    a_followup,
    a_library,
    a_notice,
    agreed,
    completed,
    eastern,
    owing,
    scheduled,
    yes,
)
from tests.unit.domain.planning import DAY, HOUR, LATER, MINUTE, START, by_key, keys, overridden

# ---- ended in advance


def doomed(followup: Followup, session_id: str = "ses-1") -> dict[str, Reason | None]:
    touches = planned(followup, a_clinic(), load_protocols())
    return {touch.key: touch.doomed for touch in touches if touch.session_id == session_id}


def test_the_reminders_of_a_cancelled_session_are_doomed_and_it_has_no_follow_up() -> None:
    found = doomed(a_followup(scheduled(START, status=Status.CANCELLED)))
    assert found == dict.fromkeys(("baseline", "reminder-72h", "reminder-24h"), Reason.SESSION_CANCELLED)


def test_reminders_that_were_not_sent_before_the_session_are_doomed_by_it() -> None:
    found = doomed(a_followup(completed(START)))
    assert found["reminder-24h"] is Reason.SESSION_COMPLETED
    assert found["discharge"] is None


SUPERSEDED = {"day3", "week1", "week2", "week3", "week4"}


def test_a_later_session_of_the_course_takes_over_the_days_and_weeks_after() -> None:
    followup = a_followup(completed(START), completed(LATER, 2))
    first, second = doomed(followup), doomed(followup, "ses-2")
    assert {key for key, reason in first.items() if reason is Reason.SUPERSEDED} == SUPERSEDED
    assert all(reason is not Reason.SUPERSEDED for reason in second.values())


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(scheduled(LATER, 2), id="still to come"),
        pytest.param(scheduled(LATER, 2, as_of=LATER), id="booked after this one"),
        pytest.param(scheduled(LATER, 2, status=Status.CANCELLED), id="cancelled"),
        pytest.param(completed(LATER, 2, course_id=CourseId("course-2")), id="of another course"),
        pytest.param(completed(START - 7 * DAY, 2), id="recorded late, of an earlier day"),
    ],
)
def test_no_other_session_takes_anything_over(other: Session) -> None:
    assert Reason.SUPERSEDED not in doomed(a_followup(completed(START), other)).values()


def test_everything_of_a_closed_patient_is_doomed() -> None:
    followup = a_followup(scheduled(START), completed(LATER, 2), closed_at=LATER, closed_reason="discharged")
    assert {*doomed(followup).values(), *doomed(followup, "ses-2").values()} == {Reason.CLOSED}


# ---- what has ended, what waits


@pytest.mark.parametrize("state", [MarkState.CLAIMED, MarkState.NOT_SENT])
def test_what_has_ended_is_never_planned_again(state: MarkState) -> None:
    session = scheduled(START, marks={"reminder-72h": Mark(state, ENROLLED_AT)})
    assert keys(session) == {"baseline", "reminder-24h"}
    assert "reminder-72h" not in keys(replace(session, starts_at=LATER))


def test_what_is_held_is_looked_at_again_when_its_time_comes() -> None:
    until = START - 2 * DAY
    session = scheduled(START, marks={"reminder-72h": Mark(MarkState.HELD, until, attempts=1)})
    touch = by_key(a_followup(session))["reminder-72h"]
    assert (touch.due_at, touch.wakes_at) == (START - 3 * DAY, until)


def test_a_touch_that_was_held_and_then_moved_on_wakes_at_its_new_time() -> None:
    session = scheduled(LATER, marks={"reminder-72h": Mark(MarkState.HELD, ENROLLED_AT)})
    assert by_key(a_followup(session))["reminder-72h"].wakes_at == LATER - 3 * DAY


def test_a_session_that_is_over_and_done_with_plans_nothing() -> None:
    assert keys(completed(START, settled=True)) == set()


@pytest.mark.parametrize(
    ("kind", "within"), [(Kind.OPT_OUT, 5 * MINUTE), (Kind.HELP, HOUR), (Kind.OPT_IN, None)], ids=str
)
def test_an_answer_to_the_patient_is_due_at_once_and_soon_of_no_use(
    kind: Kind, within: timedelta | None
) -> None:
    (touch,) = planned(owing(a_notice(kind)), a_clinic(), load_protocols())
    assert (touch.due_at, touch.words, touch.purpose) == (NOON, kind.value, Purpose.CARE)
    assert touch.too_late_at == (None if within is None else NOON + within)


def test_an_answer_once_given_is_not_given_again() -> None:
    answered = a_notice(Kind.HELP, mark=Mark(MarkState.CLAIMED, NOON))
    assert planned(owing(answered), a_clinic(), load_protocols()) == []


def opt_ins(**changes: object) -> list[datetime]:
    touches = planned(a_followup(**changes), a_clinic(), load_protocols())
    return [touch.due_at for touch in touches if touch.kind is Kind.OPT_IN]


def test_the_opt_in_text_is_owed_from_the_first_yes_to_texts_until_it_is_sent() -> None:
    assert opt_ins(opted_in_at=None) == [ENROLLED_AT]
    assert opt_ins(opted_in_at=ENROLLED_AT) == []
    assert opt_ins(opted_in_at=ENROLLED_AT - MINUTE) == [ENROLLED_AT]


@pytest.mark.parametrize(
    "changes",
    [
        {"standings": {}},
        {"standings": agreed(EMAIL_CARE)},
        {"standings": {SMS_CARE: yes(ENROLLED_AT, ENROLLED_AT)}},
        {"contact": {"phone": None}},
        {"contact": {"accepts_unencrypted": False}},
    ],
    ids=["nothing agreed", "only mail", "withdrawn", "no phone", "not unencrypted"],
)
def test_no_opt_in_text_is_owed_to_who_gets_no_texts(changes: dict[str, object]) -> None:
    assert opt_ins(**{"opted_in_at": None, **changes}) == []


def test_the_soonest_comes_first() -> None:
    followup = a_followup(scheduled(START), scheduled(LATER, 2), completed(ENROLLED_AT, 3))
    wakes = [touch.wakes_at for touch in planned(followup, a_clinic(), load_protocols())]
    assert wakes == sorted(wakes)
    assert len(wakes) > 10


def test_the_engine_looks_again_at_the_soonest_touch() -> None:
    followup = a_followup(scheduled(START, 2))
    assert next_due(followup, a_clinic(), load_protocols(), a_library(), ENROLLED_AT) == START - 3 * DAY


@pytest.mark.parametrize("late", [timedelta(), DAY])
def test_the_engine_never_looks_again_at_the_very_instant_of_the_write(late: timedelta) -> None:
    now = START - 3 * DAY + late
    assert next_due(a_followup(scheduled(START, 2)), a_clinic(), load_protocols(), a_library(), now) > now


def test_nothing_waits_for_a_patient_without_sessions() -> None:
    assert next_due(a_followup(), a_clinic(), load_protocols(), a_library(), ENROLLED_AT) is None


# ---- a clinic's own times

LEFT = eastern("2026-11-23 11:00")


def test_a_clinic_may_switch_a_step_off() -> None:
    assert "day3" not in overridden("day3", StepOverride(off=True), completed(LEFT))
    assert "day3" in overridden("day1", StepOverride(off=True), completed(LEFT))


@pytest.mark.parametrize(
    ("key", "override", "wall", "spread"),
    [
        pytest.param("evening", StepOverride(after=5 * HOUR), "23 16:00", False, id="another delay"),
        pytest.param("day3", StepOverride(after=74 * HOUR), "26 13:00", False, id="a longer delay"),
        pytest.param("week1", StepOverride(at=time(16)), "30 16:00", True, id="another hour, same day"),
        pytest.param("week1", StepOverride(days=8), "31 11:00", True, id="another day, same hour"),
        pytest.param("week1", StepOverride(days=6, at=time(10)), "29 10:00", True, id="another day and hour"),
        pytest.param("day1", StepOverride(at=time(15)), "24 15:00", True, id="an hour in place of a delay"),
        pytest.param("day1", StepOverride(days=2), "25 10:00", True, id="a day in place of a delay"),
        pytest.param("week1", StepOverride(), "30 11:00", True, id="nothing changed"),
    ],
)
def test_a_clinics_own_time_takes_the_place_of_the_protocols(
    key: str, override: StepOverride, wall: str, spread: bool
) -> None:
    day, hour = wall.split()
    wanted = eastern(f"2026-11-01 {hour}") + (int(day) - 1) * DAY
    late = overridden(key, override, completed(LEFT))[key].due_at - wanted
    assert timedelta() <= late < (SPREAD if spread else timedelta(microseconds=1))


def test_a_clinic_may_remind_two_days_before() -> None:
    touch = overridden("reminder-24h", StepOverride(before=2 * DAY), scheduled(START))["reminder-24h"]
    assert touch.due_at == START - 2 * DAY


def test_a_clinics_own_evening_time_is_not_moved_forward_to_fit_the_window() -> None:
    override = StepOverride(after=4 * HOUR)
    touch = overridden("evening", override, completed(eastern("2026-11-23 16:40")))["evening"]
    assert timedelta() <= touch.due_at - eastern("2026-11-24 09:00") < SPREAD


def test_an_override_of_one_protocol_leaves_the_others_alone() -> None:
    clinic = a_clinic(overrides={ProtocolId("ketamine-im-induction"): {"day3": StepOverride(off=True)}})
    assert "day3" in by_key(a_followup(completed(LEFT)), clinic)


def test_a_narrower_window_moves_what_lies_outside_of_it() -> None:
    clinic = a_clinic(send_from=time(12), send_until=time(18))
    due_at: datetime = by_key(a_followup(completed(LEFT)), clinic)["day1"].due_at
    assert timedelta() <= due_at - eastern("2026-11-24 12:00") < SPREAD
