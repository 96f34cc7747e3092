"""The meter: what DynamoDB would charge, by its published rules."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.attribute_values import checked_item, item_bytes
from infra.local.memory_table import MemoryTable
from infra.local.meter import Meter, Snapshot
from infra.local.table_shape import Index, KeyAttribute, TableShape

TABLE = "aftercare"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = {"pk": {"S": "clinic"}, "sk": {"S": "plan#1"}}
DUE = {"due_shard": {"S": "shard-0"}, "due_at": {"N": "100"}}
PADDING = 2000


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def table(meter: Meter) -> Any:
    return meter.wrap(MemoryTable(TABLE, now=lambda: NOON), "dynamodb")


def put(table: Any, **attributes: Any) -> None:
    table.put_item(TableName=TABLE, Item={**KEY, **attributes})


def update(table: Any, expression: str, **more: Any) -> None:
    table.update_item(TableName=TABLE, Key=KEY, UpdateExpression=expression, **more)


def spent(meter: Meter, before: Snapshot) -> tuple[float, float]:
    since = meter.snapshot() - before
    return since.total_write_units, since.total_read_units


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "Ada"}, 3),
        ({"S": "ñ"}, 2),
        ({"S": ""}, 0),
        ({"N": "5"}, 2),
        ({"N": "12345"}, 4),
        ({"N": "-12345"}, 4),
        ({"N": "1700000000000"}, 2),
        ({"N": "0"}, 2),
        ({"N": "0.05"}, 2),
        ({"B": b"abc"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["en", "es"]}, 4),
        ({"L": []}, 3),
        ({"L": [{"BOOL": True}, {"BOOL": True}]}, 7),
        ({"M": {"ab": {"S": "c"}}}, 7),
    ],
)
def test_an_attribute_weighs_its_name_and_its_value(value: dict[str, Any], size: int) -> None:
    kept, total = checked_item({"name": value})
    assert total == 4 + size
    assert item_bytes(kept) == total


def test_a_write_rounds_up_to_the_next_kilobyte(meter: Meter, table: Any) -> None:
    # The key weighs 2 + 6 + 2 + 6 bytes and the attribute's name 1.
    for length, units in ((1024 - 17, 1), (1024 - 16, 2), (2048 - 17, 2), (2048 - 16, 3)):
        table.delete_item(TableName=TABLE, Key=KEY)
        before = meter.snapshot()
        put(table, n={"S": "x" * length})
        assert spent(meter, before) == (units, 0)


def test_a_write_is_priced_by_the_larger_of_before_and_after(meter: Meter, table: Any) -> None:
    put(table, notes={"S": "x" * PADDING})
    before = meter.snapshot()
    put(table)
    assert spent(meter, before) == (2, 0)
    before = meter.snapshot()
    put(table)
    assert spent(meter, before) == (1, 0)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("SET notes = :v", {"S": "long"}),
        ("SET step.code = :v", {"S": "s"}),
        ("SET step.fresh_name = :v", {"L": [{"S": "x"}]}),
        ("SET answers[0] = :v", {"S": "longer than before"}),
        ("SET answers[9] = :v", {"M": {"a": {"N": "1"}}}),
        ("SET step.scores[0] = :v, step.code = :v", {"S": "both in one map"}),
        ("ADD languages :v", {"SS": ["fr"]}),
        ("SET step.code = :v REMOVE answers[1], answers[0]", {"S": "n"}),
        ("SET tries = if_not_exists(tries, :v) REMOVE step.code, answers", {"N": "100"}),
    ],
)
def test_an_update_keeps_the_weight_of_the_item_right(expression: str, value: dict[str, Any]) -> None:
    table = MemoryTable(TABLE, now=lambda: NOON)
    step = {"M": {"code": {"S": "planned"}, "scores": {"L": [{"N": "7"}]}}}
    answers = {"L": [{"S": "a"}, {"N": "12"}, {"BOOL": True}]}
    put(table, notes={"S": "ñ"}, step=step, answers=answers, languages={"SS": ["en"]})
    update(table, expression, ExpressionAttributeValues={":v": value})
    ((_, stored),) = table.storage.entries()
    assert stored.size == item_bytes(stored.item)


def test_an_update_that_grows_an_item_pays_for_what_it_became(meter: Meter, table: Any) -> None:
    put(table)
    for expression, units in (
        ("SET notes = :v", 2),
        ("SET tries = :v", 4),
        ("REMOVE notes", 4),
        ("REMOVE tries", 2),
    ):
        before = meter.snapshot()
        values = {":v": {"S": "x" * PADDING}} if ":v" in expression else None
        update(table, expression, **({"ExpressionAttributeValues": values} if values else {}))
        assert spent(meter, before) == (units, 0)


def test_a_delete_costs_the_size_of_what_goes_and_one_when_nothing_does(meter: Meter, table: Any) -> None:
    put(table, notes={"S": "x" * PADDING})
    for units in (2, 1):
        before = meter.snapshot()
        table.delete_item(TableName=TABLE, Key=KEY)
        assert spent(meter, before) == (units, 0)


def test_the_index_costs_one_to_enter_two_to_move_one_to_leave_and_nothing_otherwise(
    meter: Meter, table: Any
) -> None:
    steps = [
        ("SET tries = :n", {":n": {"N": "1"}}, 1),
        ("SET due_at = :n", {":n": {"N": "1"}}, 1),
        ("SET due_shard = :n", {":n": {"S": "shard-0"}}, 2),
        ("SET tries = :n", {":n": {"N": "2"}}, 1),
        ("SET due_at = :n", {":n": {"N": "2"}}, 3),
        ("SET due_at = :n", {":n": {"N": "2"}}, 1),
        ("SET due_shard = :n", {":n": {"S": "shard-1"}}, 3),
        ("REMOVE due_at", {}, 2),
        ("REMOVE due_shard", {}, 1),
    ]
    for expression, values, units in steps:
        before = meter.snapshot()
        update(table, expression, **({"ExpressionAttributeValues": values} if values else {}))
        assert spent(meter, before) == (units, 0), expression


def test_an_index_that_carries_an_attribute_costs_one_when_it_changes() -> None:
    index = Index("due", KeyAttribute("due_shard"), KeyAttribute("due_at", "N"), frozenset(("tries",)))
    meter = Meter()
    table = meter.wrap(MemoryTable(TABLE, now=lambda: NOON, shape=TableShape(indexes=(index,))), "dynamodb")
    put(table, **DUE)
    for expression, units in (("SET tries = :n", 2), ("SET hidden_count = :n", 1)):
        before = meter.snapshot()
        update(table, expression, ExpressionAttributeValues={":n": {"N": "1"}})
        assert spent(meter, before) == (units, 0)


def test_a_failed_condition_still_costs_the_item_that_stood_there(meter: Meter, table: Any) -> None:
    put(table, notes={"S": "x" * PADDING}, **DUE)
    before = meter.snapshot()
    with pytest.raises(ClientError):
        table.put_item(TableName=TABLE, Item=KEY, ConditionExpression="attribute_not_exists(pk)")
    assert spent(meter, before) == (2, 0)


def test_a_refused_request_costs_nothing_but_is_a_call(meter: Meter, table: Any) -> None:
    before = meter.snapshot()
    with pytest.raises(ClientError):
        table.put_item(TableName=TABLE, Item=KEY, ConditionExpression="status = :n")
    assert spent(meter, before) == (0, 0)
    assert (meter.snapshot() - before).calls == {"dynamodb.PutItem": 1}


def transaction(condition: str) -> dict[str, Any]:
    other = {**KEY, "sk": {"S": "plan#2"}}
    check = {"TableName": TABLE, "Key": KEY, "ConditionExpression": condition}
    return {
        "TransactItems": [{"ConditionCheck": check}, {"Put": {"TableName": TABLE, "Item": {**other, **DUE}}}]
    }


def test_a_transaction_costs_double_on_the_table_and_single_in_the_index(meter: Meter, table: Any) -> None:
    before = meter.snapshot()
    table.transact_write_items(**transaction("attribute_not_exists(pk)"))
    assert spent(meter, before) == (2 + 2 + 1, 0)


def test_a_cancelled_transaction_costs_double_on_the_table(meter: Meter, table: Any) -> None:
    before = meter.snapshot()
    with pytest.raises(ClientError):
        table.transact_write_items(**transaction("attribute_exists(pk)"))
    assert spent(meter, before) == (2 + 2, 0)


@pytest.mark.parametrize(("strong", "units"), [(False, 0.5), (True, 1.0)])
def test_a_read_rounds_up_to_four_kilobytes(meter: Meter, table: Any, strong: bool, units: float) -> None:
    for length, factor in ((10, 1), (4096, 2), (8192, 3)):
        put(table, notes={"S": "x" * length})
        before = meter.snapshot()
        table.get_item(TableName=TABLE, Key=KEY, ConsistentRead=strong)
        assert spent(meter, before) == (0, units * factor)


def test_a_read_of_nothing_still_costs_half_a_unit(meter: Meter, table: Any) -> None:
    table.get_item(TableName=TABLE, Key=KEY)
    assert meter.snapshot().total_read_units == 0.5


def test_a_query_rounds_its_page_and_counts_what_the_filter_hides(meter: Meter, table: Any) -> None:
    for number in range(3):
        table.put_item(TableName=TABLE, Item={**KEY, "sk": {"S": f"{number}"}, "n": {"S": "x" * 2000}})
    before = meter.snapshot()
    values = {":pk": {"S": "clinic"}, ":n": {"S": "y"}}
    table.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        FilterExpression="n = :n",
        ExpressionAttributeValues=values,
    )
    assert spent(meter, before) == (0, 1.0)


def test_a_query_of_the_index_pays_for_its_short_entries_only(meter: Meter, table: Any) -> None:
    for number in range(20):
        table.put_item(TableName=TABLE, Item={**KEY, "sk": {"S": f"{number}"}, "n": {"S": "x" * 2000}, **DUE})
    before = meter.snapshot()
    values = {":shard": {"S": "shard-0"}}
    table.query(
        TableName=TABLE,
        IndexName="due",
        KeyConditionExpression="due_shard = :shard",
        ExpressionAttributeValues=values,
    )
    assert spent(meter, before) == (0, 0.5)


def test_a_batch_pays_for_each_item_by_itself(meter: Meter, table: Any) -> None:
    items = [{**KEY, "sk": {"S": f"{number}"}} for number in range(3)]
    table.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": item}} for item in items]})
    assert spent(meter, Snapshot()) == (3, 0)
    table.batch_get_item(RequestItems={TABLE: {"Keys": items, "ConsistentRead": True}})
    assert spent(meter, Snapshot()) == (3, 3.0)


def test_what_expires_costs_nothing(meter: Meter) -> None:
    memory = MemoryTable(TABLE, now=lambda: NOON)
    put(meter.wrap(memory, "dynamodb"), expires_at={"N": "1"})
    before = meter.snapshot()
    assert memory.expire() == 1
    assert spent(meter, before) == (0, 0)


def test_one_touch_of_a_plan_costs_what_the_design_says(meter: Meter, table: Any) -> None:
    # Planned in a plan of its own, claimed with its due instant moved on, recorded, delivered.
    put(table, step={"M": {"code": {"S": "planned"}}}, **DUE)
    values = {":c": {"S": "claimed"}, ":at": {"N": "200"}}
    update(table, "SET step.code = :c, due_at = :at", ExpressionAttributeValues=values)
    update(table, "SET step.code = :c", ExpressionAttributeValues={":c": {"S": "sent"}})
    update(table, "SET step.code = :c", ExpressionAttributeValues={":c": {"S": "delivered"}})
    assert meter.snapshot().total_write_units == 2 + 3 + 1 + 1


def test_the_report_divides_by_the_number_of_touches(meter: Meter, table: Any) -> None:
    for _ in range(4):
        put(table)
    lines = meter.snapshot().report(per=2).splitlines()
    assert lines[1].split() == ["dynamodb.PutItem", "2.000", "2.000", "0.000"]
    assert lines[-1].split() == ["total", "2.000", "2.000", "0.000"]
