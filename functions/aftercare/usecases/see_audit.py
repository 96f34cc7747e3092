"""Show who saw and changed what, and whether the trail is whole."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from aftercare.desk_ports import Desk, Slice
from aftercare.domain.audit import AuditEntry
from aftercare.domain.clinic import Clinic
from aftercare.domain.send_window import at_wall
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit
from aftercare.usecases.seal_audit import chain_of
from aftercare.usecases.see_settings import clinic_of

# What one call of the store brings (1 MB) holds several thousand; these are found and shown in a moment.
ROWS_MAX = 1000
# A file of one day: some 3 MB at most, half of what an answer may weigh.
EXPORTED_MAX = 20_000


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the trail, the latest first.

    Attributes:
        broken_on: The latest sealed day, if what stands in it now is not what was sealed.
        sealed_on: The latest sealed day (UTC); ``None`` before the first.
    """

    entries: Slice[AuditEntry]
    broken_on: date | None
    sealed_on: date | None = None

    @property
    def whole(self) -> bool:
        return self.broken_on is None


def see_audit(
    person: Person,
    desk: Desk,
    *,
    by: str,
    after: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> AuditView:
    """Return a page of the trail of the person's clinic: three reads.

    The latest sealed day is held against its seal here; the week before it, every night.

    Args:
        person: Who asks.
        desk: The outside.
        by: ``dashboard`` or ``api``.
        after: ``more`` of the page before.
        since: From then on; aware.
        until: Before then; aware.
        limit: Rows, at most 1,000.

    Raises:
        NotAllowed: They may not see the trail.
        BadInput: ``after`` is no cursor of this trail.
    """
    allow(person, Right.SEE_AUDIT)
    rows = max(1, min(limit, ROWS_MAX))
    entries = desk.audit.page(person.clinic_id, limit=rows, after=after, since=since, until=until)
    chain = chain_of(person.clinic_id, desk, days=1)
    keep_audit(person, desk, "saw_audit", by=by)
    return AuditView(entries, chain.broken_on, chain.sealed_on)


def export_audit(person: Person, desk: Desk, on: date, *, by: str) -> tuple[tuple[AuditEntry, ...], bool]:
    """Return one day of the trail on the clinic's calendar, the oldest first, and whether it is all of it.

    Args:
        person: Who asks.
        desk: The outside.
        on: The day.
        by: ``dashboard`` or ``api``.

    Raises:
        NotAllowed: They may not see the trail.
        NotFound: The clinic has not been set up.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_AUDIT)
    since, until = day_bounds(clinic_of(person, desk), on)
    found: list[AuditEntry] = []
    after: str | None = None
    while True:
        part = desk.audit.page(person.clinic_id, limit=ROWS_MAX, after=after, since=since, until=until)
        found += part.rows
        after = part.more
        if after is None or len(found) >= EXPORTED_MAX:
            break
    keep_audit(person, desk, "exported_audit", by=by, about=on.isoformat())
    return tuple(reversed(found)), after is None


def day_bounds(clinic: Clinic, on: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends on the clinic's clock."""
    midnight = time(0)
    return at_wall(on, midnight, clinic.zone), at_wall(on + timedelta(days=1), midnight, clinic.zone)
