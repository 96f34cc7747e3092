"""What the rules need from outside. Adapters answer these; tests and the laptop answer them too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aftercare.contracts.facts_out_shapes import Event
from aftercare.domain.alert import Alert
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import ConsentKey
from aftercare.domain.delivery import Outcome
from aftercare.domain.followup import Followup
from aftercare.domain.hand_over import Envelope, HandOver
from aftercare.domain.ids import AlertId, ClinicId, PatientId, SessionId, TouchId
from aftercare.domain.message import Message
from aftercare.domain.patient import Patient
from aftercare.domain.readiness import TestPage
from aftercare.domain.records import (
    Link,
    Measure,
    Page,
    Receipt,
    Record,
    Sent,
    Settled,
    Task,
    TaskKind,
    Thread,
    Waiting,
)
from aftercare.domain.sweep import Due, Handed, SweepState

PatientKey = tuple[ClinicId, PatientId]


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""


class Ids(Protocol):
    def token(self) -> str:
        """Return 128 random bits as 22 URL-safe characters, never the same twice."""


class Followups(Protocol):
    """The one source of truth about patients."""

    def get(self, clinic_id: ClinicId, patient_id: PatientId) -> Followup | None: ...

    def get_many(self, keys: Sequence[PatientKey]) -> Mapping[PatientKey, Followup]:
        """Read up to 100 patients in one call. Unknown keys are absent."""

    def identity(self, clinic_id: ClinicId, patient_id: PatientId) -> Patient | None: ...

    def save(
        self,
        followup: Followup,
        *,
        write_id: str,
        due_at: datetime | None,
        records: Sequence[Record] = (),
        requires: ConsentKey | None = None,
    ) -> Followup:
        """Write the patient if nobody has since it was read, together with ``records``: all or nothing.

        Args:
            followup: With the version it was read at.
            write_id: Ours alone; a write whose answer was lost is recognised by it.
            due_at: When the engine must look again; ``None`` takes the patient out of the index.
            records: Stored in the same transaction.
            requires: A consent that must stand in the stored item for the write to happen.

        Returns:
            The patient with its new version.

        Raises:
            Conflict: Another writer was first, or the required consent does not stand.
            AlreadyKept: One of the replies among ``records`` is stored already.
            TryAgain: The store is throttling.
        """

    def record(self, entries: Sequence[tuple[PatientKey, Record]]) -> None:
        """Store records that no condition hangs on. Storing the same one twice is storing it once."""

    def sent(
        self, clinic_id: ClinicId, patient_id: PatientId, ids: Iterable[TouchId]
    ) -> Mapping[TouchId, Sent]:
        """Return the messages recorded for these touches."""

    def settled(self, clinic_id: ClinicId, patient_id: PatientId) -> Sequence[Settled]:
        """Return the stored reasons of all touches of this patient that ended without a message."""

    def conversation(
        self, clinic_id: ClinicId, patient_id: PatientId
    ) -> tuple[Followup, Sequence[Sent], Thread] | None:
        """Return the patient, our messages (latest first) and their last texts, in one read."""

    def await_cause(self, key: PatientKey, waiting: Waiting, session_id: SessionId | None) -> None:
        """Keep an event that came before its patient (or this session), unless that has come meanwhile.

        A known patient is marked as ``awaited`` in the same write, so that whoever brings the session
        looks for what waits.

        Raises:
            Conflict: What it waits for is there now; apply it.
        """

    def await_proof(self, key: PatientKey, waiting: Waiting, version: int) -> None:
        """Keep a refused event that a later one may prove right, and mark the patient as ``awaited``.

        Raises:
            Conflict: The patient was written since ``version``; look again.
        """

    def waiting(self, clinic_id: ClinicId, patient_id: PatientId) -> Sequence[Waiting]:
        """Return the events that wait for this patient or one of their sessions, oldest fact first."""

    def forget_waiting(self, clinic_id: ClinicId, patient_id: PatientId, waiting: Waiting) -> None: ...

    def note_delivery(self, receipt: Receipt) -> Outcome | None:
        """Join a receipt with what is known of its message; return the result if that is new."""

    def delivery(self, clinic_id: ClinicId, patient_id: PatientId, touch_id: TouchId) -> Outcome | None:
        """Return what the receipts of a message say so far."""

    def measures(self, clinic_id: ClinicId, patient_id: PatientId) -> Sequence[Measure]:
        """Return everything the patient answered, oldest first."""

    def patients_with(self, clinic_id: ClinicId, phone: str) -> Sequence[PatientId]:
        """Return whose number, or whose mail address, this is."""


class Alerts(Protocol):
    """Alerts, each one item; opened and closed in one transaction with the patient they are about."""

    def get(self, clinic_id: ClinicId, alert_id: AlertId) -> Alert | None: ...

    def get_many(self, clinic_id: ClinicId, alert_ids: Sequence[AlertId]) -> Mapping[AlertId, Alert]:
        """Return those that exist, by name, read in one call; at most a hundred are asked for."""

    def save(self, alert: Alert, due_at: datetime | None, *, write_id: str) -> Alert:
        """Write the alert if nobody has since it was read.

        Raises:
            Conflict: Another writer was first.
            TryAgain: The store is throttling.
        """

    def claim(self, clinic_id: ClinicId, page: Page, *, write_id: str) -> bool:
        """Claim one call to one person; ``False`` when it was claimed before, by another ``write_id``."""

    def note(self, clinic_id: ClinicId, page: Page, *, accepted: bool) -> None:
        """Keep what became of a call that was claimed."""

    def open_test(self, clinic_id: ClinicId, name: AlertId, at: datetime) -> bool:
        """Keep that this week's test page goes out; ``False`` when it has."""

    def answer_test(self, clinic_id: ClinicId, name: AlertId, by: str, at: datetime) -> bool:
        """Keep who answered the test page; ``False`` when there is no such page."""

    def tests(self, clinic_id: ClinicId) -> Sequence[TestPage]:
        """Return the latest two test pages."""

    def pages(self, clinic_id: ClinicId, alert_id: AlertId, step: int) -> Sequence[Page]:
        """Return the calls of one step that were claimed."""


class Clinics(Protocol):
    def get(self, clinic_id: ClinicId) -> Clinic | None:
        """Return the clinic; a copy up to a minute old may serve."""

    def behind(self, sms_number: str) -> Sequence[ClinicId]:
        """Return the clinics that write from this number or mail address."""

    def every(self) -> Sequence[ClinicId]: ...

    def put(self, clinic: Clinic) -> None: ...


class Tasks(Protocol):
    """Tasks for staff, each kept with what it is about. One that is open already stays as it is."""

    def keep_stray(
        self, clinic_id: ClinicId, reply_id: str, at: datetime, sender: str, body: str, task: Task
    ) -> None:
        """Keep a text that belongs to no single patient, and the task about it."""

    def open(self, task: Task) -> None: ...

    def open_of(self, clinic_id: ClinicId, kind: TaskKind) -> Sequence[Task]:
        """Return the open tasks of one kind."""

    def close(self, task: Task, why: str, at: datetime) -> str: ...  # why it is closed; empty: not known

    def keep_parked(
        self, clinic_id: ClinicId, parked_id: str, at: datetime, event: str, reason: str, task: Task
    ) -> None:
        """Keep a refused event whole, with its reason and the task about it."""


class DueIndex(Protocol):
    def due(self, until: datetime) -> Sequence[Due]:
        """Return what is due, oldest first."""

    def state(self) -> SweepState: ...

    def keep(self, state: SweepState) -> None:
        """Store what was handed over. Losing to an overlapping sweep is no error."""

    def overdue_wait(self, due: Due, task: Task) -> None:
        """Take an event that waited too long out of the index and open its task; it goes on waiting."""


class TouchQueue(Protocol):
    def hand(self, entries: Sequence[Handed]) -> None: ...

    def is_empty(self) -> bool: ...


class OptOuts(Protocol):
    def numbers(self) -> Iterable[str]:
        """Return every number that the carrier lists as opted out."""


class Bus(Protocol):
    def put(self, events: Sequence[Event]) -> None:
        """Tell other systems. All may come again, each under its own id."""


class ParkedQueue(Protocol):
    def park(self, event: str, reason_code: str) -> None:
        """Put a refused event where an operator can replay it. The code holds nothing a patient said."""


class Carrier(Protocol):
    def hand_over(self, message: Message, envelope: Envelope) -> HandOver:
        """Offer the message once. Never retried inside."""


class Links(Protocol):
    def keep(self, links: Sequence[Link]) -> None:
        """Store what some links lead to. Raises ``TryAgain`` when one of them may not be stored."""

    def find(self, secret_hash: str) -> Link | None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside, in one place."""

    clock: Clock
    ids: Ids
    followups: Followups
    clinics: Clinics
    tasks: Tasks
    alerts: Alerts
    due: DueIndex
    touch_queue: TouchQueue
    parked: ParkedQueue
    bus: Bus
    opt_outs: OptOuts
    sms: Carrier
    email: Carrier
    links: Links
    public_base_url: str
    sms_parts_per_second: float
