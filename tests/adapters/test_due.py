"""What is due, what the last sweep left behind, and what waited too long."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_due import DynamoDbDue
from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.adapters.followup_item import SHARDS, shard_of
from aftercare.adapters.record_items import WAIT_MAX
from aftercare.domain.ids import ClinicId, PatientId
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.sweep import Due, SweepState
from tests.adapters.followup_rows import ADAS, a_wait, rows, save
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, BEN, HUDSON, NOON, a_followup

MS, MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)


@pytest.fixture
def index(client: Any) -> DynamoDbDue:
    return DynamoDbDue(client, TABLE)


def test_what_is_due_comes_oldest_first_and_nothing_early(
    store: DynamoDbFollowups, index: DynamoDbDue
) -> None:
    names = [PatientId(f"pat-{n:02d}") for n in range(20)]
    for n, name in enumerate(names):
        save(store, a_followup(patient_id=name), due_at=NOON - n * MINUTE)
    save(store, a_followup(patient_id=ADA), due_at=NOON + MS)
    assert [entry.patient_id for entry in index.due(NOON)] == names[::-1]
    assert len(index.due(NOON + MS)) == 21


def test_of_two_due_at_the_same_instant_the_order_is_always_the_same(
    store: DynamoDbFollowups, index: DynamoDbDue
) -> None:
    for name in (BEN, ADA):
        save(store, a_followup(patient_id=name), due_at=NOON)
    assert index.due(NOON) == [Due(HUDSON, ADA, NOON), Due(HUDSON, BEN, NOON)]


def test_patients_are_spread_over_every_shard() -> None:
    shards = {shard_of(HUDSON, PatientId(f"pat-{n}")) for n in range(200)}
    assert shards == {str(n) for n in range(SHARDS)}
    assert shard_of(HUDSON, ADA) == shard_of(HUDSON, ADA)


def test_a_long_index_is_read_page_by_page() -> None:
    pages = [
        {"Items": [key_of("pat-a", 1)], "LastEvaluatedKey": {"pk": {"S": "more"}}},
        {"Items": [key_of("pat-b", 2)]},
    ]

    class Paged:
        asked: list[Any] = []

        def query(self, **request: Any) -> Any:
            if request["ExpressionAttributeValues"][":shard"]["S"] != "0":
                return {"Items": []}
            self.asked.append(request.get("ExclusiveStartKey"))
            return pages[len(self.asked) - 1]

    found = DynamoDbDue(Paged(), TABLE).due(NOON)
    assert [entry.patient_id for entry in found] == ["pat-a", "pat-b"]
    assert Paged.asked == [None, {"pk": {"S": "more"}}]


def key_of(patient: str, due_ms: int) -> dict[str, Any]:
    return {"pk": {"S": f"hudson#{patient}"}, "sk": {"S": "FOLLOWUP"}, "due_at": {"N": str(due_ms)}}


# ---- the sweep's memory

STATE = SweepState(
    {HUDSON: frozenset({"0a1b2c3d", "ffffffff"})}, {HUDSON: NOON + MINUTE, ClinicId("north"): NOON}
)


def test_before_the_first_sweep_nothing_was_handed(index: DynamoDbDue) -> None:
    assert index.state() == SweepState()


def test_a_sweep_finds_what_the_one_before_it_left(index: DynamoDbDue, client: Any) -> None:
    index.keep(STATE)
    left = SweepState(STATE.handed, STATE.booked_until, version=1)
    assert index.state() == DynamoDbDue(client, TABLE).state() == left
    index.keep(SweepState(version=1))
    assert index.state() == DynamoDbDue(client, TABLE).state() == SweepState(version=2)


def test_a_container_that_slept_while_another_swept_looks_again_after_its_first_write(
    index: DynamoDbDue, client: Any
) -> None:
    other = DynamoDbDue(client, TABLE)
    index.keep(STATE)
    other.keep(replace(other.state(), handed={}))
    assert index.state().version == 1  # as it remembers: what it hands now is handed twice, at worst
    index.keep(index.state())
    assert index.state() == other.state() == SweepState({}, STATE.booked_until, version=2)


def test_of_two_overlapping_sweeps_the_first_to_write_is_kept(index: DynamoDbDue) -> None:
    index.keep(STATE)
    index.keep(SweepState({HUDSON: frozenset({"99999999"})}, {}, version=0))
    assert index.state().handed == STATE.handed


# ---- events that waited too long

TASK = Task("waiting_event.pat-ada.evt-1", HUDSON, ADA, TaskKind.WAITING_EVENT, "Nobody came.", NOON)


def test_an_event_that_waits_is_due_after_a_day(store: DynamoDbFollowups, index: DynamoDbDue) -> None:
    store.await_cause(ADAS, a_wait(), None)
    assert index.due(NOON + WAIT_MAX - MS) == []
    (entry,) = index.due(NOON + WAIT_MAX)
    assert (entry.patient_id, entry.waiting is None) == (ADA, False)


def test_an_event_that_waited_too_long_becomes_a_task_and_goes_on_waiting(
    store: DynamoDbFollowups, index: DynamoDbDue, client: Any
) -> None:
    store.await_cause(ADAS, a_wait(), None)
    (entry,) = index.due(NOON + WAIT_MAX)
    index.overdue_wait(entry, TASK)
    index.overdue_wait(entry, TASK)
    assert index.due(NOON + 9 * WAIT_MAX) == []
    assert store.waiting(*ADAS) == [a_wait()]
    assert rows(client, "hudson") == ["TASK#waiting_event.pat-ada.evt-1"]


def test_an_event_that_was_applied_meanwhile_leaves_no_task(
    store: DynamoDbFollowups, index: DynamoDbDue, client: Any
) -> None:
    store.await_cause(ADAS, a_wait(), None)
    (entry,) = index.due(NOON + WAIT_MAX)
    store.forget_waiting(*ADAS, a_wait())
    index.overdue_wait(entry, TASK)
    assert rows(client, "hudson") == []
    assert store.waiting(*ADAS) == []
