"""The compiler of expressions by itself, without a table."""

from typing import Any

import pytest

from infra.local.expression_tree import Path
from infra.local.expressions import statement
from infra.local.reserved_words import RESERVED_WORDS
from infra.local.table_faults import Rejected
from infra.local.update_expressions import projected, updated

ADA: dict[str, Any] = {
    "given_name": {"S": "Ada"},
    "tries": {"N": "2"},
    "answers": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]},
    "step": {"M": {"code": {"S": "mood"}, "steps.left": {"N": "4"}}},
}


def said_of(item: dict[str, Any], condition: str, names: dict[str, str], **values: Any) -> bool:
    request: dict[str, Any] = {"ConditionExpression": condition}
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": value for name, value in values.items()}
    found, kept = statement(request)
    assert found.condition is not None
    return found.condition(item, kept)


def after(item: dict[str, Any], expression: str, **values: Any) -> dict[str, Any]:
    request: dict[str, Any] = {"UpdateExpression": expression}
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": value for name, value in values.items()}
    found, kept = statement(request)
    return updated(item, found.changes or (), kept)


def test_and_binds_stronger_than_or_and_not_stronger_than_and() -> None:
    absent = "attribute_exists(absent)"
    present = "attribute_exists(tries)"
    assert said_of(ADA, f"{present} OR {present} AND {absent}", {})
    assert not said_of(ADA, f"({present} OR {present}) AND {absent}", {})
    assert not said_of(ADA, f"NOT {present} AND {absent}", {})
    assert said_of(ADA, f"NOT ({present} AND {absent})", {})


def test_a_name_behind_a_sign_may_hold_a_dot_of_its_own() -> None:
    assert said_of(ADA, "step.#left = :four", {"#left": "steps.left"}, four={"N": "4"})


def test_numbers_are_compared_as_numbers_and_texts_as_texts() -> None:
    assert said_of(ADA, "tries < :ten", {}, ten={"N": "10"})
    assert said_of({"tries": {"S": "2"}}, "tries > :ten", {}, ten={"S": "10"})
    assert said_of(
        {"tries": {"N": "2.50"}}, "tries BETWEEN :low AND :high", {}, low={"N": "2"}, high={"N": "2.5"}
    )


def test_the_same_text_is_compiled_once_whatever_values_come_with_it() -> None:
    one, _ = statement({"FilterExpression": "tries = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}})
    two, _ = statement({"FilterExpression": "tries = :n", "ExpressionAttributeValues": {":n": {"N": "2"}}})
    assert one is two


def test_every_reserved_word_is_refused_bare_in_any_case_and_taken_behind_a_sign() -> None:
    assert len(RESERVED_WORDS) == 573
    for word in ("status", "State", "AT", "language", "plan", "touch", "zone"):
        with pytest.raises(Rejected, match="reserved keyword"):
            said_of(ADA, f"attribute_exists({word})", {})
        assert not said_of(ADA, "attribute_exists(#w)", {"#w": word})


@pytest.mark.parametrize(
    "condition",
    [
        "tries",
        "tries = ",
        "= tries",
        "tries == :n",
        "tries = :n AND",
        "tries = :n tries = :n",
        "tries IN :n",
        "tries BETWEEN :n",
        "tries BETWEEN :n AND",
        "attribute_exists()",
        "attribute_exists(tries, given_name)",
        "attribute_exists(:n)",
        "begins_with(tries)",
        "size(tries)",
        "answers[x] = :n",
        "answers[-1] = :n",
        "step..code = :n",
        "tries = :n;",
        "1tries = :n",
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(condition: str) -> None:
    with pytest.raises(Rejected) as caught:
        said_of(ADA, condition, {}, n={"N": "1"})
    assert caught.value.code == "ValidationException"


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "tries = :n",
        "SET tries",
        "SET tries = ",
        "SET tries = :n,",
        "SET tries = twice(:n)",
        "ADD tries",
        "PUT tries :n",
    ],
)
def test_an_update_that_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(Rejected) as caught:
        after(ADA, expression, n={"N": "1"})
    assert caught.value.code == "ValidationException"


def test_every_change_sees_the_item_as_it_was() -> None:
    changed = after(ADA, "SET tries = :nine, seen = tries, given_name = :b", nine={"N": "9"}, b={"S": "Ben"})
    assert (changed["tries"], changed["seen"]) == ({"N": "9"}, {"N": "2"})


def test_removed_list_positions_mean_the_list_as_it_was() -> None:
    assert after(ADA, "REMOVE answers[0], answers[1]")["answers"] == {"L": [{"N": "3"}]}


def test_the_old_item_is_left_as_it_was() -> None:
    before = repr(ADA)
    after(ADA, "SET step.code = :c, answers[0] = :c REMOVE answers[2]", c={"S": "x"})
    assert repr(ADA) == before


def test_sums_are_exact_where_floats_are_not() -> None:
    changed = after({"tries": {"N": "0.1"}}, "SET tries = tries + :n", n={"N": "0.2"})
    assert changed["tries"] == {"N": "0.3"}


def test_deleting_the_last_member_of_a_set_removes_the_attribute() -> None:
    assert after({"languages": {"SS": ["es"]}}, "DELETE languages :l", l={"SS": ["es", "en"]}) == {}


@pytest.mark.parametrize(
    "expression", ["SET tries.deep = :n", "SET answers.x = :n", "SET step[0] = :n", "REMOVE absent.deep"]
)
def test_a_path_through_something_else_is_refused(expression: str) -> None:
    values = {"n": {"N": "1"}} if ":n" in expression else {}
    with pytest.raises(Rejected, match="document path"):
        after(ADA, expression, **values)


def test_a_projection_keeps_the_shape_of_what_it_shows() -> None:
    paths = (Path(("step", "code")), Path(("answers", 2)), Path(("answers", 0)), Path(("absent",)))
    shown = projected(ADA, paths)
    assert shown == {"step": {"M": {"code": {"S": "mood"}}}, "answers": {"L": [{"N": "1"}, {"N": "3"}]}}
