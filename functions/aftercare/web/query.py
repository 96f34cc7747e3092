"""What stands behind the question mark of an address."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from aftercare.domain.errors import BadInput
from aftercare.web.request import Request

_FIELDS_MAX = 50


def query_of(request: Request) -> Mapping[str, str]:
    """Return the named values, the last one of a name.

    Raises:
        BadInput: There are more than any page of ours has.
    """
    try:
        return dict(parse_qsl(request.query, keep_blank_values=True, max_num_fields=_FIELDS_MAX))
    except ValueError:
        raise BadInput("query", None, f"at most {_FIELDS_MAX} values") from None


def instant(text: str, name: str) -> datetime:
    """Read an instant that a page of ours put into an address.

    Raises:
        BadInput: It is none.
    """
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(name, None, "a date and time with an offset") from None


def whole(text: str, name: str) -> int:
    """Read a small whole number.

    Raises:
        BadInput: It is none.
    """
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 6):
        raise BadInput(name, None, "a whole number")
    return int(text)
