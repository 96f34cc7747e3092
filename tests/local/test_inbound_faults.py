"""Every handler of what comes in, killed or cut off at each of its calls: nothing is lost, nothing doubled.

Not samples: each call of a calm run is struck in each way, and later the day is held against the
calm one. Here for the stories that differ most; ``make simulate`` tells all of them, and strikes every call
of every other function in that time as well.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from tests.local.aftermath import Aftermath
from tests.local.fault_promises import broken_promises, struck_everywhere, taken_by_two
from tests.local.fault_stories import AFTERNOON, CHECK_IN, EVENING, NAMES, RECEIPTS, STORIES, TEXTS
from tests.local.struck_clinic import Stage, Struck

QUICK = (
    "a text in crisis",
    "STOP in a crisis",
    "a low mood",
    "a check-in that cannot arrive",
    "a form with item 9",
)
RECEIPTS_OF_ONE_TEXT = ("TEXT_PENDING", "TEXT_SENT", "TEXT_INVALID", "TEXT_INVALID")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    shared = Stage()
    yield shared
    shared.close()


def shown(stage: Stage, name: str) -> Struck:
    story = STORIES[name]
    return stage.at(story.moment, story.before, [story.function])


@pytest.mark.parametrize("name", QUICK)
def test_nothing_is_lost_or_doubled_whatever_call_is_struck(name: str, stage: Stage) -> None:
    faults = list(struck_everywhere(shown(stage, name), STORIES[name]))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", QUICK)
def test_the_same_message_at_two_handlers_at_once_counts_once(name: str, stage: Stage) -> None:
    faults = list(taken_by_two(shown(stage, name), STORIES[name]))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_message_twice_in_a_row_counts_once(name: str, stage: Stage) -> None:
    story, struck = STORIES[name], shown(stage, name)

    def twice(clinic: Struck) -> None:
        story.act(clinic)
        clinic.again()

    assert list(broken_promises(struck.calm(story.act), struck.after(twice))) == []


def test_receipts_in_any_order_come_to_the_same(stage: Stage) -> None:
    struck = stage.at(EVENING, None, [RECEIPTS])
    calm = struck.calm(STORIES["a check-in that cannot arrive"].act)
    for order in sorted(set(permutations(RECEIPTS_OF_ONE_TEXT))):
        found = struck.after(lambda clinic, order=order: clinic.reported(CHECK_IN, *order))
        assert list(broken_promises(calm, found)) == [], order


def test_a_stop_from_a_shared_phone_is_a_task_for_each_of_its_patients(stage: Stage) -> None:
    struck = shown(stage, "STOP from a shared phone")
    found = struck.calm(STORIES["STOP from a shared phone"].act)
    assert Counter(kind for kind, _ in found.tasks) == {"opted_out": 2, "shared_number": 1}


DAMAGE: dict[str, Callable[[Aftermath], Aftermath]] = {
    "a reply lost": lambda a: replace(a, words=Counter()),
    "an alert doubled": lambda a: replace(a, alerts=a.alerts + a.alerts),
    "a crisis text doubled": lambda a: replace(a, crises=a.crises + a.crises),
    "another crisis text": lambda a: replace(a, crises=a.crises + Counter([("a.crisis-2", "sms")])),
    "no crisis text": lambda a: replace(a, crises=Counter()),
    "a page doubled": lambda a: replace(a, pages=a.pages + a.pages),
    "nobody called": lambda a: replace(a, pages=Counter()),
    "an incident not told": lambda a: replace(a, tasks=Counter()),
    "a task for nothing": lambda a: replace(a, tasks=a.tasks + Counter([("unread_reply", "in-1")])),
    "a text for nothing": lambda a: replace(a, messages=Counter([("ses-ada-1.evening", "sms")])),
    "a dead letter": lambda a: replace(a, letters={"ReplyDeadLetters": 1}),
    "a claim forgotten": lambda a: replace(a, claimed=frozenset({"ses-ada-1.evening"})),
    "a consent ended": lambda a: replace(a, agreed=frozenset()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_promises_notice(damage: str, stage: Stage) -> None:
    calm = stage.at(AFTERNOON, None, [TEXTS]).calm(STORIES["a text in crisis"].act)
    assert list(broken_promises(calm, calm)) == []
    assert list(broken_promises(calm, DAMAGE[damage](calm)))
    assert calm.answered_after == calm.called_after == timedelta()
