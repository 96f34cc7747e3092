"""Lambda PatientChanged: the bus carries a fact about a patient."""

from typing import Any

from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.take_event import take_event
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Take one EventBridge event. Raises for a busy store; the bus then delivers it again."""
    outcome = take_event(event, ports())
    metrics.add_metric(f"Fact{outcome.title()}", MetricUnit.Count, 1)
    logger.info("patient_changed", outcome=outcome)
    return {"outcome": outcome}
