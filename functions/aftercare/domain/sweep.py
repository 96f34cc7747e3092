"""How what is due becomes a paced queue, without queueing a backlog again every minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.domain.ids import ClinicId, PatientId

# SQS delays a message by at most 900 seconds; what does not fit waits in the index.
DELAY_MAX = timedelta(minutes=14)
# Longest allowed text (content lint): a sending number that takes one part a second needs two.
PARTS_PER_TEXT = 2
# Handed over this long ago and still due while the queue is empty: it was lost, hand it again.
LOST_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Due:
    """One entry of the due index. ``waiting``: an event that waits for its patient, not a touch."""

    clinic_id: ClinicId
    patient_id: PatientId
    due_at: datetime
    waiting: str | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """One message for the touch queue, visible after ``delay_seconds``."""

    clinic_id: ClinicId
    patient_id: PatientId
    delay_seconds: int


Mark = tuple[datetime, PatientId]


@dataclass(frozen=True, slots=True)
class SweepState:
    """What earlier sweeps left behind.

    Attributes:
        handed: Per clinic, the last index entry that was queued; what lies before it is on its way.
        booked_until: Per clinic, until when its sending number's rate is used up.
        version: Of the stored state, so that two overlapping sweeps do not overwrite each other.
    """

    handed: Mapping[ClinicId, Mark] = field(default_factory=dict)
    booked_until: Mapping[ClinicId, datetime] = field(default_factory=dict)
    version: int = 0


def pace(
    due: Sequence[Due], state: SweepState, parts_per_second: float, now: datetime
) -> tuple[list[Handed], SweepState]:
    """Hand over what is newly due, spaced to each clinic's carrier rate (a leaky bucket per clinic).

    Args:
        due: Touch entries, oldest first.
        state: From the sweep before.
        parts_per_second: What the sending number takes; a 10DLC number starts at 1.
        now: Aware instant.

    Returns:
        The messages to queue, and the state to keep.
    """
    spacing = timedelta(seconds=PARTS_PER_TEXT / parts_per_second)
    handed: list[Handed] = []
    marks: dict[ClinicId, Mark] = {}
    booked: dict[ClinicId, datetime] = {c: t for c, t in state.booked_until.items() if t > now}
    full: set[ClinicId] = set()
    for entry in due:
        clinic, here = entry.clinic_id, (entry.due_at, entry.patient_id)
        before = marks.get(clinic, state.handed.get(clinic))
        if before is not None and here <= before:
            marks[clinic] = before
            continue
        slot = max(now, booked.get(clinic, now))
        if clinic in full or slot - now > DELAY_MAX:
            full.add(clinic)
            if before is not None:
                marks[clinic] = before
            continue
        handed.append(Handed(clinic, entry.patient_id, int((slot - now).total_seconds())))
        booked[clinic] = slot + spacing
        marks[clinic] = here
    return handed, SweepState(marks, booked, state.version)


def lost(due: Sequence[Due], state: SweepState, now: datetime) -> bool:
    """Say whether something that was handed over long ago is still due."""
    return any(
        now - entry.due_at > LOST_AFTER and (entry.due_at, entry.patient_id) <= state.handed[entry.clinic_id]
        for entry in due
        if entry.clinic_id in state.handed
    )
