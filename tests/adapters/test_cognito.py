"""How a code from Cognito becomes a person, and what is refused on the way."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aftercare.adapters.cognito import Cognito
from aftercare.domain.errors import BadInput, TryAgain

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
CLAIMS = {
    "iss": "https://issuer.example/pool",
    "aud": "dashboard",
    "nonce": "n1",
    "token_use": "id",
    "exp": int(NOW.timestamp()) + 300,
    "auth_time": int(NOW.timestamp()),
    "sub": "0f3c",
    "cognito:groups": ["riverside/nurse"],
}


def token(claims: object) -> bytes:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return json.dumps({"id_token": f"e30.{body}.c2ln"}).encode()


def cognito(status: int, body: bytes, seen: list[tuple[str, Mapping[str, str]]] | None = None) -> Cognito:
    def post(url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        if seen is not None:
            seen.append((url, fields))
        return status, body

    return Cognito("https://in.example", "dashboard", CLAIMS["iss"], "https://care.example/signed-in", post)  # type: ignore[arg-type]


def test_the_browser_is_sent_with_a_challenge_and_the_verifier_stays_here() -> None:
    asked = urlsplit(cognito(200, b"").begin("s1", "n1", "v1"))
    query = {name: values[0] for name, values in parse_qs(asked.query).items()}
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"v1").digest()).decode().rstrip("=")
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == "https://in.example/oauth2/authorize"
    assert (query["code_challenge"], query["code_challenge_method"]) == (digest, "S256")
    assert (query["state"], query["nonce"], query["response_type"]) == ("s1", "n1", "code")
    assert "v1" not in query.values()
    assert query["prompt"] == "login"


def test_a_code_is_exchanged_with_its_verifier() -> None:
    seen: list[tuple[str, Mapping[str, str]]] = []
    claims = cognito(200, token(CLAIMS), seen).finish("c1", "v1", "n1", begun_at=NOW, now=NOW)
    assert claims["sub"] == "0f3c"
    ((url, fields),) = seen
    assert url == "https://in.example/oauth2/token"
    assert (fields["code"], fields["code_verifier"], fields["redirect_uri"]) == (
        "c1",
        "v1",
        "https://care.example/signed-in",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"nonce": "of another sign-in"},
        {"token_use": "access"},
        {"exp": int(NOW.timestamp())},
        {"exp": "tomorrow"},
        {"auth_time": int(NOW.timestamp()) - 3600},
        {"auth_time": None},
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        cognito(200, token({**CLAIMS, **change})).finish("c1", "v1", "n1", begun_at=NOW, now=NOW)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"id_token": 7}', b'{"id_token": "a.b"}', b'{"id_token":"a.W10.c"}']
)
def test_an_answer_that_is_no_token_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        cognito(200, body).finish("c1", "v1", "n1", begun_at=NOW, now=NOW)


def test_a_used_code_is_refused_and_a_busy_endpoint_is_tried_again_later() -> None:
    with pytest.raises(BadInput):
        cognito(400, b'{"error":"invalid_grant"}').finish("c1", "v1", "n1", begun_at=NOW, now=NOW)
    for status in (429, 500, 503):
        with pytest.raises(TryAgain):
            cognito(status, b"").finish("c1", "v1", "n1", begun_at=NOW, now=NOW)
