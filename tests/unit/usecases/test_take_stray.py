"""A phone that belongs to nobody or to several: a person decides whose it is, danger does not wait."""

import json

import pytest

from aftercare.domain.alert import AlertState
from aftercare.domain.ids import NO_ONE
from aftercare.usecases.answer_alert import acknowledge, resolve
from infra.local.quick_world import QuickWorld
from tests.building import ADAS_PHONE, BEN, BENS_PHONE, HUDSON
from tests.unit.usecases.alarmed import (
    DANGER,
    NURSE,
    a_world,
    crisis_texts,
    go_on,
    open_alerts,
    open_tasks,
    pages,
    the_alert,
)
from tests.unit.usecases.worlds import ada, enrolment, rows, text


def stray(world: QuickWorld, body: str = DANGER, phone: str = BENS_PHONE, **more: object) -> str:
    return text(world, body, from_number=phone, **more)


def shared() -> QuickWorld:
    world = a_world()
    assert world.event(enrolment(BEN, "evt-ben", phone=ADAS_PHONE)) == "applied"
    go_on(world, 60)
    world.carrier.accepted.clear()
    return world


def test_danger_from_a_phone_nobody_has_is_answered_and_called() -> None:
    world = a_world()
    assert stray(world) == "stray"
    assert (crisis_texts(world), pages(world)) == ([BENS_PHONE], [(0, NURSE.phone)])
    assert the_alert(world).patient_id == NO_ONE
    assert open_tasks(world) == ["unknown_number"]


def test_danger_from_a_shared_phone_is_answered_and_called_once_and_nobody_is_guessed() -> None:
    world = shared()
    assert stray(world, phone=ADAS_PHONE) == "stray"
    assert (crisis_texts(world), pages(world)) == ([ADAS_PHONE], [(0, NURSE.phone)])
    assert the_alert(world).patient_id == NO_ONE
    assert not ada(world).in_danger
    assert not ada(world, BEN).in_danger


def test_stop_with_danger_from_a_shared_phone_stops_both_and_is_one_alert() -> None:
    world = shared()
    stray(world, f"STOP {DANGER}", ADAS_PHONE)
    assert crisis_texts(world) == [ADAS_PHONE]
    assert len(open_alerts(world)) == 1
    for name in ("pat-ada", BEN):
        assert not any(standing.agreed for standing in ada(world, name).standings.values())


def test_the_same_text_again_is_nothing_new() -> None:
    world = a_world()
    for _ in range(3):
        stray(world, id="x")
    assert (crisis_texts(world), pages(world)) == ([BENS_PHONE], [(0, NURSE.phone)])


@pytest.mark.parametrize(("minutes", "times"), [(29, 1), (31, 2)])
def test_one_phone_is_one_episode_answered_again_after_half_an_hour(minutes: int, times: int) -> None:
    world = a_world()
    stray(world, id="a")
    go_on(world, minutes)
    stray(world, id="b")
    assert crisis_texts(world) == [BENS_PHONE] * times
    assert the_alert(world).causes == ("a", "b")


def test_midnight_parts_no_episode() -> None:
    world = a_world()
    begun = world.clock.now()
    late = begun.replace(hour=23, minute=50)
    go_on(world, int((late - begun).total_seconds()) // 60)
    stray(world, id="a")
    go_on(world, 15)
    assert world.clock.now().date() > begun.date()
    stray(world, id="b")
    assert the_alert(world).causes == ("a", "b")
    assert crisis_texts(world) == [BENS_PHONE]


def test_once_resolved_the_next_danger_is_a_new_alert_that_calls_people_again() -> None:
    world = a_world()
    stray(world, id="a")
    first = the_alert(world).id
    resolve(HUDSON, first, "Ben", "reached", "It was a wrong number.", world.ports)
    go_on(world, 5)
    stray(world, id="b")
    assert crisis_texts(world) == [BENS_PHONE] * 2
    assert pages(world) == [(0, NURSE.phone)] * 2
    kept = world.ports.alerts.get(HUDSON, first)
    assert kept is not None
    assert (kept.state, kept.note) == (AlertState.RESOLVED, "It was a wrong number.")
    stray(world, id="a")
    assert len(open_alerts(world)) == 2
    assert pages(world) == [(0, NURSE.phone)] * 2


@pytest.mark.parametrize("minutes", [2, 40])
def test_one_more_danger_calls_somebody_though_someone_is_on_it_or_everybody_was_called(minutes: int) -> None:
    world = a_world()
    stray(world, id="a")
    go_on(world, minutes)
    if minutes < 30:
        acknowledge(HUDSON, the_alert(world).id, "Ben", world.ports)
    before = len(pages(world))
    stray(world, id="b")
    assert len(pages(world)) == before + 1


def test_what_alarms_less_is_an_alert_for_the_same_day_and_is_not_answered() -> None:
    world = a_world()
    stray(world, "I'm not suicidal")
    assert (crisis_texts(world), pages(world)) == ([], [])
    assert the_alert(world).tier.value == "amber"


def test_a_harmless_text_of_nobody_is_a_task_and_no_alert() -> None:
    world = a_world()
    stray(world, "Hi, is this the bakery?")
    assert (open_alerts(world), open_tasks(world)) == ([], ["unknown_number"])
    assert list(rows(world, "STRAY#")) == ["in-0"]


@pytest.mark.parametrize("body", [DANGER, "STOP", "7"])
def test_a_text_to_a_number_that_no_clinic_has_wakes_an_operator_who_finds_it_by_its_id(body: str) -> None:
    """One wrong digit in a clinic file silences a clinic: a task that nobody's page shows is not enough."""
    world = a_world()
    assert text(world, body, to_number="+12025550198") == "stray"
    ((parked, reason),) = world.parked.events
    found = json.loads(parked)
    assert (found["reply_id"], found["sent_to"], found["channel"]) == ("in-0", ["+12025550198"], "sms")
    assert reason == "sent_to"
    assert ADAS_PHONE not in parked
    assert list(rows(world, "STRAY#")) == ["in-0"]


def test_a_text_of_nobody_to_a_clinics_own_number_wakes_no_operator() -> None:
    world = a_world()
    stray(world)
    assert world.parked.events == []


def test_danger_written_in_spanish_is_answered_in_spanish() -> None:
    world = a_world()
    stray(world, "me quiero matar")
    (out,) = [out for out in world.carrier.accepted if out.envelope.page is None]
    assert "988" in out.message.text
    assert the_alert(world).answer is not None
    answer = the_alert(world).answer
    assert answer is not None
    assert answer.language == "es"
