"""The clinic books a treatment session, moves, cancels or completes it."""

from collections.abc import Mapping

from aftercare.desk_ports import Desk
from aftercare.domain.errors import AtOdds, NotFound
from aftercare.domain.followup import Session, Status
from aftercare.domain.ids import PatientId, SessionId
from aftercare.domain.staff import Person
from aftercare.usecases.keep_patient import known_patient
from aftercare.usecases.tell_fact import tell_fact, told_before

Fields = Mapping[str, object]


def book_session(person: Person, desk: Desk, session: Fields, *, once: str, by: str) -> str:
    """Book a session, or record one that took place without having been booked.

    Args:
        person: Who does it.
        desk: The outside.
        session: As in the events SessionScheduled and SessionCompleted; with ``ended_at`` it took place.
        once: The asker's key for this one request.
        by: ``dashboard`` or ``api``.

    Raises:
        AtOdds: The patient has such a session.
        BadInput: As of ``tell_fact``; likewise the others.
    """
    patient_id, session_id = PatientId(str(session.get("patient_id"))), SessionId(str(session.get("id")))
    known = known_patient(person, desk, patient_id)
    before = known.sessions.get(session_id)
    if before is not None and not told_before(known, person, once, by, *before.facts):
        raise AtOdds("id", "an id that no session of this patient has yet; or change that session")
    done = "ended_at" in session
    return tell_fact(
        person,
        desk,
        "SessionCompleted" if done else "SessionScheduled",
        {"session": session},
        patient_id=patient_id,
        did="completed_session" if done else "booked_session",
        about=session_id,
        once=once,
        by=by,
    )


def move_session(
    person: Person,
    desk: Desk,
    patient_id: PatientId,
    session_id: SessionId,
    starts_at: str,
    *,
    once: str,
    by: str,
) -> str:
    """Give a session another start; a cancelled one takes place again."""
    _open_session(person, desk, patient_id, session_id, once, by)
    detail = {"session_id": session_id, "patient_id": patient_id, "starts_at": starts_at}
    return tell_fact(
        person,
        desk,
        "SessionMoved",
        detail,
        patient_id=patient_id,
        did="moved_session",
        about=session_id,
        once=once,
        by=by,
    )


def cancel_session(
    person: Person,
    desk: Desk,
    patient_id: PatientId,
    session_id: SessionId,
    reason: str | None,
    *,
    once: str,
    by: str,
) -> str:
    """Cancel a session that has not taken place."""
    _open_session(person, desk, patient_id, session_id, once, by)
    detail = {"session_id": session_id, "patient_id": patient_id, "reason": reason}
    return tell_fact(
        person,
        desk,
        "SessionCancelled",
        detail,
        patient_id=patient_id,
        did="cancelled_session",
        about=session_id,
        once=once,
        by=by,
    )


def complete_session(
    person: Person,
    desk: Desk,
    patient_id: PatientId,
    session_id: SessionId,
    times: Fields,
    *,
    once: str,
    by: str,
) -> str:
    """Record that a booked session took place, or correct when. ``times``: ended_at, discharged_at."""
    session = _session(person, desk, patient_id, session_id)
    stated = {
        "id": session_id,
        "patient_id": patient_id,
        "protocol": session.protocol,
        "course_id": session.course_id,
        "number": session.number,
        **times,
    }
    return tell_fact(
        person,
        desk,
        "SessionCompleted",
        {"session": stated},
        patient_id=patient_id,
        did="completed_session",
        about=session_id,
        once=once,
        by=by,
    )


def _session(person: Person, desk: Desk, patient_id: PatientId, session_id: SessionId) -> Session:
    found = known_patient(person, desk, patient_id).sessions.get(session_id)
    if found is None:
        raise NotFound("session_id")
    return found


def _open_session(
    person: Person, desk: Desk, patient_id: PatientId, session_id: SessionId, once: str, by: str
) -> None:
    known = known_patient(person, desk, patient_id)
    session = known.sessions.get(session_id)
    if session is None:
        raise NotFound("session_id")
    if session.status is Status.COMPLETED and not told_before(known, person, once, by, *session.facts):
        raise AtOdds("status", "completed, for this session took place; correct its times instead")
