"""A queue's batch, taken one by one: one message's fault must not hold back the nine behind it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aftercare.domain.errors import BadInput, TryAgain
from aftercare.telemetry import MetricUnit, logger, metrics

# While the outside is not ready. The queue shows a message again only after minutes, and it may be a cry for
# help, or say that the answer to one did not arrive.
TRIES_AT_ONCE = 2


def taken_one_by_one(event: dict[str, Any], what: str, take: Callable[[str], str]) -> dict[str, Any]:
    """Take each message of an SQS batch.

    Args:
        event: As Lambda gets it.
        what: What it carries, for logs and metrics: ``reply``, ``mail``, ``delivery``.
        take: Takes one body and says what came of it.

    Returns:
        The partial batch response: the messages that must come back.
    """
    failed = []
    for record in event["Records"]:
        try:
            outcome = _taken(record["body"], take)
        except BadInput as bad:
            logger.error(f"{what}_unreadable", problem=bad.without_found)
            failed.append(record["messageId"])
        except Exception as fault:  # noqa: BLE001  its kind is logged, its text might be a patient's
            logger.warning(f"{what}_again", fault=type(fault).__name__)
            failed.append(record["messageId"])
        else:
            logger.info(f"{what}_taken", outcome=outcome)
    metrics.add_metric(f"{what.title()}Taken", MetricUnit.Count, len(event["Records"]) - len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _taken(body: str, take: Callable[[str], str]) -> str:
    for _ in range(TRIES_AT_ONCE - 1):
        with suppress(TryAgain):
            return take(body)
    return take(body)
