"""Show alerts of one state."""

from enum import StrEnum

from aftercare.desk_ports import Desk, Slice
from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.staff import Person, Right
from aftercare.domain.worklist import AlertRow
from aftercare.usecases.allow import allow, keep_audit
from aftercare.usecases.worklist_rows import ROWS_MAX, rows_of


class Shown(StrEnum):
    """Which alerts. ``OPEN``: raised or acknowledged."""

    OPEN = "open"
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


def see_alerts(
    person: Person, desk: Desk, state: Shown, *, by: str, after: str | None = None, limit: int = ROWS_MAX
) -> Slice[AlertRow]:
    """Return a page of the clinic's alerts: open ones worst first, resolved ones the latest first.

    A page of ``raised`` or ``acknowledged`` may hold fewer rows than ``limit`` though more follow.

    Raises:
        NotAllowed: They may not see the worklist.
        BadInput: ``after`` is no cursor of this list.
    """
    allow(person, Right.SEE_WORKLIST)
    rows_max = max(1, min(limit, ROWS_MAX))
    if state is Shown.RESOLVED:
        resolved = desk.board.resolved(person.clinic_id, limit=rows_max, after=after)
        alerts, more = list(resolved.rows), resolved.more
    else:
        found = desk.board.open(person.clinic_id, limit=rows_max, after=after)
        alerts = [one for one in found.rows if isinstance(one, Alert) and _is(state, one)]
        # Tasks stand behind all alerts: at the first of them the alerts are at an end.
        more = found.more if all(isinstance(one, Alert) for one in found.rows) else None
    rows, _ = rows_of(alerts, person, desk, desk.ports.clock.now())
    keep_audit(person, desk, "saw_alerts", by=by, about=state.value)
    return Slice(rows, more)


def _is(state: Shown, alert: Alert) -> bool:
    return state is Shown.OPEN or alert.state is AlertState(state.value)
