"""Staff sign in through Cognito, stay for as long as they work, and nobody else gets past the door."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import urllib3

from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.usecases.set_up_clinic import set_up_clinic
from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.rehearsal import BASE_URL, read_clinic
from infra.local.virtual_clock import VirtualClock

ROOT = Path(__file__).parents[2]
NINE = datetime(2026, 11, 23, 14, tzinfo=UTC)
GROUPS = ["riverside/nurse"]
Answer = dict[str, Any]


class Provider:
    """Stands where Cognito's token endpoint would answer: beyond the last library that is not ours."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.nonce = ""
        self.groups = GROUPS
        self.status = 200
        self.password_seconds_ago = 0
        self.asked: list[dict[str, str]] = []

    def answer(self, method: str, url: str, fields: dict[str, str], **_: Any) -> Any:
        self.asked.append({"url": url, **fields})
        claims = {
            "iss": "https://cognito-idp.us-east-1.amazonaws.com/StaffPool",
            "aud": "DashboardClient",
            "nonce": self.nonce,
            "token_use": "id",
            "exp": int(self._clock.now().timestamp()) + 300,
            "auth_time": int(self._clock.now().timestamp()) - self.password_seconds_ago,
            "sub": "0f3c-nora",
            "name": "Nora",
            "cognito:groups": self.groups,
        }
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return urllib3.HTTPResponse(
            json.dumps({"id_token": f"e30.{body}.c2ln"}).encode(), status=self.status, preload_content=True
        )


class Browser:
    """Keeps cookies as a browser does, and follows nothing by itself."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.cookies: dict[str, str] = {}
        self.marks: dict[str, str] = {}

    def get(self, target: str, **headers: str) -> Answer:
        return self._ask("GET", target, None, headers)

    def post(self, target: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        return self._ask("POST", target, urlencode(fields or {}), headers)

    def _ask(self, method: str, target: str, body: str | None, headers: dict[str, str]) -> Answer:
        path, _, query = target.partition("?")
        kind = {"content-type": "application/x-www-form-urlencoded"} if body is not None else {}
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "headers": {**kind, **headers},
            "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
            "body": body,
            "isBase64Encoded": False,
        }
        answer: Answer = self._cloud.invoke("PageRequested", event)
        for line in answer.get("cookies") or ():
            name, _, rest = line.partition("=")
            value, _, marks = rest.partition(";")
            self.cookies[name], self.marks[name] = value, marks
        return answer

    def signs_in(self, provider: Provider, then: str = "/now") -> Answer:
        start = self.get(f"/sign-in/start?{urlencode({'then': then})}")
        asked = parse_qs(urlsplit(start["headers"]["Location"]).query)
        provider.nonce = asked["nonce"][0]
        return self.get(f"/signed-in?{urlencode({'code': 'c1', 'state': asked['state'][0]})}")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NINE)


@pytest.fixture
def cloud(clock: VirtualClock) -> Iterator[Cloud]:
    base = {"PublicBaseUrl": BASE_URL}
    with Cloud(ROOT / "template.yaml", clock, Carrier(clock), parameters=base, table="memory") as cloud:
        clinics = DynamoDbClinics(cloud.client("dynamodb"), cloud.resource("Table"), clock)
        set_up_clinic(read_clinic(ROOT / "infra/local/examples/clinic.toml"), clinics)
        yield cloud


@pytest.fixture
def provider(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider(clock)
    monkeypatch.setattr(urllib3.PoolManager, "request_encode_body", staticmethod(made.answer))
    return made


@pytest.fixture
def browser(cloud: Cloud) -> Browser:
    return Browser(cloud)


def secret_in(page: str) -> str:
    return page.split('name="form_secret" value="')[1].partition('"')[0]


def test_whoever_is_not_signed_in_is_asked_to_and_then_comes_back_to_where_they_were(
    browser: Browser, provider: Provider
) -> None:
    answer = browser.get("/now?after=x")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, "/sign-in?then=%2Fnow%3Fafter%3Dx")
    assert browser.get("/sign-in?then=%2Fnow")["statusCode"] == 200
    back = browser.signs_in(provider, "/now?after=x")
    assert (back["statusCode"], back["headers"]["Location"]) == (303, "/now?after=x")
    assert browser.get("/now")["statusCode"] == 200


def test_the_cookie_is_for_this_host_alone_and_no_script_can_read_it(
    browser: Browser, provider: Provider
) -> None:
    browser.signs_in(provider)
    marks = browser.marks["__Host-aftercare"]
    assert all(mark in marks for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in marks
    assert len(browser.cookies["__Host-aftercare"]) >= 22
    assert provider.asked[0]["grant_type"] == "authorization_code"


@pytest.mark.parametrize(
    ("pauses", "lets_in"),
    [([14, 14, 14], True), ([15], False), ([14] * 51 + [7], False)],
    ids=["a morning of clicks", "a quarter of an hour away", "twelve hours at work"],
)
def test_a_sign_in_ends_after_a_pause_and_after_a_long_day(
    browser: Browser, provider: Provider, clock: VirtualClock, pauses: list[int], *, lets_in: bool
) -> None:
    browser.signs_in(provider)
    for minutes in pauses:
        clock.advance_to(clock.now() + timedelta(minutes=minutes))
        status = browser.get("/now")["statusCode"]
    assert status == (200 if lets_in else 303)


def test_a_page_left_open_keeps_nobody_signed_in(
    browser: Browser, provider: Provider, clock: VirtualClock
) -> None:
    browser.signs_in(provider)
    browser.get("/now")
    for _ in range(14):
        clock.advance_to(clock.now() + timedelta(minutes=1))
        assert browser.get("/now/changes?since=2026-11-23T14:00:00Z&shown=0", **{"hx-request": "true"})[
            "statusCode"
        ] in (200, 204)
    clock.advance_to(clock.now() + timedelta(minutes=1))
    assert (
        browser.get("/now/changes?since=2026-11-23T14:00:00Z&shown=0", **{"hx-request": "true"})["statusCode"]
        == 401
    )


def test_who_signs_out_is_out_even_with_the_old_cookie(browser: Browser, provider: Provider) -> None:
    browser.signs_in(provider)
    kept = dict(browser.cookies)
    secret = secret_in(browser.get("/now")["body"])
    assert browser.post("/sign-out", {"form_secret": secret})["statusCode"] == 200
    browser.cookies = kept
    assert browser.get("/now")["statusCode"] == 303


@pytest.mark.parametrize("fields", [{}, {"form_secret": "guessed"}])
def test_a_form_without_its_secret_changes_nothing(
    browser: Browser, provider: Provider, fields: dict[str, str]
) -> None:
    browser.signs_in(provider)
    assert browser.post("/sign-out", fields)["statusCode"] == 403
    assert browser.get("/now")["statusCode"] == 200


def test_a_form_sent_from_another_site_changes_nothing(browser: Browser, provider: Provider) -> None:
    browser.signs_in(provider)
    secret = secret_in(browser.get("/now")["body"])
    sent = browser.post("/sign-out", {"form_secret": secret}, **{"sec-fetch-site": "cross-site"})
    assert sent["statusCode"] == 403


def test_a_sign_in_that_was_not_begun_here_is_refused(browser: Browser, provider: Provider) -> None:
    assert browser.get("/signed-in?code=c1&state=forged")["statusCode"] == 400
    browser.get("/sign-in/start")
    assert browser.get("/signed-in?code=c1&state=forged")["statusCode"] == 400
    assert provider.asked == []


@pytest.mark.parametrize("groups", [[], ["riverside/nurse", "lakeside/nurse"], ["riverside/service"]])
def test_a_token_without_one_clinic_and_a_role_opens_nothing(
    browser: Browser, provider: Provider, groups: list[str]
) -> None:
    provider.groups = groups
    assert browser.signs_in(provider)["statusCode"] == 400
    assert browser.get("/now")["statusCode"] == 303


def test_whoever_sits_down_next_is_not_signed_in_by_the_password_of_the_one_before(
    browser: Browser, provider: Provider
) -> None:
    provider.password_seconds_ago = 600
    assert browser.signs_in(provider)["statusCode"] == 400
    assert browser.get("/now")["statusCode"] == 303


@pytest.mark.parametrize(("status", "shown"), [(400, 400), (503, 503)])
def test_a_code_that_cognito_refuses_or_cannot_look_at_opens_nothing(
    browser: Browser, provider: Provider, status: int, shown: int
) -> None:
    provider.status = status
    assert browser.signs_in(provider)["statusCode"] == shown


@pytest.mark.parametrize(
    "target",
    [
        "/sign-in?" + "a=1&" * 60,
        "/nothing-here",
        "/patients/%00",
        "/now?after=%F0%9F%92%A3",
        "/static/x/../../config.py",
        "/demo",
    ],
)
def test_a_strange_address_gets_a_kind_page_and_never_a_fault(
    browser: Browser, provider: Provider, target: str
) -> None:
    browser.signs_in(provider)
    assert browser.get(target)["statusCode"] in (200, 404, 422)


def test_what_is_deployed_has_no_door_for_a_demo(browser: Browser, clock: VirtualClock) -> None:
    """The role picker belongs to the laptop: nothing that ships knows of it, whatever is set."""
    shipped = (ROOT / "functions").rglob("*.py")
    assert [file.name for file in shipped if "demo" in file.read_text("utf-8").casefold()] == []
    assert browser.get("/demo/sign-in")["statusCode"] == 303
    assert "demo" not in (ROOT / "template.yaml").read_text("utf-8").casefold()
