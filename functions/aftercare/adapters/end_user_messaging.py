"""Texts, by AWS End User Messaging (``pinpoint-sms-voice-v2``)."""

from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from aftercare.adapters.carrier_faults import answer_of
from aftercare.domain.hand_over import Accepted, Envelope, HandOver
from aftercare.domain.message import Message


class EndUserMessaging:
    """Offers a text once. ``client`` must be built with a single attempt."""

    def __init__(self, client: Any, configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def hand_over(self, message: Message, envelope: Envelope) -> HandOver:
        """Send. The touch's id travels in ``Context`` and comes back in every receipt."""
        request: dict[str, Any] = {
            "DestinationPhoneNumber": envelope.to,
            "OriginationIdentity": envelope.sender,
            "MessageBody": message.text,
            "MessageType": "TRANSACTIONAL",
            "TimeToLive": envelope.valid_for_seconds,
            "Context": dict(envelope.about),
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            answer = self._client.send_text_message(**request)
        except (ClientError, BotoConnectionError, HTTPClientError) as error:
            return answer_of(error)
        return Accepted(answer["MessageId"])
