"""Ending touches without a message, and letting go of what is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.followup import SESSION_KEPT, Followup, Mark, MarkState, tidy
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Kind
from aftercare.domain.settle import MARKS_KEPT, close_finished, drop, drop_doomed, marked, replaced
from aftercare.domain.touch import Reason, Touch
from tests.building import NOON, a_clinic, a_followup, a_notice, a_touch, completed, owing, scheduled

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SES_1 = SessionId("ses-1")


def plan(followup: Followup) -> list[Touch]:
    return planned(followup, a_clinic(), load_protocols())


def every_mark(state: MarkState, at: object = NOON) -> dict[str, Mark]:
    steps = load_protocols()[completed(NOON).protocol].steps
    return {step.key: Mark(state, at) for step in steps}


def ended(followup: Followup) -> dict[TouchId, Reason]:
    _, settled = drop_doomed(followup, plan(followup), "write-1", NOON)
    return {touch.touch_id: touch.reason for record in settled for touch in record.touches}


def test_a_mark_is_kept_at_the_session_or_at_the_answer_it_belongs_to() -> None:
    mark = Mark(MarkState.CLAIMED, NOON)
    followup = marked(a_followup(completed(NOON), completed(NOON, 2)), a_touch(), mark)
    assert followup.sessions[SES_1].marks == {"day1": mark}
    assert followup.sessions[SessionId("ses-2")].marks == {}
    notice = a_notice(Kind.HELP)
    followup = marked(owing(notice), a_touch(Kind.HELP, id=notice.id, session_id=None), mark)
    assert followup.notices[notice.id].mark == mark


def test_ending_nothing_leaves_no_record() -> None:
    followup = a_followup(completed(NOON))
    assert drop(followup, [], "write-1", NOON) == (followup, ())


def test_what_ended_is_kept_in_one_record_named_for_its_write() -> None:
    other = a_touch(key="day3", id=TouchId("ses-1.day3"))
    both = [(a_touch(), Reason.PAUSED), (other, Reason.CAPPED)]
    followup, (settled,) = drop(a_followup(completed(NOON)), both, "write-7", NOON)
    assert (settled.id, [touch.reason for touch in settled.touches]) == (
        "write-7",
        [Reason.PAUSED, Reason.CAPPED],
    )
    # The marks say the reasons too, until the record is known to be stored.
    marks = followup.sessions[SES_1].marks.values()
    assert {mark.why for mark in marks} == {"paused", "capped"}
    assert {(mark.state, mark.at) for mark in marks} == {(MarkState.NOT_SENT, NOON)}


def test_a_back_dated_session_starts_with_what_is_still_useful() -> None:
    found = ended(a_followup(completed(NOON - 5 * DAY, starts_at=None)))
    assert found == {TouchId(f"ses-1.{k}"): Reason.TOO_LATE for k in ("discharge", "evening", "day1", "day3")}


def test_a_touch_that_was_held_too_long_is_left_to_the_sweep() -> None:
    held = {"day1": Mark(MarkState.HELD, NOON - DAY)}
    assert TouchId("ses-1.day1") not in ended(a_followup(completed(NOON - 5 * DAY, marks=held)))


def test_closing_a_file_ends_every_touch_at_once() -> None:
    followup = a_followup(completed(NOON - DAY), scheduled(NOON + DAY, 2), closed_at=NOON)
    after, _ = drop_doomed(followup, plan(followup), "write-1", NOON)
    assert planned(after, a_clinic(), load_protocols()) == []
    assert set(ended(followup).values()) == {Reason.CLOSED}


def test_nothing_ends_before_its_time() -> None:
    assert ended(a_followup(scheduled(NOON + 10 * DAY))) == {}


@pytest.mark.parametrize(
    ("age", "kept"), [(MARKS_KEPT, True), (MARKS_KEPT + MINUTE, False)], ids=["two days", "a minute more"]
)
def test_marks_stay_while_a_queue_may_still_bring_their_message(age: timedelta, kept: bool) -> None:
    session = completed(NOON - 60 * DAY, marks=every_mark(MarkState.CLAIMED, NOON - age))
    after = close_finished(a_followup(session), a_clinic(), load_protocols(), NOON).sessions[SES_1]
    assert bool(after.marks) is kept
    assert after.settled or kept


def test_a_session_with_a_touch_still_to_come_is_not_over() -> None:
    marks = every_mark(MarkState.CLAIMED, NOON - 9 * DAY)
    del marks["week4"]
    session = completed(NOON - 20 * DAY, marks=marks)
    assert not close_finished(a_followup(session), a_clinic(), load_protocols(), NOON).sessions[SES_1].settled


def test_a_booked_session_is_not_over_however_many_reminders_ended() -> None:
    session = scheduled(NOON + DAY, marks=every_mark(MarkState.NOT_SENT, NOON - 9 * DAY))
    assert not close_finished(a_followup(session), a_clinic(), load_protocols(), NOON).sessions[SES_1].settled


# ---- forgetting


def test_a_settled_session_is_forgotten_ten_weeks_after_the_visit() -> None:
    old, young = (completed(NOON - SESSION_KEPT - age, settled=True) for age in (MINUTE, -MINUTE))
    assert tidy(a_followup(old), NOON).sessions == {}
    assert tidy(a_followup(young), NOON).sessions == {SES_1: young}


def test_the_reminder_of_a_date_that_moved_leaves_its_reason() -> None:
    start = NOON + 3 * DAY
    before = a_followup(scheduled(start, told=start))
    moved = scheduled(start + 9 * DAY, told=start, moves=1, round=1, moved_at=NOON)
    gone = replaced(plan(before), plan(a_followup(moved)), NOON)
    assert [(touch.touch_id, touch.reason) for touch in gone] == [
        (TouchId("ses-1.reminder-72h"), Reason.SESSION_MOVED)
    ]
    assert replaced(plan(before), plan(before), NOON) == []
    assert replaced(plan(before), plan(a_followup(moved)), NOON - MINUTE) == []


def test_the_news_of_an_opt_in_text_that_was_tried_is_kept_while_it_is_owed() -> None:
    tried = a_notice(Kind.OPT_IN, mark=Mark(MarkState.NOT_SENT, NOON - 30 * DAY))
    assert tidy(owing(tried, opted_in_at=None), NOON).notices == {tried.id: tried}
    assert tidy(owing(tried), NOON).notices == {}


def test_an_answer_still_owed_is_kept_however_old() -> None:
    owed = a_notice(Kind.OPT_OUT, NOON - 30 * DAY)
    held = replace(owed, mark=Mark(MarkState.HELD, NOON - 30 * DAY))
    given = replace(owed, mark=Mark(MarkState.CLAIMED, NOON - 2 * DAY - MINUTE))
    assert [len(tidy(owing(notice), NOON).notices) for notice in (owed, held, given)] == [1, 1, 0]


def test_texts_older_than_a_week_are_not_counted_any_more() -> None:
    week = timedelta(days=7)
    assert tidy(a_followup(recent=(NOON - week, NOON - week + MINUTE)), NOON).recent == (
        NOON - week + MINUTE,
    )
