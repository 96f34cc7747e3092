"""The list of patients: who they are, how they do, and which of them want a look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aftercare.content.load_measures import load_measures
from aftercare.desk_ports import Slice
from aftercare.domain.chart import Chart, Course, Point
from aftercare.domain.clinic import Clinic
from aftercare.domain.when import spoken_day
from aftercare.web.charts import Spark, spark
from aftercare.web.views.labels import language_name
from aftercare.web.views.times import ago

QUIET = timedelta(days=7)
PHQ9 = "phq-9"


@dataclass(frozen=True, slots=True)
class Line:
    """One patient.

    Attributes:
        marks: (look, sign, words) of what stands out.
        score: The latest PHQ-9; empty when there is none.
        change: Against the first one of the course, ``down 6``; ``sign`` is its arrow.
    """

    path: str
    name: str
    language: str
    marks: tuple[tuple[str, str, str], ...]
    spark: Spark | None
    score: str
    change: str
    sign: str
    next_visit: str
    heard: str


@dataclass(frozen=True, slots=True)
class Filter:
    title: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class PatientsView:
    """Attributes:
    read: How many patients this page of the list was chosen from.
    more: Address of the next page; empty at the end.
    clinical: Whether scores may be seen.
    """

    lines: tuple[Line, ...]
    read: int
    search: str
    filters: tuple[Filter, ...]
    only: str
    more: str
    clinical: bool


def _quiet(chart: Chart, now: datetime) -> bool:
    return not chart.closed and (chart.heard_at is None or now - chart.heard_at > QUIET)


def _worse(chart: Chart, now: datetime) -> bool:
    rule = load_measures()[PHQ9].change
    totals = _totals(_latest(chart))
    return bool(totals and rule and rule.worsening is not None and totals[-1] - min(totals) >= rule.worsening)


def _unreachable(chart: Chart, now: datetime) -> bool:
    return not chart.closed and not chart.reachable


def _paused(chart: Chart, now: datetime) -> bool:
    return chart.paused


FILTERS: Mapping[str, tuple[str, Callable[[Chart, datetime], bool]]] = {
    "quiet": ("Not heard for 7 days", _quiet),
    "worse": ("Worse than best", _worse),
    "unreachable": ("No consent or address", _unreachable),
    "paused": ("Paused", _paused),
}


def patients_view(
    found: Slice[Chart], clinic: Clinic, now: datetime, *, search: str, only: str, clinical: bool
) -> PatientsView:
    """Return one page of the list.

    Args:
        found: As ``see_patients`` returns it.
        clinic: Theirs.
        now: Aware instant.
        search: The beginning of a name, as typed.
        only: A key of ``FILTERS``; anything else shows all.
        clinical: Whether scores may be seen.
    """
    only = only if only in FILTERS else ""
    chosen = [chart for chart in found.rows if not only or FILTERS[only][1](chart, now)]
    offered = [(key, title) for key, (title, _) in FILTERS.items() if clinical or key != "worse"]
    return PatientsView(
        lines=tuple(_line(chart, clinic.zone, now) for chart in chosen),
        read=len(found.rows),
        search=search,
        filters=tuple(
            Filter(title, _path(search=search, only=key), key == only)
            for key, title in [("", "All"), *offered]
        ),
        only=only,
        more=_path(search=search, only=only, after=found.more) if found.more else "",
        clinical=clinical,
    )


def _path(**asked: str | None) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"/patients?{urlencode(given)}" if given else "/patients"


def _line(chart: Chart, zone: ZoneInfo, now: datetime) -> Line:
    latest = _latest(chart)
    totals = _totals(latest)
    change, sign = _change(totals)
    visits = [c.next_session_at for c in chart.courses if c.next_session_at is not None]
    return Line(
        path=f"/patients/{chart.patient_id}",
        name=chart.given_name,
        language=language_name(chart.language),
        marks=tuple(_marks(chart)),
        spark=spark(totals[-8:], 27),
        score=str(totals[-1]) if totals else "",
        change=change,
        sign=sign,
        next_visit=spoken_day(min(visits).astimezone(zone).date()) if visits else "",
        heard=ago(now - chart.heard_at) if chart.heard_at is not None else "never",
    )


def _marks(chart: Chart) -> list[tuple[str, str, str]]:
    marks = []
    if chart.open_red:
        marks.append(("red", "alert", "Red alert"))
    elif chart.open_alerts:
        marks.append(("amber", "eye", "Amber alert"))
    if chart.closed:
        marks.append(("off", "cross", "Closed"))
    elif not chart.reachable:
        marks.append(("off", "broken", "No way to write"))
    if chart.paused:
        marks.append(("off", "pause", "Paused"))
    return marks


def _latest(chart: Chart) -> Course | None:
    return chart.courses[-1] if chart.courses else None


def _totals(course: Course | None) -> list[int]:
    points: tuple[Point, ...] = course.points if course is not None else ()
    return [one.total for one in points if one.code == PHQ9 and one.total is not None]


def _change(totals: list[int]) -> tuple[str, str]:
    """Say how the latest total stands against the first: fewer points are better."""
    if len(totals) < 2:
        return "", ""
    by = totals[-1] - totals[0]
    if by == 0:
        return "same", "same"
    return (f"down {-by}", "down") if by < 0 else (f"up {by}", "up")
