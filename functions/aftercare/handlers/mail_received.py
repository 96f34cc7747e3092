"""Lambda MailReceived: a patient wrote a mail."""

from typing import Any

from aftercare.contracts import inbound_mail
from aftercare.handlers.batch import taken_one_by_one
from aftercare.telemetry import logger, metrics
from aftercare.usecases.take_reply import take_mail
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take one batch of mails; what fails goes back to its queue, and at last to the dead letters."""
    return taken_one_by_one(event, "mail", lambda body: take_mail(inbound_mail.parse(body), ports()))
