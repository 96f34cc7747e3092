"""Everything that can go wrong, in three families with one retry map.

AftercareError
+-- BadInput   what we were given is wrong: never retried, kept where staff see it
|   +-- NotFound     there is no such thing at this clinic, or anywhere: nobody learns which
|   +-- NotAllowed   the person who asks has no role for it
|   +-- MayNotWrite  a person may not write to this patient now, and is told why
+-- Conflict   someone else was first: for the caller this is success, or a reason to read again
|   +-- AtOdds        what was asked does not go with what is known: look, then decide
|   +-- AlreadyKept   the very thing to be stored is stored already
+-- TryAgain   the outside world is not ready: retried by the queue or the schedule
"""

# An event may be a quarter of a megabyte of one wrong field; a task must stay readable.
FOUND_SHOWN = 200


class AftercareError(Exception):
    """Root of the three families."""


class BadInput(AftercareError):
    """What we were given cannot be used as it is.

    Attributes:
        field: Where the fault is, as a path the sender knows (``detail.patient.phone``).
        found: What stood there. May hold a patient's words: never log it.
        allowed: What would have been accepted.
        where: The file, line or event id, when the raiser knows it.
    """

    def __init__(self, field: str, found: object, allowed: str, where: str = "") -> None:
        self.field = field
        self.found = found
        self.allowed = allowed
        self.where = where
        super().__init__(field, found, allowed, where)

    def __str__(self) -> str:
        prefix = f"{self.where}: " if self.where else ""
        found = repr(self.found)
        if len(found) > FOUND_SHOWN:
            found = f"{found[:FOUND_SHOWN]}..."
        return f"{prefix}{self.field}: found {found}; allowed: {self.allowed}"

    @property
    def without_found(self) -> str:
        """The same sentence without what was found: safe for a log or a queue attribute."""
        return f"{self.field}: allowed: {self.allowed}"

    def at(self, where: str) -> "BadInput":
        """Return the same error, naming the file, line or event it was found in."""
        return BadInput(self.field, self.found, self.allowed, where)


class NotFound(BadInput):
    """There is no such thing at this clinic. What another clinic has is answered in the same words."""

    def __init__(self, field: str) -> None:
        super().__init__(field, None, "an id of this clinic")


class NotAllowed(BadInput):
    """None of the person's roles has the right that this takes."""

    def __init__(self, right: str) -> None:
        super().__init__("role", None, f"a role with the right {right}")


class MayNotWrite(BadInput):
    """A person may not write to this patient now.

    Attributes:
        code: Which hindrance it is (``domain.by_hand.Hindrance``).
        why: The same as a sentence that the person reads.
    """

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        self.why = why
        super().__init__("patient", code, f"a patient who may be written to now. {why}")


class Conflict(AftercareError):
    """Another writer was first. The state is whole; read it again."""


class AtOdds(Conflict):
    """What was asked does not go with what is known.

    Attributes:
        field: What it is about.
        allowed: What would go.
    """

    def __init__(self, field: str, allowed: str) -> None:
        self.field = field
        self.allowed = allowed
        super().__init__(f"{field}: allowed: {allowed}")


class AlreadyKept(Conflict):
    """This reply was stored before: a repeated delivery, and nothing is left to do."""


class TryAgain(AftercareError):
    """Not now: throttled, provider down, or another worker holds this touch."""
