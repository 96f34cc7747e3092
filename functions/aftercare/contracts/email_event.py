"""What became of a mail, as SES tells it: SNS, then SQS (raw delivery off).

The ``Message`` of the SNS envelope is JSON in a string::

    {"eventType": "Bounce",
     "bounce": {"bounceType": "Permanent", "bounceSubType": "General",
                "timestamp": "2026-11-24T15:02:12.669Z", "bouncedRecipients": [{"emailAddress": "..."}]},
     "mail": {"messageId": "0100...-000000", "timestamp": "...", "destination": ["..."],
              "tags": {"touch": ["c2VzLWFkYS0xLmRheTE"], "ses:configuration-set": ["aftercare"]}}}

Without event publishing the type stands under ``notificationType`` and tags are missing. Addresses are not
read: they would be kept for nothing.
Source: Amazon SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercare.contracts.receipt_ids import ReceiptIds, ids_from, untag
from aftercare.contracts.sns_notice import instant_or, open_notice, part
from aftercare.domain.errors import BadInput

ID_ALLOWED = "1 to 128 printable ASCII characters without a space"
TYPE_ALLOWED = "an event type, as Bounce or Rendering Failure"

_MESSAGE_ID = re.compile(r"[!-~]{1,128}")
_TYPE = re.compile(r"[A-Za-z][A-Za-z _-]{0,63}")
_CODE = re.compile(r"[A-Za-z0-9 _-]{1,64}")
# Under which name each type's own part stands; "Send", "Reject" and failures carry no instant.
_PARTS = ("bounce", "complaint", "delivery", "deliveryDelay", "open", "click", "subscription")


@dataclass(frozen=True, slots=True)
class EmailEvent:
    """One receipt.

    Attributes:
        message_id: SES's id of the mail.
        event_type: As given, known to us or not.
        at: When it was so, aware UTC; SNS's own instant where the event has none.
        bounce_type: ``Permanent``, ``Transient`` or ``Undetermined``, for bounces.
        bounce_subtype: As ``General`` or ``MailboxFull``, for bounces.
        complaint_type: The feedback type, as ``abuse``, for complaints whose sender says one.
        complaint_subtype: ``OnAccountSuppressionList`` for mail that SES held back.
        ids: Ours, as far as they came back.
    """

    message_id: str
    event_type: str
    at: datetime
    bounce_type: str | None
    bounce_subtype: str | None
    complaint_type: str | None
    complaint_subtype: str | None
    ids: ReceiptIds


def parse(sqs_body: str) -> EmailEvent:
    """Read the body of an SQS message that SNS put there.

    Raises:
        BadInput: It is not what SES sends.
    """
    event, taken_at = open_notice(sqs_body, "an SES event")
    name = "eventType" if "eventType" in event else "notificationType"
    event_type = event.get(name)
    if not isinstance(event_type, str) or _TYPE.fullmatch(event_type) is None:
        raise BadInput(f"body.Message.{name}", event_type, TYPE_ALLOWED)
    mail, bounce, complaint = part(event, "mail"), part(event, "bounce"), part(event, "complaint")
    message_id = mail.get("messageId")
    if not isinstance(message_id, str) or _MESSAGE_ID.fullmatch(message_id) is None:
        raise BadInput("body.Message.mail.messageId", message_id, ID_ALLOWED)
    said_at = next((part(event, p)["timestamp"] for p in _PARTS if "timestamp" in part(event, p)), None)
    return EmailEvent(
        message_id=message_id,
        event_type=event_type,
        at=instant_or(said_at, taken_at),
        bounce_type=_code(bounce, "bounceType"),
        bounce_subtype=_code(bounce, "bounceSubType"),
        complaint_type=_code(complaint, "complaintFeedbackType"),
        complaint_subtype=_code(complaint, "complaintSubType"),
        ids=ids_from(untag(part(mail, "tags"))),
    )


def _code(found: Mapping[str, object], name: str) -> str | None:
    code = found.get(name)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
