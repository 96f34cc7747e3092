"""The nine events in: what is accepted, and what it comes to mean."""

import ast
import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, cast, get_args

import pytest

from aftercare.contracts import (
    consent_given,
    consent_withdrawn,
    patient_changed,
    patient_closed,
    patient_enrolled,
    session_cancelled,
    session_completed,
    session_moved,
    session_scheduled,
)
from aftercare.contracts.fact import DETAIL_TYPES, PATIENT_DETAIL_TYPES, SESSION_DETAIL_TYPES, parse_fact
from aftercare.contracts.fields import PROTOCOL_IDS, Country, Language
from aftercare.domain import facts
from aftercare.domain.consent import ALL_KEYS, Channel, Consent, Purpose
from aftercare.domain.patient import CLOSE_REASONS, COUNTRIES, LANGUAGES, Patient

EVENTS = Path(__file__).parents[2] / "events"
MODULES: dict[str, ModuleType] = {
    "PatientEnrolled": patient_enrolled,
    "PatientChanged": patient_changed,
    "PatientClosed": patient_closed,
    "ConsentGiven": consent_given,
    "ConsentWithdrawn": consent_withdrawn,
    "SessionScheduled": session_scheduled,
    "SessionMoved": session_moved,
    "SessionCancelled": session_cancelled,
    "SessionCompleted": session_completed,
}
ABSENT = object()


def event(detail_type: str) -> dict[str, Any]:
    """Return a fresh, valid event as a clinic's record system puts it on the bus."""
    return copy.deepcopy(
        {"source": "ehr.hudson", "detail-type": detail_type, "detail": MODULES[detail_type].EXAMPLE}
    )


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


@pytest.mark.parametrize("detail_type", MODULES)
def test_the_example_of_every_event_is_accepted(detail_type: str) -> None:
    fact = parse_fact(event(detail_type))
    assert type(fact).__name__ == detail_type
    assert fact.metadata.clinic_id == "hudson"
    assert fact.patient_id == "pat-ada"


@pytest.mark.parametrize("detail_type", MODULES)
def test_the_example_that_people_read_is_the_example_that_is_tested(detail_type: str) -> None:
    module = MODULES[detail_type]
    shown = str(module.__doc__).split("::\n", 1)[1]
    assert json.loads(shown) == module.EXAMPLE


@pytest.mark.parametrize("detail_type", MODULES)
def test_the_full_event_from_the_bus_states_the_same_fact(detail_type: str) -> None:
    name = MODULES[detail_type].__name__.rpartition(".")[2]
    from_bus = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    assert parse_fact(from_bus) == parse_fact(event(detail_type))


def test_patient_events_and_session_events_together_are_the_nine() -> None:
    assert set(DETAIL_TYPES) == set(MODULES) == set(PATIENT_DETAIL_TYPES) | set(SESSION_DETAIL_TYPES)
    assert not set(PATIENT_DETAIL_TYPES) & set(SESSION_DETAIL_TYPES)
    assert {kind.__name__ for kind in get_args(facts.SessionFact)} == set(SESSION_DETAIL_TYPES)
    assert {kind.__name__ for kind in get_args(facts.PatientFact)} == set(PATIENT_DETAIL_TYPES)


def test_the_events_allow_what_the_rules_know() -> None:
    assert get_args(get_args(Language)[0]) == LANGUAGES
    assert get_args(get_args(Country)[0]) == COUNTRIES
    for reason in CLOSE_REASONS:
        closed = parse_fact(changed("PatientClosed", "detail.reason", reason))
        assert isinstance(closed, facts.PatientClosed)
        assert closed.reason == reason
    for protocol in PROTOCOL_IDS:
        session = parse_fact(changed("SessionScheduled", "detail.session.protocol", protocol))
        assert isinstance(session, facts.SessionScheduled)
        assert session.protocol == protocol


def test_ada_is_enrolled_with_the_consents_she_gave() -> None:
    fact = parse_fact(event("PatientEnrolled"))
    assert isinstance(fact, facts.PatientEnrolled)
    assert fact.patient == Patient(
        id=fact.patient_id,
        given_name="Ada",
        birth_date=date(1990, 1, 31),
        language="en",
        time_zone="America/New_York",
        country="US",
        accepts_unencrypted=True,
        phone="+12025550147",
        email="ada@example.org",
    )
    assert fact.consents[0] == Consent(
        channel=Channel.SMS,
        purpose=Purpose.CARE,
        wording_version="2026-09",
        wording="I agree to get health texts from Hudson Clinic. I can stop at any time.",
        method="paper",
        given_at=datetime(2026, 11, 16, 15, 5, tzinfo=UTC),
        recorded_by="Nurse Dora",
        expires_on=date(2027, 11, 16),
    )
    assert fact.consents[1].key == (Channel.EMAIL, Purpose.EDUCATION)
    assert fact.consents[1].expires_on is None


@pytest.mark.parametrize("how", [ABSENT, None])
@pytest.mark.parametrize("contact", ["phone", "email"])
def test_a_patient_without_a_phone_or_an_email_can_be_enrolled(contact: str, how: object) -> None:
    fact = parse_fact(changed("PatientEnrolled", f"detail.patient.{contact}", how))
    assert isinstance(fact, facts.PatientEnrolled)
    assert getattr(fact.patient, contact) is None


def test_a_patient_who_has_not_consented_yet_can_be_enrolled() -> None:
    fact = parse_fact(changed("PatientEnrolled", "detail.consents", []))
    assert isinstance(fact, facts.PatientEnrolled)
    assert fact.consents == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23T09:00:00-05:00", datetime(2026, 11, 23, 14, tzinfo=UTC)),
        ("2026-11-23T14:00:00Z", datetime(2026, 11, 23, 14, tzinfo=UTC)),
        ("2026-11-23t14:00:00z", datetime(2026, 11, 23, 14, tzinfo=UTC)),
        ("2026-11-23T19:45:00+05:45", datetime(2026, 11, 23, 14, tzinfo=UTC)),
        ("2026-11-23T14:00:00.250Z", datetime(2026, 11, 23, 14, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-23T14:00:00.123456789Z", datetime(2026, 11, 23, 14, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_an_instant_is_the_same_instant_whatever_offset_it_was_written_in(
    written: str, meant: datetime
) -> None:
    fact = parse_fact(changed("SessionMoved", "detail.starts_at", written))
    assert isinstance(fact, facts.SessionMoved)
    assert fact.starts_at == meant
    assert fact.starts_at.tzinfo is UTC


def test_only_what_changed_is_passed_on() -> None:
    fact = parse_fact(changed("PatientChanged", "detail.changes", {"language": "es", "phone": None}))
    assert isinstance(fact, facts.PatientChanged)
    assert fact.changes == {"language": "es", "phone": None}


def test_a_corrected_birth_date_is_passed_on_as_a_day() -> None:
    fact = parse_fact(changed("PatientChanged", "detail.changes", {"birth_date": "1984-02-29"}))
    assert isinstance(fact, facts.PatientChanged)
    assert fact.changes == {"birth_date": date(1984, 2, 29)}


@pytest.mark.parametrize(
    ("channel", "purpose", "keys"),
    [
        ("all", "all", set(ALL_KEYS)),
        ("sms", "all", {(Channel.SMS, Purpose.CARE), (Channel.SMS, Purpose.EDUCATION)}),
        ("all", "care", {(Channel.SMS, Purpose.CARE), (Channel.EMAIL, Purpose.CARE)}),
        ("email", "education", {(Channel.EMAIL, Purpose.EDUCATION)}),
    ],
)
def test_taking_back_all_is_spelt_out(channel: str, purpose: str, keys: set[object]) -> None:
    whole = changed("ConsentWithdrawn", "detail.channel", channel)
    whole["detail"]["purpose"] = purpose
    fact = parse_fact(whole)
    assert isinstance(fact, facts.ConsentWithdrawn)
    assert set(fact.keys) == keys
    assert len(fact.keys) == len(keys)


def test_a_patient_may_be_discharged_the_moment_the_session_ends() -> None:
    fact = parse_fact(changed("SessionCompleted", "detail.session.discharged_at", "2026-11-24T16:10:00Z"))
    assert isinstance(fact, facts.SessionCompleted)
    assert fact.discharged_at == fact.ended_at


def test_a_session_may_be_completed_without_a_discharge_time() -> None:
    fact = parse_fact(changed("SessionCompleted", "detail.session.discharged_at", ABSENT))
    assert isinstance(fact, facts.SessionCompleted)
    assert fact.discharged_at is None


def with_extras(node: object) -> object:
    """Return ``node`` with a field nobody knows in every object of it."""
    if isinstance(node, dict):
        return {key: with_extras(below) for key, below in node.items()} | {"x-extra": {"of": ["theirs"]}}
    return [with_extras(below) for below in node] if isinstance(node, list) else node


@pytest.mark.parametrize("detail_type", MODULES)
def test_fields_we_do_not_know_are_accepted_and_ignored(detail_type: str) -> None:
    extended = cast("dict[str, object]", with_extras(event(detail_type)))
    assert parse_fact(extended) == parse_fact(event(detail_type))


def test_a_person_born_on_the_day_of_the_event_is_not_from_the_future() -> None:
    fact = parse_fact(changed("PatientEnrolled", "detail.patient.birth_date", "2026-11-16"))
    assert isinstance(fact, facts.PatientEnrolled)
    assert fact.patient.birth_date == date(2026, 11, 16)


def test_the_file_of_every_event_names_no_other_event() -> None:
    for detail_type, module in MODULES.items():
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        words = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert words & set(MODULES) == {detail_type}
