"""What must hold whatever call was struck: held against the same day without a fault, in words."""

from collections.abc import Iterator

from tests.local.aftermath import Aftermath

# A fault may give staff these beside the tasks of a good day.
DOUBTS = {"not_delivered", "unconfirmed"}


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
    for touch, _ in calm.messages.keys() - found.messages.keys():
        if not any(touch in about for _, about in found.tasks):
            yield f"{touch} never left, and nobody was told"
    yield from (f"{key} left for no reason" for key in found.messages.keys() - calm.messages.keys())


def _people_called(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    for step in sorted(calm.steps - found.steps):
        yield f"nobody was called at {step}"
    yield from (f"called at {step} for no reason" for step in sorted(found.steps - calm.steps))


def _everything_told(calm: Aftermath, found: Aftermath) -> Iterator[str]:
    for task in calm.tasks.keys() - found.tasks.keys():
        yield f"no task {task}"
    for kind, about in found.tasks.keys() - calm.tasks.keys():
        if kind not in DOUBTS:
            yield f"a task for no reason: {kind} {about}"
