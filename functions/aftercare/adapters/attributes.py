"""Between plain values and the table's attributes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

Item = dict[str, Any]

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def item(values: Mapping[str, Any]) -> Item:
    """Return the low-level item; ``None`` and empty containers are left out."""
    kept = {k: v for k, v in values.items() if v is not None and v != {} and v != frozenset() and v != ()}
    return {k: _serialize(list(v) if isinstance(v, tuple) else v) for k, v in kept.items()}


def attribute(value: Any) -> Any:
    """Return one low-level attribute value."""
    return _serialize(value)


def plain(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as plain values; numbers are ``Decimal``."""
    return {k: _deserialize(v) for k, v in stored.items()}


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
