"""Signing in at the demo: pick a role. It is part of the laptop, so no deployed template can have it.

The sign-in it begins is the service's own, in the table, with the cookie the service reads. A browser keeps
a cookie marked ``Secure`` from plain HTTP only if it takes the address for a safe one, and not all do for
127.0.0.1: on its way through the laptop's gateway the cookie goes without that mark and its prefix.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from aftercare.desk_wiring import desk
from aftercare.domain.sign_in import KEPT_MAX
from aftercare.domain.staff import Person
from aftercare.usecases.sign_in import sign_in
from aftercare.web.sign_in_pages import COOKIE
from infra.local.cloud import Cloud
from infra.local.demo_staff import PAGES
from infra.local.http_gateway import Answered, Asked, Headers

_PREFIX, _PLAIN = "__Host-", "local-"
_MARK = re.compile(r";\s*Secure\b", re.IGNORECASE)


def cookie_for(person: Person, cloud: Cloud) -> str:
    """Begin a sign-in and return its Set-Cookie, as the service would send it."""
    with cloud.as_function(PAGES):
        secret = sign_in(person, desk())
    seconds = int(KEPT_MAX.total_seconds())
    return f"{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"


# ---- cookies on their way


def to_service(headers: Headers) -> Headers:
    """Give the cookies of a request the names that the service knows."""
    return [
        (name, value if name.lower() != "cookie" else re.sub(rf"(^|;\s*){_PLAIN}", rf"\1{_PREFIX}", value))
        for name, value in headers
    ]


def to_browser(answer: Answered) -> Answered:
    """Give the cookies of an answer the names and marks that any browser keeps from 127.0.0.1."""
    headers = [(name, _unmarked(value) if name == "set-cookie" else value) for name, value in answer.headers]
    return Answered(answer.status, headers, answer.body)


def _unmarked(cookie: str) -> str:
    renamed = _PLAIN + cookie.removeprefix(_PREFIX) if cookie.startswith(_PREFIX) else cookie
    return _MARK.sub("", renamed)


def header(asked: Asked, wanted: str) -> str:
    """Return the first header of a name, or nothing."""
    return next((value for name, value in asked.headers if name.lower() == wanted), "")


# ---- tokens for the JSON API


class Tokens:
    """Bearer tokens that hold claims and are signed with a secret of this process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def of(self, person: Person) -> str:
        """Return a token with the claims that Cognito would give a person."""
        groups = [f"{person.clinic_id}/{role.value}" for role in sorted(person.roles)]
        claims = {"sub": person.id, "username": person.name, "cognito:groups": f"[{' '.join(groups)}]"}
        told = base64.urlsafe_b64encode(json.dumps({**claims, "token_use": "access"}).encode()).decode()
        return f"{told}.{self._seal(told)}"

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """Return the claims of a token of ours, or None."""
        told, _, seal = token.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(told).encode()):
            return None
        try:
            found: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(told))
        except (binascii.Error, ValueError):
            return None
        return found

    def _seal(self, told: str) -> str:
        return hmac.new(self._secret, told.encode(), hashlib.sha256).hexdigest()
