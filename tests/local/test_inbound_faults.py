"""Every handler of what comes in, killed or cut off at each of its calls: nothing is lost, nothing doubled.

Not samples: each call of a calm run is struck in each way, and two hours later the day is held against the
calm one.
"""

from collections.abc import Iterator
from itertools import permutations

import pytest

from tests.local.fault_promises import broken_promises
from tests.local.fault_stories import CHECK_IN, EVENING, RECEIPTS, STORIES, Story
from tests.local.strikes import WAYS
from tests.local.struck_clinic import Stage, Struck


# By moment, so that each moment is played up to only once or twice.
NAMES = sorted(STORIES, key=lambda name: STORIES[name].moment)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    shared = Stage()
    yield shared
    shared.close()


def played(stage: Stage, story: Story) -> list[str]:
    """Strike every call in every way; return what went wrong."""
    struck = stage.at(story.moment, story.before, [story.function])
    calm = struck.calm(story.act)
    calls = list(struck.wire.made)
    assert calls, "the handler made no call at all"
    faults: list[str] = []
    for nth, name in enumerate(calls, start=1):
        for way in WAYS:
            struck.wire.arm(nth, way)
            found = struck.after(story.act)
            assert struck.wire.struck == name
            faults += [f"{way}, call {nth}, {name}: {fault}" for fault in broken_promises(calm, found)]
    return faults


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_or_doubled_whatever_call_is_struck(name: str, stage: Stage) -> None:
    faults = played(stage, STORIES[name])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_message_at_two_handlers_at_once_counts_once(name: str, stage: Stage) -> None:
    """The second handler runs, from its first call to its last, between any two calls of the first."""
    story, faults = STORIES[name], list[str]()
    struck = stage.at(story.moment, story.before, [story.function])
    calm = struck.calm(story.act)
    for nth, call in enumerate(list(struck.wire.made), start=1):
        struck.wire.arm(nth, meanwhile=lambda: struck.again())
        found = struck.after(story.act)
        assert struck.wire.struck == call
        faults += [f"before call {nth}, {call}: {fault}" for fault in broken_promises(calm, found)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_message_twice_in_a_row_counts_once(name: str, stage: Stage) -> None:
    story = STORIES[name]
    struck = stage.at(story.moment, story.before, [story.function])
    calm = struck.calm(story.act)

    def twice(clinic: Struck) -> None:
        story.act(clinic)
        clinic.again()

    assert list(broken_promises(calm, struck.after(twice))) == []


RECEIPTS_OF_ONE_TEXT = ("TEXT_PENDING", "TEXT_SENT", "TEXT_INVALID", "TEXT_INVALID")


def test_receipts_in_any_order_come_to_the_same(stage: Stage) -> None:
    struck = stage.at(EVENING, None, [RECEIPTS])
    calm = struck.calm(STORIES["a check-in that cannot arrive"].act)
    for order in sorted(set(permutations(RECEIPTS_OF_ONE_TEXT))):
        found = struck.after(lambda clinic, order=order: clinic.reported(CHECK_IN, *order))
        assert list(broken_promises(calm, found)) == [], order
