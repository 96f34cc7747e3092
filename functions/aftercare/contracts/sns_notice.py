"""The envelope in which SNS puts what it hands to a queue (raw delivery off).

The SQS body, in JSON::

    {"Type": "Notification", "MessageId": "5b2f...", "TopicArn": "arn:aws:sns:...",
     "Timestamp": "2026-11-24T15:02:11.204Z", "Message": "..."}
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from aftercare.contracts.shapes import INSTANT_ALLOWED, read_instant, read_object
from aftercare.domain.errors import BadInput

_EARLIEST_MS = datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000
_LATEST_MS = datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000


def open_notice(sqs_body: str, allowed: str) -> tuple[Mapping[str, object], datetime]:
    """Return the JSON object in the envelope, and when SNS took it.

    Args:
        sqs_body: The body of an SQS message that SNS put there.
        allowed: What the message should be, for the error.

    Raises:
        BadInput: It is no such envelope, or what is in it is no JSON object.
    """
    envelope = read_object(sqs_body, "body", "an SNS notification in JSON")
    if envelope.get("Type") != "Notification":
        raise BadInput("body.Type", envelope.get("Type"), "Notification")
    try:
        taken_at = read_instant(envelope.get("Timestamp"))
    except ValueError:
        raise BadInput("body.Timestamp", envelope.get("Timestamp"), INSTANT_ALLOWED) from None
    return read_object(envelope.get("Message"), "body.Message", f"{allowed} in JSON"), taken_at


def part(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return an object inside an object; an empty one where there is none."""
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def instant_or(found: object, otherwise: datetime) -> datetime:
    """Read an RFC 3339 instant, or milliseconds since 1970; ``otherwise`` when it is neither."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        within = _EARLIEST_MS <= found < _LATEST_MS
        return datetime.fromtimestamp(found / 1000, tz=UTC) if within else otherwise
    try:
        return read_instant(found)
    except ValueError:
        return otherwise


def whole_text(found: object) -> str:
    """Return a text that can be stored: half an emoji becomes U+FFFD, anything but text becomes nothing."""
    if not isinstance(found, str):
        return ""
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
