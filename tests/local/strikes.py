"""Stands between the functions and AWS and strikes the n-th call: it fails, its answer is lost, all dies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

Way = Literal["never reached", "answer lost", "dies before", "dies after"]
WAYS: tuple[Way, ...] = ("never reached", "answer lost", "dies before", "dies after")


class Crash(BaseException):
    """The process is gone: nothing catches this but the world outside."""


@dataclass
class Wire:
    """Every call of every client of the functions goes through here.

    Attributes:
        watched: Which functions' calls count, by logical id.
        made: Their calls since the last ``arm``, as ``service.operation``.
        struck: The call that was struck, if one was.
        meanwhile: Happens once, before the n-th call, in place of a fault.
    """

    watched: frozenset[str] = frozenset()
    running: Callable[[], str | None] = lambda: None
    made: list[str] = field(default_factory=list)
    struck: str | None = None
    meanwhile: Callable[[], object] | None = None
    _nth: int = 0
    _way: Way = "never reached"

    def arm(
        self, nth: int = 0, way: Way = "never reached", meanwhile: Callable[[], object] | None = None
    ) -> None:
        """Strike the n-th call from now, counted from 1; 0 strikes none and only counts."""
        self.made.clear()
        self.struck, self.meanwhile, self._nth, self._way = None, meanwhile, nth, way

    def around(self, service: str, client: Any) -> "Tapped":
        return Tapped(service, client, self)

    def call(self, name: str, go_on: Callable[[], Any]) -> Any:
        if self.running() not in self.watched or self.struck is not None:
            return go_on()
        self.made.append(name)
        if len(self.made) != self._nth:
            return go_on()
        self.struck = name
        if self.meanwhile is not None:
            self.meanwhile()
            return go_on()
        match self._way:
            case "never reached":
                raise EndpointConnectionError(endpoint_url=name, error="refused")
            case "dies before":
                raise Crash
            case "answer lost":
                go_on()
                raise ReadTimeoutError(endpoint_url=name, error="time is up")
            case "dies after":
                go_on()
                raise Crash


class Tapped:
    """A client whose calls go through a wire."""

    def __init__(self, service: str, client: Any, wire: Wire) -> None:
        self._service, self.behind, self._wire = service, client, wire

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.behind, name)
        if not callable(found) or isinstance(found, type):
            return found
        return lambda **asked: self._wire.call(f"{self._service}.{name}", lambda: found(**asked))
