"""What stands in the queue of due touches."""

import json

import pytest

from aftercare.contracts.touch_key import EXAMPLE, TouchKey, parse
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import AlertId, ClinicId, PatientId


def key_of(**fields: object) -> str:
    return json.dumps({**EXAMPLE, **fields})


ADA = TouchKey(ClinicId("hudson"), PatientId("pat-ada"))


def test_a_key_reads_back_as_it_was_queued() -> None:
    assert parse(ADA.to_json()) == ADA
    assert json.loads(ADA.to_json()) == EXAMPLE


def test_a_key_of_an_alert_names_it_and_the_longest_id_is_kept_whole() -> None:
    for alert_id in ("~shared.alert.0a1b2c3d", "a" * 128):
        key = TouchKey(ADA.clinic_id, PatientId("p" * 128), AlertId(alert_id))
        assert parse(key.to_json()) == key
        assert json.loads(key.to_json())["alert_id"] == alert_id


@pytest.mark.parametrize(
    ("body", "field", "allowed"),
    [
        ("", "body", "clinic_id and patient_id"),
        ("null", "body", "clinic_id and patient_id"),
        ("[]", "body", "clinic_id and patient_id"),
        ("{}", "body", "clinic_id and patient_id"),
        ('{"clinic_id": "hudson"}', "body", "clinic_id and patient_id"),
        (
            '{"clinic_id": "hudson", "patient_id": "pat-ada", "touch": "x"}',
            "body",
            "clinic_id and patient_id",
        ),
        (
            '{"alert_id": "pat-ada.alert.0a1b2c3d", "patient_id": "pat-ada"}',
            "body",
            "clinic_id and patient_id",
        ),
        ('{"clinic_id": "hudson", "patient_id": 7}', "body.patient_id", "1 to 128 characters"),
        ('{"clinic_id": "hudson", "patient_id": ""}', "body.patient_id", "1 to 128 characters"),
        ('{"clinic_id": "hud#son", "patient_id": "pat-ada"}', "body.clinic_id", "1 to 128 characters"),
        (key_of(patient_id="p" * 129), "body.patient_id", "1 to 128 characters"),
        (key_of(patient_id="pat-ada\n"), "body.patient_id", "1 to 128 characters"),
        (key_of(alert_id=""), "body.alert_id", "1 to 128 characters"),
        (key_of(alert_id=None), "body.alert_id", "1 to 128 characters"),
        (key_of(alert_id="a" * 129), "body.alert_id", "1 to 128 characters"),
        ("[" * 100_000, "body", "clinic_id and patient_id"),
    ],
    ids=str,
)
def test_anything_else_in_the_queue_is_refused(body: str, field: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(body)
    assert refused.value.field == field
    assert allowed in refused.value.allowed
