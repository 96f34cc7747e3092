"""Counts what the service asks of AWS: calls by operation, and DynamoDB's write and read units.

Emulators do not meter DynamoDB rightly, so the units follow the published rules (Amazon DynamoDB Developer
Guide, "Read and write operations" and "Global secondary indexes"):

- a write costs 1 unit for each started 1 KB of the larger of the item before and after; refused by its
  condition, it still costs that of the item that stood there; in a transaction the table's part doubles;
- an index entry added or removed costs its own size, a changed key both, a changed projected attribute one
  write, and nothing when no attribute it carries changed;
- a read costs 0.5 for each started 4 KB, twice that when strongly consistent; a batch rounds each item;
- what expires by its time to live costs nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from infra.local.attribute_values import Item, item_bytes
from infra.local.memory_table import AFTERCARE, MemoryTable, Work
from infra.local.table_shape import Index, TableShape
from infra.local.table_writes import Write

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
TRANSACTION_FACTOR = 2

REFUSED_AT_A_PRICE = frozenset(("ConditionalCheckFailedException", "TransactionCanceledException"))
NOT_REPLAYED = frozenset(("ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ClientRequestToken"))
GIVEN = "aftercare_meter_given"
SHADOW_AT = datetime(2000, 1, 1, tzinfo=UTC)


def started(size: int, unit: int) -> int:
    """Count the started units of a size in bytes; nothing at all still counts as one."""
    return max(1, -(-size // unit))


def _entry(shape: TableShape, index: Index, item: Item | None) -> Item | None:
    if item is None or index.hash.name not in item or index.range.name not in item:
        return None
    names = shape.index_names(index)
    return item if names is None else {name: value for name, value in item.items() if name in names}


def index_units(shape: TableShape, index: Index, before: Item | None, after: Item | None) -> int:
    """Price one write in one index, in write units."""
    old, new = _entry(shape, index, before), _entry(shape, index, after)
    if old == new:
        return 0
    prices = [started(item_bytes(entry), WRITE_UNIT_BYTES) for entry in (old, new) if entry is not None]
    if old is not None and new is not None:
        keys = (index.hash.name, index.range.name)
        if all(old[key] == new[key] for key in keys):
            return max(prices)
    return sum(prices)


def write_units(shape: TableShape, write: Write, *, transaction: bool = False) -> int:
    """Price one write on the table and in all its indexes, in write units."""
    sizes = [side.size for side in (write.before, write.after) if side is not None]
    units = started(max(sizes, default=0), WRITE_UNIT_BYTES) * (TRANSACTION_FACTOR if transaction else 1)
    before = write.before.item if write.before else None
    after = write.after.item if write.after else None
    return units + sum(index_units(shape, index, before, after) for index in shape.indexes)


def read_units(size: int, *, strong: bool) -> float:
    """Price one item looked up, or one page of a query, in read units."""
    return started(size, READ_UNIT_BYTES) * (1.0 if strong else 0.5)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was counted up to an instant; the difference of two is what was counted between them.

    Attributes:
        calls: Calls by ``service.Operation``.
        write_units: DynamoDB write units by ``dynamodb.Operation``.
        read_units: DynamoDB read units by ``dynamodb.Operation``.
        unmetered: DynamoDB calls whose units could not be told: unanswered, or on rows never seen.
    """

    calls: Mapping[str, int] = field(default_factory=dict)
    write_units: Mapping[str, float] = field(default_factory=dict)
    read_units: Mapping[str, float] = field(default_factory=dict)
    unmetered: int = 0

    def __sub__(self, earlier: "Snapshot") -> "Snapshot":
        return Snapshot(
            {name: count - earlier.calls.get(name, 0) for name, count in self.calls.items()},
            {name: units - earlier.write_units.get(name, 0) for name, units in self.write_units.items()},
            {name: units - earlier.read_units.get(name, 0) for name, units in self.read_units.items()},
            self.unmetered - earlier.unmetered,
        )

    @property
    def total_calls(self) -> int:
        """Calls of every kind."""
        return sum(self.calls.values())

    @property
    def total_write_units(self) -> float:
        """Write units of every call."""
        return sum(self.write_units.values())

    @property
    def total_read_units(self) -> float:
        """Read units of every call."""
        return sum(self.read_units.values())

    def report(self, per: int = 1) -> str:
        """Lay the counts out as a table of text, divided by ``per`` (touches, replies)."""
        names = sorted(name for name in self.calls.keys() | self.write_units.keys() if self._counted(name))
        counts = (self.calls, self.write_units, self.read_units)
        rows = [_row(name, [count.get(name, 0) / per for count in counts]) for name in names]
        totals = (self.total_calls, self.total_write_units, self.total_read_units)
        rows.append(_row("total", [total / per for total in totals]))
        lines = [f"{'operation':<40} {'calls':>10} {'write units':>12} {'read units':>12}", *rows]
        if self.unmetered:
            lines.append(f"units unknown for {self.unmetered} calls")
        return "\n".join(lines)

    def _counted(self, name: str) -> bool:
        return any(counts.get(name) for counts in (self.calls, self.write_units, self.read_units))


def _row(name: str, numbers: Sequence[float]) -> str:
    return f"{name:<40} {numbers[0]:>10.3f} {numbers[1]:>12.3f} {numbers[2]:>12.3f}"


class Meter:
    """Counts calls and units, over any number of clients.

    Args:
        table: The table's name, for real clients: calls on another table count, without units.
        shape: The table's keys and indexes.
    """

    def __init__(self, table: str = "aftercare", shape: TableShape = AFTERCARE) -> None:
        self._shape = shape
        self._calls: defaultdict[str, int] = defaultdict(int)
        self._write_units: defaultdict[str, float] = defaultdict(float)
        self._read_units: defaultdict[str, float] = defaultdict(float)
        self._unmetered = 0
        self._lock = Lock()
        self._watched: set[int] = set()
        # A real client does not show the item as it was. The same calls made on this table do.
        self._shadow = MemoryTable(table, now=lambda: SHADOW_AT, shape=shape)
        self.watch(self._shadow)

    def snapshot(self) -> Snapshot:
        """Copy the counts as they stand."""
        with self._lock:
            return Snapshot(
                dict(self._calls), dict(self._write_units), dict(self._read_units), self._unmetered
            )

    def watch(self, table: MemoryTable) -> None:
        """Charge the units of every call on an in-memory table, whoever makes it."""
        if id(table) not in self._watched:
            self._watched.add(id(table))
            table.watch(lambda work: self._charge(table.shape, work))

    def wrap(self, client: Any, service: str) -> "Counted":
        """Stand before a client-like object and count its calls as ``service.Operation``.

        An in-memory table is watched as well; one behind another wrapper is to be watched by itself.
        """
        if isinstance(client, MemoryTable):
            self.watch(client)
        return Counted(client, service, self.count)

    def hook(self, client: Any) -> None:
        """Count the calls of a boto3 client, and the units when it is DynamoDB's.

        A call counts once, however often botocore tries it.
        """
        service = client.meta.service_model.service_name
        events = client.meta.events
        events.register(
            "before-call",
            lambda model, **_: self.count(f"{service}.{model.name}"),
            f"aftercare-meter-calls-{id(self)}",
        )
        if service == "dynamodb":
            events.register("before-parameter-build", _note_given, f"aftercare-meter-given-{id(self)}")
            events.register("after-call", self._answered, f"aftercare-meter-answer-{id(self)}")
            events.register("after-call-error", self._unanswered, f"aftercare-meter-error-{id(self)}")

    def count(self, name: str) -> None:
        """Count one call."""
        with self._lock:
            self._calls[name] += 1

    def _charge(self, shape: TableShape, work: Work) -> None:
        name = f"dynamodb.{work.operation}"
        transaction = work.operation == "TransactWriteItems"
        written = sum(write_units(shape, write, transaction=transaction) for write in work.writes)
        read = sum(read_units(size, strong=work.strong) for size in work.read_bytes)
        with self._lock:
            if written:
                self._write_units[name] += written
            if read:
                self._read_units[name] += read

    def _answered(self, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        """Make the call again on the shadow, unless DynamoDB refused it before it cost anything."""
        code = parsed.get("Error", {}).get("Code")
        if code is not None and code not in REFUSED_AT_A_PRICE:
            return
        call = getattr(self._shadow, _snake(model.name), None)
        given = {name: value for name, value in context[GIVEN].items() if name not in NOT_REPLAYED}
        refused = None
        try:
            if call is not None:
                call(**given)
        except ClientError as error:
            refused = error.response["Error"]["Code"]
        except ParamValidationError:
            refused = "ParamValidation"
        if call is None or refused != code:
            self._unanswered()

    def _unanswered(self, **_: Any) -> None:
        with self._lock:
            self._unmetered += 1


def _note_given(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[GIVEN] = dict(params)


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


class Counted:
    """Stands before a client-like object; everything but the count is the object's own doing."""

    def __init__(self, client: Any, service: str, count: Callable[[str], None]) -> None:
        self._client = client
        self._service = service
        self._count = count

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found) or isinstance(found, type):
            return found
        operation = f"{self._service}.{''.join(map(str.capitalize, name.split('_')))}"
        count = self._count

        def counted(**request: Any) -> Any:
            count(operation)
            return found(**request)

        # Found once: the next look-up does not come here.
        self.__dict__[name] = counted
        return counted
