"""What was answered to a request that may come again: the same one is answered the same, and acts once."""

from dataclasses import dataclass
from datetime import timedelta

# A client that has not tried again by then has given up.
KEPT = timedelta(hours=24)
# Longer than a function can run: by then whoever began is gone, and the act itself is safe to repeat.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, as it went out."""

    status: int
    body: str
