"""The dashboard wired to two clinics in the in-memory table, and a nurse who is signed in."""

from collections.abc import Iterator

import pytest

from aftercare import telemetry, wiring
from tests.unit.web.browser import Browser, opened_browser


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    for name, value in {"TABLE_NAME": "aftercare", "PUBLIC_BASE_URL": "https://care.example"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(telemetry.metrics.provider, "namespace", "Aftercare")
    monkeypatch.setattr(telemetry.metrics.provider, "service", "aftercare")
    telemetry.metrics.clear_metrics()
    wiring.rewire()
    yield opened_browser()
    wiring.rewire()
