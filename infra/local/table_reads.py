"""Answers the reads of the in-memory table: one item, several items, a query."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.attribute_values import Item, Scalar, Value, checked_value, copied, item_bytes, scalar
from infra.local.expression_tree import Call, Combine, Compare, Condition, Path, Ref
from infra.local.expressions import Statement, Values, statement, tester
from infra.local.table_faults import invalid, malformed
from infra.local.table_shape import Index, KeyAttribute
from infra.local.table_storage import (
    Order,
    Place,
    Storage,
    Stored,
    first_above,
    first_at_least,
)
from infra.local.update_expressions import projected

PAGE_BYTES = 1024 * 1024
LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Found:
    """What a read answers, with the bytes it went through, filtered items included."""

    answer: dict[str, Any]
    read_bytes: tuple[int, ...]


def shown(item: Item, projection: tuple[Path, ...] | None) -> Item:
    """Copy an item for the caller, whole or in part."""
    return copied(item) if projection is None else projected(item, projection)


def get(storage: Storage, request: Mapping[str, Any]) -> Found:
    """Answer a GetItem.

    Raises:
        Rejected: The request can never succeed as it stands.
    """
    said, _ = statement(request)
    stored = storage.at(storage.key_given(request["Key"]))
    if stored is None:
        return Found({}, (0,))
    return Found({"Item": shown(stored.item, said.projection)}, (stored.size,))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a query reads, the table or an index, and what it says of it."""

    storage: Storage
    said: Statement
    values: Values
    hash: KeyAttribute
    range: KeyAttribute
    order: Order
    index: Index | None
    names: frozenset[str] | None


def _asked(storage: Storage, request: Mapping[str, Any]) -> _Asked:
    said, values = statement(request)
    name = request.get("IndexName")
    if name is None:
        return _Asked(storage, said, values, *storage.keys, storage.order, None, None)
    index = storage.indexes.get(name)
    if index is None:
        raise invalid(f"The table does not have the specified index: {name}")
    if request.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    names = storage.shape.index_names(index)
    return _Asked(storage, said, values, index.hash, index.range, storage.index_orders[name], index, names)


def query(storage: Storage, request: Mapping[str, Any]) -> Found:
    """Answer a Query on the table or an index.

    Raises:
        Rejected: The request can never succeed as it stands.
    """
    asked = _asked(storage, request)
    _refuse_selection(asked, request)
    hash_value, on_range = _key_range(asked)
    places = asked.order.of(hash_value)
    low, high = _slice(places, on_range, asked.range.tag)
    forward = request.get("ScanIndexForward", True)
    start = request.get("ExclusiveStartKey")
    if start is not None:
        place = _after(asked, start)
        if forward:
            low = max(low, bisect_right(places, place))
        else:
            high = min(high, bisect_left(places, place))
    limit = request.get("Limit", len(places) or 1)
    if limit < 1:
        raise malformed(f"Invalid value for parameter Limit, value: {limit}, valid min value: 1")
    positions = (
        range(low, min(high, low + limit)) if forward else range(high - 1, max(low, high - limit) - 1, -1)
    )
    return _page(asked, [places[position] for position in positions], request)


def _page(asked: _Asked, places: Sequence[Place], request: Mapping[str, Any]) -> Found:
    said = asked.said
    items: list[Item] = []
    scanned = size = 0
    for _, key in places:
        stored = asked.storage.at(key)
        if stored is None or size > PAGE_BYTES:
            break
        item, item_size = _projection(asked, stored)
        scanned += 1
        size += item_size
        if said.filter is None or said.filter(item, asked.values):
            items.append(item)
    answer: dict[str, Any] = {"Count": len(items), "ScannedCount": scanned}
    if request.get("Select") != "COUNT":
        answer["Items"] = [shown(item, said.projection) for item in items]
    if scanned and (scanned < len(places) or scanned == request.get("Limit")):
        answer["LastEvaluatedKey"] = _position(asked, places[scanned - 1])
    return Found(answer, (size,))


def _projection(asked: _Asked, stored: Stored) -> tuple[Item, int]:
    if asked.names is None:
        return stored.item, stored.size
    item = {name: value for name, value in stored.item.items() if name in asked.names}
    return item, item_bytes(item)


def _position_names(asked: _Asked) -> set[str]:
    return {*asked.storage.key_names, asked.hash.name, asked.range.name}


def _position(asked: _Asked, place: Place) -> Item:
    stored = asked.storage.at(place[1])
    names = _position_names(asked)
    return copied({name: value for name, value in stored.item.items() if name in names}) if stored else {}


def _after(asked: _Asked, start: Mapping[str, Any]) -> Place:
    """Read ExclusiveStartKey; it must be whole and inside what the query asks for."""
    if start.keys() != _position_names(asked):
        raise invalid("The provided starting key is invalid")
    item = {name: checked_value(value)[0] for name, value in start.items()}
    for attribute in (*asked.storage.keys, asked.hash, asked.range):
        if attribute.tag not in item[attribute.name]:
            raise invalid("The provided starting key is invalid")
    if asked.said.key_condition is None or not tester(asked.said.key_condition)(item, asked.values):
        raise invalid("The provided starting key is outside query boundaries based on provided conditions")
    return scalar(item[asked.range.name], asked.range.tag), asked.storage.key_of(item)


def _refuse_selection(asked: _Asked, request: Mapping[str, Any]) -> None:
    said = asked.said
    select = request.get("Select")
    if said.projection is not None and select not in (None, "SPECIFIC_ATTRIBUTES"):
        raise invalid(f"Cannot specify the ProjectionExpression when choosing to get {select}")
    if said.projection is None and select == "SPECIFIC_ATTRIBUTES":
        raise invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing SPECIFIC_ATTRIBUTES"
        )
    for key in (asked.hash.name, asked.range.name):
        if key in said.filtered_names:
            raise invalid(
                f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {key}"
            )
    if asked.names is None or asked.index is None:
        return
    wanted = {str(path.parts[0]) for path in said.projection or ()}
    if select == "ALL_ATTRIBUTES" or not wanted <= asked.names:
        raise invalid(
            "One or more parameter values were invalid: Global secondary index "
            f"{asked.index.name} does not project {sorted(wanted - asked.names)}"
        )


@dataclass(frozen=True, slots=True)
class _KeyTerm:
    """One comparison of a key condition."""

    name: str
    operator: str
    bounds: tuple[Value, ...]


def _key_terms(node: Condition, values: Values) -> list[_KeyTerm]:
    if isinstance(node, Combine) and node.operator == "AND":
        return [term for part in node.terms for term in _key_terms(part, values)]
    if isinstance(node, Compare) and node.operator not in ("<>", "IN"):
        operator, path, others = node.operator, node.left, node.right
    elif isinstance(node, Call) and node.function == "begins_with":
        operator, path, others = node.function, node.arguments[0], node.arguments[1:]
    else:
        operator = node.function if isinstance(node, Call) else node.operator
        raise invalid(f"Invalid operator used in KeyConditionExpression: {operator}")
    bounds = tuple(values[other.name] for other in others if isinstance(other, Ref))
    if not isinstance(path, Path) or len(path.parts) > 1 or len(bounds) != len(others):
        raise invalid("Invalid KeyConditionExpression: a key attribute must be compared with a value")
    return [_KeyTerm(str(path.parts[0]), operator, bounds)]


def _key_range(asked: _Asked) -> tuple[Scalar, _KeyTerm | None]:
    """Split a key condition into the hash value and what it says of the range key."""
    if asked.said.key_condition is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified")
    listed = _key_terms(asked.said.key_condition, asked.values)
    terms = {term.name: term for term in listed}
    if len(terms) < len(listed):
        raise invalid("KeyConditionExpressions must only contain one condition per key")
    on_hash = terms.pop(asked.hash.name, None)
    on_range = terms.pop(asked.range.name, None)
    if on_hash is None:
        raise invalid(f"Query condition missed key schema element: {asked.hash.name}")
    if on_hash.operator != "=" or terms:
        raise invalid("Query key condition not supported")
    pairs = [(on_hash, asked.hash.tag), (on_range, asked.range.tag)]
    for term, tag in pairs:
        if term is not None and any(tag not in bound for bound in term.bounds):
            raise invalid(
                "One or more parameter values were invalid: "
                "Condition parameter type does not match schema type"
            )
    return scalar(on_hash.bounds[0], asked.hash.tag), on_range


def _slice(places: Sequence[Place], term: _KeyTerm | None, tag: str) -> tuple[int, int]:
    """Find the first and the last but one position that the range key condition leaves."""
    if term is None:
        return 0, len(places)
    low = scalar(term.bounds[0], tag)
    if term.operator == "begins_with":
        return first_at_least(places, low), _end_of_prefix(places, low)
    starts = {"=": first_at_least, ">=": first_at_least, "BETWEEN": first_at_least, ">": first_above}
    ends = {"=": first_above, "<=": first_above, "BETWEEN": first_above, "<": first_at_least}
    start, end = starts.get(term.operator), ends.get(term.operator)
    high = scalar(term.bounds[-1], tag)
    return start(places, low) if start else 0, end(places, high) if end else len(places)


def _end_of_prefix(places: Sequence[Place], prefix: Scalar) -> int:
    if isinstance(prefix, bytes):
        stripped = prefix.rstrip(b"\xff")
        return first_at_least(places, stripped[:-1] + bytes([stripped[-1] + 1])) if stripped else len(places)
    text = prefix.rstrip(chr(LAST_CODE_POINT))
    return first_at_least(places, text[:-1] + chr(ord(text[-1]) + 1)) if text else len(places)
