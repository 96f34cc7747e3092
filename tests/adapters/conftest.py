"""An empty table behind each kind of client the adapters may be given."""

from collections.abc import Iterator
from typing import Any

import pytest

from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from tests.adapters.table_lanes import LANES, TABLE


@pytest.fixture(params=LANES)
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LANES[request.param]() as opened:
        yield opened


@pytest.fixture
def store(client: Any) -> DynamoDbFollowups:
    return DynamoDbFollowups(client, TABLE)
