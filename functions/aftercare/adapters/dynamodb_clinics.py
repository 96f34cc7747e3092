"""Clinics in DynamoDB, with a copy per container that is at most a minute old."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from aftercare.adapters.attributes import item
from aftercare.adapters.store_faults import store_faults
from aftercare.contracts.clinic_item import clinic_from_json, clinic_to_json
from aftercare.domain.clinic import Clinic
from aftercare.domain.ids import ClinicId
from aftercare.ports import Clock

FRESH_FOR = timedelta(minutes=1)
# Where every clinic stands, for what is done once a night.
ALL = "~clinics"


class DynamoDbClinics:
    """A clinic is one item; its number and its mail address are others, to find it by."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._clinics: dict[ClinicId, tuple[datetime, Clinic]] = {}
        self._numbers: dict[str, tuple[datetime, tuple[ClinicId, ...]]] = {}

    def get(self, clinic_id: ClinicId) -> Clinic | None:
        now = self._clock.now()
        known = self._clinics.get(clinic_id)
        if known is not None and now - known[0] < FRESH_FOR:
            return known[1]
        with store_faults():
            key = item({"pk": clinic_id, "sk": "CLINIC"})
            answer = self._client.get_item(TableName=self._table, Key=key)
        found = answer.get("Item")
        clinic = clinic_from_json(json.loads(found["body"]["S"])) if found else None
        if clinic is not None:
            self._clinics[clinic_id] = (now, clinic)
        return clinic

    def behind(self, sms_number: str) -> Sequence[ClinicId]:
        now = self._clock.now()
        read_at, clinic_ids = self._numbers.get(sms_number, (None, ()))
        if read_at is not None and now - read_at < FRESH_FOR:
            return clinic_ids
        with store_faults():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=item({":pk": f"~number#{sms_number}"}),
            )
        clinic_ids = tuple(ClinicId(row["sk"]["S"]) for row in answer["Items"])
        self._numbers[sms_number] = (now, clinic_ids)
        return clinic_ids

    def put(self, clinic: Clinic) -> None:
        body = json.dumps(clinic_to_json(clinic), ensure_ascii=False)
        rows = [
            {"pk": clinic.id, "sk": "CLINIC", "body": body},
            {"pk": f"~number#{clinic.sms_number}", "sk": clinic.id},
            {"pk": f"~number#{clinic.email_from.lower()}", "sk": clinic.id},
            {"pk": ALL, "sk": clinic.id},
        ]
        self._clinics.pop(clinic.id, None)
        before = self.get(clinic.id)
        writes = [{"Put": {"TableName": self._table, "Item": item(row)}} for row in rows]
        for old in _ways(before) - _ways(clinic):
            gone = item({"pk": f"~number#{old}", "sk": clinic.id})
            writes.append({"Delete": {"TableName": self._table, "Key": gone}})
            self._numbers.pop(old, None)
        with store_faults():
            self._client.transact_write_items(TransactItems=writes)
        self._clinics.pop(clinic.id, None)
        for way in _ways(clinic):
            self._numbers.pop(way, None)

    def every(self) -> Sequence[ClinicId]:
        with store_faults():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=item({":pk": ALL}),
            )
        return [ClinicId(row["sk"]["S"]) for row in answer["Items"]]


def _ways(clinic: Clinic | None) -> frozenset[str]:
    """Return what a clinic is found by: the number texts come to, and the address mails come to."""
    return frozenset({clinic.sms_number, clinic.email_from.lower()} if clinic else ())
