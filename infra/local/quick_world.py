"""The service without its cloud: the real use cases and table adapters over the in-memory table.

No botocore, no moto, no handlers: some thousand touches a second. For properties and simulations; what
it leaves out (handlers, queues, wiring) is what the local cloud runs.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aftercare.adapters.dynamodb_alerts import DynamoDbAlerts
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.adapters.dynamodb_due import DynamoDbDue
from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.adapters.dynamodb_tasks import DynamoDbLinks, DynamoDbTasks
from aftercare.contracts.facts_out_shapes import Event
from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.clinic import Clinic
from aftercare.domain.hand_over import Accepted, Envelope, HandOver
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.domain.message import Message
from aftercare.domain.sweep import Handed
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.send_batch import send_batch
from aftercare.usecases.sweep_due import sweep_due
from aftercare.usecases.take_event import take_event
from aftercare.usecases.take_reply import take_text
from aftercare.usecases.work_alert import work_on
from infra.local.memory_table import MemoryTable
from infra.local.quick_desk import desk_on
from infra.local.virtual_clock import SequentialIds, VirtualClock

BASE_URL = "https://care.example"


@dataclass(frozen=True, slots=True)
class Out:
    """One message that a carrier accepted."""

    at: datetime
    message: Message
    envelope: Envelope


@dataclass
class QuickCarrier:
    """Accepts everything, unless ``answers`` decides otherwise for a message."""

    clock: VirtualClock
    accepted: list[Out] = field(default_factory=list)
    answers: Callable[[Message, Envelope], HandOver | None] = lambda *_: None

    def hand_over(self, message: Message, envelope: Envelope) -> HandOver:
        answer = self.answers(message, envelope)
        if answer is None:
            answer = Accepted(f"msg-{len(self.accepted) + 1}")
        if isinstance(answer, Accepted):
            self.accepted.append(Out(self.clock.now(), message, envelope))
        return answer


@dataclass
class QuickQueue:
    """The touch queue: what is handed waits here until its delay is over."""

    clock: VirtualClock
    waiting: list[tuple[datetime, PatientKey]] = field(default_factory=list)
    alerts: list[tuple[ClinicId, AlertId]] = field(default_factory=list)

    def hand(self, entries: Iterable[Handed]) -> None:
        now = self.clock.now()
        for entry in entries:
            if entry.alert_id is not None:
                self.alerts.append((entry.clinic_id, entry.alert_id))
                continue
            visible_at = now + timedelta(seconds=entry.delay_seconds)
            self.waiting.append((visible_at, (entry.clinic_id, entry.patient_id)))

    def is_empty(self) -> bool:
        return not self.waiting and not self.alerts

    def take(self) -> list[PatientKey]:
        """Return what is visible now; it is gone from the queue."""
        now = self.clock.now()
        visible = [key for at, key in self.waiting if at <= now]
        self.waiting = [(at, key) for at, key in self.waiting if at > now]
        return visible

    def take_alerts(self) -> list[tuple[ClinicId, AlertId]]:
        """Return the alerts to be worked on; they are gone from the queue."""
        taken, self.alerts = self.alerts, []
        return taken

    def put_back(self, keys: Iterable[PatientKey], delay: timedelta) -> None:
        self.waiting.extend((self.clock.now() + delay, key) for key in keys)


@dataclass
class QuickBus:
    """The bus, for whoever listens."""

    events: list[Event] = field(default_factory=list)

    def put(self, events: Iterable[Event]) -> None:
        self.events.extend(events)


@dataclass
class QuickOptOuts:
    """The carrier's list of numbers that said STOP to the carrier."""

    listed: list[str] = field(default_factory=list)

    def numbers(self) -> list[str]:
        return self.listed


@dataclass
class QuickParked:
    events: list[tuple[str, str]] = field(default_factory=list)

    def park(self, event: str, reason_code: str) -> None:
        self.events.append((event, reason_code))


class QuickWorld:
    """A clinic and a clock. ``table`` may be wrapped to inject faults; see ``MemoryTable``."""

    def __init__(self, clinic: Clinic, starts_at: datetime, table: Any = None) -> None:
        self.clock = VirtualClock(starts_at)
        self.memory = MemoryTable("aftercare", now=self.clock.now)
        self.records: list[Mapping[str, Any]] = []
        self.memory.subscribe(self.records.append, only_reads=True)
        client = table(self.memory) if table is not None else self.memory
        self.carrier = QuickCarrier(self.clock)
        self.queue = QuickQueue(self.clock)
        self.parked = QuickParked()
        self.bus = QuickBus()
        self.opt_outs = QuickOptOuts()
        self.ports = Ports(
            clock=self.clock,
            ids=SequentialIds(),
            followups=DynamoDbFollowups(client, "aftercare"),
            clinics=DynamoDbClinics(client, "aftercare", self.clock),
            tasks=DynamoDbTasks(client, "aftercare"),
            alerts=DynamoDbAlerts(client, "aftercare"),
            due=DynamoDbDue(client, "aftercare"),
            touch_queue=self.queue,
            parked=self.parked,
            bus=self.bus,
            opt_outs=self.opt_outs,
            sms=self.carrier,
            email=self.carrier,
            links=DynamoDbLinks(client, "aftercare"),
            public_base_url=BASE_URL,
            sms_parts_per_second=1.0,
        )
        self.desk = desk_on(client, self.ports)
        DynamoDbClinics(self.memory, "aftercare", self.clock).put(clinic)

    def event(self, event: Mapping[str, Any]) -> str:
        """Put one event on the bus, now."""
        return take_event(json.loads(json.dumps(event)), self.ports)

    def text(self, inbound: InboundSms) -> str:
        """Let one text arrive, now."""
        return take_text(inbound, self.ports)

    def tick(self) -> int:
        """Let one minute's sweep and the queue behind it run. Returns how many touches were sent."""
        sweep_due(self.clock.now(), self.ports)
        sent = 0
        for clinic_id, alert_id in self.queue.take_alerts():
            work_on(clinic_id, alert_id, self.ports)
        keys = self.queue.take()
        for start in range(0, len(keys), 10):
            batch = send_batch(dict.fromkeys(keys[start : start + 10], False), self.ports)
            self.queue.put_back(batch.again, timedelta(minutes=6))
            sent += batch.sent
        return sent

    def due_at(self) -> datetime | None:
        """Return when something is due next, in the index or in the queue."""
        moments = [at for at, _ in self.queue.waiting]
        earliest = self._earliest_in_index()
        return min([*moments, earliest] if earliest is not None else moments, default=None)

    def _earliest_in_index(self) -> datetime | None:
        due = self.ports.due.due(datetime.max.replace(tzinfo=self.clock.now().tzinfo, year=2100))
        return due[0].due_at if due else None

    def run_until(self, instant: datetime) -> None:
        """Jump from due instant to due instant, ticking at the whole minute after each."""
        while (due_at := self.due_at()) is not None:
            tick_at = max(_minute_after(due_at), self.clock.now())
            if tick_at > instant:
                break
            self.clock.advance_to(tick_at)
            self.tick()
            if self.due_at() == due_at:
                self.clock.advance_to(self.clock.now() + timedelta(minutes=1))
        if instant > self.clock.now():
            self.clock.advance_to(instant)


def _minute_after(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
