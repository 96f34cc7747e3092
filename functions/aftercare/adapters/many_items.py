"""Calls about many items at once: batches, and queries of more than one page."""

from collections.abc import Iterator, Sequence
from typing import Any

from aftercare.adapters.attributes import Item
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.errors import TryAgain

BATCH_GET_MAX = 100
BATCH_WRITE_MAX = 25
# Unprocessed items of a batch come back under load; after this many rounds the queue retries.
ROUNDS_MAX = 4


def batch_get(client: Any, table: str, keys: Sequence[Item], *, consistent: bool = True) -> Iterator[Item]:
    """Yield the items that exist, in no order: one call per hundred keys.

    Raises:
        TryAgain: The store is too busy to answer for all of them.
    """
    for start in range(0, len(keys), BATCH_GET_MAX):
        request: dict[str, Any] = {
            table: {"Keys": list(keys[start : start + BATCH_GET_MAX]), "ConsistentRead": consistent}
        }
        for _ in range(ROUNDS_MAX):
            with store_faults():
                answer = client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table, [])
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                break
        else:
            raise TryAgain("table: batch read left keys unread")


def batch_write(client: Any, table: str, puts: list[Any]) -> None:
    """Store up to 25 items in one call.

    Raises:
        TryAgain: The store is too busy to take all of them.
    """
    request: dict[str, Any] = {table: puts}
    for _ in range(ROUNDS_MAX):
        with store_faults():
            answer = client.batch_write_item(RequestItems=request)
        request = answer.get("UnprocessedItems") or {}
        if not request:
            return
    raise TryAgain("table: batch write left items unwritten")


def query_all(client: Any, **request: Any) -> Iterator[Item]:
    """Yield every item a query finds, one call per megabyte."""
    while True:
        with store_faults():
            answer = client.query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
