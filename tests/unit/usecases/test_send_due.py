"""Claim, send, record: nothing is sent twice, and what may be missing is seen to be missing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.followup import MarkState
from aftercare.domain.hand_over import Busy, Envelope, HandOver, Refused, Unknown
from aftercare.domain.ids import PatientId, SessionId
from aftercare.domain.message import Message
from aftercare.domain.touch import Reason
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.find_unfinished import LEASE
from aftercare.usecases.send_batch import Batch, send_batch
from infra.local.quick_world import QuickWorld
from tests.building import ADA, ADAS_PHONE, BEN, BENS_PHONE, CLINIC_NUMBER, HUDSON, eastern
from tests.unit.usecases.worlds import (
    ada,
    after_a_session,
    completion,
    enrolment,
    open_world,
    reasons,
    rows,
    text,
    texts,
    with_ada,
)

MINUTE = timedelta(minutes=1)
SES_1 = SessionId("ses-1")
KEY = (HUDSON, ADA)
Answer = Callable[[Message, Envelope], HandOver | None]


def answering(*answers: HandOver | None) -> Answer:
    """Answer so, in turn; accept after that."""
    left: Iterator[HandOver | None] = iter(answers)
    return lambda message, envelope: next(left, None)


def mark(world: QuickWorld, key: str = "discharge") -> MarkState:
    return ada(world).sessions[SES_1].marks[key].state


def send(world: QuickWorld, *keys: PatientKey, again: bool = False) -> Batch:
    """Deliver one queue message per patient, when they are due; ``again``: it was delivered before."""
    world.clock.advance_to(max(world.clock.now(), world.due_at() or world.clock.now()))
    return deliver(world.ports, *keys, again=again)


def deliver(ports: Ports, *keys: PatientKey, again: bool = False) -> Batch:
    return send_batch(dict.fromkeys(keys or [KEY], again), ports)


def test_a_touch_is_sent_and_recorded_with_its_exact_words() -> None:
    world = after_a_session()
    assert send(world) == Batch(sent=1, dropped=0, again=frozenset())
    out = world.carrier.accepted[-1]
    row = rows(world, "FOLLOWUP#")["ses-1.discharge"]
    assert (row["text"], row["to"], row["provider_id"]) == (out.message.text, ADAS_PHONE, "msg-2")
    assert (row["words"], row["language"], row["kind"]) == ("discharge", "en", "safety")
    assert (out.envelope.sender, out.envelope.clinic_id, out.envelope.patient_id) == (
        CLINIC_NUMBER,
        HUDSON,
        ADA,
    )
    assert mark(world) is MarkState.CLAIMED


def test_a_message_that_comes_again_finds_nothing_to_do() -> None:
    world = after_a_session()
    send(world)
    again = [deliver(world.ports) for _ in range(3)]
    assert again == [Batch(0, 0, frozenset())] * 3
    assert texts(world).count("ses-1.discharge") == 1


def test_nobody_is_written_to_when_the_patient_or_the_clinic_is_unknown() -> None:
    world = after_a_session()
    unknown = [(HUDSON, PatientId("pat-nobody")), (HUDSON.__class__("north"), ADA)]
    assert send(world, *unknown) == Batch(0, 0, frozenset())
    assert send_batch({}, world.ports) == Batch(0, 0, frozenset())


# ---- what the carrier answers


def test_a_busy_carrier_gets_the_text_again_later_and_it_counts_once() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 14:59"))
    before = ada(world).recent
    world.carrier.answers = answering(Busy())
    world.run_until(eastern("2026-11-23 15:00"))
    assert mark(world, "evening") is MarkState.HELD
    assert ada(world).recent == before
    assert "ses-1.evening" not in rows(world, "FOLLOWUP#")
    world.run_until(eastern("2026-11-23 15:30"))
    assert texts(world).count("ses-1.evening") == 1
    assert len(ada(world).recent) == len(before) + 1


def test_a_carrier_that_is_busy_all_day_is_asked_until_it_is_too_late() -> None:
    world = after_a_session()
    world.carrier.answers = lambda message, envelope: Busy()
    world.run_until(eastern("2026-11-23 18:00"))
    assert reasons(world)["ses-1.discharge"] == "carrier_unreachable"
    assert "tell_in_person.ses-1.discharge" in rows(world, "TASK#")


def test_a_refused_text_ends_with_its_reason_and_a_task() -> None:
    world = after_a_session()
    world.carrier.answers = answering(Refused(Reason.CARRIER_REFUSED))
    assert send(world) == Batch(sent=0, dropped=1, again=frozenset())
    assert reasons(world)["ses-1.discharge"] == "carrier_refused"
    assert mark(world) is MarkState.NOT_SENT
    assert set(rows(world, "TASK#")) == {
        "carrier_refused.ses-1.discharge",
        "tell_in_person.ses-1.discharge",
    }
    assert "ses-1.discharge" not in rows(world, "FOLLOWUP#")


def test_who_told_the_carrier_to_stop_told_us() -> None:
    world = after_a_session()
    world.carrier.answers = answering(Refused(Reason.CARRIER_OPTED_OUT))
    send(world)
    assert reasons(world)["ses-1.discharge"] == "carrier_opted_out"
    assert "carrier_opted_out.ses-1.discharge" in rows(world, "TASK#")
    today = eastern("2026-11-23 12:00").date()
    standing = {key for key, s in ada(world).standings.items() if s.stands(today)}
    assert {channel for channel, _ in standing} == {Channel.EMAIL}
    world.run_until(eastern("2026-11-24 12:00"))
    assert reasons(world)["ses-1.evening"] == "consent_withdrawn"


def test_a_text_without_an_answer_is_unconfirmed_and_never_sent_again() -> None:
    world = after_a_session()
    asked: list[str] = []

    def silent(message: Message, envelope: Envelope) -> HandOver | None:
        asked.append(envelope.touch_id)
        return Unknown()

    world.carrier.answers = silent
    send(world)
    assert "provider_id" not in rows(world, "FOLLOWUP#")["ses-1.discharge"]
    assert "unconfirmed.ses-1.discharge" in rows(world, "TASK#")
    world.run_until(eastern("2026-11-23 14:00"))
    assert asked == ["ses-1.discharge"]


# ---- crashes


class Crash(BaseException):
    """The process ends here."""


def crashing(world: QuickWorld) -> None:
    """Let the sender die with the text in its hand."""

    def die(message: Message, envelope: Envelope) -> HandOver | None:
        raise Crash

    world.carrier.answers = die
    with pytest.raises(Crash):
        send(world)
    world.carrier.answers = answering()


def test_a_claim_whose_sender_died_goes_to_staff_and_not_to_the_patient() -> None:
    world = after_a_session()
    crashing(world)
    assert mark(world) is MarkState.CLAIMED
    world.clock.advance_to(world.clock.now() + LEASE)
    assert deliver(world.ports) == Batch(0, 0, frozenset())
    assert list(rows(world, "TASK#")) == ["unconfirmed.ses-1.discharge"]
    assert "provider_id" not in rows(world, "FOLLOWUP#")["ses-1.discharge"]
    assert "ses-1.discharge" not in texts(world)


def test_a_young_claim_may_still_be_at_work_and_is_asked_about_later() -> None:
    world = after_a_session()
    crashing(world)
    world.clock.advance_to(world.clock.now() + LEASE - MINUTE)
    again = deliver(world.ports)
    assert (again.again, again.faults) == (frozenset({KEY}), ("TryAgain",))
    assert rows(world, "TASK#") == {}


def test_a_claim_whose_sender_died_is_found_though_something_else_is_due_by_then() -> None:
    world = after_a_session()
    crashing(world)
    world.clock.advance_to(world.clock.now() + LEASE)
    text(world, "HELP")
    assert send(world, again=True).sent == 1
    assert list(rows(world, "TASK#")) == ["unconfirmed.ses-1.discharge"]


def test_a_text_that_was_refused_counts_for_no_cap() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 14:59"))
    before = ada(world).recent
    world.carrier.answers = answering(Refused(Reason.CARRIER_REFUSED))
    world.run_until(eastern("2026-11-23 15:00"))
    assert reasons(world)["ses-1.evening"] == "carrier_refused"
    assert ada(world).recent == before


def test_what_was_recorded_is_not_unfinished() -> None:
    world = after_a_session()
    send(world)
    world.clock.advance_to(world.clock.now() + LEASE)
    deliver(world.ports)
    assert rows(world, "TASK#") == {}


def test_one_patients_fault_costs_no_other_their_text_or_its_record() -> None:
    world = after_a_session()
    assert world.event(enrolment(BEN, "evt-ben", phone=BENS_PHONE)) == "applied"
    assert world.event(completion(patient_id=BEN, number=9)) == "applied"

    def broken(message: Message, envelope: Envelope) -> HandOver | None:
        if envelope.patient_id == ADA:
            raise RuntimeError("a bug")
        return None

    world.carrier.answers = broken
    batch = send(world, KEY, (HUDSON, BEN))
    assert (batch.again, batch.faults) == (frozenset({KEY}), ("RuntimeError",))
    assert "ses-9.discharge" in rows(world, "FOLLOWUP#")
    assert "ses-1.discharge" not in rows(world, "FOLLOWUP#")


# ---- someone else at the same time


def test_a_stop_that_comes_between_reading_and_claiming_is_obeyed() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 14:59"))
    world.clock.advance_to(eastern("2026-11-23 15:00"))
    read = world.ports.followups.get_many([KEY])
    assert text(world, "STOP") == "stop"

    class Stale:
        """Gives the patient as they were before the STOP, once."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.ports.followups, name)

        def get_many(self, keys: Any) -> Any:
            return read

    deliver(replace(world.ports, followups=Stale()))
    assert "ses-1.evening" not in texts(world)
    assert texts(world)[-1].startswith("pat-ada.opt_out")
    assert reasons(world)["ses-1.evening"] == "consent_withdrawn"


def test_two_senders_of_one_touch_send_it_once() -> None:
    world = after_a_session()
    read = world.ports.followups.get_many([KEY])

    class Twin:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.ports.followups, name)

        def get_many(self, keys: Any) -> Any:
            return read

    twin = replace(world.ports, followups=Twin())
    world.clock.advance_to(world.due_at() or world.clock.now())
    assert [deliver(twin).sent for _ in range(2)] == [1, 0]
    assert texts(world).count("ses-1.discharge") == 1


# ---- what is left for staff


def test_a_safety_text_that_cannot_go_is_said_in_person() -> None:
    world = open_world()
    world.event(enrolment(accepts_unencrypted=False))
    world.clock.advance_to(eastern("2026-11-23 11:00"))
    world.event(completion())
    world.tick()
    world.clock.advance_to(world.clock.now() + MINUTE)
    world.tick()
    assert reasons(world)["ses-1.discharge"] == "unencrypted_not_accepted"
    assert list(rows(world, "TASK#")) == ["tell_in_person.ses-1.discharge"]


def test_a_month_passes_and_every_touch_of_the_session_has_ended() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-12-30 12:00"))
    ended = {*rows(world, "FOLLOWUP#"), *reasons(world)}
    keys = ("discharge", "evening", "day1", "learn", "day3", "week1", "week2", "week3", "week4")
    assert {touch for touch in ended if touch.startswith("ses-1.")} == {f"ses-1.{key}" for key in keys}
    assert len(texts(world)) == len(set(texts(world)))
    assert "unconfirmed" not in " ".join(rows(world, "TASK#"))


def test_between_two_sessions_nobody_is_woken() -> None:
    assert with_ada().due_at() is None
