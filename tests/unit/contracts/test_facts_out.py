"""What other systems hear from us: ids and codes, in the shapes we publish."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, ValidationError

from aftercare.contracts import facts_out
from aftercare.contracts.facts_out_shapes import FIELDS, fitting
from aftercare.domain.delivery import Cause
from aftercare.domain.errors import BadInput
from aftercare.domain.facts import Metadata
from aftercare.domain.ids import ClinicId
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import Reason
from infra.contracts import publish

PUBLISHED = Path(publish.__file__).parent
# DESIGN 2.3: other people's programs depend on these names.
PROMISED = [
    *("TouchSent", "TouchNotSent", "MessageDelivered", "MessageFailed", "ReplyReceived", "MeasureScored"),
    *("ConsentChanged", "AlertRaised", "AlertAcknowledged", "AlertEscalated", "AlertResolved"),
]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=-5)))
ABOUT = Metadata("evt-1", NOW, ClinicId("hudson"))


def schema_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PUBLISHED / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def test_there_are_eleven_events_and_an_example_of_each() -> None:
    assert list(FIELDS) == PROMISED
    assert list(facts_out.EXAMPLES) == PROMISED


@pytest.mark.parametrize("name", PROMISED)
def test_an_example_fits_its_published_schema(name: str) -> None:
    schema = schema_of(name)
    assert schema["$schema"] == "http://json-schema.org/draft-04/schema#"
    Draft4Validator.check_schema(schema)
    Draft4Validator(schema).validate(json.loads(json.dumps(facts_out.EXAMPLES[name])))


@pytest.mark.parametrize("name", PROMISED)
def test_every_field_of_an_example_is_one_the_schema_asks_for(name: str) -> None:
    detail: Any = facts_out.EXAMPLES[name]["detail"]
    asked = schema_of(name)["properties"]["detail"]
    assert set(detail) == set(asked["required"]) == set(asked["properties"])
    for field in detail:
        event = json.loads(json.dumps(facts_out.EXAMPLES[name]))
        del event["detail"][field]
        with pytest.raises(ValidationError):
            Draft4Validator(schema_of(name)).validate(event)


@pytest.mark.parametrize("name", PROMISED)
def test_an_event_of_another_sender_does_not_fit(name: str) -> None:
    with pytest.raises(ValidationError):
        Draft4Validator(schema_of(name)).validate({**facts_out.EXAMPLES[name], "source": "ehr"})


def test_a_sent_touch_is_told_as_promised() -> None:
    told = facts_out.touch_sent(
        ABOUT,
        touch_id="ses-ada-1.day1",
        patient_id="pat-ada",
        session_id=None,
        kind=Kind.CHECK_IN,
        channel="sms",
        language="es",
        revision="3f2a9c01",
    )
    assert told == {
        "source": "aftercare",
        "detail-type": "TouchSent",
        "detail": {
            "metadata": {
                "event_id": "evt-1",
                "version": "1",
                "occurred_at": "2026-11-24T15:00:00+00:00",
                "clinic_id": "hudson",
            },
            "touch_id": "ses-ada-1.day1",
            "patient_id": "pat-ada",
            "session_id": None,
            "kind": "check_in",
            "channel": "sms",
            "language": "es",
            "revision": "3f2a9c01",
        },
    }


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_not_sending_can_be_told(reason: Reason) -> None:
    told = facts_out.touch_not_sent(
        ABOUT, touch_id="t", patient_id="p", session_id="s", kind="reminder", reason=reason
    )
    Draft4Validator(schema_of("TouchNotSent")).validate(told)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_of_a_failure_can_be_told(cause: Cause) -> None:
    told = facts_out.message_failed(ABOUT, touch_id="t", patient_id="p", channel="sms", reason=cause)
    Draft4Validator(schema_of("MessageFailed")).validate(told)


def test_a_measure_with_too_many_gaps_has_no_total() -> None:
    told = facts_out.measure_scored(
        ABOUT, measure_id="m", patient_id="p", touch_id=None, code="phq-9", total=None, complete=False
    )
    Draft4Validator(schema_of("MeasureScored")).validate(told)


LEAKS: list[Callable[[str], object]] = [
    lambda words: facts_out.touch_not_sent(
        ABOUT, touch_id="t", patient_id="p", session_id="s", kind="reminder", reason=words
    ),
    lambda words: facts_out.touch_not_sent(
        ABOUT, touch_id=words, patient_id="p", session_id="s", kind="reminder", reason="closed"
    ),
    lambda words: facts_out.message_delivered(ABOUT, touch_id="t", patient_id=words, channel="sms"),
    lambda words: facts_out.message_delivered(ABOUT, touch_id="t", patient_id="p", channel=words),
    lambda words: facts_out.reply_received(
        ABOUT, reply_id="r", patient_id=None, touch_id=None, channel="sms", understood=words
    ),
    lambda words: facts_out.alert_raised(ABOUT, alert_id="a", patient_id=None, tier="red", reason=words),
    lambda words: facts_out.alert_resolved(ABOUT, alert_id="a", patient_id=None, disposition=words),
]


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize(
    "words", ["I want to die", "+12025550147", "ada@example.org", "Carmen, RN", "sí", "", "too_late\n"]
)
def test_words_names_numbers_and_addresses_are_never_put_on_the_bus(
    leak: Callable[[str], object], words: str
) -> None:
    with pytest.raises(BadInput):
        leak(words)


@given(st.text(st.characters()))
def test_whatever_id_a_carrier_gives_can_be_told_and_always_alike(given_id: str) -> None:
    named = fitting(given_id)
    assert fitting(named) == named
    told = facts_out.reply_received(
        ABOUT, reply_id=given_id, patient_id=None, touch_id=None, channel="email", understood="unread"
    )
    Draft4Validator(schema_of("ReplyReceived")).validate(told)


@pytest.mark.parametrize("given_id", ["<m1@example.org>", "+12025550147", "in 1", ""])
def test_an_id_that_could_hold_an_address_or_a_number_is_told_as_its_hash(given_id: str) -> None:
    assert fitting(given_id).startswith("h-")
    assert fitting("cae173d2-66b9-564c-8309-21f858e9fb84") == "cae173d2-66b9-564c-8309-21f858e9fb84"


@pytest.mark.parametrize("step", [-1, True])
def test_a_step_of_the_ladder_is_a_number_from_zero(step: int) -> None:
    with pytest.raises(BadInput):
        facts_out.alert_escalated(ABOUT, alert_id="a", patient_id=None, step=step)
