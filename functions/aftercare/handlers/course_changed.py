"""Lambda CourseChanged: something of a patient was stored; their chart is made anew, their sessions noted."""

from typing import Any

from aftercare.adapters.changed_patients import changed_patients
from aftercare.adapters.dynamodb_sessions import new_sessions
from aftercare.desk_wiring import desk
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.sum_course import sum_course


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Sum up each patient of one batch. From the first that fails on, the stream brings the batch again."""
    summed, brought = 0, new_sessions(event["Records"])
    for (clinic_id, patient_id), sequence_number in changed_patients(event["Records"]).items():
        try:
            desk().sessions.note(clinic_id, patient_id, brought.get((clinic_id, patient_id), ()))
            sum_course(clinic_id, patient_id, desk())
        except Exception as fault:  # noqa: BLE001  its kind is logged, its text might be a patient's
            logger.warning("course_again", fault=type(fault).__name__)
            return {"batchItemFailures": [{"itemIdentifier": sequence_number}]}
        summed += 1
    metrics.add_metric("ChartsMade", MetricUnit.Count, summed)
    return {"batchItemFailures": []}
