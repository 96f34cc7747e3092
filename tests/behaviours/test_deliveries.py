"""A text that does not arrive is somebody's business: behaviours 13 and 17."""

import pytest

from tests.behaviours.riverside import MINUTE, Row, the_one
from tests.behaviours.visits import Patient, Riverside

HARD = ("TEXT_INVALID", "TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED", "TEXT_UNREACHABLE")


def _checked_in(riverside: Riverside, *more: str) -> tuple[Patient, Row]:
    """Ada went home on Monday at noon and was sent the check-in of that evening."""
    ada = riverside.patient("Ada", email="ada@example.org", consents=("sms care", *more))
    ada.goes_home("Mon 12:00")
    riverside.until("Mon 17:00")
    return ada, the_one(ada.texts("check_in"))


@pytest.mark.parametrize("wall", ["Tue 12:00", "Tue 21:30", "Sun 07:15"])
def test_the_no_driving_text_leaves_within_two_minutes_of_going_home(riverside: Riverside, wall: str) -> None:
    """Behaviour 13: at any hour."""
    ada = riverside.patient("Ada")
    home_at = ada.goes_home(wall)
    riverside.rehearsal.finish(home_at + 5 * MINUTE)
    safety = the_one(ada.texts("safety"))
    assert safety.at - home_at <= 2 * MINUTE
    assert "988" in safety["body"]
    assert ada.tasks("tell_in_person") == []


def test_without_consent_to_texts_staff_are_told_to_print_and_tell(riverside: Riverside) -> None:
    """Behaviour 13: in two minutes, while the patient is still there."""
    ada = riverside.patient("Ada", consents=())
    home_at = ada.goes_home("Tue 12:00")
    riverside.until("Tue 12:10")
    assert ada.texts("safety") == []
    assert the_one(ada.tasks("tell_in_person")).at - home_at <= 2 * MINUTE


def test_if_the_phone_company_refuses_the_no_driving_text_staff_are_told(riverside: Riverside) -> None:
    """Behaviour 13: her number is on the phone company's own opt-out list."""
    ada = riverside.patient("Ada")
    riverside.carrier("Tue 11:59", sms=f"opted_out:{ada.phone}")
    home_at = ada.goes_home("Tue 12:00")
    riverside.until("Tue 12:10")
    assert ada.texts("safety") == []
    assert ada.tasks("tell_in_person")[0].at - home_at <= 2 * MINUTE


def test_if_the_no_driving_text_is_reported_as_failed_staff_are_told(riverside: Riverside) -> None:
    """Behaviour 13: accepted first, then a receipt says that it never arrived."""
    ada = riverside.patient("Ada")
    ada.goes_home("Tue 12:00")
    riverside.until("Tue 12:03")
    told_at = riverside.receipt("Tue 12:04", the_one(ada.texts("safety")), "TEXT_INVALID")
    riverside.until("Tue 12:10")
    to_do = {row["kind"] for row in ada.tasks(since=told_at)}
    assert to_do & {"tell_in_person", "not_delivered"} != set()


@pytest.mark.parametrize("event_type", HARD)
def test_a_check_in_that_failed_is_a_task_and_goes_by_mail_if_agreed(
    riverside: Riverside, event_type: str
) -> None:
    """Behaviour 17: the same touch, by the other channel."""
    ada, text = _checked_in(riverside, "email care")
    failed_at = riverside.receipt("Mon 17:01", text, event_type)
    riverside.until("Mon 17:30")
    mail = the_one(ada.rows("email", since=failed_at))
    assert mail["touch_id"] == f"{text['touch_id']}~email"
    assert (mail["kind"], mail["to"]) == ("check_in", "ada@example.org")
    assert len(ada.tasks("not_delivered")) == 1


@pytest.mark.parametrize("more", [(), ("email education",)], ids=["texts only", "mail for learning only"])
def test_a_check_in_that_failed_is_only_a_task_if_mail_was_not_agreed(
    riverside: Riverside, more: tuple[str, ...]
) -> None:
    """Behaviour 17: consent to learn by mail is not consent to care by mail."""
    ada, text = _checked_in(riverside, *more)
    failed_at = riverside.receipt("Mon 17:01", text, "TEXT_INVALID")
    riverside.until("Mon 19:30")
    assert ada.rows("email", since=failed_at) == []
    assert len(ada.tasks("not_delivered")) == 1
    assert len(riverside.facts("MessageFailed", text["touch_id"])) == 1


def test_the_same_failure_reported_three_times_is_one_task_and_one_mail(riverside: Riverside) -> None:
    """Behaviours 17 and 29: receipts repeat."""
    ada, text = _checked_in(riverside, "email care")
    for wall in ("Mon 17:01", "Mon 17:02", "Mon 18:30"):
        riverside.receipt(wall, text, "TEXT_INVALID")
    riverside.until("Mon 19:30")
    assert len(ada.tasks("not_delivered")) == 1
    assert len(ada.rows("email")) == 1


def test_receipts_in_any_order_end_as_delivered_once(riverside: Riverside) -> None:
    """Behaviour 29 and DESIGN 3.10: delivered, then sent, then delivered again."""
    ada, text = _checked_in(riverside, "email care")
    for wall, event_type in (
        ("Mon 17:01", "TEXT_DELIVERED"),
        ("Mon 17:02", "TEXT_SENT"),
        ("Mon 17:03", "TEXT_DELIVERED"),
        ("Mon 17:04", "TEXT_QUEUED"),
    ):
        riverside.receipt(wall, text, event_type)
    riverside.until("Mon 19:30")
    assert len(riverside.facts("MessageDelivered", text["touch_id"])) == 1
    assert (ada.tasks(), ada.rows("email")) == ([], [])


def test_a_crisis_text_that_did_not_arrive_is_known_within_a_minute(riverside: Riverside) -> None:
    """Behaviour 17: the reply to somebody in danger is not lost in silence."""
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.until("Tue 14:01")
    failed_at = riverside.receipt("Tue 14:02", the_one(ada.texts("crisis")), "TEXT_UNREACHABLE")
    riverside.until("Tue 14:04")
    assert the_one(ada.tasks("not_delivered")).at - failed_at <= MINUTE


def test_a_crisis_text_that_cannot_be_sent_follows_or_staff_know(riverside: Riverside) -> None:
    """Behaviour 17: no network for three minutes; the alert does not wait, and no text is lost unseen."""
    ada = riverside.patient("Ada")
    riverside.carrier("Tue 13:59", sms="down")
    told_at = ada.said("Tue 14:00", "I want to kill myself")
    riverside.carrier("Tue 14:03", sms="up")
    riverside.until("Tue 14:25")
    assert the_one(ada.alerts("red")).at - told_at <= MINUTE
    assert len(ada.texts("crisis")) == 1 or ada.tasks("not_delivered") != []


def test_a_check_in_waits_for_the_network_and_leaves_once(riverside: Riverside) -> None:
    """Behaviour 17: no network for half an hour when it falls due."""
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 12:00")
    riverside.carrier("Mon 15:50", sms="down")
    riverside.carrier("Mon 16:30", sms="up")
    riverside.until("Mon 19:30")
    assert the_one(ada.texts("check_in")).at >= riverside.at("Mon 16:30")


def test_a_mail_that_bounced_for_good_is_a_task(riverside: Riverside) -> None:
    """Behaviour 17, the other way: Dora has agreed to mail only."""
    dora = riverside.patient("Dora", email="dora@example.org", consents=("email care",))
    dora.goes_home("Mon 12:00")
    riverside.until("Mon 17:00")
    mail = the_one(dora.rows("email", kind="check_in"))
    what = {"touch_id": mail["touch_id"], "event_type": "Bounce", "bounce_type": "Permanent"}
    riverside.happens(riverside.at("Mon 17:01"), "email_receipt", what)
    riverside.until("Mon 17:30")
    assert len(dora.tasks("not_delivered")) == 1
    assert dora.texts() == []


def test_a_receipt_for_a_text_nobody_sent_breaks_nothing(riverside: Riverside) -> None:
    """Bad input: the receipt is unknown, and the next text still leaves."""
    ada = riverside.patient("Ada")
    for kind, what in (
        ("sms_receipt", {"touch_id": "ses-nobody-1.evening", "event_type": "TEXT_DELIVERED"}),
        ("sms_receipt", {"touch_id": "ses-nobody-1.evening", "event_type": "TEXT_INVALID"}),
        (
            "email_receipt",
            {"touch_id": "ses-nobody-1.day1", "event_type": "Bounce", "bounce_type": "Permanent"},
        ),
    ):
        riverside.happens(riverside.at("Mon 11:00"), kind, what)
    ada.goes_home("Mon 12:00")
    riverside.until("Mon 12:10")
    assert len(ada.texts("safety")) == 1
    assert (riverside.alerts(), ada.tasks()) == ([], [])
