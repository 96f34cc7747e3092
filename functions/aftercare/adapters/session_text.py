"""How a session and what became of its touches are written down: one short text.

A patient in the middle of a course has six sessions, and their item must stay under a kilobyte. So a
session is no map of attributes: its fields are parted by spaces, each after one letter, absent ones cost
nothing, and instants are hexadecimal milliseconds counted from the session's latest fact.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aftercare.adapters.attributes import instant, ms
from aftercare.domain.consent import Channel
from aftercare.domain.followup import Mark, MarkState, Session, Status
from aftercare.domain.ids import CourseId, ProtocolId, SessionId
from aftercare.domain.touch import Reason

Course = tuple[ProtocolId, CourseId]
_SETTLED = "."
_AS_STARTS_AT = "="
# The reasons that a course gives by the dozen, in one letter; all others are written out.
_CODES = {
    Reason.CAPPED.value: "c",
    Reason.NEXT_SESSION_SOONER.value: "n",
    Reason.RECENT_SESSION.value: "r",
    Reason.SUPERSEDED.value: "s",
    Reason.TOO_LATE.value: "l",
}
_REASONS = {code: why for why, code in _CODES.items()}
_INSTANTS = frozenset("bedw")


def session_text(session: Session, courses: Sequence[Course]) -> str:
    """Return the text that ``to_session`` reads. ``courses``: all of the patient's, named by position."""
    base = ms(session.as_of)
    settled = _SETTLED if session.settled else ""
    course = courses.index((session.protocol, session.course_id))
    parts = [f"{course} {session.number} {session.status.value}{settled} {base:x}"]
    told = session.told
    instants = {
        "b": session.starts_at,
        "e": session.ended_at,
        "d": session.discharged_at,
        "t": None if told == session.starts_at else told,
        "w": session.moved_at,
    }
    parts += [letter + _since(at, base) for letter, at in instants.items() if at is not None]
    if told is not None and told == session.starts_at:
        parts.append("t" + _AS_STARTS_AT)
    counts = {"r": session.told_round, "m": session.moves, "o": session.round}
    parts += [f"{letter}{count}" for letter, count in counts.items() if count]
    if session.facts:
        parts.append("f" + ",".join(session.facts))
    return " ".join([*parts, *_marks(session.marks, base)])


def to_session(session_id: SessionId, text: str, courses: Sequence[Course]) -> Session:
    """Return the session that ``session_text`` wrote.

    Raises:
        ValueError: The text is none of ours.
    """
    course, number, status, as_of, *rest = text.split(" ")
    base = int(as_of, 16)
    marks: dict[str, Mark] = {}
    fields: dict[str, str] = {}
    for part in rest:
        if part[0] == "k":
            marks.update(_to_marks(part[1:], base))
        else:
            fields[part[0]] = part[1:]
    instants = {
        letter: instant(base + int(at or "0", 16)) for letter, at in fields.items() if letter in _INSTANTS
    }
    protocol, course_id = courses[int(course)]
    return Session(
        id=session_id,
        protocol=protocol,
        course_id=course_id,
        number=int(number),
        status=Status(status[0]),
        as_of=instant(base),
        starts_at=instants.get("b"),
        ended_at=instants.get("e"),
        discharged_at=instants.get("d"),
        told=_to_told(fields.get("t"), instants.get("b"), base),
        told_round=int(fields.get("r", 0)),
        moves=int(fields.get("m", 0)),
        round=int(fields.get("o", 0)),
        moved_at=instants.get("w"),
        settled=status.endswith(_SETTLED),
        facts=tuple(fields["f"].split(",")) if "f" in fields else (),
        marks=marks,
    )


def _to_told(text: str | None, starts_at: datetime | None, base: int) -> datetime | None:
    if text is None or text == _AS_STARTS_AT:
        return starts_at if text is not None else None
    return instant(base + int(text or "0", 16))


def _since(at: datetime, base: int) -> str:
    after = ms(at) - base
    return f"{after:x}" if after else ""


def mark_text(mark: Mark, base: int = 0) -> str:
    """Write a mark as ``state``, ``milliseconds since base`` and, if any, ``:attempts:why:again``."""
    more = [str(mark.attempts or ""), _CODES.get(mark.why, mark.why), mark.again.value if mark.again else ""]
    return ":".join([mark.state.value + _since(mark.at, base), *more]).rstrip(":")


def to_mark(text: str, base: int = 0) -> Mark:
    """Return the mark that ``mark_text`` wrote."""
    at, attempts, why, again, *_ = (*text[1:].split(":"), "", "", "")
    return Mark(
        MarkState(text[0]),
        instant(base + int(at or "0", 16)),
        int(attempts or 0),
        _REASONS.get(why, why),
        Channel(again) if again else None,
    )


def _marks(marks: Mapping[str, Mark], base: int) -> list[str]:
    """Write each mark once, after the keys of all touches that bear it: one write ends several."""
    alike: dict[str, list[str]] = {}
    for key, mark in marks.items():
        alike.setdefault(mark_text(mark, base), []).append(key)
    return [f"k{','.join(keys)}:{text}" for text, keys in alike.items()]


def _to_marks(text: str, base: int) -> dict[str, Mark]:
    keys, mark = text.split(":", 1)
    return dict.fromkeys(keys.split(","), to_mark(mark, base))
