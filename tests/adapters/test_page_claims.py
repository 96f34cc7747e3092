"""A call to a person of the clinic is claimed once, and whoever claimed it recognises their claim."""

from typing import Any

from aftercare.adapters.dynamodb_alerts import DynamoDbAlerts
from aftercare.domain.consent import Channel
from aftercare.domain.ids import AlertId
from aftercare.domain.records import Page
from tests.adapters.table_lanes import TABLE
from tests.building import HUDSON, NOON

FIRST = Page(AlertId("pat-ada.alert.1"), 0, 0, Channel.SMS, NOON)


def test_one_call_to_one_person_is_claimed_by_one_writer(client: Any) -> None:
    alerts = DynamoDbAlerts(client, TABLE)
    assert alerts.claim(HUDSON, FIRST, write_id="first")
    assert not alerts.claim(HUDSON, FIRST, write_id="second")


def test_a_claim_that_the_sdk_repeats_because_its_answer_was_lost_is_still_ours(client: Any) -> None:
    alerts = DynamoDbAlerts(client, TABLE)
    assert alerts.claim(HUDSON, FIRST, write_id="first")
    assert alerts.claim(HUDSON, FIRST, write_id="first")
    (page,) = alerts.pages(HUDSON, FIRST.alert_id, 0)
    assert page.accepted is None


def test_how_a_call_went_takes_the_place_of_its_claim(client: Any) -> None:
    alerts = DynamoDbAlerts(client, TABLE)
    alerts.claim(HUDSON, FIRST, write_id="first")
    alerts.note(HUDSON, FIRST, accepted=True)
    assert not alerts.claim(HUDSON, FIRST, write_id="first")
    (page,) = alerts.pages(HUDSON, FIRST.alert_id, 0)
    assert page.accepted is True
