"""Routes of treatment sessions."""

from aftercare.contracts.api_answers import Kept
from aftercare.contracts.api_requests import (
    SessionNew,
    SessionPatch,
    read_session,
    read_session_patch,
)
from aftercare.domain.ids import PatientId, SessionId
from aftercare.domain.staff import Right
from aftercare.usecases.keep_session import book_session, cancel_session, complete_session, move_session
from aftercare.web.api.route import BY, Call, Route


def _book(call: Call) -> Kept:
    body: SessionNew = call.body
    outcome = book_session(call.person, call.desk, read_session(body), once=call.once, by=BY)
    return _kept(body.id, outcome)


def _change(call: Call) -> Kept:
    body: SessionPatch = call.body
    said = read_session_patch(body)
    who = (call.person, call.desk, PatientId(body.patient_id), SessionId(call.ids["session_id"]))
    if body.status == "scheduled":
        outcome = move_session(*who, said["starts_at"], once=call.once, by=BY)
    elif body.status == "cancelled":
        outcome = cancel_session(*who, said.get("reason"), once=call.once, by=BY)
    else:
        outcome = complete_session(*who, said, once=call.once, by=BY)
    return _kept(call.ids["session_id"], outcome)


def _kept(session_id: str, outcome: str) -> Kept:
    return Kept.model_validate({"id": session_id, "outcome": outcome})


_SESSION = {
    "id": "ses-ada-2",
    "patient_id": "pat-ada",
    "protocol": "ketamine-iv-induction",
    "course_id": "course-ada-1",
    "number": 2,
}
ROUTES = (
    Route(
        "POST",
        "/v1/sessions",
        Right.KEEP_PATIENTS,
        _book,
        "Book a session, or record one that took place without having been booked",
        Kept,
        body=SessionNew,
        status=201,
        examples={
            "booked": {**_SESSION, "starts_at": "2026-11-27T09:00:00-05:00"},
            "walked in": {
                **_SESSION,
                "ended_at": "2026-11-24T11:10:00-05:00",
                "discharged_at": "2026-11-24T12:00:00-05:00",
            },
        },
    ),
    Route(
        "PATCH",
        "/v1/sessions/{session_id}",
        Right.KEEP_PATIENTS,
        _change,
        "Move, cancel or complete a session",
        Kept,
        body=SessionPatch,
        examples={
            "moved": {
                "patient_id": "pat-ada",
                "status": "scheduled",
                "starts_at": "2026-11-28T10:30:00-05:00",
            },
            "cancelled": {"patient_id": "pat-ada", "status": "cancelled", "reason": "no driver"},
            "completed": {
                "patient_id": "pat-ada",
                "status": "completed",
                "ended_at": "2026-11-24T11:40:00-05:00",
            },
        },
    ),
)
