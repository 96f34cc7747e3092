"""The one way in: who asks, may they, is it well said, was it said before."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from aftercare.contracts import token_claims
from aftercare.contracts.api_requests import Nothing
from aftercare.contracts.fields import PROTOCOL_IDS
from aftercare.contracts.reading import read
from aftercare.contracts.shapes import is_id
from aftercare.desk_ports import Desk, Once
from aftercare.domain.errors import AftercareError, BadInput, Conflict, NotFound, TryAgain
from aftercare.domain.once import Told
from aftercare.domain.staff import Person
from aftercare.web.api import problems
from aftercare.web.api.problems import HEADERS, Refused
from aftercare.web.api.route import Call, Route

# Twenty consents with the longest wording there may be; nothing of ours needs more.
BODY_MAX = 512 * 1024
_KEY_MAX = 128
# Names of touches and alerts are made of other ids; "#" parts keys, so it is in none of them.
_MADE_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:~-")
_MADE_ID_MAX = 200
Event = Mapping[str, Any]


def answer(route: Route, event: Event, ids: Mapping[str, str], desk: Desk, once: Once) -> Response[str]:
    """Answer one request of a route.

    Args:
        route: Which one.
        event: API Gateway's payload (HTTP API, version 2.0), with the claims of a verified token.
        ids: What its path names.
        desk: The outside.
        once: Where the keys of writes are kept.

    Raises:
        Refused: It was not let in.
        AftercareError: It was, and cannot be done.
    """
    person = caller(event)
    if route.right is not None and not person.may(route.right):
        raise Refused(problems.NOT_ALLOWED)
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    query = read(route.query, _query(event), "")
    if not route.writes:
        _check_ids(ids)
        told = _act(route, Call(person, desk, ids, query))
        return _response(route, told)
    key, body = _key(headers), _body(route, event, headers)
    _check_ids(ids)
    name = hashlib.sha256(json.dumps([person.id, key]).encode()).hexdigest()
    asked = _fingerprint(route, ids, body)
    checked = read(route.body or Nothing, body, "")
    before = _begin(person, once, name, asked, desk)
    if before is not None:
        return _response(route, before, {"Idempotency-Replayed": "true"})
    call = Call(person, desk, ids, query, checked, once=name)
    told = _act_once(lambda: _act(route, call), person, once, name, asked)
    return _response(route, told)


def caller(event: Event) -> Person:
    """Return who asks, from the verified token and nowhere else."""
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    if not isinstance(claims, Mapping) or not claims:
        raise Refused(problems.UNKNOWN_CALLER)
    try:
        return token_claims.parse(claims)
    except BadInput:
        raise Refused(problems.NO_CLINIC) from None


def _check_ids(ids: Mapping[str, str]) -> None:
    """Refuse what can name nothing of ours in the words of what does not exist."""
    for name, found in ids.items():
        if name in ("touch_id", "alert_id"):
            good = len(found) <= _MADE_ID_MAX and _MADE_ID.issuperset(found)
        else:
            good = is_id(found)
        if not good or (name == "protocol_id" and found not in PROTOCOL_IDS):
            raise NotFound(name)


def _query(event: Event) -> dict[str, str]:
    try:
        pairs = parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise BadInput("query", None, "at most 20 parameters") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("query", None, "each parameter once")
    return found


def _key(headers: Mapping[str, str]) -> str:
    key = headers.get("idempotency-key")
    if key is None or not key.strip():
        raise Refused(problems.NO_KEY)
    if len(key) > _KEY_MAX or not all("!" <= letter <= "~" for letter in key):
        raise BadInput("Idempotency-Key", None, "1 to 128 printable ASCII characters without a space")
    return key


def _body(route: Route, event: Event, headers: Mapping[str, str]) -> Mapping[str, Any]:
    text = event.get("body") or ""
    if len(text) > BODY_MAX * 4 // 3:
        raise Refused(problems.TOO_LONG)
    wrong = BadInput("body", None, "a JSON object in UTF-8")
    if event.get("isBase64Encoded"):
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise wrong from None
    if len(text.encode(errors="replace")) > BODY_MAX:
        raise Refused(problems.TOO_LONG)
    if not text and route.body in (None, Nothing):
        return {}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(problems.NOT_JSON)
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
        # A lone half of a surrogate pair is JSON, and no text.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(found, dict):
        raise wrong
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _fingerprint(route: Route, ids: Mapping[str, str], body: Mapping[str, Any]) -> str:
    said = json.dumps([route.name, dict(ids), body], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _begin(person: Person, once: Once, name: str, asked: str, desk: Desk) -> Told | None:
    try:
        return once.begin(person.clinic_id, name, asked, desk.ports.clock.now())
    except Conflict:
        raise Refused(problems.BUSY_WITH_IT) from None


def _act(route: Route, call: Call) -> Told:
    found = route.does(call)
    body = found.model_dump_json() if isinstance(found, BaseModel) else json.dumps(found, ensure_ascii=False)
    return Told(route.status, body)


def _act_once(act: Callable[[], Told], person: Person, once: Once, name: str, asked: str) -> Told:
    """Act, and keep what is answered. A refusal did nothing, so its key is free again."""
    try:
        told = act()
    except AftercareError:
        with suppress(TryAgain):
            once.free(person.clinic_id, name, asked)
        raise
    # Not kept, it is done again when asked again, and doing it twice is doing it once.
    with suppress(TryAgain):
        once.keep(person.clinic_id, name, asked, told)
    return told


def _response(route: Route, told: Told, headers: Mapping[str, str] | None = None) -> Response[str]:
    sent: dict[str, str | list[str]] = {**HEADERS, **(headers or {})}
    return Response(told.status, route.answers_as, told.body, headers=sent)
