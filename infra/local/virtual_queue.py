# ruff: noqa: SLF001  # moto offers no public way to look into a queue without receiving from it
"""A moto queue read without HTTP: visibility, delay and redrive stay moto's, on virtual time."""

from datetime import UTC, datetime, timedelta

from moto.sqs.models import Message, Queue, sqs_backends

from infra.local.template_reader import ACCOUNT, REGION
from infra.local.virtual_clock import VirtualClock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class VirtualQueue:
    """One moto queue, read without HTTP: visibility, delay and redrive stay moto's, on virtual time."""

    def __init__(self, queue: Queue, clock: VirtualClock) -> None:
        self._queue = queue
        self._clock = clock

    @property
    def arn(self) -> str:
        """The queue's ARN."""
        return self._queue.queue_arn

    def next_receivable_at(self) -> datetime | None:
        """Return when a message can be received, now or later, or None when there is none."""
        if self._queue._messages:
            self._expire()
        if not self._queue._messages:
            return None
        # moto shows a message again strictly after its visibility timeout.
        first = min(max(m.delayed_until, m.visible_at + 1) for m in self._queue._messages)
        return max(_EPOCH + timedelta(milliseconds=first), self._clock.now())

    def receive(self, count: int) -> list[Message]:
        """Receive up to ``count`` messages, hiding them for the queue's visibility timeout."""
        self._expire()
        queue = self._queue
        hidden_s: int = queue.visibility_timeout  # type: ignore[attr-defined]
        return sqs_backends[ACCOUNT][REGION].receive_message(queue.name, count, 0, hidden_s, ["All"])

    def send(self, body: str) -> None:
        """Put a message on the queue."""
        sqs_backends[ACCOUNT][REGION].send_message(self._queue.name, body)

    def delete(self, message: Message) -> None:
        """Delete a message that was received."""
        self._queue.delete_message(str(message.receipt_handle))

    def depth(self) -> int:
        """Count all messages: waiting, delayed and in flight."""
        self._expire()
        return len(self._queue._messages)

    def look(self) -> list[Message]:
        """Return every message and leave it where it is."""
        self._expire()
        return list(self._queue._messages)

    def take_all(self) -> list[Message]:
        """Remove and return every message, in flight or not."""
        if not self._queue._messages:
            return []
        self._expire()
        taken, self._queue._messages = self._queue._messages, []
        self._queue._pending_messages.clear()
        return taken

    def _expire(self) -> None:
        """Drop what is older than the queue's retention; moto itself only hides it."""
        kept_ms = self._queue.message_retention_period * 1000  # type: ignore[attr-defined]
        oldest = (self._clock.now() - _EPOCH) / timedelta(milliseconds=1) - kept_ms
        messages = self._queue._messages
        if messages and any(float(m.sent_timestamp or 0) < oldest for m in messages):
            self._queue._messages = [m for m in messages if float(m.sent_timestamp or 0) >= oldest]
