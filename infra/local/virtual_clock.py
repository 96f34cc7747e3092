"""Time that only moves when told to, and ids that come in order: a month plays in seconds, twice alike."""

import hashlib
import itertools
from datetime import UTC, datetime


class VirtualClock:
    """A clock that stands still until somebody moves it forward.

    Args:
        now: Where it starts; any aware instant.
    """

    def __init__(self, now: datetime) -> None:
        self._now = _as_utc(now)

    def now(self) -> datetime:
        """Return the current virtual instant, aware and in UTC."""
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move forward to ``instant``.

        Raises:
            ValueError: ``instant`` is naive or lies in the past.
        """
        instant = _as_utc(instant)
        if instant < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()}: it cannot go back to {instant}")
        self._now = instant


class SequentialIds:
    """Tokens that look random (22 characters, as the service's own) and are the same on every run.

    Args:
        seed: Two generators with the same seed give the same tokens.

    Attributes:
        given: How many there were.
    """

    def __init__(self, seed: str = "aftercare") -> None:
        self._seed = seed
        self._numbers = itertools.count(1)
        self.given = 0

    def skip(self, count: int) -> None:
        """Leave out the first ``count`` tokens: they were given before."""
        self.given = count
        self._numbers = itertools.count(count + 1)

    def token(self) -> str:
        """Return the next token, never the same twice."""
        self.given += 1
        return hashlib.sha256(f"{self._seed}:{next(self._numbers)}".encode()).hexdigest()[:22]


def _as_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC)
