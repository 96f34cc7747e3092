"""What became of a text, as AWS End User Messaging tells it: SNS, then SQS (raw delivery off).

The ``Message`` of the SNS envelope is JSON in a string::

    {"eventType": "TEXT_DELIVERED", "eventVersion": "1.0", "eventTimestamp": 1795532531204, "isFinal": true,
     "originationPhoneNumber": "+12125550101", "destinationPhoneNumber": "+12025550147",
     "messageId": "862a8790-...", "messageStatus": "DELIVERED",
     "context": {"clinic": "hudson", "patient": "pat-ada", "touch": "ses-ada-1.day1"}}

Phone numbers are not read: the ids in ``context`` say whose message it was.
Source: AWS End User Messaging user guide, "Messaging events"; event types: "Event types for SMS, MMS, and
voice".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercare.contracts.receipt_ids import ReceiptIds, ids_from
from aftercare.contracts.sns_notice import instant_or, open_notice, part
from aftercare.domain.errors import BadInput

ID_ALLOWED = "1 to 128 printable ASCII characters without a space"
TYPE_ALLOWED = "an event type, as TEXT_DELIVERED"

_MESSAGE_ID = re.compile(r"[!-~]{1,128}")
_TYPE = re.compile(r"[A-Za-z0-9_]{1,64}")


@dataclass(frozen=True, slots=True)
class SmsEvent:
    """One receipt.

    Attributes:
        message_id: The carrier's id of the text.
        event_type: As given, known to us or not.
        at: When it was so, aware UTC; SNS's own instant where the event has none.
        final: The carrier expects to say no more.
        ids: Ours, as far as they came back.
    """

    message_id: str
    event_type: str
    at: datetime
    final: bool
    ids: ReceiptIds

    @property
    def ours(self) -> bool:
        """Whether it is about a text at all: we place no calls, and send no pictures and no RCS."""
        return self.event_type.startswith("TEXT_")


def parse(sqs_body: str) -> SmsEvent:
    """Read the body of an SQS message that SNS put there.

    Raises:
        BadInput: It is not what AWS sends.
    """
    event, taken_at = open_notice(sqs_body, "an End User Messaging event")
    return SmsEvent(
        message_id=_text(event, "messageId", _MESSAGE_ID, ID_ALLOWED),
        event_type=_text(event, "eventType", _TYPE, TYPE_ALLOWED),
        at=instant_or(event.get("eventTimestamp"), taken_at),
        final=event.get("isFinal") is True,
        ids=ids_from(part(event, "context")),
    )


def _text(event: Mapping[str, object], name: str, pattern: re.Pattern[str], allowed: str) -> str:
    found = event.get(name)
    if not isinstance(found, str) or pattern.fullmatch(found) is None:
        raise BadInput(f"body.Message.{name}", found, allowed)
    return found
