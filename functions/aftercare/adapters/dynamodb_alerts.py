"""Alerts and the calls they make, in DynamoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aftercare.adapters.alert_items import (
    alert_from,
    alert_key,
    alert_put,
    page_from,
    page_item,
    page_put,
    page_sk,
)
from aftercare.adapters.attributes import instant, item, maybe_instant, ms, plain
from aftercare.adapters.followup_item import patient_pk
from aftercare.adapters.many_items import batch_get
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.alert import Alert
from aftercare.domain.errors import Conflict
from aftercare.domain.ids import AlertId, ClinicId, patient_of
from aftercare.domain.readiness import TestPage
from aftercare.domain.records import Page

_TEST = "TESTPAGE#"
# A test page of weeks ago is the business of a task, not of tonight.
TESTS_LOOKED_AT = 2


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

    def get_many(self, clinic_id: ClinicId, alert_ids: Sequence[AlertId]) -> Mapping[AlertId, Alert]:
        keys = [alert_key(clinic_id, alert_id) for alert_id in alert_ids]
        found = map(alert_from, batch_get(self._client, self._table, keys))
        return {alert.id: alert for alert in found}

    def save(self, alert: Alert, due_at: datetime | None, *, write_id: str) -> Alert:
        with store_faults(write_id):
            self._client.put_item(**alert_put(alert, self._table, write_id, due_at))
        return replace(alert, version=alert.version + 1)

    def claim(self, clinic_id: ClinicId, page: Page, *, write_id: str) -> bool:
        put = page_put(page, clinic_id, self._table)
        put["Item"]["w"] = {"S": write_id}
        try:
            # The SDK repeats a write whose answer was lost: it must not find its own claim and call nobody.
            with store_faults(write_id):
                self._client.put_item(**put, ReturnValuesOnConditionCheckFailure="ALL_OLD")
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

    def note(self, clinic_id: ClinicId, page: Page, *, accepted: bool) -> None:
        with store_faults():
            row = page_item(replace(page, accepted=accepted), clinic_id)
            self._client.put_item(TableName=self._table, Item=row)

    def open_test(self, clinic_id: ClinicId, name: AlertId, at: datetime) -> bool:
        row = {"pk": clinic_id, "sk": f"{_TEST}{name}", "at": ms(at)}
        try:
            with store_faults():
                self._client.put_item(
                    TableName=self._table, Item=item(row), ConditionExpression="attribute_not_exists(pk)"
                )
        except Conflict:
            return False
        return True

    def answer_test(self, clinic_id: ClinicId, name: AlertId, by: str, at: datetime) -> bool:
        try:
            with store_faults():
                self._client.update_item(
                    TableName=self._table,
                    Key=item({"pk": clinic_id, "sk": f"{_TEST}{name}"}),
                    UpdateExpression="SET answered_at = if_not_exists(answered_at, :at), "
                    "answered_by = if_not_exists(answered_by, :by)",
                    ConditionExpression="attribute_exists(pk)",
                    ExpressionAttributeValues=item({":at": ms(at), ":by": by}),
                )
        except Conflict:
            return False
        return True

    def tests(self, clinic_id: ClinicId) -> Sequence[TestPage]:
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues=item({":pk": clinic_id, ":prefix": _TEST}),
                ScanIndexForward=False,
                Limit=TESTS_LOOKED_AT,
            )
        return [_test_from(plain(row)) for row in answer["Items"]]


def _test_from(raw: dict[str, Any]) -> TestPage:
    name, answered = AlertId(raw["sk"].removeprefix(_TEST)), maybe_instant(raw.get("answered_at"))
    return TestPage(name, instant(raw["at"]), answered, raw.get("answered_by"))
