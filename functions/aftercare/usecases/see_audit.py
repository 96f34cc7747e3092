"""Show who saw and changed what, and whether the trail is whole."""

from dataclasses import dataclass
from datetime import date, datetime

from aftercare.desk_ports import Desk, Slice
from aftercare.domain.audit import AuditEntry
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit
from aftercare.usecases.seal_audit import broken_since

ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the trail, the latest first.

    Attributes:
        broken_on: The latest sealed day, if what stands in it now is not what was sealed.
    """

    entries: Slice[AuditEntry]
    broken_on: date | None

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
        limit: Rows, at most 200.

    Raises:
        NotAllowed: They may not see the trail.
        BadInput: ``after`` is no cursor of this trail.
    """
    allow(person, Right.SEE_AUDIT)
    rows = max(1, min(limit, ROWS_MAX))
    entries = desk.audit.page(person.clinic_id, limit=rows, after=after, since=since, until=until)
    broken_on = broken_since(person.clinic_id, desk, days=1)
    keep_audit(person, desk, "saw_audit", by=by)
    return AuditView(entries, broken_on)
