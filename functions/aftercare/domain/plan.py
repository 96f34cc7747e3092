"""From what is known of a patient to the touches still to come, each with its instant.

Nothing here is stored: pending touches follow from the sessions and the protocol, so a moved session
moves its touches, an edited time moves them too, and neither can send again what has a mark.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aftercare.domain.clinic import Clinic, StepOverride
from aftercare.domain.consent import Purpose
from aftercare.domain.followup import Followup, Mark, MarkState, Notice, Session, Status
from aftercare.domain.form_link import SENT_WITHIN, form_of, step_of_form
from aftercare.domain.ids import TouchId, stable_fraction, touch_id
from aftercare.domain.protocol import Anchor, Kind, Protocols, Step, Timing, TooLate
from aftercare.domain.send_window import SendWindow, at_wall, closes_at, first_open, is_open
from aftercare.domain.touch import ANY_HOUR, Reason, Touch

# A clinic's ten o'clock texts leave over this time, not in one second: a 10DLC number sends one part
# a second by default (perf-reliability A5).
SPREAD = timedelta(minutes=10)
# An evening check-in moved forward to fit the window leaves this long before it closes.
BEFORE_CLOSE = timedelta(minutes=15)


def planned(followup: Followup, clinic: Clinic, protocols: Protocols) -> list[Touch]:
    """Return every touch of this patient that has not ended yet, soonest first.

    Raises:
        KeyError: A session names a protocol that is not shipped. Contracts refuse those.
    """
    owed = [notice for notice in followup.notices.values() if not _ended(notice)]
    touches = [_with_form(_of_notice(notice), followup, protocols) for notice in owed]
    touches.extend(_opt_in(followup))
    for session in followup.sessions.values():
        if not session.settled:
            touches.extend(_of_session(session, followup, clinic, protocols))
    touches.sort(key=lambda touch: (touch.wakes_at, touch.id))
    return touches


def _ended(notice: Notice) -> bool:
    return notice.mark is not None and notice.mark.settled


def opt_in_id(followup: Followup, since: datetime) -> TouchId:
    """Name the opt-in text of one beginning: it is owed once, however often it is looked at."""
    return TouchId(f"{followup.patient_id}.opt_in.{int(since.timestamp())}")


def _opt_in(followup: Followup) -> Iterator[Touch]:
    """Yield the opt-in text while it is owed and was not ended before.

    Source: CTIA Messaging Principles, May 2023: recurring messages begin with an opt-in confirmation.
    """
    since, contact = followup.texts_since, followup.contact
    if since is None or not followup.owes_opt_in or not contact.phone or not contact.accepts_unencrypted:
        return
    notice_id = opt_in_id(followup, since)
    if notice_id not in followup.notices:
        yield _of_notice(Notice(notice_id, Kind.OPT_IN, due_at=since))


# An opt-out is to be confirmed within five minutes (47 CFR 64.1200(a)(12)); an answer to HELP is of no
# use to anybody after an hour.
ANSWER_WITHIN = {
    Kind.OPT_OUT: timedelta(minutes=5),
    Kind.HELP: timedelta(hours=1),
    Kind.AFTER_HOURS: timedelta(hours=1),
    Kind.MEASURE: SENT_WITHIN,
}


def _of_notice(notice: Notice) -> Touch:
    within = ANSWER_WITHIN.get(notice.kind)
    return Touch(
        id=notice.id,
        session_id=None,
        key=notice.kind.value,
        kind=notice.kind,
        purpose=Purpose.CARE,
        words=notice.kind.value,
        due_at=notice.due_at,
        too_late_at=notice.due_at + within if within is not None else None,
        mark=notice.mark,
        channel=notice.channel,
    )


def _with_form(touch: Touch, followup: Followup, protocols: Protocols) -> Touch:
    """Give a new link to a form what it asks and in which words; other notices stay as they are."""
    if touch.kind is not Kind.MEASURE:
        return touch
    if touch.mark is not None and touch.mark.state is MarkState.DOOMED:
        return replace(touch, doomed=Reason(touch.mark.why))
    found = step_of_form(form_of(touch.id), followup, protocols)
    if found is None:
        return replace(touch, doomed=Reason.SUPERSEDED)
    session, step = found
    touch = replace(touch, words=step.words, step=step, doomed=_doomed(step, session, followup), by_wish=True)
    if step.timing.anchor is not Anchor.START or session.starts_at is None or touch.too_late_at is None:
        return touch
    # What is asked before a visit is worthless after it.
    ends = too_late_at(step.too_late, session.starts_at, followup.contact.zone)
    return replace(touch, too_late_at=min(touch.too_late_at, ends))


def _of_session(
    session: Session, followup: Followup, clinic: Clinic, protocols: Protocols
) -> Iterator[Touch]:
    changed = clinic.overrides.get(session.protocol, {})
    for step in protocols[session.protocol].steps:
        if not step.applies_to(session.number):
            continue
        override = changed.get(step.key)
        if override is not None:
            if override.off:
                continue
            step = replace(step, timing=overridden(step.timing, override))
        touch = _of_step(step, session, followup, clinic)
        if touch is not None:
            yield touch


def overridden(timing: Timing, override: StepOverride) -> Timing:
    """Lay a clinic's own times over a step's: what the clinic left out stays as the protocol has it."""
    after = -override.before if override.before is not None else override.after
    if after is not None:
        return replace(timing, after=after, days=None, at=None, between=None)
    if override.at is None and override.days is None:
        return timing
    days = timing.days if timing.days is not None else (timing.after or timedelta()).days
    return replace(
        timing,
        after=None,
        between=None,
        days=override.days if override.days is not None else days,
        at=override.at or timing.at or timing.no_earlier,
    )


def step_key(step: Step, session: Session) -> str:
    """Name a step's touch. Where the patient had been told another date, its reminders are new ones."""
    if step.kind is not Kind.REMINDER or not session.round:
        return step.key
    return f"{step.key}-{session.round}"


def message_id(touch: TouchId, mark: Mark | None) -> TouchId:
    """Name the message of a touch: one that goes by another way after a failure is another message."""
    return TouchId(f"{touch}~{mark.again.value}") if mark is not None and mark.again else touch


def _of_step(step: Step, session: Session, followup: Followup, clinic: Clinic) -> Touch | None:
    anchor = _anchor(step.timing.anchor, session)
    key = step_key(step, session)
    mark = session.marks.get(key)
    if anchor is None or (mark is not None and mark.settled):
        return None
    window = SendWindow(clinic.send_from, clinic.send_until)
    too_late_anchor = session.starts_at if step.timing.anchor is Anchor.MOVED else anchor
    assert too_late_anchor is not None  # a move always has a start
    due_at = _due(step, anchor, followup, window)
    return Touch(
        id=message_id(touch_id(session.id, key), mark),
        session_id=session.id,
        key=key,
        kind=step.kind,
        purpose=step.purpose,
        words=step.words,
        due_at=due_at,
        too_late_at=too_late_at(step.too_late, too_late_anchor, followup.contact.zone),
        step=step,
        mark=mark,
        doomed=Reason(mark.why)
        if mark and mark.state is MarkState.DOOMED
        else _doomed(step, session, followup),
    )


def _anchor(anchor: Anchor, session: Session) -> datetime | None:
    match anchor:
        case Anchor.START:
            return session.starts_at
        case Anchor.MOVED:
            return session.moved_at if session.round else None
        case Anchor.DISCHARGE:
            return session.left_at if session.status is not Status.SCHEDULED else None


def _doomed(step: Step, session: Session, followup: Followup) -> Reason | None:
    if followup.closed:
        return Reason.CLOSED
    if session.status is Status.CANCELLED:
        return Reason.SESSION_CANCELLED
    if session.status is Status.COMPLETED and step.timing.anchor is not Anchor.DISCHARGE:
        return Reason.SESSION_COMPLETED
    if step.superseded and _has_later(session, followup):
        return Reason.SUPERSEDED
    return None


def _has_later(session: Session, followup: Followup) -> bool:
    return any(
        other.course_id == session.course_id
        and other.status is Status.COMPLETED
        and other.id != session.id
        and (other.ended_at or other.as_of) > (session.ended_at or session.as_of)
        for other in followup.sessions.values()
    )


def wanted_at(timing: Timing, anchor: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant a timing asks for, before any send window. ``zone`` is the patient's."""
    if timing.after is None:
        assert timing.days is not None and timing.at is not None  # the loader allows no third form
        day = anchor.astimezone(zone).date() + timedelta(days=timing.days)
        return at_wall(day, timing.at, zone)
    wanted = anchor + timing.after
    if timing.no_earlier is not None:
        wanted = max(wanted, at_wall(wanted.astimezone(zone).date(), timing.no_earlier, zone))
    return wanted


def _due(step: Step, anchor: datetime, followup: Followup, window: SendWindow) -> datetime:
    """Return the instant the step wants, moved into the window unless the step is exempt from it."""
    timing, zone = step.timing, followup.contact.zone
    wanted = wanted_at(timing, anchor, zone)
    if step.kind in ANY_HOUR:
        return wanted
    if is_open(wanted, window, zone):
        spread = wanted + _spread(step, followup) if timing.after is None else wanted
        return spread if is_open(spread, window, zone) else wanted
    if timing.between is not None:
        latest = closes_at(wanted, window, zone) - BEFORE_CLOSE
        if anchor + timing.between[0] <= latest < wanted:
            return latest
    opened = first_open(wanted, window, zone)
    if timing.no_earlier is not None:
        opened = max(opened, at_wall(opened.astimezone(zone).date(), timing.no_earlier, zone))
    return opened + _spread(step, followup)


def _spread(step: Step, followup: Followup) -> timedelta:
    seconds = int(stable_fraction(followup.patient_id, step.key) * SPREAD.total_seconds())
    return timedelta(seconds=seconds)


def too_late_at(too_late: TooLate, anchor: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant from which a touch is worthless. ``zone`` is the patient's."""
    if too_late.after is not None:
        return anchor + too_late.after
    assert too_late.days is not None and too_late.at is not None  # the loader allows no third form
    day = anchor.astimezone(zone).date() + timedelta(days=too_late.days)
    return at_wall(day, too_late.at, zone)
