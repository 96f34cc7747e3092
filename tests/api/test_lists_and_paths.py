"""Lists, their cursors and filters; paths and methods that are none."""

from typing import Any

import pytest

from aftercare.handlers.api_requested import handler
from tests.api.office import CARMEN, CONTEXT, Office, claims_of, refused

LISTS = ("/v1/patients", "/v1/patients/pat-ada/timeline", "/v1/alerts", "/v1/worklist", "/v1/audit")


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
        patient = {**CARMEN, "id": f"pat-{n}", "given_name": name}
        assert office.ask("POST", "/v1/patients", body={"patient": patient}, key=f"k{n}").status == 201
    office.sum_up("pat-0", "pat-1", "pat-2")
    whole = office.ask("GET", path, query="limit=200").json[rows]
    assert len(whole) >= 4
    assert _walked(office, path, rows) == whole


def test_a_cursor_of_one_patient_opens_no_other_timeline(office: Office) -> None:
    page = office.ask("GET", "/v1/patients/pat-ada/timeline", query="limit=1").json
    office.ask("POST", "/v1/patients", body={"patient": CARMEN})
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
