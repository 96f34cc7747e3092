"""Show what needs a person now, worst first."""

from aftercare.desk_ports import Desk
from aftercare.domain.staff import Person, Right
from aftercare.domain.worklist import Worklist
from aftercare.usecases.allow import allow, keep_audit
from aftercare.usecases.worklist_rows import ROWS_MAX, rows_of


def see_worklist(
    person: Person, desk: Desk, *, by: str, after: str | None = None, limit: int = ROWS_MAX
) -> Worklist:
    """Return a page of everything open at the person's clinic: three reads, however much there is.

    Args:
        person: Who asks; without ``see_clinical`` they see that somebody needs something, not what.
        desk: The outside.
        by: ``dashboard`` or ``api``.
        after: ``more`` of the page before.
        limit: Rows, at most 60.

    Raises:
        NotAllowed: They may not see the worklist.
        BadInput: ``after`` is no cursor of this clinic's worklist.
    """
    allow(person, Right.SEE_WORKLIST)
    now = desk.ports.clock.now()
    found = desk.board.open(person.clinic_id, limit=max(1, min(limit, ROWS_MAX)), after=after)
    alerts, tasks = rows_of(found.rows, person, desk, now)
    keep_audit(person, desk, "saw_worklist", by=by)
    return Worklist(now, alerts, tasks, found.more)
