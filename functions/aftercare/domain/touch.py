"""One planned contact, and the reasons for which it may not be made."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.domain.consent import Channel, Purpose
from aftercare.domain.followup import Mark
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.protocol import Anchor, Kind, Step


class Reason(StrEnum):
    """Why a touch was not sent. Stored, shown to staff, and explained in ``REASONS``."""

    TOO_LATE = "too_late"
    SUPERSEDED = "superseded"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_COMPLETED = "session_completed"
    SESSION_MOVED = "session_moved"
    TOLD_ALREADY = "told_already"
    CLOSED = "closed"
    PAUSED = "paused"
    CONVERSATION = "conversation"
    NO_CONSENT = "no_consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    NO_ADDRESS = "no_address"
    UNREACHABLE = "unreachable"
    UNENCRYPTED_NOT_ACCEPTED = "unencrypted_not_accepted"
    CONTENT_NOT_SIGNED = "content_not_signed"
    WORDS_MISSING = "words_missing"
    WORDS_OVERDUE = "words_overdue"
    CAPPED = "capped"
    NEXT_SESSION_SOONER = "next_session_sooner"
    RECENT_SESSION = "recent_session"
    ANSWERED = "answered"
    ALL_TAUGHT = "all_taught"
    PAGE_NOT_OPEN = "page_not_open"
    CARRIER_UNREACHABLE = "carrier_unreachable"
    CARRIER_REFUSED = "carrier_refused"
    CARRIER_OPTED_OUT = "carrier_opted_out"


REASONS: dict[Reason, str] = {
    Reason.TOO_LATE: "Its useful time had passed before a decent hour came.",
    Reason.SUPERSEDED: "A later session of the course has its own follow-up.",
    Reason.SESSION_CANCELLED: "The session was cancelled.",
    Reason.SESSION_COMPLETED: "The session had already taken place.",
    Reason.SESSION_MOVED: "The session moved; the new date has its own reminders.",
    Reason.TOLD_ALREADY: "The patient was told of the new date less than a day before.",
    Reason.CLOSED: "The patient's file is closed.",
    Reason.PAUSED: "Messages are paused for this patient.",
    Reason.CONVERSATION: "A person was talking with the patient.",
    Reason.NO_CONSENT: "There is no consent for this channel and purpose.",
    Reason.CONSENT_WITHDRAWN: "The patient withdrew consent, or the address it was given for changed.",
    Reason.CONSENT_EXPIRED: "The consent ran out.",
    Reason.NO_ADDRESS: "There is consent but no phone number or address.",
    Reason.UNREACHABLE: "The number or address does not take messages; the clinic must mend it.",
    Reason.UNENCRYPTED_NOT_ACCEPTED: "The patient has not accepted unencrypted messages.",
    Reason.CONTENT_NOT_SIGNED: "The clinic has not signed the words yet; only sandbox numbers are served.",
    Reason.WORDS_MISSING: "The message has no words in the patient's language.",
    Reason.WORDS_OVERDUE: "The words wait for their review.",
    Reason.CAPPED: "The patient had as many texts as the clinic allows in a day or a week.",
    Reason.NEXT_SESSION_SOONER: "The next session comes sooner.",
    Reason.RECENT_SESSION: "The patient is in the clinic that week anyway.",
    Reason.ANSWERED: "The patient had already answered.",
    Reason.ALL_TAUGHT: "The patient has had every topic.",
    Reason.PAGE_NOT_OPEN: "The page that the message points to is not open.",
    Reason.CARRIER_UNREACHABLE: "The carrier could not be reached until it was too late.",
    Reason.CARRIER_REFUSED: "The carrier refused the message.",
    Reason.CARRIER_OPTED_OUT: "The carrier lists this number as opted out.",
}


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact still to be made.

    Attributes:
        key: The step's key, with the number of moves behind it for reminders of a moved session.
        due_at: When it should leave, a decent hour of the patient's own clock.
        too_late_at: From here on it is worthless; ``None`` for answers to the patient.
        doomed: Known in advance not to be sent.
        channel: By which way an answer goes: the way the patient wrote.
        by_wish: A person of the clinic asked for it now: a new link to a form.
    """

    id: TouchId
    session_id: SessionId | None
    key: str
    kind: Kind
    purpose: Purpose
    words: str
    due_at: datetime
    too_late_at: datetime | None
    step: Step | None = None
    mark: Mark | None = None
    doomed: Reason | None = None
    channel: Channel = Channel.SMS
    by_wish: bool = False

    @property
    def counted(self) -> bool:
        """Whether it uses up one of the texts that a patient may get in a day and a week."""
        return self.kind not in UNCOUNTED

    @property
    def urgent(self) -> bool:
        """Whether no cap or gap may hold it back within the window: a visit has moved, a person asked."""
        return self.by_wish or (self.step is not None and self.step.timing.anchor is Anchor.MOVED)

    @property
    def rank(self) -> tuple[bool, int, datetime, str]:
        """What goes first when several touches are due at once."""
        return not self.urgent, PRIORITY[self.kind], self.due_at, self.id

    @property
    def wakes_at(self) -> datetime:
        """When the engine must look at it next."""
        if self.mark is not None:
            return max(self.due_at, self.mark.at)
        return self.due_at


# Answers to the patient and the safety text at discharge leave at any hour and are never counted.
ANY_HOUR = frozenset({Kind.SAFETY, Kind.OPT_OUT, Kind.HELP, Kind.AFTER_HOURS})
UNCOUNTED = ANY_HOUR | {Kind.OPT_IN}
# The law and the patient both want an answer to STOP and HELP, whatever else stands in the way; and
# whoever writes at night must learn that nobody reads it before the morning.
ANSWERS = frozenset({Kind.OPT_OUT, Kind.HELP, Kind.AFTER_HOURS})
# While a person talks with the patient, the machine does not ask and does not teach.
TALK = frozenset({Kind.CHECK_IN, Kind.MEASURE, Kind.EDUCATION})

PRIORITY = {
    kind: rank
    for rank, kind in enumerate(
        (
            Kind.CRISIS,
            Kind.OPT_OUT,
            Kind.HELP,
            Kind.AFTER_HOURS,
            Kind.MANUAL,
            Kind.SAFETY,
            Kind.OPT_IN,
            Kind.REMINDER,
            Kind.CHECK_IN,
            Kind.MEASURE,
            Kind.EDUCATION,
        )
    )
}
