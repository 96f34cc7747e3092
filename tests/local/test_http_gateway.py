"""The laptop's API Gateway: what a function is woken with, and what a browser gets back."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.http_gateway import Answered, Asked, Gateway, Route, routes_of
from infra.local.rehearsal import TEMPLATE
from infra.local.template_reader import read_template
from infra.local.virtual_clock import VirtualClock

TOYS = Path(__file__).parent / "toys"
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ROUTES = [Route("GET /v1/{proxy+}", "Doorman", needs_token=True), Route("$default", "Doorman")]


@pytest.fixture(scope="module")
def doorman() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOYS))
        import toy_doorman

        clock = VirtualClock(NOW)
        with Cloud(TOYS / "toy_doorman.yaml", clock, Carrier(clock)) as cloud:
            toy_doorman.CLOUD = cloud
            yield toy_doorman


Ask = Callable[..., Answered]


@pytest.fixture
def ask(doorman: Any) -> Ask:
    doorman.ANSWER = {"statusCode": 200, "body": "hello"}
    doorman.SEEN.clear()
    claims = {"sub": "staff-nora"}
    gateway = Gateway(doorman.CLOUD, ROUTES, lambda token: claims if token == "good" else None)
    return lambda *asked, **more: gateway.answer(Asked(*asked, **more))


def test_a_request_arrives_as_api_gateway_sends_it(ask: Ask, doorman: Any) -> None:
    headers = [("Host", "127.0.0.1"), ("Cookie", "a=1; b=2"), ("X-Two", "one"), ("x-two", "two")]
    ask("GET", "/patients/Ada%20B?q=a%20b&q=c&empty=", headers)
    (event,) = doorman.SEEN
    assert event["version"] == "2.0" and event["routeKey"] == "$default"
    assert event["rawPath"] == "/patients/Ada B"
    assert event["rawQueryString"] == "q=a%20b&q=c&empty="
    assert event["queryStringParameters"] == {"q": "a b,c", "empty": ""}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"] == {"host": "127.0.0.1", "x-two": "one,two"}
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"]["time"] == "23/Nov/2026:14:05:00 +0000"
    assert "body" not in event and event["isBase64Encoded"] is False


def test_a_path_ends_at_a_decoded_question_mark_as_it_does_at_aws(ask: Ask, doorman: Any) -> None:
    ask("GET", "/patients%3Fall=1?q=1")
    assert doorman.SEEN[0]["rawPath"] == "/patients"


def test_a_posted_form_comes_in_base64_and_json_as_text(ask: Ask, doorman: Any) -> None:
    ask("POST", "/", [("content-type", "application/x-www-form-urlencoded")], b"a=1")
    ask("POST", "/", [("content-type", "application/json; charset=utf-8")], '{"name": "Inés"}'.encode())
    form, json_ = doorman.SEEN
    assert form["isBase64Encoded"] and base64.b64decode(form["body"]) == b"a=1"
    assert not json_["isBase64Encoded"] and json_["body"] == '{"name": "Inés"}'


def test_the_api_takes_nobody_without_a_token_of_ours(ask: Ask, doorman: Any) -> None:
    assert ask("GET", "/v1/worklist").status == 401
    assert ask("GET", "/v1/worklist", [("authorization", "Bearer forged")]).status == 401
    assert doorman.SEEN == []
    assert ask("GET", "/v1/worklist", [("Authorization", "bearer good")]).status == 200
    (event,) = doorman.SEEN
    assert event["requestContext"]["authorizer"]["jwt"]["claims"] == {"sub": "staff-nora"}
    assert event["pathParameters"] == {"proxy": "worklist"}


def test_every_cookie_of_an_answer_is_a_header_of_its_own(ask: Ask, doorman: Any) -> None:
    doorman.ANSWER = {"statusCode": 303, "headers": {"Location": "/now"}, "cookies": ["a=1; Path=/", "b=2"]}
    answer = ask("GET", "/")
    assert answer.status == 303
    assert ("location", "/now") in answer.headers
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1; Path=/", "b=2"]


def test_a_picture_comes_back_as_its_bytes(ask: Ask, doorman: Any) -> None:
    doorman.ANSWER = {
        "statusCode": 200,
        "body": base64.b64encode(b"\x89PNG").decode(),
        "isBase64Encoded": True,
    }
    assert ask("GET", "/").body == b"\x89PNG"


def test_an_answer_without_a_status_is_itself_the_body(ask: Ask, doorman: Any) -> None:
    doorman.ANSWER = {"patients": 40}
    answer = ask("GET", "/")
    assert (answer.status, answer.body) == (200, b'{"patients": 40}')


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "soon"},
        {"statusCode": 99},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b=1"}},
        {"statusCode": 200, "headers": {"bad name": "a"}},
        {"statusCode": 200, "headers": ["no", "pairs"]},
        {"statusCode": 200, "body": "no base64!", "isBase64Encoded": True},
    ],
)
def test_what_api_gateway_does_not_understand_is_its_own_short_error(
    answer: Any, ask: Ask, doorman: Any
) -> None:
    doorman.ANSWER = answer
    found = ask("GET", "/")
    assert (found.status, found.body) == (500, b'{"message": "Internal Server Error"}')


def test_a_function_that_fails_tells_the_browser_nothing(ask: Ask, doorman: Any) -> None:
    doorman.ANSWER = None
    found = ask("GET", "/fail")
    assert found.status == 500
    assert b"secret" not in found.body and b"Traceback" not in found.body


@given(
    target=some.text(max_size=60).map(lambda text: "/" + text),
    headers=some.lists(some.tuples(some.text(min_size=1, max_size=9), some.text(max_size=30)), max_size=4),
    body=some.binary(max_size=60),
    method=some.sampled_from(["GET", "POST", "PUT", "HEAD", "G E T", "", "\r\n"]),
)
def test_no_request_ever_fails_the_gateway(
    doorman: Any, target: str, headers: list[tuple[str, str]], body: bytes, method: str
) -> None:
    doorman.ANSWER = {"statusCode": 204}
    answer = Gateway(doorman.CLOUD, ROUTES).answer(Asked(method, target, headers, body))
    assert answer.status in (204, 400, 401)


def test_more_headers_or_body_than_api_gateway_takes_are_refused(ask: Ask, doorman: Any) -> None:
    assert ask("GET", "/", [("x", "y" * 10_300)]).status == 431
    assert ask("POST", "/", [], b"x" * (10 * 1024 * 1024 + 1)).status == 413
    assert doorman.SEEN == []


def test_the_template_says_which_function_answers_which_route() -> None:
    routes = routes_of(read_template(TEMPLATE, {"PublicBaseUrl": "https://care.example"}))
    assert routes[-1] == Route("$default", "PageRequested")
    for route in routes:
        assert route.needs_token == (" /v1/" in route.key)
