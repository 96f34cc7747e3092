"""Events that are refused: where the fault is, and what would have been allowed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from aftercare.contracts.fact import parse_fact
from aftercare.contracts.fields import PROTOCOL_IDS
from aftercare.domain.errors import BadInput

EVENTS = Path(__file__).parents[2] / "events"
ABSENT = object()


def event(detail_type: str) -> dict[str, Any]:
    """Return a fresh, valid event as the bus delivers it."""
    for file in sorted(EVENTS.glob("*.json")):
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if found.get("detail-type") == detail_type:
            return found
    raise AssertionError(f"no example of {detail_type}")


def changed(detail_type: str, path: str, found: object) -> dict[str, Any]:
    """Return the valid event with one field replaced, or taken out."""
    whole = event(detail_type)
    node: Any = whole
    *parents, last = [
        int(p) if p.isdigit() else p for p in path.replace("[", ".").replace("]", "").split(".")
    ]
    for part in parents:
        node = node[part]
    if found is ABSENT:
        del node[last]
    else:
        node[last] = found
    return whole


def refusal(whole: object) -> BadInput:
    with pytest.raises(BadInput) as refused:
        parse_fact(cast("Mapping[str, object]", whole))
    return refused.value


E164, INSTANT, ID, DAY = "E.164", "RFC 3339 instant with its offset", "A-Z, a-z, 0-9", "a day in ISO form"
BIRTH, MAIL, ZONE = "a day of birth in ISO form", "ada@example.org", "America/New_York"
BAD: list[tuple[str, str, object, str]] = [
    ("SessionMoved", "source", "aws.events", "aws.* belongs to AWS"),
    ("SessionMoved", "source", ABSENT, "the sender's own name"),
    ("SessionMoved", "source", 7, "the sender's own name"),
    ("SessionMoved", "source", "", "the sender's own name"),
    ("SessionMoved", "detail-type", "SessionStarted", "SessionScheduled, SessionMoved"),
    ("SessionMoved", "detail-type", ABSENT, "PatientEnrolled"),
    ("SessionMoved", "detail-type", ["SessionMoved"], "PatientEnrolled"),
    ("SessionMoved", "detail", ABSENT, "the content of SessionMoved, a JSON object"),
    ("SessionMoved", "detail", None, "a JSON object"),
    ("SessionMoved", "detail", "{}", "a JSON object"),
    ("SessionMoved", "detail.metadata", ABSENT, "event_id, version"),
    ("SessionMoved", "detail.metadata", [], "event_id, version"),
    ("SessionMoved", "detail.metadata.event_id", ABSENT, "required: 1 to 128 printable ASCII"),
    ("SessionMoved", "detail.metadata.event_id", "e" * 129, "1 to 128 printable ASCII"),
    ("SessionMoved", "detail.metadata.event_id", "", "1 to 128 printable ASCII"),
    ("SessionMoved", "detail.metadata.event_id", "two words", "without a space"),
    ("SessionMoved", "detail.metadata.version", "2", '"1"'),
    ("SessionMoved", "detail.metadata.version", 1, '"1"'),
    ("SessionMoved", "detail.metadata.occurred_at", "2026-11-20T14:00:00", INSTANT),
    ("SessionMoved", "detail.metadata.occurred_at", "2026-11-20", INSTANT),
    ("SessionMoved", "detail.metadata.occurred_at", 1_795_000_000, INSTANT),
    ("SessionMoved", "detail.metadata.clinic_id", "hudson#1", ID),
    ("SessionMoved", "detail.starts_at", "tomorrow", INSTANT),
    ("SessionMoved", "detail.starts_at", "2026-02-30T09:00:00Z", INSTANT),
    ("SessionMoved", "detail.starts_at", "2026-11-23T24:01:00Z", INSTANT),
    ("SessionMoved", "detail.starts_at", "2026-11-23T09:00:00+99:00", INSTANT),
    ("SessionMoved", "detail.starts_at", "2026-11-23T09:00:00Z\n", INSTANT),
    ("SessionMoved", "detail.starts_at", "9999-12-31T23:59:59-12:00", INSTANT),
    ("SessionMoved", "detail.starts_at", "٢٠٢٦-11-23T09:00:00Z", INSTANT),
    ("SessionMoved", "detail.session_id", "a/b", ID),
    ("SessionMoved", "detail.session_id", "", ID),
    ("SessionMoved", "detail.session_id", "s" * 65, ID),
    ("SessionMoved", "detail.session_id", "ses\n", ID),
    ("SessionMoved", "detail.patient_id", 12, ID),
    ("SessionMoved", "detail.patient_id", ABSENT, f"required: 1 to 64 characters from {ID}"),
    ("SessionCancelled", "detail.reason", "r" * 501, "at most 500"),
    ("SessionCancelled", "detail.reason", 3, "text"),
    ("SessionScheduled", "detail.session", "ses-1", "id, patient_id, protocol"),
    ("SessionScheduled", "detail.session.protocol", "psilocybin", ", ".join(PROTOCOL_IDS)),
    ("SessionScheduled", "detail.session.number", 0, "1 to 999"),
    ("SessionScheduled", "detail.session.number", 1000, "1 to 999"),
    ("SessionScheduled", "detail.session.number", "1", "whole number"),
    ("SessionScheduled", "detail.session.number", 1.5, "whole number"),
    ("SessionScheduled", "detail.session.number", True, "whole number"),
    ("SessionScheduled", "detail.session.course_id", None, ID),
    ("SessionScheduled", "detail.session.starts_at", ABSENT, INSTANT),
    ("SessionCompleted", "detail.session.ended_at", "2026-11-24 11:10", INSTANT),
    ("SessionCompleted", "detail.session.discharged_at", "2026-11-24T11:09:59-05:00", "not before ended_at"),
    ("SessionCompleted", "detail.session.discharged_at", "noon", INSTANT),
    ("PatientEnrolled", "detail.patient", ABSENT, "The patient"),
    ("PatientEnrolled", "detail.patient.id", "pat#ada", ID),
    ("PatientEnrolled", "detail.patient.given_name", " ", "not blank"),
    ("PatientEnrolled", "detail.patient.given_name", "\ud800", "1 to 100 characters"),
    ("PatientEnrolled", "detail.patient.birth_date", "31.01.1990", BIRTH),
    ("PatientEnrolled", "detail.patient.birth_date", "1990-02-31", BIRTH),
    ("PatientEnrolled", "detail.patient.birth_date", "1899-12-31", "1900-01-01 or later"),
    ("PatientEnrolled", "detail.patient.birth_date", "2026-11-17", "not after occurred_at"),
    ("PatientEnrolled", "detail.patient.language", "fr", "en or es"),
    ("PatientEnrolled", "detail.patient.time_zone", "Eastern", ZONE),
    ("PatientEnrolled", "detail.patient.time_zone", "../../etc/passwd", ZONE),
    ("PatientEnrolled", "detail.patient.time_zone", "localtime", ZONE),
    ("PatientEnrolled", "detail.patient.time_zone", "Factory", ZONE),
    ("PatientEnrolled", "detail.patient.time_zone", "America", ZONE),
    ("PatientEnrolled", "detail.patient.country", "CA", "US"),
    ("PatientEnrolled", "detail.patient.phone", "202-555-0147", E164),
    ("PatientEnrolled", "detail.patient.phone", "+1 202 555 0147", E164),
    ("PatientEnrolled", "detail.patient.phone", "+10000000000", "that exists"),
    ("PatientEnrolled", "detail.patient.phone", "+999999999999", "that exists"),
    ("PatientEnrolled", "detail.patient.phone", 12025550147, E164),
    ("PatientEnrolled", "detail.patient.email", "ada", MAIL),
    ("PatientEnrolled", "detail.patient.email", "ada@hudson", MAIL),
    ("PatientEnrolled", "detail.patient.email", "ada@home@example.org", MAIL),
    ("PatientEnrolled", "detail.patient.email", "ada lane@example.org", MAIL),
    ("PatientEnrolled", "detail.patient.email", "ada@example.org,ben@example.org", MAIL),
    ("PatientEnrolled", "detail.patient.email", "ada@example.org\nBcc: ben@example.org", MAIL),
    ("PatientEnrolled", "detail.patient.email", "adá@example.org", MAIL),
    ("PatientEnrolled", "detail.patient.email", "a" * 243 + "@example.org", "at most 254"),
    ("PatientEnrolled", "detail.patient.accepts_unencrypted", 1, "true or false"),
    ("PatientEnrolled", "detail.patient.accepts_unencrypted", "yes", "true or false"),
    ("PatientEnrolled", "detail.patient.accepts_unencrypted", ABSENT, "true or false"),
    ("PatientEnrolled", "detail.consents", ABSENT, "a list of"),
    ("PatientEnrolled", "detail.consents", {"channel": "sms"}, "a list of"),
    ("PatientEnrolled", "detail.consents[1]", "yes", "A consent object"),
    ("PatientEnrolled", "detail.consents[1].channel", "fax", "sms or email"),
    ("PatientChanged", "detail.changes", {}, "at least one of given_name"),
    ("PatientChanged", "detail.changes", {"phone_number": "+12025550147"}, "at least one of given_name"),
    ("PatientChanged", "detail.changes", [], "at least one of given_name"),
    ("PatientChanged", "detail.changes.phone", "555", E164),
    ("PatientChanged", "detail.changes.given_name", None, "not blank"),
    ("PatientChanged", "detail.changes.birth_date", "2026-11-19", "not after occurred_at"),
    ("PatientChanged", "detail.changes.accepts_unencrypted", None, "true or false"),
    ("PatientClosed", "detail.reason", "moved", "discharged, deceased, transferred, withdrawn"),
    ("PatientClosed", "detail.reason", ABSENT, "discharged"),
    ("ConsentGiven", "detail.consent", None, "A consent object"),
    ("ConsentGiven", "detail.consent.purpose", "all", "care or education"),
    ("ConsentGiven", "detail.consent.wording", "", "the exact text the patient was shown"),
    ("ConsentGiven", "detail.consent.wording", "  \n", "the exact text the patient was shown"),
    ("ConsentGiven", "detail.consent.wording_version", 3, "the version of the wording"),
    ("ConsentGiven", "detail.consent.method", "phone", "web, paper, verbal, sms"),
    ("ConsentGiven", "detail.consent.given_at", "2026-11-16", INSTANT),
    ("ConsentGiven", "detail.consent.recorded_by", ABSENT, "who it was"),
    ("ConsentGiven", "detail.consent.expires_on", "2027-11-16T00:00:00Z", DAY),
    ("ConsentWithdrawn", "detail.channel", "phone", "sms, email, all"),
    ("ConsentWithdrawn", "detail.purpose", ABSENT, "care, education, all"),
    ("ConsentWithdrawn", "detail.withdrawn_at", "2026-12-01T09:29:00", INSTANT),
    ("ConsentWithdrawn", "detail.recorded_by", "", "who it was"),
]


@pytest.mark.parametrize(("detail_type", "path", "found", "allowed"), BAD)
def test_a_fault_is_refused_with_its_place_and_what_is_allowed(
    detail_type: str, path: str, found: object, allowed: str
) -> None:
    error = refusal(changed(detail_type, path, found))
    assert error.field == path
    assert error.found == (None if found is ABSENT else found)
    assert allowed in error.allowed
    assert error.allowed in error.without_found


def test_of_several_faults_the_first_is_named() -> None:
    whole = changed("SessionMoved", "detail.starts_at", "soon")
    whole["detail"]["metadata"]["clinic_id"] = "#"
    assert refusal(whole).field == "detail.metadata.clinic_id"


@pytest.mark.parametrize("whole", [None, [], "SessionMoved", 7, {}])
def test_what_is_no_event_at_all_is_refused(whole: object) -> None:
    assert refusal(whole).field in {"event", "source"}
