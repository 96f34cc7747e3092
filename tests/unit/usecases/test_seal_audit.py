"""The trail is sealed day by day in a chain, and whatever is done to it afterwards shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from aftercare.adapters.attributes import item
from aftercare.domain.audit import AuditEntry
from aftercare.domain.errors import NotAllowed
from aftercare.domain.staff import Person, Role
from aftercare.usecases.seal_audit import broken_since, seal_audit
from aftercare.usecases.seal_trails import seal_trails
from aftercare.usecases.see_audit import see_audit
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON, utc
from tests.unit.usecases.worlds import open_world

DAY = timedelta(days=1)
FIRST = utc("2026-11-17 12:00")
OWNER = Person("u-9", "Dora", frozenset({Role.OWNER}), HUDSON)


def entry(at: datetime, number: int = 0) -> AuditEntry:
    return AuditEntry(f"e-{number}", HUDSON, at, "u-1", "Nurse Ben", "saw_patient", "dashboard", ADA, None)


@pytest.fixture
def world() -> QuickWorld:
    """Two entries on the first day, none on the second, one on the third; all sealed."""
    found = open_world(at=FIRST)
    for at, number in ((FIRST, 1), (FIRST + timedelta(hours=1), 2), (FIRST + 2 * DAY, 3)):
        found.desk.audit.write(entry(at, number))
    assert seal_audit(HUDSON, found.desk, FIRST + 3 * DAY) == 3
    return found


def test_every_day_from_the_first_entry_on_is_sealed_once_empty_ones_too(world: QuickWorld) -> None:
    seals = world.desk.audit.seals(HUDSON, limit=9)
    assert [(seal.on, seal.count) for seal in seals] == [
        (date(2026, 11, 19), 1),
        (date(2026, 11, 18), 0),
        (date(2026, 11, 17), 2),
    ]
    assert len({seal.chained for seal in seals}) == 3
    assert seal_audit(HUDSON, world.desk, FIRST + 3 * DAY) == 0
    assert seal_audit(HUDSON, world.desk, FIRST + 4 * DAY) == 1


@pytest.mark.parametrize(
    ("now", "sealed_days"),
    [("2026-11-18 00:00", 0), ("2026-11-18 00:59", 0), ("2026-11-18 01:00", 1), ("2026-11-18 09:00", 1)],
)
def test_a_day_is_sealed_when_surely_all_of_it_is_there(now: str, sealed_days: int) -> None:
    world = open_world(at=FIRST)
    world.desk.audit.write(entry(FIRST))
    assert seal_audit(HUDSON, world.desk, utc(now)) == sealed_days


def test_a_clinic_without_a_trail_has_nothing_to_seal() -> None:
    world = open_world(at=FIRST)
    assert seal_audit(HUDSON, world.desk, FIRST + 3 * DAY) == 0
    assert broken_since(HUDSON, world.desk, days=7) is None


FIRST_ENTRY = item({"pk": "hudson#~audit", "sk": f"{int(FIRST.timestamp() * 1000)}#e-1"})


def changed(world: QuickWorld) -> None:
    world.memory.update_item(
        TableName="aftercare",
        Key=FIRST_ENTRY,
        UpdateExpression="SET #name = :other",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeNames={"#name": "name"},
        ExpressionAttributeValues=item({":other": "Somebody Else"}),
    )


def removed(world: QuickWorld) -> None:
    world.memory.delete_item(TableName="aftercare", Key=FIRST_ENTRY)


def added(world: QuickWorld) -> None:
    world.desk.audit.write(entry(FIRST, 7))


def seal_removed(world: QuickWorld) -> None:
    key = {"pk": "hudson#~seals", "sk": "2026-11-18"}
    world.memory.delete_item(TableName="aftercare", Key=item(key))


def resealed(world: QuickWorld) -> None:
    """Change an entry, and make its day's seal fit: the seals behind it tell."""
    changed(world)
    key = {"pk": "hudson#~seals", "sk": "2026-11-17"}
    world.memory.delete_item(TableName="aftercare", Key=item(key))
    later = world.desk.audit.seals(HUDSON, limit=9)
    for seal in later:
        seal_key = {"pk": "hudson#~seals", "sk": seal.on.isoformat()}
        world.memory.delete_item(TableName="aftercare", Key=item(seal_key))
    assert seal_audit(HUDSON, world.desk, FIRST + DAY) == 1
    for seal in later:
        assert world.desk.audit.seal(seal)


@pytest.mark.parametrize(
    ("strike", "broken_on"),
    [
        (changed, date(2026, 11, 17)),
        (removed, date(2026, 11, 17)),
        (added, date(2026, 11, 17)),
        (seal_removed, date(2026, 11, 18)),
        (resealed, date(2026, 11, 18)),
    ],
)
def test_whatever_is_done_to_a_sealed_day_breaks_the_chain(
    world: QuickWorld, strike: Callable[[QuickWorld], None], broken_on: date
) -> None:
    assert broken_since(HUDSON, world.desk, days=7) is None
    strike(world)
    assert broken_since(HUDSON, world.desk, days=7) == broken_on


def test_a_night_seals_every_clinic_and_says_whose_trail_is_broken(world: QuickWorld) -> None:
    world.clock.advance_to(FIRST + 5 * DAY)
    night = seal_trails(world.desk)
    assert (night.days, night.broken) == (2, ())
    assert night.chained[HUDSON].startswith("2026-11-21 ")
    assert seal_trails(world.desk).days == 0
    added(world)
    assert seal_trails(world.desk).broken == (HUDSON,)


def test_who_may_see_the_trail_sees_it_the_latest_first_and_whether_it_is_whole(world: QuickWorld) -> None:
    world.clock.advance_to(FIRST + 3 * DAY)
    found = see_audit(OWNER, world.desk, by="dashboard", limit=2)
    assert [one.id for one in found.entries.rows] == ["e-3", "e-2"]
    assert found.whole
    rest = see_audit(OWNER, world.desk, by="dashboard", after=found.entries.more)
    assert [one.id for one in rest.entries.rows] == ["e-1"]
    assert world.desk.audit.page(HUDSON, limit=1).rows[0].did == "saw_audit"
    world.desk.audit.write(entry(FIRST + 2 * DAY, 8))
    assert see_audit(OWNER, world.desk, by="dashboard").broken_on == date(2026, 11, 19)


def test_who_may_not_see_the_trail_sees_nothing_and_leaves_nothing_in_it(world: QuickWorld) -> None:
    nurse = replace(OWNER, roles=frozenset({Role.NURSE}))
    with pytest.raises(NotAllowed):
        see_audit(nurse, world.desk, by="api")
    assert len(world.desk.audit.page(HUDSON, limit=9).rows) == 3
