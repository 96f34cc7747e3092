"""What did not arrive goes another way or to a person, in whatever order receipts come."""

from itertools import permutations
from typing import Any

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.errors import TryAgain
from aftercare.domain.hand_over import Envelope, HandOver
from aftercare.domain.ids import AlertId, TouchId
from aftercare.domain.message import Message
from aftercare.domain.records import Receipt
from aftercare.usecases.answer_alert import resolve
from aftercare.usecases.take_delivery import take_delivery, take_page_delivery
from infra.local.quick_world import QuickWorld
from tests.building import ADA, ADAS_MAIL, ADAS_PHONE, BENS_PHONE, HUDSON
from tests.unit.usecases.alarmed import (
    DANGER,
    NURSE,
    a_rota,
    a_world,
    agreed_to_mail,
    crisis_texts,
    go_on,
    in_danger,
    nobody_was_bothered_twice,
    open_tasks,
    pages,
    the_alert,
)
from tests.unit.usecases.worlds import ada, after_a_session, event_of, rows, text, texts

SENT = Outcome(State.SENT, Cause.ON_ITS_WAY)
ARRIVED = Outcome(State.DELIVERED, Cause.DELIVERED, final=True)
PHONE_OFF = Outcome(State.FAILED_SOFT, Cause.PHONE_UNREACHABLE, final=True)
NO_SUCH_NUMBER = Outcome(State.FAILED_HARD, Cause.NUMBER_INVALID, hard=True, bad=True, final=True)
SPAM = Outcome(State.COMPLAINED, Cause.COMPLAINT, objects=True, final=True)
DISCHARGE = TouchId("ses-1.discharge")


def receipt(
    world: QuickWorld, outcome: Outcome, touch: str = DISCHARGE, channel: Channel = Channel.SMS
) -> Receipt:
    return Receipt(HUDSON, ADA, TouchId(touch), channel, "msg-1", world.clock.now(), outcome)


def home(*, by_mail: bool = True) -> QuickWorld:
    """Return a world in which the text at discharge has just left."""
    world = after_a_session(a_rota())
    if by_mail:
        agreed_to_mail(world)
    go_on(world, 2)
    assert texts(world)[-1] == DISCHARGE
    return world


def take(world: QuickWorld, outcome: Outcome, **more: Any) -> str:
    return take_delivery(receipt(world, outcome, **more), world.ports)


def mails(world: QuickWorld) -> list[str]:
    return [out.envelope.touch_id for out in world.carrier.accepted if out.envelope.to == ADAS_MAIL]


# ---- messages of a plan


def test_a_message_that_arrived_changes_nothing_for_the_patient() -> None:
    world = home()
    before = ada(world)
    assert [take(world, SENT), take(world, ARRIVED), take(world, ARRIVED)] == [
        "sent",
        "delivered",
        "unchanged",
    ]
    assert (ada(world), open_tasks(world)) == (before, [])


@pytest.mark.parametrize("failure", [PHONE_OFF, NO_SUCH_NUMBER])
def test_a_message_that_failed_goes_by_mail_once_and_staff_know(failure: Outcome) -> None:
    world = home()
    for _ in range(3):
        take(world, failure)
    go_on(world, 10)
    assert mails(world) == ["ses-1.discharge~email"]
    assert open_tasks(world) == ["not_delivered"]
    assert "goes out again" in next(iter(rows(world, "TASK#").values()))["reason"]


def test_when_the_mail_fails_too_a_person_calls() -> None:
    world = home()
    take(world, PHONE_OFF)
    go_on(world, 10)
    take(world, PHONE_OFF, touch="ses-1.discharge~email", channel=Channel.EMAIL)
    go_on(world, 10)
    assert mails(world) == ["ses-1.discharge~email"]
    reasons = [row["reason"] for row in rows(world, "TASK#").values()]
    assert sum("Call the patient." in reason for reason in reasons) == 1


def test_without_consent_to_mail_a_person_calls() -> None:
    world = home(by_mail=False)
    take(world, PHONE_OFF)
    go_on(world, 10)
    assert mails(world) == []
    (task,) = rows(world, "TASK#").values()
    assert task["reason"].endswith("The phone was off or out of reach. Call the patient.")


@pytest.mark.parametrize("order", list(permutations([SENT, ARRIVED, PHONE_OFF])))
def test_in_any_order_what_arrived_in_the_end_is_known_to_have_arrived(order: tuple[Outcome, ...]) -> None:
    world = home()
    for outcome in order:
        take(world, outcome)
    go_on(world, 10)
    known = world.ports.followups.delivery(HUDSON, ADA, DISCHARGE)
    assert known is not None
    assert known.state is State.DELIVERED
    # A failure that was told first could not be known to be wrong; told later, it is.
    told_first = order.index(PHONE_OFF) < order.index(ARRIVED)
    assert len(mails(world)) == int(told_first)


def test_a_number_that_does_not_exist_gets_nothing_more_until_it_is_changed() -> None:
    world = home(by_mail=False)
    take(world, NO_SUCH_NUMBER)
    assert ada(world).unreachable == {Channel.SMS}
    before = len(world.carrier.accepted)
    go_on(world, 600)
    assert len(world.carrier.accepted) == before


def test_a_late_failure_of_an_old_number_says_nothing_of_the_new_one() -> None:
    world = home()
    at = world.clock.now().isoformat()
    world.event(event_of("PatientChanged", "evt-new", at, patient_id=ADA, changes={"phone": BENS_PHONE}))
    take(world, NO_SUCH_NUMBER)
    assert ada(world).unreachable == frozenset()


def test_a_complaint_ends_mail_and_only_mail() -> None:
    world = home()
    for _ in range(2):
        take(world, SPAM, channel=Channel.EMAIL)
    agreed = {c.value for (c, _), standing in ada(world).standings.items() if standing.agreed}
    assert agreed == {"sms"}
    assert open_tasks(world) == ["complaint"]


def test_a_receipt_of_a_patient_we_do_not_know_is_kept_and_nothing_follows() -> None:
    world = a_world()
    stranger = Receipt(
        HUDSON, ADA.__class__("pat-x"), DISCHARGE, Channel.SMS, "m", world.clock.now(), PHONE_OFF
    )
    assert take_delivery(stranger, world.ports) == "failed_soft"
    assert open_tasks(world) == []


# ---- crisis texts


def crisis_id(world: QuickWorld, suffix: str = "") -> str:
    return f"{the_alert(world).id}.crisis-1{suffix}"


@pytest.mark.parametrize("failure", [PHONE_OFF, NO_SUCH_NUMBER])
def test_a_crisis_text_that_did_not_arrive_goes_by_mail_at_once_and_staff_phone(failure: Outcome) -> None:
    world = in_danger()
    for _ in range(3):
        take(world, failure, touch=crisis_id(world))
    assert crisis_texts(world) == [ADAS_PHONE, ADAS_MAIL]
    assert open_tasks(world) == ["not_delivered"]
    assert nobody_was_bothered_twice(world)


def test_a_number_that_took_no_crisis_text_is_marked_and_the_next_ones_go_by_mail() -> None:
    world = in_danger()
    take(world, NO_SUCH_NUMBER, touch=crisis_id(world))
    assert ada(world).unreachable == {Channel.SMS}
    world.carrier.accepted.clear()
    go_on(world, 16)
    text(world, "I really want to die")
    go_on(world, 16)
    text(world, "I really want to die tonight")
    to_ada = [out.envelope for out in world.carrier.accepted if out.envelope.page is None]
    assert {envelope.to for envelope in to_ada} == {ADAS_MAIL}
    names = [envelope.touch_id.rpartition(".")[2] for envelope in to_ada]
    assert names == ["will-call~email", "crisis-2~email"]


def test_a_crisis_mail_marked_as_spam_arrived_and_no_more_mail_goes_out() -> None:
    world = in_danger()
    take(world, NO_SUCH_NUMBER, touch=crisis_id(world))
    take(world, SPAM, touch=crisis_id(world, "~email"), channel=Channel.EMAIL)
    assert not any(s.agreed for (channel, _), s in ada(world).standings.items() if channel is Channel.EMAIL)
    assert open_tasks(world) == ["complaint", "not_delivered"]


def test_when_the_mail_fails_too_nobody_waits_for_an_answer_and_staff_phone() -> None:
    world = in_danger()
    take(world, PHONE_OFF, touch=crisis_id(world))
    take(world, PHONE_OFF, touch=crisis_id(world, "~email"), channel=Channel.EMAIL)
    assert crisis_texts(world) == [ADAS_PHONE, ADAS_MAIL]
    assert the_alert(world).asked_at is None
    assert open_tasks(world) == ["not_delivered", "not_delivered"]


def test_a_crisis_text_that_arrived_leaves_everything_as_it_is() -> None:
    world = in_danger()
    before = the_alert(world)
    assert take(world, ARRIVED, touch=crisis_id(world)) == "delivered"
    assert (the_alert(world), open_tasks(world)) == (before, [])


def test_a_failure_that_overtakes_our_own_record_comes_again_until_it_can_be_heard() -> None:
    world = a_world()
    overtook: list[str] = []

    def fails_at_once(_: Message, envelope: Envelope) -> HandOver | None:
        if envelope.to == ADAS_PHONE:
            with pytest.raises(TryAgain):
                take(world, PHONE_OFF, touch=envelope.touch_id)
            overtook.append(envelope.touch_id)
        return None

    world.carrier.answers = fails_at_once
    text(world, DANGER)
    assert overtook == [crisis_id(world)]
    take(world, PHONE_OFF, touch=crisis_id(world))
    assert crisis_texts(world) == [ADAS_PHONE, ADAS_MAIL]


def test_a_failure_told_after_everything_is_resolved_texts_nobody() -> None:
    world = in_danger()
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    take(world, PHONE_OFF, touch=crisis_id(world))
    assert crisis_texts(world) == [ADAS_PHONE]


# ---- calls to staff


def page_failed(world: QuickWorld, step: int = 0, place: int = 0, alert: str | None = None) -> None:
    name = AlertId(alert or the_alert(world).id)
    take_page_delivery(HUDSON, name, step, place, PHONE_OFF, world.ports)


def test_a_call_that_did_not_arrive_goes_by_mail_once() -> None:
    world = in_danger()
    for _ in range(3):
        page_failed(world)
    assert pages(world) == [(0, NURSE.phone), (0, NURSE.email)]


@pytest.mark.parametrize(("place", "alert"), [(9, None), (0, "test.2026-W48"), (0, "pat-ada.alert.0")])
def test_a_failed_call_of_nobody_on_the_list_or_of_no_alert_is_no_news(place: int, alert: str | None) -> None:
    world = in_danger()
    page_failed(world, place=place, alert=alert)
    assert pages(world) == [(0, NURSE.phone)]


def test_a_call_that_arrived_or_of_a_resolved_alert_is_not_made_again() -> None:
    world = in_danger()
    take_page_delivery(HUDSON, the_alert(world).id, 0, 0, ARRIVED, world.ports)
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    page_failed(world)
    assert pages(world) == [(0, NURSE.phone)]
