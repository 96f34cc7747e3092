"""The rehearsal's script: one JSON object a line, checked before anything runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aftercare.contracts.shapes import INSTANT_ALLOWED, read_instant
from aftercare.domain.errors import BadInput
from infra.local.script_checks import FIELDS, check

KINDS = ", ".join(FIELDS)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens: ``kind`` names it, ``what`` describes it."""

    number: int
    at: datetime
    kind: str
    what: Mapping[str, Any]


def read_script(path: Path) -> list[Line]:
    """Read and check a whole script.

    Raises:
        BadInput: Naming the file, the line and the field.
    """
    lines: list[Line] = []
    for number, text in enumerate(_text_of(path).split("\n"), start=1):
        if not text.strip():
            continue
        line = _line(text, number, f"{path.name} line {number}")
        if lines and line.at < lines[-1].at:
            allowed = f"not before line {lines[-1].number} ({lines[-1].at.isoformat()})"
            raise BadInput("at", line.at.isoformat(), allowed, f"{path.name} line {number}")
        lines.append(line)
    return lines


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("file", str(error), "a file of UTF-8 text", path.name) from error


def _line(text: str, number: int, where: str) -> Line:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("line", text[:80], "one JSON object", where) from error
    if not isinstance(raw, dict):
        raise BadInput("line", text[:80], "one JSON object", where)
    try:
        at = read_instant(raw.get("at"))
    except ValueError:
        raise BadInput("at", raw.get("at"), INSTANT_ALLOWED, where) from None
    kinds = [key for key in raw if key != "at"]
    if len(kinds) != 1 or kinds[0] not in FIELDS:
        raise BadInput("line", kinds, f"at and exactly one of {KINDS}", where)
    (kind,) = kinds
    return Line(number, at, kind, check(kind, raw[kind], where))
