"""What is open at a clinic, in DynamoDB's sparse index of that name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aftercare.adapters.alert_items import ALERT, alert_from, page_from
from aftercare.adapters.attributes import Item, item
from aftercare.adapters.board_keys import INDEX, OPEN, PAGES, RESOLVED, board_of, by_time
from aftercare.adapters.followup_item import patient_pk
from aftercare.adapters.many_items import batch_get
from aftercare.adapters.record_items import patient_from
from aftercare.adapters.said_items import reply_from
from aftercare.adapters.slices import LOWEST, Listed, cursor_at, page_of, place_in
from aftercare.adapters.store_faults import store_faults
from aftercare.adapters.task_items import task_from, task_key
from aftercare.desk_ports import Slice
from aftercare.domain.alert import Alert
from aftercare.domain.ids import NO_ONE, ClinicId, PatientId
from aftercare.domain.patient import Patient
from aftercare.domain.records import Page, Reply, Task


class DynamoDbBoard:
    """Read from an index: a change may take a moment to show."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, clinic_id: ClinicId, *, limit: int, after: str | None = None) -> Slice[Alert | Task]:
        listed = _listed(clinic_id, OPEN)
        rows, more = self._page(clinic_id, OPEN, listed, limit, after)
        return Slice(tuple(_alert_or_task(row) for row in rows), more)

    def resolved(self, clinic_id: ClinicId, *, limit: int, after: str | None = None) -> Slice[Alert]:
        listed = _listed(clinic_id, RESOLVED, latest_first=True)
        rows, more = self._page(clinic_id, RESOLVED, listed, limit, after)
        return Slice(tuple(map(alert_from, rows)), more)

    def _page(
        self, clinic_id: ClinicId, name: str, listed: Listed, limit: int, after: str | None
    ) -> tuple[list[Item], str | None]:
        place = place_in(after, clinic_id, name) if after is not None else None
        rows, more = page_of(self._client, self._table, listed, limit, place)
        return rows, cursor_at(clinic_id, name, listed.place_of(rows[-1])) if more else None

    def pages(self, clinic_id: ClinicId, since: datetime, *, limit: int) -> Sequence[Page]:
        listed = _listed(clinic_id, PAGES, low=by_time(since), latest_first=True)
        rows, _ = page_of(self._client, self._table, listed, limit, None)
        return [page_from(row) for row in rows]

    def faces(
        self, clinic_id: ClinicId, patients: Sequence[PatientId], replies: Sequence[tuple[PatientId, str]]
    ) -> tuple[dict[PatientId, Patient], dict[str, Reply]]:
        keys = [{"pk": patient_pk(clinic_id, one), "sk": "PATIENT"} for one in dict.fromkeys(patients)]
        keys += [_reply_key(clinic_id, *one) for one in dict.fromkeys(replies)]
        rows = list(batch_get(self._client, self._table, [item(key) for key in keys], consistent=False))
        who = [patient_from(row) for row in rows if row["sk"]["S"] == "PATIENT"]
        said = [reply_from(row) for row in rows if row["sk"]["S"] != "PATIENT"]
        return {one.id: one for one in who}, {one.id: one for one in said}

    def task(self, clinic_id: ClinicId, task_id: str) -> Task | None:
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.get_item(
                TableName=self._table, Key=task_key(clinic_id, task_id), ConsistentRead=True
            )
        return task_from(answer["Item"]) if "Item" in answer else None


def _listed(clinic_id: ClinicId, name: str, *, low: str = LOWEST, latest_first: bool = False) -> Listed:
    partition = board_of(clinic_id, name)
    return Listed(partition, "board", "board_key", INDEX, low=low, latest_first=latest_first)


def _reply_key(clinic_id: ClinicId, patient_id: PatientId, reply_id: str) -> dict[str, str]:
    if patient_id == NO_ONE:
        return {"pk": clinic_id, "sk": f"STRAY#{reply_id}"}
    return {"pk": patient_pk(clinic_id, patient_id), "sk": f"REPLY#{reply_id}"}


def _alert_or_task(row: Item) -> Alert | Task:
    return alert_from(row) if row["sk"]["S"].startswith(ALERT) else task_from(row)
