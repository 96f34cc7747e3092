"""Everything that leaves the service for eyes other than staff's: logs, metrics, events, URLs, attributes."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercare.domain.clinic import Clinic
from infra.local.postbag import ids_of
from infra.local.rehearsal import Rehearsal


@dataclass
class Overheard:
    """What was overheard of one rehearsal, as texts.

    Attributes:
        urls: Of every request to AWS.
        attributes: Of every message that was queued, and whole what is queued for ourselves.
        events: Our own, as other systems get them.
        about: What travels with texts and mails, and comes back in receipts.
    """

    rehearsal: Rehearsal | None = None
    urls: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)

    def around(self, service: str, client: Any) -> Any:
        """Listen to a client's requests; it stays as it is."""
        if hasattr(client, "meta"):
            client.meta.events.register("before-send", lambda request, **_: self.urls.append(request.url))
            if service == "sqs":
                client.meta.events.register("provide-client-params", self._queued)
        return client

    def _queued(self, params: Any, **_: Any) -> None:
        said = {name: value for name, value in params.items() if name != "MessageBody"}
        self.attributes.append(_plainly(said))

    @property
    def logs(self) -> list[str]:
        """Log lines and metrics, as printed."""
        assert self.rehearsal is not None
        return [_as_read(line) for line in self.rehearsal.logs.getvalue().splitlines()]

    @property
    def exceptions(self) -> list[str]:
        """What Lambda itself would log: the texts of exceptions that no handler caught."""
        assert self.rehearsal is not None
        return [failure.error for failure in self.rehearsal.cloud.failures]

    def dead_letters(self) -> list[str]:
        """Return the attributes of everything that lies in a queue now; the words inside are encrypted."""
        assert self.rehearsal is not None
        cloud = self.rehearsal.cloud
        names = [name for name in cloud._emulator.resources if name.endswith(("Queue", "Letters"))]
        queues = [cloud._emulator.queue(name) for name in names]
        letters = [message for queue in queues for message in queue.look()]
        return [repr(message.message_attributes) for message in letters]

    def everything(self) -> dict[str, Sequence[str]]:
        """Return all of it, by what it is."""
        return {
            "logs": self.logs,
            "exceptions": self.exceptions,
            "urls": self.urls,
            "queued": self.attributes,
            "letters": self.dead_letters(),
            "events": self.events,
            "about": self.about,
        }


@contextmanager
def overheard(clinic: Clinic, starts_at: datetime) -> Iterator[Overheard]:
    """Open a rehearsal and listen at every door."""
    ears = Overheard()
    with Rehearsal(clinic, starts_at, around=ears.around) as rehearsal:
        ears.rehearsal = rehearsal
        rehearsal.cloud.on_event(
            lambda e: ears.events.append(_plainly(e)) if e["source"] == "aftercare" else None
        )
        rehearsal.carrier.on_sms(lambda one: ears.about.append(_plainly(ids_of(one))))
        rehearsal.carrier.on_email(lambda one: ears.about.append(_plainly(ids_of(one))))
        yield ears


def _plainly(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, default=repr)


def _as_read(line: str) -> str:
    """Undo the escapes of JSON: a name with an accent must be found."""
    try:
        return _plainly(json.loads(line))
    except ValueError:
        return line
