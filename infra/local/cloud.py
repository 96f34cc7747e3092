"""The embedded local cloud: the real handlers, wired as template.yaml says, on a virtual clock.

One process, no Docker, no network. moto holds tables, queues, topics and buses; the deliveries here do
what AWS does between them; the carrier takes what leaves for patients.

    with Cloud(Path("template.yaml"), clock, carrier) as cloud:
        cloud.put_event({"source": "booking", "detail-type": "SessionCompleted", "detail": {...}})
        cloud.run_until(clock.now() + timedelta(days=7))
"""

import heapq
import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TextIO

from infra.local.aws_events import bus_event, queue_record, scheduled
from infra.local.aws_wiring import Function
from infra.local.carrier import Carrier
from infra.local.deliveries import Deliveries, Failure
from infra.local.emulator import Emulator
from infra.local.invoker import Invoker
from infra.local.quick_clients import quick_clients
from infra.local.schedules import DueIndex, Timetable
from infra.local.service import Clients, Service
from infra.local.template_reader import SHADOW_SUFFIX, WATCH_SUFFIX, read_template
from infra.local.unanswered import begins_anew
from infra.local.virtual_clock import SequentialIds, VirtualClock

Json = dict[str, Any]
_IDLE_TICK = timedelta(hours=24)


class Cloud:
    """A deployed template. Use as a context manager; one at a time in a process, one thread.

    Args:
        template: SAM or CloudFormation template; ``parameters`` stand in place of its defaults.
        clock: The only time there is.
        carrier: Takes texts and mails.
        clients: ``name -> boto3-like client`` for the functions, in place of boto3.
        table: ``"moto"``, or ``"memory"`` for the fast one.
        idle_tick: How often the minute schedule fires while nothing is due.
        on_function_environment: Called with the function whose variables have just been put in place,
            when they differ from the last call's. Default: rewire ``aftercare``, if the template uses it.
        logs: Where what handlers print goes; None leaves it on standard output.
        around: Called with each client's name and the client; what it returns stands in its place.
        quick: No request is serialised; see ``quick_clients``.
        asleep: Functions that no stream wakes, where nobody looks at what they make.
    """

    def __init__(
        self,
        template: Path,
        clock: VirtualClock,
        carrier: Carrier,
        *,
        parameters: Mapping[str, str] | None = None,
        clients: Clients | None = None,
        table: Literal["moto", "memory"] = "moto",
        idle_tick: timedelta = _IDLE_TICK,
        on_function_environment: Callable[[Function], None] | None = None,
        logs: TextIO | None = None,
        around: Callable[[str, Any], Any] | None = None,
        quick: bool = False,
        asleep: Collection[str] = (),
    ) -> None:
        self.clock = clock
        self.carrier = carrier
        self.ids = SequentialIds()
        self._template = template
        self._parameters = parameters
        self._clients = quick_clients(carrier, clock) if quick else clients
        self._around = around or (lambda _, client: client)
        self._in_memory = table == "memory"
        self._asleep = asleep
        self._cached: dict[str, Any] = {}
        self._memory_records: list[Json] = []
        self._idle_tick = idle_tick
        self._rewire = on_function_environment
        self._logs = logs
        self._emulator = Emulator(clock, carrier, self._clients if quick else None)
        self._due = DueIndex(endless=begins_anew)
        self._numbers = itertools.count()
        self._script: list[tuple[datetime, int, Callable[[], None]]] = []
        self._on_record: list[Callable[[Json], None]] = []
        self._on_event: list[Callable[[Json], None]] = []

    def __enter__(self) -> Self:
        blueprint = read_template(self._template, self._parameters)
        with ExitStack() as undo:
            self._emulator.start()
            undo.callback(self._emulator.stop)
            self._wiring = self._emulator.create(blueprint)
            if self._in_memory:
                table = self._emulator.memory_table(self._memory_records.append)
                self._cached["dynamodb"] = self._around("dynamodb", table)
            functions = self._wiring.functions
            self._service = Service(functions, self._rewire)
            self._invoker = Invoker(functions, self._wire, self._logs)
            arrows = (self._emulator, self._wiring, self._invoker, self.clock, self._asleep)
            self.deliveries = Deliveries(*arrows)
            self._timetables = [
                (one, Timetable(one.logical_id, one.text, self.clock.now())) for one in self._wiring.schedules
            ]
            suffix = WATCH_SUFFIX + SHADOW_SUFFIX
            self._watches = [name for name in self._emulator.resources if name.endswith(suffix)]
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._service.unwire()
        self._emulator.stop()

    # ---- what happens from outside

    def put_event(self, event: Mapping[str, Any], bus: str | None = None) -> None:
        """Put ``{"source", "detail-type", "detail"}`` on a bus now. Raises ``ValueError`` when refused."""
        entry = {
            "Source": event.get("source", ""),
            "DetailType": event.get("detail-type", ""),
            "Detail": json.dumps(event.get("detail")),
            "EventBusName": bus or self._first_bus(),
        }
        (answer,) = self._emulator.outside("events").put_events(Entries=[entry])["Entries"]
        if "ErrorCode" in answer:
            raise ValueError(f"the bus refused the event: {answer['ErrorMessage']}")

    def publish(self, topic: str, message: Mapping[str, Any] | str) -> None:
        """Publish to a topic, by its name in the template, now."""
        text = message if isinstance(message, str) else json.dumps(message)
        self._emulator.outside("sns").publish(TopicArn=self.resource(topic), Message=text)

    def at(self, instant: datetime, action: Callable[[], None]) -> None:
        """Do something when the clock gets there: before anything else of that instant."""
        heapq.heappush(self._script, (max(instant, self.clock.now()), next(self._numbers), action))

    def invoke(self, function: str, event: Json) -> Any:
        """Call a function directly and return its answer.

        Raises:
            FunctionFailed: The handler raised.
        """
        try:
            return self._invoker.invoke(function, event)
        finally:
            self._observe()

    @contextmanager
    def as_function(self, function: str) -> Iterator[None]:
        """Run what follows as a function would: its variables, and the service wired to this cloud."""
        try:
            with self._invoker.as_function(function):
                yield
        finally:
            self._observe()

    def resume(self, rows: Iterable[Json], tokens: int) -> None:
        """Go on from the rows of an in-memory table as they once were. No function hears of them.

        ``tokens``: how many ids were given until then.
        """
        self.client("dynamodb").load(rows)
        self._due.note(self._memory_records)
        for record, observer in itertools.product(self._memory_records, self._on_record):
            observer(record)
        self._memory_records.clear()
        self.ids.skip(tokens)

    # ---- what can be seen

    def on_record(self, observer: Callable[[Json], None]) -> None:
        """Call ``observer`` with every change of a table, in order, as a stream record."""
        self._on_record.append(observer)

    def on_event(self, observer: Callable[[Json], None]) -> None:
        """Call ``observer`` with every event put on a bus of the template, in order."""
        self._on_event.append(observer)

    def on_failure(self, observer: Callable[[Failure], None]) -> None:
        """Call ``observer`` with every failed invocation."""
        self.deliveries.on_failure(observer)

    @property
    def failures(self) -> list[Failure]:
        """Every failed invocation, oldest first."""
        return self.deliveries.failures

    @property
    def lost(self) -> list[tuple[str, Json]]:
        """``(function, event)`` of everything that was given up and that no queue took."""
        return self.deliveries.lost

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions of the template, with their variables, by logical id."""
        return self._wiring.functions

    def resource(self, logical_id: str) -> str:
        """Return what ``Ref`` gives: a queue's URL, a topic's ARN, a table's or a bus's name."""
        return self._emulator.resources[logical_id]

    def has(self, logical_id: str) -> bool:
        """Say whether the template makes a queue, topic, table or bus of this name."""
        return logical_id in self._emulator.resources

    def client(self, name: str) -> Any:
        """Return a client such as the functions get; the same one each time."""
        if name not in self._cached:
            self._cached[name] = self._around(name, (self._clients or self._service.client)(name))
        return self._cached[name]

    def queue_depth(self, queue: str) -> int:
        """Count the messages of a queue, in flight and delayed ones included."""
        return self._emulator.queue(queue).depth()

    def drain(self, queue: str) -> list[Json]:
        """Remove all messages of a queue and return them as records of an SQS event."""
        virtual = self._emulator.queue(queue)
        return [queue_record(message, virtual.arn) for message in virtual.take_all()]

    # ---- time

    def run_until(self, instant: datetime) -> None:
        """Let everything happen up to and including ``instant``; the clock stands there afterwards."""
        self._settle()
        while (following := self._next(idle=True)) is not None and following <= instant:
            self.clock.advance_to(following)
            self._fire_schedules()
            self._settle()
        self.clock.advance_to(instant)

    def next_at(self) -> datetime | None:
        """Return when the next thing happens that is not a mere look at the time, or None."""
        self._observe()
        return self._next(idle=False)

    def _settle(self) -> None:
        """Do what the script says for now, then deliver until nothing can be delivered now."""
        self._observe()
        while self._scripted() or self.deliveries.deliver_one():
            self._observe()

    def _scripted(self) -> bool:
        if not self._script or self._script[0][0] > self.clock.now():
            return False
        heapq.heappop(self._script)[2]()
        return True

    def _fire_schedules(self) -> None:
        """Call what is scheduled for now. The script's turn comes first."""
        while self._scripted():
            self._observe()
        now = self.clock.now()
        for schedule, timetable in self._timetables:
            if self._firing_at(timetable, idle=True) == now:
                timetable.fired(now)
                self.deliveries.call_later(schedule.function, scheduled(schedule, now, self.ids.token()))

    def _next(self, *, idle: bool) -> datetime | None:
        moments = [self._firing_at(table, idle=idle) for _, table in self._timetables]
        moments += [self._script[0][0] if self._script else None, self.deliveries.next_at()]
        return min((at for at in moments if at is not None), default=None)

    def _firing_at(self, timetable: Timetable, *, idle: bool) -> datetime | None:
        now = self.clock.now()
        if not timetable.is_sweep:
            return timetable.next_at(now) if idle else None
        sweep = timetable.next_sweep(now, self._due.earliest(endless=idle))
        merely = timetable.next_idle(now, self._idle_tick)
        return sweep if not idle else min(sweep or merely, merely)

    def _observe(self) -> None:
        """Show what was stored and what was put on a bus since the last look."""
        records = self._emulator.take_stream_records() + self._memory_records
        if records:
            self._memory_records.clear()
            self._due.note(records)
            self.deliveries.feed_streams(records)
            for record, observer in itertools.product(records, self._on_record):
                observer(record)
        for watch in self._watches:
            for message in self._emulator.queue(watch).take_all():
                for observer in self._on_event:
                    observer(bus_event(message.body))

    def _first_bus(self) -> str:
        buses = (self.resource(watch.removesuffix(WATCH_SUFFIX + SHADOW_SUFFIX)) for watch in self._watches)
        return next(buses, "default")

    def _wire(self, function: Function) -> None:
        self._service.wire(function, self.clock, self.ids, self.client)
