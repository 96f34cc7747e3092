"""What DynamoDB refuses about the :values of a condition themselves, whatever the item holds."""

from collections.abc import Callable, Mapping

from infra.local.attribute_values import ORDERED_TAGS, TYPE_TAGS, Value, same_type_pair
from infra.local.expression_tree import Call, Combine, Compare, Condition, Ref
from infra.local.table_faults import invalid

ORDERING = frozenset(("<", "<=", ">", ">=", "BETWEEN"))


def value_checks(node: Condition | None) -> list[Callable[[Mapping[str, Value]], None]]:
    """List the checks a request's values must pass before the condition is looked at."""
    if isinstance(node, Combine):
        return [check for term in node.terms for check in value_checks(term)]
    if isinstance(node, Compare) and node.operator in ORDERING:
        refs = [operand.name for operand in (node.left, *node.right) if isinstance(operand, Ref)]
        checks = [_type_check(node.operator, ref, ORDERED_TAGS) for ref in refs]
        if node.operator == "BETWEEN" and all(isinstance(bound, Ref) for bound in node.right):
            checks.append(_bounds_check(refs[-2], refs[-1]))
        return checks
    if isinstance(node, Call) and len(node.arguments) == 2 and isinstance(node.arguments[1], Ref):
        name = node.arguments[1].name
        if node.function == "begins_with":
            return [_type_check(node.function, name, frozenset("SB"))]
        if node.function == "attribute_type":
            return [_tag_check(name)]
    return []


def _type_check(function: str, name: str, allowed: frozenset[str]) -> Callable[[Mapping[str, Value]], None]:
    def check(values: Mapping[str, Value]) -> None:
        if not allowed.issuperset(values[name]):
            raise invalid(
                "Invalid expression: Incorrect operand type for operator or function; "
                f"operator or function: {function}, operand type: {next(iter(values[name]))}"
            )

    return check


def _bounds_check(low: str, high: str) -> Callable[[Mapping[str, Value]], None]:
    def check(values: Mapping[str, Value]) -> None:
        pair = same_type_pair(values[low], values[high])
        if pair is None or pair[0] > pair[1]:
            raise invalid(
                "Invalid expression: The BETWEEN operator requires upper bound to be greater than or equal "
                "to lower bound, and both of one type"
            )

    return check


def _tag_check(name: str) -> Callable[[Mapping[str, Value]], None]:
    def check(values: Mapping[str, Value]) -> None:
        if values[name].get("S") not in TYPE_TAGS:
            raise invalid(f"Invalid expression: Invalid attribute type name found; type: {values[name]}")

    return check
