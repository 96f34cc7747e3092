"""What a touch costs: whole courses through the real handlers, every AWS call counted, nothing estimated.

The local cloud runs the functions as ``template.yaml`` wires them; the meter sits in botocore (or before
the in-memory table) and sees what they ask for. What Lambda itself asks for (reading queues) is not ours.
"""

import importlib
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal
from unittest import mock

from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from infra.local.attribute_values import checked_item, item_bytes
from infra.local.aws_wiring import Function
from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.meter import Meter, Snapshot
from infra.local.rehearsal import BASE_URL, TEMPLATE, read_clinic
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]
CLINIC_FILE = Path(__file__).parent / "examples" / "clinic.toml"
ENROLLED_AT = datetime(2026, 11, 16, 15, 10, tzinfo=UTC)
FIRST_STARTS_AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 11:00 in New York
# Two infusions a week for three weeks (ELEKT-D 2023), as the induction protocol plans for.
SESSION_DAYS = (0, 3, 7, 10, 14, 17)
VISIT = timedelta(minutes=90)
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


@dataclass
class Bill:
    """What a course came to.

    Attributes:
        texts: Texts the carrier accepted.
        stages: What was spent, by stage, in the order of a touch's life.
        sizes: Of each version of each patient's item, bytes.
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
        for operation in spent.calls:
            self.stages[_stage(function, operation)] += _spent(spent, [operation])


def _stage(function: str, operation: str) -> str:
    if function == "touch_due":
        return _PARTS.get(operation, f"other: {operation}")
    if function == "minute_passed":
        return "queue" if operation.startswith("sqs.") else "sweep"
    return "plan"


def _spent(snapshot: Snapshot, operations: Sequence[str] | Mapping[str, int]) -> Spent:
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
    bill, meter = Bill(course), Meter()
    clock = VirtualClock(ENROLLED_AT)
    carrier = Carrier(clock)
    with _open(course, clock, carrier, meter, bill) as cloud:
        cloud.on_record(lambda record: _note_size(record, bill))
        for at, event in _script(course):
            cloud.at(at, partial(cloud.put_event, event))
        while (following := cloud.next_at()) is not None:
            cloud.run_until(following)
        if cloud.failures or cloud.lost:
            raise RuntimeError(f"the course met faults, its bill means nothing: {cloud.failures[:1]}")
    bill.texts = len(carrier.sms_outbox)
    return bill


@contextmanager
def _open(
    course: Course, clock: VirtualClock, carrier: Carrier, meter: Meter, bill: Bill
) -> Iterator[Cloud]:
    wiring = importlib.import_module("aftercare.wiring")
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
            # Imported here, under the function's own variables, as at a cold start.
            name = function.handler.split(".")[-2]
            module = importlib.import_module(function.handler.rpartition(".")[0])
            if name not in stood_before:
                stood_before.add(name)
                booked = _booked(name, module.handler, meter, bill)
                patched.enter_context(mock.patch.object(module, "handler", booked))
            wiring.rewire(clock=clock, ids=cloud.ids, clients=counted)

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
            phones = tuple(_phone(number) for number in range(1, course.patients + 1))
            clinic = replace(read_clinic(CLINIC_FILE), sandbox_numbers=phones)
            DynamoDbClinics(counted("dynamodb"), cloud.resource("Table"), clock).put(clinic)
            yield cloud


def _booked(function: str, handler: Callable[..., Any], meter: Meter, bill: Bill) -> Callable[..., Any]:
    """Stand before a handler and book what each invocation asks for."""

    def booked(event: Json, context: object) -> Any:
        before = meter.snapshot()
        answer = handler(event, context)
        bill.note(function, meter.snapshot() - before, answer)
        return answer

    return booked


def _note_size(record: Json, bill: Bill) -> None:
    image = record["dynamodb"].get("NewImage")
    if image is not None and image["sk"]["S"] == "FOLLOWUP":
        bill.sizes.append(item_bytes(checked_item(json.loads(json.dumps(image)))))


# ---- the script


def _script(course: Course) -> Iterator[tuple[datetime, Json]]:
    for patient in range(1, course.patients + 1):
        yield ENROLLED_AT, _enrolled(f"pat-{patient:04d}", patient)
    for patient in range(1, course.patients + 1):
        for number in range(1, course.sessions + 1):
            starts_at = FIRST_STARTS_AT + timedelta(days=SESSION_DAYS[number - 1])
            session = _session(f"pat-{patient:04d}", number)
            booked_at, ended_at = ENROLLED_AT + timedelta(minutes=1), starts_at + VISIT
            yield booked_at, _fact("SessionScheduled", session, {"starts_at": _text(starts_at)}, booked_at)
            yield ended_at, _fact("SessionCompleted", session, {"ended_at": _text(ended_at)}, ended_at)


def _text(at: datetime) -> str:
    return at.isoformat()


def _metadata(event_id: str, at: datetime) -> Json:
    return {"event_id": event_id, "version": "1", "occurred_at": _text(at), "clinic_id": "riverside"}


def _session(patient_id: str, number: int) -> Json:
    return {
        "id": f"{patient_id}-{number}",
        "patient_id": patient_id,
        "protocol": "ketamine-iv-induction",
        "course_id": f"course-{patient_id}",
        "number": number,
    }


def _fact(kind: str, session: Json, when: Json, at: datetime) -> Json:
    detail = {"metadata": _metadata(f"{kind}-{session['id']}", at), "session": {**session, **when}}
    return {"source": "ehr.riverside", "detail-type": kind, "detail": detail}


def _phone(number: int) -> str:
    """Return one of the hundred fictional numbers; in a crowd, patients share them."""
    return f"+120255501{number % 100:02d}"


def _enrolled(patient_id: str, number: int) -> Json:
    patient = {
        "id": patient_id,
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": _phone(number),
        "accepts_unencrypted": True,
    }
    wording = "I agree to get texts from Riverside Clinic. I can stop at any time."
    consents = [
        {
            "channel": "sms",
            "purpose": purpose,
            "wording_version": "2026-09",
            "wording": wording,
            "method": "paper",
            "given_at": _text(ENROLLED_AT - timedelta(minutes=5)),
            "recorded_by": "Nurse Dora",
            "expires_on": "2027-11-16",
        }
        for purpose in ("care", "education")
    ]
    detail = {
        "metadata": _metadata(f"enrolled-{patient_id}", ENROLLED_AT),
        "patient": patient,
        "consents": consents,
    }
    return {"source": "ehr.riverside", "detail-type": "PatientEnrolled", "detail": detail}
