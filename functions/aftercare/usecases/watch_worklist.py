"""Say how much has changed on the worklist since a person looked, without showing any of it."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.desk_ports import Desk
from aftercare.domain.alert import Alert
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow
from aftercare.usecases.worklist_rows import ROWS_MAX


@dataclass(frozen=True, slots=True)
class Changes:
    """Attributes:
    new: Rows that were not there; ``red`` of them are red.
    gone: Rows that others have ended.
    """

    new: int
    red: int
    gone: int


def watch_worklist(person: Person, desk: Desk, since: datetime, shown: int) -> Changes:
    """Count what changed, in one read. Nobody is shown, so nothing is added to the trail.

    Args:
        person: Who looks.
        desk: The outside.
        since: When they last looked.
        shown: How many rows they see; negative when it is not the first page, then nothing is gone.

    Raises:
        NotAllowed: They may not see the worklist.
    """
    allow(person, Right.SEE_WORKLIST)
    found = desk.board.open(person.clinic_id, limit=ROWS_MAX)
    new = [one for one in found.rows if (one.raised_at if isinstance(one, Alert) else one.opened_at) > since]
    red = sum(isinstance(one, Alert) and one.tier.value == "red" for one in new)
    gone = shown - (len(found.rows) - len(new)) if found.more is None else 0
    return Changes(len(new), red, max(0, gone))
