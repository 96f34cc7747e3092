"""Requests that touch several items of the in-memory table: batches and transactions.

Limits: Amazon DynamoDB Developer Guide, "Service quotas": 25 writes or 100 reads a batch, 16 MB a batch,
100 items and 4 MB a transaction; a client token is remembered for 10 minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from infra.local.expressions import statement
from infra.local.table_faults import Rejected, invalid, malformed
from infra.local.table_reads import Found, shown
from infra.local.table_storage import Key, Storage
from infra.local.table_writes import Write, planned_check, planned_delete, planned_put, planned_update

BATCH_WRITES = 25
BATCH_READS = 100
BATCH_BYTES = 16 * 1024 * 1024
TRANSACTION_ITEMS = 100
TRANSACTION_BYTES = 4 * 1024 * 1024
TOKEN_LIFE = timedelta(minutes=10)

Plan = Callable[[Storage, Mapping[str, Any]], Write]
TRANSACTION_PLANS: dict[str, tuple[Plan, frozenset[str]]] = {
    "Put": (planned_put, frozenset(("TableName", "Item"))),
    "Update": (planned_update, frozenset(("TableName", "Key", "UpdateExpression"))),
    "Delete": (planned_delete, frozenset(("TableName", "Key"))),
    "ConditionCheck": (planned_check, frozenset(("TableName", "Key", "ConditionExpression"))),
}


def refuse_other_table(asked: str, name: str) -> None:
    """Refuse a request for a table that is not there.

    Raises:
        Rejected: It is another table than the only one there is.
    """
    if asked != name:
        raise Rejected("ResourceNotFoundException", "Requested resource not found")


def only_table(request_items: Mapping[str, Any], name: str) -> Any:
    """Return what a batch asks of this table, the only one there is.

    Raises:
        Rejected: It names another table, or none.
    """
    if not request_items:
        raise malformed("Invalid length for parameter RequestItems, value: 0, valid min length: 1")
    for asked in request_items:
        refuse_other_table(asked, name)
    return request_items[name]


def _refuse_twins(keys: Sequence[Key], message: str) -> None:
    if len(set(keys)) != len(keys):
        raise invalid(message)


def batch_get(storage: Storage, name: str, request: Mapping[str, Any]) -> Found:
    """Answer a BatchGetItem; what does not fit 16 MB comes back as unread.

    Raises:
        Rejected: Too many keys, the same key twice, or a key that does not match.
    """
    wanted = only_table(request["RequestItems"], name)
    asked = wanted["Keys"]
    if not 1 <= len(asked) <= BATCH_READS:
        raise invalid("Too many items requested for the BatchGetItem call")
    said, _ = statement(wanted)
    keys = [storage.key_given(key) for key in asked]
    _refuse_twins(keys, "Provided list of item keys contains duplicates")
    items, sizes, left, total = [], [], [], 0
    for key, given in zip(keys, asked, strict=True):
        stored = storage.at(key)
        total += stored.size if stored else 0
        if total > BATCH_BYTES:
            left.append(given)
            continue
        sizes.append(stored.size if stored else 0)
        if stored:
            items.append(shown(stored.item, said.projection))
    unread = {name: {**wanted, "Keys": left}} if left else {}
    return Found({"Responses": {name: items}, "UnprocessedKeys": unread}, tuple(sizes))


def batch_writes(storage: Storage, name: str, request: Mapping[str, Any]) -> tuple[Write, ...]:
    """Plan a BatchWriteItem.

    Raises:
        Rejected: Too many writes, the same item twice, too large, or a write that is refused by itself.
    """
    asked = only_table(request["RequestItems"], name)
    if not 1 <= len(asked) <= BATCH_WRITES:
        raise invalid("Too many items requested for the BatchWriteItem call")
    writes = []
    for entry in asked:
        if set(entry) == {"PutRequest"}:
            writes.append(planned_put(storage, {"Item": entry["PutRequest"]["Item"]}))
        elif set(entry) == {"DeleteRequest"}:
            writes.append(planned_delete(storage, {"Key": entry["DeleteRequest"]["Key"]}))
        else:
            raise invalid("Supplied AttributeValue is empty, must contain exactly one write request")
    _refuse_twins([write.key for write in writes], "Provided list of item keys contains duplicates")
    if sum(write.after.size for write in writes if write.after) > BATCH_BYTES:
        raise invalid("The batch is larger than 16 MB")
    return tuple(writes)


def transaction_writes(storage: Storage, name: str, request: Mapping[str, Any]) -> tuple[Write, ...]:
    """Plan a TransactWriteItems; a write that must not be made carries its refusal.

    Raises:
        Rejected: Too many items, the same item twice, too large, or an expression that cannot be read.
    """
    actions = request["TransactItems"]
    if not actions:
        raise malformed("Invalid length for parameter TransactItems, value: 0, valid min length: 1")
    if len(actions) > TRANSACTION_ITEMS:
        raise invalid("Member must have length less than or equal to 100")
    writes = tuple(_planned(storage, name, *numbered) for numbered in enumerate(actions))
    twins = "Transaction request cannot include multiple operations on one item"
    _refuse_twins([write.key for write in writes], twins)
    if sum(write.after.size for write in writes if write.after) > TRANSACTION_BYTES:
        raise invalid("Transaction is larger than 4 MB")
    return writes


def _planned(storage: Storage, name: str, position: int, action: Mapping[str, Any]) -> Write:
    if len(action) != 1:
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    for kind, body in action.items():
        plan, needed = TRANSACTION_PLANS.get(kind, (None, frozenset()))
        if plan is None or not needed <= body.keys():
            raise malformed(f"Missing required parameter in TransactItems: {kind} needs {sorted(needed)}")
        refuse_other_table(body["TableName"], name)
        try:
            return plan(storage, body)
        except Rejected as refusal:
            # An unreadable expression refuses the whole request; anything else is this item's reason.
            statement(body)
            # No item has an empty key: it stands for one that could not be read.
            return Write(("", str(position)), None, None, refusal)
    raise AssertionError("unreachable: the action has one member")


def cancelled(writes: Sequence[Write]) -> Rejected | None:
    """Build the refusal of a transaction of which a write must not be made; None when all may."""
    if all(write.refusal is None for write in writes):
        return None
    reasons = [_reason(write.refusal) for write in writes]
    codes = ", ".join(reason["Code"] for reason in reasons)
    return Rejected(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        {"CancellationReasons": reasons},
    )


def _reason(refusal: Rejected | None) -> dict[str, Any]:
    if refusal is None:
        return {"Code": "None"}
    code = (
        "ConditionalCheckFailed" if refusal.code == "ConditionalCheckFailedException" else "ValidationError"
    )
    return {"Code": code, "Message": refusal.message, **refusal.extras}


class Tokens:
    """Remembers the client tokens of transactions that were made, for ten minutes."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[datetime, str]] = {}

    def repeats(self, token: str, request: Mapping[str, Any], now: datetime) -> bool:
        """Whether this very transaction was made already under this token.

        Raises:
            Rejected: The token was used for another request.
        """
        for old, (made_at, _) in list(self._seen.items()):
            if now - made_at < TOKEN_LIFE:
                break
            del self._seen[old]
        seen = self._seen.get(token)
        if seen is None:
            return False
        if seen[1] != repr(request["TransactItems"]):
            raise Rejected(
                "IdempotentParameterMismatchException",
                "The request uses the same client token as a previous, but non-identical request.",
            )
        return True

    def remember(self, token: str, request: Mapping[str, Any], now: datetime) -> None:
        """Keep the token of a transaction that was made."""
        self._seen[token] = (now, repr(request["TransactItems"]))
