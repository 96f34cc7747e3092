"""When a schedule fires next, and how a month of minutes with nothing due is passed over.

A schedule of every minute is the sweep: it looks for what is due. The local cloud sees every change of
the table, so it knows the earliest due instant and fires the sweep only at whole minutes from then on,
for as long as anything stays due, and otherwise once in a while (``idle_tick``), so that what a sweep
does when nothing is due still happens.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.template_reader import TemplateNotSupported

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"minute": _MINUTE, "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# EventBridge's cron: minute, hour, day of month, month, day of week (1 is Sunday), year.
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
_HORIZON_DAYS = 366 * 5


class DueIndex:
    """The earliest instant at which an item of the table is due, kept up to date from its stream.

    Args:
        attribute: The number attribute that holds the due instant, milliseconds since 1970.
        endless: Says of an item that is due whether it only repeats itself, and so keeps no run going.
    """

    def __init__(
        self, attribute: str = "due_at", endless: Callable[[Mapping[str, Any]], bool] = lambda _: False
    ) -> None:
        self._attribute = attribute
        self._is_endless = endless
        self._endless: set[tuple[str, ...]] = set()
        self._due: dict[tuple[str, ...], int] = {}
        self._heap: list[tuple[int, tuple[str, ...]]] = []

    def note(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take in changes of the table, as stream records, oldest first."""
        for record in records:
            change = record["dynamodb"]
            key = tuple(str(value) for part in change["Keys"].values() for value in part.values())
            image = change.get("NewImage", {})
            due = image.get(self._attribute, {}).get("N")
            self._endless.discard(key)
            if due is not None and self._is_endless(image):
                self._endless.add(key)
            if due is None:
                self._due.pop(key, None)
            elif self._due.get(key) != int(due):
                self._due[key] = int(due)
                heapq.heappush(self._heap, (int(due), key))

    def earliest(self, *, endless: bool = True) -> datetime | None:
        """Return the smallest due instant, or None when nothing waits.

        Args:
            endless: Look also when all that waits only repeats itself.
        """
        if not endless and len(self._endless) == len(self._due):
            return None
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return _EPOCH + timedelta(milliseconds=self._heap[0][0]) if self._heap else None


class Timetable:
    """The instants at which one schedule fires.

    Args:
        where: The schedule's name in the template, for errors.
        expression: ``rate(...)`` or ``cron(...)``, in UTC.
        start: No firing before this instant. Rates count from the whole minute at or after it.

    Raises:
        TemplateNotSupported: The expression is of another kind or malformed.
    """

    def __init__(self, where: str, expression: str, start: datetime) -> None:
        kind, _, body = expression.rstrip(")").partition("(")
        if kind not in ("rate", "cron"):
            raise TemplateNotSupported(f"{where}: schedule {expression!r}")
        try:
            self._period = _period(body) if kind == "rate" else None
            self._fields = _cron_fields(body) if kind == "cron" else []
        except (ValueError, KeyError) as fault:
            raise TemplateNotSupported(f"{where}: schedule {expression!r}") from fault
        self._last = whole_minute(start) - (self._period or _MINUTE)

    @property
    def is_sweep(self) -> bool:
        """Whether it fires every minute."""
        return self._period == _MINUTE

    def fired(self, at: datetime) -> None:
        """Remember that it fired."""
        self._last = at

    def next_at(self, now: datetime) -> datetime:
        """Return the next instant at which it fires, skipping nothing."""
        if self._period:
            return max(self._last + self._period, whole_minute(now))
        return self._next_cron(max(self._last + _MINUTE, whole_minute(now)))

    def next_sweep(self, now: datetime, due: datetime | None) -> datetime | None:
        """Return the first firing that finds something due, or None while nothing waits."""
        return None if due is None else max(self.next_at(now), whole_minute(due))

    def next_idle(self, now: datetime, every: timedelta) -> datetime:
        """Return the next firing that is made although nothing may be due."""
        return max(whole_minute(self._last + every), whole_minute(now))

    def _next_cron(self, candidate: datetime) -> datetime:
        minutes, hours, days, months, weekdays, years = self._fields
        day = candidate.replace(hour=0, minute=0)
        for _ in range(_HORIZON_DAYS):
            fits = day.day in days and day.month in months and day.year in years
            if fits and day.isoweekday() % 7 + 1 in weekdays:
                for hour in sorted(hours):
                    for minute in sorted(minutes):
                        found = day.replace(hour=hour, minute=minute)
                        if found >= candidate:
                            return found
            day += timedelta(days=1)
        raise TemplateNotSupported("a cron schedule that never fires")


def whole_minute(instant: datetime) -> datetime:
    """Return the first whole minute at or after ``instant``."""
    floor = instant.replace(second=0, microsecond=0)
    return floor if floor == instant else floor + _MINUTE


def _period(body: str) -> timedelta:
    count, unit = body.split()
    return int(count) * _UNITS[unit.rstrip("s")]


def _cron_fields(body: str) -> list[frozenset[int]]:
    texts = body.split()
    if len(texts) != len(_RANGES):
        raise ValueError("a cron expression has six fields")
    return [_cron_field(text.upper(), span) for text, span in zip(texts, _RANGES, strict=True)]


def _cron_field(text: str, span: tuple[int, int]) -> frozenset[int]:
    """Read one field: ``*``, ``?``, numbers, names, lists, ranges and steps."""
    for names in (_MONTHS, _WEEKDAYS):
        for number, name in enumerate(names, 1):
            text = text.replace(name, str(number))
    chosen: set[int] = set()
    for part in text.split(","):
        reach, _, step = part.partition("/")
        low, high = span
        if reach not in ("*", "?"):
            first, _, last = reach.partition("-")
            low, high = int(first), int(last or (high if step else first))
        chosen.update(range(low, high + 1, int(step or 1)))
    if not chosen <= set(range(span[0], span[1] + 1)):
        raise ValueError(text)
    return frozenset(chosen)
