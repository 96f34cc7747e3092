"""Once a night: hold every clinic's trail against its latest seals, and seal the day that ended."""

from dataclasses import dataclass

from aftercare.desk_ports import Desk
from aftercare.usecases.seal_audit import broken_since, seal_audit

DAYS_HELD_AGAINST = 7


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one night sealed.

    Attributes:
        days: Days sealed, over all clinics.
        broken: Clinics whose trail no longer fits its seals.
        chained: Each clinic's latest seal, by clinic: kept in the log, a second place it would have to be
            changed in.
    """

    days: int
    broken: tuple[str, ...]
    chained: dict[str, str]


def seal_trails(desk: Desk) -> Sealed:
    """Do it for every clinic. Doing it twice seals nothing more.

    Raises:
        TryAgain: The store is busy; the schedule tries again, or the next night does it.
    """
    now = desk.ports.clock.now()
    days, broken, chained = 0, [], {}
    for clinic_id in desk.ports.clinics.every():
        days += seal_audit(clinic_id, desk, now)
        if broken_since(clinic_id, desk, days=DAYS_HELD_AGAINST) is not None:
            broken.append(str(clinic_id))
        for seal in desk.audit.seals(clinic_id, limit=1):
            chained[str(clinic_id)] = f"{seal.on.isoformat()} {seal.chained}"
    return Sealed(days, tuple(broken), chained)
