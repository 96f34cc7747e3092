"""The queue of due touches and the queue of parked events, in SQS."""

from collections.abc import Sequence
from typing import Any

from aftercare.adapters.store_faults import store_faults
from aftercare.contracts.touch_key import TouchKey
from aftercare.domain.errors import TryAgain
from aftercare.domain.sweep import Handed

BATCH_MAX = 10
_DEPTHS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class SqsTouchQueue:
    """Standard queue: it may repeat and reorder, and the claim does not mind."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def hand(self, entries: Sequence[Handed]) -> None:
        """Queue the entries, ten a call.

        Raises:
            TryAgain: Some were not taken; the next sweep finds them still due.
        """
        for start in range(0, len(entries), BATCH_MAX):
            batch = [
                {
                    "Id": str(n),
                    "MessageBody": TouchKey(entry.clinic_id, entry.patient_id, entry.alert_id).to_json(),
                    "DelaySeconds": entry.delay_seconds,
                }
                for n, entry in enumerate(entries[start : start + BATCH_MAX])
            ]
            with store_faults():
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=batch)
            if answer.get("Failed"):
                raise TryAgain("touch queue: part of a batch was not taken")

    def is_empty(self) -> bool:
        with store_faults():
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(_DEPTHS))
        return all(int(answer["Attributes"].get(name, 0)) == 0 for name in _DEPTHS)


class SqsParkedQueue:
    """Refused events, whole and encrypted, for an operator to mend and replay."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def park(self, event: str, reason_code: str) -> None:
        attribute = {"DataType": "String", "StringValue": reason_code[:256] or "event"}
        with store_faults():
            self._client.send_message(
                QueueUrl=self._url, MessageBody=event, MessageAttributes={"reason": attribute}
            )
