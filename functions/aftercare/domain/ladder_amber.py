"""The ladder of an amber alert: one person at a time, in opening hours, until somebody takes it on.

The clinic file knows no weekdays: every day on which the doors open is a business day here.
"""

from datetime import datetime, timedelta

from aftercare.domain.alert import AMBER_STEP, Alert
from aftercare.domain.clinic import Clinic
from aftercare.domain.on_call import in_open_hours, is_open, next_opening

AMBER_WITHIN = timedelta(minutes=AMBER_STEP)
# Taken on and not done by then: it is called again. Our own limit; bladder symptoms, the slowest of the amber
# ones, are to be seen within 2 business days (clinical-regulatory section 2.1).
AMBER_UNRESOLVED = timedelta(days=3)


def amber_call_at(alert: Alert, rung: int, clinic: Clinic, now: datetime) -> datetime:
    """Return when one rung is due: at once, within four opening hours, or when the doors open next.

    Args:
        alert: An amber one.
        rung: Counts from 0.
        clinic: Its hours.
        now: When the rung before it was called; only the days after the first are counted from it.
    """
    step = alert.steps[rung]
    if step < AMBER_STEP:
        return alert.raised_at
    if step == AMBER_STEP:
        return in_open_hours(alert.raised_at, AMBER_WITHIN, clinic)
    return next_opening(clinic, now)


def at_open_doors(clinic: Clinic, at: datetime) -> datetime:
    """Return the instant itself while the clinic is open, else when it opens next."""
    return at if is_open(clinic, at) else next_opening(clinic, at)


def may_call_at(alert: Alert, clinic: Clinic, at: datetime) -> bool:
    """Say whether the present rung may be called then: at once means at any hour, the rest at open doors."""
    return alert.steps[alert.rung] < AMBER_STEP or is_open(clinic, at)
