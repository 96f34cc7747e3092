"""Toy handlers for the local cloud's own tests. They note what woke them in ``SEEN``."""

import os
from typing import Any

import boto3

SEEN: list[tuple[str, Any]] = []
# What each handler does with the next calls: the name of an exception to raise, or an answer.
MOODS: dict[str, list[Any]] = {}


def _noted(name: str, event: Any) -> Any:
    SEEN.append((name, event))
    mood = MOODS[name].pop(0) if MOODS.get(name) else None
    if isinstance(mood, Exception):
        raise mood
    return mood


def hears_bus(event: Any, context: Any) -> Any:
    return _noted("hears_bus", event)


def sweeps(event: Any, context: Any) -> Any:
    """Take everything off the index and put its key on the queue, as the real sweep does."""
    answer = _noted("sweeps", event)
    table = boto3.client("dynamodb")
    waiting = table.query(
        TableName=os.environ["TABLE_NAME"],
        IndexName="due",
        KeyConditionExpression="due_shard = :shard",
        ExpressionAttributeValues={":shard": {"S": "0"}},
    )["Items"]
    for item in waiting:
        table.update_item(
            TableName=os.environ["TABLE_NAME"],
            Key={"pk": item["pk"], "sk": item["sk"]},
            UpdateExpression="REMOVE due_shard, due_at",
        )
    return answer


def works(event: Any, context: Any) -> Any:
    return _noted("works", event)


def follows(event: Any, context: Any) -> Any:
    return _noted("follows", event)


def tells(event: Any, context: Any) -> Any:
    """Answer with its surroundings."""
    return {
        "variables": {k: v for k, v in os.environ.items() if k.startswith(("ONLY_", "TABLE_", "SHARED_"))},
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "remaining": context.get_remaining_time_in_millis(),
        "lambda": os.environ["AWS_LAMBDA_FUNCTION_NAME"],
    }
