"""The description of the API (OpenAPI 3.1), made from the route table and from nothing else."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from aftercare.contracts.api_answers import Problem
from aftercare.contracts.fields import PROTOCOL_IDS
from aftercare.contracts.shapes import ID_ALLOWED, ID_PATTERN
from aftercare.web.api import problems
from aftercare.web.api.problems import Refusal
from aftercare.web.api.route import Route

Node = dict[str, Any]
_REFS = "#/components/schemas/{model}"
_MADE_ID: Node = {
    "type": "string",
    "pattern": "^[A-Za-z0-9._:~-]{1,200}$",
    "description": "as the lists name it",
}
_GIVEN_ID: Node = {"type": "string", "pattern": ID_PATTERN, "description": ID_ALLOWED}
_IDS: Mapping[str, Node] = {
    "patient_id": _GIVEN_ID,
    "session_id": _GIVEN_ID,
    "touch_id": _MADE_ID,
    "alert_id": _MADE_ID,
    "protocol_id": {"type": "string", "enum": list(PROTOCOL_IDS), "description": "one of those shipped"},
}
_KEY: Node = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same key with the same request is answered the same, and acts once, for 24 hours.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    "example": "3f0c6a5e-visit-42",
}
_ALWAYS = (problems.UNKNOWN_CALLER, problems.NOT_ALLOWED, problems.WRONG, problems.BUSY)
_OF_WRITES = (problems.AT_ODDS, problems.TOO_LONG, problems.NOT_JSON, problems.NO_KEY)
_BUNDLE: Node = {
    "type": "object",
    "description": "a FHIR R4 Bundle",
    "properties": {"resourceType": {"const": "Bundle"}},
    "required": ["resourceType"],
}
_ABOUT = (
    "The clinic is always that of the token. Errors are problem details (RFC 9457) whose `errors` name each "
    "field and what is allowed there. A list goes on with its `next` as `after`. `x-right` names the right "
    "that a route takes; infra/runbooks/people-and-machines.md says who has which."
)


def document(routes: Iterable[Route]) -> Node:
    """Return the OpenAPI document of some routes."""
    listed = list(routes)
    said = {model for route in listed for model in (route.query, route.body) if model is not None}
    answered = {route.answer for route in listed if route.answer is not None} | {Problem}
    inputs: list[tuple[type[BaseModel], Any]] = [(m, "validation") for m in _by_name(said)]
    outputs: list[tuple[type[BaseModel], Any]] = [(m, "serialization") for m in _by_name(answered)]
    names, schemas = models_json_schema([*inputs, *outputs], ref_template=_REFS)
    known: dict[type[BaseModel], Node] = {model: names[model, mode] for model, mode in (*inputs, *outputs)}
    components: Node = _plain(schemas["$defs"], names=True)
    paths: dict[str, Node] = {}
    for route in listed:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, known, components)
    queries = {_ref_name(known[route.query]) for route in listed}
    kept = {name: node for name, node in components.items() if name not in queries}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Aftercare", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": kept,
            "responses": _refusals(known[Problem]),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _by_name(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)


def _ref_name(node: Node) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _operation(route: Route, known: Mapping[type[BaseModel], Node], components: Node) -> Node:
    query: Node = components[_ref_name(known[route.query])]
    words = re.sub(r"[^a-z]+", " ", route.path.removeprefix("/v1/").lower()).split()
    operation: Node = {
        "operationId": "_".join([route.method.lower(), *words]),
        "summary": route.summary,
        "x-right": route.right.value if route.right is not None else None,
        "parameters": [*_path_parameters(route), *_query_parameters(query)],
        "responses": _responses(route, known),
    }
    if route.writes:
        operation["parameters"].append(_KEY)
    if route.body is not None:
        examples = {name: {"value": value} for name, value in (route.examples or {}).items()}
        content = {"schema": known[route.body], "examples": examples}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _path_parameters(route: Route) -> list[Node]:
    names = re.findall(r"{(\w+)}", route.path)
    return [{"name": name, "in": "path", "required": True, "schema": _IDS[name]} for name in names]


def _query_parameters(query: Node) -> list[Node]:
    required = query.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _not_null(schema)}
        for name, schema in query.get("properties", {}).items()
    ]


def _not_null(schema: Node) -> Node:
    """A parameter is left out rather than null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind.get("type") != "null"]
    beside = {key: said for key, said in schema.items() if key not in ("anyOf", "default")}
    return {**kinds[0], **beside} if kinds else schema


def _responses(route: Route, known: Mapping[type[BaseModel], Node]) -> Node:
    answer = known[route.answer] if route.answer is not None else {"type": "object"}
    if route.path.endswith("/export"):
        answer = {"anyOf": [answer, _BUNDLE]}
    told: Node = {
        str(route.status): {
            "description": "Done" if route.writes else "Found",
            "content": {route.answers_as: {"schema": answer}},
        }
    }
    refusals = [*_ALWAYS, *(_OF_WRITES if route.writes else ())]
    if "{" in route.path:
        refusals.append(problems.NOT_FOUND)
    for refusal in sorted(refusals, key=_status):
        told[str(refusal.status)] = {"$ref": f"#/components/responses/{refusal.code}"}
    return told


def _refusals(problem: Node) -> Node:
    content = {problems.CONTENT_TYPE: {"schema": problem}}
    every = (*_ALWAYS, problems.NOT_FOUND, *_OF_WRITES)
    return {refusal.code: {"description": refusal.title, "content": content} for refusal in every}


def _status(refusal: Refusal) -> int:
    return refusal.status


def _plain(node: Any, *, names: bool = False) -> Any:
    """Leave out what says nothing: titles made from names, and null where something may be left out.

    Under ``names`` the keys are names of schemas or fields, not words of JSON Schema.
    """
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {name: _plain(one) for name, one in node.items()}
    kept = {k: v for k, v in node.items() if k != "title" and not (k == "default" and v is None)}
    return {key: _plain(value, names=key == "properties") for key, value in kept.items()}
