"""A patient whose alert nobody has taken is told so: once, honestly, and only if they agree to texts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.domain.alert import Told
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.hand_over import Busy, HandOver, Refused, Unknown
from aftercare.domain.ids import TouchId
from aftercare.domain.records import Receipt
from aftercare.domain.tier import Tier
from aftercare.domain.touch import Reason
from aftercare.usecases.answer_alert import acknowledge
from aftercare.usecases.take_delivery import take_delivery
from infra.local.quick_world import Out, QuickWorld
from tests.building import ADA, ADAS_MAIL, ADAS_PHONE, BENS_PHONE, HUDSON, eastern
from tests.unit.usecases.alarmed import (
    DANGER,
    MINUTE,
    a_rota,
    a_world,
    crisis_texts,
    go_on,
    in_danger,
    nobody_was_bothered_twice,
    open_alerts,
    open_tasks,
    the_alert,
)
from tests.unit.usecases.worlds import event_of, rows, text


def told(world: QuickWorld) -> list[Out]:
    return [out for out in world.carrier.accepted if ".will-call" in out.envelope.touch_id]


def fate(world: QuickWorld) -> Told | None:
    """Return what became of it, of the one red alert there is."""
    (red,) = [alert for alert in open_alerts(world) if alert.tier is Tier.RED]
    return red.told


def told_where(world: QuickWorld) -> list[str]:
    return [out.envelope.to for out in told(world)]


def test_after_a_quarter_of_an_hour_the_patient_learns_that_nobody_has_answered_and_where_to_turn() -> None:
    world = in_danger()
    go_on(world, 14)
    assert told(world) == []
    began_at = world.clock.now()
    go_on(world, 4 * 60)
    (out,) = told(world)
    assert (out.envelope.to, out.at) == (ADAS_PHONE, began_at + MINUTE)
    said = out.message.text
    assert "still trying to find someone" in said
    assert said.index("911") < said.index("988")
    assert fate(world) is Told.SENT


def test_the_text_is_kept_with_the_other_messages_of_the_patient() -> None:
    world = in_danger()
    go_on(world, 15)
    kept = rows(world, "FOLLOWUP#")[f"{the_alert(world).id}.will-call"]
    assert (kept["kind"], kept["words"], kept["text"]) == (
        "crisis",
        "we_will_call",
        told(world)[0].message.text,
    )


def test_it_leaves_at_three_in_the_morning_too() -> None:
    world = a_world()
    world.run_until(eastern("2026-11-20 03:00"))
    text(world, DANGER)
    go_on(world, 15)
    assert told_where(world) == [ADAS_PHONE]


def test_a_patient_who_reads_spanish_is_told_in_spanish() -> None:
    world = a_world()
    at = world.clock.now().isoformat()
    world.event(event_of("PatientChanged", "evt-es", at, patient_id=ADA, changes={"language": "es"}))
    text(world, DANGER)
    go_on(world, 15)
    assert "Seguimos buscando" in told(world)[0].message.text


def test_once_somebody_has_taken_it_on_it_would_not_be_true_and_is_not_said() -> None:
    world = in_danger()
    go_on(world, 10)
    acknowledge(HUDSON, the_alert(world).id, "Ben", world.ports)
    go_on(world, 4 * 60)
    assert told(world) == []


@pytest.mark.parametrize("minute", [0, 10])
def test_a_patient_who_opted_out_gets_the_answer_to_their_own_text_and_nothing_more(minute: int) -> None:
    """Only an answer may pass an opt-out: clinical-regulatory section 5, emergency purposes."""
    world = in_danger()
    go_on(world, minute)
    text(world, "STOP")
    go_on(world, 60)
    assert (told(world), fate(world)) == ([], Told.WITHHELD)
    assert crisis_texts(world) == [ADAS_PHONE]


def test_a_stop_that_is_stored_just_before_the_claim_is_obeyed() -> None:
    interrupted: list[Callable[[], object]] = []

    def wrap(memory: Any) -> Any:
        class Table:
            def __getattr__(self, name: str) -> Any:
                return getattr(memory, name)

            def transact_write_items(self, **request: Any) -> Any:
                items = str(request)
                if "'claimed'" in items and "told" in items and interrupted:
                    interrupted.pop()()
                return memory.transact_write_items(**request)

        return Table()

    world = a_world(table=wrap)
    text(world, DANGER)
    interrupted.append(lambda: text(world, "STOP"))
    go_on(world, 60)
    assert interrupted == []
    assert (told(world), fate(world)) == ([], Told.WITHHELD)


def test_words_that_no_clinician_has_signed_are_not_said() -> None:
    world = in_danger()
    DynamoDbClinics(world.memory, "aftercare", world.clock).put(replace(a_rota(), content_review=None))
    go_on(world, 20)
    assert (told(world), fate(world)) == ([], Told.WITHHELD)


def test_a_phone_that_belongs_to_nobody_is_not_told() -> None:
    world = a_world()
    text(world, DANGER, from_number=BENS_PHONE)
    go_on(world, 60)
    assert (told(world), fate(world)) == ([], None)


# ---- the carrier fails


def failing(world: QuickWorld, answer: HandOver) -> None:
    """Let the carrier of texts answer so from now on, to Ada."""
    world.carrier.answers = lambda _, envelope: answer if envelope.to == ADAS_PHONE else None


@pytest.mark.parametrize("answer", [Busy(), Refused(Reason.CARRIER_REFUSED)])
def test_what_the_carrier_did_not_take_goes_by_mail_to_who_agreed_to_mail(answer: HandOver) -> None:
    world = in_danger()
    failing(world, answer)
    go_on(world, 30)
    assert told_where(world) == [ADAS_MAIL]
    assert "not_delivered" not in open_tasks(world)


@pytest.mark.parametrize(
    ("answer", "by_mail"), [(Unknown(), True), (Unknown(), False), (Refused(Reason.CARRIER_REFUSED), False)]
)
def test_what_may_not_have_arrived_is_for_a_person_to_say_by_phone(answer: HandOver, by_mail: bool) -> None:
    world = in_danger(by_mail=by_mail)
    failing(world, answer)
    go_on(world, 15)
    world.carrier.answers = lambda *_: None
    go_on(world, 14)
    assert (told(world), open_tasks(world)) == ([], ["not_delivered"])
    assert fate(world) is Told.FAILED


def test_while_no_carrier_can_be_reached_it_is_tried_each_minute_and_a_person_is_to_call_meanwhile() -> None:
    world = in_danger()
    world.carrier.answers = lambda *_: Busy()
    go_on(world, 35)
    assert (told(world), fate(world)) == ([], Told.OWED)
    assert open_tasks(world).count("not_delivered") == 1
    world.carrier.answers = lambda *_: None
    go_on(world, 60)
    assert (told_where(world), fate(world)) == ([ADAS_PHONE], Told.SENT)
    assert open_tasks(world).count("not_delivered") == 1


def test_after_an_hour_out_of_reach_it_is_not_said_any_more() -> None:
    world = in_danger()
    world.carrier.answers = lambda *_: Busy()
    go_on(world, 80)
    assert fate(world) is Told.FAILED
    world.carrier.answers = lambda *_: None
    go_on(world, 30)
    assert told(world) == []


def test_who_takes_it_on_while_it_is_tried_again_ends_the_trying() -> None:
    world = in_danger()
    world.carrier.answers = lambda *_: Busy()
    go_on(world, 20)
    acknowledge(HUDSON, the_alert(world).id, "Ben", world.ports)
    world.carrier.answers = lambda *_: None
    go_on(world, 30)
    assert told(world) == []


def test_a_receipt_that_says_it_did_not_arrive_has_a_person_call() -> None:
    world = in_danger()
    go_on(world, 16)
    touch = TouchId(f"{the_alert(world).id}.will-call")
    off = Outcome(State.FAILED_SOFT, Cause.PHONE_UNREACHABLE, final=True)
    take_delivery(Receipt(HUDSON, ADA, touch, Channel.SMS, "m-1", world.clock.now(), off), world.ports)
    assert open_tasks(world) == ["not_delivered"]


def test_who_died_while_telling_the_patient_leaves_it_to_a_person_and_sends_nothing_twice() -> None:
    world = in_danger()
    go_on(world, 16)
    died = replace(the_alert(world), told=Told.CLAIMED, held_until=world.clock.now() + MINUTE)
    world.ports.alerts.save(died, world.clock.now() + timedelta(minutes=1), write_id="w-died")
    go_on(world, 3)
    assert nobody_was_bothered_twice(world)
    assert (fate(world), open_tasks(world)) == (Told.FAILED, ["not_delivered"])
