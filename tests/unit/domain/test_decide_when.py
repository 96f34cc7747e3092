"""Sent now, held for later, or of no use any more."""

from datetime import datetime, time, timedelta

import pytest

from aftercare.domain.clinic import SmsCaps
from aftercare.domain.consent import Channel, Purpose
from aftercare.domain.decide import Drop, Hold, Send, next_topic, required_consents
from aftercare.domain.followup import Followup, OpenAlert, Status
from aftercare.domain.ids import AlertId, CourseId
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import Reason
from tests.building import (
    EMAIL_CARE,
    NOON,
    SMS_CARE,
    SMS_EDUCATION,
    a_clinic,
    a_followup,
    a_library,
    a_touch,
    agreed,
    completed,
    eastern,
    scheduled,
)
from tests.unit.domain.weighing import (
    DAY,
    DAY3,
    HOUR,
    LEARN,
    LEFT,
    MINUTE,
    OPT_IN,
    Case,
    ada,
    first_touch,
    reminded,
    step,
)

# ---- not now

NIGHT, MORNING = eastern("2026-11-24 21:30"), eastern("2026-11-25 09:00")


def holds(case: Case) -> datetime:
    decision = case.decision()
    assert isinstance(decision, Hold), decision
    return decision.until


@pytest.mark.parametrize("kind", [Kind.OPT_IN, Kind.CHECK_IN, Kind.REMINDER, Kind.MEASURE, Kind.EDUCATION])
def test_a_touch_that_comes_up_at_night_waits_for_the_morning(kind: Kind) -> None:
    touch = OPT_IN if kind is Kind.OPT_IN else a_touch(kind)
    assert holds(Case(touch, now=NIGHT)) == MORNING


def test_a_touch_that_would_be_worthless_in_the_morning_is_dropped_at_night() -> None:
    assert Case(a_touch(too_late_at=MORNING), now=NIGHT).decision() == Drop(Reason.TOO_LATE)
    assert holds(Case(a_touch(too_late_at=MORNING + MINUTE), now=NIGHT)) == MORNING


def test_the_safety_text_at_discharge_leaves_at_any_hour_paused_or_capped() -> None:
    followup = ada(paused_until=NOON + 9 * DAY, recent=(NIGHT - HOUR,) * 9, last_sent_at=NIGHT)
    safety = a_touch(Kind.SAFETY, due_at=NIGHT - HOUR)
    assert isinstance(Case(safety, followup, now=NIGHT).decision(), Send)


def test_a_safety_text_an_hour_late_wakes_nobody_but_still_minds_no_cap() -> None:
    late = a_touch(Kind.SAFETY, due_at=NIGHT - HOUR - MINUTE)
    assert holds(Case(late, now=NIGHT)) == MORNING
    capped = ada(recent=(NOON - 2 * HOUR, NOON - HOUR), last_sent_at=NOON)
    by_day = a_touch(Kind.SAFETY, due_at=NOON - 2 * HOUR)
    assert isinstance(Case(by_day, capped).decision(), Send)


def test_while_a_person_talks_with_a_patient_we_neither_ask_nor_teach() -> None:
    talking = ada(talk_until=NOON + 2 * HOUR)
    for kind in (Kind.CHECK_IN, Kind.MEASURE, Kind.EDUCATION):
        assert holds(Case(a_touch(kind), talking)) == NOON + 2 * HOUR
    assert isinstance(Case(a_touch(Kind.REMINDER), talking).decision(), Send)
    until_night = ada(talk_until=NIGHT)
    assert holds(Case(a_touch(), until_night)) == MORNING


def test_while_a_patient_may_be_in_danger_our_questions_look_again_once_a_day() -> None:
    def alerted(*, red: bool) -> Followup:
        alert = OpenAlert(red=red, reason="suicide", raised_at=NOON - HOUR)
        return ada(alerts={AlertId("alert-1"): alert}, talk_until=NOON)

    for kind in (Kind.CHECK_IN, Kind.MEASURE, Kind.EDUCATION):
        assert holds(Case(a_touch(kind, too_late_at=NOON + 2 * DAY), alerted(red=True))) == NOON + DAY
        assert isinstance(Case(a_touch(kind), alerted(red=False)).decision(), Send)
    assert isinstance(Case(a_touch(Kind.REMINDER), alerted(red=True)).decision(), Send)


def test_the_news_of_a_move_waits_for_the_morning_and_for_nothing_else() -> None:
    news = a_touch(Kind.REMINDER, step=step("moved"))
    capped = ada(recent=(NOON - 2 * HOUR, NOON - HOUR), last_sent_at=NOON)
    assert isinstance(Case(news, capped).decision(), Send)
    assert holds(Case(news, capped, now=NIGHT)) == MORNING


def test_a_pause_holds_a_touch_until_a_decent_hour_after_it() -> None:
    assert holds(Case(followup=ada(paused_until=NOON + 2 * HOUR))) == NOON + 2 * HOUR
    late = ada(paused_until=eastern("2026-11-24 22:00"))
    assert holds(Case(a_touch(too_late_at=NOON + 3 * DAY), late)) == MORNING


def test_two_messages_are_five_minutes_apart() -> None:
    assert holds(Case(followup=ada(last_sent_at=NOON - 4 * MINUTE))) == NOON + MINUTE
    assert isinstance(Case(followup=ada(last_sent_at=NOON - 5 * MINUTE)).decision(), Send)


def test_education_keeps_an_hour_from_anything_sent_before_it() -> None:
    assert holds(Case(LEARN, ada(last_sent_at=NOON - 20 * MINUTE))) == NOON + 40 * MINUTE
    assert isinstance(Case(LEARN, ada(last_sent_at=NOON - HOUR)).decision(), Send)


def test_education_makes_room_for_a_check_in_of_the_same_hour() -> None:
    assert holds(Case(LEARN, check_in_near=True)) == NOON + HOUR
    assert isinstance(Case(a_touch(), check_in_near=True).decision(), Send)


# ---- how many texts

WEEK = timedelta(days=7)


def test_the_daily_cap_counts_the_patients_own_day() -> None:
    yesterday_late, today_early = eastern("2026-11-23 19:59"), eastern("2026-11-24 09:01")
    one_today = ada(recent=(yesterday_late, today_early))
    assert isinstance(Case(followup=one_today).decision(), Send)
    two_today = ada(recent=(today_early, today_early + HOUR))
    late = a_touch(too_late_at=NOON + 3 * DAY)
    assert holds(Case(late, two_today)) == MORNING


def test_the_weekly_cap_lets_the_next_text_through_when_the_oldest_is_a_week_old() -> None:
    recent = tuple(NOON - WEEK + n * DAY + HOUR for n in range(6))
    late = a_touch(too_late_at=NOON + 3 * DAY)
    assert holds(Case(late, ada(recent=recent))) == NOON + HOUR
    assert isinstance(Case(late, ada(recent=recent), now=NOON + HOUR).decision(), Send)


def test_after_a_lowered_cap_enough_texts_must_age_first() -> None:
    recent = tuple(NOON - WEEK + n * DAY + HOUR for n in range(6))
    strict = a_clinic(sms_caps=SmsCaps(per_day=2, per_week=4))
    late = a_touch(too_late_at=NOON + 5 * DAY)
    assert holds(Case(late, ada(recent=recent), strict)) == NOON + 2 * DAY + HOUR


@pytest.mark.parametrize(("sent", "goes"), [(3, True), (4, False)])
def test_education_by_text_leaves_two_of_the_weeks_texts_to_check_ins(sent: int, goes: bool) -> None:
    learn = a_touch(Kind.EDUCATION, step=step("learn"))
    followup = ada(standings=agreed(SMS_EDUCATION), recent=tuple(NOON - (n + 1) * DAY for n in range(sent)))
    assert isinstance(Case(learn, followup).decision(), Send) is goes


def test_a_mail_is_not_counted_among_the_texts() -> None:
    capped = ada(recent=(NOON - 2 * HOUR, NOON - HOUR), standings=agreed(EMAIL_CARE))
    assert isinstance(Case(followup=capped).decision(), Send)


def test_the_opt_in_text_is_not_counted() -> None:
    assert isinstance(Case(OPT_IN, ada(recent=(NOON - 2 * HOUR, NOON - HOUR))).decision(), Send)


# ---- known in advance to be of no use


@pytest.mark.parametrize(
    ("other", "sooner"),
    [
        pytest.param(scheduled(NOON - HOUR, 2), True, id="booked before the touch"),
        pytest.param(scheduled(NOON - HOUR, 2, status=Status.CANCELLED), False, id="booked and cancelled"),
        pytest.param(scheduled(NOON - 12 * HOUR, 2), False, id="booked, and missed it seems"),
        pytest.param(scheduled(NOON - 12 * HOUR + MINUTE, 2), True, id="booked, and may be at it still"),
        pytest.param(scheduled(NOON - HOUR, 2, course_id=CourseId("other")), False, id="of another course"),
        pytest.param(scheduled(LEFT - DAY, 2), False, id="booked before this session ended"),
    ],
)
def test_day_three_is_not_asked_when_the_patient_is_seen_sooner(other: object, sooner: bool) -> None:
    decision = Case(DAY3, a_followup(completed(LEFT), other)).decision()
    assert (decision == Drop(Reason.NEXT_SESSION_SOONER)) is sooner


def test_the_three_day_reminder_is_not_sent_when_another_visit_is_just_booked_before() -> None:
    start = NOON + 3 * DAY
    followup = a_followup(scheduled(start), scheduled(start - 2 * DAY, 2))
    assert first_touch(followup, "reminder-72h").decision() == Drop(Reason.RECENT_SESSION)
    assert isinstance(first_touch(followup, "reminder-24h").decision(), Send)


def test_a_cancelled_visit_reminds_nobody() -> None:
    assert isinstance(reminded(2 * DAY, status=Status.CANCELLED).decision(), Send)


def test_a_later_visit_is_no_recent_one() -> None:
    start = NOON + 3 * DAY
    followup = a_followup(scheduled(start), scheduled(start + 2 * DAY, 2))
    assert isinstance(first_touch(followup, "reminder-72h").decision(), Send)


def test_the_topics_come_in_order_and_none_twice() -> None:
    library = a_library(topics=("E1", "E2", "E10"))
    assert next_topic(ada(), library) == "E1"
    assert next_topic(ada(taught=frozenset({"E1", "E10"})), library) == "E2"
    decision = Case(LEARN, ada(taught=frozenset({"E1"})), library=library).decision()
    assert isinstance(decision, Send) and decision.words.topic == "E2"


def test_deciding_twice_is_deciding_once() -> None:
    case = Case(followup=ada(last_sent_at=NOON - MINUTE))
    assert case.decision() == case.decision()
    assert required_consents(a_touch()) == (SMS_CARE, (Channel.EMAIL, Purpose.CARE))


def test_a_clinics_narrower_window_holds_a_touch_too() -> None:
    clinic = a_clinic(send_from=time(13), send_until=time(15))
    assert holds(Case(clinic=clinic)) == eastern("2026-11-24 13:00")
