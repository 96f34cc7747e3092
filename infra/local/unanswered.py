"""An alert that nobody takes calls people every hour, or every day, for ever: a run must end all the same."""

from collections.abc import Mapping
from typing import Any

from aftercare.domain.alert import PAGED_AT_ONCE, RED_LADDER, AlertState
from aftercare.domain.tier import Tier


def begins_anew(image: Mapping[str, Any]) -> bool:
    """Say whether all that an item waits for is to call everybody once more, as it did already.

    Args:
        image: The item, as the table's stream shows it.
    """
    if not image["sk"]["S"].startswith("ALERT#") or "rung_at" not in image:
        return False
    red = image["tier"]["S"] == Tier.RED.value
    first_day = 2 if image["reason"]["S"] in PAGED_AT_ONCE else 1
    called_all = int(image["rung"]["N"]) >= (len(RED_LADDER) if red else first_day)
    unanswered = image["state"]["S"] == AlertState.RAISED.value
    return unanswered and called_all and image["due_at"] == image["rung_at"]
