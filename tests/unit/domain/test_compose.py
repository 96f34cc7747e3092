"""The message of a claimed touch, the secret behind its link, and until when it may be delivered."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.compose import (
    FORM_OPEN,
    UNSUBSCRIBE_OPEN,
    Composed,
    compose,
    secret_hash,
    without_secret,
)
from aftercare.domain.consent import Channel
from aftercare.domain.decide import Library, Send
from aftercare.domain.followup import Followup
from aftercare.domain.protocol import Kind
from aftercare.domain.send_window import SendWindow, closes_at
from aftercare.domain.touch import Touch
from aftercare.domain.words import Words
from tests.building import (
    ADA,
    ADAS_MAIL,
    ADAS_PHONE,
    BASE_URL,
    HUDSON,
    IV,
    NOON,
    a_clinic,
    a_followup,
    a_library,
    a_touch,
    completed,
    eastern,
    scheduled,
    some_words,
)

SECRET = "a-secret-of-22-letters"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FORM = some_words("form", sms="{clinic}: your page {link}", email="Your page: {link}")


def composed(
    touch: Touch,
    words: Words,
    channel: Channel = Channel.SMS,
    followup: Followup | None = None,
    library: Library | None = None,
    now: datetime = NOON,
) -> Composed:
    to = ADAS_PHONE if channel is Channel.SMS else ADAS_MAIL
    ada = followup or a_followup(completed(NOON - DAY))
    found = compose(touch, Send(channel, to, words), ada, a_clinic(), library or a_library(), SECRET, now)
    assert found is not None
    return found


def test_a_check_in_is_its_words_and_nothing_else() -> None:
    found = composed(a_touch(), some_words("day1"))
    assert found.message.text == "Hudson Clinic: How are you?"
    assert (found.link, found.unsubscribe) == (None, None)


def test_a_reminder_names_the_session_it_is_about() -> None:
    words = some_words("reminder_24h", sms="{clinic}: {day} at {time}")
    start = eastern("2026-11-30 11:00")
    found = composed(a_touch(Kind.REMINDER), words, followup=a_followup(scheduled(start)))
    assert found.message.text == "Hudson Clinic: Monday, November 30 at 11:00 AM"


def test_no_message_is_better_than_one_with_a_hole() -> None:
    words = some_words("reminder_24h", sms="{clinic}: {day}")
    send = Send(Channel.SMS, ADAS_PHONE, words)
    unbooked = a_followup(completed(NOON, starts_at=None))
    assert compose(a_touch(), send, unbooked, a_clinic(), a_library(), SECRET, NOON) is None


@pytest.mark.parametrize("channel", list(Channel))
def test_a_form_is_reached_by_a_link_of_which_only_the_hash_is_stored(channel: Channel) -> None:
    step = replace(load_protocols()[IV].step("week2"), measures=("phq-9", "gad-7"))
    found = composed(a_touch(Kind.MEASURE, step=step), FORM, channel)
    assert f"{BASE_URL}/f/{SECRET}" in found.message.text
    link = found.link
    assert link is not None
    assert link.secret_hash == hashlib.sha256(SECRET.encode()).hexdigest() == secret_hash(SECRET)
    assert SECRET not in repr(link)
    assert (link.opens, link.expires_at) == ("form:phq-9,gad-7", NOON + FORM_OPEN)
    assert (link.clinic_id, link.patient_id, link.touch_id) == (HUDSON, ADA, "ses-1.day1")
    assert found.unsubscribe is None


def test_a_mail_of_education_says_who_writes_and_how_to_end_it() -> None:
    found = composed(a_touch(Kind.EDUCATION), some_words("E1"), Channel.EMAIL)
    assert found.unsubscribe == f"{BASE_URL}/u/{SECRET}"
    assert found.message.text.endswith(f"open this page:\n{BASE_URL}/u/{SECRET}\n")
    assert "1 River Street, New York, NY 10001" in found.message.text
    link = found.link
    assert link is not None
    assert (link.opens, link.expires_at) == ("unsubscribe", NOON + UNSUBSCRIBE_OPEN)
    assert timedelta(days=30) <= UNSUBSCRIBE_OPEN


def test_the_way_out_is_in_the_patients_language() -> None:
    spanish = composed(a_touch(Kind.EDUCATION), some_words("E1", language="es"), Channel.EMAIL)
    assert "Para dejar de recibir" in spanish.message.text


@pytest.mark.parametrize(
    ("kind", "channel"), [(Kind.EDUCATION, Channel.SMS), (Kind.CHECK_IN, Channel.EMAIL)], ids=str
)
def test_neither_a_text_nor_a_mail_about_care_has_a_link_to_unsubscribe(kind: Kind, channel: Channel) -> None:
    found = composed(a_touch(kind), some_words("E1"), channel)
    assert (found.link, found.unsubscribe) == (None, None)
    assert "/u/" not in found.message.text
    assert "River Street" not in found.message.text


# ---- until when it may be delivered


@pytest.mark.parametrize(
    ("touch", "now", "seconds"),
    [
        pytest.param(a_touch(), NOON, 8 * 3600, id="until the window closes"),
        pytest.param(a_touch(too_late_at=NOON + HOUR), NOON, 3600, id="until it is too late"),
        pytest.param(a_touch(), eastern("2026-11-24 19:59"), 60, id="a minute before eight"),
        pytest.param(
            a_touch(Kind.SAFETY, too_late_at=NOON + 6 * HOUR), NOON + 5 * HOUR, 3600, id="a safety text"
        ),
        pytest.param(
            a_touch(Kind.SAFETY, due_at=eastern("2026-11-24 22:30"), too_late_at=eastern("2026-11-25 01:00")),
            eastern("2026-11-24 23:00"),
            30 * 60,
            id="a safety text at night, for an hour from the discharge",
        ),
        pytest.param(a_touch(Kind.HELP, too_late_at=None), NOON, 3600, id="an answer for an hour"),
        pytest.param(
            a_touch(Kind.OPT_IN, too_late_at=None), eastern("2026-11-24 19:30"), 1800, id="an opt-in text"
        ),
        pytest.param(
            a_touch(Kind.SAFETY, due_at=NOON + 9 * DAY, too_late_at=NOON + 9 * DAY),
            NOON,
            259_200,
            id="no longer than a carrier takes",
        ),
        pytest.param(
            a_touch(too_late_at=NOON + timedelta(seconds=2)), NOON, 5, id="no shorter than a carrier takes"
        ),
    ],
)
def test_a_message_is_never_delivered_when_it_is_of_no_use_any_more(
    touch: Touch, now: datetime, seconds: int
) -> None:
    assert composed(touch, some_words("day1"), now=now).valid_for_seconds == seconds


@given(st.integers(0, 11 * 3600 - 6), st.integers(6, 3 * 86400))
def test_no_text_is_delivered_after_the_window_or_after_its_time(into_the_day: int, useful_for: int) -> None:
    now = eastern("2026-11-24 09:00") + timedelta(seconds=into_the_day)
    too_late_at = now + timedelta(seconds=useful_for)
    found = composed(a_touch(too_late_at=too_late_at), some_words("day1"), now=now)
    delivered_by = now + timedelta(seconds=found.valid_for_seconds)
    closes = closes_at(now, SendWindow(), a_followup().contact.zone)
    assert now < delivered_by <= min(closes, too_late_at)


def test_the_words_that_are_kept_do_not_hold_the_key_to_the_form() -> None:
    kept = without_secret(f"Two minutes for a form: {BASE_URL}/f/{SECRET} Thank you.")
    assert kept == f"Two minutes for a form: {BASE_URL}/f/... Thank you."
