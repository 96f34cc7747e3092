"""What a fact about a session changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.domain.errors import BadInput
from aftercare.domain.evolve import Change, Unchanged, Waits, evolve
from aftercare.domain.facts import Fact, SessionCompleted
from aftercare.domain.followup import Followup, Mark, MarkState, Session, Status
from aftercare.domain.ids import SessionId
from aftercare.domain.records import Task, TaskKind
from tests.building import (
    COURSE,
    ENROLLED_AT,
    IV,
    NOON,
    a_followup,
    booked,
    cancelled,
    completed,
    finished,
    moved,
    scheduled,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SES_1 = SessionId("ses-1")
START = NOON + 5 * DAY
NEW_START = START + 2 * DAY
TOLD_AT = ENROLLED_AT + DAY


def session(fact: Fact, before: Session | Followup | None = None) -> Session:
    followup = a_followup(before) if isinstance(before, Session) else before or a_followup()
    found = evolve(followup, None, fact, NOON)
    assert isinstance(found, Change), found
    return found.followup.sessions[SES_1]


def test_a_booking_is_a_session_to_come() -> None:
    found = session(booked(START))
    assert (found.status, found.starts_at, found.number) == (Status.SCHEDULED, START, 1)
    assert (found.protocol, found.course_id, found.as_of) == (IV, COURSE, ENROLLED_AT)
    assert (found.told, found.moves, dict(found.marks)) == (None, 0, {})


@pytest.mark.parametrize("fact", [moved(START, TOLD_AT), cancelled(TOLD_AT)], ids=["moved", "cancelled"])
def test_news_of_a_session_nobody_booked_waits_for_it(fact: Fact) -> None:
    assert evolve(a_followup(), None, fact, NOON) == Waits("session")


@pytest.mark.parametrize("fact", [booked(START), finished(START)], ids=["booked", "completed"])
def test_a_session_of_nobody_waits_for_the_patient(fact: Fact) -> None:
    assert evolve(None, None, fact, NOON) == Waits("patient")


def test_a_session_may_be_recorded_only_when_it_is_over() -> None:
    found = session(finished(NOON))
    assert (found.status, found.starts_at, found.left_at) == (Status.COMPLETED, None, NOON)


# ---- moved


def test_a_session_nobody_was_reminded_of_simply_has_another_start() -> None:
    found = session(moved(NEW_START, TOLD_AT), scheduled(START))
    assert (found.starts_at, found.moves, found.moved_at) == (NEW_START, 0, None)


def test_a_patient_who_was_told_a_time_is_owed_the_news_of_another() -> None:
    found = session(moved(NEW_START, TOLD_AT), scheduled(START, told=START))
    assert (found.starts_at, found.moves, found.round, found.moved_at) == (NEW_START, 1, 1, NOON)


def test_a_session_moved_twice_has_the_news_of_the_last_time() -> None:
    once = session(moved(NEW_START, TOLD_AT), scheduled(START, told=START))
    twice = session(moved(NEW_START + DAY, TOLD_AT + MINUTE, event_id="evt-again"), once)
    assert (twice.starts_at, twice.moves) == (NEW_START + DAY, 2)


def test_a_session_moved_back_to_what_the_patient_was_told_is_no_news() -> None:
    away = session(moved(NEW_START, TOLD_AT), scheduled(START, told=START))
    back = session(moved(START, TOLD_AT + MINUTE, event_id="evt-back"), away)
    assert (back.starts_at, back.round, back.moved_at) == (START, 0, None)


def test_moving_keeps_what_became_of_the_touches() -> None:
    marks = {"reminder-72h": Mark(MarkState.CLAIMED, NOON)}
    assert session(moved(NEW_START, TOLD_AT), scheduled(START, marks=marks)).marks == marks


def test_an_older_move_that_comes_late_changes_nothing() -> None:
    newer = session(moved(NEW_START, TOLD_AT), scheduled(START))
    older = moved(START + DAY, TOLD_AT - MINUTE, event_id="evt-older")
    assert isinstance(evolve(a_followup(newer), None, older, NOON), Unchanged)


# ---- cancelled


def test_a_cancelled_session_stays_known() -> None:
    found = session(cancelled(TOLD_AT), scheduled(START))
    assert (found.status, found.starts_at) == (Status.CANCELLED, START)


@pytest.mark.parametrize("fact", [booked(NEW_START, TOLD_AT + MINUTE), moved(NEW_START, TOLD_AT + MINUTE)])
def test_a_cancelled_session_may_be_booked_again(fact: Fact) -> None:
    gone = session(cancelled(TOLD_AT), scheduled(START))
    found = session(fact, gone)
    assert (found.status, found.starts_at) == (Status.SCHEDULED, NEW_START)


def test_a_session_booked_again_has_its_reminders_back_but_none_that_was_sent() -> None:
    marks = {"reminder-72h": Mark(MarkState.NOT_SENT, NOON), "baseline": Mark(MarkState.CLAIMED, NOON)}
    gone = session(cancelled(TOLD_AT), scheduled(START, marks=marks))
    assert set(session(moved(NEW_START, TOLD_AT + MINUTE), gone).marks) == {"baseline"}
    told = replace(gone, told=START)
    assert session(moved(START, TOLD_AT + MINUTE), told).round == 1


def test_a_move_of_the_very_instant_of_the_cancelling_does_not_undo_it() -> None:
    gone = session(cancelled(TOLD_AT), scheduled(START))
    assert isinstance(evolve(a_followup(gone), None, moved(NEW_START, TOLD_AT), NOON), Unchanged)
    shifted = session(moved(NEW_START, TOLD_AT), scheduled(START))
    assert session(cancelled(TOLD_AT), shifted).status is Status.CANCELLED


# ---- completed


def test_a_session_that_ends_before_it_starts_is_refused_and_the_error_names_the_field() -> None:
    with pytest.raises(BadInput) as caught:
        evolve(a_followup(scheduled(START)), None, finished(START - MINUTE), NOON)
    assert caught.value.field == "detail.session.ended_at"
    assert caught.value.found == (START - MINUTE).isoformat()
    assert START.isoformat() in caught.value.allowed
    assert "SessionMoved" in caught.value.allowed


def test_a_session_may_end_the_instant_it_starts() -> None:
    assert session(finished(START), scheduled(START)).status is Status.COMPLETED


def test_a_corrected_end_takes_the_place_of_the_first() -> None:
    first = session(finished(START + HOUR), scheduled(START))
    again = session(finished(START + 2 * HOUR, START + 3 * HOUR, event_id="evt-fix"), first)
    assert again.ended_at == START + 2 * HOUR
    late = finished(START + 5 * HOUR, START + 2 * HOUR, event_id="evt-late")
    assert isinstance(evolve(a_followup(again), None, late, NOON), Unchanged)


def test_the_discharge_counts_and_not_the_end() -> None:
    fact = finished(START)
    assert isinstance(fact, SessionCompleted)
    assert session(replace(fact, discharged_at=START + HOUR)).left_at == START + HOUR


@pytest.mark.parametrize(
    "fact", [booked(NEW_START, START + DAY), moved(NEW_START, START + DAY), cancelled(START + DAY)]
)
def test_a_completed_session_that_is_booked_again_or_cancelled_is_for_staff_to_clear_up(fact: Fact) -> None:
    done = a_followup(completed(START))
    found = evolve(done, None, fact, NOON)
    assert isinstance(found, Change)
    (task,) = found.records
    assert isinstance(task, Task) and task.kind is TaskKind.CONTRADICTING_EVENT
    assert "ses-1" in task.reason
    after = found.followup.sessions[SES_1]
    assert (after.status, after.starts_at) == (Status.COMPLETED, done.sessions[SES_1].starts_at)
    assert isinstance(evolve(found.followup, None, fact, NOON), Unchanged)


def test_a_booking_that_comes_after_its_session_is_no_contradiction() -> None:
    done = a_followup(completed(START))
    assert isinstance(evolve(done, None, booked(START - HOUR), NOON), Unchanged)


# ---- any of them


@pytest.mark.parametrize(
    "fact",
    [
        booked(START, TOLD_AT),
        moved(NEW_START, TOLD_AT),
        cancelled(TOLD_AT),
        finished(START + HOUR, START + HOUR),
    ],
    ids=lambda fact: type(fact).__name__,
)
class TestAnySessionFact:
    def test_changes_nothing_the_second_time(self, fact: Fact) -> None:
        once = evolve(a_followup(scheduled(START, as_of=ENROLLED_AT)), None, fact, NOON)
        assert isinstance(once, Change)
        assert isinstance(evolve(once.followup, None, fact, NOON), Unchanged)

    def test_leaves_the_other_sessions_alone(self, fact: Fact) -> None:
        other = scheduled(START + 9 * DAY, 2)
        found = evolve(a_followup(scheduled(START), other), None, fact, NOON)
        assert isinstance(found, Change)
        assert found.followup.sessions[other.id] == other
