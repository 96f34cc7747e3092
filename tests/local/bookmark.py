# a rehearsal has no way back in time: only tests turn it back
"""A place in a rehearsal to come back to: a world is built once, and every fault strikes the same moment."""

import copy
from typing import Any

from infra.local.memory_table import MemoryTable
from infra.local.rehearsal import Rehearsal


class Bookmark:
    """Remembers a rehearsal as it is now. Nothing may be on its way: every queue is empty.

    Args:
        rehearsal: On the in-memory table.
        table: That table, without anything that stands before it.
    """

    def __init__(self, rehearsal: Rehearsal, table: MemoryTable) -> None:
        self._rehearsal, self._table = rehearsal, table
        cloud = rehearsal.cloud
        cloud._observe()
        self._queues = sorted({arn for name, arn in cloud._emulator.resources.items() if "Queue" in name})
        self._queues += sorted(arn for name, arn in cloud._emulator.resources.items() if "Letters" in name)
        assert self.letters() == {}, "something is on its way"
        self._rows = table.storage.copy()
        self._now = rehearsal.clock.now()
        self._kept = self._copied()

    def letters(self) -> dict[str, int]:
        """Count what lies in each queue that is not empty, dead letters included."""
        emulator = self._rehearsal.cloud._emulator
        depths = {arn.rsplit("/", 1)[-1]: emulator.queue(arn).depth() for arn in self._queues}
        return {name: depth for name, depth in depths.items() if depth}

    def turn_back(self) -> None:
        """Make everything as it was; the functions start cold."""
        rehearsal, cloud = self._rehearsal, self._rehearsal.cloud
        cloud._observe()
        for arn in self._queues:
            cloud._emulator.queue(arn).take_all()
        self._table.storage = self._rows.copy()
        rehearsal.clock._now = self._now
        for part, kept in self._kept:
            part.__dict__.update({name: copy.copy(value) for name, value in kept.items()})
        cloud.deliveries._calls.clear()
        cloud.deliveries.failures.clear()
        cloud.deliveries.lost.clear()
        cloud._script.clear()
        for lane in cloud.deliveries._lanes:
            lane.records.clear()
            lane.blocked_until, lane.failures = None, 0
        rehearsal.carrier._book.sms[self._texts :] = []
        rehearsal.carrier._book.email[self._mails :] = []
        rehearsal.logs.seek(0)
        rehearsal.logs.truncate()
        cloud._invoker.forget()

    def _copied(self) -> list[tuple[Any, dict[str, Any]]]:
        """Copy the state of every part that is made of plain lists, dicts and instants."""
        rehearsal, cloud = self._rehearsal, self._rehearsal.cloud
        self._texts, self._mails = len(rehearsal.carrier._book.sms), len(rehearsal.carrier._book.email)
        parts = [cloud._due, rehearsal.transcript, rehearsal.happenings.postbag]
        parts += [timetable for _, timetable in cloud._timetables]
        return [(part, {k: copy.copy(v) for k, v in part.__dict__.items() if _plain(v)}) for part in parts]


def _plain(value: Any) -> bool:
    return not isinstance(value, str) and (
        isinstance(value, list | dict) or value.__class__.__module__ == "datetime"
    )
