"""``aftercare rehearse`` as a stranger runs it: what comes out, and what it says when it cannot."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.local.command import app
from tests.local.rehearsed import rehearsed
from tests.local.script_truth import EXAMPLES, Json, instant, read_json_lines, read_lines

CLINIC = EXAMPLES / "clinic.toml"
AFTERCARE = Path(sys.executable).parent / "aftercare"
AT = "2026-11-02T10:00:00-05:00"
UP: Json = {"at": AT, "carrier": {"sms": "up"}}


def _enrolled() -> Json:
    return read_lines(EXAMPLES / "ordinary-month.jsonl")[0]


def _rehearse(folder: Path, lines: Sequence[Json | str], *more: str, clinic: Path = CLINIC) -> Result:
    script = folder / "script.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    script.write_text("\n".join(texts), encoding="utf-8")
    return CliRunner().invoke(app, ["rehearse", "--clinic", str(clinic), "--script", str(script), *more])


def _stops(result: Result, *named: str) -> None:
    """It stopped before it began, with one line that names each of ``named``."""
    assert result.exit_code == 2
    assert result.stdout == ""
    said = result.stderr.strip()
    assert said.count("\n") == 0
    assert [name for name in named if name not in said] == []


# ---- what comes out


def test_the_installed_command_writes_the_same_month_byte_for_byte(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    asked = [str(AFTERCARE), "rehearse", "--clinic", str(CLINIC), "--out", str(out)]
    script = EXAMPLES / "ordinary-month.jsonl"
    done = subprocess.run(
        [*asked, "--script", str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert read_lines(out) == rehearsed("ordinary-month")[1]


def test_the_installed_command_stops_at_a_malformed_line_with_exit_code_2(tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text("Ada texts 7\n", encoding="utf-8")
    asked = [str(AFTERCARE), "rehearse", "--clinic", str(CLINIC), "--script", str(script)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "script.jsonl line 1" in done.stderr


def test_both_tables_tell_the_same_story(tmp_path: Path) -> None:
    lines = [line for line in read_lines(EXAMPLES / "ordinary-month.jsonl") if "pat-ben" in json.dumps(line)]
    in_memory, in_moto = (
        _rehearse(tmp_path, lines, "--until", "2026-11-14T00:00:00Z", "--table", table)
        for table in ("memory", "moto")
    )
    assert in_memory.exit_code == 0
    assert len(read_json_lines(in_memory.stdout)) > 5
    assert in_memory.stdout == in_moto.stdout


def test_until_ends_the_run_and_what_came_before_is_the_same(tmp_path: Path) -> None:
    until = "2026-11-12T12:32:00-05:00"
    result = _rehearse(tmp_path, read_lines(EXAMPLES / "ordinary-month.jsonl"), "--until", until)
    written = read_json_lines(result.stdout)
    whole = rehearsed("ordinary-month")[1]
    assert written == [line for line in whole if instant(line["at"]) <= instant(until)]
    assert 0 < len(written) < len(whole)


def test_until_after_the_last_line_lets_time_run_on_no_further(tmp_path: Path) -> None:
    result = _rehearse(tmp_path, [_enrolled()], "--until", "2026-11-02T10:10:30-05:00")
    assert result.exit_code == 0
    assert {line["event"]["detail-type"] for line in read_json_lines(result.stdout)} == {"ConsentChanged"}


def test_without_until_it_runs_until_nothing_is_due(tmp_path: Path) -> None:
    written = read_json_lines(_rehearse(tmp_path, [_enrolled()]).stdout)
    assert [line["sms"]["kind"] for line in written if "event" not in line] == ["opt_in"]


def test_an_empty_script_and_blank_lines_are_no_fault(tmp_path: Path) -> None:
    for lines in ([], ["", "   ", json.dumps(UP), ""]):
        result = _rehearse(tmp_path, lines)
        assert (result.exit_code, result.stdout) == (0, "")


# ---- a script that cannot be read


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Ada texts 7", "one JSON object"),
        ("[1, 2]", "one JSON object"),
        ({"carrier": {"sms": "up"}}, "at: "),
        ({"at": "2026-11-02T10:00:00", "carrier": {"sms": "up"}}, "offset"),
        ({"at": "tomorrow", "carrier": {"sms": "up"}}, "'tomorrow'"),
        ({"at": 1793631900, "carrier": {"sms": "up"}}, "at: "),
        ({"at": AT}, "exactly one of event, sms, email"),
        ({"at": AT, "fax": {}}, "['fax']"),
        ({"at": AT, "carrier": {"sms": "up"}, "sms": {}}, "exactly one of"),
        ({"at": AT, "sms": "7"}, "sms: found '7'"),
        ({"at": AT, "sms": {"from": "+12025550110", "to": "+12025550199"}}, "sms.body"),
        ({"at": AT, "sms": {"from": "+12025550110", "to": "+12025550199", "body": 7}}, "sms.body: found 7"),
        ({"at": AT, "sms": {"from": "a", "to": "b", "body": "7", "text": "7"}}, "sms.text"),
        ({"at": AT, "event": {"source": "ehr", "detail": {}}}, "event.detail-type"),
        ({"at": AT, "event": {"source": "ehr", "detail-type": "SessionMoved"}}, "event.detail"),
        ({"at": AT, "carrier": {"sms": "slow"}}, "carrier.sms: found 'slow'"),
        ({"at": AT, "carrier": {"email": "opted_out:+12025550110"}}, "carrier.email"),
        ({"at": AT, "carrier": {}}, "carrier"),
        ({"at": AT, "form": {"touch_id": "last:pat-ada", "answers": {}}}, "form.birth_date"),
        ({"at": AT, "staff": {"do": "resolve", "by": "Nora"}}, "staff.alert_id"),
    ],
)
def test_a_malformed_line_stops_the_run_and_is_named(tmp_path: Path, line: Json | str, named: str) -> None:
    _stops(_rehearse(tmp_path, [UP, "", line]), "script.jsonl line 3", named)


def test_a_line_before_its_time_stops_the_run_and_says_after_which_it_belongs(tmp_path: Path) -> None:
    earlier = {**UP, "at": "2026-11-02T09:59:59-05:00"}
    result = _rehearse(tmp_path, [UP, UP, earlier])
    _stops(result, "script.jsonl", "at: ", "2026-11-02T14:59:59", "not before line 2")


def test_two_lines_of_the_same_instant_are_in_order(tmp_path: Path) -> None:
    assert _rehearse(tmp_path, [UP, {**UP, "at": "2026-11-02T15:00:00Z"}]).exit_code == 0


def test_a_script_or_a_clinic_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "gone")
    for asked in (["--clinic", str(CLINIC), "--script", missing], ["--clinic", missing, "--script", missing]):
        result = CliRunner().invoke(app, ["rehearse", *asked])
        assert result.exit_code == 2
        # The message stands in a box that breaks long paths.
        assert "gone" in re.sub(r"[\s│|]", "", result.stderr)


@pytest.mark.parametrize("until", ["2026-11-02", "2026-11-02T10:00:00", "soon"])
def test_an_until_that_is_no_instant_is_refused(tmp_path: Path, until: str) -> None:
    _stops(_rehearse(tmp_path, [UP], "--until", until), "--until", until, "offset")


# ---- a clinic file that cannot be used


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('id = "riverside"', "id = riverside", "line 3"),
        ('name = "Riverside Wellness Clinic"', "", "name: found None"),
        ('sms_name = "Riverside Clinic"', 'sms_name = "Riverside Ketamine"', "sms_name: found"),
        ('sms_name = "Riverside Clinic"', f'sms_name = "{"R" * 29}"', "sms_name: found"),
        ('country = "US"', 'country = "FR"', "country: found 'FR'"),
        ('time_zone = "America/New_York"', 'time_zone = "New York"', "time_zone: found 'New York'"),
        ('phone = "+12025550100"', 'phone = "555"', "phone: found '555'"),
        ('send_from = "09:00"', 'send_from = "08:00"', "send_from: found '08:00'"),
        ('send_until = "20:00"', 'send_until = "21:00"', "send_until: found '21:00'"),
        ('send_until = "20:00"', 'send_untill = "20:00"', "send_untill"),
        ("per_week = 6", "per_week = 0", "sms_caps.per_week: found 0"),
        ('languages = ["en", "es"]', 'languages = ["en", "fr"]', "languages[1]: found 'fr'"),
        ('phone = "+12025550101"\nemail = "nora@riverside.example.org"\n', "", "on_call"),
    ],
)
def test_a_bad_clinic_file_stops_the_run_and_names_the_key(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    text = CLINIC.read_text(encoding="utf-8")
    assert before in text
    clinic = tmp_path / "hudson.toml"
    clinic.write_text(text.replace(before, after), encoding="utf-8")
    _stops(_rehearse(tmp_path, [UP], clinic=clinic), "hudson.toml", named)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("[protocols.ketamine-oral.steps.day1]\noff = true", "ketamine-oral"),
        ("[protocols.esketamine-nasal.steps.day9]\noff = true", "day9"),
        ("[protocols.esketamine-nasal.steps.day1]\nafter = 'a day'", "after: found 'a day'"),
    ],
)
def test_a_change_to_a_step_that_is_not_shipped_is_named(tmp_path: Path, table: str, named: str) -> None:
    clinic = tmp_path / "hudson.toml"
    clinic.write_text(f"{CLINIC.read_text(encoding='utf-8')}\n{table}\n", encoding="utf-8")
    _stops(_rehearse(tmp_path, [UP], clinic=clinic), "hudson.toml", named)


# ---- what cannot be done, and events that cannot be used


def test_lines_about_nobody_are_refused_with_their_field_and_the_run_goes_on(tmp_path: Path) -> None:
    nobodys: list[tuple[str, Json]] = [
        ("sms_receipt.touch_id", {"touch_id": "last:pat-ada", "event_type": "TEXT_DELIVERED"}),
        ("email_receipt.touch_id", {"touch_id": "last:pat-ada", "event_type": "Bounce"}),
        ("form.touch_id", {"touch_id": "ses-1.week2", "birth_date": "1990-01-31", "answers": {}}),
        ("staff.alert_id", {"do": "acknowledge", "alert_id": "open:pat-ada", "by": "Nora"}),
    ]
    lines: list[Json] = [{"at": AT, field.split(".")[0]: what} for field, what in nobodys]
    result = _rehearse(tmp_path, [*lines, _enrolled()])
    assert result.exit_code == 0
    told = read_json_lines(result.stdout)
    refused = [line["refused"] for line in told if "refused" in line]
    assert [row["line"] for row in refused] == [1, 2, 3, 4]
    for (field, _), row in zip(nobodys, refused, strict=True):
        assert row["reason"].startswith(f"{field}: found ")
    assert [line["sms"]["kind"] for line in told if "sms" in line] == ["opt_in"]


def test_an_event_that_nobody_can_use_is_refused_with_what_is_allowed_and_a_task(tmp_path: Path) -> None:
    bad = json.loads(json.dumps(_enrolled()).replace("+12025550110", "555-0110"))
    result = _rehearse(tmp_path, [bad, {**_enrolled(), "at": "2026-11-02T10:11:00-05:00"}])
    told = read_json_lines(result.stdout)
    refused, task, sent = (line for line in told if "event" not in line)
    assert result.exit_code == 0
    assert refused["refused"]["line"] == 1
    for text in (refused["refused"]["reason"], task["task"]["reason"]):
        assert "detail.patient.phone: found '555-0110'" in text
        assert "+12025550147" in text
    assert task["task"]["kind"] == "bad_event"
    assert sent["sms"]["kind"] == "opt_in"
