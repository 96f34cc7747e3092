"""Two clinics in one table, and a caller who asks the API as API Gateway would hand the request on."""

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from aftercare import wiring
from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.clinic import OnCall
from aftercare.domain.ids import ClinicId, PatientId, SessionId
from aftercare.handlers import api_requested
from aftercare.usecases.sum_course import sum_course
from infra.local.meter import Counted
from infra.local.quick_desk import desk_on
from infra.local.quick_world import QuickWorld
from infra.local.virtual_clock import SequentialIds
from tests.building import a_clinic, eastern

HARBOR = "harbor"
# Named like no patient: what shows Dora shows what belongs to the other clinic.
ROTA = (OnCall("nurse", "Nora", phone="+12125550103"),)
HARBOR_NUMBER, DORAS_PHONE = "+12125550111", "+12125550164"
# Nothing of the other clinic may be in any answer; each of these stands in its rows.
FOREIGN = ("Dora", "pat-dora", "ses-dora", "harbor", "Harbor", DORAS_PHONE, "1979-03-04", "dora@example.org")
CONTEXT = SimpleNamespace(
    function_name="aftercare",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:aftercare",
    aws_request_id="5b2f4f6c-0d3e-5a52-9f0e-1c8a1d0f2a11",
)
ROLES = ("front_desk", "nurse", "clinician", "owner", "service")
NOW = eastern("2026-11-24 12:00")
# Somebody to enrol.
CARMEN = {
    "id": "pat-carmen",
    "given_name": "Carmen",
    "birth_date": "1984-05-02",
    "language": "es",
    "time_zone": "America/New_York",
    "country": "US",
    "phone": "+12025550163",
    "accepts_unencrypted": True,
}


def claims_of(*roles: str, clinic: str = "hudson", sub: str = "") -> dict[str, str]:
    """Return a verified token's claims as API Gateway hands them over."""
    subject = sub or f"sub-{'-'.join(roles) or 'nobody'}-{clinic}"
    if roles == ("service",):
        return {"sub": subject, "client_id": subject, "scope": f"aftercare/api clinic.{clinic}/service"}
    groups = " ".join(f"{clinic}/{role}" for role in roles)
    return {"sub": subject, "username": "carla", "scope": "aftercare/api", "cognito:groups": f"[{groups}]"}


@dataclass(frozen=True)
class Reply:
    status: int
    text: str
    headers: dict[str, str]
    calls: tuple[str, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Outside:
    """Takes what is queued and what is handed to a carrier."""

    def __init__(self) -> None:
        self.handed: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.handed += Entries
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def send_text_message(self, **request: Any) -> dict[str, Any]:
        self.sent.append(request)
        return {"MessageId": f"msg-{len(self.sent)}"}

    send_email = send_text_message


@dataclass
class Office:
    """Ada at the clinic Hudson, Dora at the clinic Harbor, each with a session, a text and an alert."""

    world: QuickWorld
    calls: list[str] = field(default_factory=list)
    outside: Outside = field(default_factory=Outside)
    logs: io.StringIO = field(default_factory=io.StringIO)

    def client(self, name: str) -> Any:
        if name == "dynamodb":
            return Counted(self.world.memory, name, self.calls.append)
        return Counted(self.outside, name, self.calls.append)

    def ask(
        self,
        method: str,
        path: str,
        *,
        who: dict[str, str] | None = None,
        body: Any = None,
        key: str | None = "key-1",
        query: str = "",
        **more: Any,
    ) -> Reply:
        """Send one request. ``body``: what JSON can hold; ``raw`` instead: the text as it is."""
        self.calls.clear()
        payload = payload_of(method, path, who=who, body=body, key=key, query=query, **more)
        return reply_of(api_requested.handler(payload, CONTEXT), tuple(self.calls))

    def later(self, **time: float) -> None:
        self.world.clock.advance_to(self.world.clock.now() + timedelta(**time))

    def sum_up(self, *patients: str) -> None:
        """Make these patients' charts, as whoever follows the table's stream does."""
        desk = desk_on(self.world.memory, self.world.ports)
        for patient_id in patients:
            sum_course(ClinicId("hudson"), PatientId(patient_id), desk)

    def rows(self) -> dict[tuple[str, str], Any]:
        return {(row["pk"]["S"], row["sk"]["S"]): row for row in self.world.memory.items()}

    def trail(self) -> list[str]:
        """Return what the audit trail of Hudson says, oldest first; of one instant in no order."""
        kept = sorted((sk, row["did"]["S"]) for (pk, sk), row in self.rows().items() if pk.endswith("audit"))
        return [did for _, did in kept]


def payload_of(
    method: str,
    path: str,
    *,
    who: dict[str, str] | None = None,
    body: Any = None,
    raw: str | None = None,
    key: str | None = None,
    query: str = "",
    headers: dict[str, str] | None = None,
    base64: bool = False,
) -> dict[str, Any]:
    """Return a request as API Gateway's HTTP API hands it over (payload version 2.0)."""
    sent = {"content-type": "application/json"} if body is not None or raw is not None else {}
    if key is not None and method != "GET":
        sent["idempotency-key"] = key
    claims = claims_of("nurse") if who is None else who
    return {
        "version": "2.0",
        "routeKey": "ANY /v1/{proxy+}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {**sent, **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": {"jwt": {"claims": claims, "scopes": ["aftercare/api"]}},
            "domainName": "api.example",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "tests",
            },
            "requestId": "request-1",
            "routeKey": "ANY /v1/{proxy+}",
            "stage": "$default",
            "time": "24/Nov/2026:17:00:00 +0000",
            "timeEpoch": 1795539600000,
        },
        "body": raw if raw is not None else (json.dumps(body) if body is not None else None),
        "isBase64Encoded": base64,
    }


def reply_of(answer: dict[str, Any], calls: tuple[str, ...] = ()) -> Reply:
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    return Reply(answer["statusCode"], answer["body"], headers, calls)


def opened() -> Office:
    """Open both clinics on a Tuesday at noon, with what was said and sent the days before."""
    world = QuickWorld(a_clinic(on_call=ROTA), NOW)
    for row in _lived():
        world.memory.put_item(TableName="aftercare", Item=row)
    office = Office(world)
    wiring.rewire(clock=world.clock, ids=SequentialIds("office"), clients=office.client)
    return office


@cache
def _lived() -> tuple[dict[str, Any], ...]:
    """Return the rows that those days left. A table is filled with them for each test."""
    world = QuickWorld(a_clinic(on_call=ROTA), eastern("2026-11-16 10:05"))
    harbor = a_clinic(
        id=HARBOR,
        name="Harbor Wellness Clinic",
        sms_name="Harbor Clinic",
        sms_number=HARBOR_NUMBER,
        email_from="care@harbor.example.org",
    )
    DynamoDbClinics(world.memory, "aftercare", world.clock).put(harbor)
    people = (
        ("hudson", "ada", "Ada", "1990-01-31", "+12025550147"),
        (HARBOR, "dora", "Dora", "1979-03-04", DORAS_PHONE),
    )
    for clinic, name, given_name, born, phone in people:
        assert world.event(_enrolment(clinic, name, given_name, born, phone)) == "applied"
    world.run_until(eastern("2026-11-23 11:00"))
    for clinic, name, _, _, _ in people:
        assert world.event(_completion(clinic, name)) == "applied"
    world.run_until(NOW - timedelta(hours=1))
    _write(world, "+12025550147", "+12125550101", "I want to die")
    _write(world, DORAS_PHONE, HARBOR_NUMBER, "I want to die")
    world.run_until(NOW)
    desk = desk_on(world.memory, world.ports)
    for clinic, name, _, _, _ in people:
        # As whoever follows the table's stream does.
        patient_id = PatientId(f"pat-{name}")
        desk.sessions.note(ClinicId(clinic), patient_id, [SessionId(f"ses-{name}-1")])
        assert sum_course(ClinicId(clinic), patient_id, desk) is not None
    return tuple(world.memory.items())


def _write(world: QuickWorld, phone: str, to: str, body: str) -> None:
    world.text(InboundSms(f"in-{phone}", phone, to, body, world.clock.now()))


def _event(kind: str, clinic: str, name: str, at: str, **detail: Any) -> dict[str, Any]:
    metadata = {"event_id": f"evt-{kind}-{name}", "version": "1", "occurred_at": at, "clinic_id": clinic}
    return {"source": "ehr", "detail-type": kind, "detail": {"metadata": metadata, **detail}}


def _enrolment(clinic: str, name: str, given_name: str, born: str, phone: str) -> dict[str, Any]:
    at = "2026-11-16T10:05:00-05:00"
    consent = {
        "purpose": "care",
        "wording_version": "2026-09",
        "wording": "I agree to get messages.",
        "method": "paper",
        "given_at": at,
        "recorded_by": "Nurse Carla",
    }
    patient = {
        "id": f"pat-{name}",
        "given_name": given_name,
        "birth_date": born,
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": phone,
        "email": f"{name}@example.org",
        "accepts_unencrypted": True,
    }
    consents = [{**consent, "channel": "sms"}, {**consent, "channel": "email"}]
    return _event("PatientEnrolled", clinic, name, at, patient=patient, consents=consents)


def _completion(clinic: str, name: str) -> dict[str, Any]:
    at = "2026-11-23T11:00:00-05:00"
    session = {
        "id": f"ses-{name}-1",
        "patient_id": f"pat-{name}",
        "protocol": "ketamine-iv-induction",
        "course_id": f"course-{name}",
        "number": 1,
        "ended_at": at,
    }
    return _event("SessionCompleted", clinic, name, at, session=session)


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
