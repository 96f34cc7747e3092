"""A protocol's calendar as staff read it: what goes out on which day, and what would not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.preview import Calendar, Planned, Visit
from aftercare.domain.protocol import LIBRARY, Anchor, Kind, Protocol
from aftercare.domain.when import spoken_day
from aftercare.web.views.labels import counted
from aftercare.web.views.protocols_view import (
    Review,
    changes_of,
    day_in_year,
    review,
    step_title,
    words_path,
)
from aftercare.web.views.times import clock_time

ICON = {
    Kind.REMINDER: "clock",
    Kind.SAFETY: "consent",
    Kind.CHECK_IN: "message",
    Kind.MEASURE: "form",
    Kind.EDUCATION: "file",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a day. ``path``: to its words. ``changed``: the clinic changed this step."""

    time: str
    title: str
    icon: str
    way: str
    path: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Day:
    """``visits``: ``Session 1, 10:00 am``. ``empty``: nothing happens; kept for the shape of the week."""

    title: str
    visits: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def empty(self) -> bool:
        return not (self.visits or self.entries)


@dataclass(frozen=True, slots=True)
class Week:
    """``days``: seven, Monday first."""

    title: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    day: str
    title: str
    session: int
    why: str


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Attributes:
    said: What the calendar holds, in a sentence.
    left_out: Steps that would not go, with the rule.
    elsewhere: Steps that this calendar cannot show, a sentence each.
    """

    title: str
    path: str
    start: str
    said: str
    weeks: tuple[Week, ...]
    left_out: tuple[LeftOut, ...]
    elsewhere: tuple[str, ...]
    changes: tuple[str, ...]
    sources: tuple[str, ...]
    review: Review


def calendar_view(calendar: Calendar, clinic: Clinic, start: date, today: date) -> CalendarView:
    """Return one protocol's calendar.

    Args:
        calendar: As ``preview_protocol`` returns it.
        clinic: The person's.
        start: The day of the first session.
        today: On the clinic's calendar.
    """
    protocol, goes = calendar.protocol, [one for one in calendar.touches if one.goes]
    shown = {one.step for one in calendar.touches}
    visits = counted(len(calendar.visits), "session")
    last = max((_day_of(one, clinic) for one in goes), default=start)
    return CalendarView(
        title=protocol.title,
        path=f"/protocols/{quote(protocol.id, safe='')}",
        start=start.isoformat(),
        said=f"{visits}, {counted(len(goes), 'message')}, the last on {day_in_year(last)}.",
        weeks=tuple(_weeks(calendar, goes, clinic, start)),
        left_out=tuple(
            LeftOut(spoken_day(_day_of(one, clinic)), one.title, one.session_number, one.why)
            for one in calendar.touches
            if not one.goes
        ),
        elsewhere=tuple(_elsewhere(protocol, shown, clinic)),
        changes=changes_of(protocol, clinic),
        sources=protocol.sources,
        review=review(protocol.review_by, today),
    )


def _elsewhere(protocol: Protocol, shown: Iterable[str], clinic: Clinic) -> Iterable[str]:
    off = {key for key, one in clinic.overrides.get(protocol.id, {}).items() if one.off}
    for step in protocol.steps:
        if step.key in shown:
            continue
        if step.key in off:
            why = "switched off in your clinic file"
        elif step.timing.anchor is Anchor.MOVED:
            why = "only when a visit gets another time"
        else:
            why = "only in courses that go on longer"
        yield f"{step_title(step)}: {why}."


def _weeks(calendar: Calendar, goes: Iterable[Planned], clinic: Clinic, start: date) -> Iterable[Week]:
    visits: dict[date, list[str]] = {}
    for visit in calendar.visits:
        visits.setdefault(_day_of(visit, clinic), []).append(_visit(visit, clinic))
    overrides = clinic.overrides.get(calendar.protocol.id, {})
    entries: dict[date, list[Entry]] = {}
    for one in goes:
        entry = _entry(one, calendar.protocol, clinic, start, changed=one.step in overrides)
        entries.setdefault(_day_of(one, clinic), []).append(entry)
    days = sorted({*visits, *entries, start})
    monday = days[0] - timedelta(days=days[0].weekday())
    while monday <= days[-1]:
        week = [monday + timedelta(days=n) for n in range(7)]
        shown = tuple(Day(spoken_day(d), tuple(visits.get(d, ())), tuple(entries.get(d, ()))) for d in week)
        yield Week(_week_title(monday, start), shown)
        monday += timedelta(days=7)


def _week_title(monday: date, start: date) -> str:
    number = (monday - (start - timedelta(days=start.weekday()))).days // 7 + 1
    named = f"Week {number}" if number > 0 else "Before the first session"
    return f"{named}, from {spoken_day(monday)}"


def _visit(visit: Visit, clinic: Clinic) -> str:
    return f"Session {visit.number}, {clock_time(visit.starts_at, clinic.zone)}"


def _entry(one: Planned, protocol: Protocol, clinic: Clinic, start: date, *, changed: bool) -> Entry:
    title = one.title
    if one.kind is Kind.MEASURE:
        title = step_title(protocol.step(one.step))
    known = "" if one.words_id == LIBRARY else words_path(one.words_id, protocol.id, start.isoformat())
    return Entry(
        time=clock_time(one.at, clinic.zone),
        title=title,
        icon=ICON.get(one.kind, "message"),
        way="text" if one.channel is Channel.SMS else "mail",
        path=known,
        changed=changed,
    )


def _day_of(one: Planned | Visit, clinic: Clinic) -> date:
    at = one.at if isinstance(one, Planned) else one.starts_at
    return at.astimezone(clinic.zone).date()
