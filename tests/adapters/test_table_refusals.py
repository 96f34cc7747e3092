"""What every table must refuse, so that a mistake shows on a laptop and not first at AWS."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.adapters.table_lanes import LANES, STRICT_LANES, TABLE, item, key, numeral, text

Request: TypeAlias = dict[str, Any]


@pytest.fixture(params=LANES)
def table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LANES[request.param]() as client:
        yield client


@pytest.fixture(params=STRICT_LANES)
def strict_table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with STRICT_LANES[request.param]() as client:
        yield client


def put(**request: Any) -> tuple[str, Request]:
    return "put_item", {"Item": item(), **request}


def update(expression: str, **values: Any) -> tuple[str, Request]:
    more = (
        {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
    )
    return "update_item", {"Key": key(), "UpdateExpression": expression, **more}


def refused(client: Any, method: str, request: Request) -> str:
    seeded = item(given_name=text("Ada"), parts=numeral(2), answers={"L": []})
    client.put_item(TableName=TABLE, Item=seeded)
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(TableName=TABLE, **request)
    assert client.get_item(TableName=TABLE, Key=key())["Item"] == seeded
    code: str = caught.value.response["Error"]["Code"]
    return code


ONE = {":one": numeral(1)}
REFUSED = {
    "a word dynamodb keeps for itself": put(
        ConditionExpression="state = :one", ExpressionAttributeValues=ONE
    ),
    "the same word in an update": update("SET status = :one", one=numeral(1)),
    "a name that is not used": put(
        ConditionExpression="attribute_exists(pk)", ExpressionAttributeNames={"#unused": "state"}
    ),
    "names without any expression": put(ExpressionAttributeNames={"#unused": "state"}),
    "an item without its sort key": ("put_item", {"Item": {"pk": text("clinic#north")}}),
    "an empty key": ("put_item", {"Item": {"pk": text("clinic#north"), "sk": text("")}}),
    "a key of another type": ("put_item", {"Item": {"pk": text("clinic#north"), "sk": numeral(1)}}),
    "a get with half a key": ("get_item", {"Key": {"pk": text("clinic#north")}}),
    "a get with more than the key": ("get_item", {"Key": item(parts=numeral(1))}),
    "an item above 400 KB": put(Item=item(notes=text("x" * 400 * 1024))),
    "an item that an update makes larger than 400 KB": update("SET notes = :one", one=text("x" * 400 * 1024)),
    "a text for a number": put(Item=item(parts={"N": "many"})),
    "an empty set": put(Item=item(languages={"SS": []})),
    "a change of the key": update("SET sk = :one", one=text("plan#2")),
    "two changes of one attribute": update("SET parts = :one, parts = :two", one=numeral(1), two=numeral(2)),
    "two SET sections": update("SET tries = :one SET seen = :one", one=numeral(1)),
    "a sum with a text": update("SET parts = parts + :one", one=text("1")),
    "a sum with nothing": update("SET tries = tries + :one", one=numeral(1)),
    "a path through nothing": update("SET touches.day1 = :one", one=numeral(1)),
    "a text added": update("ADD parts :one", one=text("1")),
    "an index key of another type in an update": update("SET due_at = :one", one=text("soon")),
    "an update with old and new together": (
        "update_item",
        {"Key": key(), "UpdateExpression": "REMOVE parts", "ReturnValues": "BOTH"},
    ),
}


@pytest.mark.parametrize(("method", "request_"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_is_refused_and_changes_nothing(table: Any, method: str, request_: Request) -> None:
    assert refused(table, method, request_) == "ValidationException"


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = text("deep")
    for _ in range(levels):
        value = {"L": [value]}
    return value


# What DynamoDB refuses and moto takes, or fails at inside.
STRICTLY_REFUSED = {
    # A condition that cannot be read. moto fails inside, outside any answer.
    "a name that was never given": put(ConditionExpression="attribute_exists(#absent)"),
    "a value that was never given": put(ConditionExpression="parts = :absent"),
    "an empty expression": put(ConditionExpression=""),
    "half a comparison": put(ConditionExpression="parts ="),
    "a bracket left open": put(ConditionExpression="(attribute_exists(pk)"),
    "a function nobody knows": put(ConditionExpression="is_kind(pk)"),
    # An index key attribute must have the type the index declares, in a put too.
    "an index key of another type in a put": put(Item=item(due_shard=text("shard-0"), due_at=text("soon"))),
    "a value that is not used": put(
        ConditionExpression="attribute_exists(pk)", ExpressionAttributeValues=ONE
    ),
    # Only one type a value.
    "a value of two types": put(Item=item(parts={"S": "1", "N": "1"})),
    "a number of 39 digits": put(Item=item(parts={"N": "1" * 39})),
    "a number too large": put(Item=item(parts={"N": "1e126"})),
    "a number too small": put(Item=item(parts={"N": "1e-131"})),
    "not a number at all": put(Item=item(parts={"N": "NaN"})),
    "the same member twice in a set": put(Item=item(languages={"SS": ["en", "en"]})),
    "attributes nested 33 levels deep": put(Item=item(deep=nested(32))),
    "an expression above 4 KB": put(ConditionExpression="attribute_exists(" + "a" * 4096 + ")"),
    "101 choices": put(
        ConditionExpression="parts IN (" + ", ".join(f":v{number}" for number in range(101)) + ")",
        ExpressionAttributeValues={f":v{number}": numeral(number) for number in range(101)},
    ),
    "brackets around brackets": put(ConditionExpression="((attribute_exists(pk)))"),
    "an attribute compared with itself": put(ConditionExpression="parts = parts"),
    "an order of truth values": put(
        ConditionExpression="parts < :yes", ExpressionAttributeValues={":yes": {"BOOL": True}}
    ),
    "bounds the wrong way round": put(
        ConditionExpression="parts BETWEEN :two AND :one",
        ExpressionAttributeValues={":one": numeral(1), ":two": numeral(2)},
    ),
    "a sort key above 1 KB": put(Item=item("x" * 1025)),
}


@pytest.mark.parametrize(("method", "request_"), STRICTLY_REFUSED.values(), ids=STRICTLY_REFUSED)
def test_a_mistake_only_dynamodb_itself_sees_is_refused(
    strict_table: Any, method: str, request_: Request
) -> None:
    assert refused(strict_table, method, request_) == "ValidationException"


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.put_item(TableName=TABLE, Item=item(parts={"N": 5})),
        lambda client: client.put_item(TableName=TABLE, Item=item(parts={"X": "5"})),
        lambda client: client.put_item(TableName=TABLE, Item=item(parts="five")),
        lambda client: client.put_item(TableName=TABLE),
        lambda client: client.put_item(TableName=TABLE, Item=item(), When="now"),
        lambda client: client.transact_write_items(TransactItems=[]),
    ],
)
def test_a_request_that_does_not_fit_the_service_model_is_never_sent(
    table: Any, call: Callable[[Any], object]
) -> None:
    with pytest.raises(ParamValidationError):
        call(table)
