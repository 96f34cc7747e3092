"""A table under load, or silent: nothing is lost and nothing is done twice."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.domain.errors import AlreadyKept, Conflict, TryAgain
from aftercare.domain.ids import PatientId, TouchId
from tests.adapters.followup_rows import ADAS, NO_ANSWER, Troubled, a_reply, a_sent, a_wait, error, save
from tests.adapters.table_lanes import TABLE
from tests.building import (
    HUDSON,
    a_followup,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "trouble",
    [
        *(error(code) for code in ("ThrottlingException", "ProvisionedThroughputExceededException")),
        *(
            error(code)
            for code in ("RequestLimitExceeded", "InternalServerError", "TransactionInProgressException")
        ),
        *NO_ANSWER,
    ],
    ids=repr,
)
def test_a_busy_or_silent_table_is_asked_again_later(trouble: Exception) -> None:
    calls = ("get_item", "put_item", "query", "batch_get_item", "batch_write_item", "delete_item")
    store = DynamoDbFollowups(Troubled(None, **dict.fromkeys(calls, trouble)), TABLE)
    for ask in (
        lambda: store.get(*ADAS),
        lambda: store.get_many([ADAS]),
        lambda: save(store, a_followup()),
        lambda: store.record([(ADAS, a_sent())]),
        lambda: store.waiting(*ADAS),
        lambda: store.forget_waiting(*ADAS, a_wait()),
    ):
        with pytest.raises(TryAgain):
            ask()


@pytest.mark.parametrize(
    ("reasons", "family"),
    [
        (["TransactionConflict", "None", "None"], Conflict),
        (["None", "None", "TransactionConflict"], Conflict),
        (["ConditionalCheckFailed", "None", "ConditionalCheckFailed"], Conflict),
        (["None", "None", "ConditionalCheckFailed"], AlreadyKept),
        (["None", "ConditionalCheckFailed", "ConditionalCheckFailed"], AlreadyKept),
        (["None", "ConditionalCheckFailed", "None"], Conflict),
        (["None", "ValidationError", "None"], ClientError),
        (["ThrottlingError", "None", "None"], TryAgain),
        ([], TryAgain),
    ],
    ids=str,
)
def test_a_cancelled_transaction_is_understood_by_its_reasons(
    reasons: list[str], family: type[Exception]
) -> None:
    codes = [{"Code": code} for code in reasons]
    trouble = error("TransactionCanceledException", CancellationReasons=codes)
    store = DynamoDbFollowups(Troubled(None, transact_write_items=trouble), TABLE)
    with pytest.raises(family) as caught:
        save(store, a_followup(), a_sent(), a_reply())
    assert isinstance(caught.value, AlreadyKept) == (family is AlreadyKept)


@pytest.mark.parametrize("code", ["TransactionConflictException", "ReplicatedWriteConflictException"])
def test_another_transaction_on_the_same_item_is_another_writer(code: str) -> None:
    store = DynamoDbFollowups(Troubled(None, put_item=error(code)), TABLE)
    with pytest.raises(Conflict):
        save(store, a_followup())


def test_a_table_that_is_out_of_order_is_asked_again_later() -> None:
    broken = error("NeverHeardOfException", ResponseMetadata={"HTTPStatusCode": 503})
    with pytest.raises(TryAgain):
        DynamoDbFollowups(Troubled(None, get_item=broken), TABLE).get(*ADAS)


def test_a_fault_of_ours_is_no_reason_to_try_again() -> None:
    store = DynamoDbFollowups(Troubled(None, get_item=error("ValidationException")), TABLE)
    with pytest.raises(ClientError):
        store.get(*ADAS)


def test_what_a_busy_table_left_unread_is_read_in_another_round(client: Any) -> None:
    def half(table: Any, request: dict[str, Any]) -> Any:
        keys = request["RequestItems"][TABLE]["Keys"]
        now, rest = keys[:1], keys[1:]
        answer = table.batch_get_item(RequestItems={TABLE: {"Keys": now, "ConsistentRead": True}})
        left = {TABLE: {"Keys": rest, "ConsistentRead": True}} if rest else {}
        return {**answer, "UnprocessedKeys": left}

    keys = [(HUDSON, PatientId(f"pat-{n}")) for n in range(3)]
    for key in keys:
        save(DynamoDbFollowups(client, TABLE), a_followup(patient_id=key[1]))
    slow = Troubled(client, batch_get_item=half)
    assert set(DynamoDbFollowups(slow, TABLE).get_many(keys)) == set(keys)
    assert slow.asked == ["batch_get_item"] * 3
    with pytest.raises(TryAgain):
        DynamoDbFollowups(slow, TABLE).get_many([*keys, *((HUDSON, PatientId(f"x-{n}")) for n in range(9))])


def test_what_a_busy_table_left_unwritten_is_written_in_another_round(client: Any) -> None:
    def half(table: Any, request: dict[str, Any]) -> Any:
        puts = request["RequestItems"][TABLE]
        answer = table.batch_write_item(RequestItems={TABLE: puts[:1]})
        return {**answer, "UnprocessedItems": {TABLE: puts[1:]} if puts[1:] else {}}

    slow = Troubled(client, batch_write_item=half)
    store = DynamoDbFollowups(slow, TABLE)
    sent = [a_sent(f"step{n}") for n in range(6)]
    store.record([(ADAS, one) for one in sent[:3]])
    assert slow.asked == ["batch_write_item"] * 3
    assert set(store.sent(*ADAS, [one.touch_id for one in sent])) == {one.touch_id for one in sent[:3]}


def test_what_no_batch_takes_is_written_one_by_one_because_it_has_left(client: Any) -> None:
    slow = Troubled(client, batch_write_item=error("ThrottlingException"))
    store = DynamoDbFollowups(slow, TABLE)
    store.record([(ADAS, a_sent("a")), (ADAS, a_sent("b"))])
    assert slow.asked == ["batch_write_item", "put_item", "put_item"]
    assert len(store.sent(*ADAS, [TouchId("ses-1.a"), TouchId("ses-1.b")])) == 2


def test_what_cannot_be_written_either_way_comes_back() -> None:
    throttled = error("ThrottlingException")
    store = DynamoDbFollowups(Troubled(None, batch_write_item=throttled, put_item=throttled), TABLE)
    with pytest.raises(TryAgain):
        store.record([(ADAS, a_sent())])
