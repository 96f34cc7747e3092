"""A write's key: taken once, answered the same, given back when nothing was done, forgotten after a day."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_once import DynamoDbOnce
from aftercare.domain.errors import BadInput, Conflict
from aftercare.domain.ids import ClinicId
from aftercare.domain.once import KEPT, LEASE, Told
from tests.adapters.table_lanes import NOON, TABLE

HUDSON, HARBOR = ClinicId("hudson"), ClinicId("harbor")
DONE = Told(201, '{"id": "pat-ada"}')


@pytest.fixture
def once(client: Any) -> DynamoDbOnce:
    return DynamoDbOnce(client, TABLE)


def test_a_new_key_is_taken_and_then_answered_the_same(once: DynamoDbOnce) -> None:
    assert once.begin(HUDSON, "key", "asked", NOON) is None
    once.keep(HUDSON, "key", "asked", DONE)
    assert once.begin(HUDSON, "key", "asked", NOON + timedelta(hours=23)) == DONE


def test_a_key_of_another_clinic_or_another_asker_is_another_key(once: DynamoDbOnce) -> None:
    assert once.begin(HUDSON, "key", "asked", NOON) is None
    assert once.begin(HARBOR, "key", "asked", NOON) is None
    assert once.begin(HUDSON, "other", "asked", NOON) is None


def test_what_is_being_worked_on_is_not_begun_a_second_time(once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    with pytest.raises(Conflict):
        once.begin(HUDSON, "key", "asked", NOON + LEASE - timedelta(seconds=1))


def test_who_died_at_work_is_followed_by_the_next_one(once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    assert once.begin(HUDSON, "key", "asked", NOON + LEASE) is None


@pytest.mark.parametrize("kept", [True, False])
def test_a_key_is_not_taken_for_something_else(once: DynamoDbOnce, kept: bool) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    if kept:
        once.keep(HUDSON, "key", "asked", DONE)
    for at in (NOON, NOON + LEASE, NOON + timedelta(hours=23)):
        with pytest.raises(BadInput) as refused:
            once.begin(HUDSON, "key", "other", at)
        assert refused.value.field == "Idempotency-Key"


def test_a_key_is_new_again_after_a_day_even_if_the_table_still_has_it(once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    once.keep(HUDSON, "key", "asked", DONE)
    assert once.begin(HUDSON, "key", "other", NOON + KEPT) is None
    with pytest.raises(BadInput):
        once.begin(HUDSON, "key", "asked", NOON + KEPT)


def test_a_key_that_is_given_back_may_be_used_for_anything(once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    once.free(HUDSON, "key", "asked")
    assert once.begin(HUDSON, "key", "other", NOON) is None


def test_an_answer_that_was_kept_is_not_given_back(once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    once.keep(HUDSON, "key", "asked", DONE)
    once.free(HUDSON, "key", "asked")
    assert once.begin(HUDSON, "key", "asked", NOON) == DONE


def test_who_lost_the_key_keeps_nothing_under_it(once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    once.free(HUDSON, "key", "asked")
    once.begin(HUDSON, "key", "other", NOON)
    once.keep(HUDSON, "key", "asked", DONE)
    once.free(HUDSON, "key", "asked")
    with pytest.raises(Conflict):
        once.begin(HUDSON, "key", "other", NOON)


def test_the_table_forgets_a_key_by_itself(client: Any, once: DynamoDbOnce) -> None:
    once.begin(HUDSON, "key", "asked", NOON)
    (row,) = client.scan(TableName=TABLE)["Items"] if hasattr(client, "scan") else client.items()
    assert int(row["expires_at"]["N"]) == int((NOON + KEPT).timestamp())
    assert set(row) == {"pk", "sk", "asked", "leased_until", "kept_until", "expires_at"}
