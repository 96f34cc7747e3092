"""The due index and the sweep's memory, in DynamoDB."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aftercare.adapters.alert_items import ALERT
from aftercare.adapters.attributes import instant, item, ms, plain
from aftercare.adapters.followup_item import FOLLOWUP, SHARDS, patient_pk
from aftercare.adapters.store_faults import store_faults
from aftercare.adapters.task_items import task_update
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import AlertId, ClinicId, PatientId
from aftercare.domain.records import Task
from aftercare.domain.sweep import Due, SweepState

INDEX = "due"
STATE = {"pk": "~sweep", "sk": "STATE"}


class DynamoDbDue:
    """A sparse, keys-only index: what does not wait is not in it.

    What this container last read or wrote of the sweep's memory is remembered. Should another have swept
    meanwhile, some entries are handed twice, which the claims sort out, and the write that follows fails
    its condition: then it is read anew.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._state: SweepState | None = None

    def due(self, until: datetime) -> Sequence[Due]:
        found = [entry for shard in range(SHARDS) for entry in self._due_in(str(shard), ms(until))]
        return sorted(found, key=lambda entry: (entry.due_at, entry.patient_id))

    def _due_in(self, shard: str, until_ms: int) -> Iterator[Due]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": INDEX,
            "KeyConditionExpression": "due_shard = :shard AND due_at <= :until",
            "ExpressionAttributeValues": item({":shard": shard, ":until": until_ms}),
        }
        while True:
            with store_faults():
                answer = self._client.query(**request)
            for row in answer["Items"]:
                clinic_id, patient_id = row["pk"]["S"].split("#")
                sk = row["sk"]["S"]
                yield Due(
                    ClinicId(clinic_id),
                    PatientId(patient_id),
                    instant(row["due_at"]["N"]),
                    None if sk == FOLLOWUP or sk.startswith(ALERT) else sk,
                    AlertId(sk.removeprefix(ALERT)) if sk.startswith(ALERT) else None,
                )
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def state(self) -> SweepState:
        if self._state is None:
            self._state = self._read_state()
        return self._state

    def _read_state(self) -> SweepState:
        with store_faults():
            answer = self._client.get_item(TableName=self._table, Key=item(STATE), ConsistentRead=True)
        if "Item" not in answer:
            return SweepState()
        raw = plain(answer["Item"])
        return SweepState(
            handed={ClinicId(c): frozenset(names.split()) for c, names in raw.get("handed", {}).items()},
            booked_until={ClinicId(c): instant(at) for c, at in raw.get("booked", {}).items()},
            version=int(raw["v"]),
        )

    def keep(self, state: SweepState) -> None:
        row = {
            **STATE,
            "v": state.version + 1,
            "handed": {c: " ".join(sorted(names)) for c, names in state.handed.items()},
            "booked": {c: ms(at) for c, at in state.booked_until.items()},
        }
        self._state = None
        try:
            with store_faults():
                self._client.put_item(
                    TableName=self._table,
                    Item=item(row),
                    ConditionExpression="attribute_not_exists(pk) OR #v = :read",
                    ExpressionAttributeNames={"#v": "v"},
                    ExpressionAttributeValues=item({":read": state.version}),
                )
            self._state = replace(state, version=state.version + 1)
        except Conflict:
            pass  # an overlapping sweep handed the same entries; the claims sort it out

    def overdue_wait(self, due: Due, task: Task) -> None:
        out_of_index = {
            "TableName": self._table,
            "Key": item({"pk": patient_pk(due.clinic_id, due.patient_id), "sk": due.waiting}),
            "UpdateExpression": "REMOVE due_shard, due_at",
            "ConditionExpression": "attribute_exists(pk)",
        }
        try:
            with store_faults():
                self._client.transact_write_items(
                    TransactItems=[{"Update": out_of_index}, {"Update": task_update(task, self._table)}]
                )
        except Conflict:
            pass  # it was applied between the query and now
