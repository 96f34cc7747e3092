"""What the JSON API answers: the part of our own values that other programs may rely on.

Each model names the fields that go out; what a value has besides them stays inside.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Instant = Annotated[datetime, Field(description="RFC 3339, in UTC")]


class Out(BaseModel):
    """Built from one of our values, by the names of its fields."""

    model_config = ConfigDict(from_attributes=True, frozen=True, defer_build=True)


class Kept(Out):
    """What became of a write. ``unchanged``: it was known already."""

    id: str
    outcome: Annotated[
        Literal["applied", "unchanged"],
        Field(description="unchanged: known, or older than what is known"),
    ]


class Done(Out):
    """It is done, now or before."""

    id: str
    outcome: Literal["done"] = "done"


class MessageWritten(Out):
    """What became of a message that a person wrote. ``parts``: of a text; 0 for a mail."""

    touch_id: str
    went: Literal["sent", "sending", "unconfirmed", "not_sent"]
    channel: str | None
    parts: int
    reason: str | None
    why: Annotated[str, Field(description="why it was not sent; empty if it was")]


class Paused(Out):
    """Until when nothing is sent; null when nothing holds messages back."""

    id: str
    paused_until: Instant | None


class PatientFace(Out):
    """Who a row is about, and how to reach them."""

    id: str
    given_name: str
    language: str
    time_zone: str
    phone: str | None
    email: str | None


class Call(Out):
    """One call to one person of the rota. ``accepted``: the carrier took it; null while nobody knows."""

    step: int
    channel: str
    at: Instant
    accepted: bool | None


class Words(Out):
    """What a patient wrote, whole."""

    id: str
    at: Instant
    channel: str
    body: str
    understood: str
    touch_id: str | None


class Alert(Out):
    """An alert. Without the right to see clinical matters, why it was raised and how it ended are empty."""

    id: str
    patient_id: Annotated[str, Field(description="~shared when it belongs to no single patient")]
    tier: Literal["red", "amber", "green"]
    reason: str
    causes: Annotated[
        tuple[str, ...], Field(description="ids of the texts and forms behind it, oldest first")
    ]
    raised_at: Instant
    state: Literal["raised", "acknowledged", "resolved"]
    acknowledged_at: Instant | None
    acknowledged_by: str | None
    resolved_at: Instant | None
    resolved_by: str | None
    disposition: str | None
    note: str | None


class AlertRow(Out):
    """An alert with what a person needs to act on it. ``next_at``: when the next people are called."""

    alert: Alert
    patient: PatientFace | None
    called: tuple[Call, ...]
    words: tuple[Words, ...]
    next_at: Instant | None


class Alerts(Out):
    """One page of alerts."""

    alerts: tuple[AlertRow, ...]
    next: Annotated[str | None, Field(description="goes on behind this page, as `after`; null at the end")]


class Task(Out):
    """Work for staff that is not urgent."""

    id: str
    patient_id: str | None
    kind: str
    reason: str
    opened_at: Instant


class TaskRow(Out):
    """A task with whom and what it is about."""

    task: Task
    section: Literal["red", "amber", "calls", "replies", "undelivered", "other"]
    patient: PatientFace | None
    reply: Words | None


class Worklist(Out):
    """One page of what needs a person, worst first: alerts, then tasks."""

    at: Instant
    alerts: tuple[AlertRow, ...]
    tasks: tuple[TaskRow, ...]
    next: Annotated[str | None, Field(validation_alias="more", description="as `after`; null at the end")]


class Problems(Out):
    """One page of messages that did not arrive, each with what is to be done."""

    at: Instant
    problems: tuple[TaskRow, ...]
    next: Annotated[
        str | None, Field(description="as `after`; null at the end. A page may be empty though more follow.")
    ]


class Point(Out):
    """One answered measure in its course."""

    at: Instant
    code: str
    total: int | None
    after_session: int
    week: int | None


class Course(Out):
    """One series of sessions."""

    id: str
    protocol: str
    sessions_done: int
    began_at: Instant | None
    last_session_at: Instant | None
    next_session_at: Instant | None
    points: tuple[Point, ...]


class PatientLine(Out):
    """One line of the patients' list."""

    id: Annotated[str, Field(validation_alias="patient_id")]
    given_name: str
    language: str
    birth_date: Annotated[date, Field(validation_alias="born_on")]
    reachable: tuple[str, ...]
    paused: bool
    closed: bool
    courses: tuple[Course, ...]
    open_alerts: int
    open_red: bool
    heard_at: Instant | None
    wrote_at: Instant | None


class Patients(Out):
    """One page of patients, in the order of names."""

    patients: tuple[PatientLine, ...]
    next: Annotated[str | None, Field(description="as `after`; null at the end")]


class Moment(Out):
    """One line of a patient's timeline."""

    at: Instant
    kind: str
    title: str
    text: str
    about: str
    state: str
    channel: str | None
    touch_id: str | None
    session_id: str | None
    alert_id: str | None
    reply_id: str | None
    task_id: str | None


class Timeline(Out):
    """One page of a patient's timeline, the latest first."""

    moments: tuple[Moment, ...]
    next: Annotated[str | None, Field(description="as `after`; null at the end")]


class Upcoming(Out):
    """A touch still to come. ``local``: on the patient's own clock."""

    touch_id: str
    session_id: str | None
    session_number: int | None
    kind: str
    at: Instant
    local: str
    channel: str | None
    title: str
    goes: bool
    reason: str | None
    why: str


class Known(Out):
    """One fact that a decision rested on."""

    label: str
    text: str


class Why(Out):
    """Why a touch was sent, was not, or waits."""

    touch_id: str
    session_id: str | None
    kind: str
    title: str
    fate: str
    sentence: str
    facts: tuple[Known, ...]
    at: Instant
    reason: str | None


class Fault(Out):
    """One field, and what is allowed there."""

    field: str
    allowed: str


class Problem(Out):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()
