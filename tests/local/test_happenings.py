"""What each line of a script does: exactly what AWS, a patient or a nurse would do at that moment."""

import email
from datetime import timedelta
from email.policy import default
from typing import Any

import pytest

from infra.local.aws_mail import mail_event
from infra.local.carrier import EmailOut
from tests.local.desk import ADA, BEN, CARE, NINE, OURS, TOYS, Desk, DeskOpener, refusals

# ---- texts and mails that come in


def test_a_text_names_our_last_one_to_that_phone_only(desk: Desk) -> None:
    desk.play("sms", from_=ADA, to=OURS, body="Hi")
    desk.sends_text("How are you?", to=BEN)
    latest = desk.sends_text("How is your mood?")
    desk.play("sms", from_=ADA, to=OURS, body="7", id="in-7")
    first, second = desk.seen
    assert "previousPublishedMessageId" not in first
    assert (first["inboundMessageId"], second["inboundMessageId"]) == ("line-1", "in-7")
    assert (second["previousPublishedMessageId"], second["messageBody"]) == (latest, "7")
    assert second["at"].startswith("2026-01-05T09:00:00")


def test_a_mail_comes_as_ses_delivers_it_with_the_words_inside_the_raw_message(desk: Desk) -> None:
    words = "No me siento bien 😔\nLlámeme, por favor.\n"
    desk.play("email", from_="Ada <ada@example.org>", to=CARE, subject="Una pregunta más", text=words)
    (notice,) = desk.seen
    assert (notice["notificationType"], notice["mail"]["messageId"]) == ("Received", "line-1")
    assert notice["mail"]["source"] == "ada@example.org"
    assert notice["mail"]["destination"] == notice["receipt"]["recipients"] == [CARE]
    assert notice["receipt"]["timestamp"] == "2026-01-05T09:00:00.000Z"
    assert notice["receipt"]["action"]["topicArn"] == desk.cloud.resource("InboundMail")
    written = email.message_from_string(notice["content"], policy=default)
    assert written.get_content().replace("\r\n", "\n") == words
    assert (written["Subject"], written["From"]) == ("Una pregunta más", "Ada <ada@example.org>")
    assert written["In-Reply-To"] is None


def test_a_mail_of_any_letters_can_be_sent_and_a_huge_one_comes_without_its_content(desk: Desk) -> None:
    for text in ("", "\x00 \u202e \ud83d", "x" * 200_000):
        desk.play("email", from_="ada@example.org", to=CARE, text=text)
    assert ["content" in notice for notice in desk.seen] == [True, True, False]


# ---- receipts for texts


def test_a_receipt_carries_what_went_with_the_text_and_the_instant_of_the_line(desk: Desk) -> None:
    message_id = desk.sends_text(
        "How is your mood?", clinic="riverside", patient="pat-ada", touch="ses-1.day1"
    )
    late = NINE + timedelta(hours=80)
    desk.play("sms_receipt", late, touch_id="ses-1.day1", event_type="TEXT_DELIVERED")
    (event,) = desk.seen
    assert event["messageId"] == message_id
    assert event["context"] == {"clinic": "riverside", "patient": "pat-ada", "touch": "ses-1.day1"}
    assert (event["eventType"], event["messageStatus"], event["isFinal"]) == (
        "TEXT_DELIVERED",
        "DELIVERED",
        True,
    )
    assert (event["originationPhoneNumber"], event["destinationPhoneNumber"]) == (OURS, ADA)
    assert event["messageRequestTimestamp"] == NINE.timestamp() * 1000
    assert event["eventTimestamp"] == late.timestamp() * 1000
    assert (event["messageEncoding"], event["totalMessageParts"]) == ("GSM", 1)


def test_the_last_text_of_a_patient_is_the_latest_to_that_patient(desk: Desk) -> None:
    desk.sends_text("one", patient="pat-ada", touch="t1")
    desk.sends_text("two", patient="pat-ada", touch="t2")
    desk.sends_text("three", to=BEN, patient="pat-ben", touch="t3")
    desk.play("sms_receipt", touch_id="last:pat-ada", event_type="TEXT_PENDING")
    (event,) = desk.seen
    assert (event["context"]["touch"], event["isFinal"]) == ("t2", False)


def test_a_receipt_for_a_touch_we_never_sent_still_comes_as_one_for_a_message_unknown_to_us(
    desk: Desk,
) -> None:
    desk.sends_text("one", patient="pat-ada", touch="t1")
    desk.play("sms_receipt", touch_id="ses-9.day1", event_type="TEXT_CARRIER_BLOCKED")
    desk.play("email_receipt", touch_id="ses-9.day1", event_type="Delivery")
    text, mail = desk.seen
    assert (text["context"], text["messageId"]) == ({}, "foreign-1")
    assert text["destinationPhoneNumber"] != ADA
    assert mail["mail"]["messageId"] == "foreign-2"
    assert set(mail["mail"]["tags"]) == {"ses:configuration-set", "ses:from-domain"}
    assert desk.rows("refused") == []


def test_a_patient_to_whom_nothing_has_left_has_no_last_message(desk: Desk) -> None:
    desk.sends_mail("Hello", patient="pat-ada", touch="t1")
    desk.play("sms_receipt", touch_id="last:pat-ada", event_type="TEXT_DELIVERED")
    desk.play("email_receipt", touch_id="last:pat-ben", event_type="Delivery")
    desk.play("form", touch_id="last:pat-ada", birth_date="1990-01-31", answers={})
    assert desk.seen == []
    assert [(line, reason.split(":")[0]) for line, reason in refusals(desk)] == [
        (1, "sms_receipt.touch_id"),
        (2, "email_receipt.touch_id"),
        (3, "form.touch_id"),
    ]


# ---- receipts for mails


SENT = EmailOut(
    NINE,
    "ada@example.org",
    f"Riverside <{CARE}>",
    "Your visit",
    "Hello",
    None,
    {},
    {"touch": "dDE"},
    "m-1",
    "set",
)


@pytest.mark.parametrize(
    ("event_type", "part", "names"),
    [
        ("Complaint", "complaint", {"complainedRecipients", "complaintFeedbackType", "feedbackId"}),
        ("Delivery", "delivery", {"recipients", "processingTimeMillis", "smtpResponse"}),
        ("DeliveryDelay", "deliveryDelay", {"delayType", "delayedRecipients", "expirationTime"}),
        ("Reject", "reject", {"reason"}),
        ("Rendering Failure", "failure", {"errorMessage", "templateName"}),
        ("Send", "send", set()),
        ("Open", "open", {"ipAddress"}),
        ("Click", "click", {"link"}),
        ("Subscription", "subscription", {"source"}),
    ],
)
def test_ses_tells_each_kind_of_event_in_its_own_part(event_type: str, part: str, names: set[str]) -> None:
    event = mail_event(SENT, event_type, NINE)
    assert set(event) == {"eventType", "mail", part}
    assert event["eventType"] == event_type
    assert names <= set(event[part])
    assert event["mail"]["destination"] == ["ada@example.org"]
    assert event["mail"]["tags"]["touch"] == ["dDE"]


@pytest.mark.parametrize("bounce_type", ["Permanent", "Transient", "Undetermined", None])
def test_a_bounce_has_its_type_and_is_permanent_unless_told(bounce_type: str | None) -> None:
    bounce = mail_event(SENT, "Bounce", NINE, bounce_type)["bounce"]
    assert bounce["bounceType"] == (bounce_type or "Permanent")
    assert bounce["bouncedRecipients"][0]["emailAddress"] == "ada@example.org"


def test_a_receipt_names_the_mail_and_only_a_permanent_bounce_blocks_the_address(desk: Desk) -> None:
    message_id = desk.sends_mail("Hello", clinic="riverside", patient="pat-ada", touch="t1")
    blocked = []
    for bounce_type in ("Transient", "Undetermined", "Permanent"):
        desk.play("email_receipt", touch_id="last:pat-ada", event_type="Bounce", bounce_type=bounce_type)
        blocked.append("ada@example.org" in desk.rehearsal.carrier.suppressed)
    assert blocked == [False, False, True]
    assert {event["mail"]["messageId"] for event in desk.seen} == {message_id}
    assert desk.seen[0]["mail"]["tags"]["touch"] == ["dDE"]


def test_a_mail_to_an_address_that_complained_leaves_and_bounces_by_itself(desk: Desk) -> None:
    desk.sends_mail("Hello", patient="pat-ada", touch="t1")
    desk.play("email_receipt", touch_id="t1", event_type="Complaint")
    desk.sends_mail("Hello again", patient="pat-ada", touch="t2")
    desk.rehearsal.finish()
    assert [row["touch_id"] for row in desk.rows("email")] == ["t1", "t2"]
    (bounce,) = desk.events("Bounce")
    assert bounce["bounce"]["bounceSubType"] == "OnAccountSuppressionList"
    assert bounce["mail"]["messageId"] == "email-00000002"


def test_nothing_is_reported_delivered_unless_the_script_or_the_option_says_so(open_desk: DeskOpener) -> None:
    quiet = open_desk()
    quiet.sends_text("Hello", touch="t1")
    quiet.rehearsal.finish()
    assert quiet.seen == []


def test_with_the_option_every_message_is_reported_delivered(open_desk: DeskOpener) -> None:
    busy = open_desk(receipts="ours")
    busy.sends_text("Hello", touch="t1")
    busy.sends_mail("Hello", touch="t2")
    busy.rehearsal.finish()
    assert [notice["eventType"] for notice in busy.seen] == ["TEXT_DELIVERED", "Delivery"]


# ---- the carrier


def test_the_carrier_behaves_as_told_from_now_on(desk: Desk) -> None:
    desk.play("carrier", sms=f"opted_out:{ADA}")
    desk.play("carrier", sms="down", email="down")
    desk.play("carrier", sms="up", email=None)
    carrier = desk.rehearsal.carrier
    assert (carrier.sms, carrier.email, list(carrier.opted_out)) == ("up", "down", [ADA])


def test_a_template_without_a_topic_takes_nothing_there(open_desk: DeskOpener, tmp_path: Any) -> None:
    text = (TOYS / "toy_desk.yaml").read_text(encoding="utf-8")
    bare = tmp_path / "bare.yaml"
    gone = text.index("  MailsIn:"), text.index("  TextEvents:")
    text = text[: gone[0]] + text[gone[1] :]
    bare.write_text(text.replace('  InboundMail: { Type: "AWS::SNS::Topic" }\n', ""), encoding="utf-8")
    desk = open_desk(template=str(bare))
    desk.play("email", from_="ada@example.org", to=CARE)
    assert refusals(desk) == [(1, "the template has no topic InboundMail")]
