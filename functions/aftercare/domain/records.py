"""What is stored beside the follow-up: each value becomes one item of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.domain.alert import Alert
from aftercare.domain.consent import Channel, Consent
from aftercare.domain.delivery import Outcome
from aftercare.domain.ids import AlertId, ClinicId, PatientId, SessionId, TouchId
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.tier import Tier
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
    CALL_PATIENT = "call_patient"
    NO_RIDE = "no_ride"
    WRONG_NUMBER = "wrong_number"
    NOT_DELIVERED = "not_delivered"
    COMPLAINT = "complaint"
    CALL_NOW = "call_now"
    INCIDENT = "incident"
    TEST_PAGE_MISSED = "test_page_missed"
    OPT_OUT_DRIFT = "opt_out_drift"
    FORM_LOCKED = "form_locked"


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
    ``by``: who wrote it, as colleagues know them, where a person did.
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
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Something a patient wrote, whole.

    Attributes:
        sender: The number or address it came from.
        understood: A code for what it was taken to mean.
        touch_id: The touch it answers, when that is known.
        tier: What the screen made of it.
        alert_id: The alert it raised or joined.
        automatic: A machine wrote it: an out-of-office note, a bounce.
    """

    id: str
    at: datetime
    sender: str
    body: str
    understood: str
    touch_id: TouchId | None = None
    channel: Channel = Channel.SMS
    tier: Tier = Tier.GREEN
    alert_id: AlertId | None = None
    automatic: str | None = None


THREAD_MAX, THREAD_CHARACTERS = 4, 500
THREAD_KEPT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Thread:
    """The ends of a patient's latest texts, oldest first: a crisis may be parted over several.

    Kept beside the patient so that the screen reads them in the same query.
    """

    texts: tuple[tuple[datetime, str], ...] = ()

    def with_text(self, at: datetime, body: str) -> "Thread":
        kept = [(then, text) for then, text in self.texts if at - then <= THREAD_KEPT]
        kept.append((at, body[-THREAD_CHARACTERS:]))
        return Thread(tuple(sorted(kept))[-THREAD_MAX:])

    def before(self, now: datetime) -> tuple[str, ...]:
        """Return the texts that still belong to the conversation."""
        return tuple(text for at, text in self.texts if now - at <= THREAD_KEPT)


@dataclass(frozen=True, slots=True)
class Measure:
    """One answered measure.

    Attributes:
        total: In the measure's own points; ``None`` when too much is missing, or it has none.
        prorated: The total makes up for a blank.
        band: Where the total lies, by its id.
        answers: Each answer as given, by item id.
        revision: Of the words that were shown.
    """

    id: str
    at: datetime
    code: str
    total: int | None
    complete: bool
    touch_id: TouchId | None = None
    prorated: bool = False
    band: str | None = None
    answers: Mapping[str, int | str] = field(default_factory=dict)
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What a secret link leads to. Only the hash of the secret is ever stored.

    Attributes:
        opens: ``form:`` and the codes of its measures, or ``unsubscribe``.
        made_at: What ended or was sent since then may close it.
    """

    secret_hash: str
    clinic_id: ClinicId
    patient_id: PatientId
    touch_id: TouchId
    opens: str
    expires_at: datetime
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """A consent as it was given, kept verbatim."""

    event_id: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Number:
    """Whose phone a number, or whose mailbox an address is. Several patients may share one.

    ``gone``: no longer theirs.
    """

    phone: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One call to one person of the rota: claimed before it is handed over, so that it happens once.

    ``place`` is the person's line in the rota, from 0; ``accepted`` is ``None`` while nobody knows.
    """

    alert_id: AlertId
    step: int
    place: int
    channel: Channel
    at: datetime
    accepted: bool | None = None
    provider_id: str | None = None


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


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a carrier says of one message to a patient. ``message_id`` is the carrier's."""

    clinic_id: ClinicId
    patient_id: PatientId
    touch_id: TouchId
    channel: Channel
    message_id: str
    at: datetime
    outcome: Outcome


Record = (
    Task
    | Settled
    | Sent
    | Reply
    | Thread
    | Measure
    | Link
    | ConsentProof
    | Number
    | Patient
    | Waiting
    | Alert
    | Page
)
