"""An event from the bus is applied, known already, kept waiting, or parked for staff."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.clinic import StepOverride
from aftercare.domain.errors import BadInput, Conflict, TryAgain
from aftercare.domain.followup import Status
from aftercare.domain.ids import SessionId
from aftercare.usecases import take_fact as taking
from aftercare.usecases.park_event import NOBODY
from aftercare.usecases.set_up_clinic import set_up_clinic
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON, IV, NOON, a_clinic, eastern, event
from tests.unit.usecases.worlds import (
    ada,
    booking,
    completion,
    enrolment,
    event_of,
    open_world,
    reasons,
    rows,
    with_ada,
)

SES_1 = SessionId("ses-1")
DAY = timedelta(days=1)
NEW_START = "2026-11-26T11:00:00-05:00"


def a_move(event_id: str = "evt-move", occurred_at: str = "2026-11-17T11:00:00-05:00") -> dict[str, Any]:
    detail = {"session_id": "ses-1", "patient_id": ADA, "starts_at": NEW_START}
    return event_of("SessionMoved", event_id, occurred_at, **detail)


def test_an_enrolment_is_applied_once() -> None:
    world = open_world()
    assert [world.event(enrolment()) for _ in range(2)] == ["applied", "unchanged"]
    assert ada(world).version == 1
    consents = {name.split("#", 1)[1] for name in rows(world, "CONSENT#")}
    assert consents == {"sms#care#evt-0001", "email#education#evt-0001"}
    assert set(rows(world, "NUMBER#")) == {"+12025550147#pat-ada", "ada@example.org#pat-ada"}


def test_every_recorded_event_about_ada_can_be_taken_in_any_order() -> None:
    names = [
        *("session_completed", "session_moved", "session_cancelled", "consent_withdrawn", "consent_given"),
        *("session_scheduled", "patient_changed", "patient_closed", "patient_enrolled"),
    ]
    facts = {name: event(name) for name in names}
    facts["patient_closed"]["detail"]["metadata"]["occurred_at"] = "2026-12-15T16:00:00-05:00"
    world = open_world(at=eastern("2026-12-20 12:00"))
    outcomes = [world.event(fact) for fact in facts.values()]
    assert outcomes == ["waiting"] * 8 + ["applied"]
    assert rows(world, "WAITING#") == {}
    assert ada(world).sessions[SessionId("ses-ada-1")].status is Status.COMPLETED
    assert ada(world).closed_reason == "discharged"
    assert (ada(world).contact.phone, ada(world).contact.email) == ("+12025550163", None)


def test_an_event_that_came_first_is_applied_when_its_patient_comes() -> None:
    world = open_world(at=NOON)
    assert [world.event(completion()) for _ in range(2)] == ["waiting"] * 2
    assert len(rows(world, "WAITING#")) == 1
    assert world.event(enrolment()) == "applied"
    assert rows(world, "WAITING#") == {}
    assert ada(world).sessions[SES_1].status is Status.COMPLETED


def test_a_move_waits_for_its_session() -> None:
    world = with_ada()
    world.run_until(eastern("2026-11-17 12:00"))
    assert world.event(a_move()) == "waiting"
    assert world.event(booking("2026-11-24T11:00:00-05:00")) == "applied"
    assert ada(world).sessions[SES_1].starts_at == eastern("2026-11-26 11:00")
    assert rows(world, "WAITING#") == {}


def test_a_waiting_completion_that_turns_out_wrong_is_parked_and_waits_on_for_a_move() -> None:
    world = open_world(at=NOON)
    assert world.event(completion("2026-11-23T08:00:00-05:00")) == "waiting"
    assert world.event(booking("2026-11-23T09:00:00-05:00")) == "waiting"
    assert world.event(enrolment()) == "applied"
    assert len(rows(world, "WAITING#")) == 1
    (row,) = rows(world, "PARKED#").values()
    assert "detail.session.ended_at" in row["reason"]


@pytest.mark.parametrize(("ahead", "outcome"), [(timedelta(days=1), "parked"), (timedelta(), "waiting")])
def test_a_fact_of_the_future_is_parked(ahead: timedelta, outcome: str) -> None:
    world = open_world(at=eastern("2026-11-23 11:00") - ahead)
    assert world.event(completion()) == outcome


def test_a_back_dated_session_keeps_only_what_is_still_useful() -> None:
    world = with_ada()
    world.run_until(eastern("2026-11-23 12:00"))
    assert world.event(completion("2026-11-18T11:00:00-05:00")) == "applied"
    assert reasons(world) == dict.fromkeys(
        ("ses-1.discharge", "ses-1.evening", "ses-1.day1", "ses-1.day3"), "too_late"
    )


# ---- several writers


def contested(times: int) -> Any:
    """Let another writer of the same patient be first so many times."""
    left = [times]

    def wrap(memory: Any) -> Any:
        class Table:
            def __getattr__(self, name: str) -> Any:
                return getattr(memory, name)

            def transact_write_items(self, **request: Any) -> Any:
                if left[0]:
                    left[0] -= 1
                    raise Conflict("another writer was first")
                return memory.transact_write_items(**request)

        return Table()

    return wrap


def test_losing_to_another_writer_is_read_again_and_done() -> None:
    world = open_world(table=contested(taking.ATTEMPTS - 1))
    assert world.event(enrolment()) == "applied"


def test_losing_again_and_again_is_left_to_the_bus_to_repeat() -> None:
    world = open_world(table=contested(taking.ATTEMPTS))
    with pytest.raises(TryAgain):
        world.event(enrolment())
    assert world.event(enrolment()) == "applied"


# ---- parked


def parked(world: QuickWorld, what: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    assert world.event(what) == "parked"
    ((parked_id, row),) = rows(world, "PARKED#").items()
    return parked_id, row


def test_an_event_nobody_can_use_is_kept_whole_with_a_task_that_says_why() -> None:
    world = open_world()
    parked_id, row = parked(world, enrolment(phone="12"))
    task = rows(world, "TASK#")[f"bad_event.{parked_id}"]
    assert "detail.patient.phone: found '12'; allowed: " in task["reason"]
    assert (row["pk"], task["pk"]) == (HUDSON, HUDSON)
    assert '"phone": "12"' in row["event"]
    assert [code for _, code in world.parked.events] == ["detail.patient.phone"]


def test_parking_twice_is_parking_once() -> None:
    world = open_world()
    bad = enrolment(phone="12")
    assert [world.event(bad), world.event(dict(reversed(bad.items())))] == ["parked"] * 2
    assert len(rows(world, "PARKED#")) == len(rows(world, "TASK#")) == 1


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"source": "ehr", "detail-type": "PatientEnrolled", "detail": None},
        {"source": "ehr", "detail-type": "PatientEnrolled", "detail": {"metadata": "?"}},
        event_of("PatientClosed", "evt", "?") | {"detail": {"metadata": {"clinic_id": "a#b"}}},
        event_of("PatientClosed", "evt", "?") | {"detail": {"metadata": {"clinic_id": "x" * 65}}},
    ],
    ids=["empty", "no detail", "no metadata", "an impossible clinic", "a very long clinic"],
)
def test_an_event_that_names_no_clinic_is_kept_all_the_same(what: dict[str, Any]) -> None:
    assert parked(open_world(), what)[1]["pk"] == NOBODY


def test_an_event_of_a_clinic_nobody_set_up_is_parked() -> None:
    bad = enrolment()
    bad["detail"]["metadata"]["clinic_id"] = "north"
    _, row = parked(open_world(), bad)
    assert "detail.metadata.clinic_id: found 'north'" in row["reason"]
    assert row["pk"] == "north"


def test_a_session_that_ends_before_it_starts_is_parked_and_noted_as_waiting_for_proof() -> None:
    world = with_ada()
    world.event(booking("2026-11-23T09:00:00-05:00"))
    world.run_until(eastern("2026-11-23 12:00"))
    before = ada(world)
    _, row = parked(world, completion("2026-11-23T08:00:00-05:00"))
    assert "detail.session.ended_at" in row["reason"]
    assert ada(world) == replace(before, awaited=True, version=before.version + 1)


# ---- setting up


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"kindness": {}}, "protocols.kindness"),
        ({IV: {"day99": StepOverride(off=True)}}, f"protocols.{IV}.steps.day99"),
    ],
)
def test_a_clinic_cannot_change_what_is_not_there(overrides: Any, field: str) -> None:
    world = open_world()
    with pytest.raises(BadInput) as caught:
        set_up_clinic(a_clinic(sms_name="New", overrides=overrides), world.ports.clinics)
    assert caught.value.field == field
    assert world.ports.clinics.get(HUDSON) == a_clinic()


def test_setting_a_clinic_up_again_changes_it() -> None:
    world = open_world()
    changed = a_clinic(overrides={IV: {"day3": StepOverride(off=True)}})
    set_up_clinic(changed, world.ports.clinics)
    assert world.ports.clinics.get(HUDSON) == changed
