"""Outcomes on the page: every share with what it is of, small cells hidden, and the same in the file."""

import re
from dataclasses import replace

import pytest

from aftercare.content.load_measures import load_measures
from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.outcomes import Outcomes, outcomes_of, rate
from aftercare.web.page import render
from aftercare.web.share_charts import BAR_WIDTH, Place, bar, columns
from aftercare.web.views.outcomes_view import FEW, OutcomesView, outcomes_view, share
from tests.unit.web.browser import Browser
from tests.unit.web.morning import OWNER, frame
from tests.unit.web.test_templates import assert_clean
from tests.unit.web.three_months import a_chart

SCALES = load_measures()
RULES = {code: rule for code in ("phq-9", "gad-7") if (rule := SCALES[code].change) is not None}


def a_patient_at(number: int, *totals: tuple[int, int]) -> Chart:
    """Return a chart with a baseline of 20 and these totals, each after its session, one a week."""
    chart = a_chart(number)
    course: Course = chart.courses[0]
    before = Point(course.points[0].at, "phq-9", 20, 0, None)
    after = (Point(before.at, "phq-9", total, session, session - 1) for session, total in totals)
    return replace_points(chart, (before, *after))


def replace_points(chart: Chart, points: tuple[Point, ...]) -> Chart:
    traffic = Traffic(sent=10, delivered=9, asked=4, answered=3, sms_parts=14)
    return replace(chart, courses=(replace(chart.courses[0], points=points),), traffic=traffic)


def counted(*charts: Chart) -> Outcomes:
    return outcomes_of(charts, RULES)


def seven_and_two() -> Outcomes:
    """Nine patients after session 1, of whom two have a total after session 2 too."""
    some = [a_patient_at(number, (1, 8 if number < 4 else 18)) for number in range(7)]
    two = [a_patient_at(number, (1, 9), (2, 3)) for number in (7, 8)]
    return counted(*some, *two)


def shown(outcomes: Outcomes) -> OutcomesView:
    return outcomes_view(outcomes, SCALES)


def html(outcomes: Outcomes) -> str:
    return render("outcomes.html", frame=frame(OWNER, "outcomes"), view=shown(outcomes))


def test_a_share_stands_with_its_count_its_percent_and_its_interval() -> None:
    found = share("Response", rate(12, 31))
    assert (found.said, found.percent, found.between) == ("12 of 31", "39 %", "24 % to 56 %")
    assert found.bar is not None and found.bar.low < found.bar.filled < found.bar.high <= BAR_WIDTH


def test_a_share_of_too_few_has_no_number_and_no_bar() -> None:
    found = share("Response", rate(3, 4))
    assert (found.said, found.percent, found.between, found.bar) == (FEW, "", "", None)
    assert bar(rate(3, 4)) is None


def test_the_columns_of_one_place_stand_side_by_side_and_a_small_place_stays_empty() -> None:
    drawn = columns(
        [
            Place("1", ((rate(5, 10), "a"), (rate(2, 10), "b"))),
            Place("2", ((rate(1, 4), "c"), (rate(0, 4), "d"))),
        ]
    )
    first, second = drawn.columns
    assert first.x + first.width <= second.x and (first.second, second.second) == (False, True)
    assert first.top + first.height == drawn.floor
    assert first.high < first.top < first.low <= drawn.floor
    assert [mark.few for mark in drawn.places] == [False, True]
    assert drawn.left <= first.x and second.x + second.width <= drawn.right


def test_the_page_says_how_many_of_how_many_responded() -> None:
    text = html(seven_and_two())
    assert_clean(text)
    assert "Of 9 patients with a total before and after, 67 % responded" in text
    assert "6 of 9" in text and "67 %" in text
    assert "68 of" not in text and "27 of 36" in text  # questions answered
    assert "126" in text  # parts


def test_small_cells_are_hidden_in_drawing_and_table_alike() -> None:
    outcomes = seven_and_two()
    text = html(outcomes)
    phq = shown(outcomes).measures[0]
    hidden = [line for one in phq.series for line in one.lines if line.patients == FEW]
    assert hidden, "two patients after session 2 are too few to be shown"
    for line in hidden:
        assert {part.said for part in line.shares} == {FEW}
    assert FEW in text and ">few</text>" in text
    assert not re.search(r"\b[0-9]+ of [1-4]\b", text)


def test_what_the_words_mean_comes_from_the_measures_own_rules() -> None:
    text = html(seven_and_two())
    assert "The total fell by 50 % or more from before." in text
    assert "The total is below 5." in text
    assert "fell by 6 points or more" in text and "fell by 4 points or more" in text
    assert "IAPT definition, NCT05134103: reliable change is 6 points" in text
    assert "never the effect of a treatment" in text


def test_a_clinic_without_patients_gets_a_kind_page() -> None:
    text = html(counted())
    assert_clean(text)
    assert "Nothing to count yet" in text and '<svg class="share"' not in text


def test_a_measure_that_nobody_answered_twice_says_so() -> None:
    text = html(counted(*(a_patient_at(number, (1, 8)) for number in range(3))))
    assert_clean(text)
    assert "Fewer than 5 patients have a total before their first session" in text


def test_the_page_and_the_file_hold_the_same_numbers_for_a_nurse(browser: Browser) -> None:
    page = browser.get("/outcomes")
    assert page.status == 200 and len(page.calls) <= 5 and "Scan" not in page.calls
    assert_clean(page.text)
    table = browser.get("/outcomes.csv")
    assert table.status == 200
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"] == 'attachment; filename="outcomes-2026-11-24.csv"'
    assert table.text.startswith("group,measure,at,figure,count")
    assert {"saw_outcomes", "exported_outcomes"} <= set(browser.office.trail())


@pytest.mark.parametrize("path", ["/outcomes", "/outcomes.csv"])
def test_the_front_desk_sees_no_outcomes(browser: Browser, path: str) -> None:
    front = browser.sign_in("front_desk")
    assert front.get(path).status == 403
    assert 'href="/outcomes"' not in front.get("/now").text


def test_a_path_that_only_resembles_the_file_leads_nowhere(browser: Browser) -> None:
    assert browser.get("/outcomesxcsv").status == 404
