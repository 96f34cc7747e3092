"""Amazon Cognito: where staff sign in, and how a code becomes claims.

Source: Amazon Cognito developer guide, "The redirect and authorization endpoint" and "The token issuer
endpoint"; OpenID Connect Core 1.0, section 3.1.3.7.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import urllib3

from aftercare.domain.errors import BadInput, TryAgain

Post = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
# Seconds by which Cognito's clock may be behind ours.
CLOCKS_APART = 60
_REFUSED = "a sign-in that was begun here, a moment ago"


def post_form(url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
    """Post a form once, over TLS with the certificate checked.

    Raises:
        TryAgain: There was no answer.
    """
    http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=5), retries=False)
    try:
        answer = http.request_encode_body("POST", url, fields=dict(fields), encode_multipart=False)
    except urllib3.exceptions.HTTPError as fault:
        raise TryAgain("cognito: the token endpoint did not answer") from fault
    return answer.status, answer.data


@dataclass(frozen=True, slots=True)
class Cognito:
    """One user pool and the dashboard's client in it.

    Attributes:
        domain: Of the managed login, ``https://...`` without a closing slash.
        issuer: What ``iss`` must be.
        back_to: Where Cognito sends the browser: our ``/signed-in``, to the letter as in the template.
        post: Posts a form and returns status and body.
    """

    domain: str
    client_id: str
    issuer: str
    back_to: str
    post: Post = post_form

    def begin(self, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser. The verifier stays with us (RFC 7636, S256)."""
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back_to,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": digest,
            "code_challenge_method": "S256",
            # On a shared computer Cognito's own memory must not sign in whoever sits there next.
            "prompt": "login",
        }
        return f"{self.domain}/oauth2/authorize?{urlencode(asked)}"

    def finish(
        self, code: str, verifier: str, nonce: str, *, begun_at: datetime, now: datetime
    ) -> Mapping[str, Any]:
        """Exchange a code for the claims of the ID token.

        Args:
            code: From the browser, good for one exchange.
            verifier: Of the challenge that the browser was sent with.
            nonce: Of this sign-in.
            begun_at: When it was begun here; a password given before that is somebody else's.
            now: Aware instant.

        The token comes straight from the token endpoint over TLS, and so its signature need not be
        checked (OpenID Connect Core 3.1.3.7, rule 6); all else is.

        Raises:
            BadInput: Cognito refused the code, or the token is not for us, not now, or not this sign-in's,
                or nobody gave a password for it (``auth_time``).
            TryAgain: Cognito did not answer.
        """
        fields = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": self.back_to,
            "code_verifier": verifier,
        }
        status, body = self.post(f"{self.domain}/oauth2/token", fields)
        if status >= 500 or status == 429:
            raise TryAgain("cognito: the token endpoint is busy")
        if status != 200:
            raise BadInput("code", None, _REFUSED)
        claims = _claims(body)
        expected = {"iss": self.issuer, "aud": self.client_id, "nonce": nonce, "token_use": "id"}
        if any(claims.get(name) != value for name, value in expected.items()):
            raise BadInput("code", None, _REFUSED)
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= now.timestamp():
            raise BadInput("code", None, _REFUSED)
        proved = claims.get("auth_time")
        if not isinstance(proved, int) or proved < begun_at.timestamp() - CLOCKS_APART:
            raise BadInput("auth_time", None, "a password that was given for this sign-in")
        return claims

    def end(self, to: str) -> str:
        """Return where a browser signs out of Cognito as well."""
        return f"{self.domain}/logout?{urlencode({'client_id': self.client_id, 'logout_uri': to})}"


def _claims(body: bytes) -> dict[str, Any]:
    try:
        middle = json.loads(body)["id_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        raise BadInput("code", None, _REFUSED) from None
    if not isinstance(claims, dict):
        raise BadInput("code", None, _REFUSED)
    return claims
