"""Lambda WeekBegun: a week has begun."""

from typing import Any

from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.usecases.page_test import page_tests
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Send the weekly test pages."""
    called = page_tests(ports())
    metrics.add_metric("ClinicsTestPaged", MetricUnit.Count, called)
    logger.info("week_begun", called=called)
    return {"called": called}
