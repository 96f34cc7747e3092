"""Between plain values and the table's attributes.

boto3's own serializer turns every number into a ``Decimal`` under a context of its own; a claim would
spend as long there as in deciding. We store text, whole numbers, truth, lists, maps and sets of text.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Item = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def item(values: Mapping[str, Any]) -> Item:
    """Return the low-level item; ``None`` and empty containers are left out."""
    return {
        k: attribute(v) for k, v in values.items() if v is not None and v != {} and v != () and v != set()
    }


def attribute(value: Any) -> dict[str, Any]:
    """Return one low-level attribute value.

    Raises:
        TypeError: We store nothing of that type.
    """
    # By exact type: in the order in which they are met, and without the detour of a class pattern.
    kind = value.__class__
    if kind is str:
        return {"S": value}
    if kind is int:
        return {"N": str(value)}
    if kind is dict:
        return {"M": {k: attribute(v) for k, v in value.items()}}
    if kind is list or kind is tuple:
        return {"L": [attribute(v) for v in value]}
    if kind is bool:
        return {"BOOL": value}
    if kind is set or kind is frozenset:
        return {"SS": sorted(value)}
    if isinstance(value, str):
        # A word of ours, such as a reason.
        return {"S": str(value)}
    raise TypeError(f"the table stores no {type(value).__name__}")


def plain(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as plain values; numbers are whole."""
    return {k: _plain(v) for k, v in stored.items()}


def _plain(stored: Mapping[str, Any]) -> Any:
    ((kind, value),) = stored.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "M":
            return {k: _plain(v) for k, v in value.items()}
        case "L":
            return [_plain(v) for v in value]
        case "SS":
            return set(value)
    raise TypeError(f"the table holds no {kind} of ours")


def ms(at: datetime) -> int:
    """Return epoch milliseconds."""
    return round((at - _EPOCH).total_seconds() * 1000)


def instant(epoch_ms: Any) -> datetime:
    """Return the aware UTC instant of epoch milliseconds."""
    return datetime.fromtimestamp(int(epoch_ms) / 1000, UTC)


def maybe_ms(at: datetime | None) -> int | None:
    return None if at is None else ms(at)


def maybe_instant(epoch_ms: Any) -> datetime | None:
    return None if epoch_ms is None else instant(epoch_ms)
