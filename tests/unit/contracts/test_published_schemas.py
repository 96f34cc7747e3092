"""The schemas other programs rely on say what our own check says."""

import json
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft7Validator, ValidationError

from aftercare.contracts import clinic_file, consent_given, patient_changed
from infra.contracts import publish

PUBLISHED = Path(publish.__file__).parent
EVENTS = Path(__file__).parents[2] / "events"
NOT_IN_DRAFT_04 = {
    "$defs",
    "const",
    "examples",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "prefixItems",
    "if",
    "$ref",
}


def words_of(node: object) -> set[str]:
    """Return every word of JSON Schema used in a schema, leaving the names of fields out."""
    if isinstance(node, list):
        return {word for part in node for word in words_of(part)}
    if not isinstance(node, dict):
        return set()
    below: set[str] = set()
    for key, part in node.items():
        parts = part.values() if key == "properties" else [part]
        below |= {word for inner in parts for word in words_of(inner)}
    return set(node) | below


def schema_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PUBLISHED / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def bus_event(name: str) -> dict[str, Any]:
    for file in sorted(EVENTS.glob("*.json")):
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if found.get("detail-type") == name:
            return found
    raise AssertionError(f"no example of {name}")


def test_the_published_files_are_what_the_contracts_say_today() -> None:
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in PUBLISHED.glob("*.json")}
    missing_or_stale = {name for name, text in publish.render().items() if on_disk.get(name) != text}
    assert not missing_or_stale, "run: .venv/bin/python -m infra.contracts.publish"


@pytest.mark.parametrize("name", publish.DETAILS)
def test_an_event_schema_is_plain_draft_04(name: str) -> None:
    schema = schema_of(name)
    assert schema["$schema"] == "http://json-schema.org/draft-04/schema#"
    Draft4Validator.check_schema(schema)
    assert not words_of(schema) & NOT_IN_DRAFT_04


@pytest.mark.parametrize("name", publish.DETAILS)
def test_the_example_of_an_event_fits_its_published_schema(name: str) -> None:
    Draft4Validator(schema_of(name)).validate(bus_event(name))


@pytest.mark.parametrize("name", publish.DETAILS)
def test_an_event_without_its_metadata_does_not_fit(name: str) -> None:
    event = bus_event(name)
    del event["detail"]["metadata"]["event_id"]
    with pytest.raises(ValidationError):
        Draft4Validator(schema_of(name)).validate(event)


def test_an_event_of_another_type_does_not_fit() -> None:
    with pytest.raises(ValidationError):
        Draft4Validator(schema_of("SessionMoved")).validate(bus_event("SessionCancelled"))


def test_a_change_of_nothing_does_not_fit() -> None:
    event = bus_event("PatientChanged")
    event["detail"]["changes"] = {}
    with pytest.raises(ValidationError):
        Draft4Validator(schema_of("PatientChanged")).validate(event)


def undescribed(node: object, path: str) -> list[str]:
    """Return the fields of a schema that do not say what they allow."""
    if not isinstance(node, dict):
        return []
    missing = []
    for name, below in node.get("properties", {}).items():
        said = json.dumps(below).count('"description"')
        missing += [f"{path}.{name}"] if not said else []
        missing += undescribed(below, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        missing += undescribed(node.get(key), f"{path}[]")
    for below in node.get("anyOf", []):
        missing += undescribed(below, path)
    return missing


@pytest.mark.parametrize("name", publish.DETAILS)
def test_every_field_of_an_event_says_what_it_allows(name: str) -> None:
    assert undescribed(schema_of(name)["properties"]["detail"], name) == []


def test_every_key_of_the_clinic_file_says_what_it_allows() -> None:
    assert undescribed(schema_of("clinic"), "clinic") == []


CLINIC = """
id = "hudson"
name = "Hudson Clinic"
sms_name = "Hudson"
time_zone = "America/New_York"
country = "US"
phone = "212-555-0100"
sms_number = "+12125550101"
email_from = "care@hudson.example.org"
postal_address = "1 River Street"
languages = ["en"]
opens = 08:30:00
closes = "17:00"
on_call = [
    {role = "nurse", name = "Dora", phone = "+12025550163", from = "18:00", until = 08:00:00},
    {role = "doctor", name = "Carmen", email = "carmen@hudson.example.org", from = 08:00:00, until = "18:00"},
]
content_review = {signed_by = "Carmen", signed_on = 2026-11-02}
[protocols.ketamine-iv-induction.steps.day1]
after = "4h"
"""


def as_editors_see(node: Any) -> Any:
    """Return TOML as editors hand it to a JSON Schema: times and days as text."""
    if isinstance(node, dict):
        return {key: as_editors_see(below) for key, below in node.items()}
    if isinstance(node, list):
        return [as_editors_see(below) for below in node]
    return node.isoformat() if isinstance(node, date | datetime | time) else node


def test_an_editor_accepts_a_clinic_file_that_the_service_accepts() -> None:
    written = tomllib.loads(CLINIC)
    assert clinic_file.parse_clinic(written, "hudson.toml").id == "hudson"
    Draft7Validator.check_schema(schema_of("clinic"))
    Draft7Validator(schema_of("clinic")).validate(as_editors_see(written))


@pytest.mark.parametrize(
    ("line", "instead"),
    [("opens = 08:30:00", "opnes = 08:30:00"), ('languages = ["en"]', "languages = []"), ('"4h"', '"4"')],
)
def test_an_editor_marks_what_the_service_would_refuse(line: str, instead: str) -> None:
    assert line in CLINIC
    with pytest.raises(ValidationError):
        Draft7Validator(schema_of("clinic")).validate(
            as_editors_see(tomllib.loads(CLINIC.replace(line, instead)))
        )


def test_an_editor_marks_a_clinic_that_nobody_answers_for() -> None:
    written = as_editors_see(tomllib.loads(CLINIC))
    del written["on_call"]
    with pytest.raises(ValidationError):
        Draft7Validator(schema_of("clinic")).validate(written)


def test_the_examples_in_the_code_are_the_ones_published() -> None:
    assert bus_event("ConsentGiven")["detail"] == consent_given.EXAMPLE
    assert bus_event("PatientChanged")["detail"] == patient_changed.EXAMPLE
