"""The clinic that every story plays in, opened on Sunday 1 November 2026."""

from collections.abc import Iterator

import pytest

from tests.behaviours.visits import Riverside, riverside_opens


@pytest.fixture
def riverside() -> Iterator[Riverside]:
    with riverside_opens() as clinic:
        yield clinic
