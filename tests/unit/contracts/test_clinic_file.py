"""The clinic file: what a clinic may say about itself, and what it is told when it errs."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from aftercare.contracts.clinic_file import parse_clinic
from aftercare.domain.clinic import Clinic, OnCall, SignOff, SmsCaps, StepOverride
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, ProtocolId

SMALL = """
id = "hudson"
name = "Hudson Ketamine Clinic"
sms_name = "Hudson Clinic"
time_zone = "America/New_York"
country = "US"
phone = "212-555-0100"
sms_number = "+12125550101"
email_from = "care@hudson.example.org"
postal_address = "1 River Street, Hudson, NY 12534"
languages = ["en", "es"]
opens = "08:30"
closes = "17:00"

[[on_call]]
role = "nurse"
name = "Dora"
phone = "+12025550163"
"""
FULL = (
    """
send_from = 09:30:00
send_until = "19:00"
sandbox_numbers = ["+12025550147"]
"""
    + SMALL
    + """
from = "18:00"
until = 08:00:00

[[on_call]]
role = "clinician"
name = "Carmen"
email = "carmen@hudson.example.org"

[sms_caps]
per_day = 1
per_week = 4

[not_monitored_statement]
signed_by = "Carmen"
signed_on = 2026-11-01

[content_review]
signed_by = "Carmen"
signed_on = "2026-11-02"

[protocols.ketamine-iv-induction.steps.evening]
off = true

[protocols.ketamine-iv-induction.steps.day1]
at = "11:00"
days = 1

[protocols.esketamine-nasal.steps.reminder_24h]
before = "26h"

[protocols.esketamine-nasal.steps.discharge]
after = "15m"
"""
)
ABSENT = object()
WHERE = "hudson.toml"


def small(**changes: object) -> dict[str, Any]:
    raw = tomllib.loads(SMALL) | changes
    return {key: found for key, found in raw.items() if found is not ABSENT}


def refusal(raw: Any) -> BadInput:
    with pytest.raises(BadInput) as refused:
        parse_clinic(raw, WHERE)
    assert refused.value.where == WHERE
    return refused.value


def test_a_short_clinic_file_gets_the_documented_defaults() -> None:
    clinic = parse_clinic(small(), WHERE)
    assert (clinic.send_from, clinic.send_until) == (time(9), time(20))
    assert clinic.sms_caps == SmsCaps(per_day=2, per_week=6)
    assert clinic.content_review is None
    assert clinic.not_monitored_statement is None
    assert clinic.sandbox_numbers == ()
    assert clinic.overrides == {}
    assert clinic.on_call == (OnCall(role="nurse", name="Dora", phone="+12025550163"),)


def test_a_full_clinic_file_is_read_key_by_key() -> None:
    clinic = parse_clinic(tomllib.loads(FULL), WHERE)
    assert clinic == Clinic(
        id=ClinicId("hudson"),
        name="Hudson Ketamine Clinic",
        sms_name="Hudson Clinic",
        time_zone="America/New_York",
        country="US",
        phone="212-555-0100",
        sms_number="+12125550101",
        email_from="care@hudson.example.org",
        postal_address="1 River Street, Hudson, NY 12534",
        languages=("en", "es"),
        opens=time(8, 30),
        closes=time(17),
        send_from=time(9, 30),
        send_until=time(19),
        sms_caps=SmsCaps(per_day=1, per_week=4),
        on_call=(
            OnCall("nurse", "Dora", phone="+12025550163", from_=time(18), until=time(8)),
            OnCall("clinician", "Carmen", email="carmen@hudson.example.org"),
        ),
        not_monitored_statement=SignOff("Carmen", date(2026, 11, 1)),
        content_review=SignOff("Carmen", date(2026, 11, 2)),
        sandbox_numbers=("+12025550147",),
        overrides={
            ProtocolId("ketamine-iv-induction"): {
                "evening": StepOverride(off=True),
                "day1": StepOverride(at=time(11), days=1),
            },
            ProtocolId("esketamine-nasal"): {
                "reminder_24h": StepOverride(before=timedelta(hours=26)),
                "discharge": StepOverride(after=timedelta(minutes=15)),
            },
        },
    )


def test_times_and_days_may_be_written_the_toml_way_or_as_text() -> None:
    text = small(opens="08:30", content_review={"signed_by": "Carmen", "signed_on": "2026-11-02"})
    toml = small(opens=time(8, 30), content_review={"signed_by": "Carmen", "signed_on": date(2026, 11, 2)})
    assert parse_clinic(text, WHERE) == parse_clinic(toml, WHERE)


def test_a_clinic_without_on_call_may_sign_that_nobody_reads_at_night() -> None:
    signed = {"signed_by": "Carmen", "signed_on": "2026-11-01"}
    clinic = parse_clinic(small(on_call=ABSENT, not_monitored_statement=signed), WHERE)
    assert clinic.on_call == ()
    assert clinic.not_monitored_statement == SignOff("Carmen", date(2026, 11, 1))


@pytest.mark.parametrize("on_call", [ABSENT, []])
def test_a_clinic_with_neither_on_call_nor_a_signature_is_told_why_it_must_have_one(on_call: object) -> None:
    error = refusal(small(on_call=on_call))
    assert error.field == "on_call"
    assert "not_monitored_statement {signed_by, signed_on}" in error.allowed
    assert "patients in danger" in error.allowed


@pytest.mark.parametrize("name", ["C", "Clínica del Río", "x" * 28, "O\u2019Brien & Co. (NY)"])
def test_a_clinic_name_that_fits_a_text_is_accepted(name: str) -> None:
    assert parse_clinic(small(sms_name=name), WHERE).sms_name == name


@pytest.mark.parametrize("number", ["+18885550123", "12345", "123456"])
def test_texts_may_come_from_a_long_number_or_a_short_code(number: str) -> None:
    assert parse_clinic(small(sms_number=number), WHERE).sms_number == number


@pytest.mark.parametrize("phone", ["212-555-0100", "(212) 555-0100", "+12125550100", "1.212.555.0100"])
def test_the_phone_patients_call_may_be_written_as_people_write_it(phone: str) -> None:
    assert parse_clinic(small(phone=phone), WHERE).phone == phone


def nurse(**changes: object) -> list[dict[str, object]]:
    person: dict[str, object] = {"role": "nurse", "name": "Dora", "phone": "+12025550163"}
    return [{key: found for key, found in (person | changes).items() if found is not ABSENT}]


def step(**override: object) -> dict[str, object]:
    return {"ketamine-iv-induction": {"steps": {"day1": override}}}


NEUTRAL = "choose a neutral name"
NARROW = "narrow the send window, never widen it"
BAD: list[tuple[str, object, str, str]] = [
    ("id", "hudson#1", "id", "A-Z, a-z, 0-9"),
    ("id", ABSENT, "id", "required: 1 to 64 characters"),
    ("name", "", "name", "full name"),
    ("name", "Hudson\nClinic", "name", "one line"),
    ("sms_name", "x" * 29, "sms_name", "1 to 28"),
    ("sms_name", "Hudson Ketamine", "sms_name", NEUTRAL),
    ("sms_name", "ESKETAMINE Center", "sms_name", NEUTRAL),
    ("sms_name", "Spravato NYC", "sms_name", NEUTRAL),
    ("sms_name", "Clinica Ketamina", "sms_name", NEUTRAL),
    ("sms_name", "Beyond Depression", "sms_name", NEUTRAL),
    ("sms_name", "Sin Depresión", "sms_name", NEUTRAL),
    ("sms_name", "Hudson Psychiatry", "sms_name", NEUTRAL),
    ("sms_name", "Hudson Psiquiatría", "sms_name", NEUTRAL),
    ("sms_name", "Hudson 🌱", "sms_name", "GSM-7"),
    ("sms_name", "x" * 26 + "…", "sms_name", "1 to 28"),
    ("sms_name", " Hudson", "sms_name", "1 to 28"),
    ("sms_name", "Hudson\n", "sms_name", "1 to 28"),
    ("time_zone", "EST/New York", "time_zone", "America/New_York"),
    ("country", "MX", "country", "US"),
    ("phone", "555-0100", "phone", "10 to 15 digits"),
    ("phone", "call the desk", "phone", "212-555-0100"),
    ("phone", 2125550100, "phone", "212-555-0100"),
    ("sms_number", "212-555-0101", "sms_number", "E.164"),
    ("sms_number", "1234", "sms_number", "5 or 6 digits"),
    ("sms_number", "+10000000000", "sms_number", "+12125550101"),
    ("email_from", "Hudson <care@hudson.example.org>", "email_from", "ada@example.org"),
    ("postal_address", " ", "postal_address", "postal address"),
    ("postal_address", ABSENT, "postal_address", "required: "),
    ("languages", [], "languages", "en, es or both"),
    ("languages", ["en", "en"], "languages", "each once"),
    ("languages", ["fr"], "languages[0]", "en or es"),
    ("languages", "en", "languages", "a list of en, es or both"),
    ("opens", "8:30", "opens", "as 09:00"),
    ("opens", "25:00", "opens", "00:00 to 23:59"),
    ("opens", time(8, 30, 15), "opens", "as 09:00"),
    ("opens", 8, "opens", "as 09:00"),
    ("closes", "08:30", "closes", "later than opens"),
    ("closes", "24:00", "closes", "00:00 to 23:59"),
    ("send_from", "08:59", "send_from", NARROW),
    ("send_until", "20:01", "send_until", NARROW),
    ("send_until", "09:00", "send_until", "later than send_from"),
    ("sms_caps", {"per_day": 0}, "sms_caps.per_day", "1 to 20"),
    ("sms_caps", {"per_week": "6"}, "sms_caps.per_week", "1 to 99"),
    ("sms_caps", {"per_month": 9}, "sms_caps.per_month", "per_day, per_week"),
    ("sms_caps", 2, "sms_caps", "{per_day, per_week}"),
    ("on_call", nurse(phone=ABSENT), "on_call[0]", "phone or an email"),
    ("on_call", nurse(phone="555"), "on_call[0].phone", "E.164"),
    ("on_call", nurse(name=ABSENT), "on_call[0].name", "required: one line"),
    ("on_call", nurse(until="08:00"), "on_call[0]", "both from and until"),
    ("on_call", nurse(**{"from": "08:00"}), "on_call[0]", "both from and until"),
    ("on_call", nurse(**{"from": "08:00", "until": "08:00"}), "on_call[0]", "different ones"),
    ("on_call", nurse(from_="08:00"), "on_call[0].from_", "role, name, phone, email, from, until"),
    ("on_call", "Dora", "on_call", "a list of people"),
    ("not_monitored_statement", {"signed_by": "Carmen"}, "not_monitored_statement.signed_on", "2026-11-23"),
    ("not_monitored_statement", True, "not_monitored_statement", "{signed_by, signed_on}"),
    (
        "content_review",
        {"signed_by": "Carmen", "signed_on": datetime(2026, 11, 1, tzinfo=UTC)},
        "content_review.signed_on",
        "a day in ISO form",
    ),
    ("content_review", {"signed_on": "2026-11-01"}, "content_review.signed_by", "required: who it was"),
    (
        "content_review",
        {"signed_by": " ", "signed_on": "2026-11-01"},
        "content_review.signed_by",
        "not blank",
    ),
    ("sandbox_numbers", ["202-555-0147"], "sandbox_numbers[0]", "E.164"),
    ("sandbox_numbers", "+12025550147", "sandbox_numbers", "a list of"),
    ("protocols", {"x": {"step": {}}}, "protocols.x.step", "one of the keys steps"),
    ("protocols", {"x": {}}, "protocols.x.steps", "a table of steps"),
    ("protocols", {"x": 1}, "protocols.x", "[protocols.<id>.steps.<step>]"),
    ("protocols", [], "protocols", "[protocols.<id>.steps.<step>]"),
    ("protocols", step(aftr="4h"), "protocols.ketamine-iv-induction.steps.day1.aftr", "off, at, days"),
    ("protocols", step(after="4"), "protocols.ketamine-iv-induction.steps.day1.after", "4h or 3d"),
    ("protocols", step(after="4h", before="1h"), "protocols.ketamine-iv-induction.steps.day1", "not both"),
    ("protocols", step(off=1), "protocols.ketamine-iv-induction.steps.day1.off", "true"),
    ("protocols", step(at="noon"), "protocols.ketamine-iv-induction.steps.day1.at", "as 09:00"),
    ("protocols", step(days=1.5), "protocols.ketamine-iv-induction.steps.day1.days", "whole number"),
]


@pytest.mark.parametrize(("key", "found", "field", "allowed"), BAD)
def test_a_fault_in_the_file_is_named_with_its_key_and_what_is_allowed(
    key: str, found: object, field: str, allowed: str
) -> None:
    error = refusal(small(**{key: found}))
    assert error.field == field
    assert allowed in error.allowed
    assert str(error).startswith(f"{WHERE}: {field}: ")


def test_a_narrowed_morning_still_leaves_time_to_send() -> None:
    error = refusal(small(send_from="20:00"))
    assert error.field == "send_until"
    assert "later than send_from" in error.allowed


def test_a_misspelt_key_is_named_before_the_key_it_was_meant_to_be() -> None:
    raw = small(opens=ABSENT, opnes="08:30")
    error = refusal(raw)
    assert error.field == "opnes"
    assert "opens" in error.allowed


def test_what_is_no_table_is_refused() -> None:
    assert refusal([]).field == "the whole"
