"""A protocol: which touches hang on a session, when each is due and until when it is worth sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from aftercare.domain.consent import Purpose
from aftercare.domain.ids import ProtocolId


class Kind(StrEnum):
    """What a touch is to the patient. From ``OPT_IN`` on they are in no protocol: they are answers."""

    REMINDER = "reminder"
    SAFETY = "safety"
    CHECK_IN = "check_in"
    MEASURE = "measure"
    EDUCATION = "education"
    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    HELP = "help"
    CRISIS = "crisis"
    AFTER_HOURS = "after_hours"
    MANUAL = "manual"


class Anchor(StrEnum):
    """The instant of a session that a step hangs on."""

    START = "start"
    DISCHARGE = "discharge"
    MOVED = "moved"


class SkipRule(StrEnum):
    """Reasons known in advance for which a step is not worth sending."""

    NEXT_SESSION_SOONER = "next_session_sooner"
    RECENT_SESSION = "recent_session"


@dataclass(frozen=True, slots=True)
class Timing:
    """When a step is due, relative to its anchor.

    Either ``after`` (elapsed time, negative before the anchor) or ``days`` and ``at`` (a wall time
    on the patient's calendar, so many days from the anchor's own day).

    ``between`` lets an elapsed time give way to the send window: the touch may move to any instant
    between the two offsets before it is put off to the next morning. ``no_earlier`` is a wall time
    before which the touch waits on its day.
    """

    anchor: Anchor
    after: timedelta | None = None
    days: int | None = None
    at: time | None = None
    between: tuple[timedelta, timedelta] | None = None
    no_earlier: time | None = None


@dataclass(frozen=True, slots=True)
class TooLate:
    """The instant from which a touch is worthless: elapsed from its anchor, or a wall time."""

    after: timedelta | None = None
    days: int | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a protocol.

    Attributes:
        key: Names the step inside its protocol, and the touch: ``<session id>.<key>``.
        words: Id of the message in ``content/messages``; ``library`` takes the next education
            topic this patient has not been sent.
        measures: Codes of the forms a measure step asks for.
        sessions: Session numbers that have this step; empty means all.
        from_session: The step belongs to this and every later number.
        not_sessions: Session numbers that do without it.
        superseded: A later session of the course ends this step if it is still pending.
        leaves_room: How many of the week's texts this step leaves to more important ones.
        skip_if_answered: Not asked again when the patient gave the same answer this recently.
    """

    key: str
    kind: Kind
    purpose: Purpose
    words: str
    timing: Timing
    too_late: TooLate
    measures: tuple[str, ...] = ()
    sessions: tuple[int, ...] = ()
    from_session: int = 1
    not_sessions: tuple[int, ...] = ()
    superseded: bool = False
    leaves_room: int = 0
    skip_if: tuple[SkipRule, ...] = ()
    skip_if_answered: timedelta | None = None

    def applies_to(self, number: int) -> bool:
        """Say whether session ``number`` of a course has this step."""
        named = not self.sessions or number in self.sessions
        return named and number >= self.from_session and number not in self.not_sessions


@dataclass(frozen=True, slots=True)
class Protocol:
    """A reviewed schedule. ``sources`` say where the times come from; ``review_by`` is a deadline.

    ``usual_days``: when the sessions of a usual course are, in days after the first. It plans nothing;
    a calendar is drawn from it.
    """

    id: ProtocolId
    title: str
    sources: tuple[str, ...]
    review_by: date
    steps: tuple[Step, ...]
    usual_days: tuple[int, ...] = (0,)

    def step(self, key: str) -> Step:
        """Return the step called ``key``. Raises ``KeyError`` when there is none."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)


Protocols = Mapping[ProtocolId, Protocol]
LIBRARY = "library"
