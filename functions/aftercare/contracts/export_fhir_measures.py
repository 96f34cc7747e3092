"""One answered measure in FHIR R4: the answers as a QuestionnaireResponse, the total as an Observation.

The total has the total's own code, never the panel's or an item's (the project's clinical reference,
section 3.2: a trap seen in public code).
"""

from typing import Any, Protocol

from aftercare.domain.records import Measure
from aftercare.domain.scale import NumberItem, Scale

Resource = dict[str, Any]
_TERMS = "http://terminology.hl7.org/CodeSystem"
_LOINC = "http://loinc.org"
_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
_OURS = "urn:aftercare:measure"


class Names(Protocol):
    def of(self, kind: str, ours: str) -> Resource: ...

    def reference(self, kind: str, ours: str) -> Resource: ...


def measure_resources(
    measure: Measure, scale: Scale | None, subject: Resource, name: Names
) -> list[Resource]:
    """Return what one answered measure is in FHIR.

    Args:
        measure: As answered.
        scale: What was asked; ``None`` for a measure that is no longer shipped.
        subject: Reference to the patient.
        name: Names the resources.
    """
    response = {
        **_head(name.of("QuestionnaireResponse", measure.id)),
        "questionnaire": f"{_OURS}:{measure.code}" + (f"|{measure.revision}" if measure.revision else ""),
        "status": "completed",
        "subject": subject,
        "authored": measure.at.isoformat(),
        "source": subject,
        "item": [_item(item_id, value, scale) for item_id, value in measure.answers.items()],
    }
    if not response["item"]:
        del response["item"]
    observation = {
        **name.of("Observation", measure.id),
        "status": "final",
        "category": [{"coding": [{"system": f"{_TERMS}/observation-category", "code": "survey"}]}],
        "code": _code(measure, scale),
        "subject": subject,
        "effectiveDateTime": measure.at.isoformat(),
        "performer": [subject],
        "derivedFrom": [name.reference("QuestionnaireResponse", measure.id)],
    }
    if measure.total is None:
        unknown = {"system": f"{_TERMS}/data-absent-reason", "code": "unknown"}
        observation["dataAbsentReason"] = {"coding": [unknown]}
    else:
        observation["valueInteger"] = measure.total
    if measure.prorated:
        observation["note"] = [{"text": "Prorated: one answer was left blank."}]
    return [response, observation]


def _head(named: Resource) -> Resource:
    # The one resource of ours whose identifier is a single one.
    return {**named, "identifier": named["identifier"][0]}


def _code(measure: Measure, scale: Scale | None) -> Resource:
    coding = [{"system": _OURS, "code": measure.code}]
    if scale is not None and scale.total:
        coding.insert(0, {"system": _LOINC, "code": scale.total})
    return {"coding": coding, "text": scale.title if scale is not None else measure.code}


def _item(item_id: str, value: int | str, scale: Scale | None) -> Resource:
    found = next((one for one in scale.items if one.id == item_id), None) if scale is not None else None
    if not isinstance(found, NumberItem):
        said = {"valueString": value} if isinstance(value, str) else {"valueInteger": value}
        return {"linkId": item_id, "answer": [said]}
    choice = next((one for one in found.choices if one.value == value), None)
    link = f"/{found.code}" if found.code else item_id
    if choice is None or not choice.code:
        said = {"valueInteger": value} if isinstance(value, int) else {"valueString": value}
        return {"linkId": link, "text": found.texts["en"], "answer": [said]}
    coding = {
        "extension": [{"url": _ORDINAL, "valueDecimal": choice.value}],
        "system": _LOINC,
        "code": choice.code,
        "display": choice.texts["en"],
    }
    return {"linkId": link, "text": found.texts["en"], "answer": [{"valueCoding": coding}]}
