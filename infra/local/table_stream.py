"""The change stream of the in-memory table: records in the shape a Lambda function gets them."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from infra.local.attribute_values import copied
from infra.local.table_shape import TableShape
from infra.local.table_writes import Write

Record: TypeAlias = dict[str, Any]

EXPIRY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


class Stream:
    """Gives each change to each subscriber, once and in order.

    Args:
        table: The table's name.
        shape: Its keys.
        now: The clock.
    """

    def __init__(self, table: str, shape: TableShape, now: Callable[[], datetime]) -> None:
        self._subscribers: list[tuple[Callable[[Record], None], bool]] = []
        self._source_arn = f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}/stream/in-memory"
        self._key_names = (shape.hash.name, shape.range.name)
        self._now = now
        self._sequence = 0
        self._waiting: deque[tuple[Write, bool]] = deque()
        self._publishing = False

    def subscribe(self, subscriber: Callable[[Record], None], *, only_reads: bool) -> None:
        """Give a subscriber every change from now on.

        Args:
            subscriber: Called with each record.
            only_reads: It changes nothing in a record, so that it can be shown the rows themselves: copying
                them is half of the stream's cost.
        """
        self._subscribers.append((subscriber, only_reads))

    def add(self, write: Write, *, expired: bool) -> None:
        """Take up a write that was made; one that changed nothing leaves no record."""
        before, after = write.before, write.after
        if self._subscribers and (before is None or after is None or before.item != after.item):
            self._waiting.append((write, expired))

    def publish(self) -> None:
        """Give out what was taken up. What a subscriber writes meanwhile follows after."""
        if self._publishing:
            return
        self._publishing = True
        try:
            while self._waiting:
                write, expired = self._waiting.popleft()
                self._sequence += 1
                record = self._record(write, expired)
                for subscriber, only_reads in self._subscribers:
                    subscriber(record if only_reads else _copied(record))
        finally:
            self._publishing = False

    def _record(self, write: Write, expired: bool) -> Record:
        some = write.after or write.before
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": int(self._now().timestamp()),
            "Keys": {name: some.item[name] for name in self._key_names} if some else {},
            "SequenceNumber": f"{self._sequence:021d}",
            "SizeBytes": sum(side.size for side in (write.before, write.after) if side),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        if write.after:
            change["NewImage"] = write.after.item
        if write.before:
            change["OldImage"] = write.before.item
        record: Record = {
            "eventID": f"{self._sequence:032x}",
            "eventName": "INSERT" if not write.before else "MODIFY" if write.after else "REMOVE",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1",
            "dynamodb": change,
            "eventSourceARN": self._source_arn,
        }
        return {**record, "userIdentity": dict(EXPIRY)} if expired else record


def _copied(record: Record) -> Record:
    change = dict(record["dynamodb"])
    for part in ("Keys", "NewImage", "OldImage"):
        if part in change:
            change[part] = copied(change[part])
    return {**record, "dynamodb": change}
