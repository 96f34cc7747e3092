"""Outcomes: who counts, what counts as better or worse, and what must not be shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_measures import load_measures
from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.course_change import Measured, Reliable, course_change
from aftercare.domain.ids import CourseId, PatientId
from aftercare.domain.outcomes import Cell, Outcomes, Rate, outcomes_of, rate
from aftercare.domain.outcomes_table import outcomes_csv
from tests.building import HUDSON, IV, NOON

RULES = {code: rule for code in ("phq-9", "gad-7") if (rule := load_measures()[code].change) is not None}
DAY = timedelta(days=1)


def point(total: int | None, session: int, code: str = "phq-9", week: int | None = -1) -> Point:
    """Return a total; session 0 is the baseline. One session a week unless told otherwise."""
    placed = (session - 1 if session else None) if week == -1 else week
    return Point(NOON + session * 7 * DAY, code, total, session, placed)


def a_course(*points: Point, name: str = "course-1") -> Course:
    return Course(CourseId(name), IV, 6, NOON, NOON + 40 * DAY, None, points)


def a_chart(number: int, *courses: Course, **changes: object) -> Chart:
    chart = Chart(HUDSON, PatientId(f"pat-{number}"), "Ada", "en", date(1990, 1, 31), courses=courses)
    return replace(chart, **changes)  # type: ignore[arg-type]


def went(*pairs: tuple[int, int], code: str = "phq-9") -> Outcomes:
    """Return the outcomes of patients with these baselines and latest totals."""
    courses = [a_course(point(before, 0, code), point(after, 1, code)) for before, after in pairs]
    return outcomes_of([a_chart(n, course) for n, course in enumerate(courses)], RULES)


def latest(found: Outcomes, code: str = "phq-9") -> Cell:
    return next(measure.latest for measure in found.measures if measure.code == code)


FOUR = ((20, 20),) * 4


@pytest.mark.parametrize(
    ("code", "before", "after", "response", "remission", "improved", "worsened"),
    [
        ("phq-9", 20, 10, 1, 0, 1, 0),
        ("phq-9", 20, 11, 0, 0, 1, 0),
        ("phq-9", 20, 14, 0, 0, 1, 0),
        ("phq-9", 20, 15, 0, 0, 0, 0),
        ("phq-9", 8, 4, 1, 1, 0, 0),
        ("phq-9", 8, 5, 0, 0, 0, 0),
        ("phq-9", 9, 4, 1, 1, 0, 0),
        ("phq-9", 1, 0, 1, 1, 0, 0),
        ("phq-9", 20, 25, 0, 0, 0, 0),
        ("phq-9", 20, 26, 0, 0, 0, 1),
        ("gad-7", 20, 16, 0, None, 1, 0),
        ("gad-7", 20, 17, 0, None, 0, 0),
        ("gad-7", 14, 18, 0, None, 0, 1),
    ],
)
def test_what_counts_as_a_change(
    code: str, before: int, after: int, response: int, remission: int | None, improved: int, worsened: int
) -> None:
    cell = latest(went(*FOUR, (before, after), code=code), code)
    assert cell.patients == 5
    assert cell.response.count == response
    assert (cell.remission.count if cell.remission else None) == remission
    assert (cell.improved.count, cell.worsened.count) == (improved, worsened)


@given(before=st.integers(1, 27), after=st.integers(0, 27), code=st.sampled_from(sorted(RULES)))
def test_outcomes_and_the_patients_own_page_never_disagree(before: int, after: int, code: str) -> None:
    taken = [Measured(before, NOON), Measured(after, NOON + 7 * DAY)]
    change = course_change(RULES[code], taken, NOON)
    cell = latest(went(*[(before, after)] * 5, code=code), code)
    assert change is not None
    assert (cell.response.count == 5) == change.response
    assert (cell.remission.count == 5 if cell.remission else None) == change.remission
    assert (cell.improved.count == 5) == (change.reliable is Reliable.BETTER)
    assert (cell.worsened.count == 5) == (change.reliable is Reliable.WORSE)


@pytest.mark.parametrize(
    "courses",
    [
        (),
        (a_course(),),
        (a_course(point(20, 0)),),
        (a_course(point(4, 1)),),
        (a_course(point(0, 0), point(0, 1)),),
        (a_course(point(None, 0), point(4, 1)),),
        (a_course(point(20, 0), point(None, 1)),),
        (a_course(point(20, 0, "gad-7"), point(4, 1)),),
        (a_course(point(20, 0)), a_course(point(4, 1), name="course-2")),
    ],
)
def test_who_has_no_baseline_or_no_later_total_is_not_counted(courses: tuple[Course, ...]) -> None:
    whole = [a_chart(n, a_course(point(20, 0), point(4, 1))) for n in range(5)]
    assert latest(outcomes_of([*whole, a_chart(9, *courses)], RULES)).patients == 5


def test_a_patient_counts_once_by_the_latest_course_that_can_be_compared() -> None:
    first, second = a_course(point(20, 0), point(4, 1)), a_course(point(10, 0), point(9, 1), name="course-2")
    third = a_course(point(9, 0), name="course-3")
    cell = latest(outcomes_of([a_chart(n, first, second, third) for n in range(5)], RULES))
    assert (cell.patients, cell.response.count) == (5, 0)


def test_the_last_baseline_and_the_last_total_of_each_session_and_week_count() -> None:
    course = a_course(point(27, 0), point(20, 0), point(19, 1), point(10, 1), point(20, 2))
    (found,) = (
        m for m in outcomes_of([a_chart(n, course) for n in range(5)], RULES).measures if m.code == "phq-9"
    )
    assert [(c.at, c.response.count) for c in found.by_session] == [(1, 5), (2, 0)]
    assert [(c.at, c.response.count) for c in found.by_week] == [(0, 5), (1, 0)]
    assert found.latest.response.count == 0


def in_sessions(*counts: int) -> tuple[list[int | None], list[int | None]]:
    """Return the patients shown by session and by week when so many answered after each session."""
    charts = [
        a_chart(100 * session + n, a_course(point(20, 0), point(10, session)))
        for session, count in enumerate(counts, start=1)
        for n in range(count)
    ]
    found = outcomes_of(charts, RULES).measures[0]
    return [cell.patients for cell in found.by_session], [cell.patients for cell in found.by_week]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((5, 5), [5, 5]),
        ((9, 8, 4), [9, None, None]),
        ((8, 9, 4), [None, 9, None]),
        ((9, 4, 3, 7), [9, None, None, 7]),
        ((4,), [None]),
        ((30, 1), [None, None]),
    ],
)
def test_a_small_cell_is_hidden_and_never_alone(counts: tuple[int, ...], shown: list[int | None]) -> None:
    assert in_sessions(*counts) == (shown, shown)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_no_hidden_cell_can_be_found_by_taking_the_shown_ones_from_the_whole(counts: list[int]) -> None:
    shown, _ = in_sessions(*counts)
    assert all(count is None or count >= 5 for count in shown)
    assert shown.count(None) != 1 or len(shown) == 1


def test_what_is_hidden_has_no_number_in_the_table_either() -> None:
    table = outcomes_csv(went(*FOUR))
    lines = [
        line.split(",") for line in table.split("\r\n") if line.startswith(("latest,", "session,", "week,"))
    ]
    assert lines
    for line in lines:
        assert line[4:] == ["", "", "", "", "", "yes"]


def test_the_table_says_what_the_screen_says() -> None:
    found = went(*FOUR, (20, 4))
    lines = outcomes_csv(found).split("\r\n")
    response = latest(found).response
    assert lines[0] == "group,measure,at,figure,count,of,share,low,high,hidden"
    assert f"latest,phq-9,,response,1,5,0.2000,{response.low:.4f},{response.high:.4f},no" in lines
    assert "clinic,,,patients,5,,,,,no" in lines


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_a_rate_has_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    found = rate(count, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert found.share == count / of


@pytest.mark.parametrize("of", [0, 1, 4])
def test_a_rate_of_too_few_has_no_number(of: int) -> None:
    assert rate(of, of) == Rate()
    assert rate(of, of).hidden
    assert rate(of, of).share is None


def test_traffic_courses_and_waits_are_added_up() -> None:
    traffic = Traffic(sent=10, delivered=9, failed=1, asked=4, answered=3, sms_parts=14)
    idle = replace(a_course(name="later"), began_at=None, sessions_done=0)
    charts = [a_chart(n, a_course(), idle, traffic=traffic, taken_on_in=(n, 9)) for n in range(3)]
    found = outcomes_of(charts, RULES)
    assert (found.patients, found.courses, found.sessions) == (3, 3, 18)
    assert (found.texts, found.sms_parts) == (30, 42)
    assert (found.replies.count, found.replies.of) == (9, 12)
    assert (found.deliveries.count, found.deliveries.of) == (27, 30)
    assert found.taken_on_in == 2
    assert outcomes_of(charts[:2], RULES).taken_on_in is None


def test_an_empty_clinic_has_outcomes_without_numbers() -> None:
    found = outcomes_of([], RULES)
    assert found.patients == 0
    assert all(m.latest.hidden and not m.by_session and not m.by_week for m in found.measures)
    assert found.replies.hidden
    assert outcomes_csv(found)
