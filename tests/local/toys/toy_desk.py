"""Toy use cases behind a screen, and a handler that notes every notice. What they saw is in ``SEEN``."""

import json
import os
from typing import Any

import boto3

from aftercare.domain.errors import BadInput

SEEN: list[Any] = []
BORN = "1990-01-31"


def hears(event: Any, context: Any) -> None:
    for record in event["Records"]:
        envelope = json.loads(record["body"])
        SEEN.append({"at": envelope["Timestamp"], **json.loads(envelope["Message"])})


def acknowledge(clinic_id: str, alert_id: str, by: str, ports: Any) -> None:
    """Note it, and store it, as the real one does: only in the table its own variable names."""
    if not alert_id.startswith("pat-"):
        raise BadInput("alert_id", alert_id, "an alert of this clinic")
    SEEN.append((clinic_id, alert_id, by, ports.clock.now(), ports.public_base_url))
    boto3.client("dynamodb").update_item(
        TableName=os.environ["TABLE_NAME"],
        Key={"pk": {"S": f"{clinic_id}#{alert_id.split('.')[0]}"}, "sk": {"S": f"ALERT#{alert_id}"}},
        UpdateExpression="SET #state = :state",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":state": {"S": "acknowledged"}},
    )


def resolve(clinic_id: str, alert_id: str, by: str, disposition: str, note: str, ports: Any) -> None:
    if not note:
        raise BadInput("note", note, "what was done, in words")
    SEEN.append((clinic_id, alert_id, by, disposition, note))


def take_form(secret: str, birth_date: Any, answers: Any, ports: Any) -> str:
    if birth_date.isoformat() != BORN:
        raise BadInput("birth_date", birth_date.isoformat(), "the patient's own")
    SEEN.append((secret, answers, ports.clock.now()))
    return "taken"
