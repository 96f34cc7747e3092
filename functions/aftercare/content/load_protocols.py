"""Reads the protocols that a nurse can read too, and refuses what does not make sense.

Every error names the file, the key, what was found and what is allowed.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from aftercare.domain.consent import Purpose
from aftercare.domain.duration import parse_duration
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ProtocolId
from aftercare.domain.protocol import Anchor, Kind, Protocol, Protocols, SkipRule, Step, Timing, TooLate

_PROTOCOL_KEYS = {"id", "title", "sources", "review_by", "usual_days", "step"}
_STEP_KEYS = {
    *("key", "kind", "purpose", "words", "anchor", "after", "before", "days", "at", "between"),
    *("no_earlier", "too_late", "measures", "sessions", "from_session", "not_sessions", "superseded"),
    *("leaves_room", "skip_if", "skip_if_answered"),
}
_PLANNED_KINDS = (Kind.REMINDER, Kind.SAFETY, Kind.CHECK_IN, Kind.MEASURE, Kind.EDUCATION)
_E = TypeVar("_E", bound=StrEnum)


@lru_cache(maxsize=1)
def load_protocols() -> Protocols:
    """Return the protocols shipped with this version, by id."""
    found: dict[ProtocolId, Protocol] = {}
    for file in sorted(files("aftercare.content").joinpath("protocols").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            protocol = parse_protocol(tomllib.loads(file.read_text("utf-8")), f"protocols/{file.name}")
            found[protocol.id] = protocol
    return found


def parse_protocol(raw: Mapping[str, Any], where: str) -> Protocol:
    """Check one protocol file.

    Args:
        raw: The file as ``tomllib`` reads it.
        where: Its name, for the error.

    Raises:
        BadInput: Naming the file and the key.
    """
    _only(raw, _PROTOCOL_KEYS, "", where)
    steps = tuple(_step(entry, where) for entry in _need(raw, "step", list, "a list of [[step]]", where))
    keys = [step.key for step in steps]
    for key in keys:
        if keys.count(key) > 1:
            raise BadInput("step.key", key, "a key that no other step of the protocol has", where)
    return Protocol(
        id=ProtocolId(_need(raw, "id", str, "the protocol's id", where)),
        title=_need(raw, "title", str, "a title that staff read", where),
        sources=tuple(_texts(raw, "sources", where, "")),
        review_by=_need(raw, "review_by", date, "a date such as 2027-05-31", where),
        steps=steps,
        usual_days=_usual_days(raw, where),
    )


def _usual_days(raw: Mapping[str, Any], where: str) -> tuple[int, ...]:
    days = raw.get("usual_days", [0])
    whole = isinstance(days, list) and all(type(day) is int for day in days)
    if not whole or days[:1] != [0] or sorted(set(days)) != days:
        raise BadInput("usual_days", days, "rising days after the first session, such as [0, 3, 7]", where)
    return tuple(days)


def _only(raw: Mapping[str, Any], allowed: set[str], path: str, where: str) -> None:
    for key in raw:
        if key not in allowed:
            raise BadInput(f"{path}{key}", key, f"one of {', '.join(sorted(allowed))}", where)


def _need(raw: Mapping[str, Any], key: str, kind: type, allowed: str, where: str, path: str = "") -> Any:
    value = raw.get(key)
    if not isinstance(value, kind):
        raise BadInput(f"{path}{key}", value, allowed, where)
    return value


def _enum(
    kind: type[_E], raw: Mapping[str, Any], key: str, where: str, path: str, only: tuple[_E, ...]
) -> _E:
    value = raw.get(key)
    for member in only:
        if member.value == value:
            return member
    raise BadInput(f"{path}{key}", value, f"one of {', '.join(m.value for m in only)}", where)


_T = TypeVar("_T", int, bool)


def _texts(raw: Mapping[str, Any], key: str, where: str, path: str) -> list[str]:
    texts = raw.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadInput(f"{path}{key}", texts, "a list of names", where)
    return texts


def _optional(raw: Mapping[str, Any], key: str, default: _T, allowed: str, where: str, path: str) -> _T:
    value = raw.get(key, default)
    if type(value) is not type(default):
        raise BadInput(f"{path}{key}", value, allowed, where)
    return value


def _numbers(raw: Mapping[str, Any], key: str, where: str, path: str) -> tuple[int, ...]:
    numbers = raw.get(key, [])
    if not isinstance(numbers, list) or not all(type(n) is int and n > 0 for n in numbers):
        raise BadInput(f"{path}{key}", numbers, "a list of session numbers such as [1, 4]", where)
    return tuple(numbers)


def _step(raw: Mapping[str, Any], where: str) -> Step:
    key = _need(raw, "key", str, "a short name such as day1", where, "step.")
    path = f"step.{key}."
    _only(raw, _STEP_KEYS, path, where)
    kind = _enum(Kind, raw, "kind", where, path, _PLANNED_KINDS)
    rules = _texts(raw, "skip_if", where, path)
    answered = raw.get("skip_if_answered")
    return Step(
        key=key,
        kind=kind,
        purpose=Purpose.EDUCATION if kind is Kind.EDUCATION else Purpose.CARE,
        words=_need(raw, "words", str, "the id of a message, or library", where, path),
        timing=_timing(raw, where, path),
        too_late=_too_late(_need(raw, "too_late", dict, "a table", where, path), where, f"{path}too_late."),
        measures=tuple(_texts(raw, "measures", where, path)),
        sessions=_numbers(raw, "sessions", where, path),
        from_session=_optional(raw, "from_session", 1, "a session number", where, path),
        not_sessions=_numbers(raw, "not_sessions", where, path),
        superseded=_optional(
            raw, "superseded", default=False, allowed="true or false", where=where, path=path
        ),
        leaves_room=_optional(raw, "leaves_room", 0, "a number of texts", where, path),
        skip_if=tuple(
            _enum(SkipRule, {"skip_if": rule}, "skip_if", where, path, tuple(SkipRule)) for rule in rules
        ),
        skip_if_answered=_duration(answered, where, f"{path}skip_if_answered") if answered else None,
    )


def _timing(raw: Mapping[str, Any], where: str, path: str) -> Timing:
    anchor = _enum(Anchor, raw, "anchor", where, path, tuple(Anchor))
    elapsed = [key for key in ("after", "before") if key in raw]
    walled = [key for key in ("days", "at") if key in raw]
    if len(elapsed) + (len(walled) == 2) != 1 or len(walled) == 1:
        raise BadInput(path + "after", [*elapsed, *walled], "either after, or before, or days with at", where)
    if walled:
        days = _need(raw, "days", int, "whole days from the anchor's day", where, path)
        return Timing(anchor, days=days, at=_need(raw, "at", time, "a time such as 11:00:00", where, path))
    offset = _duration(raw[elapsed[0]], where, path + elapsed[0])
    between = raw.get("between")
    return Timing(
        anchor,
        after=-offset if elapsed == ["before"] else offset,
        between=_between(between, where, path) if between is not None else None,
        no_earlier=_need(raw, "no_earlier", time, "a time such as 10:00:00", where, path)
        if "no_earlier" in raw
        else None,
    )


def _between(raw: Any, where: str, path: str) -> tuple[timedelta, timedelta]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise BadInput(path + "between", raw, 'two durations such as ["3h", "5h"]', where)
    first, last = (_duration(one, where, path + "between") for one in raw)
    return first, last


def _too_late(raw: Mapping[str, Any], where: str, path: str) -> TooLate:
    _only(raw, {"after", "before", "days", "at"}, path, where)
    if set(raw) == {"after"}:
        return TooLate(after=_duration(raw["after"], where, path + "after"))
    if set(raw) == {"before"}:
        return TooLate(after=-_duration(raw["before"], where, path + "before"))
    if set(raw) == {"days", "at"}:
        return TooLate(
            days=_need(raw, "days", int, "whole days from the anchor's day", where, path),
            at=_need(raw, "at", time, "a time such as 12:00:00", where, path),
        )
    raise BadInput(path.rstrip("."), dict(raw), "after, or before, or days with at", where)


def _duration(raw: Any, where: str, path: str) -> timedelta:
    if not isinstance(raw, str):
        raise BadInput(path, raw, 'a duration such as "4h"', where)
    try:
        return parse_duration(raw)
    except BadInput as bad:
        raise BadInput(path, raw, bad.allowed, where) from bad
