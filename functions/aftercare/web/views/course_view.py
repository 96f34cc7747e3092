"""How one patient does: each measure as a drawing with its numbers, and item 9 apart from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.content.load_measures import load_measures
from aftercare.domain.course_change import CourseChange, Reliable, course
from aftercare.domain.followup import Session, Status
from aftercare.domain.history import History
from aftercare.domain.ids import CourseId
from aftercare.domain.records import Measure
from aftercare.domain.scale import NumberItem, Scale
from aftercare.domain.score import band_of
from aftercare.domain.titles import MEASURES
from aftercare.domain.when import spoken_day
from aftercare.web.charts import Drawing, Range, Value, drawing

MOOD_HIGHEST = 10
DRAWN = ("phq-9", "gad-7", "mood")


@dataclass(frozen=True, slots=True)
class Row:
    day: str
    total: str
    band: str
    change: str


@dataclass(frozen=True, slots=True)
class ShownCourse:
    """One measure over time. ``finding``: what it says, in a sentence; the picture's own description."""

    code: str
    title: str
    finding: str
    drawing: Drawing
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ItemNine:
    """One answer to item 9, the question about thoughts of death or self-harm. ``above``: above 0."""

    day: str
    answer: str
    above: bool


def courses_of(history: History, zone: ZoneInfo) -> tuple[ShownCourse, ...]:
    """Return a drawing for each measure that has a total at all.

    Args:
        history: All that is kept about the patient.
        zone: The clinic's, for days.
    """
    sessions = list(history.followup.sessions.values())
    marks = sorted(
        (at, f"Session {one.number}, {_day(at, zone)}")
        for one in sessions
        if one.status is Status.COMPLETED and (at := one.starts_at or one.ended_at) is not None
    )
    shown = (_course(code, history, sessions, marks, zone) for code in DRAWN)
    return tuple(one for one in shown if one is not None)


def item_nine(history: History, zone: ZoneInfo) -> tuple[ItemNine, ...]:
    """Return every answer to item 9 of the PHQ-9, the latest first."""
    watched = load_measures()["phq-9"].watched
    if watched is None:
        return ()
    answered = [one for one in history.measures if one.code == "phq-9"]
    return tuple(_nine(one, watched, zone) for one in sorted(answered, key=lambda m: m.at, reverse=True))


def _nine(one: Measure, item: NumberItem, zone: ZoneInfo) -> ItemNine:
    value = one.answers.get(item.id)
    if not item.accepts(value):
        return ItemNine(_day(one.at, zone), "left blank", above=False)
    words = item.choices[value].texts["en"]
    return ItemNine(_day(one.at, zone), f"{value}, {words.lower()}", above=value > 0)


def _course(
    code: str,
    history: History,
    sessions: Sequence[Session],
    marks: Sequence[tuple[datetime, str]],
    zone: ZoneInfo,
) -> ShownCourse | None:
    taken = sorted((m for m in history.measures if m.code == code and m.total is not None), key=_when)
    if not taken:
        return None
    scale, title = load_measures()[code], MEASURES.get(code, code)
    highest = MOOD_HIGHEST if code == "mood" else max(band.highest for band in scale.bands)
    change = course(scale, taken, sessions, remembered=_begun(history)) if scale.change else None
    baseline = change.baseline.total if change is not None and change.baseline is not None else None
    values = [Value(one.at, one.total or 0, _label(one, title, scale, zone), one.prorated) for one in taken]
    return ShownCourse(
        code=code,
        title=title,
        finding=_finding(taken, scale, change),
        drawing=drawing(
            values,
            highest,
            [Range(band.name, band.lowest, band.highest) for band in scale.bands],
            marks,
            day=lambda at: _day(at, zone).partition(" ")[2],
            baseline=baseline,
            small=code != DRAWN[0],
            goal=scale.change.remission_below if scale.change is not None else None,
        ),
        rows=tuple(reversed([_row(one, taken, scale, zone) for one in taken])),
    )


def _begun(history: History) -> dict[CourseId, datetime]:
    """Return when each course began, the chart's word for sessions that the follow-up has forgotten."""
    courses = history.chart.courses if history.chart is not None else ()
    return {one.id: one.began_at for one in courses if one.began_at is not None}


def _finding(taken: Sequence[Measure], scale: Scale, change: CourseChange | None) -> str:
    """Say where it stands: ``9, mild. Down 11 from 20 before treatment: response.``"""
    last = taken[-1]
    band = band_of(scale, last.total or 0)
    said = f"{last.total}{f', {band.name}' if band else ''}."
    if change is None or change.drop is None or change.baseline is None:
        return said
    drop = change.drop
    by = f"Down {drop} from" if drop > 0 else f"Up {-drop} from" if drop < 0 else "The same as"
    marks = []
    if change.remission:
        marks.append("remission")
    elif change.response:
        marks.append("response")
    elif change.reliable is Reliable.WORSE:
        marks.append("worse, beyond chance")
    if change.worsened:
        marks.append(f"{change.latest.total - change.best.total} above the best")
    tail = f": {', '.join(marks)}" if marks else ""
    return f"{said} {by} {change.baseline.total} before treatment{tail}."


def _row(one: Measure, taken: Sequence[Measure], scale: Scale, zone: ZoneInfo) -> Row:
    place = taken.index(one)
    by = (one.total or 0) - (taken[place - 1].total or 0) if place else 0
    band = band_of(scale, one.total or 0)
    guess = ", a blank made up for" if one.prorated else ""
    return Row(
        day=_day(one.at, zone),
        total=f"{one.total}{guess}",
        band=band.name if band else "",
        change="" if place == 0 else "0" if by == 0 else f"{by:+d}".replace("-", "\N{MINUS SIGN}"),
    )


def _label(one: Measure, title: str, scale: Scale, zone: ZoneInfo) -> str:
    band = band_of(scale, one.total or 0)
    return f"{title} {one.total}{f', {band.name}' if band else ''}, {_day(one.at, zone)}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return spoken_day(at.astimezone(zone).date())


def _when(one: Measure) -> datetime:
    return one.at
