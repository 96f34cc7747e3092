"""A patient's line: counted from what is kept, and the same however often it is made."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.alert import Alert, acknowledged, resolved
from aftercare.domain.chart import Course, Traffic
from aftercare.domain.charting import chart_of
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.followup import SESSION_KEPT, Followup, Session, Status, tidy
from aftercare.domain.history import History
from aftercare.domain.ids import AlertId, CourseId, SessionId, TouchId
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Measure, Reply, Sent
from aftercare.domain.tier import Tier
from tests.building import ADA, ADAS_MAIL, ADAS_PHONE, COURSE, HUDSON, IV, NOON, a_followup, utc

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
PATIENT = Patient(
    ADA,
    "Ada",
    utc("1990-01-31 00:00").date(),
    "en",
    "America/New_York",
    "US",
    accepts_unencrypted=True,
    phone=ADAS_PHONE,
    email=ADAS_MAIL,
)


def done(number: int, days: float, course: CourseId = COURSE) -> Session:
    """Return a session that ended so many days after noon."""
    at = NOON + days * DAY
    name = SessionId(f"{course}.{number}")
    return Session(name, IV, course, number, Status.COMPLETED, at, at - timedelta(hours=2), at)


def coming(number: int, days: float, course: CourseId = COURSE) -> Session:
    at = NOON + days * DAY
    return Session(SessionId(f"{course}.{number}"), IV, course, number, Status.SCHEDULED, NOON, at)


def with_sessions(*sessions: Session, **changes: Any) -> Followup:
    return a_followup(sessions={one.id: one for one in sessions}, **changes)


def scored(days: float, total: int | None, code: str = "phq-9") -> Measure:
    at = NOON + days * DAY
    return Measure(f"{code}.{days}", at, code, total, complete=True, touch_id=TouchId(f"t.{days}"))


def history(*sessions: Session, **changes: Any) -> History:
    return replace(History(with_sessions(*sessions), PATIENT), **changes)


def course_of(told: History, days: float) -> Course:
    (course,) = chart_of(told, NOON + days * DAY).courses
    return course


def test_a_course_counts_completed_sessions_and_looks_ahead_to_the_next() -> None:
    course = course_of(history(done(1, 0), done(2, 3), coming(3, 6), coming(4, 9)), 4)
    assert (course.sessions_done, course.began_at) == (2, NOON)
    assert (course.last_session_at, course.next_session_at) == (NOON + 3 * DAY, NOON + 6 * DAY)


def test_a_session_that_was_cancelled_or_missed_is_neither_done_nor_ahead() -> None:
    missed, off = coming(1, 1), replace(coming(2, 9), status=Status.CANCELLED)
    course = course_of(history(missed, off), 4)
    assert (course.sessions_done, course.began_at, course.next_session_at) == (0, None, None)


@pytest.mark.parametrize(
    ("days", "after_session", "week"),
    [
        (-14, 0, None),
        (-1, 0, None),
        (0, 1, 0),
        (2.9, 1, 0),
        (3, 2, 0),
        (6.99, 2, 0),
        (7, 2, 1),
        (29, 2, 4),
    ],
)
def test_a_score_is_placed_by_the_session_before_it_and_the_week_since_the_first(
    days: float, after_session: int, week: int | None
) -> None:
    (point,) = course_of(history(done(1, 0), done(2, 3), measures=(scored(days, 12),)), 40).points
    assert (point.after_session, point.week, point.total) == (after_session, week, 12)


def test_a_score_older_than_a_fresh_baseline_belongs_to_no_course() -> None:
    assert course_of(history(done(1, 0), measures=(scored(-15, 12),)), 1).points == ()


def test_a_score_before_the_second_course_ends_the_first_and_begins_the_second() -> None:
    second = CourseId("course-2")
    told = history(done(1, 0), done(1, 30, second), measures=(scored(-1, 20), scored(29, 10), scored(33, 5)))
    one, two = chart_of(told, NOON + 40 * DAY).courses
    assert [(p.total, p.after_session) for p in one.points] == [(20, 0), (10, 1)]
    assert [(p.total, p.after_session) for p in two.points] == [(10, 0), (5, 1)]


def test_only_the_two_scales_are_points_and_the_latest_eight_moods_stand_beside_them() -> None:
    moods = tuple(scored(n, n % 11, "mood") for n in range(10))
    chart = chart_of(history(done(1, 0), measures=(*moods, scored(1, 3, "phq-2"))), NOON + 20 * DAY)
    assert chart.courses[0].points == ()
    assert [score for _, score in chart.moods] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert chart.heard_at == NOON + 9 * DAY
    assert chart.wrote_at is None


def test_what_the_follow_up_has_forgotten_is_carried_on() -> None:
    """A patient with a session a month, charted each day: nothing is lost and nothing counted twice."""
    sessions = [done(n, 30 * (n - 1)) for n in range(1, 9)]
    measures = tuple(scored(30 * n + 2, 20 - n) for n in range(-1, 8) if n != -1)
    followup, chart = with_sessions(), None
    for day in range(0, 230, 5):
        now = NOON + day * DAY
        known = {
            **followup.sessions,
            **{s.id: s for s in sessions if s.ended_at and now >= s.ended_at >= now - 5 * DAY},
        }
        followup = tidy(replace(followup, sessions=known), now)
        told = History(followup, PATIENT, measures=tuple(m for m in measures if m.at <= now), chart=chart)
        chart = chart_of(told, now)
        assert chart_of(replace(told, chart=chart), now) == chart
    assert chart is not None
    (course,) = chart.courses
    assert len(followup.sessions) < 4
    assert (course.sessions_done, course.began_at) == (8, NOON)
    assert course.last_session_at == NOON + 210 * DAY
    assert [point.after_session for point in course.points] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [point.week for point in course.points] == [(30 * n + 2) // 7 for n in range(8)]


def test_a_course_whose_sessions_are_all_forgotten_stays_as_it_was() -> None:
    told = history(done(1, 0), measures=(scored(-1, 20), scored(8, 9)))
    chart = chart_of(told, NOON + 9 * DAY)
    later = NOON + SESSION_KEPT + 9 * DAY
    late = scored(75, 4)
    again = chart_of(
        replace(told, followup=with_sessions(), chart=chart, measures=(*told.measures, late)), later
    )
    (before,), (after,) = chart.courses, again.courses
    assert after == replace(before, points=(*before.points, after.points[-1]))
    assert (after.points[-1].after_session, after.points[-1].week) == (1, 10)


def test_a_course_that_was_entered_by_mistake_goes_when_it_is_corrected() -> None:
    told = history(done(1, 0))
    chart = chart_of(told, NOON + DAY)
    assert chart_of(replace(told, followup=with_sessions(), chart=chart), NOON + 2 * DAY).courses == ()


def sent(name: str, kind: Kind, channel: Channel = Channel.SMS, text: str = "Hi") -> Sent:
    return Sent(TouchId(name), None, kind, NOON, channel, "-", "w", "r", "en", text, None, "p-1")


def test_traffic_counts_questions_once_however_they_went_and_parts_of_texts_only() -> None:
    told = history(
        sent=(
            sent("s.day1", Kind.CHECK_IN),
            sent("s.day1~email", Kind.CHECK_IN, Channel.EMAIL, "x" * 999),
            sent("s.day3", Kind.CHECK_IN, text="x" * 161),
            sent("s.week1", Kind.MEASURE),
            sent("s.E1", Kind.EDUCATION),
        ),
        replies=(Reply("in-1", NOON, ADAS_PHONE, "7", "mood", TouchId("s.day1~email")),),
        measures=(replace(scored(1, 9), touch_id=TouchId("s.week1")), scored(1, 4, "gad-7")),
        deliveries={
            TouchId("s.day1"): Outcome(State.FAILED_HARD, Cause.NUMBER_INVALID),
            TouchId("s.day3"): Outcome(State.DELIVERED, Cause.DELIVERED),
            TouchId("s.E1"): Outcome(State.ACCEPTED, Cause.CARRIER_ACCEPTED),
        },
    )
    expected = Traffic(sent=5, delivered=1, failed=1, asked=3, answered=2, sms_parts=5)
    assert chart_of(told, NOON).traffic == expected


def test_a_machines_answer_is_nobodys_word() -> None:
    told = history(replies=(Reply("in-1", NOON, ADAS_PHONE, "away", "automatic", automatic="out_of_office"),))
    chart = chart_of(told, NOON)
    assert (chart.heard_at, chart.wrote_at) == (None, None)


def test_open_alerts_are_counted_and_how_long_red_ones_waited_is_kept() -> None:
    red = Alert(AlertId("pat-ada.alert.1"), HUDSON, ADA, Tier.RED, "suicide", NOON)
    amber = replace(red, id=AlertId("pat-ada.alert.2"), tier=Tier.AMBER)
    taken = acknowledged(red, "Ben", NOON + timedelta(minutes=7, seconds=59))
    ended = resolved(taken, "Ben", "reached", "Fine.", NOON + DAY)
    chart = chart_of(history(alerts=(red, amber)), NOON)
    assert (chart.open_alerts, chart.open_red, chart.taken_on_in) == (2, True, ())
    chart = chart_of(history(alerts=(ended, amber)), NOON)
    assert (chart.open_alerts, chart.open_red, chart.taken_on_in) == (1, False, (7,))


@pytest.mark.parametrize(
    ("changes", "identity", "channels"),
    [
        ({}, {}, ("sms", "email")),
        ({"unreachable": frozenset({Channel.SMS})}, {}, ("email",)),
        ({"standings": {}}, {}, ()),
        ({}, {"phone": None}, ("email",)),
        ({}, {"accepts_unencrypted": False}, ("sms",)),
    ],
)
def test_a_patient_is_reachable_where_they_agreed_and_the_address_works(
    changes: dict[str, Any], identity: dict[str, Any], channels: tuple[str, ...]
) -> None:
    told = history()
    told = replace(told, followup=replace(told.followup, **changes), patient=replace(PATIENT, **identity))
    assert chart_of(told, NOON).reachable == channels


def test_a_pause_ends_by_itself() -> None:
    told = replace(history(), followup=with_sessions(paused_until=NOON))
    assert chart_of(told, NOON - DAY).paused
    assert not chart_of(told, NOON).paused


def test_instants_are_kept_in_whole_seconds() -> None:
    odd = timedelta(microseconds=999_999)
    session = done(1, 0)
    late = replace(session, ended_at=NOON + odd)
    told = history(late, measures=(replace(scored(0, 5), at=NOON + odd),))
    course = course_of(told, 1)
    assert course.began_at == NOON
    assert (course.points[0].at, course.points[0].after_session) == (NOON, 1)


def test_no_more_messages_arrive_than_were_sent() -> None:
    arrived = Outcome(State.DELIVERED, Cause.DELIVERED)
    names = [TouchId(f"s.{n}") for n in range(9)]
    told = history(
        sent=tuple(sent(name, Kind.CHECK_IN) for name in names[:5]), deliveries=dict.fromkeys(names, arrived)
    )
    traffic = chart_of(told, NOON).traffic
    assert (traffic.sent, traffic.delivered) == (5, 5)
