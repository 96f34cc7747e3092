"""An alert that nobody takes calls people every hour for ever: a run must end all the same."""

from collections.abc import Mapping
from typing import Any

from aftercare.domain.alert import RED_LADDER, AlertState
from aftercare.domain.tier import Tier


def begins_anew(image: Mapping[str, Any]) -> bool:
    """Say whether all that an item waits for is to call everybody once more, as it did already.

    Args:
        image: The item, as the table's stream shows it.
    """
    if not image["sk"]["S"].startswith("ALERT#") or "rung_at" not in image:
        return False
    unanswered = (image["tier"]["S"], image["state"]["S"]) == (Tier.RED.value, AlertState.RAISED.value)
    called_all = int(image["rung"]["N"]) >= len(RED_LADDER)
    return unanswered and called_all and image["due_at"] == image["rung_at"]
