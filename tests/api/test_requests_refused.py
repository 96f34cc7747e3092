"""What the API says to a request that cannot be used: which field, what would do, never what stood there."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aftercare import wiring
from aftercare.handlers.api_requested import handler
from aftercare.web.api.routes import ROUTES
from infra.local.virtual_clock import SequentialIds
from tests.api.office import CONTEXT, Office, Reply, claims_of

PATIENT = {
    "id": "pat-carmen",
    "given_name": "Carmen",
    "birth_date": "1984-05-02",
    "language": "es",
    "time_zone": "America/New_York",
    "country": "US",
    "phone": "+12025550163",
    "accepts_unencrypted": True,
}
LISTS = ("/v1/patients", "/v1/patients/pat-ada/timeline", "/v1/alerts", "/v1/worklist", "/v1/audit")


def refused(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """Return the problem details, which have their four members and their own content type."""
    assert reply.status == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = reply.json
    assert problem["type"] == f"urn:aftercare:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


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
    reply = office.ask("POST", "/v1/patients", body={"patient": {**PATIENT, **changes}})
    problem = refused(reply, 422, "wrong")
    (error,) = problem["errors"]
    assert error["field"] == field
    assert len(error["allowed"]) > 5
    assert "secret" not in reply.text


@pytest.mark.parametrize("name", sorted(PATIENT))
def test_a_missing_field_is_named(office: Office, name: str) -> None:
    body = {"patient": {key: value for key, value in PATIENT.items() if key != name}}
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
    assert office.ask("POST", "/v1/patients", body={"patient": PATIENT}).status == 201


# ---- lists


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("after", ["x", "%00", "AAAA", "a" * 1400, "a" * 5000, "..%2F..", "", "'%20OR%201=1"])
def test_a_cursor_that_was_made_up_is_refused(office: Office, path: str, after: str) -> None:
    reply = office.ask("GET", path, query=f"after={after}", who=claims_of("nurse", "owner"))
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == "after"


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1.5", "ten", "", "٣", "9" * 400])
def test_a_page_has_one_to_two_hundred_rows(office: Office, limit: str) -> None:
    reply = office.ask("GET", "/v1/patients", query=f"limit={limit}")
    assert refused(reply, 422, "wrong")["errors"][0]["field"] == "limit"


@pytest.mark.parametrize(
    "query", ["stat=open", "state=open&state=open", "&".join(f"p{n}=1" for n in range(30))]
)
def test_a_misspelt_filter_is_refused_and_does_not_show_everything(office: Office, query: str) -> None:
    refused(office.ask("GET", "/v1/alerts", query=query), 422, "wrong")


def _walked(office: Office, path: str, rows: str) -> list[Any]:
    """Return all rows of a list, asked for one by one."""
    found: list[Any] = []
    query = "limit=1"
    for _ in range(60):
        page = office.ask("GET", path, query=query, who=claims_of("nurse", "owner")).json
        assert len(page[rows]) <= 1
        found += page[rows]
        if page["next"] is None:
            return found
        query = f"limit=1&after={page['next']}"
    raise AssertionError("the list has no end")


@pytest.mark.parametrize(
    ("path", "rows"), [("/v1/patients/pat-ada/timeline", "moments"), ("/v1/patients", "patients")]
)
def test_a_list_walked_row_by_row_is_the_list(office: Office, path: str, rows: str) -> None:
    for n, name in enumerate(("Carmen", "Carla", "Ben")):
        patient = {**PATIENT, "id": f"pat-{n}", "given_name": name}
        assert office.ask("POST", "/v1/patients", body={"patient": patient}, key=f"k{n}").status == 201
    office.sum_up("pat-0", "pat-1", "pat-2")
    whole = office.ask("GET", path, query="limit=200").json[rows]
    assert len(whole) >= 4
    assert _walked(office, path, rows) == whole


def test_a_cursor_of_one_patient_opens_no_other_timeline(office: Office) -> None:
    page = office.ask("GET", "/v1/patients/pat-ada/timeline", query="limit=1").json
    office.ask("POST", "/v1/patients", body={"patient": PATIENT})
    reply = office.ask("GET", "/v1/patients/pat-carmen/timeline", query=f"after={page['next']}")
    refused(reply, 422, "wrong")


# ---- paths and methods


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/doctors", "/v2/patients", "/v1/patients/a/b/c", "//", "/v1/patients/"]
)
def test_a_path_that_is_no_route_is_not_found(office: Office, path: str) -> None:
    refused(office.ask("GET", path), 404, "not-found")


@pytest.mark.parametrize(
    "found",
    ["a#b", "a b", "a" * 65, "%00", "~shared", "é", "..", "a/../pat-ada", "{patient_id}"],
)
def test_what_can_be_no_id_is_not_found_and_nothing_is_read(office: Office, found: str) -> None:
    reply = office.ask("GET", f"/v1/patients/{found}")
    assert reply.status == 404
    assert "dynamodb.Query" not in reply.calls or found == ".."


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/patients/pat-ada", "GET, PATCH"),
        ("PUT", "/v1/patients", "GET, POST"),
        ("GET", "/v1/sessions", "POST"),
        ("POST", "/v1/worklist", "GET"),
        ("BREW", "/v1/audit", "GET"),
    ],
)
def test_another_method_is_told_which_ones_work(office: Office, method: str, path: str, allowed: str) -> None:
    reply = office.ask(method, path, body={})
    refused(reply, 405, "wrong-method")
    assert reply.headers["allow"] == allowed


def test_a_payload_that_lacks_almost_everything_is_refused(office: Office) -> None:
    bare = {"rawPath": "/v1/patients", "requestContext": {"http": {"method": "POST"}, "stage": "$default"}}
    assert handler(bare, CONTEXT)["statusCode"] == 401


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
    reply = office.ask(method, "/v1/patients", body={"patient": PATIENT} if method == "POST" else None)
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
    office.ask("POST", "/v1/patients", body={"patient": {**PATIENT, "phone": "secret"}})
    logged = office.logs.getvalue()
    assert "api_requested" in logged
    assert not [word for word in ("ada", "Ada", "Carmen", "secret", "1990") if word in logged]
    assert all(json.loads(line) for line in logged.splitlines())
