"""Everything the sender must know about one patient, as one value that is stored as one item.

Consent, contact and the state of every touch stand side by side, and every write is conditional on
the version that was read. So whatever a claim relied on cannot have changed when the claim commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.domain.consent import Channel, Standings
from aftercare.domain.ids import AlertId, ClinicId, CourseId, PatientId, ProtocolId, SessionId, TouchId
from aftercare.domain.patient import Contact
from aftercare.domain.protocol import Kind


class MarkState(StrEnum):
    """What became of a touch. No mark at all: it is still to come."""

    HELD = "h"
    DOOMED = "d"
    CLAIMED = "c"
    NOT_SENT = "n"


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one touch.

    Attributes:
        at: When it was claimed or dropped, or until when it is held.
        attempts: Failed tries so far.
        why: The reason (``Reason``) of one that was dropped, or is to be with the next write.
        again: The first message did not arrive; this is its second one, by that channel only.
    """

    state: MarkState
    at: datetime
    attempts: int = 0
    why: str = ""
    again: Channel | None = None

    @property
    def settled(self) -> bool:
        return self.state in (MarkState.CLAIMED, MarkState.NOT_SENT)


class Status(StrEnum):
    SCHEDULED = "s"
    COMPLETED = "d"
    CANCELLED = "x"


@dataclass(frozen=True, slots=True)
class Session:
    """One treatment visit and what became of its touches.

    Attributes:
        as_of: When the latest fact that shaped this session occurred.
        facts: Short hashes of the events already applied, so that a repeated id changes nothing.
        told: The start that the patient was last told in a reminder.
        told_round: What ``round`` was then.
        moves: How often it got a new date after reminders of the old one had ended.
        round: Which of those its reminders belong to; a new date has reminders of its own.
        moved_at: Since when the patient is owed the news of a date they were not told.
        settled: All of its touches have ended; ``marks`` are gone.
    """

    id: SessionId
    protocol: ProtocolId
    course_id: CourseId
    number: int
    status: Status
    as_of: datetime
    starts_at: datetime | None = None
    ended_at: datetime | None = None
    discharged_at: datetime | None = None
    told: datetime | None = None
    told_round: int = 0
    moves: int = 0
    round: int = 0
    moved_at: datetime | None = None
    settled: bool = False
    facts: tuple[str, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def left_at(self) -> datetime | None:
        """When the patient left: the discharge if it was recorded, else the end of the session."""
        return self.discharged_at or self.ended_at


@dataclass(frozen=True, slots=True)
class Notice:
    """Something we owe this patient outside any session: a confirmation or an answer.

    ``channel``: by which way, for an answer; the way the patient wrote.
    """

    id: TouchId
    kind: Kind
    due_at: datetime
    mark: Mark | None = None
    channel: Channel = Channel.SMS


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """What the rules must know of an alert that is not resolved. ``texted_at``: its last crisis text."""

    red: bool
    reason: str
    raised_at: datetime
    acknowledged: bool = False
    texted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Followup:
    """One patient's follow-up.

    Attributes:
        enrolled_at: When the latest enrolment occurred; it states every field.
        changed: When a field was changed after that, by field name.
        recent: When each counted text of the last seven days was claimed.
        last_sent_at: When anything at all was last claimed.
        taught: Education topics already claimed; none is ever repeated.
        opted_in_at: When the opt-in text was last claimed.
        stopped_at: When the last opt-out was confirmed to the patient.
        answered_at: When the patient last answered the mood question.
        moods: Each answer to it of the last two weeks.
        unanswered: When each check-in since the patient's last word was claimed, two at most.
        at_risk: Item 9 was above 0 at the last look: one silent check-in is enough to call.
        alerts: The alerts that are not resolved.
        after_hours_at: When the patient was last told that the clinic is closed.
        talk_until: Until when a person's conversation with the patient holds our questions back.
        unreachable: Channels whose present address does not take messages.
        awaited: An event waits for one of this patient's sessions, or did.
        version: Grows by one with each write; 0 before the first.
    """

    clinic_id: ClinicId
    patient_id: PatientId
    contact: Contact
    standings: Standings
    enrolled_at: datetime
    sessions: Mapping[SessionId, Session] = field(default_factory=dict)
    notices: Mapping[TouchId, Notice] = field(default_factory=dict)
    changed: Mapping[str, datetime] = field(default_factory=dict)
    recent: tuple[datetime, ...] = ()
    last_sent_at: datetime | None = None
    taught: frozenset[str] = frozenset()
    opted_in_at: datetime | None = None
    stopped_at: datetime | None = None
    answered_at: datetime | None = None
    moods: tuple[tuple[datetime, int], ...] = ()
    unanswered: tuple[datetime, ...] = ()
    at_risk: bool = False
    alerts: Mapping[AlertId, OpenAlert] = field(default_factory=dict)
    after_hours_at: datetime | None = None
    talk_until: datetime | None = None
    unreachable: frozenset[Channel] = frozenset()
    paused_until: datetime | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None
    facts: tuple[str, ...] = ()
    awaited: bool = False
    version: int = 0

    @property
    def closed(self) -> bool:
        """Whether the file is closed: for good after a death, else until a later enrolment."""
        if self.closed_at is None:
            return False
        return self.closed_reason == "deceased" or self.closed_at >= self.enrolled_at

    @property
    def texts_since(self) -> datetime | None:
        """Since when the patient has agreed to texts at their present number, for any purpose."""
        stated = [s.stated_at for (c, _), s in self.standings.items() if c is Channel.SMS and s.agreed]
        return min((at for at in stated if at is not None), default=None)

    @property
    def owes_opt_in(self) -> bool:
        """Whether the opt-in text must come before any other program text."""
        since = self.texts_since
        return since is not None and (self.opted_in_at is None or self.opted_in_at < since)

    @property
    def in_danger(self) -> bool:
        """Whether a red alert of this patient is open."""
        return any(alert.red for alert in self.alerts.values())

    def with_session(self, session: Session) -> "Followup":
        return replace(self, sessions={**self.sessions, session.id: session})

    def with_notice(self, notice: Notice) -> "Followup":
        return replace(self, notices={**self.notices, notice.id: notice})


# A week touch is the last thing that can hang on a session (day 56, maintenance); after this nothing
# of it can be due, so forgetting the session cannot bring a touch back.
SESSION_KEPT = timedelta(days=70)
NOTICE_KEPT = timedelta(days=2)
RECENT_KEPT = timedelta(days=7)
# A fall is measured against the patient's own week; a weekly answer must still find the one before it.
MOODS_KEPT, MOODS_MAX = timedelta(days=14), 8


def tidy(followup: Followup, now: datetime) -> Followup:
    """Forget what no rule can need any more, so that the item stays about a kilobyte.

    Args:
        followup: As it is about to be written.
        now: Aware instant.
    """
    sessions = {
        s.id: s
        for s in followup.sessions.values()
        if now - (s.left_at or s.starts_at or s.as_of) <= SESSION_KEPT
    }
    notices = {
        n.id: n
        for n in followup.notices.values()
        if not (n.mark and n.mark.settled and now - n.mark.at > NOTICE_KEPT)
        or (n.kind is Kind.OPT_IN and followup.owes_opt_in)  # it says that the text was tried
    }
    recent = tuple(at for at in followup.recent if now - at < RECENT_KEPT)
    moods = tuple(mood for mood in followup.moods if now - mood[0] < MOODS_KEPT)[-MOODS_MAX:]
    return replace(followup, sessions=sessions, notices=notices, recent=recent, moods=moods)
