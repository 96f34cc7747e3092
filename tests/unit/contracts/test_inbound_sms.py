"""A text from a patient, out of the SNS envelope in an SQS message."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aftercare.contracts.inbound_sms import InboundSms, parse
from aftercare.domain.errors import BadInput

EVENTS = Path(__file__).parents[2] / "events"
ABSENT = object()
NO_ID = "the id that the carrier gave"


def body(*, envelope: dict[str, object] | None = None, **message: object) -> str:
    """Return an SQS body with some fields of the text, or of its envelope, replaced or taken out."""
    text: dict[str, Any] = {
        "originationNumber": "+12025550147",
        "destinationNumber": "+12125550101",
        "messageKeyword": "KEYWORD",
        "messageBody": "7 A",
        "inboundMessageId": "in-1",
        "previousPublishedMessageId": "out-1",
    } | message
    outer: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:inbound-sms",
        "Message": json.dumps({key: found for key, found in text.items() if found is not ABSENT}),
        "Timestamp": "2026-11-24T15:02:11.204Z",
    } | (envelope or {})
    return json.dumps({key: found for key, found in outer.items() if found is not ABSENT})


def test_a_reply_is_read_as_aws_delivers_it() -> None:
    batch = json.loads((EVENTS / "reply_received.json").read_text(encoding="utf-8"))
    assert parse(batch["Records"][0]["body"]) == InboundSms(
        id="cae173d2-66b9-564c-8309-21f858e9fb84",
        from_number="+12025550147",
        to_number="+12125550101",
        body="7 A",
        received_at=datetime(2026, 11, 24, 15, 2, 11, 204_000, tzinfo=UTC),
        previous_message_id="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )


@pytest.mark.parametrize("found", [ABSENT, None, ""])
def test_a_text_without_words_is_still_a_text(found: object) -> None:
    assert parse(body(messageBody=found)).body == ""


@pytest.mark.parametrize("found", [ABSENT, None, ""])
def test_a_text_that_answers_nothing_in_particular_is_accepted(found: object) -> None:
    assert parse(body(previousPublishedMessageId=found)).previous_message_id is None


@pytest.mark.parametrize("strange", ["x" * 129, "a b", "in-1\n", "número 1", "\x00", "\ud83d"])
def test_a_text_under_a_strange_id_is_taken_and_known_again_when_it_repeats(strange: str) -> None:
    found = parse(body(inboundMessageId=strange, previousPublishedMessageId=strange))
    assert found.body == "7 A"
    assert re.fullmatch(r"h-[0-9a-f]{32}", found.id)
    assert found.previous_message_id == found.id
    assert parse(body(inboundMessageId=strange)).id == found.id
    assert parse(body(inboundMessageId=strange + "x")).id != found.id


@pytest.mark.parametrize("usual", ["x" * 128, "wJalrXUtnFEMI/K7MDENG+a=="])
def test_an_id_that_can_be_kept_is_kept_as_it_is(usual: str) -> None:
    assert parse(body(inboundMessageId=usual)).id == usual


def test_a_stop_with_half_an_emoji_is_still_a_stop() -> None:
    assert parse(body(messageBody="STOP \ud83d")).body == "STOP \ufffd"


def test_an_emoji_comes_through_whole() -> None:
    assert parse(body(messageBody="bien 🌱 ñ")).body == "bien 🌱 ñ"


def test_a_text_to_a_short_code_is_accepted() -> None:
    assert parse(body(destinationNumber="12345")).to_number == "12345"


@pytest.mark.parametrize(
    ("forged", "field", "allowed"),
    [
        ("", "body", "an SNS notification"),
        ("STOP", "body", "an SNS notification"),
        ("[]", "body", "an SNS notification"),
        ("{}", "body.Type", "Notification"),
        ("[" * 100_000, "body", "an SNS notification"),
        (body(envelope={"Type": "SubscriptionConfirmation"}), "body.Type", "Notification"),
        (body(envelope={"Timestamp": ABSENT}), "body.Timestamp", "RFC 3339"),
        (body(envelope={"Timestamp": "2026-11-24T15:02:11"}), "body.Timestamp", "with its offset"),
        (body(envelope={"Message": ABSENT}), "body.Message", "an inbound text message"),
        (body(envelope={"Message": {"messageBody": "hi"}}), "body.Message", "in JSON"),
        (body(envelope={"Message": "hi"}), "body.Message", "in JSON"),
        (body(originationNumber=ABSENT), "body.Message.originationNumber", "E.164"),
        (body(originationNumber="ADA"), "body.Message.originationNumber", "E.164"),
        (body(originationNumber=12025550147), "body.Message.originationNumber", "E.164"),
        (body(destinationNumber="+1#2"), "body.Message.destinationNumber", "short code"),
        (body(inboundMessageId=ABSENT), "body.Message.inboundMessageId", NO_ID),
        (body(inboundMessageId=""), "body.Message.inboundMessageId", NO_ID),
        (body(inboundMessageId=["x"]), "body.Message.inboundMessageId", NO_ID),
        (body(messageBody=7), "body.Message.messageBody", "text"),
        (body(previousPublishedMessageId=7), "body.Message.previousPublishedMessageId", NO_ID),
    ],
)
def test_what_aws_would_not_send_is_refused(forged: str, field: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(forged)
    assert refused.value.field == field
    assert allowed in refused.value.allowed
