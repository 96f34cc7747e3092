"""Instants, ages and phone numbers as staff read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aftercare.domain.message import spoken_phone
from aftercare.domain.when import spoken

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# After this nobody counts minutes any more.
_EXACT = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant in every form a page needs.

    Attributes:
        iso: For a machine.
        clock: ``Mon Nov 23, 9:05 am``, on the clinic's clock.
        ago: ``4 min ago``; the page's script keeps counting.
        left: ``in 4:59``, for what is still to come.
    """

    iso: str
    clock: str
    ago: str
    left: str


@dataclass(frozen=True, slots=True)
class Phone:
    dial: str
    shown: str


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> Moment:
    return Moment(at.isoformat(), spoken(at, zone), ago(now - at), left(at - now))


def ago(age: timedelta) -> str:
    """Say how long ago: minutes, then hours and minutes, then hours, then days."""
    if age < _MINUTE:
        return "just now"
    if age < _HOUR:
        return f"{age // _MINUTE} min ago"
    if age < _EXACT:
        return f"{age // _HOUR} h {age % _HOUR // _MINUTE:02d} min ago"
    if age < _DAY:
        return f"{age // _HOUR} h ago"
    days = age // _DAY
    return "1 day ago" if days == 1 else f"{days} days ago"


def left(wait: timedelta) -> str:
    """Say how long from now: ``in 4:59``, ``in 3 h 05 min``, ``in 2 d``; ``now`` when it is due."""
    if wait <= timedelta(0):
        return "now"
    seconds = -(-wait // timedelta(seconds=1))
    if seconds < 3600:
        return f"in {seconds // 60}:{seconds % 60:02d}"
    if wait < _DAY:
        return f"in {seconds // 3600} h {seconds % 3600 // 60:02d} min"
    return f"in {wait // _DAY} d"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """``9:05 am``."""
    return spoken(at, zone).rpartition(", ")[2]


def their_time(now: datetime, patient_zone: str, clinic_zone: ZoneInfo) -> str:
    """``6:05 am PST, their time``: what a patient's clock shows now, marked where it is not the clinic's."""
    zone = ZoneInfo(patient_zone)
    local = now.astimezone(zone)
    shown = clock_time(now, zone)
    if local.utcoffset() == now.astimezone(clinic_zone).utcoffset():
        return f"{shown} there too"
    return f"{shown} {local.tzname()}, their time"


def phone(number: str | None) -> Phone | None:
    return Phone(number, spoken_phone(number)) if number else None
