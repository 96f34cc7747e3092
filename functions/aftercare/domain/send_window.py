"""A decent hour: wall-clock windows on the patient's own calendar, daylight saving included."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SendWindow:
    """The wall times between which we may write: ``from_`` included, ``until`` not.

    Source: default 09:00 to 20:00, inside 47 CFR 64.1200(c)(1) (8 a.m. to 9 p.m. at the called
    party's location) and the stricter states (Connecticut and Nevada, 9 to 20).
    """

    from_: time = time(9)
    until: time = time(20)


def at_wall(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall time on a calendar day.

    A time that spring skips is moved on by the skipped hour; of a time that autumn doubles the
    first one is taken.
    """
    return datetime.combine(day, wall, zone).astimezone(UTC)


def is_open(at: datetime, window: SendWindow, zone: ZoneInfo) -> bool:
    """Say whether ``at`` is a decent hour in ``zone``."""
    return window.from_ <= at.astimezone(zone).time() < window.until


def first_open(at: datetime, window: SendWindow, zone: ZoneInfo) -> datetime:
    """Return ``at`` itself when it is a decent hour, else the next opening. Never earlier than ``at``."""
    local = at.astimezone(zone)
    if window.from_ <= local.time() < window.until:
        return at
    day = local.date() if local.time() < window.from_ else local.date() + timedelta(days=1)
    return at_wall(day, window.from_, zone)


def closes_at(at: datetime, window: SendWindow, zone: ZoneInfo) -> datetime:
    """Return the instant the window closes on the local day of ``at``."""
    return at_wall(at.astimezone(zone).date(), window.until, zone)
