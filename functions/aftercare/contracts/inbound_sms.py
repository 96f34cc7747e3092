"""A text from a patient, as AWS End User Messaging delivers it: SNS, then SQS (raw delivery off).

The SQS body is the SNS envelope, in JSON::

    {"Type": "Notification", "MessageId": "5b2f...", "TopicArn": "arn:aws:sns:...:InboundSms",
     "Timestamp": "2026-11-24T15:02:11.204Z", "Message": "..."}

and its ``Message`` is JSON in a string again::

    {"originationNumber": "+12025550147", "destinationNumber": "+12125550101",
     "messageKeyword": "KEYWORD", "messageBody": "7 A",
     "inboundMessageId": "cae173d2-...", "previousPublishedMessageId": "wJalr..."}

Source: AWS End User Messaging SMS user guide, "two-way SMS message payload".
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercare.contracts.shapes import INSTANT_ALLOWED, is_e164, read_instant, read_object
from aftercare.domain.errors import BadInput

NUMBER_ALLOWED = "an E.164 phone number, as +12025550147, or a short code of 3 to 8 digits"
ID_ALLOWED = "the id that the carrier gave the message"

_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_MESSAGE_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class InboundSms:
    """One text from a phone.

    Attributes:
        id: The carrier's id: the same text delivered twice has it twice.
        from_number: The patient's phone, E.164.
        to_number: Our number, E.164 or short code.
        body: The words, perhaps none. Never log them.
        received_at: When SNS took it, aware UTC: the payload itself carries no time.
        previous_message_id: The carrier's id of our last text to this phone, if it says so.
    """

    id: str
    from_number: str
    to_number: str
    body: str
    received_at: datetime
    previous_message_id: str | None = None


def parse(sqs_body: str) -> InboundSms:
    """Read the body of an SQS message that SNS put there.

    Raises:
        BadInput: It is not what AWS sends.
    """
    envelope = read_object(sqs_body, "body", "an SNS notification in JSON")
    if envelope.get("Type") != "Notification":
        raise BadInput("body.Type", envelope.get("Type"), "Notification")
    try:
        received_at = read_instant(envelope.get("Timestamp"))
    except ValueError:
        raise BadInput("body.Timestamp", envelope.get("Timestamp"), INSTANT_ALLOWED) from None
    message = read_object(envelope.get("Message"), "body.Message", "an inbound text message in JSON")
    return InboundSms(
        id=carrier_id(message.get("inboundMessageId"), "body.Message.inboundMessageId"),
        from_number=_number(message, "originationNumber"),
        to_number=_number(message, "destinationNumber"),
        body=_words(message),
        received_at=received_at,
        previous_message_id=_previous(message),
    )


def carrier_id(found: object, field: str) -> str:
    """Return a carrier's id of a message; one of a strange shape by its hash, for the words count.

    Raises:
        BadInput: There is none.
    """
    if not isinstance(found, str) or not found:
        raise BadInput(field, found, ID_ALLOWED)
    if _MESSAGE_ID.fullmatch(found):
        return found
    return "h-" + hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _previous(message: Mapping[str, object]) -> str | None:
    found = message.get("previousPublishedMessageId")
    return carrier_id(found, "body.Message.previousPublishedMessageId") if found else None


def _number(message: Mapping[str, object], name: str) -> str:
    found = message.get(name)
    if isinstance(found, str) and (is_e164(found) or _SHORT_CODE.fullmatch(found)):
        return found
    raise BadInput(f"body.Message.{name}", found, NUMBER_ALLOWED)


def _words(message: Mapping[str, object]) -> str:
    """Return the words, whole enough to store: half an emoji must not cost a patient their STOP."""
    found = message.get("messageBody")
    if found is None:
        return ""
    if not isinstance(found, str):
        raise BadInput("body.Message.messageBody", found, "text, or nothing")
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
