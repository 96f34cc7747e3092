"""The demo's forty people: believable, the same on every run, and never told what they did not agree to."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aftercare.adapters.attributes import plain
from aftercare.adapters.chart_item import chart_from
from infra.local.demo_cache import FOLDER, demo_world, made_from
from infra.local.demo_course import depression
from infra.local.demo_people import NOW, PEOPLE
from infra.local.demo_script import demo_lines
from infra.local.demo_world import DemoWorld
from infra.local.postbag import ids_of

# Answers to what somebody just wrote or agreed to, the one confirmation, and the text at discharge.
ANY_HOUR = ("opt_in", "opt_out", "help", "crisis", "after_hours", "discharge")


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    lived = demo_world(folder=FOLDER)
    yield lived
    lived.__exit__(None, None, None)


@pytest.fixture(scope="module")
def rows(world: DemoWorld) -> list[dict[str, Any]]:
    return [plain(row) for row in world.cloud.client("dynamodb").items()]


def of_kind(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["sk"].startswith(f"{kind}#")]


def test_forty_people_with_numbers_that_belong_to_nobody() -> None:
    assert len(PEOPLE) == 40
    assert len({person.phone for person in PEOPLE.values()}) == 40
    assert all("555010" <= person.phone[-7:-1] <= "555019" for person in PEOPLE.values())
    assert len({person.name for person in PEOPLE.values()}) == 40


def test_about_half_respond_a_third_remit_and_one_in_twelve_gets_worse() -> None:
    after = {one.id: depression(one, one.starts_at(6) + timedelta(days=3)) for one in _inductions()}
    share = Counter[str]()
    for person in _inductions():
        left = after[person.id]
        share["respond"] += left <= person.baseline / 2
        share["remit"] += left < 5
        share["worse"] += left > person.baseline
    people = len(after)
    assert 0.42 <= share["respond"] / people <= 0.62
    assert 0.25 <= share["remit"] / people <= 0.42
    assert 0.05 <= share["worse"] / people <= 0.12


def _inductions() -> list[Any]:
    return [one for one in PEOPLE.values() if len(one.visits) >= 6]


def test_nothing_failed_in_three_months_and_the_clock_stands_on_monday_morning(world: DemoWorld) -> None:
    assert world.clock.now() == NOW
    assert [failure.error for failure in world.cloud.failures] == []
    assert 1_000 <= len(world.carrier.sms_outbox) <= 2_000
    assert 100 <= len(world.carrier.email_outbox) <= 400
    assert 350 <= len(world.said) <= 900


def test_a_believable_mix_waits_for_staff(rows: list[dict[str, Any]]) -> None:
    alerts = [row for row in of_kind(rows, "ALERT") if row["sk"].count("#") == 1]
    waiting = [row for row in alerts if row["state"] != "resolved"]
    assert Counter(row["tier"] for row in waiting) == {"red": 1, "amber": 2}
    (red,) = (row for row in waiting if row["tier"] == "red")
    assert (red["state"], red["rung"]) == ("raised", 2)
    done = [row for row in alerts if row["state"] == "resolved"]
    assert {row["tier"] for row in done} == {"red", "amber"}
    assert all(row["acknowledged_by"] and row["resolved_by"] and row["note"] for row in done)
    kinds = Counter(row["kind"] for row in of_kind(rows, "TASK") if row["state"] == "open")
    assert 2 <= kinds["unread_reply"] <= 8
    assert 1 <= kinds["not_delivered"] <= 4
    assert 1 <= kinds["call_patient"] <= 4
    assert kinds.total() <= 20


def test_forms_came_back_before_and_after_the_courses(rows: list[dict[str, Any]]) -> None:
    totals = Counter(row["pk"] for row in of_kind(rows, "MEASURE") if row.get("code") == "phq-9")
    assert len(totals) >= 30
    assert sum(count >= 2 for count in totals.values()) >= 25


def test_no_chart_has_lost_a_visit_that_the_followup_forgot(world: DemoWorld) -> None:
    rows = world.cloud.client("dynamodb").items()
    charts = {row["pk"]["S"]: chart_from(row) for row in rows if row["sk"]["S"] == "CHART"}
    for person in PEOPLE.values():
        ends = [person.starts_at(number) + timedelta(hours=4) for number in person.visits]
        over = sum(end < NOW for number, end in enumerate(ends, start=1) if not person.misses(number))
        courses = charts[f"riverside#{person.id}"].courses
        assert [course.sessions_done for course in courses] == [over], person.name


def test_everybody_has_a_chart_and_what_staff_did_is_in_the_sealed_trail(rows: list[dict[str, Any]]) -> None:
    assert len(of_kind(rows, "CHART")) + sum(row["sk"] == "CHART" for row in rows) == 40
    trail = [row for row in rows if row["pk"].endswith("#~audit")]
    assert len(trail) >= 100
    assert {row["name"] for row in trail} >= {"Nora", "Tomas"}
    assert sum(row["pk"].endswith("#~seals") for row in rows) >= 60


def test_nobody_got_a_text_outside_their_own_decent_hours(world: DemoWorld) -> None:
    for text in world.carrier.sms_outbox:
        ids = ids_of(text)
        person = PEOPLE.get(ids.get("patient", ""))
        if person is None or any(f".{kind}" in ids["touch"] for kind in ANY_HOUR):
            continue
        assert 9 <= text.at.astimezone(person.zone).hour < 20, ids["touch"]


def test_nobody_got_a_text_before_agreeing_or_after_stopping(world: DemoWorld) -> None:
    stopped: dict[str, datetime] = {}
    for said in world.said:
        if said.body in ("Please stop texting me", "ALTO", "Wrong number"):
            stopped[said.patient_id] = said.at
    assert len(stopped) == 3
    confirmations = Counter[str]()
    for text in world.carrier.sms_outbox:
        person = PEOPLE.get(ids_of(text).get("patient", ""))
        if person is None:
            continue
        assert text.at >= person.enrolled_at
        if person.id in stopped and text.at > stopped[person.id]:
            pytest.fail(f"{person.name} had asked for no more")
        confirmations[person.id] += person.id in stopped and text.at == stopped[person.id]
    assert max(confirmations.values()) <= 1


def test_the_same_lines_on_every_run() -> None:
    assert demo_lines() == demo_lines()


def test_the_kept_months_are_of_this_code_and_no_other(tmp_path: Path) -> None:
    rule = tmp_path / "functions" / "aftercare" / "domain" / "rule.py"
    page = tmp_path / "functions" / "aftercare" / "web" / "page.html"
    for file in (rule, page):
        file.parent.mkdir(parents=True)
        file.write_text("one")
    (tmp_path / "infra" / "local").mkdir(parents=True)
    before = made_from(tmp_path)
    page.write_text("two")
    assert made_from(tmp_path) == before
    rule.write_text("two")
    assert made_from(tmp_path) != before
