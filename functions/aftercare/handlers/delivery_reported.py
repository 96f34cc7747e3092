"""Lambda DeliveryReported: a carrier says what became of a message."""

from typing import Any

from aftercare.handlers.batch import taken_one_by_one
from aftercare.telemetry import logger, metrics
from aftercare.usecases.take_receipt import take_receipt
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take one batch of receipts, of texts and of mails."""
    return taken_one_by_one(event, "delivery", lambda body: take_receipt(body, ports()))
