"""Logs and metrics, by id and code only: never a patient's words, name, number or address."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
# The namespace that the alarms in template.yaml watch.
metrics = Metrics(namespace="Aftercare")

__all__ = ["MetricUnit", "logger", "metrics"]
