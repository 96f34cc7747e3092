"""Everything about one patient, handed out: as our own JSON, and as FHIR R4 for other systems."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aftercare.content.load_measures import load_measures
from aftercare.contracts.export_fhir_measures import measure_resources
from aftercare.domain.records import Measure
from tests.api.office import Office, claims_of

CLINICIAN, OWNER = claims_of("clinician"), claims_of("owner")
# The elements that FHIR R4 asks of each resource: its page's cardinality of 1 and more, and its invariants.
REQUIRED = {
    "Organization": {"name"},
    "Patient": {"name", "birthDate"},
    "Consent": {"status", "scope", "category", "policyRule"},
    "Communication": {"status", "subject"},
    "QuestionnaireResponse": {"status"},
    "Observation": {"status", "code"},
    "Flag": {"status", "code", "subject"},
}
STATUSES = {
    "Consent": {"active", "inactive"},
    "Communication": {"completed", "not-done", "unknown"},
    "QuestionnaireResponse": {"completed"},
    "Observation": {"final"},
    "Flag": {"active", "inactive"},
}
AT = datetime(2026, 11, 24, 15, tzinfo=UTC)


def exported(office: Office, form: str, who: dict[str, str] = CLINICIAN) -> Any:
    reply = office.ask("GET", "/v1/patients/pat-ada/export", query=f"format={form}", who=who)
    assert reply.status == 200, reply.text
    return reply.json


def resources(office: Office, kind: str) -> list[dict[str, Any]]:
    entries = [entry["resource"] for entry in exported(office, "fhir")["entry"]]
    return [one for one in entries if one["resourceType"] == kind]


def test_the_file_in_json_holds_everything_that_is_kept(office: Office) -> None:
    file = exported(office, "json")
    kept = Counter(sk.split("#")[0] for pk, sk in office.rows() if pk == "hudson#pat-ada")
    messages = sum(
        sk.startswith("FOLLOWUP#") and "THREAD" not in sk
        for pk, sk in office.rows()
        if pk == "hudson#pat-ada"
    )
    assert len(file["messages"]) == messages > 2
    assert len(file["replies"]) == kept["REPLY"] == 1
    assert len(file["alerts"]) == kept["ALERT"] == 1
    assert len(file["consents_given"]) == kept["CONSENT"] == 2
    assert file["patient"]["birth_date"] == "1990-01-31"
    assert file["replies"][0]["body"] == "I want to die"
    assert office.trail() == ["exported_patient"]


def test_the_owner_proves_consent_and_does_not_read_what_a_patient_wrote(office: Office) -> None:
    file = exported(office, "json", OWNER)
    assert file["clinical"] is False
    assert len(file["consents_given"]) == 2
    for form in ("json", "fhir"):
        assert "I want to die" not in str(exported(office, form, OWNER))


def test_every_resource_has_what_fhir_asks_of_it(office: Office) -> None:
    bundle = exported(office, "fhir")
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    names = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(names) == len(set(names)) > 5
    kinds = set()
    for entry in bundle["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        kinds.add(kind)
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        assert REQUIRED[kind] <= resource.keys()
        assert "status" not in resource or resource["status"] in STATUSES[kind]
        # FHIR has neither empty lists nor nulls.
        assert "[]" not in str(resource)
        assert "None" not in str(resource)
    assert {"Organization", "Patient", "Consent", "Communication", "Flag"} <= kinds


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in references(one)]
    if isinstance(node, dict):
        here = [node["reference"]] if isinstance(node.get("reference"), str) else []
        return here + [found for one in node.values() for found in references(one)]
    return []


def test_every_reference_leads_to_something_in_the_bundle(office: Office) -> None:
    bundle = exported(office, "fhir")
    found = references(bundle)
    assert found
    assert set(found) <= {entry["fullUrl"] for entry in bundle["entry"]}


def test_the_same_thing_has_the_same_name_in_every_export(office: Office) -> None:
    first = {entry["fullUrl"] for entry in exported(office, "fhir")["entry"]}
    office.later(hours=1)
    assert first <= {entry["fullUrl"] for entry in exported(office, "fhir")["entry"]}


def test_a_consent_that_was_taken_back_is_inactive_and_says_since_when(office: Office) -> None:
    assert {one["status"] for one in resources(office, "Consent")} == {"active"}
    withdrawal = {
        "channel": "sms",
        "purpose": "all",
        "withdrawn_at": "2026-11-24T11:30:00-05:00",
        "recorded_by": "Front desk",
    }
    assert office.ask("POST", "/v1/patients/pat-ada/consents/withdraw", body=withdrawal).status == 201
    by_channel = {
        one["provision"]["code"][0]["coding"][0]["code"]: one for one in resources(office, "Consent")
    }
    assert by_channel["sms"]["status"] == "inactive"
    assert by_channel["sms"]["provision"]["period"]["end"] == "2026-11-24T16:30:00+00:00"
    assert by_channel["email"]["status"] == "active"


def test_a_message_and_its_answer_point_at_the_patient(office: Office) -> None:
    (patient,) = resources(office, "Patient")
    who = {"reference": f"urn:uuid:{patient['id']}"}
    messages = resources(office, "Communication")
    assert {"sent", "received"} <= {name for one in messages for name in one}
    (answer,) = (one for one in messages if "received" in one)
    assert (answer["sender"], answer["payload"]) == (who, [{"contentString": "I want to die"}])
    assert all(one["recipient"] == [who] for one in messages if "sent" in one)


class Names:
    def of(self, kind: str, ours: str) -> dict[str, Any]:
        return {"resourceType": kind, "id": ours, "identifier": [{"value": ours}]}

    def reference(self, kind: str, ours: str) -> dict[str, Any]:
        return {"reference": f"{kind}/{ours}"}


def measured(code: str, total: int | None, answers: dict[str, int | str]) -> list[dict[str, Any]]:
    measure = Measure("m-1", AT, code, total, complete=True, answers=answers, revision="0a1b")
    return measure_resources(measure, load_measures()[code], {"reference": "Patient/1"}, Names())


@pytest.mark.parametrize(
    ("code", "total", "items"),
    [
        ("phq-9", "44261-6", ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5"]),
        ("phq-2", "55758-7", ["44250-9", "44255-8"]),
        ("gad-7", "70274-6", ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]),
    ],
)
def test_totals_and_items_have_their_own_codes(code: str, total: str, items: list[str]) -> None:
    scale = load_measures()[code]
    answers: dict[str, int | str] = {item.id: 1 for item in scale.scored}
    response, observation = measured(code, len(answers), answers)
    assert observation["code"]["coding"][0] == {"system": "http://loinc.org", "code": total}
    assert observation["valueInteger"] == len(answers)
    assert [item["linkId"] for item in response["item"]][: len(items)] == [f"/{one}" for one in items]
    codings = [item["answer"][0]["valueCoding"] for item in response["item"]]
    assert {coding["code"] for coding in codings} == {"LA6569-3"}
    assert {coding["extension"][0]["valueDecimal"] for coding in codings} == {1}


def test_item_9_is_item_9_and_never_the_total() -> None:
    response, observation = measured("phq-9", 2, {"phq9_9": 2})
    assert [item["linkId"] for item in response["item"]] == ["/44260-8"]
    assert response["item"][0]["answer"][0]["valueCoding"]["code"] == "LA6570-1"
    assert "44260-8" not in str(observation)


def test_a_total_that_is_missing_is_said_to_be_unknown() -> None:
    _, observation = measured("phq-9", None, {"phq9_1": 1})
    assert "valueInteger" not in observation
    assert observation["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_the_mood_has_no_invented_code_of_loinc() -> None:
    response, observation = measured("mood", 7, {"mood": 7})
    assert "loinc" not in str(observation) + str(response)
    assert response["item"] == [
        {"linkId": "mood", "text": response["item"][0]["text"], "answer": [{"valueInteger": 7}]}
    ]


def test_side_effects_are_exported_in_the_letters_and_words_they_were_given_in() -> None:
    response, _ = measured("side-effects", None, {"side_effects": "AC", "side_effects_text": "a headache"})
    assert [item["answer"][0]["valueString"] for item in response["item"]] == ["AC", "a headache"]


def test_a_birth_date_is_a_day(office: Office) -> None:
    (patient,) = resources(office, "Patient")
    assert date.fromisoformat(patient["birthDate"]) == date(1990, 1, 31)
