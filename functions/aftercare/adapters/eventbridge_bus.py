"""The bus on which other systems hear what happened."""

import json
from collections.abc import Sequence
from typing import Any

from aftercare.adapters.store_faults import store_faults
from aftercare.contracts.facts_out_shapes import Event
from aftercare.domain.errors import TryAgain

# PutEvents takes ten entries a call.
BATCH_MAX = 10


class EventBridgeBus:
    """``client`` is a boto3 EventBridge client or answers like one."""

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    def put(self, events: Sequence[Event]) -> None:
        """Put all of them.

        Raises:
            TryAgain: Some were not taken; all may come again, each under its own id.
        """
        for start in range(0, len(events), BATCH_MAX):
            entries = [
                {
                    "Source": event["source"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                    "EventBusName": self._bus,
                }
                for event in events[start : start + BATCH_MAX]
            ]
            answer: dict[str, Any] = {}
            with store_faults():
                answer = self._client.put_events(Entries=entries)
            if answer.get("FailedEntryCount"):
                raise TryAgain("bus: part of a batch was not taken")
