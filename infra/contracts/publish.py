"""Writes the published schemas from what checks the events: run it after changing a contract.

    .venv/bin/python -m infra.contracts.publish

Events are JSON Schema draft-04, the one draft EventBridge's schema registry takes; the clinic file is
draft-07, which TOML editors know; the API is OpenAPI 3.1. A test holds the committed files equal to
``render()``.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from aftercare.contracts import (
    clinic_file,
    consent_given,
    consent_withdrawn,
    facts_out_shapes,
    patient_changed,
    patient_closed,
    patient_enrolled,
    session_cancelled,
    session_completed,
    session_moved,
    session_scheduled,
)
from aftercare.web.api.routes import openapi

HERE = Path(__file__).parent
DRAFT_04 = "http://json-schema.org/draft-04/schema#"
DRAFT_07 = "http://json-schema.org/draft-07/schema#"

DETAILS: dict[str, type[BaseModel]] = {
    "PatientEnrolled": patient_enrolled.Detail,
    "PatientChanged": patient_changed.Detail,
    "PatientClosed": patient_closed.Detail,
    "ConsentGiven": consent_given.Detail,
    "ConsentWithdrawn": consent_withdrawn.Detail,
    "SessionScheduled": session_scheduled.Detail,
    "SessionMoved": session_moved.Detail,
    "SessionCancelled": session_cancelled.Detail,
    "SessionCompleted": session_completed.Detail,
}


def render() -> dict[str, str]:
    """Return the text of every published file by its name."""
    events = {name: _event(name, _plain(model.model_json_schema())) for name, model in DETAILS.items()}
    for name in facts_out_shapes.FIELDS:
        events[name] = _event(name, facts_out_shapes.schema(name), facts_out_shapes.SOURCE)
    files = {f"{name}.schema.json": _text(event) for name, event in events.items()}
    clinic = {"$schema": DRAFT_07, "title": "Aftercare clinic file", **_plain(clinic_file.schema())}
    return {**files, "clinic.schema.json": _text(clinic), "openapi.json": _text(dict(openapi()))}


def _event(detail_type: str, detail: dict[str, Any], source: str | None = None) -> dict[str, Any]:
    """Return the schema of an event on the bus; ``source``: its only sender, if it has just one."""
    sender: dict[str, Any] = {"description": "the sender's own name; aws.* belongs to AWS"}
    if source is not None:
        sender = {"enum": [source], "description": "this service"}
    return {
        "$schema": DRAFT_04,
        "title": detail_type,
        "type": "object",
        "properties": {
            "source": {"type": "string", **sender},
            "detail-type": {"type": "string", "enum": [detail_type]},
            "detail": detail,
        },
        "required": ["source", "detail-type", "detail"],
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Rewrite a pydantic schema in the words that draft-04, draft-07 and 2020-12 share.

    References are written out, because draft-04 ignores whatever stands beside one.
    """
    definitions = schema.pop("$defs", {})

    def rewrite(node: object, *, names: bool = False) -> Any:
        """Rewrite one node; under ``names`` the keys are names of fields, not words of JSON Schema."""
        if isinstance(node, list):
            return [rewrite(part) for part in node]
        if not isinstance(node, dict):
            return node
        if names:
            return {name: rewrite(part) for name, part in node.items()}
        if "$ref" in node:
            beside = {key: part for key, part in node.items() if key != "$ref"}
            return rewrite({**definitions[node["$ref"].removeprefix("#/$defs/")], **beside})
        plain = {key: part for key, part in node.items() if key not in {"title", "const", "default"}}
        if "const" in node:
            plain["enum"] = [node["const"]]
        if node.get("default") is not None:
            plain["default"] = node["default"]
        return {key: rewrite(part, names=key == "properties") for key, part in plain.items()}

    rewritten: dict[str, Any] = rewrite(schema)
    return rewritten


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the files."""
    for name, text in render().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
