"""The meter before clients of every kind: real ones, in-memory ones, and such as are no table."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.local.memory_table import MemoryTable
from infra.local.meter import Meter

TABLE = "aftercare"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = {"pk": {"S": "clinic"}, "sk": {"S": "plan#1"}}
DUE = {"due_shard": {"S": "shard-0"}, "due_at": {"N": "100"}}


@pytest.fixture
def meter() -> Meter:
    return Meter()


def put(table: Any, **attributes: Any) -> None:
    table.put_item(TableName=TABLE, Item={**KEY, **attributes})


def transaction(condition: str) -> dict[str, Any]:
    check = {"TableName": TABLE, "Key": KEY, "ConditionExpression": condition}
    other = {**KEY, **DUE, "sk": {"S": "plan#2"}}
    return {"TransactItems": [{"ConditionCheck": check}, {"Put": {"TableName": TABLE, "Item": other}}]}


class Queue:
    """A client-like object that is no table."""

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        return {"Successful": request["Entries"]}


def test_calls_of_any_client_are_counted_by_service_and_operation(meter: Meter) -> None:
    queue = meter.wrap(Queue(), "sqs")
    assert queue.send_message_batch(Entries=[1]) == {"Successful": [1]}
    queue.send_message_batch(Entries=[2])
    assert meter.snapshot().calls == {"sqs.SendMessageBatch": 2}


@pytest.fixture
def real_clients(meter: Meter) -> Iterator[dict[str, Any]]:
    with mock_aws():
        names = ("dynamodb", "sqs")
        clients = {name: boto3.client(name, region_name="us-east-1") for name in names}
        attributes = {"pk": "S", "sk": "S", "due_shard": "S", "due_at": "N"}
        clients["dynamodb"].create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": tag} for name, tag in attributes.items()
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "due",
                    "KeySchema": [
                        {"AttributeName": "due_shard", "KeyType": "HASH"},
                        {"AttributeName": "due_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        for client in clients.values():
            meter.hook(client)
        yield clients


def test_real_clients_are_metered_like_the_table_in_memory(
    meter: Meter, real_clients: dict[str, Any]
) -> None:
    in_memory = Meter()
    for client in (
        real_clients["dynamodb"],
        in_memory.wrap(MemoryTable(TABLE, now=lambda: NOON), "dynamodb"),
    ):
        put(client, notes={"S": "x" * 2000}, **DUE)
        client.update_item(TableName=TABLE, Key=KEY, UpdateExpression="REMOVE due_at, notes")
        with pytest.raises(ClientError):
            client.put_item(TableName=TABLE, Item=KEY, ConditionExpression="attribute_not_exists(pk)")
        with pytest.raises(ClientError):
            client.put_item(TableName=TABLE, Item=KEY, ConditionExpression="attribute_exists(status)")
        with pytest.raises(ClientError):
            client.transact_write_items(**transaction("attribute_not_exists(pk)"))
        client.transact_write_items(**transaction("attribute_exists(pk)"))
        client.get_item(TableName=TABLE, Key=KEY, ConsistentRead=True)
        client.batch_get_item(RequestItems={TABLE: {"Keys": [KEY]}})
    assert meter.snapshot() == in_memory.snapshot()
    assert meter.snapshot().unmetered == 0


def test_a_call_whose_units_cannot_be_told_is_said_to_be_so(
    meter: Meter, real_clients: dict[str, Any]
) -> None:
    before = meter.snapshot()
    real_clients["dynamodb"].scan(TableName=TABLE)
    since = meter.snapshot() - before
    assert (since.unmetered, since.calls["dynamodb.Scan"]) == (1, 1)
    assert "units unknown for 1 calls" in since.report()


def test_calls_of_other_real_clients_are_counted(meter: Meter, real_clients: dict[str, Any]) -> None:
    real_clients["sqs"].create_queue(QueueName="TouchQueue")
    assert meter.snapshot().calls["sqs.CreateQueue"] == 1
