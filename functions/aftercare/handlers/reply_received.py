"""Lambda ReplyReceived: a patient wrote a text."""

from typing import Any

from aftercare.contracts import inbound_sms
from aftercare.handlers.batch import taken_one_by_one
from aftercare.telemetry import logger, metrics
from aftercare.usecases.take_reply import take_text
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take one batch of texts; what fails goes back to its queue, and at last to the dead letters."""
    return taken_one_by_one(event, "reply", lambda body: take_text(inbound_sms.parse(body), ports()))
