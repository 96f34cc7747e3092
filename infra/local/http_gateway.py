"""API Gateway on a laptop: a request in its payload (HTTP API, version 2.0), the function's answer back.

Source of the shapes: API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP
APIs". Known of the real one and kept: the path arrives decoded and ends at a decoded question mark; the
query stays as sent; cookies have a list of their own; a body that is no text, and a posted form too, comes
in Base64; an answer that is no JSON object with a status is itself the body.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

from infra.local.cloud import Cloud
from infra.local.invoker import FunctionFailed
from infra.local.template_reader import ACCOUNT, Blueprint

Json = dict[str, Any]
Headers = Sequence[tuple[str, str]]
Claims = Callable[[str], Mapping[str, Any] | None]
# API Gateway quotas: 10 MB of payload, 10,240 bytes of headers.
BODY_MAX, HEADERS_MAX = 10 * 1024 * 1024, 10_240
_DEFAULT = "$default"
_TEXT = re.compile(r"(text/.+|application/(json|javascript|xml|.+\+json|.+\+xml))(;.*)?", re.IGNORECASE)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# As it leaves a socket, a header must not begin another one.
_PRINTABLE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_HOP = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in: ``target`` is the path with its query, as sent."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    peer: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it goes out."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Route:
    """A route key such as ``GET /v1/{proxy+}``, the function it leads to, and whether it asks for a token."""

    key: str
    function: str
    needs_token: bool = False

    def matches(self, method: str, path: str) -> dict[str, str] | None:
        """Return the path parameters, or None."""
        if self.key == _DEFAULT:
            return {}
        wanted, _, pattern = self.key.partition(" ")
        if wanted not in ("ANY", method):
            return None
        parts = re.split(r"(\{[^}]+\})", pattern)
        regex = "".join(_part(part) for part in parts)
        found = re.fullmatch(regex, path, re.DOTALL)
        return dict(found.groupdict()) if found else None

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """Sort key: the most specific route is asked first, a greedy one late, the default last."""
        return (self.key == _DEFAULT, "+}" in self.key, -len(self.key))


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = part[1:-1].removesuffix("+")
    return f"(?P<{name}>.+)" if part.endswith("+}") else f"(?P<{name}>[^/]+)"


def routes_of(blueprint: Blueprint) -> list[Route]:
    """Read the routes of a template and the functions they lead to."""
    integrations = dict(blueprint.of_type("AWS::ApiGatewayV2::Integration"))
    functions = dict(blueprint.of_type("AWS::Lambda::Function"))
    routes = [
        Route(
            found["RouteKey"],
            _named_in(integrations[_named_in(found["Target"], integrations)]["IntegrationUri"], functions),
            needs_token=found.get("AuthorizationType") == "JWT",
        )
        for _, found in blueprint.of_type("AWS::ApiGatewayV2::Route")
    ]
    return sorted(routes, key=lambda route: route.weight)


def _named_in(expression: Any, known: Mapping[str, Any]) -> str:
    """Return which of these resources an expression (a Ref, a GetAtt, a Sub) is about."""
    words = re.findall(r"[A-Za-z0-9]+", json.dumps(expression))
    return str(next(word for word in words if word in known))


class Gateway:
    """Answers requests by calling the functions of a cloud. One at a time: the cloud has one thread.

    Args:
        cloud: Entered.
        routes: Sorted, see ``routes_of``.
        claims: Returns the claims of a bearer token, or None when it is none of ours.
    """

    def __init__(self, cloud: Cloud, routes: Iterable[Route], claims: Claims = lambda _: None) -> None:
        self._cloud = cloud
        self._routes = list(routes)
        self._claims = claims

    def answer(self, asked: Asked) -> Answered:
        """Answer one request, whatever it holds: a failure is API Gateway's own short message."""
        if refusal := _refusal(asked):
            return refusal
        raw, _, query = asked.target.partition("?")
        path = unquote(raw, errors="replace").partition("?")[0]
        for route in self._routes:
            found = route.matches(asked.method, path)
            if found is not None:
                return self._through(route, asked, path, query, found)
        return _said(404, "Not Found")

    def _through(
        self, route: Route, asked: Asked, path: str, query: str, parameters: Mapping[str, str]
    ) -> Answered:
        claims: Mapping[str, Any] | None = None
        if route.needs_token:
            kind, _, token = _header(asked.headers, "authorization").partition(" ")
            claims = self._claims(token.strip()) if kind.lower() == "bearer" else None
            if claims is None:
                return _said(401, "Unauthorized", [("www-authenticate", "Bearer")])
        event = payload(asked, route, path, query, parameters, claims, self._cloud)
        try:
            return answered(self._cloud.invoke(route.function, event))
        except (FunctionFailed, MalformedAnswer):
            return _said(500, "Internal Server Error")


def payload(
    asked: Asked,
    route: Route,
    path: str,
    query: str,
    parameters: Mapping[str, str],
    claims: Mapping[str, Any] | None,
    cloud: Cloud,
) -> Json:
    """Return the event that a function is woken with."""
    headers: dict[str, str] = {}
    for name, value in asked.headers:
        name = name.lower()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = [one.strip() for one in headers.pop("cookie", "").split(";") if one.strip()]
    now, request_id = cloud.clock.now(), cloud.ids.token()
    context: Json = {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": headers.get("host", ""),
        "domainPrefix": "local",
        "http": {
            "method": asked.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": asked.peer,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": route.key,
        "stage": _DEFAULT,
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": None}}
    event: Json = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    named = _query_of(query)
    optional = {"cookies": cookies, "queryStringParameters": named, "pathParameters": dict(parameters)}
    return {**event, **{name: value for name, value in optional.items() if value}, **_body(asked, headers)}


def _query_of(query: str) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        named[name] = f"{named[name]},{value}" if name in named else value
    return named


def _body(asked: Asked, headers: Mapping[str, str]) -> Json:
    if not asked.body:
        return {}
    if _TEXT.fullmatch(headers.get("content-type", "text/plain")):
        return {"body": asked.body.decode("utf-8", "replace")}
    return {"body": base64.b64encode(asked.body).decode(), "isBase64Encoded": True}


# ---- the way back


class MalformedAnswer(Exception):
    """A function answered what API Gateway does not understand."""


def answered(answer: Any) -> Answered:
    """Turn what a function returned into HTTP.

    Raises:
        MalformedAnswer: Its status, headers or body are not what they must be.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Answered(200, [("content-type", "application/json")], json.dumps(answer).encode())
    try:
        status = int(answer["statusCode"])
        headers = [
            (str(name).lower(), _value(value)) for name, value in (answer.get("headers") or {}).items()
        ]
        headers += [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or ()]
        body = answer.get("body") or ""
        raw = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else str(body).encode()
    except (TypeError, ValueError, AttributeError, binascii.Error) as fault:
        raise MalformedAnswer(type(fault).__name__) from fault
    sound = all(_TOKEN.fullmatch(name) and _PRINTABLE.fullmatch(value) for name, value in headers)
    if not 200 <= status <= 599 or not sound:
        raise MalformedAnswer("status or headers")
    kept = [(name, value) for name, value in headers if name not in _HOP]
    if not any(name == "content-type" for name, _ in kept):
        kept.append(("content-type", "text/plain;charset=utf-8"))
    return Answered(status, kept, raw)


def _value(value: Any) -> str:
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)


# ---- what never reaches a function


def _refusal(asked: Asked) -> Answered | None:
    if not _TOKEN.fullmatch(asked.method) or not asked.target.startswith("/"):
        return _said(400, "Bad Request")
    if sum(len(name) + len(value) for name, value in asked.headers) > HEADERS_MAX:
        return _said(431, "Request Header Fields Too Large")
    if len(asked.body) > BODY_MAX:
        return _said(413, "Request Entity Too Large")
    if b"\0" in unquote_to_bytes(asked.target.partition("?")[0]):
        return _said(400, "Bad Request")
    return None


def _said(status: int, message: str, more: Headers = ()) -> Answered:
    headers = [("content-type", "application/json"), *more]
    return Answered(status, headers, json.dumps({"message": message}).encode())


def _header(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
