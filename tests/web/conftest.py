"""A real Chromium on the real handlers: the demo clinic, served once, and a page that tells on itself.

Nothing leaves this computer: sockets are open to it alone. A console error, a failed script or a breach of
the content security policy fails the test in which it happened, unless the test says it expects it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_socket

from infra.local.demo_cache import demo_world
from infra.local.demo_clockwork import Clockwork
from infra.local.demo_screens import browser as chromium_browser
from infra.local.demo_server import serving
from infra.local.demo_site import DemoSite
from infra.local.http_gateway import Answered, Asked
from tests.web.odd_people import enrol_odd_people

_HOST = [("host", "127.0.0.1")]
LOOPBACK = ["127.0.0.1", "localhost", "::1"]
# A page of ours answers in a tenth of a second; a runner that is busy may take much longer.
PATIENCE_MS = 20_000
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def at_home() -> None:
    """Open sockets to this computer, and to no other."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _sockets_stay_at_home(at_home: None) -> None:
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@dataclass(frozen=True)
class Served:
    """The demo clinic behind an address. It is shared: a test leaves patients it does not own alone."""

    url: str
    site: DemoSite
    cookies: dict[str, str] = field(default_factory=dict)

    def read(self, look: Callable[[Any], Any]) -> Any:
        """Look into the world while nobody else works with it."""
        with self.site.clockwork.lock:
            return look(self.site.world)

    def cookie(self, who: str) -> str:
        """Return ``name=value`` of a sign-in that lasts as long as the tests."""
        if who not in self.cookies:
            fields = [*_HOST, ("content-type", "application/x-www-form-urlencoded")]
            begun = self.site.answer(Asked("POST", "/demo/sign-in", fields, f"who={who}".encode()))
            self.cookies[who] = dict(begun.headers)["set-cookie"].partition(";")[0]
        return self.cookies[who]

    def get(self, path: str, who: str | None = None) -> Answered:
        """Ask for a page without a browser."""
        signed = [("cookie", self.cookie(who))] if who else []
        return self.site.answer(Asked("GET", path, [*_HOST, *signed]))


@pytest.fixture(scope="session")
def clinic(at_home: None) -> Iterator[Served]:
    world = demo_world()
    enrol_odd_people(world)
    site = DemoSite(Clockwork(world), hint=False)
    with serving(site.answer) as server:
        yield Served(server.url, site)
    world.__exit__(None, None, None)


@pytest.fixture(scope="session")
def chromium(at_home: None) -> Iterator[Any]:
    with chromium_browser() as opened:
        yield opened


@dataclass
class Told:
    """What a page complained of. ``expected``: parts of complaints that the test wants."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Let complaints that hold this pass, such as "404" where a page is not to be found."""
        self.expected.append(part)

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(part in one for part in self.expected)]


OpenPage = Callable[..., Any]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def open_page(chromium: Any, clinic: Served, told: Told) -> Iterator[OpenPage]:
    """Open pages in contexts of their own; complaints of all of them fail the test at its end.

    Args of what is returned: ``who`` is signed in (nora, lena, fay, owen), and ends up ``at`` a path that
    answers with ``status``; ``viewport``; ``scheme`` light or dark; ``scripts`` False: no JavaScript.
    """
    contexts: list[Any] = []

    def opened(
        who: str | None = None,
        *,
        viewport: dict[str, int] | None = None,
        scheme: str = "light",
        scripts: bool = True,
        at: str | None = None,
        status: int = 200,
    ) -> Any:
        context = chromium.new_context(
            base_url=clinic.url,
            viewport=viewport or WIDE,
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        # On the whole window: a link of a text opens in a tab of its own.
        context.on("console", lambda message: _note(told, message))
        context.on("weberror", lambda error: told.complaints.append(f"script: {error.error}"))
        context.on("requestfailed", lambda request: _lost(told, request))
        page = context.new_page()
        if who is not None:
            name, _, value = clinic.cookie(who).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": clinic.url}])
        if at is not None:
            assert page.goto(at).status == status
        return page

    yield opened
    for context in contexts:
        context.close()
    assert told.unexpected == []


@pytest.fixture
def page(open_page: OpenPage) -> Any:
    """A page of nobody who signed in."""
    return open_page()


def _note(told: Told, message: Any) -> None:
    # A breach of the policy is an error of the console as well.
    if message.type in ("error", "warning"):
        told.complaints.append(f"console {message.type}: {message.text} {message.location.get('url', '')}")


def _lost(told: Told, request: Any) -> None:
    # Whoever leaves a page in the middle of a request aborts it.
    if request.failure and "ERR_ABORTED" not in request.failure:
        told.complaints.append(f"lost: {request.url} {request.failure}")
