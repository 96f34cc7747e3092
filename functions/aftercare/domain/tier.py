"""How soon a person must see something."""

from enum import StrEnum


class Tier(StrEnum):
    """At once, the same business day, or the next."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"

    @property
    def rank(self) -> int:
        """Higher is sooner."""
        return ("green", "amber", "red").index(self.value)
