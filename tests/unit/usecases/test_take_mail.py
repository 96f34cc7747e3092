"""A mail is taken like a text; what nobody could read of it is for a person to look at today."""

import json
from textwrap import fill
from typing import Any

import pytest

from aftercare.contracts.inbound_mail import parse
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.ids import TouchId
from aftercare.domain.records import Receipt
from aftercare.usecases.take_delivery import take_delivery
from aftercare.usecases.take_reply import take_mail
from infra.local.quick_world import QuickWorld
from tests.building import ADA, BEN, BENS_PHONE, HUDSON, eastern
from tests.unit.contracts.letters import ABSENT, leaf, letter, multipart, notice
from tests.unit.usecases.alarmed import (
    DANGER,
    MINUTE,
    NURSE,
    a_rota,
    agreed_to_mail,
    crisis_texts,
    open_tasks,
    pages,
    the_alert,
)
from tests.unit.usecases.worlds import ada, after_a_session, enrolment, rows, texts, with_ada

PHONE_OFF = Outcome(State.FAILED_SOFT, Cause.PHONE_UNREACHABLE, final=True)
PICTURE = letter(**multipart("mixed", leaf("image/jpeg", "/9j/4AAQ", "base64", "attachment; filename=a.jpg")))
AWAY = letter("", kind="image/png", encoding="base64", auto_submitted="auto-replied", subject="Away")


def mail(world: QuickWorld, content: object, **fields: Any) -> str:
    """Let Ada write a mail. Returns how it was taken."""
    usual = {"messageId": "mail-1", "receipt_timestamp": world.clock.now().isoformat()}
    return take_mail(parse(notice(content, **{**usual, **fields})), world.ports)


def from_ada() -> QuickWorld:
    return agreed_to_mail(with_ada())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PICTURE, "nothing_to_read"),
        (ABSENT, "nothing_to_read"),
        (letter("I slept well. " * 20_000), "too_long"),
    ],
    ids=["a photo and no words", "a mail that came without its content", "a mail whose middle was left out"],
)
def test_a_mail_that_nobody_could_read_is_kept_and_looked_at_the_same_day(
    content: object, reason: str
) -> None:
    world = from_ada()
    assert mail(world, content) == "unread"
    reply = rows(world, "REPLY#")["mail-1"]
    assert reply["tier"] == "amber"
    assert reply["body"].startswith("Re: Your check-in")
    assert (the_alert(world).tier.value, the_alert(world).reason) == ("amber", reason)
    assert open_tasks(world) == []


def test_a_photo_from_an_address_that_nobody_has_is_looked_at_too() -> None:
    world = with_ada()
    assert mail(world, PICTURE.replace("Ada@Example.org", "dora@example.org")) == "stray"
    assert (the_alert(world).reason, pages(world)) == ("nothing_to_read", [])
    assert open_tasks(world) == ["unknown_number"]


def test_danger_that_only_the_subject_speaks_of_is_no_quoted_history() -> None:
    world = from_ada()
    mail(world, letter("See above.", subject="I want to kill myself"))
    assert (the_alert(world).tier.value, the_alert(world).reason) == ("red", "suicide")


def test_danger_written_below_our_own_words_calls_the_nurse() -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    head = "-----Original Message-----\nFrom: Hudson\nSent: today\nTo: Ada\n\nHow are you, 0-10?"
    assert mail(world, letter(f"{head}\n\nI want to kill myself tonight")) == "unread"
    assert (the_alert(world).tier.value, the_alert(world).reason) == ("red", "suicide")
    assert (0, NURSE.phone) in pages(world)


@pytest.mark.parametrize("mark", ["", "> "], ids=["as Outlook quotes", "as Gmail quotes"])
def test_our_own_mail_sent_back_without_a_word_calls_nobody_at_once(mark: str) -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    world.run_until(world.clock.now() + 5 * MINUTE)
    ours = next(row["text"] for row in rows(world, "FOLLOWUP#").values() if "911" in row.get("text", ""))
    quote = "\n".join(mark + line for line in fill(ours, 60).split("\n"))
    head = "-----Original Message-----\nFrom: Hudson\nSent: today\nTo: Ada"
    mail(world, letter(f"{head}\n\n{quote}"))
    assert (the_alert(world).tier.value, pages(world)) == ("amber", [])


def test_danger_only_quoted_below_a_patients_own_words_calls_nobody_at_once() -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    head = "-----Original Message-----\nFrom: Hudson\nSent: today\nTo: Ada\n\nHow are you, 0-10?"
    mail(world, letter(f"I slept well.\n\n{head}\n\nI want to kill myself tonight"))
    assert (the_alert(world).tier.value, pages(world)) == ("amber", [])


@pytest.mark.parametrize(
    "subject", ["STOP", "unsubscribe", "Re: STOP", "RV: Re: ALTO", "Fwd: cancelar", "RE[2]: no más mensajes"]
)
@pytest.mark.parametrize("body", ["", "> How are you, 0-10?\n"], ids=["empty", "only our words"])
def test_stop_in_the_subject_of_a_mail_without_words_stops_everything(subject: str, body: str) -> None:
    world = from_ada()
    assert mail(world, letter(body, subject=subject)) == "stop"
    assert not any(standing.agreed for standing in ada(world).standings.values())


def test_a_subject_above_words_of_the_patients_own_means_nothing() -> None:
    world = from_ada()
    assert mail(world, letter("Can we move my visit?", subject="Cancel")) == "unread"
    assert any(standing.agreed for standing in ada(world).standings.values())


@pytest.mark.parametrize(
    "content",
    [
        letter("SSB3YW50IHRvIGtpbGwgbXlzZWxm!!!=", encoding="base64"),
        letter("SSB3YW50IHRvIGtpbGwgbXlzZWxm!!!="),
        letter(
            **multipart(
                "alternative", leaf("text/plain", "View in HTML"), leaf("text/html", f"<p>{DANGER}</p>")
            )
        ),
        letter(
            **multipart(
                "mixed",
                leaf("text/plain", "see attached"),
                leaf("text/plain", DANGER, "base64", "attachment; filename=n.txt"),
            )
        ),
    ],
    ids=["damaged", "packed without a word", "only in the HTML", "in a text file"],
)
def test_danger_that_a_mail_program_might_not_show_calls_the_nurse_and_is_kept(content: str) -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    mail(world, content)
    assert (the_alert(world).tier.value, the_alert(world).reason) == ("red", "suicide")
    assert (0, NURSE.phone) in pages(world)
    assert DANGER in rows(world, "REPLY#")["mail-1"]["body"]


def test_a_number_with_a_text_file_beside_it_is_still_a_number() -> None:
    world = agreed_to_mail(after_a_session())
    world.run_until(eastern("2026-11-23 16:00"))
    parts = leaf("text/plain", "6"), leaf("text/plain", "my list", disposition="attachment; filename=n.txt")
    assert mail(world, letter(**multipart("mixed", *parts))) == "mood"


def test_a_mail_with_words_and_a_photo_is_read_for_its_words() -> None:
    world = from_ada()
    parts = (leaf("text/plain", "Here is my parking slip."), leaf("image/jpeg", "/9j/4AAQ", "base64"))
    assert mail(world, letter(**multipart("mixed", *parts))) == "unread"
    assert (rows(world, "ALERT#"), open_tasks(world)) == ({}, ["unread_reply"])


def test_a_note_that_somebody_is_away_alarms_nobody_whatever_is_attached() -> None:
    world = from_ada()
    assert mail(world, AWAY) == "automatic"
    assert (rows(world, "ALERT#"), open_tasks(world)) == ({}, [])


@pytest.mark.parametrize(
    "headers",
    [
        {"subject": "Out of office"},
        {"precedence": "bulk"},
        {"x_auto_response_suppress": "All"},
        {"list_unsubscribe": "<mailto:x@example.org>"},
    ],
    ids=["out of office", "bulk", "answers suppressed", "a list"],
)
def test_danger_under_a_machines_headers_calls_the_nurse_and_is_not_answered(headers: dict[str, str]) -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    world.carrier.accepted.clear()
    assert mail(world, letter("I want to kill myself tonight", **headers)) == "automatic"
    assert (the_alert(world).tier.value, the_alert(world).reason) == ("red", "suicide")
    assert (pages(world), crisis_texts(world)) == ([(0, NURSE.phone)], [])


def test_a_note_that_somebody_is_away_calls_nobody_at_once_whatever_it_quotes() -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    note = "I am away.\n\n> I want to kill myself tonight"
    assert mail(world, letter(note, subject="Out of office")) == "automatic"
    assert (the_alert(world).tier.value, pages(world)) == ("amber", [])


def test_a_plain_note_that_somebody_is_away_calls_nobody() -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    note = "I am out of the office until Monday."
    assert mail(world, letter(note, subject="Out of office")) == "automatic"
    assert pages(world) == []


def test_danger_under_a_machines_headers_from_a_mailbox_of_two_calls_the_nurse_and_is_not_answered() -> None:
    world = agreed_to_mail(with_ada(a_rota()))
    assert world.event(enrolment(BEN, "evt-ben", phone=BENS_PHONE, email="ada@example.org")) == "applied"
    world.carrier.accepted.clear()
    assert mail(world, letter("I want to kill myself tonight", subject="Out of office")) == "stray"
    assert (the_alert(world).tier.value, the_alert(world).answer) == ("red", None)
    assert (pages(world), crisis_texts(world)) == ([(0, NURSE.phone)], [])


def test_a_number_in_a_mail_that_answers_our_mail_belongs_to_that_mail() -> None:
    world = agreed_to_mail(after_a_session())
    phone_off = Receipt(
        HUDSON, ADA, TouchId("ses-1.discharge"), Channel.SMS, "m-1", world.clock.now(), PHONE_OFF
    )
    world.run_until(world.clock.now() + 5 * MINUTE)
    take_delivery(phone_off, world.ports)
    world.run_until(eastern("2026-11-23 16:00"))
    assert texts(world)[-1] == "ses-1.evening"
    ours = rows(world, "FOLLOWUP#")["ses-1.discharge~email"]["provider_id"]
    answer = letter("7", in_reply_to=f"<{ours}@email.amazonses.com>")
    assert mail(world, answer) == "mood"
    assert rows(world, "MEASURE#")["mail-1"]["touch"] == "ses-1.discharge~email"


def test_a_mail_to_an_address_that_no_clinic_has_wakes_an_operator_but_not_a_machines_one() -> None:
    world = from_ada()
    elsewhere = {"receipt_recipients": ["help@hudson.example.org"]}
    assert mail(world, letter("I want to kill myself"), **elsewhere) == "stray"
    ((parked, reason),) = world.parked.events
    found = json.loads(parked)
    assert (found["tier"], found["sent_to"], reason) == ("red", ["help@hudson.example.org"], "sent_to")
    away = letter("I am away.", auto_submitted="auto-replied")
    assert mail(world, away, messageId="mail-2", **elsewhere) == "stray"
    assert len(world.parked.events) == 1
