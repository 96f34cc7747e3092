"""Reads single fields of a measure's file: texts in every language, numbers, days, LOINC codes.

Every error names the file, the key, what was found and what is allowed.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from aftercare.domain.errors import BadInput
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.scale import Texts

_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")


def only(raw: Mapping[str, Any], allowed: set[str], path: str, where: str) -> None:
    for key in raw:
        if key not in allowed:
            raise BadInput(f"{path}{key}", key, f"one of {', '.join(sorted(allowed))}", where)


def text(raw: Mapping[str, Any], key: str, path: str, where: str) -> str:
    found = raw.get(key)
    if not isinstance(found, str) or not found.strip():
        raise BadInput(f"{path}{key}", found, "a text that is not empty", where)
    return found


def texts(raw: Any, path: str, where: str, *, among: bool = False) -> Texts:
    """Return the words of every language; ``among`` other keys, or alone in their table."""
    if not isinstance(raw, dict):
        raise BadInput(path, raw, f"a table of {', '.join(LANGUAGES)}", where)
    if not among:
        only(raw, set(LANGUAGES), f"{path}.", where)
    return MappingProxyType({language: text(raw, language, f"{path}.", where) for language in LANGUAGES})


def number(raw: Mapping[str, Any], key: str, path: str, where: str, lowest: int = 0) -> int:
    found = raw.get(key)
    if type(found) is not int or found < lowest:
        raise BadInput(f"{path}{key}", found, f"a whole number from {lowest} on", where)
    return found


def flag(raw: Mapping[str, Any], key: str, path: str, where: str, *, default: bool) -> bool:
    found = raw.get(key, default)
    if not isinstance(found, bool):
        raise BadInput(f"{path}{key}", found, "true or false", where)
    return found


def tables(raw: Mapping[str, Any], key: str, where: str, path: str = "") -> list[dict[str, Any]]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput(f"{path}{key}", found, "a list of tables", where)
    return found


def sources(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    found = raw.get("sources")
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise BadInput("sources", found, "a list of texts that are not empty", where)
    return tuple(found)


def day(raw: Mapping[str, Any], where: str) -> date:
    found = raw.get("review_by")
    # A datetime is a date to Python; a review is due on a day.
    if not isinstance(found, date) or isinstance(found, datetime):
        raise BadInput("review_by", found, "a day such as 2027-05-31, without quotes", where)
    return found


def loinc(raw: Mapping[str, Any], key: str, path: str, where: str) -> str:
    found = raw.get(key, "")
    if found == "":
        return ""
    if not isinstance(found, str) or not _LOINC.fullmatch(found) or not _check_digit_fits(found):
        raise BadInput(f"{path}{key}", found, "a LOINC code with its check digit, such as 44261-6", where)
    return found


def _check_digit_fits(code: str) -> bool:
    """Say whether the last digit is the one LOINC computes (mod 10, as on a payment card)."""
    digits = [int(char) for char in reversed(code.replace("-", ""))]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
