"""At every call of the table or a carrier something breaks: nothing goes out twice, nothing is lost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.clinic import StepOverride
from aftercare.domain.ids import ProtocolId
from tests.simulation import wire
from tests.simulation.chart import EVERYTHING
from tests.simulation.faults import CARRIER_FAULTS, TABLE_FAULTS, ShakyLife
from tests.simulation.lives import SIGNED
from tests.simulation.living import AMBUSHES, HIDDEN, Life, Told
from tests.simulation.promises import keep_every_promise
from tests.simulation.seen import kept

# A Monday, ten past ten in New York.
MONDAY = datetime(2026, 11, 16, 15, 10, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# The weeks after are left out: they only make each of these lives longer.
SHORT = replace(
    SIGNED,
    overrides={
        ProtocolId("ketamine-iv-induction"): {
            **{f"week{n}": StepOverride(off=True) for n in (1, 2, 3, 4)},
            "evening": StepOverride(at=time(11, 10)),
        }
    },
)
BUSIEST = 40
ENROLLED = wire.enrolled(
    "enrolled",
    MONDAY,
    [wire.consent(*key, MONDAY - MINUTE) for key in EVERYTHING if key != ("email", "care")],
)
BOOKED = wire.scheduled("booked", MONDAY + SECOND, "ses-1", MONDAY + 2 * DAY)
DONE = wire.completed("done", MONDAY + 2 * SECOND, "ses-2", MONDAY)
NOW = MONDAY + HOUR

FACTS: Mapping[str, tuple[tuple[wire.Event, ...], wire.Event]] = {
    "PatientEnrolled": ((), ENROLLED),
    "PatientEnrolled before what waits": ((BOOKED, DONE), ENROLLED),
    "PatientEnrolled again": ((ENROLLED, BOOKED), wire.enrolled("back", NOW, [], phone=wire.ADAS_NEW_PHONE)),
    "PatientChanged": ((ENROLLED, BOOKED), wire.changed("changed", NOW, phone=wire.ADAS_NEW_PHONE)),
    "PatientClosed": ((ENROLLED, BOOKED), wire.closed("closed", NOW)),
    "ConsentGiven": ((ENROLLED, BOOKED), wire.gave("gave", NOW, wire.consent("email", "care", NOW))),
    "ConsentWithdrawn": ((ENROLLED, BOOKED, DONE), wire.withdrew("withdrew", NOW, "sms")),
    "SessionScheduled": ((ENROLLED,), BOOKED),
    "SessionMoved": ((ENROLLED, BOOKED), wire.moved("moved", NOW, "ses-1", MONDAY + 3 * DAY)),
    "SessionMoved before its booking": ((ENROLLED,), wire.moved("moved", NOW, "ses-1", MONDAY + 3 * DAY)),
    "SessionCancelled": ((ENROLLED, BOOKED), wire.cancelled("off", NOW, "ses-1")),
    "SessionCompleted": ((ENROLLED, BOOKED), DONE),
    "SessionScheduled before what waits": (
        (ENROLLED, wire.moved("moved", NOW, "ses-1", MONDAY + 3 * DAY)),
        BOOKED,
    ),
    "a bad event": ((ENROLLED,), {**BOOKED, "detail-type": "SessionForgotten"}),
}
TEXTS = ("STOP", "HELP", "7", "I want it all to stop")
Act = Callable[[ShakyLife], None]


def prepared(*facts: wire.Event) -> ShakyLife:
    living = ShakyLife(Life(SHORT, MONDAY, ()))
    living.world.clock.advance_to(MONDAY + MINUTE)
    for fact in facts:
        living.happen(fact)
    return living


def faults_in(act: Act, *facts: wire.Event, at: datetime) -> Iterator[tuple[str, int, ShakyLife]]:
    """Do the same thing again and again, with every fault at every call; then let life go on."""
    for fault in TABLE_FAULTS:
        for call in range(BUSIEST):
            living = prepared(*facts)
            living.run_to(at)
            living.table.arm(call, fault)
            act(living)
            struck = living.table.disarm()
            if not struck:
                assert call > 0, "the act made no call at all"
                break
            living.run_to(at + 60 * DAY)
            yield fault, call, living
        else:
            raise AssertionError(f"more than {BUSIEST} calls")


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_taken_once_whatever_breaks_while_it_is_taken(name: str) -> None:
    before, fact = FACTS[name]
    calm = prepared(*before)
    calm.run_to(NOW)
    calm.happen(fact)
    calm.run_to(NOW + 60 * DAY)
    expected = [m.touch_id for m in keep_every_promise(calm)]
    for fault, call, living in faults_in(lambda living: living.happen(fact), *before, at=NOW):
        seen = [m.touch_id for m in keep_every_promise(living)]
        assert seen == expected, f"{fault} at call {call}"
        assert kept(living).tasks == kept(calm).tasks, f"{fault} at call {call}"


@pytest.mark.parametrize("body", TEXTS)
def test_a_text_is_taken_once_whatever_breaks_while_it_is_taken(body: str) -> None:
    text = wire.text("text-1", NOW, body)
    for fault, call, living in faults_in(lambda living: living.happen(text), ENROLLED, DONE, at=NOW):
        seen = [m.kind for m in keep_every_promise(living)]
        assert seen.count("opt_out") == (body == "STOP"), f"{fault} at call {call}"
        assert seen.count("help") == (body == "HELP"), f"{fault} at call {call}"
        replies = [i for i in living.world.memory.items() if i["sk"]["S"].startswith("REPLY#")]
        assert [reply["body"]["S"] for reply in replies] == [body], f"{fault} at call {call}"


def test_a_text_from_a_stranger_is_kept_once_whatever_breaks() -> None:
    text = InboundSms("text-1", "+12025550199", wire.CLINIC_NUMBER, "STOP", NOW)
    for fault, call, living in faults_in(lambda living: living.happen(text), ENROLLED, at=NOW):
        keep_every_promise(living)
        strays = [i for i in living.world.memory.items() if i["sk"]["S"].startswith("STRAY#")]
        assert len(strays) == 1, f"{fault} at call {call}"


def test_a_sweep_and_the_sending_behind_it_survive_a_fault_at_every_call() -> None:
    """The minute in which a welcome, a safety text and a check-in are due together."""
    late = MONDAY + 90 * SECOND
    for fault, call, living in faults_in(lambda living: living.tick(), ENROLLED, BOOKED, DONE, at=late):
        assert keep_every_promise(living), f"{fault} at call {call}"


def test_the_later_minutes_of_a_crowded_hour_survive_a_fault_at_every_call() -> None:
    late = MONDAY + 7 * MINUTE + 30 * SECOND

    def ticks(living: ShakyLife) -> None:
        for _ in range(2):
            living.tick()
            living.world.clock.advance_to(living.world.clock.now() + MINUTE)

    for fault, call, living in faults_in(ticks, ENROLLED, BOOKED, DONE, at=late):
        assert keep_every_promise(living), f"{fault} at call {call}"


def test_reasons_survive_a_fault_at_every_call_of_the_sender_that_ends_the_touches() -> None:
    """A second visit takes over what was left of the first, as its own safety text is sent."""
    again = wire.completed("again", NOW, "ses-3", NOW, number=2)

    def act(living: ShakyLife) -> None:
        living.happen(again)
        living.tick()

    calm = prepared(ENROLLED, DONE)
    calm.run_to(NOW)
    act(calm)
    calm.run_to(NOW + 5 * DAY)
    expected = {(end.touch_id, end.why) for end in kept(calm).endings}
    assert ("ses-2.day3", "superseded") in expected
    for fault, call, living in faults_in(act, ENROLLED, DONE, at=NOW):
        keep_every_promise(living)
        endings = [(end.touch_id, end.why) for end in kept(living).endings]
        assert sorted(endings) == sorted(expected), f"{fault} at call {call}"


@pytest.mark.parametrize("fault", CARRIER_FAULTS)
def test_a_carrier_that_fails_at_any_message_neither_doubles_nor_loses_one(fault: str) -> None:
    for n in range(1, BUSIEST):
        living = prepared(ENROLLED, BOOKED, DONE)
        living.carrier_fault = (n, fault)
        living.run_to(MONDAY + 5 * DAY)
        keep_every_promise(living)
        if living.handed_over < n:
            assert n > 4, "hardly a message was sent"
            return
    raise AssertionError(f"more than {BUSIEST} messages")


def test_a_crash_is_noticed_even_when_something_else_is_due_as_its_message_returns() -> None:
    """The safety text's sender dies; its queue message returns in the minute in which HELP is answered."""
    living = prepared(ENROLLED, DONE)
    living.carrier_fault = (1, "crash after")
    living.run_to(MONDAY + MINUTE)
    asked_at = MONDAY + MINUTE + HIDDEN - 30 * SECOND
    living.run_to(asked_at)
    living.happen(wire.text("text-1", asked_at, "HELP"))
    living.run_to(MONDAY + 5 * DAY)
    assert "unconfirmed.ses-2.discharge" in kept(living).tasks
    keep_every_promise(living)


@pytest.mark.parametrize("ambush", AMBUSHES)
def test_what_is_said_between_any_two_calls_of_a_sender_is_heeded_from_then_on(ambush: str) -> None:
    """Only a message whose claim was written before may still pass; none is claimed after."""
    for call in range(BUSIEST):
        living = prepared(ENROLLED, BOOKED, DONE)
        living.run_to(MONDAY + 90 * SECOND)
        struck = _ambushed(living, ambush, call)
        living.run_to(MONDAY + 5 * DAY)
        keep_every_promise(living)
        if not struck:
            assert call > 3
            return
    raise AssertionError(f"more than {BUSIEST} calls")


def _ambushed(living: ShakyLife, ambush: str, call: int) -> bool:
    def meanwhile() -> None:
        living.table.meanwhile = None
        living.happen(AMBUSHES[ambush]("ambush", living.world.clock.now()))

    living.table.meanwhile = meanwhile
    living.table.arm(call, "")
    living.tick()
    living.table.meanwhile = None
    return living.table.disarm()


def test_the_ambushes_are_real_facts() -> None:
    living = prepared(ENROLLED, BOOKED)
    for n, build in enumerate(AMBUSHES.values()):
        living.happen(build(f"ambush-{n}", living.world.clock.now()))
    outcomes = {entry.outcome for entry in living.log if isinstance(entry, Told)}
    assert "parked" not in outcomes
