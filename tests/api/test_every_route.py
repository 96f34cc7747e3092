"""Every route, asked by every role, about their own patient, another clinic's, and one that nobody has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from aftercare.domain.staff import RIGHTS, Role
from aftercare.web.api.route import Route
from aftercare.web.api.routes import ROUTES
from tests.api.office import FOREIGN, HARBOR, ROLES, Office, Reply, claims_of, opened

NAMES = {route.name: route for route in ROUTES}
# Several roles at once, and a token whose groups name no role of ours.
CALLERS = {**{role: (role,) for role in ROLES}, "nurse and owner": ("nurse", "owner")}


@dataclass(frozen=True)
class Somebody:
    """Whose ids a request names."""

    patient_id: str
    session_id: str
    touch_id: str
    alert_id: str

    def ids(self) -> dict[str, str]:
        names = ("patient_id", "session_id", "touch_id", "alert_id")
        return {**{name: getattr(self, name) for name in names}, "protocol_id": "ketamine-iv-induction"}


def people(office: Office) -> dict[str, Somebody]:
    """Return Ada of the caller's own clinic, Dora of the other one, and somebody who does not exist."""
    alerts = {
        sk.split("#")[1].partition(".alert.")[0]: sk.split("#")[1]
        for _, sk in office.rows()
        if sk.startswith("ALERT#")
    }
    return {
        "own": Somebody("pat-ada", "ses-ada-1", "ses-ada-1.discharge", alerts["pat-ada"]),
        "foreign": Somebody("pat-dora", "ses-dora-1", "ses-dora-1.discharge", alerts["pat-dora"]),
        "unknown": Somebody("pat-nobo", "ses-nobo-1", "ses-nobo-1.discharge", "pat-nobo.alert.00000000"),
    }


def body_of(route: Route, who: Somebody) -> Any:
    """Return the route's first example, about somebody else if it names a patient."""
    if route.body is None:
        return None
    (body, *_) = (route.examples or {"": {}}).values()
    changed = {name: value for name, value in who.ids().items() if name in body}
    return {**body, **changed}


def send(office: Office, route: Route, who: Somebody, claims: dict[str, str], key: str = "key-1") -> Reply:
    query = "start=2026-12-01" if route.path.endswith("/calendar") else ""
    path = route.path.format(**who.ids())
    return office.ask(route.method, path, who=claims, body=body_of(route, who), key=key, query=query)


def may(route: Route, roles: tuple[str, ...]) -> bool:
    return route.right is None or any(route.right in RIGHTS[Role(role)] for role in roles)


def names_somebody(route: Route) -> bool:
    named = any(f"{{{name}}}" in route.path for name in ("patient_id", "session_id", "touch_id", "alert_id"))
    return named or (route.body is not None and "patient_id" in body_of(route, SAMPLE))


SAMPLE = Somebody("p", "s", "t", "a")


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("name", NAMES)
def test_who_has_the_right_is_answered_and_nobody_else(office: Office, name: str, caller: str) -> None:
    route, roles = NAMES[name], CALLERS[caller]
    reply = send(office, route, people(office)["own"], claims_of(*roles))
    if not may(route, roles):
        assert reply.status == 403
        assert reply.calls == ()
        assert office.trail() == []
    else:
        # The first example of a move is about a session still to come; Ada's took place.
        assert reply.status == (409 if name.startswith("PATCH /v1/sessions") else route.status), reply.text
    assert not [found for found in FOREIGN if found in reply.text]


@pytest.mark.parametrize("name", [name for name, route in NAMES.items() if names_somebody(route)])
@pytest.mark.parametrize("caller", CALLERS)
def test_what_another_clinic_has_and_what_nobody_has_are_refused_alike(
    office: Office, name: str, caller: str
) -> None:
    route, claims = NAMES[name], claims_of(*CALLERS[caller])
    # A container reads its clinic once a minute, whatever it is asked.
    send(office, route, people(office)["unknown"], claims, key="key-0")
    before = office.rows()
    foreign = send(office, route, people(office)["foreign"], claims)
    assert office.rows() == before
    unknown = send(office, route, people(office)["unknown"], claims)
    assert office.rows() == before
    assert foreign.status == unknown.status == (404 if may(route, CALLERS[caller]) else 403)
    assert foreign.text == unknown.text
    assert foreign.headers == unknown.headers
    assert foreign.calls == unknown.calls
    assert not [found for found in FOREIGN if found in foreign.text]


@pytest.mark.parametrize("name", NAMES)
def test_a_token_without_a_role_here_opens_nothing(office: Office, name: str) -> None:
    who = people(office)["own"]
    for claims in (
        claims_of(),
        {**claims_of("nurse"), "cognito:groups": "[hudson/queen]"},
        {**claims_of("nurse"), "cognito:groups": "[hudson/nurse harbor/nurse]"},
        {"scope": "clinic.hudson/service"},
    ):
        reply = send(office, NAMES[name], who, claims)
        assert (reply.status, reply.calls) == (403, ())


@pytest.mark.parametrize("name", NAMES)
def test_without_a_verified_token_nobody_is_let_in(office: Office, name: str) -> None:
    reply = send(office, NAMES[name], people(office)["own"], {})
    assert (reply.status, reply.calls) == (401, ())


def everything_listed(office: Office, claims: dict[str, str]) -> Iterator[str]:
    for route in ROUTES:
        if route.answer is not None and route.method == "GET" and "{" not in route.path:
            reply = office.ask("GET", route.path, who=claims)
            if reply.status == 200:
                yield reply.text
    for query in ("starting_with=Dor", "starting_with=dora", "starting_with=A"):
        yield office.ask("GET", "/v1/patients", who=claims, query=query).text
    for state in ("open", "raised", "acknowledged", "resolved"):
        yield office.ask("GET", "/v1/alerts", who=claims, query=f"state={state}").text


def test_no_list_and_no_search_shows_another_clinic(office: Office) -> None:
    texts = [text for role in ROLES for text in everything_listed(office, claims_of(role))]
    assert any("Ada" in text for text in texts)
    assert not [found for found in FOREIGN for text in texts if found in text]


def test_the_other_clinic_sees_its_own_and_not_ours(office: Office) -> None:
    texts = list(everything_listed(office, claims_of("nurse", clinic=HARBOR)))
    assert any("Dora" in text for text in texts)
    assert not [text for text in texts if "Ada" in text or "pat-ada" in text]


def test_a_request_cannot_choose_its_clinic(office: Office) -> None:
    for more in ({"query": "clinic_id=harbor"}, {"headers": {"x-clinic-id": "harbor"}}):
        reply = office.ask("GET", "/v1/worklist", **more)  # type: ignore[arg-type]
        assert not [found for found in FOREIGN if found in reply.text]
    body: Mapping[str, Any] = {"phone": "+12025550163", "clinic_id": "harbor"}
    assert office.ask("PATCH", "/v1/patients/pat-dora", body=body).status == 404


WRITES = [name for name, route in NAMES.items() if route.writes]


@pytest.mark.parametrize("name", [name for name in WRITES if name != "PATCH /v1/sessions/{session_id}"])
def test_a_write_that_is_sent_twice_is_done_once_and_answered_the_same(name: str, office: Office) -> None:
    route, who = NAMES[name], people(office)["own"]
    claims = claims_of("nurse")
    first = send(office, route, who, claims)
    assert first.status == route.status
    after, sent = office.rows(), len(office.outside.sent)
    again = send(office, route, who, claims)
    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.calls == ("dynamodb.PutItem",)
    assert office.rows() == after
    assert len(office.outside.sent) == sent


@pytest.mark.parametrize("name", [name for name in WRITES if name != "PATCH /v1/sessions/{session_id}"])
def test_a_write_whose_record_was_lost_is_answered_again_and_still_done_once(
    name: str, office: Office
) -> None:
    """The function died between the act and the record: a minute later the same key acts again."""
    route, who = NAMES[name], people(office)["own"]
    claims = claims_of("nurse")
    assert send(office, route, who, claims).status == route.status
    (key,) = (key for key in office.rows() if key[0].endswith("~once"))
    row = dict(office.rows()[key])
    del row["told"], row["answer"]
    office.world.memory.put_item(TableName="aftercare", Item=row)
    busy = send(office, route, who, claims)
    assert (busy.status, busy.headers["retry-after"]) == (409, "2")
    office.later(minutes=2)
    sent = len(office.outside.sent)
    again = send(office, route, who, claims)
    assert again.status == route.status, again.text
    assert len(office.outside.sent) == sent


def test_the_walk_covers_every_path_that_others_rely_on() -> None:
    promised = """
        GET /v1/patients|POST /v1/patients|GET /v1/patients/{patient_id}|PATCH /v1/patients/{patient_id}
        GET /v1/patients/{patient_id}/timeline|POST /v1/patients/{patient_id}/messages
        POST /v1/patients/{patient_id}/pause|POST /v1/patients/{patient_id}/consents
        POST /v1/patients/{patient_id}/consents/withdraw|GET /v1/patients/{patient_id}/export
        POST /v1/sessions|PATCH /v1/sessions/{session_id}|GET /v1/touches/{touch_id}/why
        GET /v1/alerts|POST /v1/alerts/{alert_id}/acknowledge|POST /v1/alerts/{alert_id}/resolve
        GET /v1/worklist|GET /v1/outcomes|GET /v1/deliveries/problems
        GET /v1/protocols/{protocol_id}/calendar|GET /v1/audit|GET /v1/openapi.json
    """
    assert {one.strip() for line in promised.splitlines() for one in line.split("|") if one.strip()} == set(
        NAMES
    )


def test_the_two_clinics_differ_in_nothing_but_their_names() -> None:
    """Else the refusals above might be alike for another reason."""
    office = opened()
    counts = {
        clinic: sum(pk == clinic or pk.startswith(f"{clinic}#") for pk, _ in office.rows())
        for clinic in ("hudson", HARBOR)
    }
    assert counts["hudson"] == counts[HARBOR] > 20
