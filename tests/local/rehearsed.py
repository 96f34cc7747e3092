"""The example scripts, rehearsed through the command line, each once for all tests that read them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from typer.testing import CliRunner

from infra.local.command import app
from tests.local.accounts import messages, of
from tests.local.script_truth import EXAMPLES, Json, Truth, read_json_lines, read_lines

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
CHICAGO, ST_JOHNS, SANTIAGO = (ZoneInfo(f"America/{town}") for town in ("Chicago", "St_Johns", "Santiago"))


@cache
def rehearsed(name: str) -> tuple[Truth, list[Json]]:
    """Return what the script says and what the service did."""
    script = EXAMPLES / f"{name}.jsonl"
    asked = ["rehearse", "--clinic", str(EXAMPLES / "clinic.toml"), "--script", str(script)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    return Truth(read_lines(script)), read_json_lines(result.stdout)


def sent_to(output: Sequence[Json], patient_id: str) -> Iterator[tuple[datetime, str, Json]]:
    return (found for found in messages(output) if found[2]["patient_id"] == patient_id)


def touch(output: Sequence[Json], touch_id: str) -> tuple[datetime, str, Json]:
    (found,) = (found for found in messages(output) if found[2]["touch_id"] == touch_id)
    return found


def reason_of(output: Sequence[Json], touch_id: str) -> str:
    (found,) = (dropped["reason"] for _, dropped in of(output, "not_sent") if dropped["touch_id"] == touch_id)
    return str(found)


def wall(at: datetime, zone: ZoneInfo) -> str:
    """Return the wall time of an instant, as ``2026-03-08 11:06``: it sorts as it reads."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def at_wall(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
