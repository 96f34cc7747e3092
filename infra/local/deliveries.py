"""How events reach functions: batches from queues, asynchronous calls with retries, streams in order.

The rules are Lambda's own (AWS Lambda Developer Guide: "Asynchronous invocation", "Using Lambda with
Amazon SQS", "Reporting batch item failures"); the time they take is virtual.
"""

import heapq
import itertools
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra.local.aws_events import bus_event, invocation_record, queue_record, stream_letter
from infra.local.aws_wiring import Rule, Source, Wiring
from infra.local.emulator import Emulator
from infra.local.invoker import FunctionFailed, Invoker
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]
# Waits before the second and the third attempt of an asynchronous invocation.
_RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=2))
_STREAM_RETRY_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Failure:
    """One invocation that failed.

    Attributes:
        at: When.
        function: Logical id.
        error: ``Type: message``. May quote what the function was working on: for tests and developers.
        cause: The exception itself, with its traceback, or None when the answer was malformed.
    """

    at: datetime
    function: str
    error: str
    cause: BaseException | None = None


@dataclass(order=True, slots=True)
class _Call:
    """An asynchronous invocation that waits for its next attempt."""

    at: datetime
    number: int
    since: datetime = field(compare=False)
    function: str = field(compare=False)
    event: Json = field(compare=False)
    attempts: int = field(default=0, compare=False)


@dataclass(slots=True)
class _Lane:
    """Stream records that wait for one function, in order.

    A batching window is not waited for: it saves calls, and on a laptop a chart is wanted at once.
    """

    source: Source
    records: deque[tuple[datetime, Json]] = field(default_factory=deque)
    blocked_until: datetime | None = None
    failures: int = 0


class Deliveries:
    """Everything on its way to a function.

    Attributes:
        failures: Every failed invocation, oldest first.
        lost: ``(function, event)`` of each asynchronous event and stream record that was given up and
            that no queue took.
    """

    def __init__(
        self,
        emulator: Emulator,
        wiring: Wiring,
        invoker: Invoker,
        clock: VirtualClock,
        asleep: Collection[str] = (),
    ) -> None:
        self._emulator = emulator
        self._wiring = wiring
        self._invoker = invoker
        self._clock = clock
        self._numbers = itertools.count()
        self._calls: list[_Call] = []
        self._lanes = [_Lane(source) for source in wiring.streams if source.function not in asleep]
        self._on_failure: list[Callable[[Failure], None]] = []
        self._resting: dict[str, dict[str, Json]] = {}
        self.failures: list[Failure] = []
        self.lost: list[tuple[str, Json]] = []

    def on_failure(self, observer: Callable[[Failure], None]) -> None:
        """Call ``observer`` with every failed invocation."""
        self._on_failure.append(observer)

    def call_later(self, function: str, event: Json) -> None:
        """Queue an asynchronous invocation, to be made now."""
        now = self._clock.now()
        heapq.heappush(self._calls, _Call(now, next(self._numbers), now, function, event))

    def feed_streams(self, records: Iterable[Json]) -> None:
        """Hand changes of a table to the functions that follow its stream."""
        now = self._clock.now()
        for record in records:
            for lane in self._lanes:
                if lane.source.arn != record["eventSourceARN"] or not lane.source.wants(record):
                    continue
                if lane.source.function in self._resting:
                    pk, sk = (str(record["dynamodb"]["Keys"].get(name)) for name in ("pk", "sk"))
                    self._resting[lane.source.function][pk + sk.partition("#")[0]] = record
                else:
                    lane.records.append((now, record))

    @contextmanager
    def resting(self, function: str) -> Iterator[None]:
        """Let a function rest that only sums up what it finds stored, until the end.

        It is then shown the latest change of each kind of item in each partition of the table.
        """
        kept = self._resting[function] = {}
        try:
            yield
        finally:
            del self._resting[function]
            self.feed_streams(kept.values())

    def deliver_one(self) -> bool:
        """Make one delivery that can be made now. False when there is none."""
        return self._from_rules() or self._one_call() or self._one_batch() or self._one_stream_batch()

    def next_at(self) -> datetime | None:
        """Return when the next delivery can be made, or None when nothing is on its way."""
        moments = [self._calls[0].at] if self._calls else []
        watched = (*(source.arn for source in self._wiring.queues), *(r.shadow for r in self._wiring.rules))
        receivable = (self._emulator.queue(name).next_receivable_at() for name in watched)
        moments.extend(at for at in receivable if at is not None)
        moments.extend(lane.blocked_until or self._clock.now() for lane in self._lanes if lane.records)
        return min(moments, default=None)

    # ---- the bus

    def _from_rules(self) -> bool:
        moved = [self._from_rule(rule) for rule in self._wiring.rules]
        return any(moved)

    def _from_rule(self, rule: Rule) -> bool:
        matched = self._emulator.queue(rule.shadow).take_all()
        for message in matched:
            event = bus_event(message.body)
            for function in rule.functions:
                self.call_later(function, event)
            for arn in rule.queues:
                self._emulator.queue(arn).send(json.dumps(event))
        return bool(matched)

    # ---- asynchronous invocations

    def _one_call(self) -> bool:
        if not self._calls or self._calls[0].at > self._clock.now():
            return False
        call = heapq.heappop(self._calls)
        call.attempts += 1
        try:
            self._invoker.invoke(call.function, call.event)
        except FunctionFailed as failed:
            self._note(call.function, str(failed), failed.__cause__)
            self._again_or_give_up(call, failed)
        return True

    def _again_or_give_up(self, call: _Call, failed: FunctionFailed) -> None:
        function = self._wiring.functions[call.function]
        now = self._clock.now()
        if call.attempts <= function.retries:
            call.at = now + _RETRY_AFTER[call.attempts - 1]
            if (call.at - call.since).total_seconds() <= function.max_age_s:
                heapq.heappush(self._calls, call)
                return
        reason = "RetriesExhausted" if call.attempts > function.retries else "EventAgeExceeded"
        if function.on_failure:
            record = invocation_record(
                function, call.event, now, reason, call.attempts, failed.request_id, str(failed)
            )
            self._emulator.queue(function.on_failure).send(json.dumps(record))
        elif function.dead_letters:
            self._emulator.queue(function.dead_letters).send(json.dumps(call.event))
        else:
            self.lost.append((call.function, call.event))

    # ---- queues

    def _one_batch(self) -> bool:
        now = self._clock.now()
        for source in self._wiring.queues:
            receivable = self._emulator.queue(source.arn).next_receivable_at()
            if receivable is not None and receivable <= now:
                self._batch(source)
                return True
        return False

    def _batch(self, source: Source) -> None:
        queue = self._emulator.queue(source.arn)
        messages = queue.receive(source.batch_size)
        if not messages:  # they all went to the dead-letter queue
            return
        records = [queue_record(message, source.arn) for message in messages]
        failed = self._failed_ids(source, records, "messageId")
        for message in messages:
            if message.id not in failed:
                queue.delete(message)

    def _failed_ids(self, source: Source, records: list[Json], name: str) -> set[str]:
        """Invoke with a batch and return the ids to be tried again: all of them when the call failed."""
        ids = {str(record.get(name) or record["dynamodb"][name]) for record in records}
        try:
            answer = self._invoker.invoke(source.function, {"Records": records})
        except FunctionFailed as failed:
            self._note(source.function, str(failed), failed.__cause__)
            return ids
        if not source.partial or not answer:
            return set()
        listed = _listed_ids(answer)
        if listed is None or not listed <= ids:
            self._note(source.function, f"MalformedAnswer: {json.dumps(answer)}")
            return ids
        if listed:
            self._note(source.function, f"BatchItemFailures: {len(listed)} of {len(ids)}")
        return listed

    # ---- streams

    def _one_stream_batch(self) -> bool:
        now = self._clock.now()
        for lane in self._lanes:
            if lane.records and (lane.blocked_until is None or lane.blocked_until <= now):
                self._stream_batch(lane)
                return True
        return False

    def _stream_batch(self, lane: _Lane) -> None:
        batch = [record for _, record in itertools.islice(lane.records, lane.source.batch_size)]
        failed = self._failed_ids(lane.source, batch, "SequenceNumber")
        done = next(
            (n for n, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failed),
            len(batch),
        )
        for _ in range(done):
            lane.records.popleft()
        lane.failures = 0 if done else lane.failures + 1
        lane.blocked_until = self._clock.now() + _STREAM_RETRY_AFTER if failed else None
        exhausted = 0 <= lane.source.retries < lane.failures
        oldest = self._clock.now() - timedelta(seconds=lane.source.max_age_s)
        while failed and lane.records and (exhausted or lane.records[0][0] < oldest):
            self._give_up(lane, "RetryAttemptsExhausted" if exhausted else "RecordAgeExceeded")
            lane.failures, exhausted = 0, False

    def _give_up(self, lane: _Lane, reason: str) -> None:
        _, record = lane.records.popleft()
        source = lane.source
        if source.on_failure:
            function = self._wiring.functions[source.function]
            letter = stream_letter(function, record, self._clock.now(), reason, lane.failures)
            self._emulator.queue(source.on_failure).send(json.dumps(letter))
        else:
            self.lost.append((source.function, record))

    def _note(self, function: str, error: str, cause: BaseException | None = None) -> None:
        failure = Failure(self._clock.now(), function, error, cause)
        self.failures.append(failure)
        for observer in self._on_failure:
            observer(failure)


def _listed_ids(answer: Any) -> set[str] | None:
    """Return the ids of ``batchItemFailures``, or None when Lambda would not understand the answer."""
    if not isinstance(answer, dict):
        return None
    listed = [
        one.get("itemIdentifier") if isinstance(one, dict) else None
        for one in answer.get("batchItemFailures") or []
    ]
    if not all(isinstance(one, str) and one for one in listed):
        return None
    return {str(one) for one in listed}
