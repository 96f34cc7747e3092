"""A patient's browser: real payloads of API Gateway, its cookies, its forms. It runs no script."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from aftercare.adapters.dynamodb_drafts import DynamoDbDrafts
from aftercare.desk_ports import Forms
from aftercare.domain.compose import secret_hash
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.records import Link
from aftercare.web.form_pages import answer
from aftercare.web.request import read_request
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON

SECRET = "AAAAAAAAAAAAAAAAAAAAAA"
BORN = ("1", "31", "1990")
# (method, path, query, body, cookies) -> the answer of the function, as API Gateway would get it.
Ask = Callable[[dict[str, Any]], Mapping[str, Any]]


def payload(
    method: str, path: str, query: str = "", body: str | None = None, **headers: str
) -> dict[str, Any]:
    """Return what API Gateway hands to a function (HTTP API, payload 2.0)."""
    cookies = headers.pop("cookie", "")
    return {
        "version": "2.0",
        "routeKey": "ANY /f/{proxy+}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "care.example", **{k.replace("_", "-"): v for k, v in headers.items()}},
        **({"cookies": [cookies]} if cookies else {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "care.example",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "id",
            "routeKey": "ANY /f/{proxy+}",
            "stage": "$default",
            "time": "23/Nov/2026:16:00:00 +0000",
            "timeEpoch": 1795449600000,
        },
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": False,
    }


def forms_of(world: QuickWorld) -> Forms:
    """Return the outside of the patient's pages in a world, on the table that its other adapters have."""
    return Forms(world.ports, DynamoDbDrafts(world.ports.links._client, "aftercare"))  # type: ignore[attr-defined]


def asking(forms: Forms) -> Ask:
    """Ask the pages themselves, without the function around them."""

    def ask(event: dict[str, Any]) -> Mapping[str, Any]:
        response = answer(read_request(event), forms)
        return {
            "statusCode": response.status_code,
            "body": response.body,
            "headers": response.headers,
            "cookies": [str(cookie) for cookie in response.cookies],
        }

    return ask


@dataclass
class Browser:
    """One browser. ``status`` and ``page`` are of the last answer, after any redirect."""

    ask: Ask
    path: str = f"/f/{SECRET}"
    speaks: str = "en-US,en;q=0.9"
    cookie: str = ""
    status: int = 0
    page: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)

    def get(self, query: str = "", path: str | None = None) -> "Browser":
        return self._sent("GET", path or self.path, query, None)

    def post(self, query: str = "", path: str | None = None, **fields: str) -> "Browser":
        return self._sent("POST", path or self.path, query, urlencode(fields))

    def _sent(self, method: str, path: str, query: str, body: str | None) -> "Browser":
        more = {"content_type": "application/x-www-form-urlencoded"} if body is not None else {}
        event = payload(method, path, query, body, accept_language=self.speaks, cookie=self.cookie, **more)
        found = self.ask(event)
        for line in found.get("cookies", ()):
            self.cookie = line.partition(";")[0]
        self.status, self.page, self.headers = found["statusCode"], unescape(found["body"]), found["headers"]
        if self.status == 303:
            where, _, then = str(found["headers"]["Location"]).partition("?")
            return self.get(then, where)
        return self

    # ---- what a patient does

    def enters(self, month: str = BORN[0], day: str = BORN[1], year: str = BORN[2], **more: str) -> "Browser":
        return self.post(do="enter", month=month, day=day, year=year, **more)

    @property
    def item(self) -> str:
        """The question on the page; empty when there is none."""
        found = re.search(r'name="item" value="(\w+)"', self.page)
        return found[1] if found else ""

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(?:<label[^>]*>)?([^<]*)<", self.page)
        return found[1] if found else ""

    @property
    def checked(self) -> list[str]:
        return re.findall(r'name="answer" value="(\d+)"[^>]* checked', self.page)

    def answers(self, answer: object = None, do: str = "next", **more: str) -> "Browser":
        given = {} if answer is None else {"answer": str(answer)}
        return self.post(do=do, item=self.item, **given, **more)

    def fills_in(self, values: Mapping[str, int | str], otherwise: int | str = 0) -> "Browser":
        """Answer every question up to the end, then look at the last page."""
        while self.item:
            self.answers(values.get(self.item, otherwise))
        return self

    def sends(self) -> "Browser":
        return self.post(do="send")


def linked(
    world: QuickWorld,
    opens: str = "form:phq-9",
    days: float = 4,
    secret: str = SECRET,
    touch: str = "ses-1.form-a",
    patient: PatientId = ADA,
) -> QuickWorld:
    """Let a patient have a link, made now."""
    now = world.clock.now()
    link = Link(secret_hash(secret), HUDSON, patient, TouchId(touch), opens, now + timedelta(days=days), now)
    world.ports.links.keep([link])
    return world


def a_browser(world: QuickWorld, **more: Any) -> Browser:
    return Browser(asking(forms_of(world)), **more)
