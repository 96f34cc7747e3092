"""What every table behind the adapters must answer, whichever table it is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.adapters.table_lanes import LANES, STRICT_LANES, TABLE, item, key, numeral, outcome, text


@pytest.fixture(params=LANES)
def table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LANES[request.param]() as client:
        yield client


@pytest.fixture(params=STRICT_LANES)
def strict_table(request: pytest.FixtureRequest) -> Iterator[Any]:
    with STRICT_LANES[request.param]() as client:
        yield client


def put(table: Any, *items: dict[str, Any]) -> None:
    for each in items:
        table.put_item(TableName=TABLE, Item=each)


def read(table: Any, sort: str = "plan#1") -> dict[str, Any] | None:
    found: dict[str, Any] | None = table.get_item(TableName=TABLE, Key=key(sort), ConsistentRead=True).get(
        "Item"
    )
    return found


def update(table: Any, expression: str, **more: Any) -> tuple[str, Any]:
    return outcome(lambda: table.update_item(TableName=TABLE, Key=key(), UpdateExpression=expression, **more))


RICH = item(
    given_name=text("Ada"),
    touches={"M": {"day1": {"M": {"state": text("planned"), "parts": numeral(2)}}}},
    answers={"L": [numeral(3), {"BOOL": True}, {"NULL": True}]},
    photo={"B": b"\x00\xff"},
    empty=text(""),
    languages={"SS": ["en", "es"]},
)


def test_what_was_put_is_what_is_got(table: Any) -> None:
    put(table, RICH)
    assert read(table) == RICH


def test_an_absent_item_is_an_answer_without_item(table: Any) -> None:
    assert read(table) is None


def test_a_put_replaces_the_whole_item_and_can_give_the_old_one_back(table: Any) -> None:
    put(table, item(given_name=text("Ada"), phone=text("+12025550147")))
    answer = table.put_item(TableName=TABLE, Item=item(given_name=text("Ben")), ReturnValues="ALL_OLD")
    assert answer["Attributes"] == item(given_name=text("Ada"), phone=text("+12025550147"))
    assert read(table) == item(given_name=text("Ben"))


def test_a_get_can_ask_for_some_attributes_only(table: Any) -> None:
    put(table, RICH)
    answer = table.get_item(
        TableName=TABLE,
        Key=key(),
        ProjectionExpression="given_name, touches.#day.parts, absent",
        ExpressionAttributeNames={"#day": "day1"},
    )
    assert answer["Item"] == {
        "given_name": text("Ada"),
        "touches": {"M": {"day1": {"M": {"parts": numeral(2)}}}},
    }


def test_a_delete_gives_the_old_item_back_and_deleting_again_is_no_error(table: Any) -> None:
    put(table, item(given_name=text("Carmen")))
    first = table.delete_item(TableName=TABLE, Key=key(), ReturnValues="ALL_OLD")
    again = table.delete_item(TableName=TABLE, Key=key(), ReturnValues="ALL_OLD")
    assert first["Attributes"] == item(given_name=text("Carmen"))
    assert "Attributes" not in again
    assert read(table) is None


def test_the_second_claim_of_a_touch_fails_and_shows_who_was_first(table: Any) -> None:
    put(table, item(claimed_by=text("worker-1")))
    with pytest.raises(table.exceptions.ConditionalCheckFailedException) as caught:
        table.put_item(
            TableName=TABLE,
            Item=item(claimed_by=text("worker-2")),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert caught.value.response["Item"] == item(claimed_by=text("worker-1"))
    assert caught.value.operation_name == "PutItem"
    assert read(table) == item(claimed_by=text("worker-1"))


def test_a_failed_condition_shows_no_old_item_unless_asked(table: Any) -> None:
    put(table, item())
    with pytest.raises(ClientError) as caught:
        table.delete_item(TableName=TABLE, Key=key(), ConditionExpression="attribute_not_exists(pk)")
    assert "Item" not in caught.value.response


CONDITIONS = {
    "step.parts = :two": True,
    "step.parts <> :two": False,
    "absent <> :two": True,
    "absent = :two": False,
    "step.parts < :two": False,
    "step.parts <= :two": True,
    "step.parts > :two": False,
    "step.parts >= :two": True,
    "step.parts BETWEEN :two AND :ten": True,
    "absent BETWEEN :two AND :ten": False,
    "step.parts IN (:ten, :two)": True,
    "answers[0] = :ten": True,
    "answers[7] = :ten": False,
    "attribute_exists(answers[1])": True,
    "attribute_exists(answers[7])": False,
    "attribute_not_exists(step.absent)": True,
    "attribute_type(given_name, :s)": True,
    "begins_with(given_name, :ad)": True,
    "begins_with(absent, :ad)": False,
    "contains(given_name, :ad)": True,
    "contains(languages, :es)": True,
    "contains(answers, :ten)": True,
    "contains(answers, :two)": False,
    "size(answers) = :two": True,
    "size(given_name) > :two": True,
    "NOT step.parts = :two": False,
    "NOT absent < :two": True,
    "absent = :two OR step.parts = :two": True,
    "absent = :two AND step.parts = :two": False,
    "absent = :two OR step.parts = :two AND absent = :two": False,
    "(absent = :two OR step.parts = :two) AND step.parts = :two": True,
    "NOT absent = :two AND step.parts = :two": True,
    "not (absent = :two or step.parts = :two)": False,
}


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS.items(), ids=CONDITIONS)
def test_a_condition_holds_or_not(table: Any, condition: str, holds: bool) -> None:
    put(
        table,
        item(
            given_name=text("Ada"),
            step={"M": {"parts": numeral(2)}},
            answers={"L": [numeral(10), {"BOOL": True}]},
            languages={"SS": ["en", "es"]},
        ),
    )
    values = {":two": numeral(2), ":ten": numeral(10), ":ad": text("Ad"), ":es": text("es"), ":s": text("S")}
    used = {name: values[name] for name in re.findall(r":\w+", condition)}
    more = {"ExpressionAttributeValues": used} if used else {}
    answer = outcome(
        lambda: table.delete_item(TableName=TABLE, Key=key(), ConditionExpression=condition, **more)
    )
    assert (answer[0] == "answered") is holds
    assert (read(table) is None) is holds


def test_an_update_makes_the_item_when_there_is_none(table: Any) -> None:
    assert (
        update(table, "SET given_name = :n", ExpressionAttributeValues={":n": text("Dora")})[0] == "answered"
    )
    assert read(table) == item(given_name=text("Dora"))


def test_an_update_without_changes_makes_a_bare_item(strict_table: Any) -> None:
    # DynamoDB: UpdateExpression may be left out. moto fails inside.
    strict_table.update_item(TableName=TABLE, Key=key())
    assert read(strict_table) == item()


@pytest.mark.parametrize("condition", ["absent IN (:two)", "size(absent) > :two", "given_name < :two"])
def test_a_comparison_with_nothing_or_another_type_does_not_hold(strict_table: Any, condition: str) -> None:
    # DynamoDB: an absent attribute or one of another type makes the comparison false. moto fails inside.
    put(strict_table, item(given_name=text("Ada")))
    with pytest.raises(strict_table.exceptions.ConditionalCheckFailedException):
        strict_table.put_item(
            TableName=TABLE,
            Item=item(),
            ConditionExpression=condition,
            ExpressionAttributeValues={":two": numeral(2)},
        )


@pytest.mark.parametrize(
    ("given", "kept"),
    [("007", "7"), ("1.50", "1.5"), ("-0", "0"), ("+3", "3"), ("1e3", "1000"), ("2E-2", "0.02")],
)
def test_a_number_comes_back_in_one_way_of_writing(strict_table: Any, given: str, kept: str) -> None:
    # DynamoDB: leading and trailing zeros are trimmed. moto gives the text back as it came.
    put(strict_table, item(parts={"N": given}))
    assert read(strict_table) == item(parts={"N": kept})


UPDATES = {
    "SET parts = parts + :one": {"parts": numeral(3)},
    "SET parts = parts - :one": {"parts": numeral(1)},
    "SET parts = if_not_exists(parts, :one)": {"parts": numeral(2)},
    "SET tries = if_not_exists(tries, :one)": {"tries": numeral(1)},
    "SET tries = if_not_exists(tries, :one) + :one": {"tries": numeral(2)},
    "SET parts = :one, old_parts = parts": {"parts": numeral(1), "old_parts": numeral(2)},
    "SET answers = list_append(answers, :more)": {
        "answers": {"L": [text("a"), text("b"), text("c"), text("d")]}
    },
    "SET answers[1] = :one": {"answers": {"L": [text("a"), numeral(1), text("c")]}},
    "SET answers[9] = :one": {"answers": {"L": [text("a"), text("b"), text("c"), numeral(1)]}},
    "SET touches.day1.sent = :one": {
        "touches": {"M": {"day1": {"M": {"due": text("x"), "sent": numeral(1)}}}}
    },
    "REMOVE touches.day1.due": {"touches": {"M": {"day1": {"M": {}}}}},
    "REMOVE answers[0], answers[2]": {"answers": {"L": [text("b")]}},
    "REMOVE parts, absent": {"parts": None},
    "ADD parts :one": {"parts": numeral(3)},
    "ADD tries :one": {"tries": numeral(1)},
    "ADD languages :fr": {"languages": {"SS": ["en", "es", "fr"]}},
    "DELETE languages :es": {"languages": {"SS": ["en"]}},
    "SET tries = :one REMOVE parts ADD seen :one": {"tries": numeral(1), "parts": None, "seen": numeral(1)},
    "set tries = :one remove parts": {"tries": numeral(1), "parts": None},
}
UPDATED = item(
    parts=numeral(2),
    answers={"L": [text("a"), text("b"), text("c")]},
    touches={"M": {"day1": {"M": {"due": text("x")}}}},
    languages={"SS": ["en", "es"]},
)


@pytest.mark.parametrize(("expression", "changes"), UPDATES.items(), ids=UPDATES)
def test_an_update_changes_what_it_says_and_nothing_else(
    table: Any, expression: str, changes: dict[str, Any]
) -> None:
    put(table, UPDATED)
    values = {":one": numeral(1), ":more": {"L": [text("d")]}, ":fr": {"SS": ["fr"]}, ":es": {"SS": ["es"]}}
    used = {name: values[name] for name in re.findall(r":\w+", expression)}
    more = {"ExpressionAttributeValues": used} if used else {}
    answer = update(table, expression, ReturnValues="ALL_NEW", **more)
    wanted = {name: value for name, value in {**UPDATED, **changes}.items() if value is not None}
    found = table.get_item(TableName=TABLE, Key=key())["Item"]
    for each in (wanted, found, answer[1]["Attributes"]):
        each["languages"] = {"SS": sorted(each["languages"]["SS"])}
    assert found == wanted
    assert answer == ("answered", {"Attributes": wanted})


@pytest.mark.parametrize(
    ("wanted", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", item(parts=numeral(2), given_name=text("Ada"))),
        ("ALL_NEW", item(parts=numeral(3), given_name=text("Ada"))),
        ("UPDATED_OLD", {"parts": numeral(2)}),
        ("UPDATED_NEW", {"parts": numeral(3)}),
    ],
)
def test_an_update_returns_what_was_asked_for(table: Any, wanted: str, attributes: Any) -> None:
    put(table, item(parts=numeral(2), given_name=text("Ada")))
    more = {"ReturnValues": wanted, "ExpressionAttributeValues": {":one": numeral(1)}}
    _, answer = update(table, "ADD parts :one", **more)
    assert answer.get("Attributes") == attributes


def test_the_sender_claims_a_touch_and_learns_all_it_needs_in_one_write(table: Any) -> None:
    put(
        table,
        item(touch_a={"M": {"state": text("planned")}}, consent=text("given"), phone=text("+12125550101")),
    )
    claim = {
        "ConditionExpression": "touch_a.#state = :planned AND consent = :given",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {
            ":planned": text("planned"),
            ":given": text("given"),
            ":claimed": text("claimed"),
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    first = update(table, "SET touch_a.#state = :claimed", **claim)
    second = update(table, "SET touch_a.#state = :claimed", **claim)
    assert first[1]["Attributes"]["phone"] == text("+12125550101")
    assert second[0] == "ConditionalCheckFailedException"
    assert second[1]["touch_a"] == {"M": {"state": text("claimed")}}


def test_callers_cannot_reach_into_what_is_kept(table: Any) -> None:
    given = item(touches={"M": {"day1": text("planned")}})
    put(table, given)
    given["touches"]["M"]["day1"] = text("lost")
    got = table.get_item(TableName=TABLE, Key=key())["Item"]
    got["touches"]["M"]["day1"] = text("lost")
    assert read(table) == item(touches={"M": {"day1": text("planned")}})


def test_an_unknown_table_is_not_found(table: Any) -> None:
    with pytest.raises(table.exceptions.ResourceNotFoundException):
        table.get_item(TableName="another", Key=key())
