"""The demo's months are kept and taken up again: nobody could tell."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.demo_people import NOW, PEOPLE, Turn
from infra.local.demo_script import demo_lines
from infra.local.demo_world import DemoWorld


def test_a_clinic_taken_up_again_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    stories = [_next_day(tmp_path) for _ in range(2)]
    assert stories[0] == stories[1]
    assert len(stories[0]) > 20


def _few() -> list[Any]:
    few = {one.phone for one in PEOPLE.values() if one.turn in (Turn.RED_NOW, Turn.ASKS)}
    ids = {one.id for one in PEOPLE.values() if one.phone in few}
    return [line for line in demo_lines() if any(name in str(line.what) for name in (*few, *ids))]


def _next_day(folder: Path) -> list[tuple[datetime, str]]:
    """Live a few people's weeks, or take them up where they were kept; return the day after."""
    kept = folder / "kept.json"
    if kept.exists():
        read = json.loads(kept.read_text())
        world = DemoWorld(starts_at=datetime.fromisoformat(read["now"]), lines=_few())
    else:
        world = DemoWorld(lines=_few())
    with world:
        if kept.exists():
            world.go_on(read)
        else:
            world.live()
            kept.write_text(json.dumps(world.kept()))
        world.run_until(NOW + timedelta(days=1))
        return [(one.at, one.body) for one in world.carrier.sms_outbox]
