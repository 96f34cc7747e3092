"""Receipts for texts and mails, out of the SNS envelope in an SQS message."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.adapters.ses_mail import tag_value
from aftercare.contracts import email_event, sms_event
from aftercare.contracts.email_event import EmailEvent
from aftercare.contracts.receipt_ids import ReceiptIds
from aftercare.contracts.sms_event import SmsEvent
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, PatientId, TouchId

EVENTS = Path(__file__).parents[2] / "events"
ABSENT = object()
SNS_AT = datetime(2026, 11, 24, 15, 2, 11, 204_000, tzinfo=UTC)


def enveloped(message: object, **envelope: object) -> str:
    outer: dict[str, object] = {
        "Type": "Notification",
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-11-24T15:02:11.204Z",
    } | envelope
    return json.dumps({key: found for key, found in outer.items() if found is not ABSENT})


def without_absent(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value is not ABSENT}


def sms_body(**fields: object) -> str:
    event: dict[str, object] = {
        "eventType": "TEXT_DELIVERED",
        "eventTimestamp": 1795532405310,
        "isFinal": True,
        "destinationPhoneNumber": "+12025550147",
        "messageId": "862a8790",
        "context": {"clinic": "hudson", "patient": "pat-ada", "touch": "ses-ada-1.day1"},
    } | fields
    return enveloped(without_absent(event))


def email_body(in_mail: dict[str, object] | None = None, /, **fields: object) -> str:
    ids = {"clinic": "hudson", "patient": "pat-ben", "touch": "ses-ben-1.learn-2"}
    inner: dict[str, object] = {
        "messageId": "0100-a",
        "timestamp": "2026-11-24T15:00:11Z",
        "destination": ["ben@example.org"],
        "tags": {**{n: [tag_value(i)] for n, i in ids.items()}, "ses:from-domain": ["hudson.example.org"]},
    } | (in_mail or {})
    event: dict[str, object] = {"eventType": "Delivery", "mail": without_absent(inner)} | fields
    return enveloped(without_absent(event))


def record(name: str) -> str:
    batch = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    body: str = batch["Records"][0]["body"]
    return body


@pytest.mark.parametrize("name", ["mail_received", "delivery_reported_sms", "delivery_reported_email"])
def test_the_example_batches_are_whole(name: str) -> None:
    batch = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    for one in batch["Records"]:
        assert one["eventSource"] == "aws:sqs"
        assert one["md5OfBody"] == hashlib.md5(one["body"].encode(), usedforsecurity=False).hexdigest()
        assert {"ApproximateReceiveCount", "SentTimestamp"} <= set(one["attributes"])


# ---- texts


def test_a_receipt_for_a_text_is_read_as_aws_delivers_it() -> None:
    assert sms_event.parse(record("delivery_reported_sms")) == SmsEvent(
        message_id="862a8790-60c0-4430-9b2b-658bdc0d9f21",
        event_type="TEXT_DELIVERED",
        at=datetime(2026, 11, 24, 15, 0, 5, 310_000, tzinfo=UTC),
        final=True,
        ids=ReceiptIds(ClinicId("hudson"), PatientId("pat-ada"), TouchId("ses-ada-1.day1")),
    )


def test_a_page_to_staff_is_known_by_its_alert_and_step() -> None:
    ids = sms_event.parse(sms_body(context={"clinic": "hudson", "alert": "al-1", "step": "2"})).ids
    assert ids == ReceiptIds(clinic_id=ClinicId("hudson"), alert_id="al-1", step=2)


@pytest.mark.parametrize(
    ("event_type", "ours"),
    [
        ("TEXT_TELEPATHY", True),
        ("VOICE_COMPLETED", False),
        ("RCS_DELIVERED", False),
        ("MEDIA_DELIVERED", False),
    ],
)
def test_an_event_type_is_kept_as_given(event_type: str, ours: bool) -> None:
    event = sms_event.parse(sms_body(eventType=event_type))
    assert (event.event_type, event.ours) == (event_type, ours)


@pytest.mark.parametrize(
    "odd", [ABSENT, None, "x", True, -1, 0, 10**400, 1e300, float("nan"), float("inf"), [1]]
)
def test_a_receipt_without_a_sensible_instant_has_that_of_the_envelope(odd: object) -> None:
    assert sms_event.parse(sms_body(eventTimestamp=odd)).at == SNS_AT
    assert email_event.parse(email_body(delivery=without_absent({"timestamp": odd}))).at == SNS_AT


@pytest.mark.parametrize(
    "context",
    [
        ABSENT,
        None,
        [],
        "x",
        {},
        {"account": "bar"},
        {"clinic": "a b", "patient": 7, "touch": "<b>", "alert": "", "step": "x"},
        {"clinic": "x" * 65, "touch": "x" * 201, "alert": "é", "step": "-1"},
    ],
)
def test_a_receipt_for_what_somebody_else_sent_has_no_ids(context: object) -> None:
    assert sms_event.parse(sms_body(context=context)).ids == ReceiptIds()


@pytest.mark.parametrize("odd", [ABSENT, None, "true", 1])
def test_only_true_is_final(odd: object) -> None:
    assert sms_event.parse(sms_body(isFinal=odd)).final is False


@pytest.mark.parametrize(
    ("forged", "field", "allowed"),
    [
        ("", "body", "an SNS notification"),
        ("{}", "body.Type", "Notification"),
        (enveloped("{}", Timestamp=ABSENT), "body.Timestamp", "RFC 3339"),
        (enveloped("Successfully validated SNS topic"), "body.Message", "End User Messaging event"),
        (sms_body(messageId=ABSENT), "body.Message.messageId", "1 to 128"),
        (sms_body(messageId="a b"), "body.Message.messageId", "1 to 128"),
        (sms_body(eventType=ABSENT), "body.Message.eventType", "TEXT_DELIVERED"),
        (sms_body(eventType="I want to die"), "body.Message.eventType", "TEXT_DELIVERED"),
    ],
)
def test_a_receipt_that_aws_would_not_send_for_a_text_is_refused(
    forged: str, field: str, allowed: str
) -> None:
    with pytest.raises(BadInput) as refused:
        sms_event.parse(forged)
    assert refused.value.field == field
    assert allowed in refused.value.allowed


# ---- mails


def test_a_receipt_for_a_mail_is_read_as_ses_delivers_it() -> None:
    assert email_event.parse(record("delivery_reported_email")) == EmailEvent(
        message_id="0100019aec5f2b1c-1d2e3f4a-0001-4b6c-8d9e-0f1a2b3c4d5e-000000",
        event_type="Bounce",
        at=datetime(2026, 11, 24, 15, 0, 12, 669_000, tzinfo=UTC),
        bounce_type="Permanent",
        bounce_subtype="General",
        complaint_type=None,
        complaint_subtype=None,
        ids=ReceiptIds(ClinicId("hudson"), PatientId("pat-ben"), TouchId("ses-ben-1.learn-2")),
    )


def test_nobodys_address_is_kept() -> None:
    assert "@" not in repr(email_event.parse(record("delivery_reported_email")))


def test_a_complaint_says_what_it_is() -> None:
    complaint = {
        "complaintFeedbackType": "not-spam",
        "complaintSubType": None,
        "timestamp": "2026-11-25T09:00:00Z",
    }
    event = email_event.parse(email_body(eventType="Complaint", complaint=complaint))
    assert (event.complaint_type, event.complaint_subtype) == ("not-spam", None)
    assert event.at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_a_receipt_in_the_older_form_has_a_message_but_no_ids() -> None:
    body = email_body({"tags": ABSENT}, eventType=ABSENT, notificationType="Bounce")
    event = email_event.parse(body)
    assert (event.event_type, event.message_id, event.ids) == ("Bounce", "0100-a", ReceiptIds())


@pytest.mark.parametrize("event_type", ["Rendering Failure", "DeliveryDelay", "Subscription", "Telepathy"])
def test_a_mail_event_type_is_kept_as_given(event_type: str) -> None:
    assert email_event.parse(email_body(eventType=event_type)).event_type == event_type


@given(st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True))
def test_an_id_comes_back_out_of_a_tag_as_it_went_in(patient_id: str) -> None:
    body = email_body({"tags": {"patient": [tag_value(patient_id)]}})
    assert email_event.parse(body).ids.patient_id == patient_id


@pytest.mark.parametrize(
    "tag", [ABSENT, None, "aHVkc29u", [], ["a", "b"], [7], ["!"], ["é"], ["_w"], ["aHVk c29u"], ["a"]]
)
def test_a_tag_that_we_did_not_write_is_no_id(tag: object) -> None:
    assert email_event.parse(email_body({"tags": without_absent({"clinic": tag})})).ids == ReceiptIds()


@pytest.mark.parametrize(
    ("forged", "field", "allowed"),
    [
        ("[]", "body", "an SNS notification"),
        (enveloped("x"), "body.Message", "SES event"),
        (enveloped({}), "body.Message.notificationType", "event type"),
        (email_body(eventType=7), "body.Message.eventType", "event type"),
        (email_body(eventType="<script>"), "body.Message.eventType", "event type"),
        (email_body({"messageId": ABSENT}), "body.Message.mail.messageId", "1 to 128"),
        (email_body({"messageId": "a b"}), "body.Message.mail.messageId", "1 to 128"),
    ],
)
def test_a_receipt_that_ses_would_not_send_is_refused(forged: str, field: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        email_event.parse(forged)
    assert refused.value.field == field
    assert allowed in refused.value.allowed


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(any_json, st.sampled_from(["eventType", "eventTimestamp", "messageId", "context", "mail", "bounce"]))
def test_any_json_in_the_receipt_queue_is_understood_or_refused(odd: object, field: str) -> None:
    for body in (sms_body(**{field: odd}), email_body(**{field: odd}), json.dumps(odd), enveloped(odd)):
        for parse in (sms_event.parse, email_event.parse):
            try:
                event = parse(body)
            except BadInput as refused:
                assert refused.field.startswith("body")
            else:
                assert event.message_id
