"""An office with the API wired to it, anew for each test."""

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
    yield opened()
    wiring.rewire()
