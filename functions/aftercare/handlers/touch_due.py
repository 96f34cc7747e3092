"""Lambda TouchDue: the queue says that something is due for some patients."""

from typing import Any

from aftercare.contracts import touch_key
from aftercare.contracts.touch_key import TouchKey
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import AlertId
from aftercare.ports import PatientKey
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.send_batch import send_batch
from aftercare.usecases.work_alert import work_on
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Work off one batch; only the messages that failed go back to the queue."""
    keys: dict[str, PatientKey] = {}
    redelivered: dict[PatientKey, bool] = {}
    alerts: list[tuple[str, TouchKey]] = []
    failed: set[str] = set()
    for record in event["Records"]:
        try:
            key = touch_key.parse(record["body"])
            if key.alert_id is not None:
                alerts.append((record["messageId"], key))
                continue
            patient = keys[record["messageId"]] = (key.clinic_id, key.patient_id)
            received = int(record["attributes"]["ApproximateReceiveCount"])
            redelivered[patient] = redelivered.get(patient, False) or received > 1
        except BadInput as bad:
            logger.error("touch_due_unreadable", problem=bad.without_found)
            failed.add(record["messageId"])
    failed |= _work_on(alerts)
    batch = send_batch(redelivered, ports())
    failed |= {message_id for message_id, key in keys.items() if key in batch.again}
    metrics.add_metric("TouchesSent", MetricUnit.Count, batch.sent)
    metrics.add_metric("TouchesNotSent", MetricUnit.Count, batch.dropped)
    for fault in batch.faults:
        logger.warning("touch_due_again", fault=fault)
    logger.info("touch_due", sent=batch.sent, not_sent=batch.dropped, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in sorted(failed)]}


def _work_on(alerts: list[tuple[str, TouchKey]]) -> set[str]:
    """Work on alerts before anything else; return the messages that must come back."""
    failed = set()
    for message_id, key in alerts:
        try:
            work_on(key.clinic_id, AlertId(str(key.alert_id)), ports())
        except Exception as fault:  # noqa: BLE001  one alert's fault must not hold back the others
            logger.warning("alert_again", fault=type(fault).__name__)
            failed.add(message_id)
    if alerts:
        metrics.add_metric("AlertsWorkedOn", MetricUnit.Count, len(alerts))
    return failed
