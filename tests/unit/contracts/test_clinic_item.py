"""A clinic as it is stored and read back before every send."""

import json
import subprocess
import sys
import tomllib
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from aftercare.contracts.clinic_file import parse_clinic
from aftercare.contracts.clinic_item import clinic_from_json, clinic_to_json
from aftercare.domain.clinic import Clinic, OnCall, SignOff, SmsCaps, StepOverride
from aftercare.domain.ids import ClinicId, ProtocolId

FUNCTIONS = Path(__file__).parents[3] / "functions"
PLAIN = Clinic(
    id=ClinicId("hudson"),
    name="Hudson Clinic",
    sms_name="Hudson",
    time_zone="America/New_York",
    country="US",
    phone="212-555-0100",
    sms_number="+12125550101",
    email_from="care@hudson.example.org",
    postal_address="1 River Street",
    languages=("en",),
    opens=time(8, 30),
    closes=time(17),
    on_call=(OnCall("nurse", "Dora", phone="+12025550163"),),
)
FULL = Clinic(
    id=ClinicId("rio"),
    name="Clínica Río",
    sms_name="Rio",
    time_zone="America/Los_Angeles",
    country="US",
    phone="(213) 555-0100",
    sms_number="12345",
    email_from="hola@rio.example.org",
    postal_address="2 Calle Sol",
    languages=("es", "en"),
    opens=time(9),
    closes=time(18),
    send_from=time(10),
    send_until=time(19, 30),
    sms_caps=SmsCaps(per_day=1, per_week=3),
    on_call=(OnCall("nurse", "Ben", email="ben@rio.example.org", from_=time(18), until=time(8)),),
    not_monitored_statement=SignOff("Carmen", date(2026, 11, 1)),
    content_review=SignOff("Carmen", date(2026, 11, 2)),
    sandbox_numbers=("+12025550147", "+12025550163"),
    overrides={
        ProtocolId("ketamine-iv-induction"): {
            "evening": StepOverride(off=True),
            "day1": StepOverride(at=time(11), days=1),
            "reminder_24h": StepOverride(before=timedelta(hours=26)),
            "discharge": StepOverride(after=timedelta(0)),
        },
        ProtocolId("esketamine-nasal"): {},
    },
)


@pytest.mark.parametrize("clinic", [PLAIN, FULL], ids=lambda clinic: str(clinic.id))
def test_a_stored_clinic_reads_back_as_it_was(clinic: Clinic) -> None:
    assert clinic_from_json(json.loads(json.dumps(clinic_to_json(clinic)))) == clinic


def test_numbers_that_come_back_as_decimals_are_whole_numbers_again() -> None:
    stored = json.loads(json.dumps(clinic_to_json(FULL)), parse_int=Decimal)
    clinic = clinic_from_json(stored)
    assert clinic == FULL
    assert type(clinic.sms_caps.per_day) is int
    assert type(clinic.overrides[ProtocolId("ketamine-iv-induction")]["day1"].days) is int


def test_times_and_days_are_stored_so_that_a_person_can_read_them() -> None:
    stored = clinic_to_json(FULL)
    assert stored["send_until"] == "19:30"
    assert stored["content_review"] == {"signed_by": "Carmen", "signed_on": "2026-11-02"}
    assert stored["on_call"][0]["from"] == "18:00"
    assert stored["protocols"]["ketamine-iv-induction"]["steps"]["reminder_24h"]["before"] == "26h"


def test_what_the_clinic_wrote_survives_being_stored() -> None:
    written = tomllib.loads(
        """
        id = "hudson"
        name = "Hudson Clinic"
        sms_name = "Hudson"
        time_zone = "America/New_York"
        country = "US"
        phone = "212-555-0100"
        sms_number = "+12125550101"
        email_from = "care@hudson.example.org"
        postal_address = "1 River Street"
        languages = ["en"]
        opens = 08:30:00
        closes = 17:00:00
        on_call = [{role = "nurse", name = "Dora", phone = "+12025550163"}]
        """
    )
    clinic = parse_clinic(written, "hudson.toml")
    assert clinic == PLAIN
    assert clinic_from_json(clinic_to_json(clinic)) == clinic


@pytest.mark.parametrize("name", ["clinic_item", "touch_key", "inbound_sms"])
def test_what_is_read_before_every_send_loads_no_validation_library(name: str) -> None:
    heavy = "{'pydantic', 'phonenumbers', 'boto3'}"
    probe = f"import sys, aftercare.contracts.{name}; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", probe], cwd=FUNCTIONS, capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]"
