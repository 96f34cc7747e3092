"""When to look at a patient next, foreseen with the very rules that will decide then.

A look that can only end in "not yet" is a wake-up, a read and a write for nothing. So the due instant is
the one at which a touch can really go. A touch that will not go, for a reason that asks nothing of
anybody, wakes no one by itself: its end is written down with the patient's next write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.decide import EDUCATION_GAP, Decision, Drop, Hold, Library, Send, decide
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Kind, Protocols
from aftercare.domain.settle import marked
from aftercare.domain.silence import call_at
from aftercare.domain.touch import Reason, Touch

# Reasons that staff need not act on, and that follow from what the patient's item says.
QUIET = frozenset((Reason.CAPPED, Reason.NEXT_SESSION_SOONER, Reason.RECENT_SESSION, Reason.TOLD_ALREADY))
# Such an end waits this long for a write to share: the touch of the same hour tomorrow is one.
QUIET_MAX = timedelta(hours=25)
# A silence is told with the patient's next write, or by itself after this long: it was a day already.
SILENCE_SHARES = timedelta(hours=12)
# A touch that was held so often is looked at, whatever the rules foresee.
HOLDS_MAX = 4


@dataclass(frozen=True, slots=True)
class Weighing:
    """All that deciding needs beside a touch and an instant."""

    touches: Sequence[Touch]
    followup: Followup
    clinic: Clinic
    library: Library

    def decide(self, touch: Touch, at: datetime) -> Decision:
        """Weigh one touch at an instant, as if nothing happened until then."""
        near = touch.kind is Kind.EDUCATION and self.check_in_near(at)
        return decide(touch, self.followup, self.clinic, self.library, at, near)

    def check_in_near(self, at: datetime) -> bool:
        """Say whether a check-in goes within the hour after an instant, one that is held till then too."""
        soon = at + EDUCATION_GAP
        for touch in self.touches:
            if touch.kind is not Kind.CHECK_IN:
                continue
            if touch.wakes_at > at:
                goes_at, goes = touch.wakes_at, True
            else:
                goes_at, decision = self.fate(touch, at)
                goes = isinstance(decision, Send)
            if goes and at < goes_at <= soon:
                return True
        return False

    def fate(self, touch: Touch, at: datetime) -> tuple[datetime, Decision]:
        """Follow one touch through its holds. Returns when they end, and what is decided then."""
        decision = self.decide(touch, at)
        for _ in range(HOLDS_MAX):
            if not isinstance(decision, Hold) or decision.until <= at:
                break
            at = decision.until
            decision = self.decide(touch, at)
        return at, decision

    def ended_quietly(self, touch: Touch, now: datetime) -> Reason | None:
        """Return the reason for which a touch ended at its own time, up to ``now``, and woke nobody."""
        if touch.wakes_at > now or touch.doomed is not None:
            return None
        at, decision = self.fate(touch, touch.wakes_at)
        if at > now or not isinstance(decision, Drop) or not _quiet(touch, decision):
            return None
        return decision.reason

    def wakes_at(self, touch: Touch, now: datetime) -> datetime:
        """Return when this touch must be looked at."""
        at, decision = self.fate(touch, touch.wakes_at)
        if at < now and not _quiet(touch, decision):
            at, decision = self.fate(touch, now)
        return at + QUIET_MAX if _quiet(touch, decision) else at


def _quiet(touch: Touch, decision: Decision) -> bool:
    ends = isinstance(decision, Drop) and decision.reason in QUIET
    return ends and touch.kind is not Kind.SAFETY and not touch.urgent


def next_due(
    followup: Followup,
    clinic: Clinic,
    protocols: Protocols,
    library: Library,
    now: datetime,
    touches: Sequence[Touch] | None = None,
) -> datetime | None:
    """Return when the engine must look at this patient next, or ``None`` when nothing waits.

    Always later than ``now``, the instant of the write: what a sweep has handed over lies before its
    own instant or is handed again under its new one, so nothing that is stored after it can be taken
    for handed over. ``touches``: what is still to come, soonest first, if that is known.
    """
    if touches is None:
        touches = planned(followup, clinic, protocols)
    weighing = Weighing(touches, followup, clinic, library)
    silent_at = call_at(followup)
    earliest = None if silent_at is None else silent_at + SILENCE_SHARES
    for touch in touches:
        if earliest is not None and touch.wakes_at >= earliest:
            break  # the soonest come first, and no touch goes before it wakes
        at = weighing.wakes_at(touch, now)
        earliest = at if earliest is None else min(at, earliest)
    return None if earliest is None else max(earliest, now + timedelta(milliseconds=1))


def doom_quiet(
    followup: Followup, clinic: Clinic, protocols: Protocols, library: Library, now: datetime
) -> Followup:
    """Return the patient with the reason noted of each touch that has ended quietly.

    Called before a fact changes what the reason rested on. The next sender stores it.
    """
    touches = planned(followup, clinic, protocols)
    weighing = Weighing(touches, followup, clinic, library)
    after = followup
    for touch in touches:
        if touch.wakes_at > now:
            break
        reason = weighing.ended_quietly(touch, now)
        if reason is not None:
            attempts = touch.mark.attempts if touch.mark else 0
            noted = Mark(MarkState.DOOMED, touch.wakes_at, attempts, reason.value)
            after = marked(after, replace(touch, doomed=reason), noted)
    return after
