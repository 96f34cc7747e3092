"""A person takes an alert on and ends it, with a name, what came of it, and a note."""

import pytest

from aftercare.domain.alert import AlertState
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.usecases.answer_alert import acknowledge, resolve
from tests.building import BENS_PHONE, HUDSON
from tests.unit.usecases.alarmed import DANGER, NURSE, a_world, go_on, in_danger, page_outs, pages, the_alert
from tests.unit.usecases.worlds import ada, enrolment, text

BLANK = ("", "   ", "\n")


def test_taking_it_on_stops_the_calls_and_twice_is_once() -> None:
    world = in_danger()
    acknowledge(HUDSON, the_alert(world).id, " Ben ", world.ports)
    acknowledge(HUDSON, the_alert(world).id, "Carmen", world.ports)
    assert the_alert(world).acknowledged_by == "Ben"
    go_on(world, 8)
    assert pages(world) == [(0, NURSE.phone)]
    (seen,) = ada(world).alerts.values()
    assert seen.acknowledged


def test_taken_on_is_not_resolved_and_after_an_hour_people_are_called_again() -> None:
    world = in_danger()
    text(world, "YES")
    acknowledge(HUDSON, the_alert(world).id, "Ben", world.ports)
    go_on(world, 61)
    assert pages(world) == [(0, NURSE.phone), (60, NURSE.phone)]
    assert the_alert(world).state is AlertState.RAISED


def test_ending_it_ends_the_calls_keeps_what_was_said_and_twice_keeps_the_first() -> None:
    world = in_danger()
    name = the_alert(world).id
    resolve(HUDSON, name, "Ben", "reached", "They are with their sister.", world.ports)
    resolve(HUDSON, name, "Carmen", "other", "again", world.ports)
    alert = the_alert(world)
    assert (alert.resolved_by, alert.disposition, alert.note) == (
        *("Ben", "reached"),
        "They are with their sister.",
    )
    assert ada(world).alerts == {}
    go_on(world, 120)
    assert pages(world) == [(0, NURSE.phone)]


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("field", ["by", "disposition", "note"])
def test_it_does_not_end_without_a_name_what_came_of_it_and_a_note(field: str, blank: str) -> None:
    """Source: clinical-regulatory section 6, behaviour 6."""
    world = in_danger()
    said = {"by": "Ben", "disposition": "reached", "note": "spoke", field: blank}
    with pytest.raises(BadInput):
        resolve(HUDSON, the_alert(world).id, **said, ports=world.ports)
    assert the_alert(world).state is AlertState.RAISED


@pytest.mark.parametrize("blank", BLANK)
def test_nobody_takes_it_on_without_a_name(blank: str) -> None:
    world = in_danger()
    with pytest.raises(BadInput):
        acknowledge(HUDSON, the_alert(world).id, blank, world.ports)
    assert the_alert(world).state is AlertState.RAISED


@pytest.mark.parametrize("name", ["pat-ada.alert.0", "test.2026-W01", "x"])
def test_an_alert_that_is_not_there_can_be_neither_taken_on_nor_ended(name: str) -> None:
    world = in_danger()
    with pytest.raises(BadInput):
        acknowledge(HUDSON, AlertId(name), "Ben", world.ports)
    with pytest.raises(BadInput):
        resolve(HUDSON, AlertId(name), "Ben", "reached", "spoke", world.ports)


def test_another_clinic_can_neither_take_it_on_nor_end_it() -> None:
    world = in_danger()
    with pytest.raises(BadInput):
        acknowledge(ClinicId("other"), the_alert(world).id, "Ben", world.ports)
    assert the_alert(world).state is AlertState.RAISED


def test_an_alert_of_a_phone_nobody_has_is_taken_on_and_ended_alike() -> None:
    world = a_world()
    text(world, DANGER, from_number=BENS_PHONE)
    acknowledge(HUDSON, the_alert(world).id, "Ben", world.ports)
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    assert the_alert(world).state is AlertState.RESOLVED


def test_a_note_as_long_as_a_page_is_kept_to_two_thousand_characters() -> None:
    world = in_danger()
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "a" * 5000, world.ports)
    assert the_alert(world).note == "a" * 2000


def test_the_alert_of_a_patient_whose_id_begins_like_a_test_page_is_called_and_taken_on() -> None:
    world = a_world()
    assert world.event(enrolment("test.ben", "evt-ben", phone=BENS_PHONE, email=None)) == "applied"
    world.carrier.accepted.clear()
    text(world, DANGER, from_number=BENS_PHONE)
    alert = the_alert(world)
    assert alert.id.startswith("test.ben.alert.")
    (page,) = page_outs(world)
    assert "test" not in page.message.text.lower()
    acknowledge(HUDSON, alert.id, "Ben", world.ports)
    assert the_alert(world).acknowledged_by == "Ben"
