"""The tables that must answer alike: each lane opens an empty one behind a DynamoDB client.

Another lane is another context manager in ``LANES``; the cases stay as they are.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.local.memory_table import MemoryTable
from infra.local.table_shape import TableShape

Lane: TypeAlias = Callable[[], AbstractContextManager[Any]]

TABLE = "aftercare"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DEFINITION: dict[str, Any] = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "due_shard", "AttributeType": "S"},
        {"AttributeName": "due_at", "AttributeType": "N"},
        {"AttributeName": "board", "AttributeType": "S"},
        {"AttributeName": "board_key", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "due",
            "KeySchema": [
                {"AttributeName": "due_shard", "KeyType": "HASH"},
                {"AttributeName": "due_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "board",
            "KeySchema": [
                {"AttributeName": "board", "KeyType": "HASH"},
                {"AttributeName": "board_key", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
    ],
}


@contextmanager
def memory_lane() -> Iterator[Any]:
    """Open the in-memory table."""
    yield MemoryTable(TABLE, now=lambda: NOON, shape=TableShape.defined(DEFINITION))


@cache
def _moto_client() -> Any:
    # Making a client costs more than most cases; it holds no rows, so they may share it.
    return boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@contextmanager
def moto_lane() -> Iterator[Any]:
    """Open a table in moto, behind a real boto3 client."""
    with mock_aws():
        client = _moto_client()
        client.create_table(**DEFINITION)
        yield client


LANES: dict[str, Lane] = {"memory": memory_lane, "moto": moto_lane}
# Where moto answers otherwise than DynamoDB, the case is held to DynamoDB's rule in these lanes only.
STRICT_LANES: dict[str, Lane] = {"memory": memory_lane}


def text(value: str) -> dict[str, str]:
    """Write a text as DynamoDB takes it."""
    return {"S": value}


def numeral(value: float) -> dict[str, str]:
    """Write a number as DynamoDB takes it."""
    return {"N": str(value)}


def key(sort: str = "plan#1", hash_value: str = "clinic#north") -> dict[str, Any]:
    """Write the key of an item."""
    return {"pk": text(hash_value), "sk": text(sort)}


def item(sort: str = "plan#1", **attributes: Any) -> dict[str, Any]:
    """Write an item of the northern clinic."""
    return {**key(sort), **attributes}


def outcome(call: Callable[[], dict[str, Any]]) -> tuple[str, Any]:
    """Make a call; return "answered" and its answer, or the error's code and what came with it."""
    try:
        answer = call()
    except ClientError as error:
        response = error.response
        reasons = [reason["Code"] for reason in response.get("CancellationReasons", [])]
        return response["Error"]["Code"], response.get("Item") or reasons
    answer.pop("ResponseMetadata", None)
    # moto sends metrics unasked, and always the same.
    for unasked in ("ConsumedCapacity", "ItemCollectionMetrics"):
        answer.pop(unasked, None)
    return "answered", answer
