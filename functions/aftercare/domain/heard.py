"""One text or mail as it came, what was there when it came, and what it may leave behind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.domain.alert import Alert
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.facts import fact_hash
from aftercare.domain.followup import Followup, Notice
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent, Task, TaskKind, Thread

# What mail programs put before a subject when they answer or pass on, in both languages.
_ANSWERING = re.compile(r"(?:\s*(?:re|res|rta|fwd?|rv|reenv)\s*(?:\[\d+\])?\s*:)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """One text or mail as it came.

    Attributes:
        body: Whole, as kept and screened.
        written: What the patient wrote now, without quoted history.
        aside: What they may have written besides, in a file or a part that a mail program hides: looked at
            for danger, and not understood.
        subject: A mail's; the patient's own words too, for ours say nothing.
        sent_to: The numbers or addresses that it was sent to.
        answers: The carrier's name of our message that it answers, where it says so.
        automatic: A machine wrote it.
        unreadable: There was more than could be read: attachments only, a part left out, nothing at all.
    """

    id: str
    at: datetime
    channel: Channel
    sender: str
    body: str
    written: str
    answers: str | None = None
    automatic: str | None = None
    unreadable: bool = False
    subject: str = ""
    sent_to: tuple[str, ...] = ()
    aside: str = ""

    @property
    def meant(self) -> str:
        """What is to be understood: the patient's words, else the subject of a mail without words."""
        if self.written.strip():
            return self.written
        prefix = _ANSWERING.match(self.subject)
        return self.subject[prefix.end() if prefix else 0 :].strip()


@dataclass(frozen=True, slots=True)
class Context:
    """What was there when it came: our messages (latest first), the thread, the open red alert."""

    sent: Sequence[Sent]
    thread: Thread
    open_red: Alert | None
    clinic: Clinic
    already_answered: bool = False


def owing(followup: Followup, kind: Kind, heard: Heard, now: datetime) -> Followup:
    """Owe the patient an answer of this kind, by the way they wrote; one text is owed it once."""
    name = TouchId(f"{followup.patient_id}.{kind.value}.{fact_hash(heard.id)}")
    return followup.with_notice(Notice(name, kind, due_at=now, channel=heard.channel))


def task_about(followup: Followup, kind: TaskKind, heard: Heard, now: datetime, reason: str) -> Task:
    """Return a task about this text; the same text never makes a second one of its kind."""
    name = f"{kind.value}.{heard.id}"
    return Task(name, followup.clinic_id, followup.patient_id, kind, reason, now)
