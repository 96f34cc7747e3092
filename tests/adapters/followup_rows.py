"""What the suites of the patients' table have in common."""

from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.domain.consent import Channel
from aftercare.domain.followup import Followup
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import (
    Record,
    Reply,
    Sent,
    Task,
    TaskKind,
    Waiting,
)
from tests.adapters.table_lanes import TABLE
from tests.building import (
    ADA,
    ADAS_PHONE,
    HUDSON,
    NOON,
)

ADAS = (HUDSON, ADA)


def save(store: DynamoDbFollowups, followup: Followup, *records: Record, **more: Any) -> Followup:
    return store.save(followup, **{"write_id": "write-1", "due_at": None, "records": records, **more})


def rows(client: Any, pk: str) -> list[str]:
    values = {":pk": {"S": pk}}
    found = client.query(TableName=TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)
    return [row["sk"]["S"] for row in found["Items"]]


def a_sent(name: str = "day1", at: Any = NOON, **changes: Any) -> Sent:
    sent = Sent(
        touch_id=TouchId(f"ses-1.{name}"),
        session_id=SessionId("ses-1"),
        kind=Kind.CHECK_IN,
        claimed_at=at,
        channel=Channel.SMS,
        to=ADAS_PHONE,
        words_id=name,
        revision="0a1b2c3d",
        language="en",
        text="Hudson Clinic: How are you?",
        subject=None,
        provider_id=f"msg-{name}",
    )
    return replace(sent, **changes)


def a_task(id_: str = "unread_reply.sms-1", reason: str = "A text waits.") -> Task:
    return Task(id_, HUDSON, ADA, TaskKind.UNREAD_REPLY, reason, NOON)


def a_reply(id_: str = "sms-1", body: str = "thank you") -> Reply:
    return Reply(id_, NOON, ADAS_PHONE, body, "unread")


class Troubled:
    """Stands before a client and fails, or gives part of the answer, as a table does under load."""

    def __init__(self, client: Any, **answers: Any) -> None:
        self._client = client
        self._answers = answers
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        answer = self._answers.get(name)

        def called(**request: Any) -> Any:
            self.asked.append(name)
            if isinstance(answer, Exception):
                raise answer
            return answer(self._client, request) if answer else getattr(self._client, name)(**request)

        return called


def error(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}, **more}, "PutItem")


NO_ANSWER = [
    ReadTimeoutError(endpoint_url="https://table.example"),
    EndpointConnectionError(endpoint_url="https://table.example"),
]


def a_wait(event_id: str = "evt-1", occurred_at: Any = NOON) -> Waiting:
    return Waiting(event_id, occurred_at, NOON, '{"detail": "whole"}')
