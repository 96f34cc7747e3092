"""The queue of due touches and the queue of refused events, in moto's SQS."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from aftercare.adapters.sqs_queues import SqsParkedQueue, SqsTouchQueue
from aftercare.contracts import touch_key
from aftercare.domain.errors import TryAgain
from aftercare.domain.ids import PatientId
from aftercare.domain.sweep import Handed
from tests.building import HUDSON


@pytest.fixture
def sqs() -> Iterator[tuple[Any, str]]:
    with mock_aws():
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        client = boto3.client("sqs", region_name="us-east-1", **keys)
        yield client, client.create_queue(QueueName="touch")["QueueUrl"]


def handed(count: int, delay: int = 0) -> list[Handed]:
    return [Handed(HUDSON, PatientId(f"pat-{n:02d}"), delay) for n in range(count)]


def received(client: Any, url: str) -> list[Any]:
    found: list[Any] = []
    while batch := client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        found += batch
    return found


def test_more_than_a_call_takes_arrives_whole(sqs: tuple[Any, str]) -> None:
    client, url = sqs
    SqsTouchQueue(client, url).hand(handed(23))
    keys = [touch_key.parse(message["Body"]) for message in received(client, url)]
    assert sorted(key.patient_id for key in keys) == [one.patient_id for one in handed(23)]
    assert {key.clinic_id for key in keys} == {HUDSON}


def test_a_message_for_later_waits_in_the_queue_and_the_queue_is_not_empty(sqs: tuple[Any, str]) -> None:
    client, url = sqs
    queue = SqsTouchQueue(client, url)
    assert queue.is_empty()
    queue.hand(handed(1, delay=840))
    assert received(client, url) == []
    assert not queue.is_empty()


def test_a_queue_with_a_message_at_work_is_not_empty(sqs: tuple[Any, str]) -> None:
    client, url = sqs
    queue = SqsTouchQueue(client, url)
    queue.hand(handed(1))
    (message,) = received(client, url)
    assert not queue.is_empty()
    client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert queue.is_empty()


def test_a_batch_that_was_taken_in_part_is_swept_again() -> None:
    class Half:
        def send_message_batch(self, **request: Any) -> Any:
            return {"Successful": [], "Failed": [{"Id": "0"}]}

    with pytest.raises(TryAgain):
        SqsTouchQueue(Half(), "https://queue.example").hand(handed(1))


@pytest.mark.parametrize(("code", "kept"), [("detail.patient.phone", "detail.patient.phone"), ("", "event")])
def test_a_refused_event_waits_whole_with_its_reason(sqs: tuple[Any, str], code: str, kept: str) -> None:
    client, url = sqs
    event = json.dumps({"detail": {"patient": {"given_name": "Ada"}}})
    SqsParkedQueue(client, url).park(event, code)
    (message,) = received(client, url)
    assert message["Body"] == event
    assert message["MessageAttributes"]["reason"]["StringValue"] == kept
