"""The demo in a browser: one HTTP server on 127.0.0.1, and nowhere else."""

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TextIO

from aftercare.domain.errors import BadInput
from infra.local.http_gateway import BODY_MAX, Answered, Asked

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 30
_NAMES = (HOST, "localhost")
Answer = Callable[[Asked], Answered]


class LocalServer(ThreadingHTTPServer):
    """Serves one function of requests. ``port`` 0 takes any that is free."""

    daemon_threads = True

    def __init__(self, port: int, answer: Answer) -> None:
        self.answer = answer
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers hang up in the middle of an answer all day; there is nobody to tell."""


class _Handler(BaseHTTPRequestHandler):
    server: LocalServer
    protocol_version, default_request_version = "HTTP/1.1", "HTTP/1.0"
    server_version, sys_version = "aftercare-demo", ""
    timeout = _PATIENCE_SECONDS

    def handle_one_request(self) -> None:
        """Answer any method the same way; what is no HTTP is answered by the standard library."""
        self.raw_requestline = self.rfile.readline(65_537)
        if len(self.raw_requestline) > 65_536:
            self.requestline, self.request_version, self.command = "", "", ""
            self.send_error(414)
        elif not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._reply(self._answered())
            self.wfile.flush()

    def _answered(self) -> Answered:
        if self.headers.get("host", "").rpartition(":")[0] not in _NAMES:
            # Another name that leads here would give a foreign page our answers.
            return self._refused(421, "This server answers to 127.0.0.1 and localhost only.")
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not (length.isascii() and length.isdecimal()):
            return self._refused(411, "Say how long the body is.")
        if int(length) > BODY_MAX:
            return self._refused(413, "That is too long.")
        body = self.rfile.read(int(length))
        headers = [(name, value) for name, value in self.headers.items()]
        try:
            return self.server.answer(Asked(self.command, self.path, headers, body))
        except Exception as error:  # noqa: BLE001  whatever it is, nobody gets a traceback
            sys.stderr.write(f"The demo failed at {self.command}: {type(error).__name__}\n")
            return self._refused(500, "That went wrong here.")

    def _refused(self, status: int, text: str) -> Answered:
        # The body was not read, so what follows on this connection cannot be told apart.
        self.close_connection = True
        return Answered(status, [("content-type", "text/plain; charset=utf-8")], text.encode())

    def _reply(self, answer: Answered) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("content-length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing: an address may hold a secret link."""


@contextmanager
def serving(answer: Answer, port: int = 0) -> Iterator[LocalServer]:
    """Serve in the background until the end.

    Raises:
        BadInput: The port is taken.
    """
    try:
        server = LocalServer(port, answer)
    except (OSError, OverflowError) as error:
        allowed = "a free port, 1024 to 65535; another one with PORT=8081 make demo"
        raise BadInput("PORT", str(port), allowed) from error
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run(port: int, out: TextIO | None = None, stop: Callable[[], None] | None = None) -> None:
    """Start the demo and serve until Ctrl-C.

    Args:
        port: On 127.0.0.1.
        out: Where to say what is going on.
        stop: Returns when it is time to end; by default never.
    """
    out = out or sys.stdout
    began = time.monotonic()
    _say(out, "Aftercare: starting the demo clinic ...")
    from infra.local.demo_cache import demo_world
    from infra.local.demo_clockwork import Clockwork
    from infra.local.demo_site import DemoSite

    # A function that publishes no metric says so; on a laptop nobody collects them.
    warnings.filterwarnings("ignore", message="No application metrics to publish")
    world = demo_world(told=_Progress(out))
    try:
        with serving(DemoSite(Clockwork(world)).answer, port) as server:
            _say(out, f"\rReady in {time.monotonic() - began:.0f} s.".ljust(60))
            _say(out, _WELCOME.format(url=server.url))
            _forever() if stop is None else stop()
    except KeyboardInterrupt:
        _say(out, "\nStopped. Nothing was really sent.")
    finally:
        world.__exit__(None, None, None)


_WELCOME = """
  {url}        the clinic's dashboard (pick a role; Nora is the nurse)
  {url}/demo   the patients' phones and mailboxes, and the clock

Try: sign in as Nora and take the red alert on; answer as a patient on a phone; press "+1 day".
Forty invented people, three months of care. Nothing leaves this computer. Ctrl-C ends it.
"""


class _Progress:
    """One line that says how far the clinic's months are; whole percents only."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._last = -1

    def __call__(self, share: float) -> None:
        percent = int(share * 100)
        if percent == self._last:
            return
        self._last = percent
        if self._out.isatty():
            self._out.write(f"\rForty people live three months of care: {percent} %")
        elif percent % 25 == 0:
            self._out.write(f"Forty people live three months of care: {percent} %\n")
        self._out.flush()


def _say(out: TextIO, text: str) -> None:
    out.write(text + "\n")
    out.flush()


def _forever() -> None:
    while True:
        time.sleep(3600)
