"""The carrier's own list of numbers that said STOP, in AWS End User Messaging."""

from collections.abc import Iterator
from typing import Any

from aftercare.adapters.store_faults import store_faults


class CarrierOptOuts:
    """``client`` is a boto3 ``pinpoint-sms-voice-v2`` client or answers like one."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def numbers(self) -> Iterator[str]:
        """Yield every number on the list; none where the account has no such list."""
        request: dict[str, Any] = {"OptOutListName": self._name}
        while self._name:
            answer: dict[str, Any] = {}
            with store_faults():
                answer = self._client.describe_opted_out_numbers(**request)
            for found in answer.get("OptedOutNumbers", []):
                yield found["OptedOutNumber"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]
