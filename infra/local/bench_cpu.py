"""What our own code costs: CPU per text through the real sender, against the bare boto3 calls for the job.

Both sides talk to the same stub, which answers before the request would leave, and run in turns in one
process: the sender with its clients as wired, the loop with what ``boto3.client(name)`` returns. The bare
loop claims (UpdateItem), sends (SendTextMessage) and records (PutItem), one text after the other, and
decides nothing. The sender gets SQS events as JSON, ten keys each.

Run in a process of its own: ``python -c "from infra.local.bench_cpu import main; main()"``.
"""

import importlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from aftercare import wiring
from aftercare.adapters.attributes import item
from aftercare.config import read_config
from infra.local.bench_imports import run_fresh
from infra.local.bench_script import (
    CLINIC_ID,
    FIRST_STARTS_AT,
    PHONES,
    VISIT,
    enrolled,
    patient_id,
    sandboxed_clinic,
    session_fact,
)
from infra.local.quick_world import QuickWorld
from infra.local.virtual_clock import SequentialIds, VirtualClock

Json = dict[str, Any]
BATCH = 10
TEXTS_PER_ROUND = 100
ROUNDS = 11
TABLE = "aftercare"
# The target of perf-reliability.md.
MUST = 1.25


def measure() -> Json:
    """Return ``{"ours_ms", "bare_ms", "ratio", "spread"}`` of a fresh process; spread: the middle half."""
    measured: Json = json.loads(run_fresh("from infra.local.bench_cpu import main; main()"))
    return measured


def main() -> None:
    """Measure, and print one JSON object."""
    # What handlers log is part of their cost, and nothing to look at here.
    with open(os.devnull, "w", encoding="utf-8") as sys.stdout:  # noqa: PTH123  not a path
        measured = _measure()
    (sys.__stdout__ or sys.stderr).write(json.dumps(measured))


def _measure() -> Json:
    followup, clinic, clock = _patient_with_a_text_due()
    stub = _Stub(followup, clinic)
    names = ("dynamodb", "pinpoint-sms-voice-v2")
    clients = {name: stub.behind(wiring.boto_client(name)) for name in names}
    plain = {name: stub.behind(boto3.client(name)) for name in names}
    wiring.rewire(clock=clock, ids=SequentialIds(), clients=clients.__getitem__)
    sender = importlib.import_module("aftercare.handlers.touch_due").handler
    events = [_event(first) for first in range(0, TEXTS_PER_ROUND, BATCH)]

    def ours() -> None:
        for event in events:
            answer = sender(json.loads(event), _Context())
            if answer["batchItemFailures"]:
                raise RuntimeError("the sender gave messages back")

    def bare() -> None:
        for number in range(TEXTS_PER_ROUND):
            _bare_text(plain["dynamodb"], plain["pinpoint-sms-voice-v2"], number)

    for warm_up in (ours, bare):
        before = stub.texts
        warm_up()
        if stub.texts - before != TEXTS_PER_ROUND:
            raise RuntimeError(f"{stub.texts - before} texts were sent, not {TEXTS_PER_ROUND}")
    rounds = [(_cpu_ms(ours), _cpu_ms(bare)) for _ in range(ROUNDS)]
    low, median, high = statistics.quantiles(mine / theirs for mine, theirs in rounds)
    return {
        "ours_ms": statistics.median(mine for mine, _ in rounds),
        "bare_ms": statistics.median(theirs for _, theirs in rounds),
        "ratio": median,
        "spread": [low, high],
    }


def _cpu_ms(work: Callable[[], None]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000 / TEXTS_PER_ROUND


# ---- the two sides


def _event(first: int) -> str:
    records = [
        {
            "messageId": f"message-{number}",
            "receiptHandle": "receipt",
            "body": json.dumps({"clinic_id": CLINIC_ID, "patient_id": patient_id(number)}),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:touches",
            "awsRegion": "us-east-1",
        }
        for number in range(first, first + BATCH)
    ]
    return json.dumps({"Records": records})


def _bare_text(dynamodb: Any, texts: Any, number: int) -> None:
    key = item({"pk": f"{CLINIC_ID}#{patient_id(number)}", "sk": "TOUCH#1"})
    dynamodb.update_item(
        TableName=TABLE,
        Key=key,
        UpdateExpression="SET #s = :claimed, w = :write REMOVE due_shard, due_at",
        ConditionExpression="#s = :pending AND contains(agreed, :consent)",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues=item(
            {":claimed": "c", ":pending": "p", ":write": f"w{number}", ":consent": "sms.care"}
        ),
        ReturnValues="ALL_NEW",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    body = "Riverside Clinic: We hope you can rest. How is your mood, 0 (very bad) to 10 (very good)?"
    sent = texts.send_text_message(
        DestinationPhoneNumber=PHONES[number],
        OriginationIdentity="+12025550199",
        MessageBody=body,
        MessageType="TRANSACTIONAL",
        TimeToLive=3600,
        Context={"clinic": CLINIC_ID, "patient": patient_id(number), "touch": "touch-1"},
        ConfigurationSetName="aftercare",
    )
    record = {
        **key,
        **item({"at": number, "text": body, "provider_id": sent["MessageId"], "to": PHONES[number]}),
    }
    dynamodb.put_item(TableName=TABLE, Item=record)


# ---- what both talk to


def _patient_with_a_text_due() -> tuple[Json, Json, VirtualClock]:
    """Return a patient's item as stored when their evening check-in falls due, and their clinic's."""
    ended_at = FIRST_STARTS_AT + VISIT
    world = QuickWorld(sandboxed_clinic(), ended_at - timedelta(hours=1))
    world.event(enrolled(patient_id(0), PHONES[0], ended_at - timedelta(hours=1)))
    world.run_until(ended_at)
    world.event(session_fact("SessionCompleted", patient_id(0), 1, ended_at, ended_at))
    world.run_until(ended_at + timedelta(hours=1))
    due_at = world.due_at()
    assert due_at is not None
    world.clock.advance_to(due_at)
    stored = [
        world.memory.get_item(TableName=TABLE, Key=item({"pk": pk, "sk": sk}))["Item"]
        for pk, sk in ((f"{CLINIC_ID}#{patient_id(0)}", "FOLLOWUP"), (CLINIC_ID, "CLINIC"))
    ]
    return stored[0], stored[1], world.clock


class _Stub:
    """Answers at once, in place of the network. Every patient asked for looks like the one given."""

    def __init__(self, followup: Json, clinic: Json) -> None:
        self._followup = json.dumps(followup)
        self._pk = followup["pk"]["S"]
        self._clinic = json.dumps({"Item": clinic}).encode()
        self.texts = 0

    def behind(self, client: Any) -> Any:
        """Put the stub behind a client and return it."""
        client.meta.events.register("before-send", self._answer)
        return client

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = str(request.headers["X-Amz-Target"], "ascii").rpartition(".")[2]
        return AWSResponse(str(request.url), 200, {}, _Body(self._body(operation, request)))

    def _body(self, operation: str, request: AWSPreparedRequest) -> bytes:
        match operation:
            case "SendTextMessage":
                self.texts += 1
                return b'{"MessageId": "stub-00000001"}'
            case "BatchGetItem":
                return self._patients(json.loads(request.body or b"{}"))
            case "GetItem":
                return self._clinic
            case "UpdateItem":
                # As asked for by ReturnValues: all that rendering needs.
                return b'{"Attributes": ' + self._followup.encode() + b"}"
            case "BatchWriteItem":
                return b'{"UnprocessedItems": {}}'
            case _:
                return b"{}"

    def _patients(self, asked: Json) -> bytes:
        keys = asked["RequestItems"][read_config().table_name]["Keys"]
        found = ", ".join(self._followup.replace(self._pk, key["pk"]["S"]) for key in keys)
        table = json.dumps(read_config().table_name)
        return f'{{"Responses": {{{table}: [{found}]}}, "UnprocessedKeys": {{}}}}'.encode()


class _Body(BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: object) -> Any:
        """Yield the rest in one piece."""
        yield self.read()


class _Context:
    """What the logger asks of Lambda's context."""

    function_name = "touch_due"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:touch_due"
    aws_request_id = "bench"
