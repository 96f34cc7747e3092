"""One page of a list, and the cursor that goes on behind it.

A cursor is the place of its last row with a check of clinic and list before it, so that one that was cut,
mixed up or made up is refused. It opens nothing by itself: the clinic always comes from whoever asks.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

from aftercare.adapters.attributes import Item, item
from aftercare.adapters.store_faults import store_faults
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId

# Below and above every key of ours; a range key may be a kilobyte long.
LOWEST, HIGHEST = "!", "\U0010ffff"
_CHECK = 6
_CURSOR_MAX = 1500


def cursor_at(clinic_id: ClinicId, name: str, place: str) -> str:
    """Return the cursor behind this place of one list of one clinic."""
    return base64.urlsafe_b64encode(_check(clinic_id, name, place) + place.encode()).rstrip(b"=").decode()


def place_in(cursor: str, clinic_id: ClinicId, name: str) -> str:
    """Return the place that a cursor stands at.

    Raises:
        BadInput: It is no cursor of this list of this clinic.
    """
    wrong = BadInput("after", None, "the cursor that came with the page before")
    if not cursor.isascii() or len(cursor) > _CURSOR_MAX:
        raise wrong
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = raw[_CHECK:].decode()
    except (binascii.Error, UnicodeDecodeError):
        raise wrong from None
    if not place or cursor_at(clinic_id, name, place) != cursor:
        raise wrong
    return place


def _check(clinic_id: ClinicId, name: str, place: str) -> bytes:
    return hashlib.sha256(f"{clinic_id}\n{name}\n{place}".encode()).digest()[:_CHECK]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: one partition of the table or of an index, in the order of its range key, within bounds."""

    partition: str
    hash: str = "pk"
    range: str = "sk"
    index: str | None = None
    low: str = LOWEST
    high: str = HIGHEST
    latest_first: bool = False

    def place_of(self, row: Item) -> str:
        return str(row[self.range]["S"])


def page_of(
    client: Any, table: str, listed: Listed, limit: int, place: str | None
) -> tuple[list[Item], bool]:
    """Return one page of rows behind a place, in one call, and whether more follow."""
    low, high = listed.low, listed.high
    if place is not None:
        low, high = (low, min(high, place)) if listed.latest_first else (max(low, place), high)
    if low > high:
        return [], False
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "#hash = :hash AND #range BETWEEN :low AND :high",
        "ExpressionAttributeNames": {"#hash": listed.hash, "#range": listed.range},
        "ExpressionAttributeValues": item({":hash": listed.partition, ":low": low, ":high": high}),
        "ScanIndexForward": not listed.latest_first,
        # One more tells whether more follow, and another one is the row of the cursor itself.
        "Limit": limit + 1 + (place is not None),
    }
    if listed.index is not None:
        request["IndexName"] = listed.index
    with store_faults():
        answer = client.query(**request)
    rows = [row for row in answer["Items"] if listed.place_of(row) != place]
    return rows[:limit], len(rows) > limit or ("LastEvaluatedKey" in answer and bool(rows))
