"""Where things stand in the board index: one partition per clinic and list, in the order they are shown."""

from datetime import datetime

from aftercare.adapters.attributes import ms
from aftercare.domain.ids import ClinicId

INDEX = "board"
OPEN = "open"
RESOLVED = "resolved"
PAGES = "pages"
CHARTS = "charts"
SIGN_INS = "signins"


def board_of(clinic_id: ClinicId, name: str) -> str:
    """Return the partition of one list of one clinic. ``#`` is no part of any id."""
    return f"{clinic_id}#{name}"


def by_time(at: datetime, *parts: str) -> str:
    """Return a key that sorts by time. Thirteen digits of milliseconds last until the year 2286."""
    return "#".join((f"{ms(at):013d}", *parts))
