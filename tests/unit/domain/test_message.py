"""From reviewed words to what the patient reads."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from aftercare.domain.clinic import SmsCaps
from aftercare.domain.consent import Channel
from aftercare.domain.message import (
    day_in_words,
    html_of,
    render_email,
    render_sms,
    spoken_phone,
    time_in_words,
    values,
)
from aftercare.domain.segments import GSM_7, segments
from tests.building import a_clinic, some_words, utc

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        (date(2026, 11, 30), "en", "Monday, November 30"),
        (date(2026, 11, 30), "es", "lunes 30 de noviembre"),
        (date(2027, 1, 3), "en", "Sunday, January 3"),
        (date(2026, 12, 2), "es", "miércoles 2 de diciembre"),
        (date(2027, 8, 7), "es", "sábado 7 de agosto"),
    ],
)
def test_a_day_is_said_as_people_say_it(day: date, language: str, words: str) -> None:
    assert day_in_words(day, language) == words


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (time(0, 5), "12:05 AM", "12:05 a. m."),
        (time(9, 5), "9:05 AM", "9:05 a. m."),
        (time(11, 59), "11:59 AM", "11:59 a. m."),
        (time(12, 0), "12:00 PM", "12:00 p. m."),
        (time(13, 30), "1:30 PM", "1:30 p. m."),
        (time(23, 0), "11:00 PM", "11:00 p. m."),
    ],
)
def test_a_time_is_said_on_the_twelve_hour_clock(at: time, english: str, spanish: str) -> None:
    assert (time_in_words(at, "en"), time_in_words(at, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("phone", "spoken"),
    [
        ("+12025550147", "202-555-0147"),
        ("+1 (202) 555-0147", "202-555-0147"),
        ("+442079460958", "+442079460958"),
        ("+1202555014", "+1202555014"),
        ("62621", "62621"),
    ],
)
def test_a_phone_number_is_written_as_people_read_it(phone: str, spoken: str) -> None:
    assert spoken_phone(phone) == spoken


@pytest.mark.parametrize(
    ("zone", "day", "at"),
    [
        ("America/New_York", "Monday, November 30", "11:30 PM"),
        ("America/Toronto", "Monday, November 30", "11:30 PM"),
        ("America/Denver", "Monday, November 30", "9:30 PM MST"),
        ("Europe/Paris", "Tuesday, December 1", "5:30 AM CET"),
    ],
)
def test_a_session_is_named_by_the_patients_own_clock_and_says_so_when_the_clinics_differs(
    zone: str, day: str, at: str
) -> None:
    found = values(a_clinic(), "en", ZoneInfo(zone), utc("2026-12-01 04:30"), None)
    assert (found["day"], found["time"]) == (day, at)


def test_a_text_calls_the_clinic_by_its_neutral_name_and_promises_its_own_cap_and_hours() -> None:
    clinic = a_clinic(sms_caps=SmsCaps(per_day=2, per_week=4))
    found = values(clinic, "en", NEW_YORK, None, None)
    assert found == {"clinic": "Hudson Clinic", "phone": "212-555-0102", "per_week": "4", "opens": "8:30 AM"}
    assert (
        values(clinic, "en", NEW_YORK, None, "https://care.example/f/x")["link"] == "https://care.example/f/x"
    )


def test_a_text_leaves_in_the_cheap_alphabet_whatever_the_clinic_is_called() -> None:
    words = some_words("day1", sms="{clinic}: el {day} a las {time} — “hola”")
    clinic = a_clinic(sms_name="Clínica María’s")
    text = render_sms(words, values(clinic, "es", NEW_YORK, utc("2026-12-02 15:00"), None))
    assert text.channel is Channel.SMS
    assert (text.subject, text.html) == (None, None)
    assert segments(text.text)[0] == GSM_7
    assert text.text.startswith("Clinica Maria's: el mi")


@pytest.mark.parametrize("form", ["sms", "subject", "email"])
def test_words_that_need_what_is_not_there_are_not_written(form: str) -> None:
    words = some_words("day1", **{form: "On {day}"})
    with pytest.raises(KeyError, match="day"):
        (render_sms if form == "sms" else render_email)(words, {"clinic": "Hudson Clinic"})


def test_a_mail_has_the_same_words_twice_plain_and_as_a_page() -> None:
    words = some_words("day1", subject="A note from {clinic}", email="Hello.\n\nHow are you?")
    mail = render_email(words, {"clinic": "Hudson"})
    assert (mail.channel, mail.subject, mail.text) == (
        Channel.EMAIL,
        "A note from Hudson",
        "Hello.\n\nHow are you?\n",
    )
    assert mail.html is not None and mail.html.count("<p ") == 2
    assert "Hello.</p>" in mail.html and "How are you?</p>" in mail.html


def test_a_footer_stands_below_the_words_in_both_forms() -> None:
    mail = render_email(some_words("E1", email="Hello."), {"clinic": "Hudson"}, "1 River Street")
    assert mail.text == "Hello.\n\n1 River Street\n"
    assert mail.html is not None and "1 River Street</p>" in mail.html


def test_what_a_clinic_is_called_can_never_become_markup() -> None:
    page = html_of("From <script>alert(1)</script> & Sons", "en", 'A "note" <b>')
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page and "&amp; Sons" in page


def test_a_link_can_be_tapped_and_the_full_stop_behind_it_is_no_part_of_it() -> None:
    page = html_of("Open https://care.example/u/abc.\nThanks", "es", "x")
    assert '<a href="https://care.example/u/abc">https://care.example/u/abc</a>.<br>Thanks' in page
    assert '<html lang="es">' in page
    assert "<a " not in html_of("javascript:alert(1) http://care.example", "en", "x")


def test_nothing_in_a_mail_is_fetched_when_it_is_opened() -> None:
    page = render_email(replace(some_words("E1"), email="Hello."), {"clinic": "Hudson"}).html
    assert page is not None
    assert not any(tag in page for tag in ("<img", "<script", "<link", "url(", "src="))
