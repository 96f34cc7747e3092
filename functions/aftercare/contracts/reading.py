"""From what an outsider handed us to a checked model, or to one error they can act on.

Every field of a wire model carries a description of what it allows. The published JSON Schema
shows it, and the error quotes it, so the two cannot disagree.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from aftercare.domain.errors import BadInput

Schema = Mapping[str, Any]
Location = tuple[int | str, ...]


class Wire(BaseModel):
    """A shape from outside: strict types, unknown extra fields ignored, built when first used."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], found: Mapping[str, object], root: str, where: str = "") -> Model:
    """Check ``found`` against ``model``.

    Args:
        model: What is expected.
        found: What came.
        root: How the sender calls the whole, the start of every field path (``detail``).
        where: The file it came from, if it did.

    Raises:
        BadInput: For the first fault, unknown keys before all others: a missing key next to an
            unknown one is most often the same key, misspelt.
    """
    try:
        return model.model_validate(dict(found) if isinstance(found, Mapping) else found)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    fault = min(faults, key=lambda f: f["type"] != "extra_forbidden")
    schema = model.model_json_schema()
    input_ = None if fault["type"] == "missing" else fault["input"]
    raise BadInput(_path(root, fault["loc"]), input_, _allowed(fault, schema), where) from None


def _path(root: str, location: Location) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location if part != "[key]"]
    return (root + "".join(parts)).removeprefix(".") or "the whole"


def _allowed(fault: Mapping[str, Any], schema: Schema) -> str:
    if fault["type"] == "allowed":
        return str(fault["msg"])
    if fault["type"] == "extra_forbidden":
        return "one of the keys " + ", ".join(_node(schema, fault["loc"][:-1]).get("properties", {}))
    text = _node(schema, fault["loc"]).get("description") or str(fault["msg"])
    return f"required: {text}" if fault["type"] == "missing" else text


def _node(schema: Schema, location: Location) -> Schema:
    """Return the part of ``schema`` that speaks of ``location``, its description included."""
    node = _resolved(schema, schema)
    for part in location:
        if isinstance(part, int):
            below = node.get("items", {})
        else:
            below = node.get("properties", {}).get(part) or node.get("additionalProperties") or {}
        node = _resolved(schema, below)
    return node


def _resolved(schema: Schema, node: Schema) -> Schema:
    """Follow references and step into what may also be null."""
    while True:
        if "$ref" in node:
            target = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
            node = {**target, **{k: v for k, v in node.items() if k != "$ref"}}
        elif "anyOf" in node:
            first = next(n for n in node["anyOf"] if n.get("type") != "null")
            node = {**first, **{k: v for k, v in node.items() if k != "anyOf"}}
        else:
            return node
