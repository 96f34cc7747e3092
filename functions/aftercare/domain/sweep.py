"""How what is due becomes a paced queue, without queueing a backlog again every minute."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.domain.ids import AlertId, ClinicId, PatientId

# SQS delays a message by at most 900 seconds; what does not fit waits in the index.
DELAY_MAX = timedelta(minutes=14)
# Longest allowed text (content lint): a sending number that takes one part a second needs two.
PARTS_PER_TEXT = 2
# When something is due, what falls due this soon after it goes along, each with its own delay: a clinic's
# ten o'clock texts are spread over as long, and one sweep hands them all over.
LOOK_AHEAD = timedelta(minutes=10)
# Those who go along wake together, so that a sender reads and records ten of them at once.
WAKE_EVERY = timedelta(minutes=2)
# What is handed ahead may fill this part of that time; the rest is for what is not known yet.
AHEAD_PART = 0.25
# Handed over this long ago and still due while the queue is empty: it was lost, hand it again.
LOST_AFTER = WAKE_EVERY + timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Due:
    """One entry of the due index: a patient, or beside them an event that waits, or an alert."""

    clinic_id: ClinicId
    patient_id: PatientId
    due_at: datetime
    waiting: str | None = None
    alert_id: AlertId | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """One message for the touch queue, visible after ``delay_seconds``."""

    clinic_id: ClinicId
    patient_id: PatientId
    delay_seconds: int
    alert_id: AlertId | None = None


@dataclass(frozen=True, slots=True)
class SweepState:
    """What earlier sweeps left behind.

    Attributes:
        handed: Per clinic, the entries that were queued and are still due: short hashes of patient
            and due instant. Whatever is not among them is new, however late the index shows it.
        booked_until: Per clinic, until when its sending number's rate is used up.
        version: Of the stored state, so that two overlapping sweeps do not overwrite each other.
    """

    handed: Mapping[ClinicId, frozenset[str]] = field(default_factory=dict)
    booked_until: Mapping[ClinicId, datetime] = field(default_factory=dict)
    version: int = 0


def entry_hash(entry: Due) -> str:
    """Return eight characters that stand for one entry among those of its clinic."""
    text = f"{entry.alert_id or entry.patient_id}\x1f{entry.due_at.timestamp()}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


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
    kept: dict[ClinicId, set[str]] = {}
    booked: dict[ClinicId, datetime] = {c: t for c, t in state.booked_until.items() if t > now}
    for entry in due:
        clinic, name = entry.clinic_id, entry_hash(entry)
        if entry.alert_id is not None:
            # A person may be in danger: nothing stands in line before it, and it is handed over each minute
            # until somebody claims the work. A worker's message that failed would return after minutes only.
            wait = max(0, math.ceil((entry.due_at - now).total_seconds()))
            handed.insert(0, Handed(clinic, entry.patient_id, wait, entry.alert_id))
            continue
        if name in state.handed.get(clinic, ()):
            kept.setdefault(clinic, set()).add(name)
            continue
        slot = max(now, booked.get(clinic, now))
        if slot - now > DELAY_MAX:
            continue
        handed.append(Handed(clinic, entry.patient_id, int((slot - now).total_seconds())))
        booked[clinic] = slot + spacing
        kept.setdefault(clinic, set()).add(name)
    remembered = {clinic: frozenset(names) for clinic, names in kept.items()}
    return handed, SweepState(remembered, booked, state.version)


def look_ahead(
    coming: Sequence[Due], before: SweepState, state: SweepState, parts_per_second: float, now: datetime
) -> tuple[list[Handed], SweepState]:
    """Hand over what falls due soon, to wake with its neighbours, never early and two minutes late at most.

    What would keep a clinic's number busy for more than a part of that time is left to its own sweep.

    Args:
        coming: Touch entries due after ``now``, within ``LOOK_AHEAD``, oldest first.
        before: From the sweep before: what it handed ahead is not handed again.
        state: As ``pace`` left it; its booked rates come first.
        parts_per_second: What the sending number takes.
        now: Aware instant.

    Returns:
        The messages to queue, and the state to keep.
    """
    most = int(AHEAD_PART * WAKE_EVERY.total_seconds() * parts_per_second / PARTS_PER_TEXT)
    waking: dict[tuple[ClinicId, int], list[Due]] = {}
    for entry in coming:
        waking.setdefault((entry.clinic_id, -((now - entry.due_at) // WAKE_EVERY)), []).append(entry)
    kept = {clinic: set(names) for clinic, names in state.handed.items()}
    handed: list[Handed] = []
    for (clinic, turn), entries in waking.items():
        wakes_at = now + turn * WAKE_EVERY
        fits = len(entries) <= most and state.booked_until.get(clinic, now) <= wakes_at
        for n, entry in enumerate(entries):
            name = entry_hash(entry)
            known = name in before.handed.get(clinic, ())
            if fits and not known:
                delay = wakes_at - now + n * timedelta(seconds=PARTS_PER_TEXT / parts_per_second)
                handed.append(Handed(clinic, entry.patient_id, int(delay.total_seconds())))
            if fits or known:
                kept.setdefault(clinic, set()).add(name)
    remembered = {clinic: frozenset(names) for clinic, names in kept.items()}
    return handed, SweepState(remembered, state.booked_until, state.version)


def lost(due: Sequence[Due], state: SweepState, now: datetime) -> bool:
    """Say whether something that was handed over long ago is still due."""
    return any(
        now - entry.due_at > LOST_AFTER and entry_hash(entry) in state.handed.get(entry.clinic_id, ())
        for entry in due
    )
