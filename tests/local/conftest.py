"""Toy handlers and a toy template: what the local cloud promises, without the real service."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import ModuleType
from typing import Any

import pytest

from infra.local.carrier import Carrier
from infra.local.cloud import Cloud
from infra.local.happenings import Doors, Receipts
from infra.local.rehearsal import Rehearsal, read_clinic
from infra.local.virtual_clock import VirtualClock
from tests.local.desk import NINE, TOYS, Desk, DeskOpener
from tests.local.script_truth import EXAMPLES

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


# ---- a rehearsal of a toy template


@pytest.fixture
def open_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskOpener]:
    """Open a rehearsal whose use cases behind a screen are toys; it closes by itself."""
    monkeypatch.syspath_prepend(str(TOYS))
    toys = importlib.import_module("toy_desk")
    toys.SEEN.clear()
    with ExitStack() as stack:

        def opened(receipts: Receipts = "none", template: str = "toy_desk.yaml") -> Desk:
            clinic = read_clinic(EXAMPLES / "clinic.toml")
            doors = Doors(alerts="toy_desk", forms="toy_desk")
            rehearsal = Rehearsal(clinic, NINE, "moto", TOYS / template, receipts=receipts, doors=doors)
            return Desk(stack.enter_context(rehearsal), toys.SEEN)

        yield opened


@pytest.fixture
def desk(open_desk: DeskOpener) -> Desk:
    return open_desk()
