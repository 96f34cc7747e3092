"""The demo's own pages: phones, mailboxes, the clock and the role picker, without a browser."""

import re
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from infra.local.demo_clockwork import Clockwork
from infra.local.demo_people import NOW, PEOPLE, Turn
from infra.local.demo_script import demo_lines
from infra.local.demo_server import HOST, LocalServer, serving
from infra.local.demo_sign_in import Tokens
from infra.local.demo_site import DemoSite
from infra.local.demo_staff import STAFF
from infra.local.demo_world import DemoWorld
from infra.local.http_gateway import Answered, Asked

SHIPPED = Path(__file__).parents[2] / "functions"
TEMPLATE = Path(__file__).parents[2] / "template.yaml"
Ask = Callable[..., Answered]


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    few = {one.id for one in PEOPLE.values() if one.turn in (Turn.RED_NOW, Turn.ASKS)}
    lines = [
        line
        for line in demo_lines()
        if any(name in str(line.what) for one in few for name in (one, PEOPLE[one].phone))
    ]
    with DemoWorld(lines=lines) as world:
        world.live()
        yield DemoSite(Clockwork(world))


@pytest.fixture
def get(site: DemoSite) -> Ask:
    return lambda path, *headers: site.answer(Asked("GET", path, [("host", "127.0.0.1:8080"), *headers]))


@pytest.fixture
def post(site: DemoSite) -> Ask:
    def sent(path: str, *headers: tuple[str, str], **fields: str) -> Answered:
        named = [("host", "127.0.0.1:8080"), ("content-type", "application/x-www-form-urlencoded"), *headers]
        return site.answer(Asked("POST", path, named, urlencode(fields).encode()))

    return sent


def header(answer: Answered, wanted: str) -> str:
    return next((value for name, value in answer.headers if name == wanted), "")


def test_the_phone_of_whoever_needs_a_call_is_shown_first(get: Ask) -> None:
    answer = get("/demo")
    page = answer.body.decode()
    assert answer.status == 200
    assert "Iris’s phone" in page and "I can&#39;t do this any more" in page
    assert page.index("I can&#39;t do this any more. I want to die</p>") < page.index(
        "Are you safe right now?"
    )
    assert "unsafe" not in header(answer, "content-security-policy")


def test_nothing_but_the_demos_own_people_and_buttons(get: Ask, post: Ask) -> None:
    assert get("/demo?patient=pat-99").status == 404
    assert get("/demo/mail/9999999").status == 404
    assert get("/demo/mail/one").status == 404
    assert get("/demo/static/../demo_site.py").status == 404
    assert get("/demo/static/%2e%2e").status == 404
    assert post("/demo/clock", press="year").status == 422
    assert post("/demo/text", patient="pat-35", body="  ").status == 422
    assert post("/demo/sign-in", who="mallory").status == 422
    assert post("/demo/nowhere").status == 405


def test_a_form_of_another_site_changes_nothing(site: DemoSite, post: Ask) -> None:
    before = len(site.world.said)
    text = {"patient": "pat-37", "body": "STOP"}
    assert post("/demo/text", ("origin", "https://evil.example"), **text).status == 403
    assert post("/demo/text", ("sec-fetch-site", "cross-site"), **text).status == 403
    assert len(site.world.said) == before


def test_what_is_typed_as_a_patient_reaches_the_real_handlers_and_shows_as_text(
    site: DemoSite, get: Ask, post: Ask
) -> None:
    answer = post("/demo/text", patient="pat-37", body="HELP <b>")
    assert (answer.status, header(answer, "location")) == (303, "/demo?patient=pat-37")
    page = get("/demo?patient=pat-37").body.decode()
    assert "HELP &lt;b&gt;" in page and "HELP <b>" not in page
    post("/demo/text", patient="pat-37", body="HELP")
    assert "for help call" in site.world.carrier.sms_outbox[-1].body


def test_the_clock_goes_an_hour_and_to_the_next_message(site: DemoSite, post: Ask) -> None:
    before = site.world.clock.now()
    post("/demo/clock", press="hour")
    site.clockwork.wait()
    assert site.world.clock.now() == before + timedelta(hours=1)
    sent = len(site.world.carrier.sms_outbox) + len(site.world.carrier.email_outbox)
    post("/demo/clock", press="next")
    site.clockwork.wait()
    assert len(site.world.carrier.sms_outbox) + len(site.world.carrier.email_outbox) > sent
    assert site.clockwork.status().running is None
    assert site.world.clock.now() > NOW


def test_a_mail_is_shown_in_a_box_of_its_own_that_runs_nothing(site: DemoSite, get: Ask) -> None:
    answer = get("/demo/mail/0")
    assert answer.status == 200
    policy = header(answer, "content-security-policy")
    assert policy.startswith("sandbox") and "script-src" not in policy and "default-src 'none'" in policy
    assert b"https://care.example/" not in answer.body


def test_a_link_in_a_text_opens_the_form_on_this_laptop(site: DemoSite, get: Ask) -> None:
    page = get("/demo?patient=pat-37").body.decode()
    assert re.search(r'<a href="/f/[A-Za-z0-9_-]+" target="_blank" rel="noopener">', page)


def test_whoever_is_not_signed_in_comes_to_the_role_picker(get: Ask) -> None:
    answer = get("/now")
    assert answer.status == 303 and header(answer, "location").startswith("/sign-in?then=")
    answer = get(header(answer, "location"))
    assert header(answer, "location") == "/demo/sign-in?then=%2Fnow"
    assert "Nora" in get("/demo/sign-in?then=%2Fnow").body.decode()


def test_the_picked_role_is_signed_in_by_the_services_own_cookie_and_stays_through_a_jump(
    site: DemoSite, get: Ask, post: Ask
) -> None:
    answer = post("/demo/sign-in", who="nora", then="//evil.example")
    assert header(answer, "location") == "/now"
    cookie = header(answer, "set-cookie")
    assert cookie.startswith("local-aftercare=") and "HttpOnly" in cookie and "Secure" not in cookie
    held = ("cookie", cookie.partition(";")[0])
    assert not header(get("/now", held), "location").startswith("/sign-in")
    post("/demo/clock", press="hour")
    site.clockwork.wait()
    assert not header(get("/now", held), "location").startswith("/sign-in")


def test_a_token_of_the_demo_cannot_be_forged(site: DemoSite) -> None:
    tokens, lena = Tokens(), STAFF["lena"]
    token = tokens.of(lena)
    claims = tokens.claims(token)
    assert claims is not None and claims["cognito:groups"] == "[riverside/clinician]"
    assert Tokens().claims(token) is None
    assert tokens.claims(token[:-1]) is None
    assert tokens.claims("") is None


def test_what_ships_knows_of_no_demo_and_no_role_picker() -> None:
    files = [file for file in SHIPPED.rglob("*") if file.suffix in (".py", ".html", ".js", ".toml")]
    assert len(files) > 100
    for file in (*files, TEMPLATE):
        text = file.read_text("utf-8")
        assert not re.search(r"/demo\b|\bdemo[_-]sign|role.?picker", text, re.IGNORECASE), file.name


@pytest.mark.enable_socket
def test_the_demo_listens_on_this_computer_only() -> None:
    with LocalServer(0, lambda _: Answered(204, [], b"")) as server:
        assert server.socket.getsockname()[0] == HOST == "127.0.0.1"
        assert server.socket.family is socket.AF_INET


Say = Callable[[bytes], bytes]


@pytest.fixture
def say(socket_enabled: None) -> Iterator[Say]:
    """Send raw bytes to a server whose answers fail at /fail, and return what it says."""

    def answer(asked: Asked) -> Answered:
        if asked.target == "/fail":
            raise RuntimeError("a secret")
        return Answered(200, [("content-type", "text/plain")], asked.body or b"hello")

    with serving(answer) as server:

        def said(sent: bytes) -> bytes:
            with socket.create_connection((HOST, server.server_port), timeout=20) as line:
                line.sendall(sent.replace(b"HOST", f"{HOST}:{server.server_port}".encode()))
                line.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: line.recv(65_536), b""))

        yield said


def test_a_browser_is_answered(say: Say) -> None:
    answer = say(b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\nabc")
    assert say(b"HEAD / HTTP/1.1\r\nHost: HOST\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET / HTTP/1.1\r\n\r\n", b"421"),
        (b"POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
        (b"GET /fail HTTP/1.1\r\nHost: HOST\r\n\r\n", b"500"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"\x00\xff nonsense\r\n\r\n", b"400"),
    ],
)
def test_a_hostile_request_gets_a_short_refusal_and_no_traceback(
    say: Say, sent: bytes, status: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = say(sent)
    assert status in answer[:80]
    assert b"secret" not in answer and b"Traceback" not in answer
    assert "secret" not in capsys.readouterr().err
