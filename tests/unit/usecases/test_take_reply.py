"""A text from a patient is kept whole, obeyed where it is sure, and read by a person where it is not."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.consent import ALL_KEYS
from aftercare.domain.errors import TryAgain
from infra.local.quick_world import QuickWorld
from tests.building import ADAS_PHONE, BEN, BENS_PHONE, HUDSON, eastern
from tests.unit.usecases.worlds import (
    ada,
    after_a_session,
    enrolment,
    event_of,
    open_world,
    reasons,
    rows,
    text,
    texts,
    with_ada,
)

MINUTE = timedelta(minutes=1)


def confirmations(world: QuickWorld) -> int:
    return sum(".opt_out." in touch for touch in texts(world))


def pass_time(world: QuickWorld, by: timedelta = 5 * MINUTE) -> None:
    world.run_until(world.clock.now() + by)


def test_stop_ends_everything_by_every_channel_at_once_and_staff_learn_of_it() -> None:
    world = after_a_session()
    assert text(world, "Stop.") == "stop"
    today = world.clock.now().date()
    assert not any(standing.stands(today) for standing in ada(world).standings.values())
    assert set(ada(world).standings) == set(ALL_KEYS)
    assert list(rows(world, "TASK#")) == ["opted_out.in-0"]
    world.run_until(eastern("2026-12-30 12:00"))
    assert set(reasons(world).values()) <= {"consent_withdrawn", "no_consent", "too_late"}


def test_stop_is_confirmed_exactly_once_within_five_minutes_at_any_hour() -> None:
    world = with_ada()
    world.run_until(eastern("2026-11-20 03:00"))
    for body in ("STOP", "stop", "ALTO"):
        text(world, body)
    pass_time(world)
    text(world, "STOP")
    pass_time(world)
    assert confirmations(world) == 1
    assert world.carrier.accepted[-1].at <= eastern("2026-11-20 03:05")


def test_who_comes_back_and_stops_again_is_confirmed_again() -> None:
    world = with_ada()
    text(world, "STOP")
    pass_time(world)
    yes = {
        "channel": "sms",
        "purpose": "care",
        "wording_version": "2026-09",
        "wording": "I agree to texts.",
        "method": "paper",
        "given_at": "2026-11-17T10:00:00-05:00",
        "recorded_by": "Nurse Dora",
    }
    world.run_until(eastern("2026-11-17 10:00"))
    again = event_of("ConsentGiven", "evt-y", "2026-11-17T10:00:00-05:00", patient_id="pat-ada", consent=yes)
    assert world.event(again) == "applied"
    pass_time(world)
    text(world, "STOP")
    pass_time(world)
    assert confirmations(world) == 2


def test_help_is_answered_even_after_stop() -> None:
    world = with_ada()
    text(world, "STOP")
    pass_time(world)
    assert text(world, "Help?") == "help"
    pass_time(world)
    assert ".help." in texts(world)[-1]
    assert not any(standing.stands(world.clock.now().date()) for standing in ada(world).standings.values())


def test_a_number_is_a_measure_of_the_touch_it_answers() -> None:
    world = after_a_session()
    pass_time(world)
    assert text(world, "7") == "mood"
    measure = rows(world, "MEASURE#")["in-0"]
    assert (measure["code"], measure["total"], measure["touch"]) == ("mood", 7, "ses-1.discharge")
    assert ada(world).answered_at == world.clock.now()
    assert rows(world, "REPLY#")["in-0"]["understood"] == "mood"
    assert rows(world, "TASK#") == {}


def test_a_number_answers_the_latest_question_unless_the_carrier_names_another() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 16:00"))
    first = rows(world, "FOLLOWUP#")["ses-1.discharge"]["provider_id"]
    text(world, "4", id="a")
    text(world, "5", id="b", previous_message_id=first)
    text(world, "6", id="c", previous_message_id="msg-of-another-house")
    assert [rows(world, "MEASURE#")[i]["touch"] for i in "abc"] == [
        "ses-1.evening",
        "ses-1.discharge",
        "ses-1.evening",
    ]


def test_a_number_that_came_late_answers_what_had_been_asked_when_it_was_written() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 16:00"))
    text(world, "4", received_at=eastern("2026-11-23 14:00"))
    assert rows(world, "MEASURE#")["in-0"]["touch"] == "ses-1.discharge"


def test_a_number_that_answers_nothing_is_no_mood_and_a_person_reads_it() -> None:
    world = with_ada()
    assert text(world, "9") == "unread"
    assert rows(world, "MEASURE#") == {}
    assert list(rows(world, "TASK#")) == ["unread_reply.in-0"]


def test_side_effects_are_a_task_for_today() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 16:00"))
    assert text(world, "3 ab") == "mood"
    ((name, task),) = rows(world, "TASK#").items()
    assert name == "side_effects.in-0"
    assert "A, B" in task["reason"]


@pytest.mark.parametrize("body", ["can I bring my dog?", "can I take my pills? 🙂"])
def test_anything_else_is_kept_whole_for_a_person(body: str) -> None:
    world = with_ada()
    assert text(world, body) == "unread"
    assert rows(world, "REPLY#")["in-0"]["body"] == body
    assert list(rows(world, "TASK#")) == ["unread_reply.in-0"]
    assert rows(world, "ALERT#") == {}
    assert ada(world).notices.keys() <= set(texts(world))


@pytest.mark.parametrize(
    ("body", "tier", "reason"),
    [("I want to end it", "red", "suicide"), ("", "amber", "nothing_to_read")],
)
def test_what_may_be_danger_is_kept_whole_and_is_an_alert_and_no_mere_task(
    body: str, tier: str, reason: str
) -> None:
    world = with_ada()
    assert text(world, body) == "unread"
    reply = rows(world, "REPLY#")["in-0"]
    assert (reply["body"], reply["tier"]) == (body, tier)
    ((alert_id, alert),) = rows(world, "ALERT#").items()
    assert (alert["tier"], alert["reason"]) == (tier, reason)
    assert reply["alert"] == alert_id
    assert rows(world, "TASK#") == {}
    assert {name: found.red for name, found in ada(world).alerts.items()} == {alert_id: tier == "red"}


@pytest.mark.parametrize(("body", "kind"), [("STOP", "stop"), ("7", "mood"), ("hello", "unread")])
def test_a_text_delivered_twice_is_one(body: str, kind: str) -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 16:00"))
    assert [text(world, body, id="x") for _ in range(2)] == [kind, "known"]
    after = ada(world)
    assert text(world, body, id="x") == "known"
    assert ada(world) == after


@pytest.mark.parametrize(
    ("body", "reason"),
    [("I drove to work this morning", None), ("I drove to work and I keep craving it", "craving")],
)
def test_driving_days_after_a_visit_is_nothing_and_hides_nothing(body: str, reason: str | None) -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-26 12:30"))
    text(world, body)
    found = {alert["reason"] for alert in rows(world, "ALERT#").values()}
    assert found == ({reason} if reason else set())


def test_driving_on_the_day_of_a_visit_is_looked_at() -> None:
    world = after_a_session()
    pass_time(world, timedelta(hours=1))
    text(world, "I drove home and have cravings")
    assert {alert["reason"] for alert in rows(world, "ALERT#").values()} == {"drove"}


# ---- whose is it


def test_a_text_from_a_number_nobody_has_is_kept_for_staff() -> None:
    world = with_ada()
    assert text(world, "who is this?", from_number=BENS_PHONE) == "stray"
    assert rows(world, "STRAY#")["in-0"]["body"] == "who is this?"
    assert list(rows(world, "TASK#")) == ["unknown_number.in-0"]


def test_a_text_to_a_number_that_is_no_clinics_is_kept_all_the_same() -> None:
    world = with_ada()
    assert text(world, "hello", to_number="+12125550199") == "stray"
    assert rows(world, "STRAY#")["in-0"]["pk"] == "~unknown"


def shared() -> QuickWorld:
    world = with_ada()
    assert world.event(enrolment(BEN, "evt-ben", phone=ADAS_PHONE)) == "applied"
    pass_time(world, timedelta(hours=1))
    return world


def test_a_shared_number_is_never_guessed() -> None:
    world = shared()
    before = ada(world), ada(world, BEN)
    assert text(world, "7") == "stray"
    assert rows(world, "MEASURE#") == {}
    assert list(rows(world, "TASK#")) == ["shared_number.in-0"]
    assert (ada(world), ada(world, BEN)) == before


def test_help_from_a_shared_number_is_answered_once() -> None:
    world = shared()
    assert text(world, "HELP") == "stray"
    pass_time(world)
    assert sum(".help." in touch for touch in texts(world)) == 1


def test_stop_and_help_are_in_the_queue_before_the_minute_is_over() -> None:
    for body, queued in (("STOP", 1), ("HELP", 1), ("7", 0)):
        world = with_ada()
        text(world, body)
        assert len(world.queue.take()) == queued


def test_stop_from_a_shared_number_stops_all_who_share_it_and_is_confirmed_once() -> None:
    world = shared()
    assert text(world, "STOP") == "stray"
    today = world.clock.now().date()
    for name in ("pat-ada", BEN):
        assert not any(standing.stands(today) for standing in ada(world, name).standings.values())
    pass_time(world)
    assert confirmations(world) == 1


def test_a_busy_store_is_asked_again_by_the_queue() -> None:
    def wrap(memory: Any) -> Any:
        class Table:
            fails = False

            def __getattr__(self, name: str) -> Any:
                if self.fails and name == "query":
                    raise TryAgain("table: throttled")
                return getattr(memory, name)

        return Table()

    world = open_world(table=wrap)
    world.event(enrolment())
    world.ports.followups._client.__class__.fails = True  # type: ignore[attr-defined]
    with pytest.raises(TryAgain):
        text(world, "STOP")
    world.ports.followups._client.__class__.fails = False  # type: ignore[attr-defined]
    assert text(world, "STOP") == "stop"
    assert world.ports.clinics.get(HUDSON) is not None
