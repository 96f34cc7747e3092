"""DynamoDB attribute values: what is accepted, how it is kept, compared, copied and measured.

Rules: Amazon DynamoDB Developer Guide, "Supported data types", "Item sizes and formats" and
"Service quotas". Numbers are kept as DynamoDB gives them back: no leading or trailing zeros, no exponent.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from infra.local.table_faults import invalid, malformed

Value: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, Value]
Scalar: TypeAlias = Any

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DEEPEST = 32
ITEM_BYTES = 400 * 1024
NUMBER_DIGITS = 38
LARGEST = Decimal("9.9999999999999999999999999999999999999E+125")
SMALLEST = Decimal("1E-130")

ORDERED_TAGS = frozenset("SNB")
SET_TAGS = frozenset(("SS", "NS", "BS"))


@lru_cache(maxsize=1 << 16)
def number(text: str) -> tuple[str, int | Decimal, int]:
    """Read a DynamoDB number.

    Returns:
        Its canonical text, its value, and its size in bytes: one per two significant digits, and one.

    Raises:
        Rejected: Not a number, more than 38 significant digits, or out of range.
    """
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= NUMBER_DIGITS:
        # Nearly every number we keep: an instant, a count, a revision.
        return text, int(text), (len(text.rstrip("0")) + 1) // 2 + 1
    if not NUMBER.fullmatch(text):
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    value = Decimal(text)
    digits = value.as_tuple().digits
    significant = len("".join(map(str, digits)).strip("0"))
    if significant > NUMBER_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    if value and abs(value) > LARGEST:
        raise invalid(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if value and abs(value) < SMALLEST:
        raise invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    if not value:
        return "0", 0, 2
    canonical = format(value, "f")
    if "." in canonical:
        canonical = canonical.rstrip("0").rstrip(".")
    exact: int | Decimal = Decimal(canonical) if "." in canonical else int(canonical)
    return canonical.removeprefix("+"), exact, (significant + 1) // 2 + 1


def text_bytes(text: str) -> int:
    """Measure a text in UTF-8 bytes."""
    return len(text) if text.isascii() else len(text.encode())


def _text(content: Any, _depth: int) -> tuple[str, int]:
    if not isinstance(content, str):
        raise malformed(f"Invalid type for an S value: {content!r}, valid types: <class 'str'>")
    content = content if content.__class__ is str else str.__str__(content)
    return content, text_bytes(content)


def _numeric(content: Any, _depth: int) -> tuple[str, int]:
    if not isinstance(content, str):
        raise malformed(f"Invalid type for an N value: {content!r}, valid types: <class 'str'>")
    canonical, _, size = number(content)
    return canonical, size


def _binary(content: Any, _depth: int) -> tuple[bytes, int]:
    if not isinstance(content, bytes | bytearray):
        raise malformed(f"Invalid type for a B value: {content!r}, valid types: <class 'bytes'>")
    return bytes(content), len(content)


def _boolean(content: Any, _depth: int) -> tuple[bool, int]:
    if not isinstance(content, bool):
        raise malformed(f"Invalid type for a BOOL value: {content!r}, valid types: <class 'bool'>")
    return content, 1


def _null(content: Any, _depth: int) -> tuple[bool, int]:
    if content is not True:
        raise invalid("One or more parameter values were invalid: Null attribute value types must have true")
    return True, 1


def _members(kept: Callable[[Any, int], tuple[Any, int]]) -> Callable[[Any, int], tuple[list[Any], int]]:
    def checked(content: Any, depth: int) -> tuple[list[Any], int]:
        if not content:
            raise invalid("One or more parameter values were invalid: An string set  may not be empty")
        members = [kept(member, depth) for member in content]
        unique = {member for member, _ in members}
        if len(unique) != len(members):
            raise invalid("One or more parameter values were invalid: Input collection contains duplicates")
        # Sorted, so that two sets with the same members compare equal as they stand.
        return sorted(unique), sum(size for _, size in members)

    return checked


def _list(content: Any, depth: int) -> tuple[list[Value], int]:
    pairs = [checked_value(element, depth + 1) for element in content]
    return [value for value, _ in pairs], 3 + sum(size + 1 for _, size in pairs)


def _map(content: Any, depth: int) -> tuple[Item, int]:
    kept, total = _checked_members(content, depth + 1)
    return kept, total + 3 + len(kept)


_KINDS: dict[str, Callable[[Any, int], tuple[Any, int]]] = {
    "S": _text,
    "N": _numeric,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "SS": _members(_text),
    "NS": _members(_numeric),
    "BS": _members(_binary),
    "L": _list,
    "M": _map,
}
TYPE_TAGS = frozenset(_KINDS)


def checked_value(value: Mapping[str, Any], depth: int = 1) -> tuple[Value, int]:
    """Copy an attribute value as DynamoDB would keep it, and measure it in bytes.

    Raises:
        Rejected: DynamoDB refuses the value.
        ParamValidationError: botocore would not even send it.
    """
    if len(value) != 1:
        fault = "has more than one datatypes set" if value else "is empty"
        raise invalid(f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes")
    if depth > DEEPEST:
        raise invalid("Nesting Levels have exceeded supported limits: attributes nest at most 32 levels")
    for tag, content in value.items():
        check = _KINDS.get(tag)
        if check is None:
            raise malformed(f"Unknown parameter in an attribute value: {tag!r}")
        kept, size = check(content, depth)
    return {tag: kept}, size


def _checked_members(members: Mapping[str, Any], depth: int) -> tuple[Item, int]:
    kept: Item = {}
    total = 0
    for name, value in members.items():
        total += len(name) if name.isascii() else len(name.encode())
        if value.__class__ is not dict:
            raise malformed(f"Invalid type for attribute {name}: {value!r}, valid types: <class 'dict'>")
        content = value.get("S")
        if content.__class__ is str and len(value) == 1 and depth <= DEEPEST:
            # Most attributes are plain text: the detour through the general rule is most of their cost.
            kept[name] = {"S": content}
            total += len(content) if content.isascii() else len(content.encode())
        elif len(value) == 1 and (content := value.get("N")).__class__ is str and depth <= DEEPEST:
            canonical, _, size = number(content)
            kept[name] = {"N": canonical}
            total += size
        else:
            kept[name], size = checked_value(value, depth)
            total += size
    return kept, total


def checked_item(item: Mapping[str, Mapping[str, Any]]) -> tuple[Item, int]:
    """Copy a whole item as DynamoDB would keep it, and measure it in bytes.

    Raises:
        Rejected: A value is refused, or the item is larger than 400 KB.
    """
    kept, total = _checked_members(item, 1)
    if total > ITEM_BYTES:
        raise invalid("Item size has exceeded the maximum allowed size")
    return kept, total


def value_bytes(value: Value) -> int:
    """Measure a value that was accepted before, in bytes."""
    for tag, content in value.items():
        if tag == "S":
            return text_bytes(content)
        if tag == "N":
            return number(content)[2]
        if tag == "M":
            return 3 + sum(value_bytes(inner) + 1 + text_bytes(name) for name, inner in content.items())
        if tag == "L":
            return 3 + sum(value_bytes(inner) + 1 for inner in content)
        return _KINDS[tag](content, 1)[1]
    return 0


def item_bytes(item: Item) -> int:
    """Measure an item that was accepted before: names in UTF-8, and values."""
    return sum(text_bytes(name) + value_bytes(value) for name, value in item.items())


def depth_of(value: Value) -> int:
    """Count the levels of nesting; a scalar has one."""
    inner = value["M"].values() if "M" in value else value.get("L", ())
    return 1 + max(map(depth_of, inner), default=0)


def copied_value(value: Value) -> Value:
    """Copy one value, all the way down."""
    for tag, content in value.items():
        if content.__class__ is dict:
            return {tag: copied(content)}
        if content.__class__ is list:
            return {tag: content[:] if tag in SET_TAGS else [copied_value(inner) for inner in content]}
    return value.copy()


def copied(item: Item) -> Item:
    """Copy an item, all the way down, so that no caller can reach into the store."""
    copy: Item = {}
    for name, value in item.items():
        copy[name] = value.copy() if "S" in value or "N" in value else copied_value(value)
    return copy


def scalar(value: Value, tag: str) -> Scalar | None:
    """Return what orders a value of this type (code points, number, bytes); None for another type."""
    content = value.get(tag)
    if content is None or tag != "N":
        return content
    return number(content)[1]


def same_type_pair(left: Value | None, right: Value | None) -> tuple[Scalar, Scalar] | None:
    """Return both as comparable scalars, or None when DynamoDB would not put them in order."""
    if left is None or right is None:
        return None
    for tag in left:
        if tag in ORDERED_TAGS and tag in right:
            return scalar(left, tag), scalar(right, tag)
    return None
