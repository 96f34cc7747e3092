"""What people of the clinic see of what is open, and how they answer it: by right, and in the trail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.alert import AlertState
from aftercare.domain.audit import AuditEntry
from aftercare.domain.errors import BadInput, NotAllowed, NotFound
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.domain.records import TaskKind
from aftercare.domain.staff import Person, Right, Role
from aftercare.usecases.answer_from_desk import acknowledge_alert, resolve_alert
from aftercare.usecases.see_alerts import Shown, see_alerts
from aftercare.usecases.see_outcomes import see_outcomes
from aftercare.usecases.see_patients import see_patients
from aftercare.usecases.see_worklist import see_worklist
from aftercare.usecases.sum_course import sum_course
from infra.local.quick_world import QuickWorld
from tests.building import ADA, BEN, HUDSON
from tests.unit.usecases.worlds import after_a_session, rows, text

OTHER = ClinicId("harbor")


def person(*roles: Role, clinic: ClinicId = HUDSON) -> Person:
    return Person("u-1", "Nurse Ben", frozenset(roles), clinic)


NURSE, DESK = person(Role.NURSE), person(Role.FRONT_DESK)


@pytest.fixture
def world() -> QuickWorld:
    """Ada wrote that she needs help, and later cried for it."""
    found = after_a_session()
    text(found, "please call me about tomorrow")
    found.clock.advance_to(found.clock.now() + timedelta(minutes=3))
    text(found, "I want to kill myself")
    return found


def trail(world: QuickWorld) -> list[AuditEntry]:
    return list(reversed(world.desk.audit.page(HUDSON, limit=50).rows))


def red(world: QuickWorld) -> AlertId:
    found = see_worklist(NURSE, world.desk, by="dashboard")
    return next(row.alert.id for row in found.alerts if row.alert.reason == "suicide")


def test_the_worklist_says_who_needs_a_call_why_since_when_and_who_was_called(world: QuickWorld) -> None:
    found = see_worklist(NURSE, world.desk, by="dashboard")
    (row,) = found.alerts
    assert row.alert.reason == "suicide"
    assert row.patient is not None
    assert row.patient.given_name == "Ada"
    assert [reply.body for reply in row.words] == ["I want to kill myself"]
    assert len(row.called) == 1
    assert row.next_at == row.alert.raised_at + timedelta(minutes=5)
    assert found.at == world.clock.now()
    (todo,) = found.tasks
    assert (todo.task.kind, todo.reply and todo.reply.body) == (
        TaskKind.UNREAD_REPLY,
        "please call me about tomorrow",
    )


def test_who_may_not_see_clinical_matters_sees_that_somebody_needs_something_and_not_what(
    world: QuickWorld,
) -> None:
    found = see_worklist(DESK, world.desk, by="dashboard")
    whole = see_worklist(NURSE, world.desk, by="dashboard")
    assert [row.alert.id for row in found.alerts] == [row.alert.id for row in whole.alerts]
    assert [row.section for row in found.tasks] == [row.section for row in whole.tasks]
    assert {row.patient.given_name for row in (*found.alerts, *found.tasks) if row.patient} == {"Ada"}
    said = repr(found.alerts) + repr(found.tasks)
    for told in ("suicide", "kill", "tomorrow", "crisis"):
        assert told not in said, told
        assert told in repr(whole), told


@pytest.mark.parametrize("role", Role)
def test_everybody_is_refused_what_their_role_may_not(world: QuickWorld, role: Role) -> None:
    somebody, name = person(role), AlertId("pat-ada.alert.0")
    asked = {
        Right.SEE_WORKLIST: lambda: see_worklist(somebody, world.desk, by="api"),
        Right.SEE_PATIENTS: lambda: see_patients(somebody, world.desk, by="api"),
        Right.SEE_OUTCOMES: lambda: see_outcomes(somebody, world.desk, by="api"),
        Right.ANSWER_ALERTS: lambda: acknowledge_alert(somebody, world.desk, name, by="api"),
    }
    for right, ask in asked.items():
        before = len(trail(world))
        try:
            ask()
        except NotAllowed:
            assert not somebody.may(right)
            assert len(trail(world)) == before
        except NotFound:
            assert somebody.may(right)
        else:
            assert somebody.may(right)
            assert len(trail(world)) == before + 1


def test_an_alert_keeps_the_name_of_who_took_it_on_and_who_ended_it(world: QuickWorld) -> None:
    name = red(world)
    acknowledge_alert(NURSE, world.desk, name, by="dashboard")
    other = replace(person(Role.CLINICIAN), id="u-2", name="Dr. Carmen")
    resolve_alert(other, world.desk, name, "reached", "She is with her sister.", by="api")
    alert = world.ports.alerts.get(HUDSON, name)
    assert alert is not None
    assert (alert.acknowledged_by, alert.resolved_by) == ("Nurse Ben", "Dr. Carmen")
    kept = {(e.who, e.did, e.by, e.patient_id, e.about) for e in trail(world)}
    assert ("u-1", "acknowledged_alert", "dashboard", ADA, name) in kept
    assert ("u-2", "resolved_alert", "api", ADA, name) in kept


def test_the_trail_says_who_was_first_and_who_came_after(world: QuickWorld) -> None:
    name = red(world)
    other = replace(person(Role.CLINICIAN), id="u-2", name="Dr. Carmen")
    for somebody in (NURSE, other, NURSE):
        acknowledge_alert(somebody, world.desk, name, by="dashboard")
    kept = sorted((e.who, e.did) for e in trail(world) if e.about == name)
    assert kept == [
        *[("u-1", "acknowledged_alert")] * 2,
        ("u-2", "acknowledged_too_late"),
    ]


def test_an_alert_without_disposition_or_note_is_not_ended_and_leaves_no_trail(world: QuickWorld) -> None:
    name = red(world)
    before = trail(world)
    for disposition, note in (("", "Fine."), ("reached", " ")):
        with pytest.raises(BadInput):
            resolve_alert(NURSE, world.desk, name, disposition, note, by="dashboard")
    assert trail(world) == before
    assert name in [row.alert.id for row in see_alerts(NURSE, world.desk, Shown.OPEN, by="api").rows]


@pytest.mark.parametrize(
    "name",
    ["", "pat-ada.alert.00000000", "pat-ben.alert.1", "test.2026-W01", "a#b", "x" * 2000, "\ud800", "é"],
)
def test_an_alert_that_is_not_there_is_answered_in_one_way(world: QuickWorld, name: str) -> None:
    for answer in (
        lambda: acknowledge_alert(NURSE, world.desk, AlertId(name), by="api"),
        lambda: resolve_alert(NURSE, world.desk, AlertId(name), "reached", "Fine.", by="api"),
    ):
        with pytest.raises(NotFound) as refused:
            answer()
        assert str(refused.value) == str(NotFound("alert_id"))


def test_another_clinics_alert_is_as_unknown_as_one_that_never_was(world: QuickWorld) -> None:
    name, stranger = red(world), person(Role.CLINICIAN, clinic=OTHER)
    for asked in (name, AlertId("pat-ada.alert.00000000")):
        with pytest.raises(NotFound):
            acknowledge_alert(stranger, world.desk, asked, by="api")
    assert see_worklist(stranger, world.desk, by="api").alerts == ()
    assert see_patients(stranger, world.desk, by="api").rows == ()


def test_alerts_are_listed_by_their_state(world: QuickWorld) -> None:
    name = red(world)

    def listed(state: Shown) -> list[str]:
        return [row.alert.id for row in see_alerts(NURSE, world.desk, state, by="api").rows]

    assert name in listed(Shown.RAISED)
    acknowledge_alert(NURSE, world.desk, name, by="api")
    assert name not in listed(Shown.RAISED)
    assert name in listed(Shown.ACKNOWLEDGED)
    assert name in listed(Shown.OPEN)
    resolve_alert(NURSE, world.desk, name, "reached", "Fine.", by="api")
    assert name not in listed(Shown.OPEN)
    (row,) = see_alerts(NURSE, world.desk, Shown.RESOLVED, by="api").rows
    assert (row.alert.id, row.alert.state, row.next_at) == (name, AlertState.RESOLVED, None)


def test_pages_of_the_worklist_follow_one_another_to_the_end(world: QuickWorld) -> None:
    whole = see_worklist(NURSE, world.desk, by="api")
    seen: list[Any] = []
    after = None
    while True:
        page = see_worklist(NURSE, world.desk, by="api", after=after, limit=1)
        seen += [*page.alerts, *page.tasks]
        after = page.more
        if after is None:
            break
    assert len(seen) >= 2
    assert seen == [*whole.alerts, *whole.tasks]


def test_the_list_of_patients_has_moods_for_those_who_may_see_them_only() -> None:
    world = after_a_session()
    world.run_until(world.clock.now() + timedelta(days=2))
    text(world, "7")
    assert sum_course(HUDSON, BEN, world.desk) is None
    chart = sum_course(HUDSON, ADA, world.desk)
    assert chart is not None
    assert [score for _, score in chart.moods] == [7]
    assert see_patients(NURSE, world.desk, by="api").rows == (chart,)
    (bare,) = see_patients(DESK, world.desk, by="api").rows
    assert bare.moods == ()


def test_a_chart_that_says_the_same_is_not_written_again(world: QuickWorld) -> None:
    sum_course(HUDSON, ADA, world.desk)
    records = len(world.records)
    sum_course(HUDSON, ADA, world.desk)
    assert len(world.records) == records
    assert "CHART" in rows(world, "")
