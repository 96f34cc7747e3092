"""The shapes that ids, numbers and instants have on every wire. Standard library only."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from aftercare.domain.errors import BadInput

ID_ALLOWED = "1 to 64 characters from A-Z, a-z, 0-9, dot, underscore, colon and hyphen"
ID_PATTERN = r"^[A-Za-z0-9._:-]{1,64}$"
INSTANT_ALLOWED = (
    "an RFC 3339 instant with its offset, as 2026-11-23T09:00:00-05:00, from the year 2000 to 2099"
)
INSTANT_PATTERN = (
    r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INSTANT = re.compile(INSTANT_PATTERN[1:-1])


def is_id(text: object) -> bool:
    """Say whether ``text`` may name something of ours. ``#`` parts keys, so it may not."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def is_e164(text: object) -> bool:
    """Say whether ``text`` is written as E.164 asks. Whether the number exists is not looked at."""
    return isinstance(text, str) and _E164.fullmatch(text) is not None


def read_instant(text: object) -> datetime:
    """Read an RFC 3339 instant and return it in UTC.

    The years are bounded so that counting weeks from any accepted instant stays in the calendar.

    Raises:
        ValueError: It is no such instant, has no offset, or lies outside 2000 to 2099.
    """
    if not isinstance(text, str) or _INSTANT.fullmatch(text) is None:
        raise ValueError(INSTANT_ALLOWED)
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def read_object(text: object, field: str, allowed: str) -> Mapping[str, object]:
    """Read a JSON object from a message body.

    Raises:
        BadInput: It is not JSON, or JSON of another shape.
    """
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(field, text, allowed)
    return found
