"""What comes next for one patient, and what will not, as far as anyone can know today."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.decide import Library
from aftercare.domain.followup import Followup
from aftercare.domain.forecast import Foreseen, foretell
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Kind, Protocols
from aftercare.domain.titles import title_of
from aftercare.domain.touch import REASONS, Reason
from aftercare.domain.when import spoken


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One touch still to come.

    Attributes:
        session_number: Of its session; ``None`` for what hangs on none.
        at: When it would go, or would have gone.
        local: The same on the patient's own clock, ``Mon Nov 23, 9:05 am``.
        channel: By which way; ``None`` when it would not go.
        title: What staff call it.
        goes: Whether it would go if nothing else happened.
        why: Why not, in words; empty when it goes.
    """

    touch_id: TouchId
    session_id: SessionId | None
    session_number: int | None
    kind: Kind
    at: datetime
    local: str
    channel: Channel | None
    title: str
    goes: bool
    reason: Reason | None = None
    why: str = ""


def upcoming(
    followup: Followup, clinic: Clinic, protocols: Protocols, library: Library, now: datetime
) -> tuple[Upcoming, ...]:
    """Return every touch that is pending now, soonest first, with what the engine would do with it.

    Touches that only a later fact brings (the check-ins of a session still to come) are not among them.
    """
    words = {touch.id: touch.words for touch in planned(followup, clinic, protocols)}
    _, ahead = foretell(followup, clinic, protocols, library, now)
    found = (_of(one, words.get(one.touch_id, ""), followup) for one in ahead)
    return tuple(sorted(found, key=lambda one: (one.at, one.touch_id)))


def _of(one: Foreseen, words_id: str, followup: Followup) -> Upcoming:
    session = followup.sessions.get(one.session_id) if one.session_id is not None else None
    return Upcoming(
        touch_id=one.touch_id,
        session_id=one.session_id,
        session_number=session.number if session is not None else None,
        kind=one.kind,
        at=one.at,
        local=spoken(one.at, followup.contact.zone),
        channel=one.send.channel if one.send is not None else None,
        title=title_of(one.kind, one.send.words.id if one.send is not None else words_id, one.touch_id),
        goes=one.send is not None,
        reason=one.reason,
        why=REASONS[one.reason] if one.reason is not None else "",
    )
