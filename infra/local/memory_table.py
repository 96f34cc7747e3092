"""A DynamoDB table in memory that answers the boto3 client calls the adapters make.

It stands where ``boto3.client("dynamodb")`` stands: same keyword arguments, same answers, same errors. One
conformance suite holds it to the answers of an emulator of DynamoDB. Not modelled: throttling, hot
partitions, the delay of indexes, transaction conflicts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock
from typing import Any, TypeAlias

from infra.local.attribute_values import Item, checked_item, copied, number
from infra.local.table_batches import (
    Tokens,
    batch_get,
    batch_writes,
    cancelled,
    refuse_other_table,
    transaction_writes,
)
from infra.local.table_faults import ClientExceptions, Rejected, client_error, invalid, malformed
from infra.local.table_reads import Found, get, query
from infra.local.table_shape import TableShape
from infra.local.table_storage import Storage, Stored
from infra.local.table_stream import Record, Stream
from infra.local.table_writes import Write, planned_delete, planned_put, planned_update, returned

Answer: TypeAlias = dict[str, Any]
Request: TypeAlias = Mapping[str, Any]

AFTERCARE = TableShape()

PUT_RETURNS = frozenset(("NONE", "ALL_OLD"))
UPDATE_RETURNS = PUT_RETURNS | {"ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}

_NAMED = frozenset(("ExpressionAttributeNames", "ExpressionAttributeValues"))
_WRITE = _NAMED | {"ConditionExpression", "ReturnValues", "ReturnValuesOnConditionCheckFailure"}
_READ = frozenset(("ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"))
_QUERY = _NAMED | {
    "ConsistentRead",
    "ExclusiveStartKey",
    "FilterExpression",
    "IndexName",
    "KeyConditionExpression",
    "Limit",
    "ProjectionExpression",
    "ScanIndexForward",
    "Select",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation's name and its parameters, which botocore checks before it sends."""

    name: str
    needed: frozenset[str]
    optional: frozenset[str]


PUT_ITEM = Operation("PutItem", frozenset(("TableName", "Item")), _WRITE)
DELETE_ITEM = Operation("DeleteItem", frozenset(("TableName", "Key")), _WRITE)
UPDATE_ITEM = Operation("UpdateItem", frozenset(("TableName", "Key")), _WRITE | {"UpdateExpression"})
GET_ITEM = Operation("GetItem", frozenset(("TableName", "Key")), _READ)
QUERY = Operation("Query", frozenset(("TableName",)), _QUERY)
BATCH_GET_ITEM = Operation("BatchGetItem", frozenset(("RequestItems",)), frozenset())
BATCH_WRITE_ITEM = Operation("BatchWriteItem", frozenset(("RequestItems",)), frozenset())
TRANSACT_WRITE_ITEMS = Operation(
    "TransactWriteItems", frozenset(("TransactItems",)), frozenset(("ClientRequestToken",))
)


@dataclass(frozen=True, slots=True)
class Work:
    """What one call made the table do, for a meter.

    Attributes:
        operation: DynamoDB's name of the call.
        writes: The writes it made, or was refused by their conditions.
        read_bytes: Bytes read, one number for each item looked up or page of a query.
        strong: Whether the reads were strongly consistent.
    """

    operation: str
    writes: tuple[Write, ...] = ()
    read_bytes: tuple[int, ...] = ()
    strong: bool = False


class MemoryTable:
    """One table behind the methods of a boto3 DynamoDB client.

    Args:
        name: The table's name; every call must give it.
        now: The clock, for client tokens, stream records and expiry.
        shape: Its keys and indexes.
    """

    exceptions = ClientExceptions

    def __init__(
        self, name: str = "aftercare", *, now: Callable[[], datetime], shape: TableShape = AFTERCARE
    ) -> None:
        self.name = name
        self.shape = shape
        self.storage = Storage(shape)
        self._now = now
        self._lock = RLock()
        self._tokens = Tokens()
        self._stream = Stream(name, shape, now)
        self._watchers: list[Callable[[Work], None]] = []

    def __len__(self) -> int:
        return len(self.storage)

    def items(self) -> list[Item]:
        """Copy every item, in no order that means anything."""
        with self._lock:
            return [copied(stored.item) for _, stored in self.storage.entries()]

    def load(self, items: Iterable[Item]) -> None:
        """Put items in as they stand: they were in this table before."""
        with self._lock:
            for item in items:
                kept, size = checked_item(item)
                key = self.storage.key_of(kept)
                self._keep(Write(key, self.storage.at(key), Stored(kept, size)))
            self._stream.publish()

    def subscribe(self, subscriber: Callable[[Record], None], *, only_reads: bool = False) -> None:
        """Give a subscriber every change from now on, as a record of the table's stream.

        It is called after the change, before the writer's call returns, one record at a time in order. It may
        write to the table; those records follow. ``only_reads``: it changes nothing in what it is given.
        """
        self._stream.subscribe(subscriber, only_reads=only_reads)

    def watch(self, watcher: Callable[[Work], None]) -> None:
        """Tell a watcher what every call from now on costs the table."""
        self._watchers.append(watcher)

    def get_item(self, **request: Any) -> Answer:
        """Answer as ``client.get_item`` does."""
        return self._answered(
            GET_ITEM, request, lambda: self._found(GET_ITEM, get(self.storage, request), request)
        )

    def query(self, **request: Any) -> Answer:
        """Answer as ``client.query`` does, on the table or an index."""
        return self._answered(
            QUERY, request, lambda: self._found(QUERY, query(self.storage, request), request)
        )

    def batch_get_item(self, **request: Any) -> Answer:
        """Answer as ``client.batch_get_item`` does."""

        def read() -> Answer:
            found = batch_get(self.storage, self.name, request)
            return self._found(BATCH_GET_ITEM, found, request["RequestItems"][self.name])

        return self._answered(BATCH_GET_ITEM, request, read)

    def put_item(self, **request: Any) -> Answer:
        """Answer as ``client.put_item`` does."""
        return self._answered(PUT_ITEM, request, lambda: self._written(PUT_ITEM, planned_put, request))

    def delete_item(self, **request: Any) -> Answer:
        """Answer as ``client.delete_item`` does."""
        return self._answered(
            DELETE_ITEM, request, lambda: self._written(DELETE_ITEM, planned_delete, request)
        )

    def update_item(self, **request: Any) -> Answer:
        """Answer as ``client.update_item`` does."""
        return self._answered(
            UPDATE_ITEM, request, lambda: self._written(UPDATE_ITEM, planned_update, request)
        )

    def batch_write_item(self, **request: Any) -> Answer:
        """Answer as ``client.batch_write_item`` does."""

        def write() -> Answer:
            self._kept(BATCH_WRITE_ITEM, batch_writes(self.storage, self.name, request))
            return {"UnprocessedItems": {}}

        return self._answered(BATCH_WRITE_ITEM, request, write)

    def transact_write_items(self, **request: Any) -> Answer:
        """Answer as ``client.transact_write_items`` does."""
        return self._answered(TRANSACT_WRITE_ITEMS, request, lambda: self._transacted(request))

    def expire(self) -> int:
        """Remove what is past its time to live, as DynamoDB does in its own time; return how many."""
        with self._lock:
            now = self._now().timestamp()
            expired = [(key, row) for key, row in self.storage.entries() if self._ends_at(row.item) <= now]
            for key, row in expired:
                self._keep(Write(key, row, None), expired=True)
            self._stream.publish()
            return len(expired)

    def _ends_at(self, item: Item) -> float:
        value = item.get(self.shape.ttl_attribute, {}).get("N")
        return float("inf") if value is None else float(number(value)[1])

    def _answered(self, operation: Operation, request: Request, run: Callable[[], Answer]) -> Answer:
        unknown = request.keys() - operation.needed - operation.optional
        if unknown or not operation.needed <= request.keys():
            raise malformed(
                f"{operation.name}: unknown parameters {sorted(unknown)}, "
                f"missing {sorted(operation.needed - request.keys())}"
            )
        with self._lock:
            try:
                if "TableName" in request:
                    refuse_other_table(request["TableName"], self.name)
                answer = run()
            except Rejected as refusal:
                raise client_error(refusal, operation.name) from None
            self._stream.publish()
        answer["ResponseMetadata"] = {
            "RequestId": "in-memory",
            "HTTPStatusCode": 200,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        }
        return answer

    def _found(self, operation: Operation, found: Found, request: Request) -> Answer:
        self._tell(Work(operation.name, (), found.read_bytes, bool(request.get("ConsistentRead"))))
        return found.answer

    def _written(
        self, operation: Operation, plan: Callable[[Storage, Request], Write], request: Request
    ) -> Answer:
        wanted = request.get("ReturnValues", "NONE")
        if wanted not in (UPDATE_RETURNS if operation is UPDATE_ITEM else PUT_RETURNS):
            raise invalid(f"Return values set to invalid value: {wanted}")
        write = plan(self.storage, request)
        self._kept(operation, (write,))
        if write.refusal:
            raise write.refusal
        attributes = returned(write, wanted) if wanted != "NONE" else None
        return {"Attributes": attributes} if attributes else {}

    def _transacted(self, request: Request) -> Answer:
        token = request.get("ClientRequestToken")
        if token is not None and self._tokens.repeats(token, request, self._now()):
            return {}
        writes = transaction_writes(self.storage, self.name, request)
        refusal = cancelled(writes)
        if refusal:
            self._tell(
                Work(TRANSACT_WRITE_ITEMS.name, tuple(replace(write, after=write.before) for write in writes))
            )
            raise refusal
        self._kept(TRANSACT_WRITE_ITEMS, writes)
        if token is not None:
            self._tokens.remember(token, request, self._now())
        return {}

    def _kept(self, operation: Operation, writes: tuple[Write, ...]) -> None:
        self._tell(Work(operation.name, writes))
        for write in writes:
            if write.refusal is None and write.after is not write.before:
                self._keep(write)

    def _tell(self, work: Work) -> None:
        for watcher in self._watchers:
            watcher(work)

    def _keep(self, write: Write, *, expired: bool = False) -> None:
        self.storage.keep(write.key, write.before, write.after)
        self._stream.add(write, expired=expired)
