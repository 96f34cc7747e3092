"""Applies an UpdateExpression and a ProjectionExpression to an item.

Rules: Amazon DynamoDB Developer Guide, "Update expressions": every right-hand side sees the item as it
was; list positions mean the old list; SET past a list's end appends.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any

from infra.local.attribute_values import SET_TAGS, Item, Value, copied_value, number
from infra.local.expression_tree import Call, Change, Operand, Path, Ref, Sum
from infra.local.expressions import Values, finder, value_at
from infra.local.table_faults import Rejected, invalid

ARITHMETIC = Context(prec=38)


def updated(item: Item, changes: Sequence[Change], values: Values) -> Item:
    """Return the item after the changes; the old item stays as it is and shares what did not change.

    Raises:
        Rejected: A path that leads nowhere, an absent operand, or an operand of the wrong type.
    """
    after = dict(item)
    removals: list[Path] = []
    for change in changes:
        if change.action == "REMOVE":
            removals.append(change.path)
        elif change.action == "SET" and change.operand is not None:
            _place(after, change.path.parts, _assigned(change.operand, item, values))
        elif change.operand is not None:
            grown = _grown(change, item, values)
            if grown is None:
                removals.append(change.path)
            else:
                _place(after, change.path.parts, grown)
    for path in sorted(removals, key=_removal_order, reverse=True):
        _remove(after, path.parts)
    return after


def _removal_order(path: Path) -> tuple[object, ...]:
    # Names before list elements, and those from the back: the positions mean the list as it was.
    parts = ((isinstance(part, int), part) for part in path.parts)
    return (isinstance(path.parts[-1], str), *parts)


def _assigned(operand: Operand, item: Item, values: Values) -> Value:
    if isinstance(operand, Call) and operand.function == "if_not_exists":
        found = finder(operand.arguments[0])(item, values)
        return found if found is not None else _assigned(operand.arguments[1], item, values)
    if isinstance(operand, Call):
        left, right = (_assigned(argument, item, values) for argument in operand.arguments)
        if "L" not in left or "L" not in right:
            raise _wrong_operand()
        return {"L": left["L"] + right["L"]}
    if isinstance(operand, Sum):
        left, right = _assigned(operand.left, item, values), _assigned(operand.right, item, values)
        return _total(left, right, operand.sign)
    if isinstance(operand, Ref):
        return values[operand.name]
    found = value_at(item, operand.parts)
    if found is None:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    return found


def _total(left: Value, right: Value, sign: str) -> Value:
    if "N" not in left or "N" not in right:
        raise _wrong_operand()
    one, two = number(left["N"])[1], number(right["N"])[1]
    signed = two if sign == "+" else -two
    if isinstance(one, int) and isinstance(two, int):
        return {"N": number(str(one + signed))[0]}
    return {"N": number(str(ARITHMETIC.add(Decimal(one), Decimal(signed))))[0]}


def _wrong_operand() -> Rejected:
    return invalid("An operand in the update expression has an incorrect data type")


def _grown(change: Change, item: Item, values: Values) -> Value | None:
    """Return what ADD or DELETE leaves at its path; None when nothing is left there."""
    before = value_at(item, change.path.parts)
    operand = _assigned(change.operand, item, values) if change.operand is not None else {}
    if "N" in operand and change.action == "ADD":
        return _total(before or {"N": "0"}, operand, "+")
    for tag in SET_TAGS & operand.keys():
        if before is None:
            return operand if change.action == "ADD" else None
        if tag not in before:
            raise _wrong_operand()
        old, new = set(before[tag]), set(operand[tag])
        left = old | new if change.action == "ADD" else old - new
        return {tag: sorted(left)} if left else None
    raise invalid(
        "Invalid UpdateExpression: Incorrect operand type for operator or function; "
        f"operator: {change.action}, operand type: {next(iter(operand), '')}"
    )


def _nowhere() -> Rejected:
    return invalid("The document path provided in the update expression is invalid for update")


def _opened(after: Item, parts: Sequence[str | int]) -> dict[str, Any] | list[Any]:
    """Copy the containers on the way to the last part and return the one that holds it."""
    here: dict[str, Any] | list[Any] = after
    for part in parts[:-1]:
        value = _inside(here, part)
        if value is None:
            raise _nowhere()
        for tag, content in value.items():
            if tag not in ("M", "L"):
                raise _nowhere()
            fresh: dict[str, Any] | list[Any] = dict(content) if tag == "M" else list(content)
            here[part] = {tag: fresh}  # type: ignore[index]
            here = fresh
    return here


def _inside(container: dict[str, Any] | list[Any], part: str | int) -> Value | None:
    if isinstance(part, int):
        return container[part] if isinstance(container, list) and part < len(container) else None
    return container.get(part) if isinstance(container, dict) else None


def _place(after: Item, parts: Sequence[str | int], value: Value) -> None:
    last = parts[-1]
    if len(parts) == 1 and isinstance(last, str):
        after[last] = value
        return
    here = _opened(after, parts)
    if isinstance(last, str) and isinstance(here, dict):
        here[last] = value
    elif isinstance(last, int) and isinstance(here, list):
        here[last : last + 1] = [value]
    else:
        raise _nowhere()


def _remove(after: Item, parts: Sequence[str | int]) -> None:
    last = parts[-1]
    here = _opened(after, parts)
    if isinstance(last, str) and isinstance(here, dict):
        here.pop(last, None)
    elif isinstance(last, int) and isinstance(here, list):
        del here[last : last + 1]
    else:
        raise _nowhere()


def projected(item: Item, paths: Sequence[Path]) -> Item:
    """Return a copy of the parts of an item that the paths name; list elements close up."""
    return {name: copied_value(_kept(item[name], tails)) for name, tails in _tails(item, paths).items()}


def _tails(item: Item, paths: Sequence[Path]) -> dict[str, list[tuple[str | int, ...]]]:
    tails: dict[str, list[tuple[str | int, ...]]] = {}
    for path in paths:
        if value_at(item, path.parts) is not None:
            tails.setdefault(str(path.parts[0]), []).append(path.parts[1:])
    return tails


def _kept(value: Value, tails: Sequence[tuple[str | int, ...]]) -> Value:
    if () in tails:
        return value
    inner: dict[Any, list[tuple[str | int, ...]]] = {}
    for tail in tails:
        inner.setdefault(tail[0], []).append(tail[1:])
    if "M" in value:
        return {"M": {name: _kept(value["M"][name], deeper) for name, deeper in inner.items()}}
    return {"L": [_kept(value["L"][position], inner[position]) for position in sorted(inner)]}
