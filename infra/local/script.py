"""The rehearsal's script: one JSON object a line, checked before anything runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aftercare.contracts.shapes import INSTANT_ALLOWED, is_e164, read_instant
from aftercare.domain.errors import BadInput

# What each kind of line must and may hold. Kinds of later issues are checked for shape all the same.
_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "event": ({"source", "detail-type", "detail"}, set()),
    "sms": ({"from", "to", "body"}, {"id"}),
    "email": ({"from", "to"}, {"subject", "text", "id"}),
    "sms_receipt": ({"touch_id", "event_type"}, set()),
    "email_receipt": ({"touch_id", "event_type"}, {"bounce_type"}),
    "form": ({"touch_id", "birth_date", "answers"}, set()),
    "staff": ({"do", "alert_id", "by"}, {"disposition", "note"}),
    "carrier": (set(), {"sms", "email"}),
}
KINDS = ", ".join(_FIELDS)


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
    except ValueError as error:
        raise BadInput("line", text[:80], "one JSON object", where) from error
    if not isinstance(raw, dict):
        raise BadInput("line", text[:80], "one JSON object", where)
    try:
        at = read_instant(raw.get("at"))
    except ValueError:
        raise BadInput("at", raw.get("at"), INSTANT_ALLOWED, where) from None
    kinds = [key for key in raw if key != "at"]
    if len(kinds) != 1 or kinds[0] not in _FIELDS:
        raise BadInput("line", kinds, f"at and exactly one of {KINDS}", where)
    (kind,) = kinds
    return Line(number, at, kind, _checked(kind, raw[kind], where))


def _checked(kind: str, what: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(what, dict):
        raise BadInput(kind, what, "a JSON object", where)
    needed, optional = _FIELDS[kind]
    for field in sorted(needed - set(what)):
        raise BadInput(f"{kind}.{field}", None, "it is required", where)
    if kind != "event":
        for field in sorted(set(what) - needed - optional):
            raise BadInput(f"{kind}.{field}", what[field], f"one of {sorted(needed | optional)}", where)
    for field in sorted(needed - {"detail", "answers"}):
        if not isinstance(what[field], str):
            raise BadInput(f"{kind}.{field}", what[field], "text", where)
    if kind == "carrier":
        _check_carrier(what, where)
    if kind == "sms":
        _check_sms(what, where)
    return what


def _check_sms(what: Mapping[str, Any], where: str) -> None:
    for field in ("from", "to"):
        if not is_e164(what[field]) and not (field == "to" and what[field].isdigit()):
            raise BadInput(f"sms.{field}", what[field], "a phone number such as +12025550147", where)
    if not isinstance(what.get("id", ""), str):
        raise BadInput("sms.id", what["id"], "text", where)


def _check_carrier(what: Mapping[str, Any], where: str) -> None:
    for channel, state in what.items():
        opted_out = channel == "sms" and isinstance(state, str) and state.startswith("opted_out:+")
        if state not in ("up", "down") and not opted_out:
            allowed = "up or down" + (", or opted_out:+1..." if channel == "sms" else "")
            raise BadInput(f"carrier.{channel}", state, allowed, where)
    if not what:
        raise BadInput("carrier", {}, "sms, email, or both", where)
