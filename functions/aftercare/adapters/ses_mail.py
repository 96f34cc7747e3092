"""Mail, by Amazon SES v2."""

import base64
from email.utils import formataddr
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from aftercare.adapters.carrier_faults import answer_of
from aftercare.domain.hand_over import Accepted, Envelope, HandOver
from aftercare.domain.message import Message


class SesMail:
    """Offers a mail once. ``client`` must be built with a single attempt."""

    def __init__(self, client: Any, configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def hand_over(self, message: Message, envelope: Envelope) -> HandOver:
        """Send text and HTML; the touch's id travels in the tags and comes back in every receipt."""
        simple: dict[str, Any] = {
            "Subject": {"Data": message.subject or "", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": message.text, "Charset": "UTF-8"},
                "Html": {"Data": message.html or "", "Charset": "UTF-8"},
            },
        }
        if envelope.unsubscribe is not None:
            simple["Headers"] = one_click(envelope.unsubscribe)
        ids = envelope.about
        request: dict[str, Any] = {
            "FromEmailAddress": formataddr((envelope.sender_name, envelope.sender)),
            "Destination": {"ToAddresses": [envelope.to]},
            "Content": {"Simple": simple},
            "EmailTags": [{"Name": name, "Value": tag_value(value)} for name, value in ids.items()],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            answer = self._client.send_email(**request)
        except (ClientError, BotoConnectionError, HTTPClientError) as error:
            return answer_of(error)
        return Accepted(answer["MessageId"])


def one_click(unsubscribe: str) -> list[dict[str, str]]:
    """Return the headers that let a mail program unsubscribe by one POST. Source: RFC 8058."""
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{unsubscribe}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


def tag_value(text: str) -> str:
    """Write an id in the letters SES allows in a tag (A-Z a-z 0-9 _ -)."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def tag_text(value: str) -> str:
    """Return the id that ``tag_value`` wrote."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
