"""What the API says to a request that cannot be used: which field, what would do, never what stood there."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aftercare import wiring
from aftercare.web.api.routes import ROUTES
from infra.local.virtual_clock import SequentialIds
from tests.api.office import CARMEN, Office, claims_of, refused


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "my secret words"}, "patient.phone"),
        ({"birth_date": "2031-01-31"}, "patient.birth_date"),
        ({"email": "my secret words@@"}, "patient.email"),
        ({"time_zone": "Mars/secret"}, "patient.time_zone"),
        ({"id": "a#secret"}, "patient.id"),
        ({"language": "secret"}, "patient.language"),
        ({"accepts_unencrypted": "secret"}, "patient.accepts_unencrypted"),
        ({"given_name": ""}, "patient.given_name"),
        ({"given_name": "secret" * 30}, "patient.given_name"),
        ({"given_name": ["secret"]}, "patient.given_name"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    reply = office.ask("POST", "/v1/patients", body={"patient": {**CARMEN, **changes}})
    problem = refused(reply, 422, "wrong")
    (error,) = problem["errors"]
    assert error["field"] == field
    assert len(error["allowed"]) > 5
    assert "secret" not in reply.text


@pytest.mark.parametrize("name", sorted(CARMEN))
def test_a_missing_field_is_named(office: Office, name: str) -> None:
    body = {"patient": {key: value for key, value in CARMEN.items() if key != name}}
    reply = office.ask("POST", "/v1/patients", body=body)
    if name == "phone":
        assert reply.status == 201
    else:
        assert refused(reply, 422, "wrong")["errors"][0]["field"] == f"patient.{name}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "the whole"),
        ({"phone": "+12025550163", "closed_reason": "discharged"}, "the whole"),
        ({"closed_reason": "bored"}, "closed_reason"),
        ({"given_name": None}, "given_name"),
    ],
)
def test_a_change_that_says_nothing_or_two_things_is_refused(
    office: Office, body: dict[str, Any], field: str
) -> None:
    reply = office.ask("PATCH", "/v1/patients/pat-ada", body=body)
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "scheduled"}, "starts_at"),
        ({"status": "scheduled", "ended_at": "2026-11-24T10:00:00-05:00"}, "ended_at"),
        ({"status": "cancelled", "starts_at": "2026-11-24T10:00:00-05:00"}, "starts_at"),
        ({"status": "completed"}, "ended_at"),
        ({"status": "completed", "ended_at": "yesterday"}, "ended_at"),
        ({"status": "happy"}, "status"),
    ],
)
def test_a_session_says_what_goes_with_its_status(office: Office, body: dict[str, Any], field: str) -> None:
    reply = office.ask("PATCH", "/v1/sessions/ses-ada-1", body={"patient_id": "pat-ada", **body})
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "NaN",
        '{"phone": NaN}',
        '{"phone": "\\ud800"}',
        "[" * 100_000,
        '{"n": ' + "9" * 5000 + "}",
        "\x00",
    ],
)
def test_what_is_no_json_object_is_refused(office: Office, raw: str) -> None:
    reply = office.ask("PATCH", "/v1/patients/pat-ada", raw=raw)
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == "body"
    assert reply.calls == ()


@pytest.mark.parametrize("raw", ["%%%", base64.b64encode(b"\xff\xfe").decode()])
def test_a_body_that_is_no_text_is_refused(office: Office, raw: str) -> None:
    reply = office.ask("PATCH", "/v1/patients/pat-ada", raw=raw, base64=True)
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == "body"


def test_a_body_in_base64_is_read(office: Office) -> None:
    raw = base64.b64encode(b'{"phone": "+12025550163"}').decode()
    assert office.ask("PATCH", "/v1/patients/pat-ada", raw=raw, base64=True).status == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
def test_a_body_of_another_kind_is_refused(office: Office, kind: str) -> None:
    reply = office.ask(
        "PATCH", "/v1/patients/pat-ada", body={"phone": "+12025550163"}, headers={"content-type": kind}
    )
    refused(reply, 415, "not-json")


def test_a_body_with_its_charset_is_read(office: Office) -> None:
    kind = {"content-type": "application/json; charset=utf-8"}
    assert office.ask("PATCH", "/v1/patients/pat-ada", body={"email": None}, headers=kind).status == 200


def test_a_body_without_end_is_refused_before_it_is_read(office: Office) -> None:
    reply = office.ask("PATCH", "/v1/patients/pat-ada", raw='{"given_name": "' + "a" * 600_000 + '"}')
    refused(reply, 413, "too-long")
    assert reply.calls == ()


@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.writes])
@pytest.mark.parametrize("key", [None, "", "  "])
def test_a_write_without_a_key_is_asked_for_one(office: Office, name: str, key: str | None) -> None:
    method, path = name.split()
    path = path.format(patient_id="pat-ada", session_id="ses-ada-1", alert_id="pat-ada.alert.0")
    reply = office.ask(method, path, body={}, key=key)
    refused(reply, 428, "no-key")
    assert reply.calls == ()


@pytest.mark.parametrize("key", ["two words", "k" * 129, "schlüssel", "line\nbreak"])
def test_a_key_that_is_none_is_refused(office: Office, key: str) -> None:
    reply = office.ask("PATCH", "/v1/patients/pat-ada", body={"email": None}, key=key)
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == "Idempotency-Key"


def test_a_key_that_was_used_for_something_else_is_refused(office: Office) -> None:
    assert office.ask("PATCH", "/v1/patients/pat-ada", body={"email": None}).status == 200
    for method, path, body in (
        ("PATCH", "/v1/patients/pat-ada", {"email": "ada@example.org"}),
        ("PATCH", "/v1/patients/pat-ben", {"email": None}),
        ("POST", "/v1/patients/pat-ada/pause", {"until": None}),
    ):
        reply = office.ask(method, path, body=body)
        assert refused(reply, 422, "wrong")["errors"][0]["field"] == "Idempotency-Key"


def test_two_people_may_choose_the_same_key(office: Office) -> None:
    for roles in (("nurse",), ("front_desk",)):
        reply = office.ask("PATCH", "/v1/patients/pat-ada", body={"email": None}, who=claims_of(*roles))
        assert (reply.status, "idempotency-replayed" in reply.headers) == (200, False)


def test_a_key_is_new_again_after_a_day(office: Office) -> None:
    assert office.ask("PATCH", "/v1/patients/pat-ada", body={"email": None}).status == 200
    office.later(hours=23)
    assert "idempotency-replayed" in office.ask("PATCH", "/v1/patients/pat-ada", body={"email": None}).headers
    office.later(hours=1)
    reply = office.ask("PATCH", "/v1/patients/pat-ada", body={"email": "ada@example.org"})
    assert reply.status == 200


def test_what_was_refused_may_be_mended_under_the_same_key(office: Office) -> None:
    unknown = office.ask("PATCH", "/v1/patients/pat-carmen", body={"email": None})
    assert unknown.status == 404
    assert office.ask("POST", "/v1/patients", body={"patient": CARMEN}).status == 201


# ---- the store in trouble


class _Broken:
    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> Any:
            raise self.fault

        return call


def _throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException"}}, "Query")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_busy_store_is_answered_with_come_again(office: Office, method: str) -> None:
    wiring.rewire(clock=office.world.clock, ids=SequentialIds(), clients=lambda _: _Broken(_throttled()))
    reply = office.ask(method, "/v1/patients", body={"patient": CARMEN} if method == "POST" else None)
    refused(reply, 503, "busy")
    assert reply.headers["retry-after"] == "2"


def test_a_fault_of_ours_says_nothing_of_itself(office: Office) -> None:
    wiring.rewire(
        clock=office.world.clock, ids=SequentialIds(), clients=lambda _: _Broken(RuntimeError("secret words"))
    )
    reply = office.ask("GET", "/v1/patients")
    refused(reply, 500, "failed")
    assert "secret" not in reply.text + office.logs.getvalue()


def test_no_answer_may_be_kept_by_anything_between(office: Office) -> None:
    for path in ("/v1/patients/pat-ada", "/v1/nothing"):
        assert office.ask("GET", path).headers["cache-control"] == "no-store"


def test_no_log_line_says_who_was_asked_about(office: Office) -> None:
    office.ask("GET", "/v1/patients/pat-ada")
    office.ask("POST", "/v1/patients", body={"patient": {**CARMEN, "phone": "secret"}})
    logged = office.logs.getvalue()
    assert "api_requested" in logged
    assert not [word for word in ("ada", "Ada", "Carmen", "secret", "1990") if word in logged]
    assert all(json.loads(line) for line in logged.splitlines())
