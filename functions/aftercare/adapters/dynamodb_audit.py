"""The audit trail in DynamoDB: entries and seals are put once, and nothing here changes or removes one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aftercare.adapters.attributes import instant, item, plain
from aftercare.adapters.board_keys import by_time
from aftercare.adapters.many_items import query_all
from aftercare.adapters.slices import Listed, cursor_at, page_of, place_in
from aftercare.adapters.store_faults import store_faults
from aftercare.desk_ports import Slice
from aftercare.domain.audit import AuditEntry, Seal
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import ClinicId, PatientId

# No id of a patient begins with a tilde.
_TRAIL, _SEALS = "~audit", "~seals"
# Every key begins with a digit.
_FIRST, _LAST = "0", ":"
_ONCE = {"ConditionExpression": "attribute_not_exists(pk)"}


class DynamoDbAudit:
    """Read consistently: an entry is there before what it speaks of is shown."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def write(self, entry: AuditEntry) -> None:
        # Found there already: our own, whose answer was lost. Ids are never used twice.
        with suppress(Conflict), store_faults():
            self._client.put_item(TableName=self._table, Item=_entry_item(entry), **_ONCE)

    def page(
        self,
        clinic_id: ClinicId,
        *,
        limit: int,
        after: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Slice[AuditEntry]:
        low, high = by_time(since) if since else _FIRST, by_time(until) if until else _LAST
        listed = Listed(f"{clinic_id}#{_TRAIL}", low=low, high=high, latest_first=True)
        place = place_in(after, clinic_id, _TRAIL) if after is not None else None
        rows, more = page_of(self._client, self._table, listed, limit, place)
        cursor = cursor_at(clinic_id, _TRAIL, listed.place_of(rows[-1])) if more else None
        return Slice(tuple(map(_entry_from, rows)), cursor)

    def day(self, clinic_id: ClinicId, on: date) -> Sequence[AuditEntry]:
        begins = datetime.combine(on, time(), UTC)
        bounds = {":low": by_time(begins), ":high": by_time(begins + timedelta(days=1))}
        rows = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues=item({":pk": f"{clinic_id}#{_TRAIL}", **bounds}),
            ConsistentRead=True,
        )
        return [_entry_from(row) for row in rows]

    def first(self, clinic_id: ClinicId) -> AuditEntry | None:
        listed = Listed(f"{clinic_id}#{_TRAIL}", low=_FIRST, high=_LAST)
        rows, _ = page_of(self._client, self._table, listed, 1, None)
        return _entry_from(rows[0]) if rows else None

    def seals(self, clinic_id: ClinicId, *, limit: int) -> Sequence[Seal]:
        listed = Listed(f"{clinic_id}#{_SEALS}", low=_FIRST, high=_LAST, latest_first=True)
        rows, _ = page_of(self._client, self._table, listed, limit, None)
        return [_seal_from(row) for row in rows]

    def seal(self, seal: Seal) -> bool:
        row = {
            "pk": f"{seal.clinic_id}#{_SEALS}",
            "sk": seal.on.isoformat(),
            "count": seal.count,
            "chained": seal.chained,
        }
        try:
            with store_faults():
                self._client.put_item(TableName=self._table, Item=item(row), **_ONCE)
        except Conflict:
            return False
        return True


def _entry_item(entry: AuditEntry) -> dict[str, Any]:
    return item(
        {
            "pk": f"{entry.clinic_id}#{_TRAIL}",
            "sk": by_time(entry.at, entry.id),
            "who": entry.who,
            "name": entry.name,
            "did": entry.did,
            "by": entry.by,
            "patient": entry.patient_id,
            "about": entry.about,
        }
    )


def _entry_from(stored: Mapping[str, Any]) -> AuditEntry:
    raw = plain(stored)
    at, name = raw["sk"].split("#", 1)
    return AuditEntry(
        id=name,
        clinic_id=ClinicId(raw["pk"].partition("#")[0]),
        at=instant(at),
        who=raw["who"],
        name=raw["name"],
        did=raw["did"],
        by=raw["by"],
        patient_id=PatientId(raw["patient"]) if "patient" in raw else None,
        about=raw.get("about"),
    )


def _seal_from(stored: Mapping[str, Any]) -> Seal:
    raw = plain(stored)
    clinic_id = ClinicId(raw["pk"].partition("#")[0])
    return Seal(clinic_id, date.fromisoformat(raw["sk"]), raw["count"], raw["chained"])
