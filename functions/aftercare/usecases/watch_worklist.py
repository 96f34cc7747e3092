"""Say how much has changed on the worklist since a person looked, without showing any of it."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.desk_ports import Desk
from aftercare.domain.alert import Alert
from aftercare.domain.records import Task
from aftercare.domain.staff import Person, Right
from aftercare.domain.tier import Tier
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
    new = [one for one in found.rows if _began_at(one) > since]
    # The instant of the look itself is on neither side of it: what makes the list longer than what they see
    # came with it, however close.
    unseen = len(found.rows) - len(new) - shown if found.more is None and shown >= 0 else 0
    if unseen > 0:
        # Which of one instant they have seen cannot be told; then rather red is said once too often.
        seen_or_not = (one for one in found.rows if one not in new)
        new += sorted(seen_or_not, key=lambda one: (_began_at(one), _is_red(one)))[-unseen:]
    red = sum(map(_is_red, new))
    return Changes(len(new), red, max(0, -unseen))


def _began_at(row: Alert | Task) -> datetime:
    return row.raised_at if isinstance(row, Alert) else row.opened_at


def _is_red(row: Alert | Task) -> bool:
    return isinstance(row, Alert) and row.tier is Tier.RED
