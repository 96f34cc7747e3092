"""Lambda FactsRecorded: the table's stream says what was stored; other systems are told."""

from typing import Any

from aftercare.adapters.table_changes import facts_in
from aftercare.contracts.facts_out_shapes import Event
from aftercare.domain.errors import BadInput
from aftercare.telemetry import MetricUnit, logger, metrics
from aftercare.wiring import ports


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Put the facts of one batch on the bus. A busy bus raises; the stream brings the batch again."""
    facts: list[Event] = []
    for record in event["Records"]:
        try:
            facts += facts_in(record)
        except BadInput as bad:
            # It stays in the table and on the dashboard; only the outside does not hear of it.
            logger.error("fact_unfit", problem=bad.without_found)
            metrics.add_metric("FactsUnfit", MetricUnit.Count, 1)
    ports().bus.put(facts)
    metrics.add_metric("FactsPublished", MetricUnit.Count, len(facts))
    return {"batchItemFailures": []}
