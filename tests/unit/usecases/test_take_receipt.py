"""A receipt of either carrier finds its message, its call, or the shelf for what is nobody's."""

import json
from typing import Any

import pytest

from aftercare.adapters.ses_mail import tag_value
from aftercare.domain.errors import BadInput
from aftercare.usecases.take_receipt import take_receipt
from infra.local.quick_world import QuickWorld
from tests.building import ADAS_MAIL, ADAS_PHONE
from tests.unit.usecases.alarmed import NURSE, crisis_texts, in_danger, open_tasks, pages, the_alert


def enveloped(event: dict[str, Any]) -> str:
    message = json.dumps(event)
    return json.dumps({"Type": "Notification", "Message": message, "Timestamp": "2026-11-24T15:02:11.204Z"})


def by_text(kind: str, **about: str) -> str:
    """Return what the carrier says of a text that travelled with these ids."""
    return enveloped(
        {
            "eventType": kind,
            "eventTimestamp": 1795532405310,
            "isFinal": True,
            "destinationPhoneNumber": ADAS_PHONE,
            "messageId": "862a8790",
            "context": about,
        }
    )


def by_mail(kind: str, bounce_type: str = "", **about: str) -> str:
    tags = {name: [tag_value(value)] for name, value in about.items()}
    bounce = {"bounce": {"bounceType": bounce_type}} if bounce_type else {}
    mail = {
        "messageId": "0100-a",
        "timestamp": "2026-11-24T15:00:11Z",
        "destination": [ADAS_MAIL],
        "tags": tags,
    }
    return enveloped({"eventType": kind, "mail": mail, **bounce})


def crisis(world: QuickWorld, suffix: str = "") -> dict[str, str]:
    return {"clinic": "hudson", "patient": "pat-ada", "touch": f"{the_alert(world).id}.crisis-1{suffix}"}


def call(world: QuickWorld, place: str = "0") -> dict[str, str]:
    return {"clinic": "hudson", "alert": the_alert(world).id, "step": "0", "place": place}


def test_a_receipt_of_a_text_finds_its_message() -> None:
    world = in_danger()
    assert take_receipt(by_text("TEXT_DELIVERED", **crisis(world)), world.ports) == "delivered"
    assert take_receipt(by_text("TEXT_DELIVERED", **crisis(world)), world.ports) == "unchanged"
    assert open_tasks(world) == []


def test_a_receipt_that_a_crisis_text_did_not_arrive_sends_the_mail_and_that_one_may_fail_too() -> None:
    world = in_danger()
    assert take_receipt(by_text("TEXT_UNREACHABLE", **crisis(world)), world.ports) == "failed_soft"
    assert crisis_texts(world) == [ADAS_PHONE, ADAS_MAIL]
    assert (
        take_receipt(by_mail("Bounce", "Permanent", **crisis(world, "~email")), world.ports) == "failed_hard"
    )
    assert crisis_texts(world) == [ADAS_PHONE, ADAS_MAIL]
    assert open_tasks(world) == ["not_delivered", "not_delivered"]


def test_a_receipt_that_a_call_did_not_arrive_calls_the_same_person_by_mail() -> None:
    world = in_danger()
    for _ in range(2):
        assert take_receipt(by_text("TEXT_BLOCKED", **call(world)), world.ports) == "failed_hard"
    assert pages(world) == [(0, NURSE.phone), (0, NURSE.email)]
    assert take_receipt(by_mail("Delivery", **call(world)), world.ports) == "delivered"
    assert pages(world) == [(0, NURSE.phone), (0, NURSE.email)]


@pytest.mark.parametrize("about", [{}, {"clinic": "hudson"}, {"patient": "pat-ada", "touch": "ses-1.day1"}])
@pytest.mark.parametrize("by", [by_text, by_mail])
def test_a_receipt_that_names_nothing_of_ours_is_put_on_the_shelf(by: Any, about: dict[str, str]) -> None:
    world = in_danger()
    body = by("TEXT_DELIVERED" if by is by_text else "Delivery", **about)
    assert take_receipt(body, world.ports) == "parked"
    assert world.parked.events == [(body, "receipt")]


def test_what_says_nothing_of_delivery_is_left_alone() -> None:
    world = in_danger()
    for body in (by_text("TEXT_NEW_WORD", **crisis(world)), by_mail("Open", **crisis(world))):
        assert take_receipt(body, world.ports) == "ignored"
    assert world.parked.events == []


@pytest.mark.parametrize(
    "body", ["", "x", "[]", "{}", '{"Message": 3}', '{"Message": "x"}', '{"Message": "[]"}']
)
def test_what_is_no_receipt_is_refused(body: str) -> None:
    with pytest.raises(BadInput):
        take_receipt(body, in_danger().ports)
