"""Call a handler as the Lambda runtime does: its own variables, JSON in, JSON out, a context."""

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import TextIOBase
from typing import Any, TextIO

from infra.local.aws_wiring import Function
from infra.local.template_reader import REGION
from infra.local.virtual_clock import SequentialIds

Json = dict[str, Any]


class FunctionFailed(Exception):
    """A handler raised, or returned what JSON cannot hold. The text is ``Type: message``."""

    def __init__(self, text: str, request_id: str) -> None:
        super().__init__(text)
        self.request_id = request_id


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What a handler gets beside the event; the names are AWS's."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    timeout_ms: int
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Return the whole time-out: virtual time stands still while a handler runs."""
        return self.timeout_ms


class Invoker:
    """Runs handlers, one at a time.

    Args:
        functions: All functions of the template, by logical id.
        on_environment: Called whenever the next handler sees other variables than the last one did,
            with those in place: the moment to rebuild what was built from the old ones.
        logs: Where what handlers print goes, or None to leave it on standard output.

    Attributes:
        running: The logical id of the function at work, if one is.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        on_environment: Callable[[Function], None],
        logs: TextIO | None = None,
    ) -> None:
        self._functions = functions
        self._on_environment = on_environment
        self._logs = logs
        self._ids = SequentialIds("requests")
        self._last_seen: Mapping[str, str] | None = None
        self._handlers: dict[str, Callable[[Json, LambdaContext], Any]] = {}
        self._owned = frozenset(name for f in functions.values() for name in f.environment)
        self.running: str | None = None

    def invoke(self, logical_id: str, event: Json) -> Any:
        """Call a function once and return its answer.

        Raises:
            FunctionFailed: The handler raised.
        """
        function = self._functions[logical_id]
        request_id = self._ids.token()
        with self._surroundings(function):
            # The runtime's boundary: whatever a handler raises is a failed invocation, none of ours.
            try:
                handler = self._handler(function)
                answer = handler(json.loads(json.dumps(event)), _context(function, request_id))
                return json.loads(json.dumps(answer))
            except Exception as error:
                raise FunctionFailed(f"{type(error).__name__}: {error}", request_id) from error

    @contextmanager
    def as_function(self, logical_id: str) -> Iterator[None]:
        """Run what follows with a function's variables in place, without calling its handler."""
        function = self._functions[logical_id]
        with self._surroundings(function):
            self._rebuild(function)
            yield

    def forget(self) -> None:
        """Rebuild before the next call, whatever its variables."""
        self._last_seen = None

    def _rebuild(self, function: Function) -> None:
        if function.environment != self._last_seen:
            self._on_environment(function)
            self._last_seen = function.environment

    def _handler(self, function: Function) -> Callable[[Json, LambdaContext], Any]:
        # Imported under the function's own variables, as at a cold start.
        self._rebuild(function)
        if function.handler not in self._handlers:
            module, _, name = function.handler.rpartition(".")
            self._handlers[function.handler] = getattr(importlib.import_module(module), name)
        return self._handlers[function.handler]

    @contextmanager
    def _surroundings(self, function: Function) -> Iterator[None]:
        own = {
            **function.environment,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        }
        touched = self._owned | own.keys()
        before = {name: os.environ.get(name) for name in touched}
        outer, outer_sink, self.running = self.running, _PRINTED.sink, function.logical_id
        for name in touched:
            _set(name, own.get(name))
        _PRINTED.sink = self._logs
        try:
            with redirect_stdout(_PRINTED):
                yield
        finally:
            _PRINTED.sink, self.running = outer_sink, outer
            for name, value in before.items():
                _set(name, value)


class _Printed(TextIOBase):
    """Standard output as handlers see it.

    One object for the life of the process: a logger that took hold of it at import keeps working when
    another cloud, or another test, listens.
    """

    sink: TextIO | None = None

    def write(self, text: str) -> int:
        """Pass on to whoever listens now."""
        return (self.sink or sys.__stdout__ or sys.stderr).write(text)

    def flush(self) -> None:
        """Pass on to whoever listens now."""
        (self.sink or sys.__stdout__ or sys.stderr).flush()


_PRINTED = _Printed()


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _context(function: Function, request_id: str) -> LambdaContext:
    return LambdaContext(
        function_name=function.name,
        function_version="$LATEST",
        invoked_function_arn=function.arn,
        memory_limit_in_mb=str(function.memory_mb),
        aws_request_id=request_id,
        log_group_name=f"/aws/lambda/{function.name}",
        log_stream_name=f"[$LATEST]{REGION}",
        timeout_ms=function.timeout_s * 1000,
    )
