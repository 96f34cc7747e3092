"""Plans the effect of one write on the in-memory table, without making it.

Planned first and kept after: a transaction plans all of its writes before it keeps any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.attribute_values import (
    DEEPEST,
    ITEM_BYTES,
    Item,
    Value,
    checked_item,
    copied,
    depth_of,
    text_bytes,
    value_bytes,
)
from infra.local.expression_tree import Path
from infra.local.expressions import Statement, Values, statement, value_at
from infra.local.table_faults import Rejected, condition_failed, invalid
from infra.local.table_storage import Key, Storage, Stored
from infra.local.update_expressions import projected, updated


@dataclass(frozen=True, slots=True)
class Write:
    """One planned write: the row under a key before and after it, None for no row.

    Attributes:
        refusal: Why it must not be made; ``after`` is then ``before``.
        changed: Paths an update touches.
    """

    key: Key
    before: Stored | None
    after: Stored | None
    refusal: Rejected | None = None
    changed: tuple[Path, ...] = ()


def planned_put(storage: Storage, request: Mapping[str, Any]) -> Write:
    """Plan a PutItem.

    Raises:
        Rejected: The request can never succeed as it stands.
    """
    said, values = statement(request)
    item, size = checked_item(request["Item"])
    key = storage.key_of(item)
    storage.refuse_index_types(item)
    before = storage.at(key)
    refusal = _refusal(said, values, before, request)
    return Write(key, before, before if refusal else Stored(item, size), refusal)


def planned_delete(storage: Storage, request: Mapping[str, Any]) -> Write:
    """Plan a DeleteItem.

    Raises:
        Rejected: The request can never succeed as it stands.
    """
    said, values = statement(request)
    key = storage.key_given(request["Key"])
    before = storage.at(key)
    refusal = _refusal(said, values, before, request)
    return Write(key, before, before if refusal else None, refusal)


def planned_check(storage: Storage, request: Mapping[str, Any]) -> Write:
    """Plan a transaction's ConditionCheck, which changes nothing.

    Raises:
        Rejected: The request can never succeed as it stands.
    """
    said, values = statement(request)
    key = storage.key_given(request["Key"])
    before = storage.at(key)
    return Write(key, before, before, _refusal(said, values, before, request))


def planned_update(storage: Storage, request: Mapping[str, Any]) -> Write:
    """Plan an UpdateItem, which makes the item when there is none.

    Raises:
        Rejected: The request can never succeed as it stands, or not on this item.
    """
    said, values = statement(request)
    key = storage.key_given(request["Key"])
    changes = said.changes or ()
    for change in changes:
        if change.path.parts[0] in storage.key_names:
            raise invalid(
                "One or more parameter values were invalid: Cannot update attribute "
                f"{change.path.parts[0]}. This attribute is part of the key"
            )
    before = storage.at(key)
    paths = tuple(change.path for change in changes)
    refusal = _refusal(said, values, before, request)
    if refusal:
        return Write(key, before, before, refusal, paths)
    if before is None:
        fresh, size = checked_item(request["Key"])
        start = Stored(fresh, size)
    else:
        start = before
    item = updated(start.item, changes, values)
    size = start.size + _growth(start.item, item, paths)
    if size > ITEM_BYTES:
        raise invalid("Item size to update has exceeded the maximum allowed size")
    storage.refuse_index_types(item)
    return Write(key, before, Stored(item, size), None, paths)


def _growth(before: Item, after: Item, paths: tuple[Path, ...]) -> int:
    """Measure by how many bytes the changed paths grew an item: all of it would cost a walk at each claim."""
    # An element that comes or goes moves its neighbours: what holds a list is measured whole.
    whole = {path.parts[:1] for path in paths if any(isinstance(part, int) for part in path.parts)}
    measured = whole | {path.parts for path in paths if path.parts[:1] not in whole}
    growth = 0
    for parts in measured:
        new = value_at(after, parts)
        growth += _weight(parts, new) - _weight(parts, value_at(before, parts))
        if new is not None and depth_of(new) + len(parts) - 1 > DEEPEST:
            raise invalid("Nesting Levels have exceeded supported limits: attributes nest at most 32 levels")
    return growth


def _weight(parts: tuple[str | int, ...], value: Value | None) -> int:
    if value is None:
        return 0
    return text_bytes(str(parts[-1])) + value_bytes(value) + (1 if len(parts) > 1 else 0)


def _refusal(
    said: Statement, values: Values, before: Stored | None, request: Mapping[str, Any]
) -> Rejected | None:
    if said.condition is None or said.condition(before.item if before else {}, values):
        return None
    wants_old = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return condition_failed(copied(before.item) if wants_old and before else None)


def returned(write: Write, wanted: str) -> Item:
    """Return what ``ReturnValues`` asks for; empty when there is nothing to give."""
    stored = write.before if wanted.endswith("_OLD") else write.after
    if wanted == "NONE" or stored is None:
        return {}
    return copied(stored.item) if wanted.startswith("ALL") else projected(stored.item, write.changed)
