"""What to do about one patient right now: end, hold and claim, in one write."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.compose import Composed, compose
from aftercare.domain.consent import Channel, ConsentKey
from aftercare.domain.decide import GAP, Drop, Hold, Library, Send, decide, required_consents
from aftercare.domain.followup import Followup, Mark, MarkState, Notice, tidy
from aftercare.domain.foresee import Weighing
from aftercare.domain.ids import TouchId
from aftercare.domain.plan import opt_in_id, planned
from aftercare.domain.protocol import LIBRARY, Kind, Protocols
from aftercare.domain.records import Settled, Task
from aftercare.domain.settle import close_finished, drop, marked
from aftercare.domain.silence import call_at, call_task
from aftercare.domain.touch import ANSWERS, Reason, Touch


@dataclass(frozen=True, slots=True)
class Claim:
    """The one touch that this write hands to us. ``requires``: consents the write's condition names."""

    touch: Touch
    send: Send
    composed: Composed
    requires: ConsentKey | None


@dataclass(frozen=True, slots=True)
class Move:
    """What one write does.

    Attributes:
        followup: The patient after it.
        settled: The reasons to store.
        claim: The touch to send then, if any.
        more: Another touch can be claimed right after it.
        left: The touches that are still to come, soonest first; ``None`` when they must be planned anew.
    """

    followup: Followup
    settled: tuple[Settled, ...]
    claim: Claim | None
    more: bool
    left: list[Touch] | None
    tasks: tuple[Task, ...] = ()


def next_move(
    followup: Followup,
    clinic: Clinic,
    protocols: Protocols,
    library: Library,
    tokens: tuple[str, str],
    now: datetime,
) -> Move | None:
    """Decide every due touch of one patient, claiming at most one.

    Args:
        followup: The patient as read.
        clinic: Their clinic.
        protocols: The shipped protocols.
        library: What can be said in the patient's language.
        tokens: Fresh random ids: one names the write, one is the secret of a link, should there be one.
        now: Aware instant.

    Returns:
        ``None`` when nothing is due.
    """
    touches = planned(followup, clinic, protocols)
    silent_since = call_at(followup)
    silent = silent_since is not None and silent_since <= now
    if not silent and (not touches or touches[0].wakes_at > now):
        return None
    tasks = (call_task(followup, now),) if silent else ()
    if silent:
        followup = replace(followup, unanswered=())
    # What a fact has doomed ends along with what is due, in one write.
    due = sorted((t for t in touches if t.wakes_at <= now or t.doomed is not None), key=lambda t: t.rank)
    as_read = Weighing(touches, followup, clinic, library)
    near = any(t.kind is Kind.EDUCATION for t in due) and as_read.check_in_near(now)
    claim: Claim | None = None
    more, anew, left = False, False, {touch.id: touch for touch in touches}
    dropped: list[tuple[Touch, Reason]] = []
    for touch in due:
        quietly = as_read.ended_quietly(touch, now)
        match Drop(quietly) if quietly else decide(touch, followup, clinic, library, now, near):
            case Drop(reason):
                dropped.append((touch, reason))
            case Hold(until):
                attempts = touch.mark.attempts if touch.mark else 0
                held = Mark(MarkState.HELD, until, attempts)
                followup, left[touch.id] = marked(followup, touch, held), replace(touch, mark=held)
            case Send(channel) if channel is Channel.SMS and touch.counted and followup.owes_opt_in:
                # The opt-in text could not go when it was due; it still comes before any other text.
                followup, anew = _opt_in_first(followup, touch, now), True
            case Send() as send if claim is None:
                composed = compose(touch, send, followup, clinic, library, tokens[1], now)
                if composed is None:
                    dropped.append((touch, Reason.WORDS_MISSING))
                    continue
                claim = Claim(touch, send, composed, _required(touch, send))
                followup = claimed(followup, claim, now)
            case Send():
                more = True  # one claim a write; this one is next
    followup, settled = drop(followup, dropped, tokens[0], now)
    still = None if anew else _left(left, claim, dropped)
    followup = tidy(close_finished(followup, clinic, protocols, now, still), now)
    return Move(followup, settled, claim, more, still, tasks)


def _left(
    left: Mapping[TouchId, Touch], claim: Claim | None, dropped: list[tuple[Touch, Reason]]
) -> list[Touch]:
    """Return what this write leaves of the touches that were planned before it, soonest first."""
    ended = {touch.id for touch, _ in dropped} | ({claim.touch.id} if claim else set())
    return sorted((t for t in left.values() if t.id not in ended), key=lambda t: (t.wakes_at, t.id))


def _opt_in_first(followup: Followup, touch: Touch, now: datetime) -> Followup:
    """Owe the opt-in text anew, due at once, and hold the touch behind it."""
    pending = [
        n for n in followup.notices.values() if n.kind is Kind.OPT_IN and not (n.mark and n.mark.settled)
    ]
    since = followup.texts_since
    if not pending and since is not None and opt_in_id(followup, since) in followup.notices:
        notice_id = TouchId(f"{opt_in_id(followup, since)}.{int(now.timestamp())}")
        followup = followup.with_notice(Notice(notice_id, Kind.OPT_IN, due_at=now))
    attempts = touch.mark.attempts if touch.mark else 0
    return marked(followup, touch, Mark(MarkState.HELD, now + GAP, attempts))


def _required(touch: Touch, send: Send) -> ConsentKey | None:
    if touch.kind in ANSWERS:
        return None
    if touch.kind is Kind.OPT_IN:
        return None  # either purpose will do; the version condition covers both
    return next(key for key in required_consents(touch) if key[0] is send.channel)


def claimed(followup: Followup, claim: Claim, now: datetime) -> Followup:
    """Return the patient with the touch claimed and everything that counts from now on."""
    touch, send = claim.touch, claim.send
    attempts = touch.mark.attempts if touch.mark else 0
    after = marked(followup, touch, Mark(MarkState.CLAIMED, now, attempts))
    counted = send.channel is Channel.SMS and touch.counted
    after = replace(
        after,
        last_sent_at=now,
        recent=(*after.recent, now) if counted else after.recent,
        taught=after.taught | {send.words.topic} if touch.words == LIBRARY else after.taught,
        opted_in_at=now if touch.kind is Kind.OPT_IN else after.opted_in_at,
        stopped_at=now if touch.kind is Kind.OPT_OUT else after.stopped_at,
        unanswered=(*after.unanswered, now)[:2] if touch.kind is Kind.CHECK_IN else after.unanswered,
        after_hours_at=now if touch.kind is Kind.AFTER_HOURS else after.after_hours_at,
    )
    if touch.kind is Kind.REMINDER and touch.session_id is not None:
        session = after.sessions[touch.session_id]
        told = replace(session, told=session.starts_at, told_round=session.round)
        after = after.with_session(told)
    return after


# The carrier said no, provably: wait 1, 2, 4, 8, then 15 minutes between tries, until it is too late.
RETRY_MAX = timedelta(minutes=15)


def released(followup: Followup, claim: Claim, claimed_at: datetime, now: datetime) -> Followup:
    """Give a claim back after a proven non-acceptance, as if it had never been counted.

    ``followup`` may be newer than the claim; only what the claim itself changed is undone. ``told``
    stays: should the session move now, "your visit has moved" is true for whoever reads it.
    """
    touch = claim.touch
    attempts = (touch.mark.attempts if touch.mark else 0) + 1
    wait = min(timedelta(minutes=2 ** min(attempts - 1, 4)), RETRY_MAX)
    return marked(uncounted(followup, claim, claimed_at), touch, Mark(MarkState.HELD, now + wait, attempts))


def uncounted(followup: Followup, claim: Claim, claimed_at: datetime) -> Followup:
    """Return the patient as if this claim had used up no text, no topic and no opt-in."""
    topics = {claim.send.words.topic} if claim.touch.words == LIBRARY else set()
    opt_in = claim.touch.kind is Kind.OPT_IN
    recent = tuple(at for at in followup.recent if at != claimed_at)
    latest = followup.last_sent_at
    return replace(
        followup,
        recent=recent,
        last_sent_at=max(recent, default=None) if latest == claimed_at else latest,
        taught=followup.taught - topics,
        opted_in_at=None if opt_in else followup.opted_in_at,
    )
