"""Whose chart a batch of the table's stream may have changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from aftercare.adapters.followup_item import FOLLOWUP, THREAD
from aftercare.domain.ids import ClinicId, PatientId
from aftercare.ports import PatientKey

# template.yaml filters the stream by the same beginnings: what a chart is not made of wakes nobody.
SUMMED = (FOLLOWUP, "PATIENT", "REPLY#", "MEASURE#", "ALERT#", "DELIVERY#")


def changed_patients(records: Iterable[Mapping[str, Any]]) -> dict[PatientKey, str]:
    """Return the patients in the order of their first change, each with that change's sequence number.

    Args:
        records: As a DynamoDB stream delivers them, the oldest first.
    """
    found: dict[PatientKey, str] = {}
    for record in records:
        keys = record["dynamodb"]["Keys"]
        clinic_id, _, patient_id = keys["pk"]["S"].partition("#")
        sk = keys["sk"]["S"]
        # Whatever begins so belongs to nobody, or to no clinic.
        named = patient_id and not patient_id.startswith("~") and not clinic_id.startswith("~")
        if named and sk != THREAD and sk.startswith(SUMMED):
            key = ClinicId(clinic_id), PatientId(patient_id)
            found.setdefault(key, record["dynamodb"]["SequenceNumber"])
    return found
