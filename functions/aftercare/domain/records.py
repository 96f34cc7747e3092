"""What is stored beside the follow-up: each value becomes one item of its own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.domain.consent import Channel, Consent
from aftercare.domain.ids import ClinicId, PatientId, SessionId, TouchId
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import Reason


class TaskKind(StrEnum):
    """Work for staff that is not urgent."""

    BAD_EVENT = "bad_event"
    WAITING_EVENT = "waiting_event"
    CONTRADICTING_EVENT = "contradicting_event"
    WORDS_OVERDUE = "words_overdue"
    WORDS_MISSING = "words_missing"
    UNREAD_REPLY = "unread_reply"
    SIDE_EFFECTS = "side_effects"
    UNKNOWN_NUMBER = "unknown_number"
    SHARED_NUMBER = "shared_number"
    OPTED_OUT = "opted_out"
    UNCONFIRMED = "unconfirmed"
    CARRIER_REFUSED = "carrier_refused"
    CARRIER_OPTED_OUT = "carrier_opted_out"
    TELL_IN_PERSON = "tell_in_person"
    REMS_FORM = "rems_form"


@dataclass(frozen=True, slots=True)
class Task:
    """``id`` is derived from what it is about, so that asking twice opens one task."""

    id: str
    clinic_id: ClinicId
    patient_id: PatientId | None
    kind: TaskKind
    reason: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class NotSent:
    """One touch that ended without a message."""

    touch_id: TouchId
    session_id: SessionId | None
    kind: Kind
    reason: Reason
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The touches that one write ended without a message. ``id`` is that write's own."""

    id: str
    at: datetime
    touches: tuple[NotSent, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message handed to a carrier, with the exact words.

    ``provider_id`` is ``None`` when the answer was lost: the touch is unconfirmed.
    ``revision`` names the version of the words; the HTML form of a mail follows from ``text``.
    """

    touch_id: TouchId
    session_id: SessionId | None
    kind: Kind
    claimed_at: datetime
    channel: Channel
    to: str
    words_id: str
    revision: str
    language: str
    text: str
    subject: str | None
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """Something a patient wrote, whole. ``touch_id``: the touch it answers, when that is known."""

    id: str
    at: datetime
    from_number: str
    body: str
    understood: str
    touch_id: TouchId | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One answered scale. ``total`` is in the scale's own points."""

    id: str
    at: datetime
    code: str
    total: int | None
    complete: bool
    touch_id: TouchId | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What a secret link leads to. Only the hash of the secret is ever stored."""

    secret_hash: str
    clinic_id: ClinicId
    patient_id: PatientId
    touch_id: TouchId
    opens: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """A consent as it was given, kept verbatim."""

    event_id: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Number:
    """Whose phone a number is. Several patients may share one. ``gone``: no longer theirs."""

    phone: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that came before the patient or session it speaks of. ``event`` is the JSON as received.

    ``refused``: it was parked as wrong, so staff know of it; it waits only for what may prove it right.
    """

    event_id: str
    occurred_at: datetime
    received_at: datetime
    event: str
    refused: bool = False


Record = Task | Settled | Sent | Reply | Measure | Link | ConsentProof | Number | Patient | Waiting
