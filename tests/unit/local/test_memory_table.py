"""What the in-memory table has beside its calls: streams, expiry, threads, copies."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.memory_table import MemoryTable

TABLE = "aftercare"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = {"pk": {"S": "clinic"}, "sk": {"S": "plan#1"}}


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable(TABLE, now=lambda: NOON)


@pytest.fixture
def records(table: MemoryTable) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    table.subscribe(found.append)
    return found


def put(table: MemoryTable, **attributes: Any) -> None:
    table.put_item(TableName=TABLE, Item={**KEY, **attributes})


def test_the_stream_tells_what_came_what_changed_and_what_went(
    table: MemoryTable, records: list[dict[str, Any]]
) -> None:
    put(table, tries={"N": "1"})
    put(table, tries={"N": "2"})
    table.delete_item(TableName=TABLE, Key=KEY)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    images = [(record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage")) for record in records]
    one, two = {**KEY, "tries": {"N": "1"}}, {**KEY, "tries": {"N": "2"}}
    assert images == [(None, one), (one, two), (two, None)]
    for record in records:
        assert record["eventSource"] == "aws:dynamodb"
        assert record["dynamodb"]["Keys"] == KEY
        assert record["dynamodb"]["ApproximateCreationDateTime"] == NOON.timestamp()
    sequence = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert sequence == sorted(set(sequence))
    assert len({record["eventID"] for record in records}) == 3


def test_a_write_that_changes_nothing_leaves_no_record(
    table: MemoryTable, records: list[dict[str, Any]]
) -> None:
    put(table)
    put(table)
    table.update_item(TableName=TABLE, Key=KEY)
    table.delete_item(TableName=TABLE, Key={**KEY, "sk": {"S": "absent"}})
    assert len(records) == 1


def test_a_refused_transaction_leaves_no_record(table: MemoryTable, records: list[dict[str, Any]]) -> None:
    absent = {
        "TableName": TABLE,
        "Key": {**KEY, "sk": {"S": "x"}},
        "ConditionExpression": "attribute_exists(pk)",
    }
    with pytest.raises(ClientError):
        table.transact_write_items(
            TransactItems=[{"Put": {"TableName": TABLE, "Item": KEY}}, {"ConditionCheck": absent}]
        )
    assert records == []


def test_what_a_subscriber_writes_follows_in_order_for_every_subscriber(table: MemoryTable) -> None:
    seen: list[str] = []

    def answer(record: dict[str, Any]) -> None:
        if record["dynamodb"]["Keys"] == KEY:
            table.put_item(TableName=TABLE, Item={**KEY, "sk": {"S": "answer"}})

    table.subscribe(answer)
    table.subscribe(lambda record: seen.append(record["dynamodb"]["Keys"]["sk"]["S"]))
    put(table)
    assert seen == ["plan#1", "answer"]


def test_an_expired_item_goes_and_the_stream_says_who_removed_it(
    table: MemoryTable, records: list[dict[str, Any]]
) -> None:
    put(table, expires_at={"N": str(int(NOON.timestamp()))})
    table.put_item(
        TableName=TABLE,
        Item={**KEY, "sk": {"S": "later"}, "expires_at": {"N": str(int(NOON.timestamp()) + 1)}},
    )
    table.put_item(TableName=TABLE, Item={**KEY, "sk": {"S": "never"}})
    assert table.expire() == 1
    assert sorted(item["sk"]["S"] for item in table.items()) == ["later", "never"]
    assert records[-1]["eventName"] == "REMOVE"
    assert records[-1]["userIdentity"]["principalId"] == "dynamodb.amazonaws.com"


def test_records_and_listed_items_are_copies(table: MemoryTable, records: list[dict[str, Any]]) -> None:
    put(table, step={"M": {"code": {"S": "planned"}}})
    records[0]["dynamodb"]["NewImage"]["step"]["M"]["code"] = {"S": "lost"}
    table.items()[0]["step"]["M"]["code"] = {"S": "lost"}
    assert table.items() == [{**KEY, "step": {"M": {"code": {"S": "planned"}}}}]


@pytest.fixture
def restless_threads() -> Iterator[None]:
    """Let threads take turns far more often than usual, so that a missing lock shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless_threads")
def test_of_many_workers_exactly_one_wins_a_claim_and_no_count_is_lost(table: MemoryTable) -> None:
    put(table)

    def claim(worker: int) -> bool:
        table.update_item(
            TableName=TABLE,
            Key={**KEY, "sk": {"S": "counter"}},
            UpdateExpression="ADD tries :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        try:
            table.update_item(
                TableName=TABLE,
                Key=KEY,
                UpdateExpression="SET claimed_by = :w",
                ConditionExpression="attribute_not_exists(claimed_by)",
                ExpressionAttributeValues={":w": {"N": str(worker)}},
            )
        except table.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(max_workers=8) as pool:
        wins = list(pool.map(claim, range(200)))
    assert wins.count(True) == 1
    counted = table.get_item(TableName=TABLE, Key={**KEY, "sk": {"S": "counter"}})["Item"]
    assert counted["tries"] == {"N": "200"}


def test_an_operation_the_table_does_not_know_is_missing_as_on_a_misspelt_client(table: MemoryTable) -> None:
    with pytest.raises(AttributeError):
        table.list_backups()  # type: ignore[attr-defined]


def test_a_table_is_as_long_as_it_has_items(table: MemoryTable) -> None:
    put(table)
    table.put_item(TableName=TABLE, Item={**KEY, "sk": {"S": "plan#2"}})
    assert len(table) == 2
