"""What a touch costs: whole courses through the real handlers, every AWS call counted, nothing estimated.

The local cloud runs the functions as ``template.yaml`` wires them; the meter sits in botocore (or before
the in-memory table) and sees what they ask for. What Lambda itself asks for (reading queues) is not ours.
"""

import importlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Literal
from unittest import mock

from aftercare import wiring
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.adapters.followup_item import FOLLOWUP
from aftercare.adapters.record_items import settled_from
from infra.local.attribute_values import checked_item
from infra.local.aws_wiring import Function
from infra.local.bench_script import ENROLLED_AT, SESSION_DAYS, course_events, sandboxed_clinic
from infra.local.carrier import Carrier, SmsOut
from infra.local.cloud import Cloud
from infra.local.meter import Meter, Snapshot
from infra.local.rehearsal import BASE_URL, TEMPLATE
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]
# The targets of perf-reliability.md ("must"), per text from plan to delivered.
MUST_CALLS = 4.5
MUST_WRITE_UNITS = 7.0
# A delivery receipt comes with the next issue. It will take one call, an UpdateItem on the recorded
# message: one unit, as that item stays under 1 KB and in no index.
RECEIPT_CALLS = 1
RECEIPT_WRITE_UNITS = 1
# In a touch_due invocation, which part of the job a call belongs to.
_PARTS = {
    "dynamodb.BatchGetItem": "read the patients",
    "dynamodb.GetItem": "read the clinic",
    "dynamodb.PutItem": "claim",
    "dynamodb.TransactWriteItems": "claim, with reasons kept",
    "pinpoint-sms-voice-v2.SendTextMessage": "send",
    "dynamodb.BatchWriteItem": "record",
}


@dataclass(frozen=True, slots=True)
class Course:
    """What is played: so many patients in step, each with so many sessions scheduled ahead.

    Attributes:
        parts_per_second: What the clinic's sending number carries; 1 is a new 10DLC number.
        table: ``moto``: every call is a real boto3 call. ``memory``: the same, without HTTP in between.
    """

    name: str
    sessions: int = len(SESSION_DAYS)
    patients: int = 1
    parts_per_second: int = 1
    table: Literal["moto", "memory"] = "moto"


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls and units of one stage."""

    calls: float = 0
    write_units: float = 0
    read_units: float = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.calls + other.calls,
            self.write_units + other.write_units,
            self.read_units + other.read_units,
        )

    def per(self, count: int) -> "Spent":
        """Divide by a count of texts."""
        return Spent(self.calls / count, self.write_units / count, self.read_units / count)


# What other systems are told, what the desk's charts are made of, and what is done once a night and a
# week: no part of a touch's life.
ANSWERED = "reply_received"
QUESTIONS = (".evening", ".day1", ".day3", ".week1", ".week3")
BESIDE_A_TOUCH = frozenset({"facts_recorded", "course_changed", "night_passed", "week_begun"})


@dataclass
class Bill:
    """What a course came to.

    Attributes:
        texts: Texts the carrier accepted.
        stages: What was spent, by stage, in the order of a touch's life.
        sizes: Of each version of each patient's item, bytes.
        not_sent: Touches that ended without a text; what they cost is borne by the texts.
        sweeps: How many sweeps handed something over; ``empty_sweeps``: how many found nothing. The
            calls of the latter are what the service costs at rest, and are in no stage.
        batches: Invocations of the sender.
        unmetered: Calls whose units could not be told; a bill with any is not to be trusted.
    """

    course: Course
    texts: int = 0
    stages: defaultdict[str, Spent] = field(default_factory=lambda: defaultdict(Spent))
    at_rest: Spent = field(default_factory=Spent)
    sizes: list[int] = field(default_factory=list)
    not_sent: int = 0
    sweeps: int = 0
    empty_sweeps: int = 0
    batches: int = 0
    unmetered: int = 0

    @property
    def total(self) -> Spent:
        """Everything spent on the course, without receipts."""
        return sum(self.stages.values(), Spent())

    @property
    def per_text(self) -> Spent:
        """Per text sent, without receipts."""
        return self.total.per(self.texts)

    @property
    def with_receipt(self) -> Spent:
        """Per text sent and reported delivered."""
        return self.per_text + Spent(RECEIPT_CALLS, RECEIPT_WRITE_UNITS)

    def stage(self, name: str) -> Spent:
        """Per text sent, one stage."""
        return self.stages.get(name, Spent()).per(self.texts)

    def note(self, function: str, spent: Snapshot, answer: Any) -> None:
        """Book one invocation."""
        self.unmetered += spent.unmetered
        if function == "minute_passed" and not answer["handed"]:
            self.empty_sweeps += 1
            self.at_rest += _spent(spent, spent.calls)
            return
        self.sweeps += function == "minute_passed"
        self.batches += function == "touch_due"
        for operation in (name for name, count in spent.calls.items() if count):
            self.stages[_stage(function, operation)] += _spent(spent, [operation])


def _stage(function: str, operation: str) -> str:
    if function == "touch_due":
        return _PARTS.get(operation, f"other: {operation}")
    if function == "minute_passed":
        return "queue" if operation.startswith("sqs.") else "sweep"
    return "plan"


def _spent(snapshot: Snapshot, names: Iterable[str]) -> Spent:
    operations = list(names)
    return Spent(
        sum(snapshot.calls.get(name, 0) for name in operations),
        sum(snapshot.write_units.get(name, 0) for name in operations),
        sum(snapshot.read_units.get(name, 0) for name in operations),
    )


def play(course: Course) -> Bill:
    """Play a course to its end and return what it cost.

    Raises:
        RuntimeError: A function failed on the way.
    """
    bill, clock = Bill(course), VirtualClock(ENROLLED_AT)
    carrier = Carrier(clock)
    with _open(course, clock, carrier, bill) as cloud:
        cloud.on_record(lambda record: _note_stored(record, bill))
        carrier.on_sms(partial(_answer, cloud, clock))
        for at, event in course_events(course.patients, course.sessions):
            cloud.at(at, partial(cloud.put_event, event))
        while (following := cloud.next_at()) is not None:
            cloud.run_until(following)
        if cloud.failures or cloud.lost:
            raise RuntimeError(f"the course met faults, its bill means nothing: {cloud.failures[:1]}")
    bill.texts = sum("touch" in text.context for text in carrier.sms_outbox)
    return bill


@contextmanager
def _open(course: Course, clock: VirtualClock, carrier: Carrier, bill: Bill) -> Iterator[Cloud]:
    clients: dict[str, Any] = {}
    with ExitStack() as patched:

        def counted(name: str) -> Any:
            if name not in clients:
                clients[name] = cloud.client(name)
                if name == "dynamodb" and course.table == "memory":
                    clients[name] = meter.wrap(clients[name], name)
                else:
                    meter.hook(clients[name])
            return clients[name]

        def dressed(function: Function) -> None:
            # Imported and wired under the function's own variables, as at a cold start; warm from then on.
            name = function.handler.split(".")[-2]
            module = importlib.import_module(function.handler.rpartition(".")[0])
            if name in stood_before:
                return
            stood_before.add(name)
            if name in BESIDE_A_TOUCH:
                patched.enter_context(mock.patch.object(module, "handler", _idle))
                return
            wiring.rewire(clock=clock, ids=cloud.ids, clients=counted)
            warm = wiring.ports()
            patched.enter_context(mock.patch.object(module, "ports", return_value=warm))
            booked = _booked(name, module.handler, meter, bill)
            patched.enter_context(mock.patch.object(module, "handler", booked))

        stood_before: set[str] = set()
        cloud = Cloud(
            TEMPLATE,
            clock,
            carrier,
            parameters={"PublicBaseUrl": BASE_URL, "SmsPartsPerSecond": str(course.parts_per_second)},
            table=course.table,
            on_function_environment=dressed,
            logs=io.StringIO(),
        )
        patched.callback(wiring.rewire)
        with cloud:
            meter = Meter(cloud.resource("Table"))
            DynamoDbClinics(counted("dynamodb"), cloud.resource("Table"), clock).put(sandboxed_clinic())
            yield cloud


def _answer(cloud: Cloud, clock: VirtualClock, text: SmsOut) -> None:
    """Let the patient answer a check-in, as most do; what an answer costs is no part of the touch."""
    if not text.context.get("touch", "").endswith(QUESTIONS):
        return
    payload = {
        "originationNumber": text.to,
        "destinationNumber": text.from_,
        "messageBody": "7",
        "inboundMessageId": f"answer-{text.message_id}",
        "previousPublishedMessageId": text.message_id,
    }
    cloud.at(clock.now() + timedelta(minutes=20), partial(cloud.publish, "InboundSms", payload))


def _idle(event: Json, context: object) -> Json:
    """Stand for what is no part of a touch's life and would cost the bench half its time."""
    return {"batchItemFailures": []}


def _booked(function: str, handler: Callable[..., Any], meter: Meter, bill: Bill) -> Callable[..., Any]:
    """Stand before a handler and book what each invocation asks for."""

    def booked(event: Json, context: object) -> Any:
        before = meter.snapshot()
        answer = handler(event, context)
        if function == ANSWERED:
            return answer
        bill.note(function, meter.snapshot() - before, answer)
        return answer

    return booked


def _note_stored(record: Json, bill: Bill) -> None:
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return
    if image["sk"]["S"] == FOLLOWUP:
        bill.sizes.append(checked_item(image)[1])
    elif image["sk"]["S"].startswith("SETTLED#"):
        bill.not_sent += len(settled_from(image).touches)
