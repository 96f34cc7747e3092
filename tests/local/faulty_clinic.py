"""A clinic whose AWS can be made to throttle, or to do the work and lose the answer.

Real boto3 with the service's own time-outs and retries, moto behind it. A fault strikes where botocore
hands a request to the network: a lost answer is one whose effect has happened.
"""

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from unittest import mock

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from aftercare.adapters.attributes import plain
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.adapters.record_items import sent_from, settled_from
from infra.local.bench_script import (
    FIRST_STARTS_AT,
    PHONES,
    VISIT,
    enrolled,
    patient_id,
    sandboxed_clinic,
    session_fact,
)
from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.rehearsal import BASE_URL, TEMPLATE
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]
Way = Literal["answer lost", "throttled", "left undone"]
ENDED_AT = FIRST_STARTS_AT + VISIT
EVENING = f"{patient_id(0)}-1.evening"
# The discharge text has gone, the evening check-in has not.
AFTERNOON = ENDED_AT + timedelta(hours=2)
THREE_DAYS_ON = ENDED_AT + timedelta(days=3, hours=8)
# botocore tries each call of ours on the table this often.
ATTEMPTS = 3
ROUNDS_OF_A_BATCH = 4
UNFINISHED: dict[str, Callable[[Json], Json]] = {
    "BatchGetItem": lambda asked: {"Responses": {}, "UnprocessedKeys": asked["RequestItems"]},
    "BatchWriteItem": lambda asked: {"UnprocessedItems": asked["RequestItems"]},
}


def call_of(operation: str, asked: Json) -> str:
    """Name a call by what it is for: a claim and the sweep's memory are both a PutItem."""
    match operation:
        case "PutItem":
            sort_key = asked["Item"]["sk"]["S"]
            if sort_key.startswith("FOLLOWUP#"):
                return "record"  # one by one, when the batch would not go
            return {"FOLLOWUP": "claim", "STATE": "sweep's memory"}.get(sort_key, operation)
        case "BatchWriteItem":
            return "record"
        case "BatchGetItem":
            return "patients"
        case "GetItem":
            return {"CLINIC": "clinic"}.get(asked["Key"]["sk"]["S"], operation)
        case "Query":
            return "index" if "IndexName" in asked else operation
    return operation


class Body(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def answer(request: AWSPreparedRequest, status: int, body: Json) -> AWSResponse:
    return AWSResponse(request.url, status, {}, Body(json.dumps(body).encode()))


@dataclass
class Network:
    """Between botocore and moto. Strikes the next ``times`` requests of one kind.

    ``meanwhile`` happens once, while the next claim is on its way.
    """

    call: str = ""
    way: Way = "throttled"
    times: int = 0
    struck: int = 0
    meanwhile: Callable[[], object] | None = None

    def strike(self, call: str, way: Way, times: int) -> None:
        self.call, self.way, self.times, self.struck = call, way, times, 0

    def carry(self, request: AWSPreparedRequest, go_on: Callable[[], Any]) -> Any:
        operation = str(request.headers.get("X-Amz-Target", b""), "ascii").rpartition(".")[2]
        call = call_of(operation, json.loads(request.body or b"{}")) if operation else ""
        if call == "claim" and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        if self.struck >= self.times or call != self.call:
            return go_on()
        self.struck += 1
        if self.way == "throttled":
            # Answered in moto's place: a second handler beside it would let the write happen all the same.
            refused = "com.amazonaws.dynamodb.v20120810#ThrottlingException"
            return answer(request, 400, {"__type": refused, "message": "Rate exceeded"})
        if self.way == "left undone":
            return answer(request, 200, UNFINISHED[operation](json.loads(request.body)))
        go_on()
        raise ReadTimeoutError(endpoint_url=request.url, error="the answer was lost")


@dataclass
class Clinic:
    """A clinic in the local cloud, and what became of every touch as an outsider sees it."""

    cloud: Cloud
    carrier: Carrier
    network: Network
    dropped: set[str] = field(default_factory=set)
    unconfirmed: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    tasks: list[str] = field(default_factory=list)

    def note(self, change: Json) -> None:
        image = change["dynamodb"].get("NewImage")
        if image is None or change["eventName"] != "INSERT":
            return
        sort_key = image["sk"]["S"]
        if sort_key.startswith("SETTLED#"):
            self.dropped |= {touch.touch_id for touch in settled_from(image).touches}
        elif sort_key.startswith("FOLLOWUP#"):
            sent = sent_from(image)
            (self.recorded if sent.provider_id else self.unconfirmed).add(sent.touch_id)
        elif sort_key.startswith("TASK#"):
            kind = plain(image)["kind"]
            # Nobody answers anything in these days, and staff are told so; that is another story.
            self.tasks += [kind] if kind != "call_patient" else []

    @property
    def texts(self) -> Counter[str]:
        return Counter(text.context["touch"] for text in self.carrier.sms_outbox)

    @property
    def ended(self) -> set[str]:
        return self.recorded | self.dropped | self.unconfirmed


@contextmanager
def opened(patients: int) -> Iterator[Clinic]:
    """Open a clinic whose patients are enrolled, welcomed and in their first session."""
    clock = VirtualClock(ENDED_AT - timedelta(minutes=10))
    carrier, network = Carrier(clock), Network()
    parameters = {"PublicBaseUrl": BASE_URL, "SmsPartsPerSecond": "100"}
    with Cloud(TEMPLATE, clock, carrier, parameters=parameters, logs=io.StringIO()) as cloud:
        ask_moto = BotocoreStubber.__call__

        def ask(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **more: Any) -> Any:
            return network.carry(request, lambda: ask_moto(stubber, event_name, request, **more))

        with mock.patch.object(BotocoreStubber, "__call__", ask):
            clinics = DynamoDbClinics(cloud.client("dynamodb"), cloud.resource("Table"), clock)
            clinics.put(sandboxed_clinic())
            clinic = Clinic(cloud, carrier, network)
            cloud.on_record(clinic.note)
            for number in range(patients):
                cloud.put_event(enrolled(patient_id(number), PHONES[number], clock.now()))
            cloud.run_until(ENDED_AT + timedelta(seconds=10))
            assert not cloud.failures
            yield clinic


def session_ended(number: int) -> Json:
    """Return the event that says so, for the n-th patient; their discharge text is due at once."""
    return session_fact("SessionCompleted", patient_id(number), 1, ENDED_AT, ENDED_AT)


def left(clinic: Clinic, until: datetime) -> None:
    """Let the one patient leave, and time pass."""
    clinic.cloud.put_event(session_ended(0))
    clinic.cloud.run_until(until)
    assert not clinic.cloud.failures
