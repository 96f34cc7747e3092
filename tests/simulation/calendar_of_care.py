"""The protocols as a nurse reads them from their files, and the wall clock of the patient.

Reads the TOML itself and does its own arithmetic with ``zoneinfo``: nothing of the planner is used.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.domain.clinic import Clinic
from tests.simulation.chart import Visit

Line = Mapping[str, Any]
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@lru_cache(maxsize=1)
def lines() -> Mapping[str, Mapping[str, Line]]:
    """Return the lines of every protocol by the protocol's id and the line's key."""
    folder = files("aftercare.content").joinpath("protocols")
    read = [tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith("toml")]
    return {protocol["id"]: {line["key"]: line for line in protocol["step"]} for protocol in read}


def length(text: str) -> timedelta:
    """Read ``90m``, ``4h`` or ``3d``."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which clocks on the patient's wall show ``at`` on ``day``."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def base_key(key: str) -> str:
    """Return the step behind a touch's key: reminders of a moved visit carry a number."""
    stem, _, tail = key.rpartition("-")
    known = {name for protocol in lines().values() for name in protocol}
    return stem if key not in known and tail.isdigit() else key


def line_of(touch_id: str, visits: Mapping[str, Visit]) -> tuple[str, Line] | None:
    """Return the session and the protocol's line behind a touch, ``None`` for an answer or a welcome."""
    session, _, key = touch_id.partition(".")
    if session not in visits:
        return None
    return session, lines()[visits[session].protocol][base_key(key)]


def belongs(line: Line, number: int) -> bool:
    """Say whether the line is for the session with this number."""
    named = number in line["sessions"] if line.get("sessions") else True
    return named and number >= line.get("from_session", 1) and number not in line.get("not_sessions", ())


def planned_keys(visit: Visit, clinic: Clinic, *, anchors: tuple[str, ...]) -> set[str]:
    """Return the keys of the touches that this visit is owed on these anchors."""
    changed: Mapping[str, Any] = next((v for k, v in clinic.overrides.items() if k == visit.protocol), {})
    return {
        key
        for key, line in lines()[visit.protocol].items()
        if line["anchor"] in anchors
        and belongs(line, visit.number)
        and not (key in changed and changed[key].off)
    }


def too_late_at(line: Line, visit: Visit, zone: ZoneInfo) -> datetime:
    """Return the instant from which this touch is worthless."""
    anchor = visit.left_at if line["anchor"] == "discharge" else visit.starts_at
    assert anchor is not None
    limit = line["too_late"]
    if "after" in limit:
        return anchor + length(limit["after"])
    if "before" in limit:
        return anchor - length(limit["before"])
    return wall(anchor.astimezone(zone).date() + timedelta(days=limit["days"]), limit["at"], zone)


def too_early_until(line: Line, visit: Visit, zone: ZoneInfo) -> datetime | None:
    """Return the instant before which this touch has no business to leave."""
    if line["anchor"] == "moved":
        return None
    anchor = visit.left_at if line["anchor"] == "discharge" else visit.starts_at
    assert anchor is not None
    if "days" in line:
        return wall(anchor.astimezone(zone).date() + timedelta(days=line["days"]), line["at"], zone)
    if "before" in line:
        return anchor - length(line["before"])
    earliest = anchor + length(line["between"][0] if "between" in line else line["after"])
    if "no_earlier" in line:
        day = (anchor + length(line["after"])).astimezone(zone).date()
        earliest = max(earliest, wall(day, line["no_earlier"], zone))
    return earliest
