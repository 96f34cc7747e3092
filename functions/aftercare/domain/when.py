"""Days and times as staff of a United States clinic read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """``Mon Nov 23, 9:05 am``, on the clock of ``zone``."""
    local = at.astimezone(zone)
    half = "am" if local.hour < 12 else "pm"
    return f"{spoken_day(local.date())}, {local.hour % 12 or 12}:{local.minute:02d} {half}"


def spoken_day(day: date) -> str:
    """``Mon Nov 23``."""
    return f"{_DAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day}"
