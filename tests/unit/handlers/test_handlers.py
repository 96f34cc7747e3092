"""Each Lambda, woken with what AWS really sends, wired as it ships but for the clients."""

import copy
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from aftercare import telemetry, wiring
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.domain.errors import TryAgain
from aftercare.handlers import minute_passed, patient_changed, reply_received, session_changed, touch_due
from infra.local.memory_table import MemoryTable
from infra.local.virtual_clock import SequentialIds, VirtualClock
from tests.building import ENROLLED_AT, a_clinic, event, utc

# A call that failed has nothing to count, which Powertools warns of.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")

CONTEXT = SimpleNamespace(
    function_name="aftercare",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:aftercare",
    aws_request_id="5b2f4f6c-0d3e-5a52-9f0e-1c8a1d0f2a11",
)
# What must never stand in a log: who the patient is, how to reach them, what they wrote.
PRIVATE = (
    *("Ada", "1990-01-31", "+12025550147", "2025550147", "+12025550163", "ada@example.org"),
    *("7 A", "no driver", "asked by phone", "I agree to get health texts", "my secret words"),
)


class Queue:
    """Takes what is queued, as SQS does."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.parked: list[dict[str, Any]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.entries += Entries
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def send_message(self, **request: Any) -> dict[str, Any]:
        self.parked.append(request)
        return {}

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {}}


class Phones:
    """Takes texts and mails, as the carriers do."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_text_message(self, **request: Any) -> dict[str, Any]:
        self.sent.append(request)
        return {"MessageId": f"msg-{len(self.sent)}"}

    send_email = send_text_message


@dataclass
class World:
    """What stands behind the handlers."""

    clock: VirtualClock = field(default_factory=lambda: VirtualClock(ENROLLED_AT + timedelta(days=20)))
    queue: Queue = field(default_factory=Queue)
    phones: Phones = field(default_factory=Phones)
    logs: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.table: Any = MemoryTable("aftercare", now=self.clock.now)

    def client(self, name: str) -> Any:
        return {"dynamodb": self.table, "sqs": self.queue}.get(name, self.phones)

    def keys(self, start: str) -> list[str]:
        sort_keys = [item["sk"]["S"] for item in self.table.items()]
        return sorted(key for key in sort_keys if key.startswith(start))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logs.getvalue().splitlines()]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    environment = {
        "TABLE_NAME": "aftercare",
        "TOUCH_QUEUE_URL": "https://queue.example/touch",
        "PARKED_QUEUE_URL": "https://queue.example/parked",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # Read from the environment when the module is imported, which another test may have done already.
    monkeypatch.setattr(telemetry.metrics.provider, "namespace", "Aftercare")
    monkeypatch.setattr(telemetry.metrics.provider, "service", "aftercare")
    telemetry.metrics.clear_metrics()
    made = World()
    captured = logging.StreamHandler(made.logs)
    captured.setFormatter(telemetry.logger.registered_formatter)
    monkeypatch.setattr(telemetry.logger._logger, "handlers", [captured])
    DynamoDbClinics(made.table, "aftercare", made.clock).put(a_clinic())
    wiring.rewire(clock=made.clock, ids=SequentialIds(), clients=made.client)
    yield made
    wiring.rewire()


def fails_with(world: World, fault: Exception, *operations: str) -> None:
    """Let every such call on the table fail from now on."""
    real = world.table

    class Failing:
        def __getattr__(self, name: str) -> Any:
            if name in operations:
                raise fault
            return getattr(real, name)

    world.table = Failing()
    wiring.rewire(clock=world.clock, ids=SequentialIds(), clients=world.client)


def enrol(world: World) -> None:
    assert patient_changed.handler(event("patient_enrolled"), CONTEXT) == {"outcome": "applied"}
    world.clock.advance_to(world.clock.now() + timedelta(minutes=1))


def in_batch(name: str, *bodies: str) -> dict[str, Any]:
    """Return a recorded queue event with these bodies, under the message ids m0, m1 and so on."""
    batch = event(name)
    record = batch["Records"][0]
    batch["Records"] = [{**record, "messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    return batch


def failed(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def reply(text: str, reply_id: str = "in-1") -> str:
    envelope = json.loads(event("reply_received")["Records"][0]["body"])
    message = json.loads(envelope["Message"])
    changed = {**message, "messageBody": text, "inboundMessageId": reply_id}
    return json.dumps({**envelope, "Message": json.dumps(changed)})


# ---- from the bus

PATIENT_EVENTS = ("patient_changed", "consent_given", "consent_withdrawn", "patient_closed")
SESSION_EVENTS = ("session_scheduled", "session_moved", "session_completed", "session_cancelled")


@pytest.mark.parametrize("name", PATIENT_EVENTS)
def test_a_fact_about_a_patient_is_taken(world: World, name: str) -> None:
    enrol(world)
    world.clock.advance_to(utc("2027-02-02 12:00"))
    assert patient_changed.handler(event(name), CONTEXT) == {"outcome": "applied"}


@pytest.mark.parametrize("name", SESSION_EVENTS)
def test_a_fact_about_a_session_is_taken(world: World, name: str) -> None:
    enrol(world)
    session_changed.handler(event("session_scheduled"), CONTEXT)
    expected = "unchanged" if name == "session_scheduled" else "applied"
    assert session_changed.handler(event(name), CONTEXT) == {"outcome": expected}


def test_a_fact_before_its_patient_waits(world: World) -> None:
    assert session_changed.handler(event("session_completed"), CONTEXT) == {"outcome": "waiting"}
    assert len(world.keys("WAITING#")) == 1


@pytest.mark.parametrize("module", [patient_changed, session_changed], ids=["patient", "session"])
def test_an_event_nobody_can_use_is_parked_and_not_retried(world: World, module: Any) -> None:
    bad = event("patient_enrolled")
    bad["detail"]["patient"]["phone"] = "my secret words"
    assert module.handler(bad, CONTEXT) == {"outcome": "parked"}
    (parked,) = world.queue.parked
    assert json.loads(parked["MessageBody"]) == bad
    assert parked["MessageAttributes"]["reason"]["StringValue"] == "detail.patient.phone"
    assert parked["QueueUrl"] == "https://queue.example/parked"


@pytest.mark.parametrize("module", [patient_changed, session_changed], ids=["patient", "session"])
def test_a_busy_table_makes_the_bus_try_again(world: World, module: Any) -> None:
    fails_with(world, TryAgain("table: throttled"), "get_item")
    with pytest.raises(TryAgain):
        module.handler(event("patient_enrolled"), CONTEXT)


# ---- the schedule and the queue of what is due


def test_a_minute_passes_and_what_is_due_is_queued(world: World) -> None:
    enrol(world)
    assert minute_passed.handler(event("minute_passed"), CONTEXT) == {"handed": 1, "still_due": 1}
    (entry,) = world.queue.entries
    assert json.loads(entry["MessageBody"]) == {"clinic_id": "hudson", "patient_id": "pat-ada"}
    assert minute_passed.handler(event("minute_passed"), CONTEXT) == {"handed": 0, "still_due": 1}


def test_a_quiet_minute_says_nothing(world: World) -> None:
    assert minute_passed.handler(event("minute_passed"), CONTEXT) == {"handed": 0, "still_due": 0}
    assert world.lines() == []


def test_what_is_due_is_sent(world: World) -> None:
    enrol(world)
    assert failed(touch_due.handler(event("touch_due"), CONTEXT)) == []
    (sent,) = world.phones.sent
    assert sent["DestinationPhoneNumber"] == "+12025550147"
    assert failed(touch_due.handler(event("touch_due"), CONTEXT)) == []
    assert len(world.phones.sent) == 1


def test_only_the_messages_that_failed_come_back(world: World) -> None:
    enrol(world)
    good = '{"clinic_id": "hudson", "patient_id": "pat-ada"}'
    batch = in_batch("touch_due", "no json: my secret words", good, '{"clinic_id": "hudson"}', good)
    assert failed(touch_due.handler(batch, CONTEXT)) == ["m0", "m2"]
    assert len(world.phones.sent) == 1


def test_both_messages_of_a_patient_come_back_when_their_store_is_busy(world: World) -> None:
    enrol(world)
    fails_with(world, TryAgain("table: throttled"), "put_item", "transact_write_items")
    good = '{"clinic_id": "hudson", "patient_id": "pat-ada"}'
    nobody = '{"clinic_id": "hudson", "patient_id": "pat-ben"}'
    assert failed(touch_due.handler(in_batch("touch_due", good, nobody, good), CONTEXT)) == ["m0", "m2"]
    assert world.phones.sent == []


def test_a_batch_that_cannot_be_read_at_all_comes_back_whole(world: World) -> None:
    fails_with(world, TryAgain("table: throttled"), "batch_get_item")
    with pytest.raises(TryAgain):
        touch_due.handler(event("touch_due"), CONTEXT)


# ---- replies


def test_a_reply_is_taken(world: World) -> None:
    enrol(world)
    assert failed(reply_received.handler(event("reply_received"), CONTEXT)) == []
    assert world.keys("REPLY#") == ["REPLY#cae173d2-66b9-564c-8309-21f858e9fb84"]
    # "7 A", though nobody had asked: no mood, and a person looks for the letter.
    assert (world.keys("MEASURE#"), len(world.keys("ALERT#"))) == ([], 1)


def test_a_reply_nobody_can_read_comes_back_and_the_others_are_taken(world: World) -> None:
    enrol(world)
    batch = in_batch("reply_received", "my secret words", reply("hello", "in-2"), "{}", reply("STOP", "in-3"))
    assert failed(reply_received.handler(batch, CONTEXT)) == ["m0", "m2"]
    assert world.keys("REPLY#") == ["REPLY#in-2", "REPLY#in-3"]


def test_a_reply_that_meets_a_busy_table_comes_back(world: World) -> None:
    enrol(world)
    fails_with(world, TryAgain("table: throttled"), "transact_write_items")
    assert failed(reply_received.handler(in_batch("reply_received", reply("hello")), CONTEXT)) == ["m0"]


# ---- what is written down


def test_no_log_line_names_a_patient_or_quotes_their_words(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol(world)
    for name in PATIENT_EVENTS[:3]:
        patient_changed.handler(event(name), CONTEXT)
    for name in SESSION_EVENTS:
        session_changed.handler(event(name), CONTEXT)
    bad = copy.deepcopy(event("patient_enrolled"))
    bad["detail"]["patient"]["phone"] = "my secret words"
    patient_changed.handler(bad, CONTEXT)
    minute_passed.handler(event("minute_passed"), CONTEXT)
    touch_due.handler(in_batch("touch_due", "my secret words", "{}"), CONTEXT)
    touch_due.handler(event("touch_due"), CONTEXT)
    texts = ("my secret words", reply("my secret words"), reply("7 A", "in-2"), reply("STOP", "in-3"))
    reply_received.handler(in_batch("reply_received", *texts), CONTEXT)
    written = world.logs.getvalue() + "".join(capsys.readouterr())
    assert len(world.lines()) > 10
    assert [word for word in PRIVATE if word in written] == []


@pytest.mark.parametrize("module", [touch_due, reply_received], ids=["touch", "reply"])
def test_a_fault_is_logged_by_its_field_and_never_by_what_was_found(world: World, module: Any) -> None:
    name = "touch_due" if module is touch_due else "reply_received"
    module.handler(in_batch(name, '{"my secret words": 1}'), CONTEXT)
    problems = [line["problem"] for line in world.lines() if line["level"] == "ERROR"]
    assert len(problems) == 1
    assert "body" in problems[0] and "allowed" in problems[0]


def test_every_handler_counts_what_it_did(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(world)
    minute_passed.handler(event("minute_passed"), CONTEXT)
    touch_due.handler(event("touch_due"), CONTEXT)
    reply_received.handler(event("reply_received"), CONTEXT)
    counted = {
        name: line[name]
        for line in map(json.loads, capsys.readouterr().out.splitlines())
        for name in line.keys() - {"_aws", "service", "function_name"}
    }
    assert counted["FactApplied"] == [1]
    assert (counted["TouchesHanded"], counted["TouchesSent"], counted["TouchesNotSent"]) == ([1], [1], [0])
    assert counted["ReplyTaken"] == [1]
    assert counted["OldestDueTouchAgeSeconds"][0] > 0
