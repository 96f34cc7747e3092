"""What a request leads to: the same as an event would, with an answer and an entry in the trail."""

from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from aftercare.web.api.route import Route
from aftercare.web.api.routes import ROUTES, openapi
from tests.api.office import Office, Reply, claims_of

BOOKED = {
    "id": "ses-ada-2",
    "patient_id": "pat-ada",
    "protocol": "ketamine-iv-induction",
    "course_id": "course-ada",
    "number": 2,
}
EXAMPLES = [(route, name) for route in ROUTES for name in route.examples or {}]


def page_of(office: Office, patient_id: str = "pat-ada") -> Any:
    return office.ask("GET", f"/v1/patients/{patient_id}").json


def session_of(office: Office, session_id: str) -> Any:
    (found,) = (one for one in page_of(office)["sessions"] if one["id"] == session_id)
    return found


def book(office: Office, starts_at: str, key: str = "book") -> Reply:
    return office.ask("POST", "/v1/sessions", body={**BOOKED, "starts_at": starts_at}, key=key)


def schema_validator(pointer: str) -> Draft202012Validator:
    """Return a validator for one part of the committed description."""
    whole = Resource.from_contents(dict(openapi()), default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:openapi", whole)
    return Draft202012Validator({"$ref": f"urn:openapi#{pointer}"}, registry=registry)


def answer_schema(route: Route) -> Draft202012Validator:
    path = route.path.replace("~", "~0").replace("/", "~1")
    where = f"/paths/{path}/{route.method.lower()}/responses/{route.status}/content/application~1json/schema"
    return schema_validator(where)


def ids_of(office: Office) -> dict[str, str]:
    (alert,) = (row for row in office.ask("GET", "/v1/alerts").json["alerts"])
    return {
        "patient_id": "pat-ada",
        "session_id": "ses-ada-2",
        "alert_id": alert["alert"]["id"],
        "touch_id": "ses-ada-1.discharge",
        "protocol_id": "ketamine-iv-induction",
    }


@pytest.mark.parametrize(("route", "name"), EXAMPLES, ids=[f"{r.name} {name}" for r, name in EXAMPLES])
def test_every_example_of_the_description_works(office: Office, route: Route, name: str) -> None:
    if route.method == "PATCH":
        assert book(office, "2026-11-24T10:00:00-05:00").status == 201
    body = (route.examples or {})[name]
    schema_of_body = f"/paths/{route.path.replace('/', '~1')}/{route.method.lower()}/requestBody"
    schema_validator(f"{schema_of_body}/content/application~1json/schema").validate(body)
    reply = office.ask(route.method, route.path.format(**ids_of(office)), body=body)
    assert reply.status == route.status, reply.text
    answer_schema(route).validate(reply.json)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET"], ids=lambda route: route.name)
def test_every_answer_has_the_shape_that_is_described(office: Office, route: Route) -> None:
    book(office, "2026-11-27T10:00:00-05:00")
    query = "start=2026-12-01" if route.path.endswith("/calendar") else ""
    ids = ids_of(office)
    reply = office.ask("GET", route.path.format(**ids), query=query, who=claims_of("clinician", "owner"))
    assert reply.status == 200, reply.text
    answer_schema(route).validate(reply.json)
    if route.path != "/v1/openapi.json":
        # An answer that is empty would fit any shape.
        assert any(reply.json.values())


def test_a_refusal_has_the_shape_that_is_described(office: Office) -> None:
    problem = schema_validator("/components/schemas/Problem")
    for path, key in (("/v1/patients/pat-nobody", "k"), ("/v1/patients/pat-ada", None)):
        problem.validate(office.ask("PATCH", path, body={"phone": "1"}, key=key).json)


# ---- patients


def test_a_patient_enrolled_by_the_api_is_a_patient_like_any_other(office: Office) -> None:
    (example,) = next(r for r in ROUTES if r.name == "POST /v1/patients").examples.values()  # type: ignore[union-attr]
    reply = office.ask("POST", "/v1/patients", body=example)
    assert (reply.status, reply.json) == (201, {"id": "pat-carmen", "outcome": "applied"})
    page = page_of(office, "pat-carmen")
    assert page["patient"]["phone"] == "+12025550163"
    standing = {(one["channel"], one["purpose"]): one["stands"] for one in page["consents"]}
    assert standing == {("sms", "care"): True}
    assert set(office.trail()) == {"enrolled_patient", "saw_patient"}
    office.world.run_until(office.world.clock.now() + timedelta(hours=2))
    assert "+12025550163" in [out.envelope.to for out in office.world.carrier.accepted]


def test_an_id_that_a_patient_has_is_not_given_again(office: Office) -> None:
    patient = {**page_of(office)["patient"], "given_name": "Ben"}
    reply = office.ask("POST", "/v1/patients", body={"patient": patient})
    assert reply.status == 409
    assert reply.json["errors"][0]["field"] == "patient.id"
    assert page_of(office)["patient"]["given_name"] == "Ada"


def test_a_closed_file_is_opened_again_by_enrolling_and_never_after_a_death(office: Office) -> None:
    patient = {name: value for name, value in page_of(office)["patient"].items() if value is not None}
    closed = office.ask("PATCH", "/v1/patients/pat-ada", body={"closed_reason": "discharged"}, key="close")
    assert closed.json["outcome"] == "applied"
    assert page_of(office)["file"]["closed"] is True
    office.later(minutes=1)
    assert office.ask("POST", "/v1/patients", body={"patient": patient}, key="again").status == 201
    assert page_of(office)["file"]["closed"] is False
    office.later(minutes=1)
    office.ask("PATCH", "/v1/patients/pat-ada", body={"closed_reason": "deceased"}, key="died")
    office.later(minutes=1)
    assert office.ask("POST", "/v1/patients", body={"patient": patient}, key="once-more").status == 409


def test_a_new_phone_takes_a_new_consent(office: Office) -> None:
    assert office.ask("PATCH", "/v1/patients/pat-ada", body={"phone": "+12025550163"}).status == 200
    page = page_of(office)
    assert page["patient"]["phone"] == "+12025550163"
    standing = {(one["channel"], one["purpose"]): one["stands"] for one in page["consents"]}
    assert (standing["sms", "care"], standing["email", "care"]) == (False, True)


def test_a_withdrawal_counts_at_once(office: Office) -> None:
    body = {
        "channel": "all",
        "purpose": "all",
        "withdrawn_at": "2026-11-24T11:30:00-05:00",
        "recorded_by": "Front desk",
    }
    assert office.ask("POST", "/v1/patients/pat-ada/consents/withdraw", body=body).status == 201
    assert not [one for one in page_of(office)["consents"] if one["stands"]]
    assert set(office.trail()) == {"recorded_withdrawal", "saw_patient"}


def test_what_is_dated_ahead_of_the_clock_is_refused_and_not_in_the_trail(office: Office) -> None:
    body = {
        "channel": "all",
        "purpose": "all",
        "withdrawn_at": "2027-11-24T11:30:00-05:00",
        "recorded_by": "Front desk",
    }
    reply = office.ask("POST", "/v1/patients/pat-ada/consents/withdraw", body=body)
    assert reply.status == 422
    assert reply.json["errors"][0]["field"] == "withdrawn_at"
    assert office.trail() == []


# ---- sessions


def test_a_session_is_booked_moved_cancelled_and_takes_place(office: Office) -> None:
    assert book(office, "2026-11-24T09:00:00-05:00").json == {"id": "ses-ada-2", "outcome": "applied"}
    changes: list[dict[str, Any]] = [
        {"status": "scheduled", "starts_at": "2026-11-24T08:00:00-05:00"},
        {"status": "cancelled", "reason": "no driver"},
        {"status": "scheduled", "starts_at": "2026-11-24T10:00:00-05:00"},
        {"status": "completed", "ended_at": "2026-11-24T11:40:00-05:00"},
    ]
    for n, change in enumerate(changes):
        office.later(minutes=1)
        body = {"patient_id": "pat-ada", **change}
        reply = office.ask("PATCH", "/v1/sessions/ses-ada-2", body=body, key=f"change-{n}")
        assert reply.status == 200, reply.text
        assert session_of(office, "ses-ada-2")["status"] == change["status"]
    kept = session_of(office, "ses-ada-2")
    assert (kept["course_id"], kept["number"]) == ("course-ada", 2)
    assert (kept["starts_at"], kept["ended_at"]) == ("2026-11-24T15:00:00Z", "2026-11-24T16:40:00Z")


def test_a_session_that_took_place_cannot_be_moved_or_cancelled(office: Office) -> None:
    for n, change in enumerate(
        ({"status": "cancelled"}, {"status": "scheduled", "starts_at": "2026-12-01T10:00:00-05:00"})
    ):
        body = {"patient_id": "pat-ada", **change}
        reply = office.ask("PATCH", "/v1/sessions/ses-ada-1", body=body, key=f"k{n}")
        assert (reply.status, reply.json["errors"][0]["field"]) == (409, "status")
    assert "TASK#contradicting_event" not in str(office.rows().keys())


def test_a_session_that_ends_before_it_starts_is_refused_and_nothing_waits(office: Office) -> None:
    book(office, "2026-11-24T10:00:00-05:00")
    body = {"patient_id": "pat-ada", "status": "completed", "ended_at": "2026-11-24T09:00:00-05:00"}
    reply = office.ask("PATCH", "/v1/sessions/ses-ada-2", body=body)
    assert (reply.status, reply.json["errors"][0]["field"]) == (422, "ended_at")
    assert not [sk for _, sk in office.rows() if sk.startswith("WAITING#")]


def test_an_unknown_session_does_not_wait_as_an_event_would(office: Office) -> None:
    body = {"patient_id": "pat-ada", "status": "cancelled"}
    assert office.ask("PATCH", "/v1/sessions/ses-later", body=body).status == 404
    assert not [sk for _, sk in office.rows() if sk.startswith("WAITING#")]


def test_an_event_and_the_api_end_in_the_same_place(office: Office) -> None:
    book(office, "2026-11-27T10:00:00-05:00")
    by_api = session_of(office, "ses-ada-2")
    session = {**BOOKED, "id": "ses-ada-3", "starts_at": "2026-11-27T10:00:00-05:00"}
    metadata = {
        "event_id": "evt-3",
        "version": "1",
        "occurred_at": "2026-11-24T12:00:00-05:00",
        "clinic_id": "hudson",
    }
    event = {
        "source": "ehr",
        "detail-type": "SessionScheduled",
        "detail": {"metadata": metadata, "session": session},
    }
    assert office.world.event(event) == "applied"
    assert {**session_of(office, "ses-ada-3"), "id": "ses-ada-2"} == by_api


# ---- alerts, messages, what a role may see


def test_an_alert_is_taken_on_and_ended_by_name(office: Office) -> None:
    alert_id = ids_of(office)["alert_id"]
    assert office.ask("POST", f"/v1/alerts/{alert_id}/acknowledge", body={}, key="a").status == 200
    (row,) = office.ask("GET", "/v1/alerts", query="state=acknowledged").json["alerts"]
    assert row["alert"]["acknowledged_by"] == "carla"
    body = {"disposition": "spoke_with_patient", "note": "She is with her sister."}
    assert office.ask("POST", f"/v1/alerts/{alert_id}/resolve", body=body, key="b").status == 200
    assert office.ask("GET", "/v1/alerts", query="state=open").json["alerts"] == []
    (row,) = office.ask("GET", "/v1/alerts", query="state=resolved").json["alerts"]
    assert row["alert"]["note"] == body["note"]
    assert {"acknowledged_alert", "resolved_alert"} <= set(office.trail())


def test_an_alert_may_be_taken_on_without_any_body(office: Office) -> None:
    alert_id = ids_of(office)["alert_id"]
    assert office.ask("POST", f"/v1/alerts/{alert_id}/acknowledge").status == 200


def test_a_message_goes_out_once_however_often_it_is_sent(office: Office) -> None:
    body = {"text": "Thank you for telling us. We will call you at two."}
    replies = [office.ask("POST", "/v1/patients/pat-ada/messages", body=body) for _ in range(3)]
    assert [reply.status for reply in replies] == [201, 201, 201]
    assert replies[0].json["went"] == "sent"
    assert len({reply.text for reply in replies}) == 1
    assert len(office.outside.sent) == 1
    assert body["text"] not in replies[0].text


def test_the_front_desk_sees_who_needs_somebody_and_not_why(office: Office) -> None:
    desk = claims_of("front_desk")
    seen = [
        office.ask("GET", path, who=desk).text
        for path in ("/v1/worklist", "/v1/alerts", "/v1/patients", "/v1/patients/pat-ada")
    ]
    assert all("Ada" in text for text in seen)
    assert not [text for text in seen if "I want to die" in text or '"suicide"' in text]
    timeline = office.ask("GET", "/v1/patients/pat-ada/timeline", who=desk).text
    assert "I want to die" not in timeline
    assert "I want to die" in office.ask("GET", "/v1/patients/pat-ada/timeline").text


def test_every_look_and_every_change_is_in_the_trail(office: Office) -> None:
    everybody = claims_of("clinician", "owner")
    for route in ROUTES:
        if route.method == "GET" and route.path != "/v1/openapi.json":
            before = len(office.trail())
            query = "start=2026-12-01" if route.path.endswith("/calendar") else ""
            path = route.path.format(
                patient_id="pat-ada", touch_id="ses-ada-1.discharge", protocol_id="ketamine-iv-induction"
            )
            assert office.ask("GET", path, who=everybody, query=query).status == 200
            assert len(office.trail()) == before + 1, route.name
    shown = office.ask("GET", "/v1/audit", who=everybody, query="limit=200").json["entries"]
    assert {entry["by"] for entry in shown} == {"api"}
    assert {entry["name"] for entry in shown} == {"carla"}


def test_no_list_costs_more_than_five_calls_and_none_is_a_scan(office: Office) -> None:
    office.ask("GET", "/v1/patients/pat-ada", who=claims_of("clinician", "owner"))
    for route in ROUTES:
        if route.method == "GET":
            path = route.path.format(
                patient_id="pat-ada", touch_id="ses-ada-1.discharge", protocol_id="ketamine-iv-induction"
            )
            query = "start=2026-12-01" if path.endswith("/calendar") else ""
            reply = office.ask("GET", path, who=claims_of("clinician", "owner"), query=query)
            assert len(reply.calls) <= 5, (route.name, reply.calls)
            assert "dynamodb.Scan" not in reply.calls
