"""Alerts and the calls they make, in DynamoDB."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aftercare.adapters.alert_items import alert_from, alert_key, alert_put, page_from, page_put, page_sk
from aftercare.adapters.attributes import item
from aftercare.adapters.followup_item import patient_pk
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.alert import Alert
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import AlertId, ClinicId, patient_of
from aftercare.domain.records import Page


class DynamoDbAlerts:
    """Every write is conditional on the version that was read."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, clinic_id: ClinicId, alert_id: AlertId) -> Alert | None:
        key = alert_key(clinic_id, alert_id)
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return alert_from(answer["Item"]) if "Item" in answer else None

    def save(self, alert: Alert, due_at: datetime | None, *, write_id: str) -> Alert:
        with store_faults(write_id):
            self._client.put_item(**alert_put(alert, self._table, write_id, due_at))
        return replace(alert, version=alert.version + 1)

    def claim(self, clinic_id: ClinicId, page: Page) -> bool:
        try:
            with store_faults():
                self._client.put_item(**page_put(page, clinic_id, self._table))
        except Conflict:
            return False
        return True

    def pages(self, clinic_id: ClinicId, alert_id: AlertId, step: int) -> Sequence[Page]:
        pk = patient_pk(clinic_id, patient_of(alert_id))
        with store_faults():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues=item({":pk": pk, ":prefix": page_sk(alert_id, step)}),
                ConsistentRead=True,
            )
        return [page_from(found) for found in answer["Items"]]
