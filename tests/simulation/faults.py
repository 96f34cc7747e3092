"""A table and a carrier that fail at the call they are told to, and a life that goes on after it."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.errors import TryAgain
from aftercare.domain.hand_over import Busy, Envelope, HandOver, Refused, Unknown
from aftercare.domain.message import Message
from aftercare.domain.touch import Reason
from aftercare.ports import PatientKey
from tests.simulation.living import Life, Living
from tests.simulation.wire import Event

TABLE_FAULTS = ("throttled", "never reached", "answer lost", "crash before", "crash after")
CARRIER_FAULTS = ("crash before", "crash after", "lost_in", "lost_out", "busy", "refused")
CALLS = frozenset(
    ("get_item", "put_item", "update_item", "delete_item", "query", "batch_get_item", "batch_write_item")
) | {"transact_write_items"}


class Crash(BaseException):
    """The machine is gone: nothing catches this but the world outside."""


class ShakyTable:
    """Passes calls on until it is armed; then the n-th call meets its fault, once."""

    def __init__(self, memory: Any) -> None:
        self._memory = memory
        self.exceptions = memory.exceptions
        self._countdown = -1
        self._fault = ""
        self.meanwhile: Callable[[], None] | None = None

    def arm(self, call: int, fault: str) -> None:
        """Let the ``call``-th call from now (0 is the next) fail."""
        self._countdown, self._fault = call, fault

    def disarm(self) -> bool:
        """Stop failing. Says whether the fault came to pass."""
        passed = self._countdown < 0
        self._countdown = -1
        return passed

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._memory, name)
        return (lambda **request: self._call(name, operation, request)) if name in CALLS else operation

    def _call(self, name: str, operation: Callable[..., Any], request: dict[str, Any]) -> Any:
        if self._countdown < 0:
            return operation(**request)
        self._countdown -= 1
        if self._countdown >= 0:
            return operation(**request)
        if self.meanwhile is not None:
            self.meanwhile()
            return operation(**request)
        return _failed(self._fault, name, operation, request)


def _failed(fault: str, name: str, operation: Callable[..., Any], request: dict[str, Any]) -> Any:
    match fault:
        case "throttled":
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, name)
        case "never reached":
            raise EndpointConnectionError(endpoint_url="table", error="refused")
        case "crash before":
            raise Crash
        case "answer lost":
            operation(**request)
            raise ReadTimeoutError(endpoint_url="table", error="time is up")
        case _:
            operation(**request)
            raise Crash


class ShakyLife(Living):
    """A life whose table or carrier fails once. Buses and queues deliver again, as the real ones do."""

    table: ShakyTable

    def __init__(self, life: Life) -> None:
        super().__init__(life, table=self._shaky)
        self._calm_answer = self.world.carrier.answers
        self.carrier_fault: tuple[int, str] | None = None
        self.handed_over = 0
        self.world.carrier.answers = self._shaky_answer

    def _shaky(self, memory: Any) -> ShakyTable:
        self.table = ShakyTable(memory)
        return self.table

    def _shaky_answer(self, message: Message, envelope: Envelope) -> HandOver | None:
        self.handed_over += 1
        if self.carrier_fault is None or self.carrier_fault[0] != self.handed_over:
            return self._calm_answer(message, envelope)
        match self.carrier_fault[1]:
            case "crash before":
                raise Crash
            case "crash after":
                self._calm_answer(message, envelope)
                raise Crash
            case "busy":
                return Busy()
            case "refused":
                return Refused(Reason.CARRIER_REFUSED)
            case "lost_out":
                return Unknown()
            case _:
                self._calm_answer(message, envelope)
                return Unknown()

    def happen(self, what: Event | InboundSms | str) -> None:
        """Deliver again until it is taken."""
        while True:
            said = len(self.log)
            try:
                return super().happen(what)
            except (Crash, TryAgain):
                del self.log[said:]

    def tick(self) -> None:
        """A sweep that dies is made up for by the next one."""
        try:
            super().tick()
        except (Crash, TryAgain):
            return

    def _work_off(self, keys: Mapping[PatientKey, bool]) -> None:
        try:
            super()._work_off(keys)
        except (Crash, TryAgain):
            self._return(keys)
