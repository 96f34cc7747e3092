"""Whatever the committed description allows, and whatever it forbids, is answered and never breaks anything.

Requests are made by schemathesis from ``infra/contracts/openapi.json``, the same on every run, and handed to
the function as API Gateway hands them on. ``FUZZ_EXAMPLES`` sets how many of each kind there are.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from schemathesis.generation.modes import GenerationMode

from aftercare import telemetry, wiring
from infra.contracts import publish
from tests.api.office import FOREIGN, Office, Reply, claims_of, opened

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))
COMMITTED: dict[str, Any] = json.loads(
    (Path(publish.__file__).parent / "openapi.json").read_text(encoding="utf-8")
)
OPERATIONS = {
    result.ok().label: result.ok()
    for result in schemathesis.openapi.from_dict(COMMITTED).get_all_operations()
}
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:openapi", Resource.from_contents(COMMITTED, default_specification=DRAFT202012)
)
MODES = {"allowed": GenerationMode.POSITIVE, "forbidden": GenerationMode.NEGATIVE}
# Half of the requests are about somebody who exists, so that they get past the first door.
ADA = {"patient_id": "pat-ada", "session_id": "ses-ada-2", "touch_id": "ses-ada-1.discharge"}
# Nothing can be wrong where nothing is asked for.
NEVER_WRONG = {"GET /v1/outcomes", "GET /v1/openapi.json"}
BOOKED = {
    "id": "ses-ada-2",
    "patient_id": "pat-ada",
    "protocol": "ketamine-iv-induction",
    "course_id": "course-ada",
    "number": 2,
    "starts_at": "2026-11-27T09:00:00-05:00",
}
HARBORS = ("harbor", "harbor#", "~number#+12125550111")


@pytest.fixture(scope="module")
def surroundings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TABLE_NAME", "aftercare")
        patched.setattr(telemetry.metrics.provider, "namespace", "Aftercare")
        patched.setattr(telemetry.metrics.provider, "service", "aftercare")
        yield
    wiring.rewire()


def sent(office: Office, case: Any, ids: Mapping[str, str], key: str) -> Reply:
    """Hand one made-up request to the function, as API Gateway would."""
    path = case.path
    for name, value in {**(case.path_parameters or {}), **ids}.items():
        path = path.replace(f"{{{name}}}", unquote(str(value)))
    headers = {name.lower(): str(value) for name, value in (case.headers or {}).items()}
    headers.setdefault("idempotency-key", key)
    body, query = case.body, dict(case.query or {})
    if ids and isinstance(body, dict) and "patient_id" in body:
        body = {**body, "patient_id": ids["patient_id"]}
        if "starts_at" in body and "status" not in body:
            # A session is booked or took place; few made-up ones are only one of the two.
            body = {name: value for name, value in body.items() if name not in ("ended_at", "discharged_at")}
    if ids and "start" in query:
        query["start"] = "2026-12-01"
    given_body = not isinstance(body, type(schemathesis.core.NOT_SET))
    if given_body and case.media_type:
        headers.setdefault("content-type", case.media_type)
    raw = body if isinstance(body, str) else json.dumps(body, default=str)
    return office.ask(
        case.method,
        path,
        who=claims_of("clinician", "owner"),
        raw=raw if given_body else None,
        key=None,
        query=urlencode(query, doseq=True),
        headers=headers,
    )


def harbor_of(office: Office) -> dict[tuple[str, str], Any]:
    return {key: row for key, row in office.rows().items() if key[0].startswith(HARBORS)}


def check(label: str, reply: Reply) -> None:
    """Look at one answer: no fault, of the described shape, and nothing of the other clinic."""
    assert reply.status < 500, reply.text
    assert not [found for found in FOREIGN if found in reply.text]
    method, path = label.split(" ", 1)
    described = COMMITTED["paths"][path][method.lower()]["responses"]
    if reply.status in (404, 405):
        # A made-up id may be no path at all.
        assert reply.headers["content-type"] == "application/problem+json"
        return
    assert str(reply.status) in described, (reply.status, reply.text)
    told = described[str(reply.status)]
    if "$ref" in told:
        told = COMMITTED["components"]["responses"][told["$ref"].rpartition("/")[2]]
    (schema,) = (content["schema"] for content in told["content"].values())
    assert reply.headers["content-type"] in told["content"]
    rebased = json.loads(json.dumps(schema).replace('"#/', '"urn:openapi#/'))
    Draft202012Validator(rebased, registry=REGISTRY).validate(reply.json)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_asked_is_answered(surroundings: None, label: str, mode: str) -> None:
    office = opened()
    assert office.ask("POST", "/v1/sessions", body=BOOKED, key="booked").status == 201
    before = harbor_of(office)
    assert len(before) > 10
    keys = iter(range(1_000_000))
    statuses: set[int] = set()
    (alert_id,) = (sk.split("#")[1] for _, sk in office.rows() if sk.startswith("ALERT#pat-ada"))
    ada = {**ADA, "alert_id": alert_id}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=MODES[mode]), known=st.booleans())
    def asked(case: Any, known: bool) -> None:
        reply = sent(office, case, ada if known else {}, f"key-{next(keys)}")
        statuses.add(reply.status)
        check(label, reply)

    asked()
    # Else nothing was tried: what is allowed must get through now and then, what is forbidden be refused.
    if mode == "allowed":
        assert any(status < 300 for status in statuses), statuses
    else:
        assert label in NEVER_WRONG or any(status >= 400 for status in statuses), statuses
    assert harbor_of(office) == before
