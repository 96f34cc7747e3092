"""Any sequence of calls gets the same answers from the in-memory table as from moto."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.table_lanes import DEFINITION, LANES, TABLE, memory_lane, numeral, outcome, text

Call: TypeAlias = tuple[str, dict[str, Any]]

OTHERS = [name for name in LANES if name != "memory"]

hashes = st.sampled_from(["clinic#north", "clinic#south"])
sorts = st.sampled_from(["a", "b", "c"])
numbers = st.integers(min_value=-3, max_value=12).map(numeral)
words = st.sampled_from(["", "en", "es", "english"]).map(text)
keys = st.builds(lambda pk, sk: {"pk": text(pk), "sk": text(sk)}, hashes, sorts)
attributes = st.fixed_dictionaries(
    {},
    optional={
        "parts": numbers,
        "speech": words,
        "due_shard": st.sampled_from(["shard-0", "shard-1"]).map(text),
        "due_at": numbers,
        "step": st.fixed_dictionaries({"tries": numbers}).map(lambda inner: {"M": inner}),
        "answers": st.lists(numbers, max_size=3).map(lambda inner: {"L": inner}),
    },
)
# moto fails inside on an order between types or with nothing: DynamoDB's rule is held elsewhere.
conditions = st.sampled_from(
    [
        None,
        "attribute_exists(pk)",
        "attribute_not_exists(pk)",
        "attribute_exists(step.tries)",
        "attribute_not_exists(answers[1])",
        "parts = :n",
        "parts <> :n",
        "step.tries = :n OR parts = :n",
        "NOT parts = :n",
        "attribute_exists(parts) AND parts < :n",
        "attribute_exists(parts) AND parts BETWEEN :n AND :high",
        "begins_with(speech, :w)",
        "attribute_exists(pk) AND (attribute_not_exists(parts) OR parts >= :n)",
    ]
)
changes = st.sampled_from(
    [
        "SET parts = :n",
        "SET parts = if_not_exists(parts, :n) + :n",
        "SET step.tries = :n",
        "SET step = :m",
        "SET answers[1] = :n",
        "SET parts = step.tries",
        "SET due_at = :n, due_shard = :w",
        "REMOVE due_at",
        "REMOVE parts, step",
        "ADD parts :n",
        "SET speech = :w REMOVE answers",
    ]
)
VALUES = st.fixed_dictionaries(
    {":n": numbers, ":w": st.sampled_from(["en", "shard-0"]).map(text), ":m": st.just({"M": {}})}
)


def with_values(request: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    said = " ".join(value for name, value in request.items() if name.endswith("Expression"))
    # A number above every other, so that the bounds never cross.
    offered = {**values, ":high": numeral(99)}
    used = {name: value for name, value in offered.items() if name in said}
    return {**request, "TableName": TABLE, **({"ExpressionAttributeValues": used} if used else {})}


def conditional(method: str, base: dict[str, Any], condition: str | None, values: dict[str, Any]) -> Call:
    more = {"ConditionExpression": condition} if condition else {}
    return method, with_values({**base, **more, "ReturnValues": "ALL_OLD"}, values)


def transaction(actions: list[tuple[dict[str, Any], str | None, str]], values: dict[str, Any]) -> Call:
    listed = []
    for key, condition, change in actions:
        more = {"ConditionExpression": condition} if condition else {}
        listed.append({"Update": with_values({"Key": key, "UpdateExpression": change, **more}, values)})
    return "transact_write_items", {"TransactItems": listed}


def index_query(shard: str, bound: dict[str, Any], forward: bool) -> Call:
    request = {"IndexName": "due", "KeyConditionExpression": "due_shard = :s AND due_at <= :b"}
    values = {"ExpressionAttributeValues": {":s": text(shard), ":b": bound}}
    return "query", {"TableName": TABLE, **request, **values, "ScanIndexForward": forward}


# Only changes that no item can refuse: how moto reports the others in a transaction is its own.
safe_changes = st.sampled_from(["SET parts = :n", "SET step = :m", "REMOVE due_at", "SET speech = :w"])
calls = st.one_of(
    st.builds(
        lambda key, more, *rest: conditional("put_item", {"Item": {**key, **more}}, *rest),
        keys,
        attributes,
        conditions,
        VALUES,
    ),
    st.builds(lambda key, *rest: conditional("delete_item", {"Key": key}, *rest), keys, conditions, VALUES),
    st.builds(
        lambda key, change, *rest: conditional(
            "update_item", {"Key": key, "UpdateExpression": change}, *rest
        ),
        keys,
        changes,
        conditions,
        VALUES,
    ),
    st.builds(
        transaction,
        st.lists(st.tuples(keys, conditions, safe_changes), min_size=1, max_size=3),
        VALUES,
    ),
    st.builds(index_query, st.sampled_from(["shard-0", "shard-1"]), numbers, st.booleans()),
)


def told(client: Any, call: Call) -> Any:
    """Make a call and return what is promised of it: an index gives equal instants in any order."""
    method, request = call
    code, answer = outcome(lambda: getattr(client, method)(**request))
    if method == "query" and code == "answered":
        order = [found["due_at"] for found in answer["Items"]]
        return code, order, sorted(map(repr, (sorted(found.items()) for found in answer["Items"])))
    return code, answer


def everything(client: Any) -> list[Any]:
    found = []
    for clinic in ("clinic#north", "clinic#south"):
        answer = client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(clinic)},
        )
        found += answer["Items"]
    return found


@pytest.fixture(scope="module", params=OTHERS)
def other(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LANES[request.param]() as client:
        yield client


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(calls, min_size=1, max_size=14))
def test_any_sequence_of_calls_gets_the_same_answers(other: Any, sequence: list[Call]) -> None:
    other.delete_table(TableName=TABLE)
    other.create_table(**DEFINITION)
    with ExitStack() as stack:
        memory = stack.enter_context(memory_lane())
        for call in sequence:
            assert told(memory, call) == told(other, call), call
        assert everything(memory) == everything(other)
