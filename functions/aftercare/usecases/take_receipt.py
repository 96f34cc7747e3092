"""Read a receipt of either carrier and find out whose it is; what belongs to nobody is parked."""

import json
from datetime import datetime

from aftercare.contracts import email_event, sms_event
from aftercare.contracts.receipt_ids import ReceiptIds
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Outcome, of_email, of_sms
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import AlertId
from aftercare.domain.records import Receipt
from aftercare.ports import Ports
from aftercare.usecases.take_delivery import take_delivery, take_page_delivery


def take_receipt(body: str, ports: Ports) -> str:
    """Take one receipt, as SNS put it into the queue.

    Returns:
        What came of it; ``parked`` when it names nothing of ours, ``ignored`` when it says nothing of
        delivery.

    Raises:
        BadInput: It is no receipt at all.
        TryAgain: The store is busy; the queue brings it again.
    """
    if _is_of_a_text(body):
        sms = sms_event.parse(body)
        outcome = of_sms(sms.event_type, final=sms.final)
        return _take(Channel.SMS, sms.message_id, sms.at, sms.ids, outcome, body, ports)
    mail = email_event.parse(body)
    outcome = of_email(
        mail.event_type,
        mail.bounce_type,
        mail.bounce_subtype or mail.complaint_subtype,
        mail.complaint_type,
    )
    return _take(Channel.EMAIL, mail.message_id, mail.at, mail.ids, outcome, body, ports)


def _is_of_a_text(body: str) -> bool:
    """Say which carrier wrote: the events of texts have a version, those of mails a ``mail``."""
    try:
        event = json.loads(json.loads(body)["Message"])
    except (ValueError, KeyError, TypeError):
        raise BadInput("body", "other", "an SNS notification of a delivery event") from None
    return isinstance(event, dict) and "mail" not in event


def _take(
    channel: Channel,
    message_id: str,
    at: datetime,
    ids: ReceiptIds,
    outcome: Outcome | None,
    body: str,
    ports: Ports,
) -> str:
    if outcome is None:
        return "ignored"
    if ids.clinic_id is not None and ids.alert_id is not None and ids.step is not None:
        alert_id, place = AlertId(ids.alert_id), ids.place or 0
        return take_page_delivery(ids.clinic_id, alert_id, ids.step, place, outcome, ports)
    if ids.clinic_id is None or ids.patient_id is None or ids.touch_id is None:
        ports.parked.park(body, "receipt")
        return "parked"
    receipt = Receipt(ids.clinic_id, ids.patient_id, ids.touch_id, channel, message_id, at, outcome)
    return take_delivery(receipt, ports)
