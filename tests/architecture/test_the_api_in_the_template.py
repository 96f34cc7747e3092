"""The JSON API as it is deployed: behind a verified token, and with the rights it uses and no others."""

from collections.abc import Iterator
from typing import Any

import pytest

from aftercare import wiring
from aftercare.web.api.routes import ROUTES
from infra.local.virtual_clock import SequentialIds
from tests.api.office import Office, claims_of, opened
from tests.architecture.template_parts import Resources, of_type, rights
from tests.architecture.test_rights_suffice import asks

NAMES = {"https://queue.example/touch": "TouchQueue", "https://queue.example/parked": "ParkedQueue"}
SERVICES = {"send_text_message": "pinpoint-sms-voice-v2", "send_email": "sesv2"}
# What only the losers of a race ask for, and answers that only a mail or a parked event needs.
RARELY = {
    ("sqs:SendMessage", "ParkedQueue"),
    ("ses:SendEmail", ""),
    ("dynamodb:BatchWriteItem", "Table"),
    ("dynamodb:ConditionCheckItem", "Table"),
}
Asked = set[tuple[str, str]]


def test_the_api_is_reached_with_a_verified_token_of_its_scope_only(resources: Resources) -> None:
    routes = of_type(resources, "AWS::ApiGatewayV2::Route").values()
    (route,) = (found for found in routes if "/v1" in found["RouteKey"])
    assert route["RouteKey"] == "ANY /v1/{proxy+}"
    assert route["AuthorizationType"] == "JWT"
    assert route["AuthorizerId"] == {"Ref": "TokenAuthorizer"}
    assert route["AuthorizationScopes"] == ["aftercare/api"]
    assert all(found.path.startswith("/v1/") for found in ROUTES)


def test_patients_pages_and_the_api_leave_the_dashboard_room_when_somebody_floods_them(
    resources: Resources,
) -> None:
    (stage,) = (found for found in resources.values() if found["Type"] == "AWS::ApiGatewayV2::Stage")
    routes = of_type(resources, "AWS::ApiGatewayV2::Route")
    keys = {found["RouteKey"]: name for name, found in routes.items() if found["RouteKey"] != "$default"}
    limits = stage["Properties"]["RouteSettings"]
    assert limits.keys() == keys.keys()
    # CloudFormation refuses settings of a route that it has not made yet.
    assert set(stage["DependsOn"]) == set(keys.values())
    most = stage["Properties"]["DefaultRouteSettings"]
    for limit in limits.values():
        assert all(0 < limit[name] < most[name] for name in ("ThrottlingBurstLimit", "ThrottlingRateLimit"))


def test_an_answer_of_5xx_sets_off_an_alarm(resources: Resources) -> None:
    (alarm,) = (a for a in of_type(resources, "AWS::CloudWatch::Alarm").values() if a["MetricName"] == "5xx")
    assert (alarm["Threshold"], alarm["Dimensions"][0]["Value"]) == (0, {"Ref": "HttpApi"})
    assert alarm["AlarmActions"]


class Noting:
    """A client that notes what AWS would look for in the caller's role."""

    def __init__(self, client: Any, service: str, asked: Asked) -> None:
        self._client, self._service, self._asked = client, service, asked

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)

        def noted(**given: Any) -> Any:
            call = "".join(map(str.capitalize, name.split("_")))
            self._asked.update(asks(SERVICES.get(name, self._service), call, given, NAMES))
            return found(**given)

        return noted


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Office, Asked]]:
    for name, value in {
        "TABLE_NAME": "aftercare",
        "TOUCH_QUEUE_URL": "https://queue.example/touch",
        "PARKED_QUEUE_URL": "https://queue.example/parked",
    }.items():
        monkeypatch.setenv(name, value)
    asked: Asked = set()
    office = opened()

    def client(name: str) -> Noting:
        behind = office.world.memory if name == "dynamodb" else office.outside
        return Noting(behind, name, asked)

    wiring.rewire(clock=office.world.clock, ids=SequentialIds("noted"), clients=client)
    yield office, asked
    wiring.rewire()


def test_what_the_api_asks_for_is_in_its_role_and_little_else(
    noted: tuple[Office, Asked], resources: Resources
) -> None:
    office, asked = noted
    everybody = claims_of("clinician", "owner")
    (row,) = office.ask("GET", "/v1/alerts", who=everybody).json["alerts"]
    ids = {
        "patient_id": "pat-ada",
        "session_id": "ses-ada-1",
        "touch_id": "ses-ada-1.discharge",
        "alert_id": row["alert"]["id"],
        "protocol_id": "ketamine-iv-induction",
    }
    # Writes to the patient come before the file is closed and consents are taken back.
    for route in sorted(ROUTES, key=lambda one: (not one.path.endswith("/messages"), one.path)):
        for n, body in enumerate((route.examples or {"": None}).values()):
            query = "start=2026-12-01" if route.path.endswith("/calendar") else ""
            path = route.path.format(**ids)
            reply = office.ask(
                route.method, path, who=everybody, body=body, key=f"{route.method}{path}-{n}", query=query
            )
            assert reply.status < 500, reply.text
    may = rights(resources, "ApiRequested")
    assert asked - may == set()
    unused = {(action, on) for action, on in may - asked if not action.startswith(("logs:", "kms:"))}
    assert unused <= RARELY, unused - RARELY
