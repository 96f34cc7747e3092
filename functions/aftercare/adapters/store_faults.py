"""What the table's errors mean to us: the one retry map."""

from collections.abc import Container, Iterator
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
_ANOTHER_AT_WORK = {"TransactionConflictException", "ReplicatedWriteConflictException"}


@contextmanager
def store_faults(write_id: str | None = None, once: Container[int] | None = None) -> Iterator[None]:
    """Turn the table's refusals into our three families.

    A write whose answer was lost is sent again by the SDK and then fails its own condition; it is
    recognised by ``write_id`` in the item it collided with, and counts as done.

    Args:
        write_id: Ours alone.
        once: Which entries of a transaction are records that are stored once; all but the first, if not
            told. A failed condition of any other entry is somebody else's write.

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
            _cancelled(error, write_id, once)
        elif code in _ANOTHER_AT_WORK:
            raise Conflict("a transaction was at work on the same item") from error
        elif code in _THROTTLED or _status(error) >= 500:
            raise TryAgain(f"store: {code}") from error
        else:
            raise
    except (BotoConnectionError, HTTPClientError) as error:
        raise TryAgain("store: no answer") from error


def _conflict(found: Any, write_id: str | None) -> None:
    ours = write_id is not None and found is not None and found.get("w", {}).get("S") == write_id
    if not ours:
        raise Conflict("another writer was first")


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))


def _cancelled(error: ClientError, write_id: str | None, once: Container[int] | None) -> None:
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = [reason.get("Code") for reason in reasons]
    if codes and codes[0] == "ConditionalCheckFailed":
        _conflict(reasons[0].get("Item"), write_id)
    elif "ConditionalCheckFailed" in codes:
        failed = [n for n, code in enumerate(codes) if code == "ConditionalCheckFailed"]
        if once is None or any(n in once for n in failed):
            raise AlreadyKept("a record of this write is there already")
        raise Conflict("another writer was first")
    elif "TransactionConflict" in codes:
        raise Conflict("another transaction was at work on the same item")
    elif "ValidationError" in codes:
        raise error  # no retry mends it
    else:
        raise TryAgain(f"store: transaction cancelled, {sorted({c for c in codes if c})}")
