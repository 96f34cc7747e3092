"""What every table must answer to a transaction: all of it or nothing, and why not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.memory_table import MemoryTable
from tests.adapters.table_lanes import LANES, NOON, STRICT_LANES, TABLE, item, key, numeral, text


@pytest.fixture(params=LANES)
def table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LANES[request.param]() as client:
        yield client


@pytest.fixture(params=STRICT_LANES)
def strict_table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with STRICT_LANES[request.param]() as client:
        yield client


def put(sort: str, **attributes: Any) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": item(sort, **attributes)}}


def put_new(sort: str, **attributes: Any) -> dict[str, Any]:
    request = {
        "TableName": TABLE,
        "Item": item(sort, **attributes),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return {"Put": request}


def bump(sort: str, expression: str = "ADD parts :one") -> dict[str, Any]:
    values = {":one": numeral(1)}
    request = {
        "TableName": TABLE,
        "Key": key(sort),
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values,
    }
    return {"Update": request}


def read(client: Any, sort: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = client.get_item(TableName=TABLE, Key=key(sort)).get("Item")
    return found


def refused(client: Any, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        client.transact_write_items(TransactItems=list(actions), **more)
    response: dict[str, Any] = caught.value.response
    return response


def test_a_withdrawal_reaches_the_patient_and_every_open_plan_at_once(table: Any) -> None:
    for sort in ("patient", "plan#1", "plan#2", "old"):
        table.put_item(TableName=TABLE, Item=item(sort, parts=numeral(1)))
    check = {"TableName": TABLE, "Key": key("patient"), "ConditionExpression": "attribute_exists(pk)"}
    table.transact_write_items(
        TransactItems=[
            {"ConditionCheck": check},
            put("plan#1", consent=text("withdrawn")),
            bump("plan#2"),
            {"Delete": {"TableName": TABLE, "Key": key("old")}},
        ]
    )
    assert read(table, "plan#1") == item("plan#1", consent=text("withdrawn"))
    assert read(table, "plan#2") == item("plan#2", parts=numeral(2))
    assert read(table, "old") is None


def test_one_failed_condition_undoes_everything_and_says_which_it_was(table: Any) -> None:
    table.put_item(TableName=TABLE, Item=item("patient", given_name=text("Ada")))
    response = refused(table, put("plan#1"), put_new("patient"), bump("plan#2"))
    assert response["Error"]["Code"] == "TransactionCanceledException"
    reasons = response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed", "None"]
    assert reasons[1]["Item"] == item("patient", given_name=text("Ada"))
    assert read(table, "plan#1") is None
    assert read(table, "plan#2") is None


def test_a_cancelled_transaction_is_raised_as_the_clients_own_exception(table: Any) -> None:
    table.put_item(TableName=TABLE, Item=item("patient"))
    with pytest.raises(table.exceptions.TransactionCanceledException):
        table.transact_write_items(TransactItems=[put_new("patient")])


def test_no_item_may_stand_twice_in_a_transaction(table: Any) -> None:
    assert refused(table, put("plan#1"), bump("plan#1"))["Error"]["Code"] == "ValidationException"
    assert read(table, "plan#1") is None


def test_a_hundred_items_are_one_transaction_and_one_more_is_refused(table: Any) -> None:
    table.transact_write_items(TransactItems=[put(f"plan#{number}") for number in range(100)])
    response = refused(table, *(put(f"more#{number}") for number in range(101)))
    assert response["Error"]["Code"] == "ValidationException"
    assert read(table, "more#0") is None


def test_an_expression_nobody_can_read_refuses_the_whole_request(table: Any) -> None:
    response = refused(table, put("plan#1"), bump("plan#2", "SET status = :one"))
    assert response["Error"]["Code"] == "ValidationException"
    assert read(table, "plan#1") is None


def test_an_update_that_fails_on_its_item_is_the_reason_of_that_item(strict_table: Any) -> None:
    # DynamoDB: TransactionCanceledException with ValidationError. moto refuses the whole request.
    response = refused(strict_table, put("plan#1"), bump("plan#2", "SET parts = parts + :one"))
    assert [reason["Code"] for reason in response["CancellationReasons"]] == ["None", "ValidationError"]
    assert read(strict_table, "plan#1") is None


def test_a_transaction_sent_twice_under_one_token_is_made_once(strict_table: Any) -> None:
    # DynamoDB: the token makes it idempotent for ten minutes. moto makes it twice.
    for _ in range(2):
        strict_table.transact_write_items(TransactItems=[bump("plan#1")], ClientRequestToken="token-1")
    assert read(strict_table, "plan#1") == item("plan#1", parts=numeral(1))


def test_a_token_used_for_another_transaction_is_refused(strict_table: Any) -> None:
    # DynamoDB: IdempotentParameterMismatchException. moto takes it.
    strict_table.transact_write_items(TransactItems=[bump("plan#1")], ClientRequestToken="token-1")
    response = refused(strict_table, bump("plan#2"), ClientRequestToken="token-1")
    assert response["Error"]["Code"] == "IdempotentParameterMismatchException"
    assert read(strict_table, "plan#2") is None


def test_a_transaction_above_four_megabytes_is_refused(strict_table: Any) -> None:
    # DynamoDB: the items of a transaction together are at most 4 MB. moto takes more.
    response = refused(
        strict_table, *(put(f"plan#{number}", notes=text("x" * 390_000)) for number in range(11))
    )
    assert response["Error"]["Code"] == "ValidationException"


def test_a_token_is_forgotten_after_ten_minutes() -> None:
    now = [NOON]

    def clock() -> datetime:
        return now[0]

    client = MemoryTable(TABLE, now=clock)
    for minutes in (0, 9, 11):
        now[0] = NOON + timedelta(minutes=minutes)
        client.transact_write_items(TransactItems=[bump("plan#1")], ClientRequestToken="token-1")
    assert read(client, "plan#1") == item("plan#1", parts=numeral(2))
