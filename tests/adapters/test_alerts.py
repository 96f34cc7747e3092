"""An alert and its calls in the table: nothing is lost on the way, and nobody writes over another."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_alerts import DynamoDbAlerts
from aftercare.domain.alert import Alert, AlertState, Answer, AnswerState, Told
from aftercare.domain.consent import Channel
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.domain.readiness import TestPage
from aftercare.domain.records import Page
from aftercare.domain.tier import Tier
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, ADAS_MAIL, ADAS_PHONE, HUDSON, NOON

NAME = AlertId("pat-ada.alert.1")
MINUTE = timedelta(minutes=1)
OTHER = ClinicId("other")
PLAIN = Alert(NAME, HUDSON, ADA, Tier.RED, "suicide", NOON)
FULL = Alert(
    id=NAME,
    clinic_id=HUDSON,
    patient_id=ADA,
    tier=Tier.AMBER,
    reason="craving",
    raised_at=NOON,
    state=AlertState.RESOLVED,
    causes=("in-1", "in-2"),
    answer=Answer(2, "crisis", "es", Channel.EMAIL, ADAS_MAIL, NOON, AnswerState.SENT, 3, ADAS_PHONE),
    asked_at=NOON + MINUTE,
    safe="no",
    rung=3,
    rung_at=NOON + 2 * MINUTE,
    round_at=NOON + 3 * MINUTE,
    round_minutes=60,
    calling=True,
    held_until=NOON + 4 * MINUTE,
    told=Told.OWED,
    tell_at=NOON + 16 * MINUTE,
    acknowledged_at=NOON + 5 * MINUTE,
    acknowledged_by="Nurse Ben",
    resolved_at=NOON + 6 * MINUTE,
    resolved_by="Nurse Dora",
    disposition="reached",
    note="She is with her sister.",
)


@pytest.fixture
def alerts(client: Any) -> DynamoDbAlerts:
    return DynamoDbAlerts(client, TABLE)


@pytest.mark.parametrize("alert", [PLAIN, FULL])
def test_an_alert_is_read_as_it_was_written(alerts: DynamoDbAlerts, alert: Alert) -> None:
    stored = alerts.save(alert, NOON, write_id="w-1")
    assert stored == replace(alert, version=1)
    assert alerts.get(HUDSON, NAME) == stored


def test_the_alert_that_says_everything_says_everything() -> None:
    """A field added later must be written down too: here it would have its default."""
    for field in fields(Alert):
        if field.name != "version":
            assert getattr(FULL, field.name) != field.default, field.name


def test_another_clinic_finds_nothing_under_the_same_name(alerts: DynamoDbAlerts) -> None:
    alerts.save(PLAIN, NOON, write_id="w-1")
    assert alerts.get(OTHER, NAME) is None
    assert alerts.get(HUDSON, AlertId("pat-ben.alert.1")) is None


def test_who_read_an_older_version_does_not_write_over_a_newer_one(alerts: DynamoDbAlerts) -> None:
    first = alerts.save(PLAIN, NOON, write_id="w-1")
    second = alerts.save(replace(first, rung=1), NOON, write_id="w-2")
    for stale in (PLAIN, first):
        with pytest.raises(Conflict):
            alerts.save(replace(stale, rung=4), NOON, write_id="w-3")
    assert alerts.get(HUDSON, NAME) == second


def test_a_write_whose_answer_was_lost_is_known_as_ours_when_it_is_sent_again(alerts: DynamoDbAlerts) -> None:
    first = alerts.save(PLAIN, NOON, write_id="w-1")
    assert alerts.save(PLAIN, NOON, write_id="w-1") == first
    second = alerts.save(first, NOON, write_id="w-2")
    assert alerts.save(first, NOON, write_id="w-2") == second


def test_only_an_alert_that_waits_for_something_stands_in_the_index(
    alerts: DynamoDbAlerts, client: Any
) -> None:
    first = alerts.save(PLAIN, NOON, write_id="w-1")
    key = {"pk": {"S": "hudson#pat-ada"}, "sk": {"S": f"ALERT#{NAME}"}}
    assert "due_at" in client.get_item(TableName=TABLE, Key=key)["Item"]
    alerts.save(first, None, write_id="w-2")
    assert not {"due_at", "due_shard"} & client.get_item(TableName=TABLE, Key=key)["Item"].keys()


def page(step: int = 0, place: int = 0, channel: Channel = Channel.SMS, alert: AlertId = NAME) -> Page:
    return Page(alert, step, place, channel, NOON)


def test_a_call_is_claimed_once_for_each_step_person_and_way(alerts: DynamoDbAlerts) -> None:
    calls = [page(), page(5), page(place=1), page(channel=Channel.EMAIL), page(alert=AlertId(f"{NAME}0"))]
    assert [alerts.claim(HUDSON, one, write_id="w0") for one in calls] == [True] * 5
    assert [alerts.claim(HUDSON, one, write_id="w1") for one in calls] == [False] * 5
    assert list(alerts.pages(HUDSON, NAME, 0)) == sorted(
        [page(), page(channel=Channel.EMAIL), page(place=1)], key=lambda p: (p.place, p.channel.value)
    )
    assert list(alerts.pages(HUDSON, NAME, 5)) == [page(5)]
    assert list(alerts.pages(OTHER, NAME, 0)) == []


@pytest.mark.parametrize("accepted", [True, False])
def test_what_became_of_a_call_is_kept(alerts: DynamoDbAlerts, accepted: bool) -> None:
    alerts.claim(HUDSON, page(), write_id="w5")
    alerts.note(HUDSON, page(), accepted=accepted)
    assert list(alerts.pages(HUDSON, NAME, 0)) == [replace(page(), accepted=accepted)]
    assert not alerts.claim(HUDSON, page(), write_id="w6")


WEEKS = [AlertId(f"test.2026-W{week}") for week in (46, 47, 48)]


def test_a_test_page_goes_out_once_and_is_answered_once(alerts: DynamoDbAlerts) -> None:
    assert [alerts.open_test(HUDSON, WEEKS[0], NOON) for _ in range(2)] == [True, False]
    assert list(alerts.tests(HUDSON)) == [TestPage(WEEKS[0], NOON)]
    assert alerts.answer_test(HUDSON, WEEKS[0], "Ben", NOON)
    assert alerts.answer_test(HUDSON, WEEKS[0], "Carmen", NOON)
    assert [one.answered_at is None for one in alerts.tests(HUDSON)] == [False]


def test_a_test_page_of_another_clinic_or_of_no_week_cannot_be_answered(alerts: DynamoDbAlerts) -> None:
    alerts.open_test(HUDSON, WEEKS[0], NOON)
    assert not alerts.answer_test(OTHER, WEEKS[0], "Ben", NOON)
    assert not alerts.answer_test(HUDSON, WEEKS[1], "Ben", NOON)


def test_only_the_latest_two_weeks_are_asked_for(alerts: DynamoDbAlerts) -> None:
    for week in WEEKS:
        alerts.open_test(HUDSON, week, NOON)
    assert [one.id for one in alerts.tests(HUDSON)] == [WEEKS[2], WEEKS[1]]
    alerts.answer_test(HUDSON, WEEKS[2], "Ben", NOON)
    assert [one.id for one in alerts.tests(HUDSON) if one.answered_at is None] == [WEEKS[1]]
