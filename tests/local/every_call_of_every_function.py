"""The stories again, with every call of every function struck that they set going within two hours.

Minutes, not seconds: ``make simulate`` runs it, ``make test`` does not.
"""

from collections.abc import Iterator

import pytest

from tests.local.fault_promises import struck_everywhere, taken_by_two
from tests.local.fault_stories import ALL_FUNCTIONS, NAMES, STORIES
from tests.local.struck_clinic import Stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    shared = Stage()
    yield shared
    shared.close()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_or_doubled_whatever_call_of_whoever_is_struck(name: str, stage: Stage) -> None:
    story = STORIES[name]
    faults = list(struck_everywhere(stage.at(story.moment, story.before, ALL_FUNCTIONS), story))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_message_at_two_handlers_at_once_counts_once(name: str, stage: Stage) -> None:
    story = STORIES[name]
    faults = list(taken_by_two(stage.at(story.moment, story.before, [story.function]), story))
    assert not faults, "\n".join(faults)
