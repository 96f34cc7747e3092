"""How many calls a screen makes: the same for ten patients and for five thousand, and never a scan."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from aftercare.adapters.alert_items import alert_item
from aftercare.adapters.chart_item import chart_item
from aftercare.adapters.record_items import put_of
from aftercare.adapters.task_items import task_update
from aftercare.desk_ports import Desk
from aftercare.domain.alert import Alert
from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.ids import AlertId, ClinicId, PatientId
from aftercare.domain.patient import Patient
from aftercare.domain.records import Task, TaskKind
from aftercare.domain.staff import Person, Role
from aftercare.domain.tier import Tier
from aftercare.usecases.see_audit import see_audit
from aftercare.usecases.see_outcomes import see_outcomes
from aftercare.usecases.see_patients import see_patients
from aftercare.usecases.see_worklist import see_worklist
from infra.local.meter import Meter
from infra.local.quick_world import QuickWorld
from tests.building import COURSE, HUDSON, IV, NOON, a_clinic

WEEK = timedelta(days=7)
BORN = date(1990, 1, 31)
EVERYBODY = Person("u-1", "Dora", frozenset({Role.CLINICIAN, Role.OWNER}), HUDSON)
POINTS = tuple(
    Point(NOON + n * WEEK, code, 20 - n, min(n, 6), n - 1 if n else None)
    for n in range(8)
    for code in ("phq-9", "gad-7")
)
COURSES = (Course(COURSE, IV, 6, NOON, NOON + 3 * WEEK, None, POINTS),)
TRAFFIC = Traffic(120, 118, 2, 30, 25, 160)
MOODS = tuple((NOON + n * WEEK, 5) for n in range(8))
Crowd = tuple[QuickWorld, Meter]


def crowded(patients: int) -> Crowd:
    """Return a clinic where every patient has a chart, an alert and a task, and a meter on its table."""
    meter = Meter()
    world = QuickWorld(a_clinic(), NOON, lambda memory: meter.wrap(memory, "dynamodb"))
    table = world.memory
    for number in range(patients):
        name = PatientId(f"pat-{number:05}")
        ada = Patient(name, "Ada", BORN, "en", "America/New_York", "US", accepts_unencrypted=True)
        chart = Chart(HUDSON, name, "Ada", "en", BORN, courses=COURSES, traffic=TRAFFIC, moods=MOODS)
        alert = Alert(AlertId(f"{name}.alert.1"), HUDSON, name, Tier.AMBER, "craving", NOON, causes=("in-1",))
        task = Task(f"unread_reply.in-{number}", HUDSON, name, TaskKind.UNREAD_REPLY, "Read it.", NOON)
        for row in (put_of(ada, HUDSON, name), chart_item(chart), alert_item(alert, None, None)):
            table.put_item(TableName="aftercare", Item=row)
        table.update_item(**task_update(task, "aftercare"))
    return world, meter


SCREENS: dict[str, Callable[[Desk], Any]] = {
    "worklist": lambda desk: see_worklist(EVERYBODY, desk, by="dashboard"),
    "patients": lambda desk: see_patients(EVERYBODY, desk, by="dashboard"),
    "audit": lambda desk: see_audit(EVERYBODY, desk, by="dashboard"),
}


def calls(crowd: Crowd, show: Callable[[Desk], Any]) -> dict[str, int]:
    world, meter = crowd
    before = meter.snapshot()
    show(world.desk)
    spent = meter.snapshot() - before
    return {name: count for name, count in spent.calls.items() if count}


@pytest.fixture(scope="module")
def small() -> Crowd:
    return crowded(10)


@pytest.fixture(scope="module")
def large() -> Crowd:
    return crowded(5000)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_costs_the_same_calls_for_ten_patients_and_for_five_thousand(
    small: Crowd, large: Crowd, screen: str
) -> None:
    few, many = calls(small, SCREENS[screen]), calls(large, SCREENS[screen])
    assert few == many
    # One more call, before these, finds out who is signed in.
    assert sum(many.values()) <= 4
    assert many["dynamodb.PutItem"] == 1
    assert set(many) <= {"dynamodb.PutItem", "dynamodb.Query", "dynamodb.BatchGetItem"}


def test_the_worklist_is_three_reads_with_every_name(large: Crowd) -> None:
    assert calls(large, SCREENS["worklist"]) == {
        "dynamodb.Query": 2,
        "dynamodb.BatchGetItem": 1,
        "dynamodb.PutItem": 1,
    }
    found = see_worklist(EVERYBODY, large[0].desk, by="dashboard", limit=1000)
    assert len(found.alerts) == 60
    assert all(row.patient is not None for row in found.alerts)
    assert found.more is not None


def test_the_outcomes_of_five_thousand_patients_are_four_calls(large: Crowd) -> None:
    spent = calls(large, lambda desk: see_outcomes(EVERYBODY, desk, by="dashboard"))
    assert sum(spent.values()) <= 4
    assert set(spent) == {"dynamodb.PutItem", "dynamodb.Query"}
    found = see_outcomes(EVERYBODY, large[0].desk, by="dashboard")
    assert found.patients == found.measures[0].latest.patients == 5000


def test_a_later_page_of_patients_is_one_call_more(large: Crowd) -> None:
    more = see_patients(EVERYBODY, large[0].desk, by="api").more
    spent = calls(large, lambda desk: see_patients(EVERYBODY, desk, by="api", after=more))
    assert sum(spent.values()) == 3


def test_nobody_of_another_clinic_sees_anything(large: Crowd) -> None:
    stranger, desk = replace(EVERYBODY, clinic_id=ClinicId("harbor")), large[0].desk
    found = see_worklist(stranger, desk, by="api")
    assert (found.alerts, found.tasks, found.more) == ((), (), None)
    assert see_outcomes(stranger, desk, by="api").patients == 0
