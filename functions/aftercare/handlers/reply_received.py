"""Lambda ReplyReceived: a patient wrote a text."""

from typing import Any

from aftercare.contracts import inbound_sms
from aftercare.domain.errors import BadInput
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.take_reply import take_text
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take one batch of texts; what fails goes back to its queue, and at last to the dead letters."""
    failed = []
    for record in event["Records"]:
        try:
            outcome = take_text(inbound_sms.parse(record["body"]), ports())
        except BadInput as bad:
            logger.error("reply_unreadable", problem=bad.without_found)
            failed.append(record["messageId"])
        except Exception as fault:  # noqa: BLE001  one text's fault must not hold back the nine behind it
            logger.warning("reply_again", fault=type(fault).__name__)
            failed.append(record["messageId"])
        else:
            metrics.add_metric("RepliesTaken", MetricUnit.Count, 1)
            logger.info("reply_received", outcome=outcome)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
