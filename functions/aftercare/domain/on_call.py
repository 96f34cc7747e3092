"""Who is called, and by when: the clinic's rota and its hours, on the clinic's own clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aftercare.domain.clinic import Clinic, OnCall
from aftercare.domain.send_window import at_wall

_DAY_MINUTES = 24 * 60


def named(place: int, rota: Sequence[OnCall]) -> str:
    """``Dora (nurse)``: who stands at a place of the rota today; who left it is named by the place."""
    if not 0 <= place < len(rota):
        return f"person {place + 1} of the rota"
    return f"{rota[place].name} ({rota[place].role})"


def on_duty(rota: Sequence[OnCall], at: datetime, zone: ZoneInfo) -> tuple[OnCall, ...]:
    """Return who is on call at an instant, in the rota's order. A range may run over midnight."""
    wall = at.astimezone(zone).time()
    return tuple(person for person in rota if _covers(person, wall))


def _covers(person: OnCall, wall: time) -> bool:
    since, until = person.from_ or time(0), person.until or time(0)
    if since == until:
        return True
    return since <= wall < until if since < until else wall >= since or wall < until


def gap_in(rota: Sequence[OnCall]) -> time | None:
    """Return the first minute of the day at which nobody is on call, or ``None``."""
    for minute in range(_DAY_MINUTES):
        wall = time(minute // 60, minute % 60)
        if not any(_covers(person, wall) for person in rota):
            return wall
    return None


def people_for(rung: int, clinic: Clinic, at: datetime, *, urgent: bool, last: bool) -> tuple[OnCall, ...]:
    """Return the people of one rung of the ladder. Somebody is always called while there is anybody.

    Args:
        rung: Counts from 0.
        clinic: Its rota.
        at: Aware instant.
        urgent: A red alert; an amber one goes to one person, each time to the next on duty.
        last: Nobody is left to call after these.

    Source: clinical-regulatory section 4.3. First on duty; the backup; a second backup and whoever
    leads; everybody on duty; at the last step everybody on the list, the owner too.
    """
    duty = on_duty(clinic.on_call, at, ZoneInfo(clinic.time_zone)) or clinic.on_call
    if not urgent:
        return duty[rung % len(duty) :][:1] if duty else ()
    if rung == 0:
        return duty[:1]
    if last:
        return clinic.on_call
    match rung:
        case 1:
            return duty[1:2] or duty[:1]
        case 2:
            leads = tuple(p for p in clinic.on_call if "lead" in p.role.casefold())
            chosen = (*(duty[2:3] or duty[:1]), *leads)
            return tuple(dict.fromkeys(chosen))
        case _:
            return duty


def is_open(clinic: Clinic, at: datetime) -> bool:
    """Say whether the clinic is open. Opening hours hold for every day: the file knows no weekdays."""
    wall = at.astimezone(ZoneInfo(clinic.time_zone)).time()
    return clinic.opens <= wall < clinic.closes


def next_opening(clinic: Clinic, at: datetime) -> datetime:
    """Return when the clinic next opens its doors, strictly after ``at``."""
    zone = ZoneInfo(clinic.time_zone)
    day = at.astimezone(zone).date()
    today = at_wall(day, clinic.opens, zone)
    return today if today > at else at_wall(day + timedelta(days=1), clinic.opens, zone)


def in_open_hours(since: datetime, allowed: timedelta, clinic: Clinic) -> datetime:
    """Return the instant by which ``allowed`` of opening time has passed since ``since``."""
    zone = ZoneInfo(clinic.time_zone)
    at, left = since.astimezone(UTC), allowed
    for _ in range(8):
        if not is_open(clinic, at):
            at = next_opening(clinic, at)
        closes = at_wall(at.astimezone(zone).date(), clinic.closes, zone)
        if at + left <= closes:
            return at + left
        left -= closes - at
        at = closes
    return at
