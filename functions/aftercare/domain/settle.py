"""Ending touches without a message, and forgetting sessions whose touches have all ended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.followup import Followup, Mark, MarkState, Notice, Status
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Protocols
from aftercare.domain.records import NotSent, Settled
from aftercare.domain.touch import Reason, Touch

# A queue may deliver a message again for this long; until then the marks tell what became of it.
MARKS_KEPT = timedelta(days=2)
# A claim that the carrier did not take is given back within seconds; its session must still know it.
GIVEN_BACK_WITHIN = timedelta(minutes=10)


def marked(followup: Followup, touch: Touch, mark: Mark) -> Followup:
    """Return the patient with this touch's mark set. A second message stays one."""
    if touch.mark is not None:
        mark = replace(mark, again=touch.mark.again)
    if touch.session_id is None:
        # An opt-in text is derived, and becomes a notice with its first mark.
        notice = followup.notices.get(touch.id) or Notice(touch.id, touch.kind, touch.due_at)
        return followup.with_notice(replace(notice, mark=mark))
    session = followup.sessions[touch.session_id]
    return followup.with_session(replace(session, marks={**session.marks, touch.key: mark}))


def woken(followup: Followup, now: datetime) -> Followup:
    """Let every touch that is held be weighed anew; what is held for another reason is held again."""
    for session in followup.sessions.values():
        held = {k: m for k, m in session.marks.items() if m.state is MarkState.HELD and m.at > now}
        woken = {key: replace(mark, at=now) for key, mark in held.items()}
        if woken:
            followup = followup.with_session(replace(session, marks={**session.marks, **woken}))
    return followup


def drop(
    followup: Followup, dropped: Iterable[tuple[Touch, Reason]], write_id: str, now: datetime
) -> tuple[Followup, tuple[Settled, ...]]:
    """End touches without a message.

    Returns:
        The patient with their marks, and the one record that keeps the reasons (none for none).
    """
    ended = []
    for touch, reason in dropped:
        followup = marked(followup, touch, Mark(MarkState.NOT_SENT, now, why=reason.value))
        ended.append(NotSent(touch.id, touch.session_id, touch.kind, reason, touch.due_at))
    return followup, (Settled(write_id, now, tuple(ended)),) if ended else ()


def drop_doomed(
    followup: Followup, touches: Iterable[Touch], write_id: str, now: datetime
) -> tuple[Followup, tuple[Settled, ...]]:
    """End what a new fact has made pointless: superseded, cancelled, closed, or long past.

    A touch that is merely out of time is ended here only if it was so before it was ever planned
    (a back-dated session); otherwise the sweep ends it when its turn comes, with the same reason.
    """
    doomed = []
    for touch in touches:
        if touch.doomed is not None:
            doomed.append((touch, touch.doomed))
        elif touch.mark is None and touch.too_late_at is not None and touch.too_late_at <= now:
            doomed.append((touch, Reason.TOO_LATE))
    return drop(followup, doomed, write_id, now)


def replaced(before: Iterable[Touch], after: Iterable[Touch], now: datetime) -> list[NotSent]:
    """Return what was due and no longer exists after a fact: reminders of a date that has moved."""
    still = {touch.id for touch in after}
    return [
        NotSent(touch.id, touch.session_id, touch.kind, Reason.SESSION_MOVED, touch.due_at)
        for touch in before
        if touch.due_at <= now and touch.id not in still and touch.session_id is not None
    ]


def close_finished(
    followup: Followup,
    clinic: Clinic,
    protocols: Protocols,
    now: datetime,
    touches: Iterable[Touch] | None = None,
) -> Followup:
    """Close completed sessions whose touches have all ended, and let go of marks nobody asks for again.

    Marks stay while the queue message of their write may come again: its sender may have died before it
    stored the message that was sent, or the reasons. ``touches``: what is still to come, if that is known.
    """
    open_touches = planned(followup, clinic, protocols) if touches is None else touches
    waiting = {touch.session_id for touch in open_touches}
    for session in tuple(followup.sessions.values()):
        if session.status is not Status.COMPLETED or session.id in waiting:
            continue
        claims = [mark for mark in session.marks.values() if mark.state is MarkState.CLAIMED]
        if any(now - claim.at < GIVEN_BACK_WITHIN for claim in claims):
            continue
        kept = {key: mark for key, mark in session.marks.items() if now - mark.at <= MARKS_KEPT}
        if not session.settled or len(kept) < len(session.marks):
            followup = followup.with_session(replace(session, settled=True, marks=kept))
    return followup
