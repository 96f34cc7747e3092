"""Seal the days of a clinic's trail that have ended, each over the one before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftercare.desk_ports import Desk
from aftercare.domain.audit import FIRST_SEAL, Seal, first_break, sealed
from aftercare.domain.ids import ClinicId

# An entry is written a moment after its instant: the day before is sealed when surely all of it is there.
SETTLED_AFTER = timedelta(hours=1)
# A clinic that was asleep for longer is sealed on in the nights that follow.
DAYS_MAX = 40


@dataclass(frozen=True, slots=True)
class Chain:
    """How the trail stands against its seals.

    Attributes:
        sealed_on: The latest day (UTC) that has a seal; ``None`` before the first night.
        broken_on: The first day looked at on which something was changed, added or removed since.
    """

    sealed_on: date | None
    broken_on: date | None


def seal_audit(clinic_id: ClinicId, desk: Desk, now: datetime) -> int:
    """Seal what has ended and is not sealed. Doing it twice seals nothing more.

    The chain begins at the first entry, and has a seal for every day from there on, empty ones too: a day
    cannot be taken out of it.

    Args:
        clinic_id: Whose trail.
        desk: The outside.
        now: Aware instant.

    Returns:
        How many days were sealed.

    Raises:
        TryAgain: The store is busy; the next night goes on.
    """
    last = next(iter(desk.audit.seals(clinic_id, limit=1)), None)
    on = last.on + timedelta(days=1) if last else _first_day(clinic_id, desk)
    until = (now - SETTLED_AFTER).date()
    count = 0
    while on is not None and on < until and count < DAYS_MAX:
        last = _seal(clinic_id, on, last, desk)
        if last is None:
            return count  # another was first; the next night goes on from what it made
        on, count = on + timedelta(days=1), count + 1
    return count


def chain_of(clinic_id: ClinicId, desk: Desk, *, days: int) -> Chain:
    """Look whether the latest seals still fit the trail: one call for the seals, and one a day.

    Args:
        clinic_id: Whose trail.
        desk: The outside.
        days: How many of the latest sealed days to look at.

    Raises:
        TryAgain: The store is busy.
    """
    latest = list(reversed(desk.audit.seals(clinic_id, limit=days + 1)))
    before, seals = (latest[0], latest[1:]) if len(latest) > days else (None, latest)
    broken_on = first_break(before, seals, {seal.on: desk.audit.day(clinic_id, seal.on) for seal in seals})
    return Chain(latest[-1].on if latest else None, broken_on)


def broken_since(clinic_id: ClinicId, desk: Desk, *, days: int) -> date | None:
    """Return the first of the latest sealed days that no longer fits its seal; ``None`` when all do."""
    return chain_of(clinic_id, desk, days=days).broken_on


def _first_day(clinic_id: ClinicId, desk: Desk) -> date | None:
    first = desk.audit.first(clinic_id)
    return first.at.date() if first is not None else None


def _seal(clinic_id: ClinicId, on: date, last: Seal | None, desk: Desk) -> Seal | None:
    before = last.chained if last is not None else FIRST_SEAL
    seal = sealed(before, clinic_id, on, desk.audit.day(clinic_id, on))
    return seal if desk.audit.seal(seal) else None
