"""Staff tasks, strays and parked events, in DynamoDB."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from aftercare.adapters.attributes import item, ms, plain
from aftercare.adapters.many_items import BATCH_WRITE_MAX, query_all
from aftercare.adapters.record_items import link_from, put_of
from aftercare.adapters.store_faults import store_faults
from aftercare.adapters.task_items import task_close, task_from, task_update
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.ids import ClinicId
from aftercare.domain.records import Link, Task, TaskKind


class DynamoDbTasks:
    """Each keeps what it was given whole, together with the task about it: all or nothing."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep_stray(
        self, clinic_id: ClinicId, reply_id: str, at: datetime, sender: str, body: str, task: Task
    ) -> None:
        row = {"pk": clinic_id, "sk": f"STRAY#{reply_id}", "at": ms(at), "from": sender, "body": body}
        self._keep(row, task)

    def keep_parked(
        self, clinic_id: ClinicId, parked_id: str, at: datetime, event: str, reason: str, task: Task
    ) -> None:
        row = {"pk": clinic_id, "sk": f"PARKED#{parked_id}", "at": ms(at), "event": event, "reason": reason}
        self._keep(row, task)

    def open(self, task: Task) -> None:
        with store_faults():
            self._client.update_item(**task_update(task, self._table))

    def open_of(self, clinic_id: ClinicId, kind: TaskKind) -> Sequence[Task]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "FilterExpression": "#state = :open",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": item(
                {":pk": clinic_id, ":prefix": f"TASK#{kind.value}.", ":open": "open"}
            ),
        }
        return [task_from(row) for row in query_all(self._client, **request)]

    def close(self, task: Task, why: str, at: datetime) -> str:
        first = ""
        with suppress(Conflict), store_faults():
            try:
                self._client.update_item(**task_close(task, why, at, self._table))
            except ClientError as error:
                first = str(plain(error.response.get("Item", {})).get("closed_why", ""))
                raise
            else:
                first = why
        return first

    def _keep(self, row: dict[str, Any], task: Task) -> None:
        put = {"Put": {"TableName": self._table, "Item": item(row)}}
        with store_faults():
            self._client.transact_write_items(TransactItems=[put, {"Update": task_update(task, self._table)}])


class DynamoDbLinks:
    """What secret links lead to. The secret itself is never stored."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, links: Sequence[Link]) -> None:
        puts = [put_of(link, link.clinic_id, link.patient_id) for link in links]
        if len(puts) == 1:
            with store_faults():
                self._client.put_item(TableName=self._table, Item=puts[0])
            return
        for start in range(0, len(puts), BATCH_WRITE_MAX):
            requests = [{"PutRequest": {"Item": put}} for put in puts[start : start + BATCH_WRITE_MAX]]
            with store_faults():
                answer = self._client.batch_write_item(RequestItems={self._table: requests})
            if answer.get("UnprocessedItems"):
                raise TryAgain("table: links were left unwritten")

    def find(self, secret_hash: str) -> Link | None:
        key = item({"pk": f"~link#{secret_hash}", "sk": "LINK"})
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return link_from(answer["Item"]) if "Item" in answer else None
