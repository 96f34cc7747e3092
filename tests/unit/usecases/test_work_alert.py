"""Danger is answered and people are called, though carriers fail and workers die."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aftercare.domain.alert import RED_LADDER, AlertState, AnswerState
from aftercare.domain.clinic import OnCall
from aftercare.domain.errors import TryAgain
from aftercare.domain.hand_over import Busy, Envelope, HandOver, Refused, Unknown
from aftercare.domain.ids import AlertId
from aftercare.domain.message import Message
from aftercare.domain.touch import Reason
from aftercare.usecases.answer_alert import acknowledge, resolve
from aftercare.usecases.work_alert import work_alert, work_on
from tests.building import ADAS_MAIL, ADAS_PHONE, BENS_PHONE, HUDSON
from tests.simulation.faults import TABLE_FAULTS, Crash, ShakyTable
from tests.unit.usecases.alarmed import (
    BACKUP,
    DANGER,
    MINUTE,
    NURSE,
    a_rota,
    a_world,
    crisis_texts,
    go_on,
    in_danger,
    nobody_was_bothered_twice,
    open_tasks,
    page_outs,
    pages,
    the_alert,
)
from tests.unit.usecases.worlds import rows, text

BY_TEXT = [
    *((0, NURSE.phone), (5, BACKUP.phone), (10, NURSE.phone)),
    *((15, NURSE.phone), (15, BACKUP.phone), (30, NURSE.phone), (30, BACKUP.phone)),
]


def test_danger_is_answered_and_the_first_is_called_in_the_same_breath() -> None:
    world = in_danger()
    assert crisis_texts(world) == [ADAS_PHONE]
    assert pages(world) == [(0, NURSE.phone)]
    assert the_alert(world).answer is not None
    assert the_alert(world).asked_at == world.clock.now()
    assert open_tasks(world) == []


def test_nobody_answers_and_everybody_is_called_once_a_step_then_staff_learn_of_it() -> None:
    world = in_danger()
    go_on(world, 59)
    assert pages(world) == BY_TEXT
    assert open_tasks(world) == ["incident"]
    due_at = world.due_at()
    assert due_at is not None
    assert due_at > world.clock.now()


def test_while_nobody_takes_it_everybody_is_called_anew_each_hour_and_each_round_is_an_incident() -> None:
    world = in_danger()
    go_on(world, 3 * 60 - 1)
    assert pages(world) == [(60 * hour + step, to) for hour in range(3) for step, to in BY_TEXT]
    assert open_tasks(world) == ["incident"] * 3
    acknowledge(HUDSON, the_alert(world).id, "Ben", world.ports)
    go_on(world, 59)
    assert len(pages(world)) == 3 * len(BY_TEXT)


def test_a_call_says_nothing_of_the_patient() -> None:
    world = in_danger()
    go_on(world, 60)
    for out in page_outs(world):
        said = f"{out.message.text} {out.message.subject or ''}"
        assert not any(word in said for word in ("Ada", ADAS_PHONE, "kill", "pat-ada"))
        assert out.envelope.patient_id != "pat-ada"


# ---- the carrier fails


def carrier(*fails: tuple[str, HandOver]) -> Callable[[Message, Envelope], HandOver | None]:
    """Return a carrier that answers so to each of these addresses, and takes all the rest."""
    answers = dict(fails)
    return lambda _, envelope: answers.get(envelope.to)


@pytest.mark.parametrize("answer", [Busy(), Unknown(), Refused(Reason.CARRIER_REFUSED)])
def test_a_crisis_text_that_fails_goes_by_mail_at_once_and_staff_are_to_phone(answer: HandOver) -> None:
    world = a_world()
    world.carrier.answers = carrier((ADAS_PHONE, answer))
    text(world, DANGER)
    assert crisis_texts(world) == [ADAS_MAIL]
    assert open_tasks(world) == ["not_delivered"]
    assert pages(world) == [(0, NURSE.phone)]


@pytest.mark.parametrize("answer", [Unknown(), Refused(Reason.CARRIER_REFUSED)])
def test_without_a_mail_address_a_lost_or_refused_crisis_text_is_never_sent_again(answer: HandOver) -> None:
    world = a_world(by_mail=False)
    world.carrier.answers = carrier((ADAS_PHONE, answer))
    text(world, DANGER)
    world.carrier.answers = carrier()
    go_on(world, 5)
    assert crisis_texts(world) == []
    assert open_tasks(world) == ["not_delivered"]
    alert = the_alert(world)
    assert alert.answer is not None
    assert (alert.answer.state, alert.asked_at) == (AnswerState.FAILED, None)


def test_without_a_mail_address_a_carrier_out_of_reach_is_tried_each_minute_until_it_is_back() -> None:
    world = a_world(by_mail=False)
    world.carrier.answers = carrier((ADAS_PHONE, Busy()))
    text(world, DANGER)
    go_on(world, 3)
    assert crisis_texts(world) == []
    assert open_tasks(world) == ["not_delivered"]
    world.carrier.answers = carrier()
    go_on(world, 1)
    assert crisis_texts(world) == [ADAS_PHONE]


@pytest.mark.parametrize("answer", [Busy(), Unknown(), Refused(Reason.CARRIER_REFUSED)])
def test_a_call_that_fails_by_text_goes_by_mail_to_the_same_person(answer: HandOver) -> None:
    world = a_world()
    world.carrier.answers = carrier((str(NURSE.phone), answer))
    text(world, DANGER)
    assert pages(world) == [(0, NURSE.email)]
    go_on(world, 59)
    assert [step for step, to in pages(world) if to == NURSE.email] == [0, 10, 15, 30]
    assert nobody_was_bothered_twice(world)


def test_when_nothing_reaches_anybody_the_next_steps_go_on_and_the_end_is_an_incident() -> None:
    world = a_world()
    world.carrier.answers = lambda *_: Refused(Reason.CARRIER_REFUSED)
    text(world, DANGER)
    go_on(world, 59)
    assert (pages(world), crisis_texts(world)) == ([], [])
    # The crisis text by each way, and the text that says that nobody has taken it on.
    assert open_tasks(world) == ["incident", *["not_delivered"] * 3]
    assert the_alert(world).rung == len(RED_LADDER)


def test_a_person_who_has_only_a_mail_address_is_called_by_mail() -> None:
    owner = OnCall("owner", "Dora", email="dora@hudson.example.org")
    assert pages(in_danger(a_rota(owner))) == [(0, owner.email)]


def test_a_clinic_without_a_rota_answers_the_patient_and_is_not_swept_for_ever() -> None:
    world = in_danger(replace(a_rota(), on_call=()))
    go_on(world, 70)
    assert (crisis_texts(world), pages(world)) == ([ADAS_PHONE], [])
    assert "due_at" not in rows(world, "ALERT#")[the_alert(world).id]


# ---- two at once


def test_two_workers_with_the_same_alert_in_hand_call_each_person_once() -> None:
    world = in_danger()
    go_on(world, 4)
    read = the_alert(world)
    world.clock.advance_to(world.clock.now() + MINUTE)
    work_alert(read, world.ports)
    work_alert(read, world.ports)
    assert pages(world) == [(0, NURSE.phone), (5, BACKUP.phone)]


def test_who_acknowledges_while_a_person_is_being_called_stops_the_ladder() -> None:
    world = a_world()

    def take_it_on(_: Message, envelope: Envelope) -> HandOver | None:
        if envelope.page is not None and envelope.to == NURSE.phone:
            acknowledge(HUDSON, envelope.page.alert_id, "Ben", world.ports)
        return None

    world.carrier.answers = take_it_on
    text(world, DANGER)
    alert = the_alert(world)
    assert (alert.state, alert.acknowledged_by, alert.rung) == (AlertState.ACKNOWLEDGED, "Ben", 1)
    assert alert.answer is not None
    assert alert.answer.state is AnswerState.SENT
    go_on(world, 9)
    assert pages(world) == [(0, NURSE.phone)]


def test_who_resolves_while_a_person_is_being_called_ends_everything() -> None:
    world = a_world()

    def end_it(_: Message, envelope: Envelope) -> HandOver | None:
        if envelope.page is not None:
            resolve(HUDSON, envelope.page.alert_id, "Ben", "reached", "spoke", world.ports)
        return None

    world.carrier.answers = end_it
    text(world, DANGER)
    go_on(world, 90)
    assert pages(world) == [(0, NURSE.phone)]
    assert the_alert(world).state is AlertState.RESOLVED


def test_the_same_text_delivered_twice_is_answered_and_called_once() -> None:
    world = a_world()
    assert [text(world, DANGER, id="x") for _ in range(3)][1:] == ["known", "known"]
    assert (crisis_texts(world), pages(world)) == ([ADAS_PHONE], [(0, NURSE.phone)])


def test_an_alert_that_is_not_there_asks_for_nothing() -> None:
    world = in_danger()
    before = list(world.carrier.accepted)
    work_on(HUDSON, AlertId("pat-ada.alert.00000000"), world.ports)
    assert world.carrier.accepted == before


def test_who_dies_after_a_call_that_went_through_leaves_no_second_call_by_mail() -> None:
    world = in_danger()
    died = replace(the_alert(world), rung=0, rung_at=world.clock.now(), calling=True)
    died = world.ports.alerts.save(died, world.clock.now(), write_id="w-died")
    work_alert(died, world.ports)
    assert pages(world) == [(0, NURSE.phone)]
    assert the_alert(world).rung == 1


# ---- the worker dies, at every single call


def _live(fault: str, call: int, sender: str) -> tuple[Any, bool]:
    """Let danger arrive while the n-th call of the table meets a fault, and an hour pass."""
    tables: list[ShakyTable] = []

    def shaky(memory: Any) -> ShakyTable:
        tables.append(ShakyTable(memory))
        return tables[0]

    world = a_world(table=shaky)
    tables[0].arm(call, fault)
    for _ in range(3):  # the queue delivers again what was not taken
        try:
            text(world, DANGER, id="in-danger", from_number=sender)
            break
        except (Crash, TryAgain):
            world.clock.advance_to(world.clock.now() + MINUTE)
    go_on(world, 35)
    return world, tables[0].disarm()


@pytest.mark.parametrize("sender", [ADAS_PHONE, BENS_PHONE], ids=["ada", "a stranger"])
@pytest.mark.parametrize("fault", TABLE_FAULTS)
def test_whichever_call_fails_the_patient_is_answered_or_phoned_and_every_step_is_called(
    fault: str, sender: str
) -> None:
    for call in (*range(36), *range(36, 180, 15)):
        world, failed = _live(fault, call, sender)
        assert failed, (fault, call)
        assert the_alert(world).rung == len(RED_LADDER), (fault, call)
        assert {step for step, _ in pages(world)} == set(RED_LADDER), (fault, call)
        assert nobody_was_bothered_twice(world), (fault, call)
        answered = sender in crisis_texts(world) or "not_delivered" in open_tasks(world)
        assert answered, (fault, call)
        assert "incident" in open_tasks(world), (fault, call)
