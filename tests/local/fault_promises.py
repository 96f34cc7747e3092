"""What must hold whatever call was struck: held against the same day without a fault, in words."""

from collections.abc import Iterator
from datetime import timedelta

from tests.local.aftermath import Aftermath
from tests.local.fault_stories import Story
from tests.local.strikes import WAYS, Way
from tests.local.struck_clinic import Struck

# A fault may give staff these beside the tasks of a good day.
DOUBTS = {"not_delivered", "unconfirmed"}
# The queue brings the message again: six times the function's timeout, and a sweep (see ReplyQueue).
AFTER_A_DEATH = timedelta(minutes=7)
# The name of a message that goes by the other way, since the first did not take it.
BY_MAIL = "~email"
DEATHS: tuple[Way, ...] = ("dies before", "dies after")
SENDING = ("pinpoint-sms-voice-v2.send_text_message", "sesv2.send_email")


def struck_everywhere(struck: Struck, story: Story) -> Iterator[str]:
    """Strike every call of what is watched, in every way; yield what went wrong, in words."""
    act = story.act
    calm = struck.calm(act)
    calls = list(struck.wire.made)
    assert calls, "no call was made at all"
    for nth, name in enumerate(calls, start=1):
        for way in WAYS:
            struck.wire.arm(nth, way)
            found = struck.after(act)
            assert struck.wire.struck == name, f"call {nth} was {struck.wire.struck} and not {name}"
            allowed = AFTER_A_DEATH if way in DEATHS else story.soon
            faults = [*broken_promises(calm, found), *_late(calm, found, allowed, name)]
            yield from (f"{way}, call {nth}, {name}: {fault}" for fault in faults)


def broken_promises(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    """Yield what is not as promised."""
    yield from _nothing_lost(calm, found)
    yield from _nothing_twice(found)
    yield from _patients_answered(calm, found)
    yield from _people_called(calm, found)
    yield from _everything_told(calm, found)


def _nothing_lost(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    for what in ("words", "alerts", "measures", "agreed"):
        before, after = getattr(calm, what), getattr(found, what)
        if before != after:
            yield f"{what}: {after} instead of {before}"
    if found.letters:
        yield f"left in queues: {found.letters}"
    if found.claimed:
        yield f"claimed and never accounted for: {sorted(found.claimed)}"


def _nothing_twice(found: Aftermath) -> Iterator[str]:
    for what in (found.crises, found.pages, found.messages):
        yield from (f"{key} left {count} times" for key, count in what.items() if count > 1)
    for channel in ("sms", "email"):
        crises = [touch for touch, by in found.crises if by == channel]
        if len(crises) > 1:
            yield f"{len(crises)} crisis texts by {channel}"


def _patients_answered(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    if calm.crises and not found.crises and "not_delivered" not in found.task_kinds():
        yield "no crisis text, and nobody was told to phone"
    asked, left = ({touch for touch, _ in one.messages} for one in (calm, found))
    for touch in asked - left - {touch.removesuffix(BY_MAIL) for touch in left}:
        if not any(touch in about for _, about in found.tasks):
            yield f"{touch} never left, and nobody was told"
    for touch, channel in found.messages.keys() - calm.messages.keys():
        first = touch.removesuffix(BY_MAIL)
        if first == touch or first in left or first not in asked:
            yield f"{(touch, channel)} left for no reason"


def _people_called(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    for step in sorted(calm.steps - found.steps):
        yield f"nobody was called at {step}"
    yield from (f"called at {step} for no reason" for step in sorted(found.steps - calm.steps))


def _late(calm: Aftermath, found: Aftermath, allowed: timedelta, struck: str) -> Iterator[str]:
    if struck in SENDING:
        return  # whom this very call was for is reached by the next way, or the next person is
    for what in ("answered_after", "called_after"):
        before, after = getattr(calm, what), getattr(found, what)
        if before is not None and after is not None and after > before + allowed:
            yield f"{what}: {after} instead of {before}"


def _everything_told(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    for task in calm.tasks.keys() - found.tasks.keys():
        yield f"no task {task}"
    for kind, about in found.tasks.keys() - calm.tasks.keys():
        if kind not in DOUBTS:
            yield f"a task for no reason: {kind} {about}"


def taken_by_two(struck: Struck, story: Story) -> Iterator[str]:
    """Let a second handler run, from its first call to its last, between any two calls of the first."""
    calm = struck.calm(story.act)
    for nth, call in enumerate(list(struck.wire.made), start=1):
        struck.wire.arm(nth, meanwhile=lambda: struck.again())
        found = struck.after(story.act)
        assert struck.wire.struck == call
        yield from (f"before call {nth}, {call}: {fault}" for fault in broken_promises(calm, found))
