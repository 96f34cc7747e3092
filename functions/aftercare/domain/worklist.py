"""What needs a person now, worst first: the home screen, and the API's worklist."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.domain.alert import Alert
from aftercare.domain.patient import Patient
from aftercare.domain.records import Page, Reply, Task, TaskKind


class Section(StrEnum):
    """In the order of the screen; ``RED`` and ``AMBER`` hold alerts, the others tasks."""

    RED = "red"
    AMBER = "amber"
    CALLS = "calls"
    REPLIES = "replies"
    UNDELIVERED = "undelivered"
    OTHER = "other"


SECTION_OF: dict[TaskKind, Section] = {
    TaskKind.CALL_NOW: Section.CALLS,
    TaskKind.CALL_PATIENT: Section.CALLS,
    TaskKind.TELL_IN_PERSON: Section.CALLS,
    TaskKind.NO_RIDE: Section.CALLS,
    TaskKind.INCIDENT: Section.CALLS,
    TaskKind.FORM_LOCKED: Section.CALLS,
    TaskKind.UNREAD_REPLY: Section.REPLIES,
    TaskKind.SIDE_EFFECTS: Section.REPLIES,
    TaskKind.UNKNOWN_NUMBER: Section.REPLIES,
    TaskKind.SHARED_NUMBER: Section.REPLIES,
    TaskKind.NOT_DELIVERED: Section.UNDELIVERED,
    TaskKind.UNCONFIRMED: Section.UNDELIVERED,
    TaskKind.CARRIER_REFUSED: Section.UNDELIVERED,
    TaskKind.CARRIER_OPTED_OUT: Section.UNDELIVERED,
    TaskKind.WRONG_NUMBER: Section.UNDELIVERED,
    TaskKind.COMPLAINT: Section.UNDELIVERED,
}


def section_of(kind: TaskKind) -> Section:
    """Return where a task stands; what is named nowhere is among the other ones, never left out."""
    return SECTION_OF.get(kind, Section.OTHER)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An open alert.

    Attributes:
        patient: ``None`` for what belongs to no single patient.
        called: The calls made so far, oldest first.
        words: The replies behind it that are at hand, oldest first.
        next_at: When the ladder goes on, if it does.
    """

    alert: Alert
    patient: Patient | None
    called: tuple[Page, ...] = ()
    words: tuple[Reply, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task. ``reply``: what it is about, if it is about one."""

    task: Task
    section: Section
    patient: Patient | None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Worklist:
    """Everything open at one instant, worst first.

    ``more`` goes on where this page ends; ``None`` when it shows all.
    """

    at: datetime
    alerts: tuple[AlertRow, ...]
    tasks: tuple[TaskRow, ...]
    more: str | None = None
