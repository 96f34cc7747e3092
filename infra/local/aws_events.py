"""The JSON a function is woken with, as AWS shapes it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.sqs.models import Message

from infra.local.aws_wiring import Function, Schedule
from infra.local.template_reader import ACCOUNT, REGION

Json = dict[str, Any]


def scheduled(schedule: Schedule, at: datetime, event_id: str) -> Json:
    """Return what a schedule sends: its fixed input, or EventBridge's scheduled event."""
    if schedule.input is not None:
        fixed: Json = json.loads(
            schedule.input.replace("<aws.scheduler.scheduled-time>", _second(at))
            .replace("<aws.scheduler.execution-id>", event_id)
            .replace("<aws.scheduler.attempt-number>", "1")
        )
        return fixed
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": _second(at),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{schedule.logical_id}"],
        "detail": {},
    }


def bus_event(body: str) -> Json:
    """Return an event as a bus hands it to its targets, from what moto put on a queue."""
    event: Json = json.loads(body)
    # Only archives show it.
    event.pop("ingestion-time", None)
    return {key: value for key, value in event.items() if value is not None}


def queue_record(message: Message, queue_arn: str) -> Json:
    """Return one message as it stands in the batch of an SQS event source."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp or 0),
    }
    if message.group_id is not None:
        attributes["MessageGroupId"] = message.group_id
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle or "",
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def invocation_record(
    function: Function, event: Json, at: datetime, reason: str, attempts: int, request_id: str, error: str
) -> Json:
    """Return what Lambda sends to an on-failure destination.

    Args:
        function: The function that failed.
        event: What it was woken with.
        at: When it was given up.
        reason: ``RetriesExhausted`` or ``EventAgeExceeded``.
        attempts: How often it was tried.
        request_id: Id of the last attempt.
        error: Type and text of the last error.
    """
    kind, _, text = error.partition(": ")
    return {
        "version": "1.0",
        "timestamp": _millisecond(at),
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{function.arn}:$LATEST",
            "condition": reason,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": text, "errorType": kind, "requestId": request_id},
    }


def stream_letter(function: Function, record: Json, at: datetime, reason: str, attempts: int) -> Json:
    """Return what Lambda sends to the on-failure destination of a stream: the place, not the change.

    Args:
        function: The function that failed.
        record: The record that was given up.
        at: When it was.
        reason: ``RetryAttemptsExhausted`` or ``RecordAgeExceeded``.
        attempts: How often it was tried.
    """
    place = record["dynamodb"]["SequenceNumber"]
    arrived = datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
    return {
        "version": "1.0",
        "timestamp": _millisecond(at),
        "requestContext": {
            "requestId": f"stream-{place}",
            "functionArn": f"{function.arn}:$LATEST",
            "condition": reason,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000000000000000000-local000",
            "startSequenceNumber": place,
            "endSequenceNumber": place,
            "approximateArrivalOfFirstRecord": _millisecond(arrived),
            "approximateArrivalOfLastRecord": _millisecond(arrived),
            "batchSize": 1,
            "streamArn": record["eventSourceARN"],
        },
    }


def _attribute(value: Mapping[str, Any]) -> Json:
    shaped: Json = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        shaped["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        binary = value["BinaryValue"]
        shaped["binaryValue"] = binary.decode() if isinstance(binary, bytes) else binary
    return shaped


def _millisecond(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _second(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
