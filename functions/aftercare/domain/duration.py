"""Lengths of time as people write them in a clinic file or a protocol: ``90m``, ``4h``, ``3d``."""

import re
from datetime import timedelta

from aftercare.domain.errors import BadInput

ALLOWED = "a whole number and a unit, as 90m, 4h or 3d, at most 366 days"
PATTERN = r"^[0-9]{1,6}[mhd]$"
LONGEST = timedelta(days=366)

_SHAPE = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_duration(text: object, field: str = "duration") -> timedelta:
    """Read ``90m``, ``4h`` or ``3d``.

    Args:
        text: What stands in the file.
        field: Where it stands, for the error.

    Raises:
        BadInput: It is no such length, or longer than 366 days.
    """
    found = _SHAPE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadInput(field, text, ALLOWED)
    length = int(found[1]) * _UNITS[found[2]]
    if length > LONGEST:
        raise BadInput(field, text, ALLOWED)
    return length


def duration_text(length: timedelta) -> str:
    """Write a length in its largest whole unit: 48 hours are ``2d``, 90 minutes ``90m``.

    Raises:
        ValueError: It is negative or no whole number of minutes.
    """
    for unit in ("d", "h", "m"):
        if length >= timedelta(0) and not length % _UNITS[unit]:
            return f"{length // _UNITS[unit]}{unit}"
    raise ValueError(f"{length!r} is no whole number of minutes")
