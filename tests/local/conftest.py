"""Toy handlers and a toy template: what the local cloud promises, without the real service."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.virtual_clock import VirtualClock

TOYS = Path(__file__).parent / "toys"
NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
Opener = Callable[..., Cloud]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NINE)


@pytest.fixture
def carrier(clock: VirtualClock) -> Carrier:
    return Carrier(clock)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of the toy handlers, with nothing seen yet."""
    monkeypatch.syspath_prepend(str(TOYS))
    module = importlib.import_module("toy_clinic")
    module.SEEN.clear()
    module.MOODS.clear()
    yield module
    module.SEEN.clear()
    module.MOODS.clear()


@pytest.fixture
def open_cloud(toys: ModuleType, clock: VirtualClock, carrier: Carrier) -> Iterator[Opener]:
    """Open a cloud of the toy template; it closes by itself."""
    with ExitStack() as stack:

        def opened(**more: Any) -> Cloud:
            return stack.enter_context(Cloud(TOYS / "toy_template.yaml", clock, carrier, **more))

        yield opened


@pytest.fixture
def cloud(open_cloud: Opener) -> Cloud:
    return open_cloud()
