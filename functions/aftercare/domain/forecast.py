"""What would happen to a patient's touches if nothing else happened: the engine's own rules, run ahead.

Nothing is decided here. The same moves that the sender makes are made on a value, one due instant after
the other, so that what a screen foresees is what the service will do.
"""

from dataclasses import dataclass
from datetime import datetime

from aftercare.domain.clinic import Clinic
from aftercare.domain.decide import Library, Send
from aftercare.domain.followup import Followup
from aftercare.domain.foresee import next_due
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.moves import Move, next_move
from aftercare.domain.protocol import Kind, Protocols
from aftercare.domain.touch import Reason

# A course has some sixty touches, each held a few times at most: more is a fault of ours, and ends it.
MOVES_MAX = 600
_SECRET = "x" * 22


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one touch.

    Attributes:
        key: The step's key, or the kind of something owed.
        at: When it would leave, or when it was due, if it would not.
        send: By which way and in which words; ``None`` if it would not go.
        reason: Why not.
    """

    touch_id: TouchId
    session_id: SessionId | None
    key: str
    kind: Kind
    at: datetime
    send: Send | None = None
    reason: Reason | None = None


def foretell(
    followup: Followup,
    clinic: Clinic,
    protocols: Protocols,
    library: Library,
    now: datetime,
    until: datetime | None = None,
) -> tuple[Followup, tuple[Foreseen, ...]]:
    """Run the engine ahead.

    Args:
        followup: The patient now.
        clinic: Their clinic.
        protocols: The shipped protocols.
        library: What can be said in the patient's language.
        now: Aware instant to begin at.
        until: Stop before this instant; ``None`` runs until nothing waits.

    Returns:
        The patient as they would be then, and what would have happened, in order of its happening.
    """
    seen: list[Foreseen] = []
    due = next_due(followup, clinic, protocols, library, now)
    for number in range(MOVES_MAX):
        if due is None or (until is not None and due >= until):
            break
        move = next_move(followup, clinic, protocols, library, (f"ahead-{number}", _SECRET), due)
        if move is not None:
            seen += _of_move(move, due)
            followup = move.followup
        left = move.left if move is not None else None
        due = next_due(followup, clinic, protocols, library, due, left)
    return followup, tuple(seen)


def _of_move(move: Move, at: datetime) -> list[Foreseen]:
    ended = [
        Foreseen(t.touch_id, t.session_id, _key(t.touch_id), t.kind, t.due_at, reason=t.reason)
        for settled in move.settled
        for t in settled.touches
    ]
    claim = move.claim
    if claim is not None:
        touch = claim.touch
        ended.append(Foreseen(touch.id, touch.session_id, touch.key, touch.kind, at, claim.send))
    return ended


def _key(touch: TouchId) -> str:
    return touch.rpartition(".")[2]
