"""Lambda MinutePassed: the schedule says another minute has gone by."""

from typing import Any

from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.sweep_due import sweep_due
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Sweep once. A fault needs no retry: the next minute sweeps the same."""
    outside = ports()
    swept = sweep_due(outside.clock.now(), outside)
    metrics.add_metric("OldestDueTouchAgeSeconds", MetricUnit.Seconds, swept.oldest_age.total_seconds())
    metrics.add_metric("TouchesHanded", MetricUnit.Count, swept.handed)
    if swept.handed:
        logger.info("minute_passed", handed=swept.handed, still_due=swept.still_due)
    return {"handed": swept.handed, "still_due": swept.still_due}
