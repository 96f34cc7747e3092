"""What AWS End User Messaging publishes: a text that came in, and what became of one that went out.

Source: AWS End User Messaging user guide, "Two-way SMS message payload" and "Messaging events".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare.domain.segments import segments
from infra.local.carrier import SmsOut

Json = dict[str, Any]

# After these comes another word on the same text. TEXT_SUCCESSFUL is AWS's own example of a final event,
# though a TEXT_DELIVERED may follow it.
_NOT_FINAL = ("_QUEUED", "_PENDING", "_SENT")
_DESCRIPTIONS = {
    "QUEUED": "Message is queued",
    "PENDING": "Message has been sent but has not been received by the carrier yet",
    "SUCCESSFUL": "Message has been accepted by phone carrier",
    "DELIVERED": "Message has been delivered to the phone",
    "INVALID": "The destination phone number is not valid",
    "INVALID_MESSAGE": "The body of the message is not valid",
    "UNREACHABLE": "The destination phone is off or cannot be reached",
    "CARRIER_UNREACHABLE": "The carrier of the destination phone cannot be reached",
    "BLOCKED": "The phone blocks messages, or its owner has not paid for them",
    "CARRIER_BLOCKED": "The carrier has blocked the message",
    "SPAM": "The carrier has taken the message for spam",
    "UNKNOWN": "No word from the carrier on what became of the message",
    "TTL_EXPIRED": "The message was not delivered before its time to live ended",
    "PROTECT_BLOCKED": "Blocked by a protect configuration",
}


def inbound_text(text: Mapping[str, Any], message_id: str, previous: str | None) -> Json:
    """Return a text from a phone.

    Args:
        text: ``{"from", "to", "body"}``.
        message_id: Given by the carrier.
        previous: The id of our last text to that phone, if there is one.
    """
    payload: Json = {
        "originationNumber": text["from"],
        "destinationNumber": text["to"],
        "messageKeyword": "KEYWORD",
        "messageBody": text["body"],
        "inboundMessageId": message_id,
    }
    if previous is not None:
        payload["previousPublishedMessageId"] = previous
    return payload


def text_event(sms: SmsOut, event_type: str, at: datetime) -> Json:
    """Return what became of a text.

    Args:
        sms: As it was accepted, or made up for one that is not ours.
        event_type: As ``TEXT_DELIVERED``.
        at: When the carrier says so.
    """
    status = event_type.partition("_")[2]
    encoding, parts = segments(sms.body)
    return {
        "eventType": event_type,
        "eventVersion": "1.0",
        "eventTimestamp": _ms(at),
        "isFinal": not event_type.endswith(_NOT_FINAL),
        "originationPhoneNumber": sms.from_,
        "destinationPhoneNumber": sms.to,
        "isoCountryCode": "US",
        "isInternationalSend": False,
        "mcc": "310",
        "mnc": "800",
        "messageId": sms.message_id,
        "messageRequestTimestamp": _ms(sms.at),
        "messageEncoding": "GSM" if encoding == "GSM-7" else "Unicode",
        "messageType": sms.message_type or "TRANSACTIONAL",
        "messageStatus": status,
        "messageStatusDescription": _DESCRIPTIONS.get(status, status.replace("_", " ").capitalize()),
        "context": dict(sms.context),
        "totalMessageParts": parts,
        "totalMessagePrice": round(0.00581 * parts, 5),
        "totalCarrierFee": round(0.003 * parts, 5),
    }


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
