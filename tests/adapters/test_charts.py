"""Charts in the table: read as written, in the order of names, and small enough for a whole clinic."""

import base64
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from aftercare.adapters.chart_item import chart_item, folded
from aftercare.adapters.dynamodb_charts import DynamoDbCharts
from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, PatientId
from infra.local.attribute_values import item_bytes
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, COURSE, HUDSON, IV, NOON

OTHER = ClinicId("harbor")
WEEK = timedelta(days=7)
PLAIN = Chart(HUDSON, ADA, "Ada", "en", date(1990, 1, 31))
POINTS = (
    Point(NOON - WEEK, "phq-9", 18, 0, None),
    Point(NOON, "gad-7", None, 2, 0),
    Point(NOON + WEEK, "phq-9", 0, 6, 1),
)
FULL = replace(
    PLAIN,
    language="es",
    reachable=("sms", "email"),
    paused=True,
    closed=True,
    courses=(
        Course(COURSE, IV, 6, NOON, NOON + WEEK, NOON + 2 * WEEK, POINTS),
        replace(Course(COURSE, IV, 0, None, None, None), id="-"),
    ),
    traffic=Traffic(9, 8, 1, 4, 3, 12),
    moods=((NOON, 0), (NOON + WEEK, 10)),
    open_alerts=2,
    open_red=True,
    heard_at=NOON,
    wrote_at=NOON - WEEK,
    taken_on_in=(0, 7),
)


@pytest.fixture
def charts(client: Any) -> DynamoDbCharts:
    return DynamoDbCharts(client, TABLE)


def called(name: str, number: int = 1, clinic: ClinicId = HUDSON) -> Chart:
    return replace(PLAIN, clinic_id=clinic, patient_id=PatientId(f"pat-{number}"), given_name=name)


@pytest.mark.parametrize("chart", [PLAIN, FULL])
def test_a_chart_is_read_as_it_was_written(charts: DynamoDbCharts, chart: Chart) -> None:
    charts.put(chart)
    charts.put(chart)
    assert list(charts.every(HUDSON)) == [chart]
    assert charts.page(HUDSON, limit=9).rows == (chart,)


def test_the_chart_that_says_everything_says_everything() -> None:
    """A field added later must be written down too: here it would have its default."""
    for field in fields(Chart):
        assert getattr(FULL, field.name) != field.default, field.name


def test_patients_stand_in_the_order_of_names_accents_and_case_aside(charts: DynamoDbCharts) -> None:
    written = ["dora", "Ángela", "Ben", "Ana María", "Ana", "Anabel", "ängela", "Zoë"]
    for number, name in enumerate(written):
        charts.put(called(name, number))
    shown = [chart.given_name for chart in charts.page(HUDSON, limit=50).rows]
    assert shown == ["Ana", "Ana María", "Anabel", "Ángela", "ängela", "Ben", "dora", "Zoë"]


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("an", ["Ana", "Anabel", "Ángela"]),
        ("ÁN", ["Ana", "Anabel", "Ángela"]),
        ("ana", ["Ana", "Anabel"]),
        ("", ["Ana", "Anabel", "Ángela", "Ben"]),
        ("  ", ["Ana", "Anabel", "Ángela", "Ben"]),
        ("x", []),
        ("#", []),
        ("\ud800", []),
        ("z" * 5000, []),
    ],
)
def test_a_name_is_found_by_its_beginning(charts: DynamoDbCharts, start: str, found: list[str]) -> None:
    for number, name in enumerate(["Ben", "Anabel", "Ana", "Ángela"]):
        charts.put(called(name, number))
    page = charts.page(HUDSON, limit=50, starting_with=start)
    assert [chart.given_name for chart in page.rows] == found


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_patient_comes_once_though_all_bear_one_name(charts: DynamoDbCharts, size: int) -> None:
    for number in (1, 10, 11, 2, 3, 100, 4):
        charts.put(called("Ada", number))
    seen, after = list[str](), None
    while True:
        page = charts.page(HUDSON, limit=size, after=after, starting_with="a")
        seen, after = seen + [chart.patient_id for chart in page.rows], page.more
        if after is None:
            break
    assert seen == sorted(f"pat-{n}" for n in (1, 10, 11, 2, 3, 100, 4))


def test_a_cursor_names_nobody_and_serves_one_clinic(charts: DynamoDbCharts) -> None:
    for clinic in (HUDSON, OTHER):
        for number, name in enumerate(["Carmen", "Carmela"]):
            charts.put(called(name, number, clinic))
    cursor = charts.page(HUDSON, limit=1).more
    assert cursor is not None
    decoded = base64.urlsafe_b64decode(cursor + "==")
    assert b"carm" not in decoded.lower()
    with pytest.raises(BadInput):
        charts.page(OTHER, limit=1, after=cursor)
    with pytest.raises(BadInput):
        charts.page(HUDSON, limit=1, after=cursor[:-1])


def test_one_clinic_never_sees_the_patients_of_another(charts: DynamoDbCharts) -> None:
    charts.put(called("Ada", clinic=OTHER))
    assert list(charts.every(HUDSON)) == []
    assert charts.page(HUDSON, limit=9).rows == ()


def test_a_patient_who_changes_their_name_stands_in_the_list_once(charts: DynamoDbCharts) -> None:
    charts.put(called("Ada"))
    charts.put(called("Zoë"))
    assert [chart.given_name for chart in charts.page(HUDSON, limit=9).rows] == ["Zoë"]


def test_a_name_of_symbols_is_kept_and_sorted_first() -> None:
    assert folded("!!!") == ""
    assert folded("Ana-Sofía  O'Neil") == "ana-sofia-o-neil"
    assert len(folded("é" * 900)) == 200


def test_five_thousand_busy_charts_fit_three_calls() -> None:
    points = tuple(
        Point(NOON + n * WEEK / 2, code, 12, min(n, 6), n // 2)
        for n in range(9)
        for code in ("phq-9", "gad-7")
    )
    busy = replace(
        FULL,
        patient_id=PatientId("pat-00001234"),
        given_name="Maximiliana",
        courses=(Course(COURSE, IV, 6, NOON, NOON + WEEK, None, points),),
        traffic=Traffic(120, 118, 2, 30, 25, 160),
        moods=tuple((NOON + n * WEEK, 7) for n in range(8)),
        taken_on_in=(),
    )
    assert item_bytes(chart_item(busy)) * 5000 <= 3 * 1024 * 1024
