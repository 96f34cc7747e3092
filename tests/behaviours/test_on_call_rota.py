"""A clinic cannot leave its patients with nobody to page, unless it says so in writing: behaviour 10."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.local.command import app
from tests.behaviours.riverside import MINUTE, clinic_file
from tests.behaviours.visits import riverside_opens

STATEMENT = 'not_monitored_statement = { signed_by = "Olga", signed_on = 2026-01-05 }'
DAYS_ONLY = """
[[on_call]]
role = "nurse"
name = "Nora"
phone = "+12025550101"
from = "08:00"
until = "18:00"
"""
NIGHTS = """
[[on_call]]
role = "clinician"
name = "Cleo"
phone = "+12025550103"
from = "18:00"
until = "08:00"
"""
NOBODY_TO_REACH = """
[[on_call]]
role = "nurse"
name = "Nora"
"""


def _rehearse(folder: Path, people: str, more: str = "") -> Result:
    clinic, script = folder / "clinic.toml", folder / "script.jsonl"
    clinic.write_text(clinic_file(people, more), encoding="utf-8")
    line = {"at": "2026-11-10T14:00:00-05:00", "carrier": {"sms": "up"}}
    script.write_text(json.dumps(line), encoding="utf-8")
    return CliRunner().invoke(app, ["rehearse", "--clinic", str(clinic), "--script", str(script)])


@pytest.mark.parametrize(
    "people", ["", DAYS_ONLY, NOBODY_TO_REACH], ids=["nobody", "nobody at night", "nobody to reach"]
)
def test_a_rota_that_leaves_an_hour_without_anybody_is_turned_back(tmp_path: Path, people: str) -> None:
    """Behaviour 10: without the signed statement the clinic file is refused, and the message says where."""
    refused = _rehearse(tmp_path, people)
    assert refused.exit_code == 2
    assert "clinic.toml" in refused.stderr
    assert "on_call" in refused.stderr


@pytest.mark.parametrize("people", ["", DAYS_ONLY], ids=["nobody", "nobody at night"])
def test_a_clinic_that_signed_that_nobody_watches_at_night_may_run(tmp_path: Path, people: str) -> None:
    """Behaviour 10: the signed statement takes the place of the missing people."""
    assert _rehearse(tmp_path, people, STATEMENT).exit_code == 0


def test_a_rota_of_days_and_nights_is_whole(tmp_path: Path) -> None:
    """Behaviour 10: hours that cross midnight count."""
    assert _rehearse(tmp_path, DAYS_ONLY + NIGHTS).exit_code == 0


@pytest.mark.parametrize(
    ("wall", "phone"), [("Tue 02:00", "+12025550103"), ("Tue 14:00", "+12025550101")], ids=["night", "day"]
)
def test_whoever_is_on_duty_at_that_hour_is_paged_first(wall: str, phone: str) -> None:
    """Behaviours 9 and 10: the rota is read on the clinic's clock, whatever zone the patient is in."""
    with riverside_opens(people=DAYS_ONLY + NIGHTS) as riverside:
        ada = riverside.patient("Ada", zone="America/Los_Angeles")
        told_at = riverside.text(wall, ada.phone, "I want to kill myself")
        riverside.rehearsal.finish(told_at + 4 * MINUTE)
        assert [(page["to"], page["step"]) for page in ada.pages()] == [(phone, 0)]
