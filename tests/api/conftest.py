"""An office with the API wired to it, anew for each test."""

import logging
from collections.abc import Iterator

import pytest

from aftercare import telemetry, wiring
from tests.api.office import Office, opened


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name, value in {"TABLE_NAME": "aftercare", "PUBLIC_BASE_URL": "https://care.example"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(telemetry.metrics.provider, "namespace", "Aftercare")
    monkeypatch.setattr(telemetry.metrics.provider, "service", "aftercare")
    telemetry.metrics.clear_metrics()
    wiring.rewire()
    made = opened()
    captured = logging.StreamHandler(made.logs)
    captured.setFormatter(telemetry.logger.registered_formatter)
    monkeypatch.setattr(telemetry.logger._logger, "handlers", [captured])
    yield made
    wiring.rewire()
