"""Whatever JSON comes in, it is either understood or refused with a reason: nothing else breaks."""

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.contracts import inbound_sms, touch_key
from aftercare.contracts.clinic_file import parse_clinic
from aftercare.contracts.clinic_item import clinic_from_json, clinic_to_json
from aftercare.contracts.fact import DETAIL_TYPES, parse_fact
from aftercare.domain.errors import BadInput

EVENTS = Path(__file__).parents[2] / "events"
CLINIC: dict[str, object] = {
    "id": "hudson",
    "name": "Hudson Clinic",
    "sms_name": "Hudson",
    "time_zone": "America/New_York",
    "country": "US",
    "phone": "212-555-0100",
    "sms_number": "+12125550101",
    "email_from": "care@hudson.example.org",
    "postal_address": "1 River Street",
    "languages": ["en", "es"],
    "opens": "08:30",
    "closes": "17:00",
    "send_from": "09:00",
    "send_until": "20:00",
    "sms_caps": {"per_day": 2, "per_week": 6},
    "on_call": [
        {"role": "nurse", "name": "Dora", "phone": "+12025550163", "from": "18:00", "until": "08:00"}
    ],
    "content_review": {"signed_by": "Carmen", "signed_on": "2026-11-02"},
    "sandbox_numbers": ["+12025550147"],
    "protocols": {"ketamine-iv-induction": {"steps": {"day1": {"off": False, "at": "11:00", "days": 1}}}},
}

# Lone surrogates included: JSON can carry them.
words = st.text(st.characters(), max_size=20) | st.sampled_from(
    [
        "+12025550147",
        "2026-11-23T09:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "America",
        "9999-12-31",
        "4h",
        "24:00",
    ]
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
patient = settings(derandomize=True, deadline=None, max_examples=300)


def examples() -> list[dict[str, Any]]:
    read = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(EVENTS.glob("*.json"))]
    return [event for event in read if event.get("detail-type") in DETAIL_TYPES]


@st.composite
def spoilt(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """A valid object with any one place of it replaced by any JSON, or renamed."""
    whole = copy.deepcopy(whole)
    node: Any = whole
    while True:
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if not isinstance(node[key], dict | list) or not node[key] or draw(st.booleans()):
            break
        node = node[key]
    if isinstance(node, dict) and draw(st.booleans()):
        node[draw(words)] = node.pop(key)
    else:
        node[key] = draw(any_json)
    return whole


def understood_or_refused(parse: Callable[[], object]) -> None:
    try:
        understood = parse()
    except BadInput as refused:
        assert refused.field
        assert refused.allowed
        str(refused)
    else:
        assert understood is not None


@patient
@given(any_json)
def test_any_json_on_the_bus_is_understood_or_refused(found: object) -> None:
    understood_or_refused(lambda: parse_fact(cast("Mapping[str, object]", found)))


@patient
@given(st.sampled_from(DETAIL_TYPES), any_json)
def test_any_json_as_the_content_of_an_event_is_understood_or_refused(
    detail_type: str, detail: object
) -> None:
    understood_or_refused(lambda: parse_fact({"source": "ehr", "detail-type": detail_type, "detail": detail}))


@pytest.mark.parametrize("whole", examples(), ids=lambda event: str(event["detail-type"]))
def test_an_event_spoilt_in_any_one_place_is_understood_or_refused(whole: dict[str, Any]) -> None:
    @patient
    @given(spoilt(whole))
    def check(found: dict[str, Any]) -> None:
        understood_or_refused(lambda: parse_fact(found))

    check()


@patient
@given(any_json | spoilt(CLINIC))
def test_any_clinic_file_is_understood_or_refused_and_what_is_understood_can_be_stored(found: object) -> None:
    def parse() -> object:
        clinic = parse_clinic(cast("Mapping[str, object]", found), "clinic.toml")
        assert clinic_from_json(json.loads(json.dumps(clinic_to_json(clinic)))) == clinic
        return clinic

    understood_or_refused(parse)


@patient
@given(any_json)
def test_any_json_in_the_touch_queue_is_understood_or_refused(found: object) -> None:
    understood_or_refused(lambda: touch_key.parse(json.dumps(found)))


@patient
@given(any_json, any_json, st.sampled_from(["messageBody", "inboundMessageId", "originationNumber"]))
def test_any_json_in_the_reply_queue_is_understood_or_refused(
    found: object, other: object, field: str
) -> None:
    understood_or_refused(lambda: inbound_sms.parse(json.dumps(found)))
    message = {
        "originationNumber": "+12025550147",
        "destinationNumber": "12345",
        "inboundMessageId": "1",
        field: found,
    }
    envelope = {"Type": "Notification", "Timestamp": "2026-11-24T15:02:11Z", "Message": json.dumps(message)}
    understood_or_refused(lambda: inbound_sms.parse(json.dumps(envelope)))
    understood_or_refused(lambda: inbound_sms.parse(json.dumps(envelope | {"Timestamp": other})))
    understood_or_refused(lambda: inbound_sms.parse(json.dumps(envelope | {"Message": other})))


@patient
@given(st.text(st.characters()))
def test_any_text_in_a_queue_is_understood_or_refused(found: str) -> None:
    understood_or_refused(lambda: touch_key.parse(found))
    understood_or_refused(lambda: inbound_sms.parse(found))
