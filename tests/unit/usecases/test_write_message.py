"""A nurse writes to Ada: what leaves, what is kept, and what nobody can make it do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.decide import TALK_HELD
from aftercare.domain.errors import BadInput, MayNotWrite, NotAllowed, NotFound, TryAgain
from aftercare.domain.hand_over import Busy, Refused, Unknown
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Role
from aftercare.domain.touch import Reason
from aftercare.usecases.write_message import Went, Written, write_message
from infra.local.quick_world import QuickWorld
from tests.building import ADA, ADAS_MAIL, a_clinic, eastern
from tests.simulation.faults import Crash
from tests.unit.usecases.alarmed import agreed_to_mail
from tests.unit.usecases.desks import (
    BEN_OF_NURSES,
    CARMEN_OF_ELSEWHERE,
    DORA,
    audited,
    desk_of,
    staff,
)
from tests.unit.usecases.worlds import ada, event_of, reasons, rows, text, with_ada

HOUR = timedelta(hours=1)
NOON = eastern("2026-11-16 12:00")
NIGHT = eastern("2026-11-16 23:00")
HELLO = "Please call us when you can."


def at_noon(clinic: Any = None, table: Any = None) -> QuickWorld:
    world = with_ada(clinic, table)
    world.run_until(max(NOON, world.clock.now()))
    world.carrier.accepted.clear()
    return world


def writes(world: QuickWorld, words: str = HELLO, once: str = "key-1", **more: Any) -> Written:
    person = more.pop("person", DORA)
    patient_id = more.pop("patient_id", ADA)
    return write_message(person, desk_of(world), patient_id, words, by="dashboard", once=once, **more)


def left(world: QuickWorld) -> list[str]:
    return [out.message.text for out in world.carrier.accepted]


def withdraws(world: QuickWorld) -> None:
    at = world.clock.now().isoformat()
    gone = {"channel": "all", "purpose": "all", "withdrawn_at": at, "recorded_by": "Front desk"}
    assert world.event(event_of("ConsentWithdrawn", f"evt-no-{at}", at, patient_id=ADA, **gone)) == "applied"


def refused_because(act: Callable[[], object]) -> str:
    with pytest.raises(MayNotWrite) as refused:
        act()
    return refused.value.code


# ---- what leaves and what is kept


def test_a_nurses_words_leave_with_the_clinics_name_and_are_kept_as_they_left() -> None:
    world = at_noon()
    written = writes(world)
    assert left(world) == ["Hudson Clinic: Please call us when you can."]
    assert (written.went, written.channel, written.parts) == (Went.SENT, Channel.SMS, 1)
    (kept,) = (row for row in rows(world, "FOLLOWUP#").values() if row["kind"] == "manual")
    assert (kept["text"], kept["provider_id"], kept["by"]) == (left(world)[0], "msg-1", "Dora")
    assert [row for row in rows(world, "FOLLOWUP#").values() if row["kind"] != "manual" and "by" in row] == []
    assert audited(world, desk_of(world)) == [("Dora", "wrote_message", ADA, written.touch_id)]


def test_from_then_on_a_person_is_talking_and_no_text_is_used_up() -> None:
    world = at_noon()
    before = ada(world).recent
    writes(world)
    assert ada(world).talk_until == world.clock.now() + TALK_HELD
    assert ada(world).recent == before


def test_it_goes_the_way_the_patient_last_wrote() -> None:
    world = agreed_to_mail(at_noon())
    text(world, "hello there")
    assert writes(world, once="a").channel is Channel.SMS


def test_without_consent_to_texts_it_goes_by_mail_signed_with_the_nurses_name() -> None:
    world = agreed_to_mail(at_noon())
    at = world.clock.now().isoformat()
    gone = {"channel": "sms", "purpose": "all", "withdrawn_at": at, "recorded_by": "Front desk"}
    world.event(event_of("ConsentWithdrawn", "evt-no", at, patient_id=ADA, **gone))
    world.run_until(world.clock.now() + HOUR)
    world.carrier.accepted.clear()
    writes(world, "How <b>are</b> you?")
    (out,) = world.carrier.accepted
    assert out.envelope.to == ADAS_MAIL
    assert out.message.subject == "A note from Hudson Clinic"
    assert out.message.text.startswith("How <b>are</b> you?\n\nDora, Hudson Wellness Clinic\n")
    assert out.message.html is not None and "How &lt;b&gt;are&lt;/b&gt; you?" in out.message.html


def test_what_waited_to_be_read_is_answered() -> None:
    world = at_noon()
    text(world, "can I come earlier")
    text(world, "or later")
    writes(world)
    tasks = [row for row in rows(world, "TASK#").values() if row["kind"] == "unread_reply"]
    assert [(row["state"], row["closed_why"]) for row in tasks] == [("closed", "answered by Dora")] * 2


# ---- once


def test_a_double_click_sends_once() -> None:
    world = at_noon()
    first, second = writes(world), writes(world)
    assert len(left(world)) == 1
    assert (first.touch_id, first.text, second.went) == (second.touch_id, second.text, Went.SENT)


def test_a_double_click_while_the_first_is_still_on_its_way_sends_once() -> None:
    world = at_noon()
    inner: list[Written] = []

    def clicks_again(*_: object) -> None:
        if not inner:
            inner.append(writes(world))

    world.carrier.answers = clicks_again
    assert writes(world).went is Went.SENT
    assert [one.went for one in inner] == [Went.SENDING]
    assert len(left(world)) == 1


def test_a_key_that_was_used_is_never_used_for_other_words() -> None:
    world = at_noon()
    writes(world)
    with pytest.raises(BadInput, match="once"):
        writes(world, "Something else.")
    assert len(left(world)) == 1


def test_the_same_key_of_two_nurses_is_two_messages() -> None:
    world = at_noon()
    writes(world)
    writes(world, "I am here too.", person=BEN_OF_NURSES)
    assert len(left(world)) == 2


def test_two_nurses_who_answer_at_once_both_get_through_and_lose_nothing() -> None:
    world = at_noon()
    world.carrier.answers = _once(lambda: writes(world, "From Ben.", person=BEN_OF_NURSES))
    writes(world, "From Dora.")
    assert sorted(left(world)) == ["Hudson Clinic: From Ben.", "Hudson Clinic: From Dora."]
    assert len([n for n in ada(world).notices.values() if n.kind == "manual"]) == 2


def test_a_nurse_who_has_not_seen_her_colleagues_answer_is_shown_it_first() -> None:
    world = at_noon()
    read_at = world.clock.now()
    world.clock.advance_to(read_at + timedelta(seconds=30))
    writes(world, person=BEN_OF_NURSES, read_at=read_at)
    assert refused_because(lambda: writes(world, read_at=read_at)) == "colleague"
    assert writes(world, read_at=world.clock.now()).went is Went.SENT


def _once(act: Callable[[], object]) -> Callable[..., None]:
    done: list[bool] = []

    def answers(*_: object) -> None:
        if not done:
            done.append(True)
            act()

    return answers


# ---- who may not be written to


def test_a_consent_withdrawn_between_typing_and_sending_stops_it() -> None:
    world = at_noon(table=_Interrupting)
    _Interrupting.before_claim = lambda: withdraws(world)
    assert refused_because(lambda: writes(world)) == "opted_out"
    assert left(world) == []


def test_a_stop_while_the_nurse_is_typing_stops_it() -> None:
    world = at_noon(table=_Interrupting)
    _Interrupting.before_claim = lambda: text(world, "STOP")
    assert refused_because(lambda: writes(world)) == "opted_out"
    world.run_until(world.clock.now() + HOUR)
    assert [out.envelope.touch_id.split(".")[1] for out in world.carrier.accepted] == ["opt_out"]


def test_who_opted_out_and_then_writes_is_phoned() -> None:
    world = at_noon()
    text(world, "STOP")
    text(world, "when is my next visit")
    assert refused_because(lambda: writes(world)) == "opted_out"


def test_a_closed_file_is_not_written_to() -> None:
    world = at_noon()
    at = world.clock.now().isoformat()
    world.event(event_of("PatientClosed", "evt-closed", at, patient_id=ADA, reason="deceased"))
    assert refused_because(lambda: writes(world)) == "closed"


def test_a_clinic_that_has_not_signed_writes_to_its_sandbox_only() -> None:
    assert refused_because(lambda: writes(_unsigned())) == "content_not_signed"


def _unsigned() -> QuickWorld:
    world = at_noon()
    world.ports.clinics.put(a_clinic(content_review=None))
    world.clock.advance_to(world.clock.now() + 2 * timedelta(minutes=1))
    return world


def test_at_night_only_who_wrote_in_the_last_two_hours_is_answered() -> None:
    world = at_noon()
    world.run_until(NIGHT)
    with pytest.raises(MayNotWrite) as refused:
        writes(world)
    assert "It can go from Tue Nov 17, 9:00 am" in refused.value.why
    text(world, "are you there")
    assert writes(world, once="now").went is Went.SENT
    world.run_until(NIGHT + 2.5 * HOUR)
    assert refused_because(lambda: writes(world, once="later")) == "night"


def test_a_patient_in_danger_is_answered_at_any_hour() -> None:
    world = at_noon()
    world.run_until(NIGHT - 5 * HOUR)
    text(world, "I want to kill myself")
    world.run_until(NIGHT)
    assert writes(world).went is Went.SENT


def test_a_patient_of_another_clinic_is_nobody() -> None:
    world = at_noon()
    for person, patient in ((CARMEN_OF_ELSEWHERE, ADA), (DORA, PatientId("pat-nobody"))):
        with pytest.raises(NotFound):
            writes(world, person=person, patient_id=patient)
    assert left(world) == [] and audited(world, desk_of(world)) == []


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER, Role.SERVICE])
def test_only_who_cares_for_patients_writes_to_them(role: Role) -> None:
    world = at_noon()
    with pytest.raises(NotAllowed):
        writes(world, person=staff(role))
    assert left(world) == []


# ---- what may not be written


@pytest.mark.parametrize("words", ["", "   \n", "\u200b\u200d\ufeff", "\u2063", "\u3164", "\u0301"])
def test_nothing_that_shows_is_nothing_to_send(words: str) -> None:
    with pytest.raises(BadInput, match="text"):
        writes(at_noon(), words)


def test_ten_thousand_characters_are_refused_with_their_count() -> None:
    world = at_noon()
    with pytest.raises(BadInput, match="this takes 66"):
        writes(world, "a" * 10_000)
    assert left(world) == [] and audited(world, desk_of(world)) == []


def test_four_parts_go_and_are_counted() -> None:
    world = at_noon()
    assert writes(world, "a" * (4 * 153 - len("Hudson Clinic: "))).parts == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Your Ketamine is ready", "ketamine"),
        ("your ket\u200bamine", "ketamine"),
        ("ＫＥＴＡＭＩＮＥ", "ketamine"),
        ("about your depression", "depression"),
        ("su inyección", "inyeccion"),
    ],
)
def test_the_medicine_and_the_illness_stay_off_a_locked_screen(words: str, said: str) -> None:
    world = at_noon()
    with pytest.raises(BadInput, match=said):
        writes(world, words)
    assert left(world) == []


def test_a_person_may_say_what_our_own_texts_may_not() -> None:
    world = at_noon()
    assert writes(world, "You said the price was $40. Are you safe?").went is Went.SENT


def test_markup_and_control_characters_leave_as_plain_words() -> None:
    world = at_noon()
    writes(world, "<script>alert(1)</script>\x00\x1b[31m\r\n\u202eyou \ud800ok\u2028bye")
    assert left(world) == ["Hudson Clinic: <script>alert(1)</script>[31m\nyou ok\nbye"]


@pytest.mark.parametrize("once", ["", "  ", "x" * 201])
def test_a_message_without_a_usable_key_is_refused(once: str) -> None:
    with pytest.raises(BadInput, match="once"):
        writes(at_noon(), once=once)


# ---- carriers


def test_a_lost_answer_is_a_task_and_never_a_second_message() -> None:
    world = at_noon()
    world.carrier.answers = lambda *_: Unknown()
    assert writes(world).went is Went.UNCONFIRMED
    world.carrier.answers = lambda *_: None
    assert writes(world).went is Went.UNCONFIRMED
    world.run_until(world.clock.now() + HOUR)
    assert left(world) == []
    assert [row["kind"] for row in rows(world, "TASK#").values()] == ["unconfirmed"]


def test_a_busy_carrier_has_sent_nothing_and_the_same_key_may_try_again() -> None:
    world = at_noon()
    world.carrier.answers = lambda *_: Busy()
    with pytest.raises(TryAgain):
        writes(world)
    assert ada(world).talk_until is None
    assert not any(".manual." in name for name in (*ada(world).notices, *rows(world, "FOLLOWUP#")))
    world.carrier.answers = lambda *_: None
    assert writes(world).went is Went.SENT


def test_a_number_that_the_carrier_lists_as_opted_out_is_opted_out_with_us_too() -> None:
    world = at_noon()
    world.carrier.answers = lambda *_: Refused(Reason.CARRIER_OPTED_OUT)
    written = writes(world)
    assert (written.went, written.why) == (Went.NOT_SENT, "The carrier lists this number as opted out.")
    assert writes(world).went is Went.NOT_SENT
    assert reasons(world)[written.touch_id] == "carrier_opted_out"
    assert [row["kind"] for row in rows(world, "TASK#").values()] == ["carrier_opted_out"]
    world.carrier.answers = lambda *_: None
    assert refused_because(lambda: writes(world, once="again")) == "opted_out"


def test_a_message_whose_sender_died_is_found_and_told_to_staff() -> None:
    world = at_noon()

    def dies(*_: object) -> None:
        raise Crash

    world.carrier.answers = dies
    with pytest.raises(Crash):
        writes(world)
    world.carrier.answers = lambda *_: None
    assert writes(world).went is Went.SENDING
    world.run_until(world.clock.now() + HOUR)
    assert left(world) == []
    assert [row["kind"] for row in rows(world, "TASK#").values()] == ["unconfirmed"]
    assert writes(world).went is Went.UNCONFIRMED


class _Interrupting:
    """A table before which something happens once, right before the claim of a message is written."""

    before_claim: Callable[[], object] | None = None

    def __init__(self, table: Any) -> None:
        self._table = table

    def put_item(self, **request: Any) -> Any:
        act, _Interrupting.before_claim = _Interrupting.before_claim, None
        if act is not None and ".manual." in str(request["Item"].get("no", "")):
            act()
        else:
            _Interrupting.before_claim = act
        return self._table.put_item(**request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)
