"""What is planned for Ada, by the key of its step."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.clinic import Clinic, StepOverride
from aftercare.domain.followup import Followup, Session
from aftercare.domain.plan import planned
from aftercare.domain.touch import Touch
from tests.building import (
    IV,
    NEW_YORK,
    a_clinic,
    a_followup,
    eastern,
)

ZONE = ZoneInfo(NEW_YORK)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = eastern("2026-11-30 11:00")
LATER = eastern("2026-12-03 12:30")


def by_key(followup: Followup, clinic: Clinic | None = None) -> dict[str, Touch]:
    return {touch.key: touch for touch in planned(followup, clinic or a_clinic(), load_protocols())}


def keys(session: Session, **changes: object) -> set[str]:
    return set(by_key(a_followup(session, **changes)))


def overridden(key: str, override: StepOverride, session: Session) -> dict[str, Touch]:
    return by_key(a_followup(session), a_clinic(overrides={IV: {key: override}}))
