"""What the table's errors mean to us: the one retry map."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from aftercare.domain.errors import AlreadyKept, Conflict, TryAgain

_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "InternalServerError",
}
_REASONS_OF_ANOTHER = {"TransactionConflict"}


@contextmanager
def store_faults(write_id: str | None = None) -> Iterator[None]:
    """Turn the table's refusals into our three families.

    A write whose answer was lost is sent again by the SDK and then fails its own condition; it is
    recognised by ``write_id`` in the item it collided with, and counts as done.

    Raises:
        Conflict: The condition failed, and the item is somebody else's.
        AlreadyKept: Only a record beside the first item was there already.
        TryAgain: Throttled, or no answer.
    """
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ConditionalCheckFailedException":
            _conflict(error.response.get("Item"), write_id)
        elif code == "TransactionCanceledException":
            _cancelled(error.response, write_id)
        elif code in _THROTTLED:
            raise TryAgain(f"table: {code}") from error
        else:
            raise
    except (BotoConnectionError, HTTPClientError) as error:
        raise TryAgain("table: no answer") from error


def _conflict(found: Any, write_id: str | None) -> None:
    ours = write_id is not None and found is not None and found.get("w", {}).get("S") == write_id
    if not ours:
        raise Conflict("table: another writer was first")


def _cancelled(response: Any, write_id: str | None) -> None:
    reasons = response.get("CancellationReasons", [])
    codes = [reason.get("Code") for reason in reasons]
    if codes and codes[0] == "ConditionalCheckFailed":
        _conflict(reasons[0].get("Item"), write_id)
    elif "ConditionalCheckFailed" in codes:
        raise AlreadyKept("table: a record of this write is there already")
    elif set(codes) & _REASONS_OF_ANOTHER:
        raise Conflict("table: another transaction was at work")
    else:
        raise TryAgain(f"table: transaction cancelled, {sorted({c for c in codes if c})}")
