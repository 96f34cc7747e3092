"""A page of a list that is at hand as a whole, and the cursor that goes on behind it."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from aftercare.domain.errors import BadInput

One = TypeVar("One")
_CHECK = 6


def part_of(
    rows: Sequence[One], name: Callable[[One], str], *, whose: str, after: str | None, limit: int
) -> tuple[Sequence[One], str | None]:
    """Return one page, and the cursor of its last row; ``None`` at the end.

    Args:
        rows: The whole list.
        name: Names a row within it, the same at every request.
        whose: Of what and whom the list is: another list's cursor is refused.
        after: The cursor of the page before.
        limit: Rows.

    Raises:
        BadInput: ``after`` is no cursor of this list, or its row is gone.
    """
    start = 0
    if after is not None:
        named = _read(after, whose)
        start = next((n for n, row in enumerate(rows, 1) if _digest(name(row)) == named), 0)
        if not start:
            raise _wrong()
    shown = rows[start : start + limit]
    more = start + limit < len(rows)
    return shown, _cursor(_digest(name(shown[-1])), whose) if more else None


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:12]


def _cursor(named: bytes, whose: str) -> str:
    return base64.urlsafe_b64encode(_check(named, whose) + named).rstrip(b"=").decode()


def _check(named: bytes, whose: str) -> bytes:
    return hashlib.sha256(whose.encode() + b"\n" + named).digest()[:_CHECK]


def _read(cursor: str, whose: str) -> bytes:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _wrong() from None
    named = raw[_CHECK:]
    if _cursor(named, whose) != cursor:
        raise _wrong()
    return named


def _wrong() -> BadInput:
    return BadInput("after", None, "the `next` of the page before")
