"""Texts that repeat, and texts of somebody else: behaviours 29 and 30."""

import pytest

from tests.behaviours.riverside import MINUTE, the_one
from tests.behaviours.visits import Riverside

SHARED, STRANGER = "+12025550120", "+12025550130"


def test_a_crisis_text_delivered_three_times_is_one_alert_and_one_answer(riverside: Riverside) -> None:
    """Behaviour 29: the same provider id, seconds and a day later; Nora took the alert on meanwhile."""
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself", sms_id="sms-1")
    ada.said("Tue 14:00:02", "I want to kill myself", sms_id="sms-1")
    riverside.staff("Tue 14:02", "acknowledge", ada)
    ada.said("Wed 14:00", "I want to kill myself", sms_id="sms-1")
    riverside.until("Wed 14:04")
    assert (len(ada.alerts("red")), len(ada.texts("crisis"))) == (1, 1)
    assert len(riverside.facts("ReplyReceived", ada.id)) == 1


def test_a_number_delivered_twice_is_written_down_once(riverside: Riverside) -> None:
    """Behaviour 29: one mood, one fact for the other systems."""
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 12:00")
    for wall in ("Mon 12:30", "Mon 12:31"):
        ada.said(wall, "7", sms_id="sms-1")
    riverside.until("Mon 12:40")
    assert [row["total"] for row in ada.rows("measure")] == [7]
    assert len(riverside.facts("ReplyReceived", ada.id)) == 1
    assert len(riverside.facts("MeasureScored", ada.id)) == 1


def test_the_same_words_sent_twice_by_the_patient_are_two_texts(riverside: Riverside) -> None:
    """Behaviour 29, the other way round: another id is another text."""
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 12:00")
    ada.said("Mon 12:30", "7", sms_id="sms-1")
    ada.said("Tue 12:30", "7", sms_id="sms-2")
    riverside.until("Tue 12:40")
    assert len(ada.rows("measure")) == 2


def test_going_home_reported_twice_sends_one_text(riverside: Riverside) -> None:
    """Behaviour 29 for events: the same event id has the effect of once."""
    ada = riverside.patient("Ada")
    for wall in ("Mon 12:00", "Mon 12:00"):
        ada.goes_home(wall, event_id="evt-home")
    riverside.until("Mon 19:00")
    assert [row["kind"] for row in ada.texts("safety", "check_in")] == ["safety", "check_in"]


@pytest.mark.parametrize("words", ["wrong number", "Sorry, you have the wrong number", "número equivocado"])
def test_wrong_number_stops_everything_and_says_nothing_more(riverside: Riverside, words: str) -> None:
    """Behaviour 30: a privacy task, no confirmation, and never another text."""
    ada = riverside.patient("Ada", consents=("sms care", "sms education"))
    ada.goes_home("Mon 12:00")
    told_at = ada.said("Mon 13:00", words)
    ada.goes_home("Thu 12:00", number=2)
    riverside.until("2026-11-25 12:00")
    assert len(ada.tasks("wrong_number")) == 1
    assert ada.texts(since=told_at) == []
    assert ada.rows("not_sent", since=told_at) != []


def test_a_text_from_a_phone_that_two_patients_share_is_given_to_staff(riverside: Riverside) -> None:
    """DESIGN 3.9: never guessed, so no mood is written down for either."""
    people = [riverside.patient(name, phone=SHARED) for name in ("Ada", "Ben")]
    for patient in people:
        patient.goes_home("Mon 12:00")
    riverside.text("Mon 12:30", SHARED, "3")
    riverside.until("Mon 12:40")
    assert riverside.rows("measure") == []
    assert [row["patient_id"] for row in riverside.rows("task", kind="shared_number")] == [None]


def test_a_crisis_from_a_phone_that_two_patients_share_is_red_for_nobody_in_particular(
    riverside: Riverside,
) -> None:
    """Behaviour 1 and DESIGN 3.9: alert and page at once, one crisis text to that phone."""
    for name in ("Ada", "Ben"):
        riverside.patient(name, phone=SHARED)
    told_at = riverside.text("Tue 14:00", SHARED, "I want to kill myself")
    riverside.until("Tue 14:04")
    assert [row["patient_id"] for row in riverside.alerts("red")] == [None]
    assert riverside.rows("page")[0].at - told_at <= MINUTE
    assert the_one(riverside.rows("sms", since=told_at, to=SHARED))["kind"] == "crisis"


@pytest.mark.parametrize("words", ["NO", "no estoy a salvo"])
@pytest.mark.parametrize("phone", [SHARED, STRANGER], ids=["shared", "unknown"])
def test_no_to_are_you_safe_calls_the_next_people_whoever_holds_the_phone(
    riverside: Riverside, phone: str, words: str
) -> None:
    """Behaviour 11 and DESIGN 3.9: nobody is guessed, and the answer to our own question is heard."""
    for name in ("Ada", "Ben"):
        riverside.patient(name, phone=SHARED)
    riverside.text("Tue 14:00", phone, "I want to kill myself")
    told_at = riverside.text("Tue 14:02", phone, words)
    riverside.until("Tue 14:04")
    assert {page["step"] for page in riverside.rows("page", since=told_at)} == {5}
    assert len(riverside.alerts("red")) == 1


def test_a_no_from_a_phone_that_was_asked_nothing_alarms_nobody(riverside: Riverside) -> None:
    """The other side of it: only a task, as for any text."""
    riverside.text("Tue 14:00", STRANGER, "NO")
    riverside.until("Tue 14:10")
    assert (riverside.alerts(), len(riverside.rows("task", kind="unknown_number"))) == ([], 1)


def test_stop_in_a_crisis_from_a_shared_phone_gets_one_text_that_says_both(riverside: Riverside) -> None:
    """Behaviour 2: the crisis text is the confirmation, for everybody on that phone."""
    for name in ("Ada", "Ben"):
        riverside.patient(name, phone=SHARED)
    told_at = riverside.text("Tue 14:00", SHARED, "STOP I want to die")
    riverside.until("Tue 14:10")
    answer = the_one(riverside.rows("sms", since=told_at, to=SHARED))
    assert (answer["kind"], "no more" in answer["body"]) == ("crisis", True)


def test_stop_from_a_phone_that_two_patients_share_stops_both(riverside: Riverside) -> None:
    """Behaviour 23: the law follows the phone; neither gets another program text on it."""
    people = [riverside.patient(name, phone=SHARED) for name in ("Ada", "Ben")]
    told_at = riverside.text("Mon 12:30", SHARED, "STOP")
    for patient in people:
        patient.goes_home("Mon 14:00")
    riverside.until("Tue 19:00")
    assert {row["kind"] for row in riverside.rows("sms", since=told_at, to=SHARED)} <= {"opt_out"}


def test_a_text_from_a_phone_nobody_has_is_given_to_staff(riverside: Riverside) -> None:
    """DESIGN 3.9: a task without a patient, and no answer that would tell whose clinic this is."""
    riverside.patient("Ada")
    told_at = riverside.text("Tue 14:00", STRANGER, "Who is this?")
    riverside.until("Tue 14:10")
    assert [row["patient_id"] for row in riverside.rows("task", kind="unknown_number")] == [None]
    assert riverside.rows("sms", since=told_at, to=STRANGER) == []


def test_a_crisis_from_a_phone_nobody_has_is_red_and_paged(riverside: Riverside) -> None:
    """Behaviour 1: any inbound text; the alert has no patient."""
    told_at = riverside.text("Tue 14:00", STRANGER, "I want to kill myself")
    riverside.until("Tue 14:04")
    alert = the_one(riverside.alerts("red"))
    assert alert["patient_id"] is None
    page = riverside.rows("page")[0]
    assert (page["alert_id"], page.at - told_at <= MINUTE) == (alert["id"], True)


def test_a_mail_from_an_address_nobody_has_is_called_a_mail(riverside: Riverside) -> None:
    """DESIGN 3.9: a task without a patient that says what came, and from what."""
    mail = {"from": "stranger@example.org", "to": "care@riverside.example.org", "subject": "Hello"}
    riverside.happens(riverside.at("Tue 14:00"), "email", {**mail, "text": "Who is this?", "id": "mail-1"})
    riverside.until("Tue 14:10")
    told = the_one(riverside.rows("task", kind="unknown_number"))["reason"]
    assert told == "A mail came from an address that no patient has: read it and decide."
