"""Compiles the expressions of one request to closures, once for each distinct text.

A ``Statement`` holds everything a request's expressions say; the values come later, with each call.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from infra.local.attribute_values import (
    SET_TAGS,
    Item,
    Value,
    checked_value,
    same_type_pair,
)
from infra.local.expression_checks import value_checks
from infra.local.expression_syntax import Parser
from infra.local.expression_tree import (
    Call,
    Change,
    Combine,
    Compare,
    Condition,
    Operand,
    Path,
    Ref,
    refuse_overlap,
)
from infra.local.table_faults import invalid

Values: TypeAlias = Mapping[str, Value]
Test: TypeAlias = Callable[[Item, Values], bool]
Finder: TypeAlias = Callable[[Item, Values], Value | None]

KINDS = (
    "UpdateExpression",
    "ConditionExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """The compiled expressions of a request; what was not given is None or empty."""

    changes: tuple[Change, ...] | None
    condition: Test | None
    key_condition: Condition | None
    filter: Test | None
    filtered_names: frozenset[str]
    projection: tuple[Path, ...] | None
    checks: tuple[Callable[[Values], None], ...]
    used_values: frozenset[str]


NOTHING = Statement(None, None, None, None, frozenset(), None, (), frozenset())
NO_VALUES: dict[str, Value] = {}


def statement(request: Mapping[str, Any]) -> tuple[Statement, Values]:
    """Compile what a request says and check the values it brings.

    Returns:
        The statement, and ExpressionAttributeValues as DynamoDB would keep them.

    Raises:
        Rejected: A syntax error, a reserved word, an unknown or unused name or value.
    """
    texts = tuple(map(request.get, KINDS))
    names = request.get("ExpressionAttributeNames")
    given = request.get("ExpressionAttributeValues")
    if texts == (None, None, None, None, None):
        if names is not None or given is not None:
            raise invalid("ExpressionAttributeNames and Values can only be specified when using expressions")
        return NOTHING, NO_VALUES
    if names is not None and not names:
        raise invalid("ExpressionAttributeNames must not be empty")
    if given is not None and not given:
        raise invalid("ExpressionAttributeValues must not be empty")
    found = compiled(texts, tuple(names.items()) if names else ())
    values = {name: checked_value(value)[0] for name, value in given.items()} if given else NO_VALUES
    if values.keys() != found.used_values:
        raise _mismatch(found.used_values, values)
    for check in found.checks:
        check(values)
    return found, values


def _mismatch(used: frozenset[str], values: Values) -> Exception:
    missing = sorted(used - values.keys())
    if missing:
        return invalid(
            "Invalid expression: An expression attribute value used in expression is not defined; "
            f"attribute value: {missing[0]}"
        )
    unused = ", ".join(sorted(values.keys() - used))
    return invalid(f"Value provided in ExpressionAttributeValues unused in expressions: keys: {{{unused}}}")


@lru_cache(maxsize=4096)
def compiled(texts: tuple[str | None, ...], names: tuple[tuple[str, str], ...]) -> Statement:
    """Compile the five expressions of a request, in the order of ``KINDS``.

    Raises:
        Rejected: A syntax error, a reserved word, an unknown or unused #name.
    """
    lookup = dict(names)
    parsers = {
        kind: Parser(kind, text, lookup) for kind, text in zip(KINDS, texts, strict=True) if text is not None
    }
    read = {kind: _read(parser) for kind, parser in parsers.items()}
    unused = sorted(lookup.keys() - {name for parser in parsers.values() for name in parser.used_names})
    if unused:
        raise invalid(
            f"Value provided in ExpressionAttributeNames unused in expressions: keys: {{{', '.join(unused)}}}"
        )
    condition, filtering = read.get("ConditionExpression"), read.get("FilterExpression")
    on_key = read.get("KeyConditionExpression")
    return Statement(
        changes=read.get("UpdateExpression"),
        condition=tester(condition) if condition else None,
        key_condition=on_key,
        filter=tester(filtering) if filtering else None,
        filtered_names=frozenset(_top_names(filtering)) if filtering else frozenset(),
        projection=read.get("ProjectionExpression"),
        checks=tuple(check for node in (condition, filtering, on_key) for check in value_checks(node)),
        used_values=frozenset(name for parser in parsers.values() for name in parser.used_values),
    )


def _read(parser: Parser) -> Any:
    found: Any
    if parser.kind == "UpdateExpression":
        found = parser.update()
        refuse_overlap(parser.kind, tuple(change.path for change in found))
    elif parser.kind == "ProjectionExpression":
        found = parser.paths()
        refuse_overlap(parser.kind, found)
    else:
        found = parser.condition()
    parser.end()
    return found


def finder(operand: Operand) -> Finder:
    """Compile a path, a :value or ``size(path)`` to what it finds; None is an absent attribute."""
    if isinstance(operand, Ref):
        name = operand.name
        return lambda _item, values: values[name]
    if isinstance(operand, Path):
        first, *rest = operand.parts
        if not rest:
            return lambda item, _values: item.get(first)  # type: ignore[arg-type]
        parts = operand.parts
        return lambda item, _values: value_at(item, parts)
    if isinstance(operand, Call) and operand.function == "size":
        measured = finder(operand.arguments[0])
        return lambda item, values: _size(measured(item, values))
    raise TypeError(operand)


def value_at(item: Item, parts: tuple[str | int, ...]) -> Value | None:
    """Follow a document path; None when it leads nowhere."""
    value: Value | None = {"M": item}
    for part in parts:
        if value is None:
            return None
        if isinstance(part, int):
            elements = value.get("L", ())
            value = elements[part] if part < len(elements) else None
        else:
            value = value["M"].get(part) if "M" in value else None
    return value


def _size(value: Value | None) -> Value | None:
    for tag, content in (value or {}).items():
        if tag not in ("N", "BOOL", "NULL"):
            return {"N": str(len(content))}
    return None


def tester(node: Condition) -> Test:
    """Compile a condition to a function of an item (empty when there is none) and the values."""
    if isinstance(node, Call):
        return _call_test(node)
    if isinstance(node, Compare):
        return _compare_test(node)
    terms = [tester(term) for term in node.terms]
    first = terms[0]
    if node.operator == "NOT":
        return lambda item, values: not first(item, values)
    second = terms[1]
    if node.operator == "AND":
        return lambda item, values: first(item, values) and second(item, values)
    return lambda item, values: first(item, values) or second(item, values)


def _compare_test(node: Compare) -> Test:
    left = finder(node.left)
    right = [finder(operand) for operand in node.right]
    only = right[0]
    if node.operator == "=":

        def equal(item: Item, values: Values) -> bool:
            found = left(item, values)
            return found is not None and found == only(item, values)

        return equal
    if node.operator == "<>":
        # An absent attribute is unlike every value.
        return lambda item, values: left(item, values) != only(item, values)
    if node.operator == "IN":

        def among(item: Item, values: Values) -> bool:
            found = left(item, values)
            return found is not None and found in [option(item, values) for option in right]

        return among
    if node.operator == "BETWEEN":
        high = right[1]
        return lambda item, values: (
            _ordered(operator.le, only(item, values), left(item, values))
            and _ordered(operator.le, left(item, values), high(item, values))
        )
    comparison = ORDER[node.operator]
    return lambda item, values: _ordered(comparison, left(item, values), only(item, values))


def _ordered(comparison: Callable[[Any, Any], bool], left: Value | None, right: Value | None) -> bool:
    pair = same_type_pair(left, right)
    return pair is not None and comparison(*pair)


def _call_test(node: Call) -> Test:
    subject = finder(node.arguments[0])
    if node.function == "attribute_exists":
        return lambda item, values: subject(item, values) is not None
    if node.function == "attribute_not_exists":
        return lambda item, values: subject(item, values) is None
    other = finder(node.arguments[1])
    relation = {"begins_with": _begins, "contains": _contains, "attribute_type": _is_type}[node.function]
    return lambda item, values: relation(subject(item, values), other(item, values))


def _begins(subject: Value | None, prefix: Value | None) -> bool:
    pair = same_type_pair(subject, prefix)
    return pair is not None and isinstance(pair[0], str | bytes) and pair[0].startswith(pair[1])


def _is_type(subject: Value | None, tag: Value | None) -> bool:
    return subject is not None and tag is not None and tag.get("S") in subject


def _contains(subject: Value | None, member: Value | None) -> bool:
    if subject is None or member is None:
        return False
    for tag, content in subject.items():
        if tag == "L":
            return member in content
        if tag in SET_TAGS:
            return member.get(tag[0]) in content
        return tag in ("S", "B") and tag in member and member[tag] in content
    return False


def _top_names(node: Condition | Operand) -> set[str]:
    if isinstance(node, Path):
        return {str(node.parts[0])}
    inner: tuple[Condition | Operand, ...] = ()
    if isinstance(node, Call):
        inner = node.arguments
    elif isinstance(node, Compare):
        inner = (node.left, *node.right)
    elif isinstance(node, Combine):
        inner = node.terms
    return {name for part in inner for name in _top_names(part)}
