"""One fact taken by Ada's follow-up, and where her consents stand then."""

from datetime import date, datetime, timedelta

from aftercare.domain.consent import ConsentKey, Standing
from aftercare.domain.evolve import Change, evolve
from aftercare.domain.facts import Fact
from aftercare.domain.followup import Followup
from aftercare.domain.patient import Patient
from tests.building import ENROLLED_AT, NOON, a_followup, a_patient

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = ENROLLED_AT + DAY
ADA = a_patient()


def change(
    fact: Fact, followup: Followup | None = None, patient: Patient = ADA, now: datetime = NOON
) -> Change:
    found = evolve(followup or a_followup(), patient, fact, now)
    assert isinstance(found, Change), found
    return found


def standing(followup: Followup, *keys: ConsentKey) -> list[bool]:
    return [followup.standings.get(key, Standing()).stands(date(2026, 11, 24)) for key in keys]
