"""What every table must answer to queries and batches, whichever table it is."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.adapters.table_lanes import LANES, STRICT_LANES, TABLE, item, key, numeral, outcome, text


@pytest.fixture(params=LANES)
def table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LANES[request.param]() as client:
        fill(client)
        yield client


@pytest.fixture(params=STRICT_LANES)
def strict_table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with STRICT_LANES[request.param]() as client:
        fill(client)
        yield client


def fill(client: Any) -> None:
    """Five plans of which three wait, and one of another clinic that waits too."""
    waiting = {"plan#1": 300, "plan#2": 100, "plan#3": 9}
    for number in range(1, 6):
        sort = f"plan#{number}"
        due = {"due_shard": text("shard-0"), "due_at": numeral(waiting[sort])} if sort in waiting else {}
        client.put_item(TableName=TABLE, Item=item(sort, parts=numeral(number), kind=text("check_in"), **due))
    other = {**key("plan#9", "clinic#south"), "due_shard": text("shard-1"), "due_at": numeral(50)}
    client.put_item(TableName=TABLE, Item=other)


def query(client: Any, condition: str, values: dict[str, Any], **more: Any) -> tuple[str, Any]:
    return outcome(
        lambda: client.query(
            TableName=TABLE, KeyConditionExpression=condition, ExpressionAttributeValues=values, **more
        )
    )


def sorts(answer: tuple[str, Any]) -> list[str]:
    return [found["sk"]["S"].removeprefix("plan#") for found in answer[1]["Items"]]


NORTH = {":pk": text("clinic#north")}
SHARD = {":shard": text("shard-0")}


@pytest.mark.parametrize(
    ("condition", "bounds", "found"),
    [
        ("pk = :pk", {}, "12345"),
        ("pk = :pk AND sk = :a", {":a": "plan#2"}, "2"),
        ("pk = :pk AND sk < :a", {":a": "plan#3"}, "12"),
        ("pk = :pk AND sk <= :a", {":a": "plan#3"}, "123"),
        ("pk = :pk AND sk > :a", {":a": "plan#3"}, "45"),
        ("pk = :pk AND sk >= :a", {":a": "plan#3"}, "345"),
        ("pk = :pk AND sk BETWEEN :a AND :b", {":a": "plan#2", ":b": "plan#4"}, "234"),
        ("pk = :pk AND begins_with(sk, :a)", {":a": "plan#"}, "12345"),
        ("pk = :pk AND begins_with(sk, :a)", {":a": "plan#4"}, "4"),
        ("(pk = :pk) AND (sk > :a)", {":a": "plan#4"}, "5"),
        ("sk > :a AND pk = :pk", {":a": "plan#4"}, "5"),
    ],
)
def test_a_query_reads_a_stretch_of_one_partition_in_order(
    table: Any, condition: str, bounds: dict[str, str], found: str
) -> None:
    values = {**NORTH, **{name: text(bound) for name, bound in bounds.items()}}
    assert sorts(query(table, condition, values)) == list(found)
    assert sorts(query(table, condition, values, ScanIndexForward=False)) == list(reversed(found))


def test_only_items_with_both_due_attributes_stand_in_the_index_in_the_order_of_their_instants(
    table: Any,
) -> None:
    answer = query(table, "due_shard = :shard", SHARD, IndexName="due")
    assert sorts(answer) == ["3", "2", "1"]
    assert answer[1]["Items"][0] == {**key("plan#3"), "due_shard": text("shard-0"), "due_at": numeral(9)}


def test_the_sweep_finds_what_is_due_by_now_and_nothing_later(table: Any) -> None:
    values = {**SHARD, ":now": numeral(100)}
    assert sorts(query(table, "due_shard = :shard AND due_at <= :now", values, IndexName="due")) == ["3", "2"]


def test_a_claimed_plan_leaves_the_index_and_a_later_instant_brings_it_back(table: Any) -> None:
    table.update_item(TableName=TABLE, Key=key("plan#3"), UpdateExpression="REMOVE due_at")
    assert sorts(query(table, "due_shard = :shard", SHARD, IndexName="due")) == ["2", "1"]
    table.update_item(
        TableName=TABLE,
        Key=key("plan#3"),
        UpdateExpression="SET due_at = :at",
        ExpressionAttributeValues={":at": numeral(200)},
    )
    assert sorts(query(table, "due_shard = :shard", SHARD, IndexName="due")) == ["2", "3", "1"]
    table.delete_item(TableName=TABLE, Key=key("plan#2"))
    assert sorts(query(table, "due_shard = :shard", SHARD, IndexName="due")) == ["3", "1"]


@pytest.mark.parametrize("forward", [True, False])
def test_pages_follow_each_other_without_gap_or_repeat(table: Any, forward: bool) -> None:
    seen: list[str] = []
    more: dict[str, Any] = {}
    for _ in range(3):
        answer = query(table, "pk = :pk", NORTH, Limit=2, ScanIndexForward=forward, **more)
        seen += sorts(answer)
        more = {"ExclusiveStartKey": answer[1].get("LastEvaluatedKey")}
    assert seen == list("12345" if forward else "54321")
    assert more == {"ExclusiveStartKey": None}


def test_pages_of_the_index_follow_each_other_too(table: Any) -> None:
    first = query(table, "due_shard = :shard", SHARD, IndexName="due", Limit=2)
    last = first[1]["LastEvaluatedKey"]
    assert last == {**key("plan#2"), "due_shard": text("shard-0"), "due_at": numeral(100)}
    rest = query(table, "due_shard = :shard", SHARD, IndexName="due", Limit=2, ExclusiveStartKey=last)
    assert sorts(rest) == ["1"]
    assert "LastEvaluatedKey" not in rest[1]


def test_a_filter_hides_items_after_they_were_counted_as_read(table: Any) -> None:
    values = {**NORTH, ":three": numeral(3)}
    _, answer = query(table, "pk = :pk", values, FilterExpression="parts > :three")
    assert (answer["Count"], answer["ScannedCount"]) == (2, 5)


def test_a_limit_counts_what_is_read_not_what_passes_the_filter(table: Any) -> None:
    values = {**NORTH, ":three": numeral(3)}
    answer = query(table, "pk = :pk", values, FilterExpression="parts > :three", Limit=4)
    assert sorts(answer) == ["4"]
    assert answer[1]["LastEvaluatedKey"] == key("plan#4")


def test_a_query_can_ask_for_some_attributes_or_for_the_count_alone(table: Any) -> None:
    more = {"ProjectionExpression": "#k", "ExpressionAttributeNames": {"#k": "kind"}, "Limit": 1}
    assert query(table, "pk = :pk", NORTH, **more)[1]["Items"] == [{"kind": text("check_in")}]
    counted = query(table, "pk = :pk", NORTH, Select="COUNT")[1]
    assert counted == {"Count": 5, "ScannedCount": 5}


def test_a_page_ends_near_one_megabyte_and_the_rest_follows(table: Any) -> None:
    for number in range(5):
        table.put_item(
            TableName=TABLE, Item={**key(f"{number}", "clinic#west"), "notes": text("x" * 390_000)}
        )
    west = {":pk": text("clinic#west")}
    pages = [query(table, "pk = :pk", west)]
    while "LastEvaluatedKey" in pages[-1][1]:
        pages.append(query(table, "pk = :pk", west, ExclusiveStartKey=pages[-1][1]["LastEvaluatedKey"]))
    assert pages[0][1]["Count"] in (2, 3)
    assert [sort for page in pages for sort in sorts(page)] == list("01234")


def test_a_batch_of_reads_returns_what_exists(table: Any) -> None:
    wanted = {"Keys": [key("plan#1"), key("plan#2"), key("absent")], "ProjectionExpression": "sk"}
    answer = table.batch_get_item(RequestItems={TABLE: wanted})
    found = sorted(each["sk"]["S"] for each in answer["Responses"][TABLE])
    assert found == ["plan#1", "plan#2"]
    assert answer["UnprocessedKeys"] == {}


def test_a_batch_of_writes_puts_and_deletes(table: Any) -> None:
    requests = [{"PutRequest": {"Item": item("plan#7")}}, {"DeleteRequest": {"Key": key("plan#1")}}]
    answer = table.batch_write_item(RequestItems={TABLE: requests})
    assert answer["UnprocessedItems"] == {}
    assert sorts(query(table, "pk = :pk", NORTH)) == list("23457")


@pytest.mark.parametrize(
    ("condition", "values", "more"),
    [
        ("sk = :pk", NORTH, {}),
        ("pk > :pk", NORTH, {}),
        ("pk = :pk AND kind = :pk", NORTH, {}),
        ("due_shard = :shard", SHARD, {"IndexName": "due", "ConsistentRead": True}),
        ("due_shard = :shard", SHARD, {"IndexName": "due", "Select": "ALL_ATTRIBUTES"}),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(
    table: Any, condition: str, values: dict[str, Any], more: dict[str, Any]
) -> None:
    assert query(table, condition, values, **more)[0] == "ValidationException"


def test_a_page_that_ends_on_the_last_match_still_says_there_may_be_more(strict_table: Any) -> None:
    # DynamoDB: a Limit that was reached always gives LastEvaluatedKey. moto leaves it out.
    answer = query(strict_table, "pk = :pk", NORTH, Limit=5)
    assert answer[1]["LastEvaluatedKey"] == key("plan#5")


@pytest.mark.parametrize(
    "more",
    [
        # DynamoDB: a filter may not name a key attribute of what is queried.
        {"FilterExpression": "sk = :pk"},
        # DynamoDB: the starting key must be whole, of the right types and inside what is queried.
        {"ExclusiveStartKey": {"pk": text("clinic#north")}},
        {"ExclusiveStartKey": {"pk": text("clinic#north"), "sk": numeral(1)}},
        {"ExclusiveStartKey": key("plan#9", "clinic#south")},
    ],
)
def test_a_query_that_dynamodb_refuses_and_moto_does_not_is_refused(
    strict_table: Any, more: dict[str, Any]
) -> None:
    assert query(strict_table, "pk = :pk", NORTH, **more)[0] == "ValidationException"


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        # DynamoDB: only AND, and no <>, in a key condition. moto fails inside.
        ("pk = :pk OR sk = :pk", {}),
        ("pk = :pk AND sk <> :pk", {}),
        # DynamoDB: a validation error. moto says the resource is not found.
        ("pk = :pk", {"IndexName": "absent"}),
    ],
)
def test_a_key_condition_beyond_the_grammar_is_refused(
    strict_table: Any, condition: str, more: dict[str, Any]
) -> None:
    assert query(strict_table, condition, NORTH, **more)[0] == "ValidationException"


def test_an_attribute_outside_the_index_cannot_be_asked_of_it(strict_table: Any) -> None:
    # DynamoDB: "Global secondary index due does not project [kind]". moto answers without it.
    more = {"IndexName": "due", "ProjectionExpression": "kind"}
    assert query(strict_table, "due_shard = :shard", SHARD, **more)[0] == "ValidationException"


def test_a_batch_of_more_than_25_writes_is_refused(strict_table: Any) -> None:
    # DynamoDB: at most 25 writes a batch. moto takes any number.
    requests = [{"PutRequest": {"Item": item(f"new#{number}")}} for number in range(26)]
    answer = outcome(lambda: strict_table.batch_write_item(RequestItems={TABLE: requests}))
    assert answer[0] == "ValidationException"
