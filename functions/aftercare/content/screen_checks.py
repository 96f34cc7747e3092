"""What every file of the lexicon must keep to. Each refusal names file, key, what was found and allowed."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from aftercare.domain.errors import BadInput

Raw = Mapping[str, Any]
_E = TypeVar("_E", bound=StrEnum)


def only(raw: Raw, allowed: set[str], path: str, where: str) -> None:
    for key in raw:
        if key not in allowed:
            raise BadInput(f"{path}{key}", key, f"one of {', '.join(sorted(allowed))}", where)


def text_of(raw: Raw, key: str, where: str, path: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{path}{key}", value, "a text that is not empty", where)
    return value


def texts_of(raw: Raw, key: str, where: str, path: str, *, may_be_empty: bool = False) -> list[str]:
    found = raw.get(key)
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise BadInput(f"{path}{key}", found, "a list of texts that are not empty", where)
    if not found and not may_be_empty:
        raise BadInput(f"{path}{key}", found, "at least one text", where)
    unique(found, f"{path}{key}", where)
    return found


def unique(found: Iterable[str], key: str, where: str = "screen") -> None:
    seen: set[str] = set()
    for one in found:
        if one in seen:
            raise BadInput(key, one, "each only once", where)
        seen.add(one)


def member_of(kind: type[_E], raw: Raw, key: str, where: str, path: str) -> _E:
    value = raw.get(key)
    for member in kind:
        if member.value == value:
            return member
    raise BadInput(f"{path}{key}", value, f"one of {', '.join(kind)}", where)


def flag_of(entry: Raw, key: str, where: str, path: str) -> bool:
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise BadInput(f"{path}{key}", value, "true or false", where)
    return value
