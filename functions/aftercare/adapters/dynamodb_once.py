"""What was asked with a key of the asker's choice, in DynamoDB: one item a key, gone after a day.

``pk`` is ``<clinic>#~once``: no id of a patient begins with a tilde. Of the request only a hash is kept.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from aftercare.adapters.attributes import Item, item, ms
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.errors import BadInput, Conflict
from aftercare.domain.ids import ClinicId
from aftercare.domain.once import KEPT, LEASE, Told

# The table's own expiry may be two days late, so the condition looks at the instants itself.
_FREE = (
    "attribute_not_exists(pk) OR kept_until <= :now "
    "OR (attribute_not_exists(told) AND asked = :asked AND leased_until <= :now)"
)


class DynamoDbOnce:
    """The keys of writes. ``client`` is a boto3 DynamoDB client or answers like one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, clinic_id: ClinicId, name: str, asked: str, now: datetime) -> Told | None:
        until = now + KEPT
        row = {
            **_key(clinic_id, name),
            "asked": asked,
            "leased_until": ms(now + LEASE),
            "kept_until": ms(until),
            "expires_at": ms(until) // 1000,
        }
        found: Item | None = None
        with store_faults():
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=item(row),
                    ConditionExpression=_FREE,
                    ExpressionAttributeValues=item({":now": ms(now), ":asked": asked}),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                found = error.response.get("Item")
                if found is None:
                    raise
        return None if found is None else _told(found, asked)

    def keep(self, clinic_id: ClinicId, name: str, asked: str, told: Told) -> None:
        with suppress(Conflict), store_faults():
            self._client.update_item(
                TableName=self._table,
                Key=item(_key(clinic_id, name)),
                UpdateExpression="SET told = :told, answer = :answer",
                ConditionExpression="asked = :asked",
                ExpressionAttributeValues=item({":told": told.status, ":answer": told.body, ":asked": asked}),
            )

    def free(self, clinic_id: ClinicId, name: str, asked: str) -> None:
        with suppress(Conflict), store_faults():
            self._client.delete_item(
                TableName=self._table,
                Key=item(_key(clinic_id, name)),
                ConditionExpression="asked = :asked AND attribute_not_exists(told)",
                ExpressionAttributeValues=item({":asked": asked}),
            )


def _key(clinic_id: ClinicId, name: str) -> dict[str, Any]:
    return {"pk": f"{clinic_id}#~once", "sk": name}


def _told(found: Item, asked: str) -> Told:
    if found["asked"]["S"] != asked:
        raise BadInput("Idempotency-Key", None, "a new key for a new request; this one was used for another")
    if "told" not in found:
        raise Conflict("the same request is being worked on")
    return Told(int(found["told"]["N"]), found["answer"]["S"])
