"""STOP once and it stops, however it is said: behaviours 16, 23, 24 and 25."""

from datetime import datetime

import pytest

from tests.behaviours.riverside import MINUTE, NO_CONSENT, PROGRAM, the_one
from tests.behaviours.visits import Patient, Riverside

KEYWORDS = (
    *("STOP", "QUIT", "END", "REVOKE", "OPT OUT", "OPT-OUT", "CANCEL", "UNSUBSCRIBE", "ARRET", "ALTO"),
    *("PARAR", "BASTA", "CANCELAR", "NO MAS"),
)
PLAIN_WORDS = (
    ("please don't text me anymore", "en"),
    ("Stop texting me", "en"),
    ("take me off this list", "en"),
    ("ya no me manden mensajes", "es"),
    ("no quiero recibir mas textos", "es"),
)
NOT_AN_OPT_OUT = (
    "I can't stop crying",
    "I want to end it",
    "Can you cancel my Friday visit?",
    "no puedo parar de llorar",
    "I don't want to stop the check-ins",
)


def _out_with_one_confirmation(patient: Patient, told_at: datetime) -> None:
    confirmation = the_one(patient.texts(since=told_at))
    assert confirmation["kind"] == "opt_out"
    assert confirmation.at - told_at <= 5 * MINUTE
    assert "988" in confirmation["body"]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_each_stop_word_in_any_spelling_stops_within_a_minute(riverside: Riverside, keyword: str) -> None:
    """Behaviour 23: any case, spaces and a final dot; one confirmation; the text a minute later stays in."""
    spellings = (keyword, f"  {keyword.lower()}. ", f"{keyword.capitalize()}!")
    people = [riverside.patient(name) for name in ("Ada", "Ben", "Dora")]
    for patient, words in zip(people, spellings, strict=True):
        patient.said("Tue 14:00", words)
    for patient in people:
        patient.goes_home("Tue 14:01")
    riverside.until("Tue 18:30")
    for patient in people:
        _out_with_one_confirmation(patient, riverside.at("Tue 14:00"))
        assert {row["reason"] for row in patient.rows("not_sent")} <= NO_CONSENT
        assert patient.tasks("tell_in_person") != [], "the safety text must then be said"


@pytest.mark.parametrize(("words", "language"), PLAIN_WORDS)
def test_asking_in_plain_words_stops_the_texts_too(riverside: Riverside, words: str, language: str) -> None:
    """Behaviour 24: no keyword needed, in both languages."""
    ada = riverside.patient("Ada", language=language)
    ada.goes_home("Tue 11:00")
    told_at = ada.said("Tue 14:00", words)
    riverside.until("Thu 20:00")
    _out_with_one_confirmation(ada, told_at)


@pytest.mark.parametrize("words", NOT_AN_OPT_OUT)
def test_a_text_that_only_sounds_like_stop_stops_nothing(riverside: Riverside, words: str) -> None:
    """Behaviour 24: no confirmation, and the safety text of the next visit still leaves."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", words)
    ada.goes_home("Tue 16:00")
    riverside.until("Tue 16:10")
    assert ada.texts("opt_out") == []
    assert len(ada.texts("safety", since=told_at)) == 1


def test_wanting_to_end_it_is_a_crisis_and_not_an_opt_out(riverside: Riverside) -> None:
    """Behaviour 24 and reference 4.2: read as danger, before and beside every keyword."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", "I want to end it")
    riverside.until("Tue 14:04")
    assert the_one(ada.texts(since=told_at))["kind"] == "crisis"
    assert len(ada.alerts("red")) == 1


def test_stop_twice_is_confirmed_once(riverside: Riverside) -> None:
    """Behaviour 23: the second STOP changes nothing and is not answered."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", "STOP")
    ada.said("Tue 14:30", "Stop")
    riverside.until("Wed 14:00")
    _out_with_one_confirmation(ada, told_at)


def test_cancel_from_somebody_who_felt_very_low_yesterday_stops_and_is_amber(riverside: Riverside) -> None:
    """Reference 4.2: CANCEL, END and QUIT after a mood of 3 or less are a keyword and an alert."""
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 11:00")
    ada.said("Mon 11:30", "3")
    riverside.until("Tue 10:00")
    before = len(ada.alerts())
    told_at = ada.said("Tue 10:00", "CANCEL")
    riverside.until("Tue 10:10")
    _out_with_one_confirmation(ada, told_at)
    assert [row["tier"] for row in ada.alerts()[before:]] == ["amber"]


def test_a_text_already_on_its_way_stays_in_when_stop_lands_first(riverside: Riverside) -> None:
    """Behaviour 25: four check-ins fall due in one second and leave one a second; all four say STOP in
    between. Nobody gets a check-in after it, and at least one was caught."""
    people = [riverside.patient(name) for name in ("Ada", "Ben", "Carmen", "Dora")]
    for patient in people:
        patient.goes_home("Mon 12:00:30")
    for patient in people:
        patient.said("Tue 12:00:01", "STOP")
    riverside.until("Tue 19:00")
    told_at = riverside.at("Tue 12:00:01")
    assert [row for patient in people for row in patient.texts("check_in") if row.at > told_at] == []
    caught = [
        row["touch_id"]
        for patient in people
        for row in patient.rows("not_sent", since=told_at)
        if row["reason"] in NO_CONSENT and row["touch_id"].endswith(".day1")
    ]
    left = [row["touch_id"] for patient in people for row in patient.texts() if row["touch_id"] in caught]
    assert caught != []
    assert left == []


def test_a_crisis_text_from_somebody_who_opted_out_is_still_heard(riverside: Riverside) -> None:
    """Behaviour 16: one crisis text, an alert, a page, staff are told to phone, and nothing else follows."""
    ada = riverside.patient("Ada")
    ada.said("Mon 10:00", "STOP")
    riverside.until("Mon 10:10")
    told_at = ada.said("Tue 14:00", "I want to kill myself")
    ada.goes_home("Wed 11:00")
    riverside.until("2026-11-25 12:00")
    assert the_one(ada.texts(since=told_at))["kind"] == "crisis"
    assert len(ada.alerts("red")) == 1
    assert ada.pages(since=told_at)[0].at - told_at <= MINUTE
    to_phone = [
        row for row in ada.tasks(since=told_at) if {"call", "phone"} & _words(row["kind"], row["reason"])
    ]
    assert [row for row in to_phone if row.at - told_at <= MINUTE] != []


@pytest.mark.parametrize("words", ["YES", "7", "ok thank you"])
def test_an_answer_from_somebody_who_opted_out_does_not_opt_them_in(riverside: Riverside, words: str) -> None:
    """Behaviour 16 and DESIGN 3.4: not even the YES that our own crisis text asked for."""
    ada = riverside.patient("Ada")
    ada.said("Mon 10:00", "STOP")
    ada.said("Tue 14:00", "I want to kill myself")
    told_at = ada.said("Tue 14:01", words)
    ada.goes_home("Wed 11:00")
    riverside.until("2026-11-25 12:00")
    assert len(ada.texts("crisis")) == 1
    assert ada.texts(*PROGRAM, "opt_in", "after_hours", since=told_at) == []


def _words(*texts: str) -> set[str]:
    return set(" ".join(texts).lower().replace("_", " ").replace(".", " ").replace(",", " ").split())
