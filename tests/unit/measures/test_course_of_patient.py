"""How one measure went over one course, from what is stored of a patient."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aftercare.content.load_measures import load_measures
from aftercare.domain.course_change import Reliable, began_for_sure, course, courses_begun
from aftercare.domain.followup import Session, Status
from aftercare.domain.ids import CourseId, ProtocolId, SessionId
from aftercare.domain.records import Measure

MEASURES = load_measures()
BEGAN_AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def session(day: float, number: int = 1, course_id: str = "spring") -> Session:
    """Return a session that started ``day`` days after the first of spring."""
    return Session(
        id=SessionId(f"{course_id}-{number}"),
        protocol=ProtocolId("ketamine-iv-induction"),
        course_id=CourseId(course_id),
        number=number,
        status=Status.SCHEDULED,
        as_of=BEGAN_AT,
        starts_at=BEGAN_AT + day * DAY,
    )


def on_day(day: float, total: int | None, code: str = "phq-9", *, complete: bool = True) -> Measure:
    return Measure(f"{code}-{day}", BEGAN_AT + day * DAY, code, total, complete)


SPRING = [session(0), session(3, 2)]


def test_a_course_is_compared_with_its_baseline_and_its_best() -> None:
    taken = [on_day(14, 8), on_day(-3, 20), on_day(7, 6)]
    found = course(MEASURES["phq-9"], taken, SPRING)
    assert found is not None and found.baseline is not None
    assert (found.baseline.total, found.best.total, found.latest.total) == (20, 6, 8)
    # 12 of 20 points down is a response; 8 is no remission; 2 over the best is no worsening.
    assert (found.drop, found.response, found.remission, found.worsened) == (12, True, False, False)
    assert found.reliable is Reliable.BETTER


def test_other_measures_and_answers_without_a_total_are_left_out() -> None:
    taken = [on_day(-1, 20), on_day(7, 3, "gad-7"), on_day(8, None, complete=False), on_day(9, 9, "mood")]
    found = course(MEASURES["phq-9"], taken, SPRING)
    assert found is not None
    assert (found.latest.total, found.drop) == (20, None)


def test_an_incomplete_answer_with_a_total_is_known_as_prorated() -> None:
    found = course(MEASURES["phq-9"], [on_day(-1, 20, complete=False), on_day(9, 9)], SPRING)
    assert found is not None and found.baseline is not None
    assert (found.baseline.prorated, found.latest.prorated) == (True, False)


def test_a_measure_whose_change_says_nothing_has_no_course() -> None:
    assert course(MEASURES["mood"], [on_day(0, 5, "mood")], SPRING) is None
    assert course(MEASURES["bladder"], [on_day(0, None, "bladder")], SPRING) is None


def test_without_a_session_or_an_answer_there_is_no_course() -> None:
    assert course(MEASURES["phq-9"], [on_day(1, 5)], []) is None
    assert course(MEASURES["phq-9"], [], SPRING) is None
    assert course(MEASURES["phq-9"], [on_day(-15, 5)], SPRING) is None
    assert course(MEASURES["phq-9"], [on_day(-14, 5)], SPRING) is not None
    assert course(MEASURES["phq-9"], [on_day(1, 5)], SPRING, CourseId("autumn")) is None


def test_each_course_has_its_own_baseline_and_its_own_best() -> None:
    sessions = [session(100, course_id="summer"), *SPRING]
    taken = [on_day(-1, 20), on_day(14, 2), on_day(99, 16), on_day(114, 10)]
    spring = course(MEASURES["phq-9"], taken, sessions, CourseId("spring"))
    summer = course(MEASURES["phq-9"], taken, sessions)
    assert spring is not None and summer is not None
    assert spring.baseline is not None and summer.baseline is not None
    assert (spring.baseline.total, spring.best.total, spring.latest.total) == (20, 2, 16)
    assert (summer.baseline.total, summer.best.total, summer.latest.total) == (16, 10, 10)
    assert summer.drop == 6


def test_a_cancelled_session_began_nothing_and_one_known_by_its_end_did() -> None:
    cancelled = replace(session(-20), status=Status.CANCELLED)
    ended = replace(session(5, 3), starts_at=None, ended_at=BEGAN_AT + 5 * DAY, status=Status.COMPLETED)
    assert courses_begun([cancelled, ended]) == {"spring": BEGAN_AT + 5 * DAY}
    assert courses_begun([ended, *SPRING, cancelled]) == {"spring": BEGAN_AT}


def test_a_visit_late_in_a_long_course_is_never_taken_for_its_first() -> None:
    late = [session(84, 5), session(112, 6)]
    assert began_for_sure(SPRING) == BEGAN_AT
    assert began_for_sure(late) is None
    assert began_for_sure([*SPRING, session(200, 1, "autumn")]) == BEGAN_AT + 200 * DAY
    assert began_for_sure([]) is None


def test_the_baseline_outlives_the_visits_that_are_forgotten() -> None:
    taken = [on_day(-3, 20), on_day(80, 8), on_day(120, 11)]
    late = [session(84, 5), session(112, 6)]
    forgotten = course(MEASURES["phq-9"], taken, late)
    assert forgotten is not None and forgotten.baseline is not None
    assert forgotten.baseline.total == 8
    told = course(MEASURES["phq-9"], taken, late, remembered={CourseId("spring"): BEGAN_AT})
    assert told is not None and told.baseline is not None
    assert (told.baseline.total, told.best.total, told.drop) == (20, 8, 9)
