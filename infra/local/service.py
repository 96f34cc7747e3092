"""The seam between a local cloud and the service it runs: which clock, ids and clients it gets."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from infra.local.aws_wiring import Function
from infra.local.virtual_clock import SequentialIds, VirtualClock

Clients = Callable[[str], Any]


class Service:
    """The ``aftercare`` package, as far as a cloud has to do with it.

    Args:
        functions: Of the template. When none of them is the service's, it is left alone.
        instead: Called with the function in place of wiring anything.
    """

    def __init__(
        self, functions: Mapping[str, Function], instead: Callable[[Function], None] | None = None
    ) -> None:
        ours = any(function.handler.startswith("aftercare.") for function in functions.values())
        self._wiring: Any = importlib.import_module("aftercare.wiring") if ours else None
        self._instead = instead

    def wire(self, function: Function, clock: VirtualClock, ids: SequentialIds, clients: Clients) -> None:
        """Build it anew from the variables of a function, which are in place, on virtual time."""
        if self._instead is not None:
            self._instead(function)
        elif self._wiring is not None:
            self._wiring.rewire(clock=clock, ids=ids, clients=clients)

    def unwire(self) -> None:
        """Give it back the real outside."""
        if self._wiring is not None and self._instead is None:
            self._wiring.rewire()

    def client(self, name: str) -> Any:
        """Return a client as the service builds it: its time-outs and attempts are rehearsed too."""
        # Every request is checked against the service's model here, as nowhere else.
        return (
            self._wiring.boto_client(name, checked=True) if self._wiring is not None else boto3.client(name)
        )
