"""One patient's course in a few numbers: a line of the patients' list, and what outcomes are counted from.

Made anew from the whole history whenever that changes, so that making it twice makes the same.
"""

from dataclasses import dataclass
from datetime import date, datetime

from aftercare.domain.ids import ClinicId, CourseId, PatientId, ProtocolId


@dataclass(frozen=True, slots=True)
class Point:
    """One answered measure, placed in its course.

    Attributes:
        total: In the measure's own points; ``None`` when too much was left blank.
        after_session: Number of the latest completed session of the course before it; 0 before the first.
        week: Whole weeks since the first completed session of the course; ``None`` before it.
    """

    at: datetime
    code: str
    total: int | None
    after_session: int
    week: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """One series of sessions. ``began_at``: when its first completed session ended.

    ``points`` of ``phq-9`` and ``gad-7`` only, oldest first; moods are in the chart.
    """

    id: CourseId
    protocol: ProtocolId
    sessions_done: int
    began_at: datetime | None
    last_session_at: datetime | None
    next_session_at: datetime | None
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """How talking went: messages that asked something, how many were answered, how many arrived.

    ``asked`` counts check-ins and measures sent; ``answered`` those that a reply or a form is tied to.
    """

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    asked: int = 0
    answered: int = 0
    sms_parts: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """One patient's line.

    Attributes:
        given_name: As enrolled; the list is in its order.
        moods: The latest answers to the mood question, oldest first, eight at most.
        open_red: Whether a red alert is open; ``open_alerts`` counts all.
        heard_at: When the patient last wrote or answered anything.
        wrote_at: When the patient last wrote in their own words.
        taken_on_in: Whole minutes from each red alert to when somebody took it on, the latest twenty.
        reachable: Channels with a standing consent and a working address: ``sms``, ``email``.
    """

    clinic_id: ClinicId
    patient_id: PatientId
    given_name: str
    language: str
    born_on: date
    reachable: tuple[str, ...] = ()
    paused: bool = False
    closed: bool = False
    courses: tuple[Course, ...] = ()
    traffic: Traffic = Traffic()
    moods: tuple[tuple[datetime, int], ...] = ()
    open_alerts: int = 0
    open_red: bool = False
    heard_at: datetime | None = None
    wrote_at: datetime | None = None
    taken_on_in: tuple[int, ...] = ()
