"""Whose session is whose: one small item per session, under its clinic."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aftercare.adapters.attributes import item, plain
from aftercare.adapters.followup_item import FOLLOWUP
from aftercare.adapters.many_items import query_all
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.ids import ClinicId, PatientId, SessionId
from aftercare.ports import PatientKey

_SESSION = "SESSION#"


class DynamoDbSessions:
    """Kept by whoever reads the table's stream, so that no write of the engine pays for it."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def note(self, clinic_id: ClinicId, patient_id: PatientId, sessions: Iterable[SessionId]) -> None:
        for one in dict.fromkeys(sessions):
            row = item({"pk": clinic_id, "sk": f"{_under(one)}{patient_id}"})
            with store_faults():
                self._client.put_item(TableName=self._table, Item=row)

    def whose(self, clinic_id: ClinicId, session_id: SessionId) -> Sequence[PatientId]:
        prefix = _under(session_id)
        rows = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=item({":pk": clinic_id, ":prefix": prefix}),
        )
        return [PatientId(row["sk"]["S"].removeprefix(prefix)) for row in rows]


def _under(session_id: SessionId) -> str:
    return f"{_SESSION}{session_id}#"


def new_sessions(records: Iterable[Mapping[str, Any]]) -> dict[PatientKey, list[SessionId]]:
    """Return the sessions that a batch of the table's stream has brought, by patient.

    Args:
        records: As a DynamoDB stream delivers them, with old and new images.
    """
    found: dict[PatientKey, list[SessionId]] = {}
    for record in records:
        change = record["dynamodb"]
        if change["Keys"]["sk"]["S"] != FOLLOWUP or "NewImage" not in change:
            continue
        # The image's map of sessions, by id, is called "se".
        known = plain(change.get("OldImage", {})).get("se", {})
        brought = [SessionId(one) for one in plain(change["NewImage"]).get("se", {}) if one not in known]
        if brought:
            clinic_id, patient_id = change["Keys"]["pk"]["S"].split("#")
            found.setdefault((ClinicId(clinic_id), PatientId(patient_id)), []).extend(brought)
    return found
