"""One patient as the JSON API answers: the page of a patient, and the export of everything."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from aftercare.contracts.api_answers import Alert, Instant, Out, Task, Upcoming, Words
from aftercare.domain.consent import Channel
from aftercare.domain.followup import Followup, Session
from aftercare.domain.history import History
from aftercare.domain.patient import Patient

_STATUS = {"s": "scheduled", "d": "completed", "x": "cancelled"}


class Identity(Out):
    """The patient as the clinic enrolled them."""

    id: str
    given_name: str
    birth_date: date
    language: str
    time_zone: str
    country: str
    phone: str | None
    email: str | None
    accepts_unencrypted: bool


class ConsentStanding(Out):
    """Where one channel and purpose stands today, on the patient's calendar."""

    channel: Literal["sms", "email"]
    purpose: Literal["care", "education"]
    stands: bool
    given_at: Instant | None
    withdrawn_at: Instant | None
    expires_on: date | None


class SessionState(Out):
    """One treatment session."""

    id: str
    protocol: str
    course_id: str
    number: int
    status: Literal["scheduled", "completed", "cancelled"]
    starts_at: Instant | None
    ended_at: Instant | None
    discharged_at: Instant | None


class MeasureAnswered(Out):
    """One answered measure. ``total``: null when too much was left blank."""

    id: str
    at: Instant
    code: str
    total: int | None
    complete: bool
    prorated: bool
    band: str | None
    touch_id: str | None
    answers: dict[str, int | str]
    revision: str | None


class File(Out):
    """How the file stands."""

    enrolled_at: Instant
    closed: bool
    closed_at: Instant | None
    closed_reason: str | None
    paused_until: Instant | None
    unreachable: Annotated[
        tuple[str, ...], Field(description="channels whose present address takes no messages")
    ]


class PatientPage(Out):
    """One patient. ``clinical`` is false for who may not see clinical matters: measures are left out."""

    at: Instant
    clinical: bool
    patient: Identity
    file: File
    consents: tuple[ConsentStanding, ...]
    sessions: tuple[SessionState, ...]
    measures: tuple[MeasureAnswered, ...]
    alerts: tuple[Alert, ...]
    tasks: tuple[Task, ...]
    upcoming: tuple[Upcoming, ...]


class MessageSent(Out):
    """One message, with the exact words. ``delivery``: what the carrier says of it; null: nothing yet."""

    touch_id: str
    session_id: str | None
    kind: str
    sent_at: Annotated[datetime, Field(validation_alias="claimed_at", description="RFC 3339, in UTC")]
    channel: str
    to: str
    subject: str | None
    text: str
    words_id: str
    revision: str
    language: str
    by: Annotated[str | None, Field(description="who wrote it, where a person did")] = None
    delivery: str | None = None


class TouchNotSent(Out):
    """One touch that ended without a message."""

    touch_id: str
    session_id: str | None
    kind: str
    reason: str
    due_at: Instant
    ended_at: Instant


class ConsentGiven(Out):
    """One act of consent, as it was given."""

    event_id: str
    channel: str
    purpose: str
    wording_version: str
    wording: str
    method: str
    given_at: Instant
    recorded_by: str
    expires_on: date | None


class PatientExport(Out):
    """Everything that is kept about one patient, each list oldest first."""

    exported_at: Instant
    clinic_id: str
    clinical: Annotated[bool, Field(description="false: words, scores and reasons of alerts were left out")]
    patient: Identity
    file: File
    consents: tuple[ConsentStanding, ...]
    consents_given: tuple[ConsentGiven, ...]
    sessions: tuple[SessionState, ...]
    messages: tuple[MessageSent, ...]
    replies: tuple[Words, ...]
    measures: tuple[MeasureAnswered, ...]
    not_sent: tuple[TouchNotSent, ...]
    alerts: tuple[Alert, ...]


def page_of(
    history: History, tasks: object, upcoming: object, at: datetime, *, clinical: bool
) -> PatientPage:
    """Return the page of one patient.

    Args:
        history: All that may be shown.
        tasks: Their open tasks.
        upcoming: What is still to come.
        at: Now.
        clinical: Whether clinical matters are in ``history``.
    """
    return PatientPage.model_validate(
        {
            **_common(history, at),
            "at": at,
            "clinical": clinical,
            "measures": history.measures,
            "alerts": history.alerts,
            "tasks": tasks,
            "upcoming": upcoming,
        }
    )


def export_of(history: History, at: datetime, *, clinical: bool) -> PatientExport:
    """Return everything about one patient. ``at``: now; ``clinical``: as in ``page_of``."""
    return PatientExport.model_validate(
        {
            **_common(history, at),
            "exported_at": at,
            "clinic_id": history.followup.clinic_id,
            "clinical": clinical,
            "consents_given": [
                ConsentGiven.model_validate({**_fields(proof.consent), "event_id": proof.event_id})
                for proof in history.proofs
            ],
            "messages": _messages(history),
            "replies": history.replies,
            "measures": history.measures,
            "not_sent": [
                TouchNotSent.model_validate({**_fields(touch), "ended_at": settled.at})
                for settled in history.settled
                for touch in settled.touches
            ],
            "alerts": history.alerts,
        }
    )


def _messages(history: History) -> list[MessageSent]:
    deliveries = history.deliveries or {}
    return [
        MessageSent.model_validate(
            {
                **_fields(sent),
                "delivery": deliveries[sent.touch_id].state.value if sent.touch_id in deliveries else None,
            }
        )
        for sent in history.sent
    ]


def _fields(value: object) -> Mapping[str, object]:
    return {name: getattr(value, name) for name in getattr(type(value), "__slots__", ())}


def _common(history: History, at: datetime) -> Mapping[str, object]:
    followup, patient = history.followup, history.patient
    today = at.astimezone(followup.contact.zone).date()
    return {
        "patient": _identity(patient),
        "file": _file(followup),
        "consents": [
            ConsentStanding(
                channel=channel.value,
                purpose=purpose.value,
                stands=standing.stands(today),
                given_at=standing.given_at,
                withdrawn_at=standing.withdrawn_at,
                expires_on=standing.expires_on,
            )
            for (channel, purpose), standing in sorted(followup.standings.items())
        ],
        "sessions": [_session(session) for session in _by_time(followup)],
    }


def _identity(patient: Patient) -> Identity:
    return Identity.model_validate(patient)


def _file(followup: Followup) -> File:
    return File(
        enrolled_at=followup.enrolled_at,
        closed=followup.closed,
        closed_at=followup.closed_at,
        closed_reason=followup.closed_reason,
        paused_until=followup.paused_until,
        unreachable=tuple(one.value for one in Channel if one in followup.unreachable),
    )


def _by_time(followup: Followup) -> list[Session]:
    return sorted(
        followup.sessions.values(), key=lambda one: (one.left_at or one.starts_at or one.as_of, one.number)
    )


def _session(session: Session) -> SessionState:
    return SessionState.model_validate({**_fields(session), "status": _STATUS[session.status.value]})
