"""What the JSON API is asked: bodies and queries, made of the same fields as the events.

What is unknown in a body is ignored, as in an event; an unknown query parameter is refused, for a misspelt
filter would answer with everything.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, WithJsonSchema

from aftercare.contracts.fields import (
    ConsentIn,
    Day,
    IdText,
    Instant,
    PersonName,
    Reason,
    SessionIdentity,
)
from aftercare.contracts.patient_changed import ALLOWED, Changes
from aftercare.contracts.patient_enrolled import PatientIn
from aftercare.contracts.reading import Wire
from aftercare.domain.errors import BadInput

LIMIT_MAX = 200
_LIMIT_ALLOWED = f"a whole number from 1 to {LIMIT_MAX}"


class Asked(Wire):
    """A query: only parameters that are known, each once."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


def _read_limit(found: object) -> int:
    if isinstance(found, str) and found.isascii() and found.isdigit() and 1 <= len(found) <= 3:
        number = int(found)
        if 1 <= number <= LIMIT_MAX:
            return number
    raise ValueError(_LIMIT_ALLOWED)


Limit = Annotated[
    int,
    BeforeValidator(_read_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "description": _LIMIT_ALLOWED}),
]
_AFTER_ALLOWED = "the `next` of the page before"
After = Annotated[
    str, Field(min_length=1, max_length=1500, pattern=r"^[A-Za-z0-9_-]+$", description=_AFTER_ALLOWED)
]


class NoQuery(Asked):
    """No parameters."""


class PageQuery(Asked):
    """Which part of a list."""

    after: After | None = None
    limit: Limit = 50


class PatientsQuery(PageQuery):
    """Which patients."""

    starting_with: Annotated[
        str, Field(max_length=100, description="how the given name begins; accents and case do not matter")
    ] = ""


class AlertsQuery(PageQuery):
    """Which alerts."""

    state: Annotated[
        Literal["open", "raised", "acknowledged", "resolved"],
        Field(description="open (raised or acknowledged), raised, acknowledged or resolved"),
    ] = "open"


class ExportQuery(Asked):
    """In which form."""

    format: Annotated[Literal["json", "fhir"], Field(description="json or fhir (R4 Bundle)")] = "json"


class CalendarQuery(Asked):
    """From which day on."""

    start: Day


class AuditQuery(PageQuery):
    """Which part of the trail."""

    since: Instant | None = None
    until: Instant | None = None


# ---- bodies


class PatientNew(Wire):
    """A patient, and what they agreed to."""

    patient: PatientIn
    consents: Annotated[
        list[ConsentIn], Field(max_length=20, description="a list of at most 20 consents")
    ] = []


_CLOSED = "one of discharged, deceased, transferred, withdrawn; alone, it closes the file"
PATCH_ALLOWED = f"{ALLOWED}; or closed_reason alone"


class Patch(Changes, total=False):
    """At least one of the patient's fields, or closed_reason alone."""

    closed_reason: Annotated[
        Literal["discharged", "deceased", "transferred", "withdrawn"], Field(description=_CLOSED)
    ]


class PatientPatch(RootModel[Patch]):
    """Fields that change, or the reason the file is closed. Null takes a phone or an email away."""

    model_config = ConfigDict(strict=True, frozen=True, defer_build=True)


class WithdrawalNew(Wire):
    """What a patient takes back."""

    channel: Annotated[Literal["sms", "email", "all"], Field(description="one of sms, email, all")]
    purpose: Annotated[Literal["care", "education", "all"], Field(description="one of care, education, all")]
    withdrawn_at: Instant
    recorded_by: PersonName
    reason: Reason | None = None


MESSAGE_MAX = 2000


class MessageNew(Wire):
    """What a named human writes to a patient."""

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MESSAGE_MAX,
            pattern=r"\S",
            description=f"1 to {MESSAGE_MAX} characters, not blank; no drug or diagnosis in a text message",
        ),
    ]


class PauseNew(Wire):
    """The first day on which messages go again, on the patient's calendar; null lifts a pause."""

    until: Day | None


class SessionNew(SessionIdentity):
    """A session that is booked (starts_at), or took place without being booked (ended_at)."""

    starts_at: Instant | None = None
    ended_at: Instant | None = None
    discharged_at: Instant | None = None


class SessionPatch(Wire):
    """What becomes of a session of this patient."""

    patient_id: IdText
    status: Annotated[
        Literal["scheduled", "cancelled", "completed"],
        Field(
            description="scheduled (with starts_at: it is moved, or takes place after all), cancelled, "
            "or completed (with ended_at)"
        ),
    ]
    starts_at: Instant | None = None
    ended_at: Instant | None = None
    discharged_at: Instant | None = None
    reason: Reason | None = None


class Nothing(Wire):
    """No body, or an empty object."""


_NOTE_ALLOWED = "1 to 2000 characters, not blank: what was done and what the patient said"


class ResolveNew(Wire):
    """How an alert ended."""

    disposition: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            pattern=r"\S",
            description="what came of it, such as spoke_with_patient, left_message, emergency_services",
        ),
    ]
    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S", description=_NOTE_ALLOWED)]
    heard: Annotated[
        str | None,
        Field(
            max_length=512,
            description="the last of the alert's causes that you have read: should the patient have written "
            "since, nothing is ended and the answer is 409",
        ),
    ] = None


def stated(model: BaseModel) -> dict[str, Any]:
    """Return what was said, as JSON says it; what was left out stays out."""
    return model.model_dump(mode="json", exclude_unset=True)


def read_patch(patch: PatientPatch) -> tuple[str | None, Mapping[str, Any]]:
    """Return why the file is closed, if it is, and the changes.

    Raises:
        BadInput: There is neither, or both.
    """
    changes = stated(patch)
    reason = changes.pop("closed_reason", None)
    if bool(changes) == (reason is not None):
        raise BadInput("the whole", None, PATCH_ALLOWED)
    return reason, changes


def read_session(session: SessionNew) -> Mapping[str, Any]:
    """Return the session of an event: SessionCompleted with ``ended_at``, else SessionScheduled.

    Raises:
        BadInput: It has neither a start nor an end, or both.
    """
    if (session.starts_at is None) == (session.ended_at is None):
        raise BadInput("starts_at", None, "either starts_at or ended_at, an instant; not both")
    if session.discharged_at is not None and session.ended_at is None:
        raise BadInput("discharged_at", None, "nothing, for a session that has not ended")
    return {name: value for name, value in stated(session).items() if value is not None}


def read_session_patch(patch: SessionPatch) -> Mapping[str, Any]:
    """Return the instants and the reason that go with the status.

    Raises:
        BadInput: What the status takes is missing, or something else stands there.
    """
    takes = {"scheduled": {"starts_at"}, "cancelled": {"reason"}, "completed": {"ended_at", "discharged_at"}}
    said = {
        name: value
        for name, value in stated(patch).items()
        if name not in ("patient_id", "status") and value is not None
    }
    for name in sorted(said.keys() - takes[patch.status]):
        raise BadInput(name, None, f"nothing, with the status {patch.status}")
    needed = {"scheduled": "starts_at", "completed": "ended_at"}.get(patch.status)
    if needed is not None and needed not in said:
        raise BadInput(needed, None, f"required with the status {patch.status}: an instant with its offset")
    return said
