"""The rows of the in-memory table and their orders: the table's own and one for each sparse index."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from infra.local.attribute_values import Item, Scalar, Value, checked_value, scalar
from infra.local.table_faults import invalid
from infra.local.table_shape import Index, KeyAttribute, TableShape

Key: TypeAlias = tuple[Scalar, Scalar]
Place: TypeAlias = tuple[Scalar, Key]

HASH_KEY_BYTES = 2048
RANGE_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as it is kept, never changed after, with its size in bytes."""

    item: Item
    size: int


class Order:
    """Places by hash value, each list sorted by range value and then by table key."""

    def __init__(self) -> None:
        self._places: dict[Scalar, list[Place]] = {}

    def copy(self) -> "Order":
        """Return one of its own with the same places."""
        other = Order()
        other._places = {hash_value: list(places) for hash_value, places in self._places.items()}
        return other

    def add(self, hash_value: Scalar, place: Place) -> None:
        """Put a place where it belongs."""
        places = self._places.get(hash_value)
        if places is None:
            self._places[hash_value] = [place]
        elif place > places[-1]:
            places.append(place)
        else:
            insort(places, place)

    def drop(self, hash_value: Scalar, place: Place) -> None:
        """Take a place out; its list goes with the last one."""
        places = self._places[hash_value]
        if len(places) == 1:
            del self._places[hash_value]
        else:
            del places[bisect_left(places, place)]

    def of(self, hash_value: Scalar) -> list[Place]:
        """Return the places under a hash value, for reading only."""
        return self._places.get(hash_value, [])


def first_at_least(places: Sequence[Place], bound: Scalar) -> int:
    """Find the first position whose range value is not below the bound."""
    return bisect_left(places, bound, key=itemgetter(0))


def first_above(places: Sequence[Place], bound: Scalar) -> int:
    """Find the first position whose range value is above the bound."""
    return bisect_right(places, bound, key=itemgetter(0))


class Storage:
    """All rows of one table."""

    def __init__(self, shape: TableShape) -> None:
        self.shape = shape
        self.keys = (shape.hash, shape.range)
        self.key_names = shape.key_names
        self.indexes = {index.name: index for index in shape.indexes}
        self.order = Order()
        self.index_orders = {index.name: Order() for index in shape.indexes}
        self._rows: dict[Key, Stored] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def copy(self) -> "Storage":
        """Return one of its own with the same rows, which are shared: no row is ever changed."""
        other = Storage(self.shape)
        other.order = self.order.copy()
        other.index_orders = {name: order.copy() for name, order in self.index_orders.items()}
        other._rows = dict(self._rows)
        return other

    def entries(self) -> list[tuple[Key, Stored]]:
        """List every row with its key, in no order that means anything."""
        return list(self._rows.items())

    def at(self, key: Key) -> Stored | None:
        """Return the row under a key."""
        return self._rows.get(key)

    def key_of(self, item: Mapping[str, Value]) -> Key:
        """Read the key out of an accepted item.

        Raises:
            Rejected: A key attribute is absent, of another type, empty or too long.
        """
        hash_key, range_key = self.keys
        return (
            _key_part(item, hash_key, HASH_KEY_BYTES),
            _key_part(item, range_key, RANGE_KEY_BYTES),
        )

    def key_given(self, key: Mapping[str, Any]) -> Key:
        """Read a ``Key`` argument, which must hold the key attributes and nothing else.

        Raises:
            Rejected: It does not match the table's key.
        """
        if key.keys() != self.key_names:
            raise invalid("The provided key element does not match the schema")
        kept = {name: checked_value(value)[0] for name, value in key.items()}
        for attribute in self.keys:
            if attribute.tag not in kept[attribute.name]:
                raise invalid("The provided key element does not match the schema")
        return self.key_of(kept)

    def refuse_index_types(self, item: Item) -> None:
        """Refuse an item whose index key attribute has another type than the index declares.

        Raises:
            Rejected: It has, or the key would be empty.
        """
        for index in self.indexes.values():
            for attribute in (index.hash, index.range):
                value = item.get(attribute.name)
                if value is None:
                    continue
                if attribute.tag not in value:
                    raise invalid(
                        "One or more parameter values were invalid: Type mismatch for Index Key "
                        f"{attribute.name} Expected: {attribute.tag} Actual: {next(iter(value))} "
                        f"IndexName: {index.name}"
                    )
                if value[attribute.tag] in ("", b""):
                    raise invalid(
                        "One or more parameter values are not valid. A value specified for a secondary "
                        "index key is not supported. The AttributeValue for a key attribute cannot contain "
                        f"an empty value. IndexName: {index.name}, IndexKey: {attribute.name}"
                    )

    def index_place(self, index: Index, item: Item, key: Key) -> tuple[Scalar, Place] | None:
        """Say where an item stands in an index; None while a key attribute is absent."""
        hash_value, range_value = item.get(index.hash.name), item.get(index.range.name)
        if hash_value is None or range_value is None:
            return None
        return scalar(hash_value, index.hash.tag), (scalar(range_value, index.range.tag), key)

    def keep(self, key: Key, before: Stored | None, after: Stored | None) -> None:
        """Put a row in the place of another; None stands for no row."""
        hash_value, range_value = key
        if after is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = after
        if before is None and after is not None:
            self.order.add(hash_value, (range_value, key))
        elif before is not None and after is None:
            self.order.drop(hash_value, (range_value, key))
        for name, index in self.indexes.items():
            if before is not None and after is not None and _same_place(index, before.item, after.item):
                continue
            old = self.index_place(index, before.item, key) if before is not None else None
            new = self.index_place(index, after.item, key) if after is not None else None
            if old is not None:
                self.index_orders[name].drop(*old)
            if new is not None:
                self.index_orders[name].add(*new)


def _same_place(index: Index, before: Item, after: Item) -> bool:
    hash_name, range_name = index.hash.name, index.range.name
    return before.get(hash_name) == after.get(hash_name) and before.get(range_name) == after.get(range_name)


def _key_part(item: Mapping[str, Value], attribute: KeyAttribute, longest: int) -> Scalar:
    value = item.get(attribute.name)
    if value is None:
        raise invalid(
            f"One or more parameter values were invalid: Missing the key {attribute.name} in the item"
        )
    found = scalar(value, attribute.tag)
    if found is None:
        raise invalid(
            "One or more parameter values were invalid: Type mismatch for key "
            f"{attribute.name} expected: {attribute.tag} actual: {next(iter(value))}"
        )
    if found.__class__ is not str and attribute.tag == "N":
        return found
    if not found:
        raise invalid(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            f"contain an empty string value. Key: {attribute.name}"
        )
    # A character takes at most four bytes: most keys need no encoding to be found short enough.
    if len(found) * 4 > longest and len(found if isinstance(found, bytes) else found.encode()) > longest:
        raise invalid(
            f"One or more parameter values were invalid: Size of key {attribute.name} has exceeded the "
            f"maximum size limit of {longest} bytes"
        )
    return found
