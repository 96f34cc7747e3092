"""At night: the carrier's list is compared, receipts are heard, and missed test pages are noticed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.hand_over import Envelope, HandOver, Unknown
from aftercare.domain.ids import TouchId
from aftercare.domain.message import Message
from aftercare.domain.records import Receipt, TaskKind
from aftercare.usecases.answer_alert import acknowledge
from aftercare.usecases.page_test import page_tests
from aftercare.usecases.pass_night import Night, pass_night
from aftercare.usecases.take_delivery import take_delivery
from infra.local.quick_world import QuickWorld
from tests.building import ADA, ADAS_PHONE, BEN, BENS_PHONE, HUDSON
from tests.unit.usecases.alarmed import (
    NURSE,
    a_rota,
    a_world,
    go_on,
    open_tasks,
    page_outs,
)
from tests.unit.usecases.worlds import ada, after_a_session, enrolment, rows, text

HOUR = timedelta(hours=1)


def agreed_by_text(world: QuickWorld, patient: str = ADA) -> bool:
    return any(s.agreed for (c, _), s in ada(world, patient).standings.items() if c is Channel.SMS)


# ---- the carrier's list


def test_a_stop_that_only_the_carrier_heard_is_honoured_and_staff_learn_of_it() -> None:
    world = a_world()
    world.opt_outs.listed = [ADAS_PHONE, BENS_PHONE]
    assert pass_night(world.ports) == Night(drift=1)
    assert not agreed_by_text(world)
    assert any(s.agreed for (c, _), s in ada(world).standings.items() if c is Channel.EMAIL)
    assert open_tasks(world) == ["opt_out_drift"]
    assert pass_night(world.ports) == Night()


def test_a_stop_that_we_heard_and_the_carrier_does_not_list_is_no_drift() -> None:
    world = a_world()
    text(world, "STOP")
    assert pass_night(world.ports) == Night()
    assert not agreed_by_text(world)


def test_a_stop_that_both_know_of_is_no_drift() -> None:
    world = a_world()
    text(world, "STOP")
    world.opt_outs.listed = [ADAS_PHONE]
    assert pass_night(world.ports) == Night()


def test_a_number_that_several_share_stops_for_all_of_them() -> None:
    world = a_world()
    world.event(enrolment(BEN, "evt-ben", phone=ADAS_PHONE))
    world.opt_outs.listed = [ADAS_PHONE]
    assert pass_night(world.ports) == Night(drift=2)
    assert not agreed_by_text(world)
    assert not agreed_by_text(world, BEN)


# ---- messages nobody answered for


def unconfirmed() -> QuickWorld:
    """Return a world in which the carrier never said whether it took the text at discharge."""
    world = after_a_session(a_rota())

    def lost(_: Message, envelope: Envelope) -> HandOver | None:
        return Unknown() if envelope.touch_id == "ses-1.discharge" else None

    world.carrier.answers = lost
    go_on(world, 60)
    return world


def receipt(world: QuickWorld, outcome: Outcome) -> None:
    about = Receipt(HUDSON, ADA, TouchId("ses-1.discharge"), Channel.SMS, "m", world.clock.now(), outcome)
    take_delivery(about, world.ports)


def test_a_message_nobody_answered_for_waits_for_staff_until_a_receipt_says_that_it_arrived() -> None:
    world = unconfirmed()
    (name,) = [name for name, row in rows(world, "TASK#").items() if row["kind"] == "unconfirmed"]
    assert pass_night(world.ports).settled == 0
    receipt(world, Outcome(State.SENT, Cause.ON_ITS_WAY))
    assert pass_night(world.ports).settled == 0
    receipt(world, Outcome(State.DELIVERED, Cause.DELIVERED, final=True))
    assert pass_night(world.ports).settled == 1
    assert rows(world, "TASK#")[name]["state"] == "closed"
    assert pass_night(world.ports).settled == 0


# ---- the weekly test page


def after_a_test_page() -> QuickWorld:
    world = a_world()
    assert page_tests(world.ports) == 1
    return world


def test_the_test_page_tries_each_way_of_whoever_is_on_call_once_a_week() -> None:
    world = after_a_test_page()
    assert page_tests(world.ports) == 0
    assert [out.envelope.to for out in page_outs(world)] == [NURSE.phone, NURSE.email]
    world.clock.advance_to(world.clock.now() + timedelta(days=7))
    assert page_tests(world.ports) == 1


def test_a_test_page_is_known_as_a_test_to_whoever_gets_it_and_leads_to_no_task_when_taken() -> None:
    world = after_a_test_page()
    assert all("test" in out.message.text.casefold() for out in page_outs(world))
    page = page_outs(world)[0].envelope.page
    assert page is not None
    acknowledge(HUDSON, page.alert_id, "Ben", world.ports)
    world.clock.advance_to(world.clock.now() + 13 * HOUR)
    assert pass_night(world.ports).missed_tests == 0


@pytest.mark.parametrize(("hours", "missed"), [(11, []), (12, ["test_page_missed"])])
def test_a_test_page_nobody_took_is_a_task_after_half_a_day(hours: int, missed: list[str]) -> None:
    world = after_a_test_page()
    world.clock.advance_to(world.clock.now() + hours * HOUR)
    pass_night(world.ports)
    assert open_tasks(world) == missed


def test_a_missed_test_page_is_one_task_and_stays_closed_once_it_was_closed() -> None:
    world = after_a_test_page()
    for night in range(3):
        world.clock.advance_to(world.clock.now() + 24 * HOUR)
        pass_night(world.ports)
        (task,) = rows(world, "TASK#").values()
        assert task["state"] == ("open" if night == 0 else "closed")
        for found in world.ports.tasks.open_of(HUDSON, TaskKind.TEST_PAGE_MISSED):
            world.ports.tasks.close(found, "The nurse's number was changed.", world.clock.now())


def test_a_clinic_without_a_rota_has_nobody_to_test() -> None:
    world = a_world(replace(a_rota(), on_call=()))
    assert page_tests(world.ports) == 0
