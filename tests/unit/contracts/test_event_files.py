"""The events in tests/events look as AWS delivers them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from aftercare.adapters.table_changes import facts_in
from aftercare.contracts import inbound_sms, touch_key
from aftercare.contracts.fact import DETAIL_TYPES, parse_fact
from aftercare.domain.errors import BadInput

EVENTS = Path(__file__).parents[2] / "events"
ENVELOPE = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_there_is_one_event_of_every_type() -> None:
    found = [
        json.loads(file.read_text(encoding="utf-8")).get("detail-type") for file in EVENTS.glob("*.json")
    ]
    assert sorted(kind for kind in found if kind in DETAIL_TYPES) == sorted(DETAIL_TYPES)


def test_an_event_from_the_bus_has_the_whole_envelope() -> None:
    for file in EVENTS.glob("*.json"):
        event = json.loads(file.read_text(encoding="utf-8"))
        if "detail-type" in event:
            assert set(event) == ENVELOPE, file.name


@pytest.mark.parametrize("name", ["minute_passed", "night_passed", "week_begun"])
def test_the_clock_tick_is_no_fact_about_a_patient(name: str) -> None:
    tick = read(name)
    assert (tick["source"], tick["detail-type"]) == ("aws.events", "Scheduled Event")
    with pytest.raises(BadInput):
        parse_fact(tick)


@pytest.mark.parametrize("name", ["touch_due", "reply_received", "mail_received"])
def test_a_batch_from_a_queue_is_whole(name: str) -> None:
    for record in read(name)["Records"]:
        assert record["eventSource"] == "aws:sqs"
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()
        assert {"ApproximateReceiveCount", "SentTimestamp"} <= set(record["attributes"])


def test_the_batches_hold_what_their_readers_understand() -> None:
    keys = [touch_key.parse(record["body"]) for record in read("touch_due")["Records"]]
    assert [key.patient_id for key in keys] == ["pat-ada", "pat-ben"]
    texts = [inbound_sms.parse(record["body"]) for record in read("reply_received")["Records"]]
    assert [text.from_number for text in texts] == ["+12025550147"]


def test_of_the_changes_of_the_table_only_what_concerns_others_is_told() -> None:
    told = [
        [fact["detail-type"] for fact in facts_in(record)] for record in read("facts_recorded")["Records"]
    ]
    assert told == [["TouchSent"], []]
