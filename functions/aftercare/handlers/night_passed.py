"""Lambda NightPassed: another night has gone by."""

from typing import Any

from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.pass_night import pass_night
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Reconcile. A fault is retried by the schedule; the next night does the same work."""
    night = pass_night(ports())
    metrics.add_metric("OptOutDrift", MetricUnit.Count, night.drift)
    metrics.add_metric("TestPagesMissed", MetricUnit.Count, night.missed_tests)
    logger.info("night_passed", drift=night.drift, settled=night.settled, missed=night.missed_tests)
    return {"drift": night.drift, "settled": night.settled, "missed_tests": night.missed_tests}
