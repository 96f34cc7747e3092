"""What one fact changes about one session: its state, its times, and which reminders it has again."""

from dataclasses import replace
from datetime import datetime

from aftercare.domain.errors import BadInput
from aftercare.domain.facts import (
    FACTS_KEPT,
    SessionCancelled,
    SessionCompleted,
    SessionFact,
    SessionMoved,
    SessionScheduled,
    fact_hash,
)
from aftercare.domain.followup import Mark, MarkState, Session, Status


def without_dropped(session: Session) -> dict[str, Mark]:
    """Return the marks of what left or waits; what was dropped may be planned again."""
    gone = (MarkState.NOT_SENT, MarkState.DOOMED)
    return {key: mark for key, mark in session.marks.items() if mark.state not in gone}


def session_after(session: Session, fact: SessionFact, now: datetime) -> Session:
    """Return the session as the fact says it is.

    Args:
        session: As known; the fact is the newest word on it, or says that it took place.
        fact: What was said.
        now: When we learnt it; an aware instant.

    Raises:
        BadInput: It ended before it started.
    """
    seen = fact_hash(fact.metadata.event_id)
    base = replace(session, as_of=fact.metadata.occurred_at, facts=(*session.facts, seen)[-FACTS_KEPT:])
    match fact:
        case SessionCancelled():
            return replace(base, status=Status.CANCELLED)
        case SessionCompleted():
            first = session.status is not Status.COMPLETED and fact.metadata.occurred_at >= session.as_of
            known = session.starts_at if first else None
            if known is not None and fact.ended_at < known:
                raise BadInput(
                    "detail.session.ended_at",
                    fact.ended_at.isoformat(),
                    f"an instant after the session starts ({known.isoformat()}); "
                    "send SessionMoved first if it took place earlier",
                )
            # A corrected end moves what is still to come; what has a mark, or is settled, stays ended.
            return replace(
                base,
                protocol=fact.protocol,
                course_id=fact.course_id,
                number=fact.number,
                status=Status.COMPLETED,
                ended_at=fact.ended_at,
                discharged_at=fact.discharged_at,
            )
        case SessionScheduled():
            stated = replace(base, protocol=fact.protocol, course_id=fact.course_id, number=fact.number)
            return _restarted(stated, fact.starts_at, now)
        case SessionMoved():
            return _restarted(base, fact.starts_at, now)


def _restarted(session: Session, starts_at: datetime, now: datetime) -> Session:
    """Give the session a start. If the patient was told another one, they are owed the news.

    What was dropped for the old date may be in time for the new one. Reminders that were sent are sent
    again under new names, for the new date, and only to someone who was told the old one.
    """
    revived = session.status is Status.CANCELLED
    again = replace(session, status=Status.SCHEDULED, starts_at=starts_at)
    if starts_at == session.starts_at and not revived:
        return again
    if starts_at == session.told and not revived:
        return replace(again, round=session.told_round, moved_at=None)
    again = replace(again, settled=False, marks=without_dropped(session))
    if session.told is None:
        return again
    return replace(again, moves=session.moves + 1, round=session.moves + 1, moved_at=now)
