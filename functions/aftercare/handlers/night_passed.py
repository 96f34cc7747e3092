"""Lambda NightPassed: another night has gone by."""

from typing import Any

from aftercare.desk_wiring import desk
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.pass_night import pass_night
from aftercare.usecases.seal_trails import seal_trails
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Reconcile, then seal the trails. The schedule retries a fault; the next night does the same work."""
    night = pass_night(ports())
    metrics.add_metric("OptOutDrift", MetricUnit.Count, night.drift)
    metrics.add_metric("TestPagesMissed", MetricUnit.Count, night.missed_tests)
    trails = seal_trails(desk())
    metrics.add_metric("AuditTrailsBroken", MetricUnit.Count, len(trails.broken))
    for clinic_id in trails.broken:
        logger.error("audit_trail_broken", clinic_id=clinic_id)
    logger.info("audit_sealed", days=trails.days, seals=trails.chained)
    logger.info("night_passed", drift=night.drift, settled=night.settled, missed=night.missed_tests)
    return {"drift": night.drift, "settled": night.settled, "missed_tests": night.missed_tests}
