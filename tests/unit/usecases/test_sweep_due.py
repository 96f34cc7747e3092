"""Once a minute, what is due goes to the queue, and nothing is lost when a minute goes wrong."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aftercare.domain.errors import TryAgain
from aftercare.usecases.sweep_due import Swept, sweep_due
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON, eastern
from tests.unit.usecases.worlds import after_a_session, completion, open_world, rows, with_ada

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
LEFT = eastern("2026-11-23 11:00")


def sweep(world: QuickWorld, after: timedelta = MINUTE) -> Swept:
    world.clock.advance_to(world.clock.now() + after)
    return sweep_due(world.clock.now(), world.ports)


def one_due() -> QuickWorld:
    """Return a world in which Ada's safety text is due, and what was handed at once got lost."""
    world = after_a_session()
    assert len(world.queue.take()) == 1
    return world


def test_a_quiet_minute_hands_nothing() -> None:
    assert sweep(with_ada()) == Swept(0, 0, timedelta())


def test_what_is_due_is_handed_once_and_its_age_is_told() -> None:
    world = one_due()
    age = MINUTE - timedelta(milliseconds=1)
    assert sweep(world) == Swept(handed=1, still_due=1, oldest_age=age)
    assert [key for _, key in world.queue.waiting] == [(HUDSON, ADA)]
    assert sweep(world, SECOND) == Swept(handed=0, still_due=1, oldest_age=age + SECOND)
    assert sweep(world, 0 * SECOND).handed == 0


def test_a_skipped_hour_loses_nothing() -> None:
    assert sweep(one_due(), timedelta(hours=1)).handed == 1


def test_what_was_lost_on_the_way_is_handed_again_only_when_the_queue_is_empty() -> None:
    world = one_due()
    sweep(world)
    assert sweep(world, 5 * MINUTE).handed == 0
    world.queue.waiting.clear()
    assert sweep(world).handed == 1


def test_what_was_just_handed_is_not_taken_for_lost() -> None:
    world = one_due()
    sweep(world, SECOND)
    world.queue.waiting.clear()
    assert sweep(world, MINUTE).handed == 0


def test_a_queue_that_would_not_take_it_leaves_it_for_the_next_minute() -> None:
    world = one_due()

    class Full:
        def hand(self, entries: Any) -> None:
            raise TryAgain("touch queue: part of a batch was not taken")

        def is_empty(self) -> bool:
            return True

    world.clock.advance_to(LEFT + MINUTE)
    try:
        sweep_due(world.clock.now(), replace(world.ports, touch_queue=Full()))
    except TryAgain:
        pass
    else:
        raise AssertionError("the fault must be seen")
    assert sweep(world).handed == 1


def test_an_event_that_waits_is_no_touch_and_becomes_a_task() -> None:
    world = open_world(at=LEFT)
    assert world.event(completion()) == "waiting"
    world.clock.advance_to(LEFT + DAY)
    assert sweep(world) == Swept(0, 0, timedelta())
    assert len(rows(world, "TASK#waiting_event.")) == 1
    assert world.queue.waiting == []
    assert sweep(world) == Swept(0, 0, timedelta())
