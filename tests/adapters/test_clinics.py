"""Clinics, and the copy of them that is at most a minute old."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_clinics import FRESH_FOR, DynamoDbClinics
from aftercare.domain.clinic import Clinic, OnCall, SignOff, SmsCaps, StepOverride
from aftercare.domain.ids import ClinicId
from infra.local.virtual_clock import VirtualClock
from tests.adapters.table_lanes import TABLE
from tests.building import CLINIC_NUMBER, HUDSON, IV, NOON, a_clinic

NORTH = ClinicId("north")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def clinics(client: Any, clock: VirtualClock) -> DynamoDbClinics:
    return DynamoDbClinics(client, TABLE, clock)


EVERYTHING = a_clinic(
    name="Clínica María",
    send_from=time(10),
    send_until=time(18, 30),
    sms_caps=SmsCaps(1, 3),
    on_call=(OnCall("nurse", "Dora", "+12125550103", "dora@hudson.example.org", time(8), time(20)),),
    not_monitored_statement=SignOff("Carmen", date(2026, 1, 2)),
    sandbox_numbers=("+12025550147",),
    overrides={
        IV: {"day3": StepOverride(off=True), "week1": StepOverride(days=6, at=time(10))},
    },
)


@pytest.mark.parametrize("clinic", [a_clinic(), EVERYTHING], ids=["plain", "with everything"])
def test_a_clinic_is_read_as_it_was_set_up(clinics: DynamoDbClinics, clinic: Clinic) -> None:
    clinics.put(clinic)
    assert clinics.get(HUDSON) == clinic


def test_a_clinic_nobody_set_up_is_not_there(clinics: DynamoDbClinics) -> None:
    assert clinics.get(NORTH) is None
    assert clinics.behind(CLINIC_NUMBER) == ()


def test_a_number_shows_every_clinic_behind_it(clinics: DynamoDbClinics) -> None:
    clinics.put(a_clinic())
    clinics.put(a_clinic(id=NORTH))
    clinics.put(a_clinic(id=ClinicId("other"), sms_number="+12125550199"))
    assert set(clinics.behind(CLINIC_NUMBER)) == {HUDSON, NORTH}


def test_a_number_given_up_leads_to_the_clinic_no_more(clinics: DynamoDbClinics) -> None:
    clinics.put(a_clinic())
    assert clinics.behind(CLINIC_NUMBER) == (HUDSON,)
    clinics.put(a_clinic(sms_number="+12125550199"))
    assert (clinics.behind(CLINIC_NUMBER), clinics.behind("+12125550199")) == ((), (HUDSON,))


def test_a_change_is_seen_within_a_minute_and_by_whoever_made_it_at_once(
    client: Any, clock: VirtualClock
) -> None:
    ours, theirs = (DynamoDbClinics(client, TABLE, clock) for _ in range(2))
    ours.put(a_clinic())
    assert theirs.get(HUDSON) == ours.get(HUDSON)
    ours.put(a_clinic(sms_name="Hudson"))
    assert [c.get(HUDSON).sms_name for c in (ours, theirs)] == ["Hudson", "Hudson Clinic"]
    clock.advance_to(NOON + FRESH_FOR)
    assert theirs.get(HUDSON).sms_name == "Hudson"
    assert timedelta(minutes=1) >= FRESH_FOR


def test_a_clinic_that_was_missing_is_found_at_once_and_its_number_within_a_minute(
    client: Any, clock: VirtualClock
) -> None:
    ours, theirs = (DynamoDbClinics(client, TABLE, clock) for _ in range(2))
    assert (theirs.get(HUDSON), theirs.behind(CLINIC_NUMBER)) == (None, ())
    ours.put(a_clinic())
    assert theirs.get(HUDSON) == a_clinic()
    clock.advance_to(NOON + FRESH_FOR)
    assert theirs.behind(CLINIC_NUMBER) == (HUDSON,)
