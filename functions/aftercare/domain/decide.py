"""Send, hold or drop: the one place where consent, hours, caps, pause and closing are weighed.

Pure: the same patient, clinic, words and instant always give the same decision, and the facts it
rested on are what staff read under "why was this not sent".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel, ConsentKey, Purpose
from aftercare.domain.followup import Followup, MarkState, Session, Status
from aftercare.domain.protocol import LIBRARY, Kind, SkipRule
from aftercare.domain.send_window import SendWindow, at_wall, first_open
from aftercare.domain.touch import ANSWERS, ANY_HOUR, TALK, Reason, Touch
from aftercare.domain.words import Words

# Two texts in the same minute read like a machine; education never shares an hour with a check-in.
GAP = timedelta(minutes=5)
# After a person's word to the patient our own questions wait this long (DESIGN 3.9).
TALK_HELD = timedelta(hours=12)
# A touch held while a red alert is open looks again this often; resolving the alert wakes it.
LOOK_AGAIN = timedelta(hours=24)
EDUCATION_GAP = timedelta(minutes=60)
# The safety text belongs to the discharge: this long after it, it may still leave in the night.
AT_DISCHARGE = timedelta(hours=1)
# A visit that began this long ago and was never recorded as completed was missed.
MISSED_AFTER = timedelta(hours=12)
# A patient seen in the clinic this recently is reminded in person (twice-weekly courses).
RECENT_SESSION = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Send:
    """It goes now, by ``channel``, in these words."""

    channel: Channel
    to: str
    words: Words


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now, but still worth sending: look again at ``until``.

    ``reason``: what would be stored if the wait were too long. It decides nothing.
    """

    until: datetime
    reason: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Drop:
    """It will not be sent, and this is why."""

    reason: Reason


Decision = Send | Hold | Drop


@dataclass(frozen=True, slots=True)
class Library:
    """What can be said today: words by id in the patient's language, and the education topics in order.

    ``base_url``: where the service's pages are; empty while they are not open, so that no message
    points nowhere.
    """

    words: Mapping[str, Words]
    topics: tuple[str, ...]
    base_url: str


def decide(
    touch: Touch,
    followup: Followup,
    clinic: Clinic,
    library: Library,
    now: datetime,
    check_in_near: bool = False,
) -> Decision:
    """Weigh one due touch.

    Args:
        touch: Due at or before ``now``.
        followup: The patient, as the claim's condition will require.
        clinic: Window, caps, sign-off and sandbox.
        library: What can be said.
        now: Aware instant.
        check_in_near: A check-in of this patient falls due within the next hour.

    Returns:
        What to do. Every ``Drop`` carries the reason that is stored.
    """
    if touch.doomed is not None:
        return Drop(touch.doomed)
    if touch.too_late_at is not None and now >= touch.too_late_at:
        tried = touch.mark is not None and touch.mark.attempts > 0
        return Drop(Reason.CARRIER_UNREACHABLE if tried else Reason.TOO_LATE)
    if followup.closed and not _answers_the_living(touch, followup):
        return Drop(Reason.CLOSED)
    chosen = _channel(touch, followup, library, now)
    if isinstance(chosen, Reason):
        return Drop(chosen)
    unsaid = _unsaid(touch, followup, clinic, library, now)
    if unsaid is not None:
        return Drop(unsaid)
    words = library.words.get(_words_id(touch, followup, clinic, library))
    if words is None:
        return Drop(Reason.WORDS_MISSING)
    if words.overdue(now.astimezone(followup.contact.zone).date()) and touch.kind not in ANSWERS:
        return Drop(Reason.WORDS_OVERDUE)
    hold = _not_yet(touch, followup, clinic, now, chosen[0], check_in_near)
    if hold is None:
        return Send(*chosen, words)
    until, reason = hold
    if touch.too_late_at is not None and until >= touch.too_late_at:
        return Drop(reason)
    return Hold(until, reason)


def _answers_the_living(touch: Touch, followup: Followup) -> bool:
    return touch.kind in ANSWERS and followup.closed_reason != "deceased"


def required_consents(touch: Touch) -> tuple[ConsentKey, ...]:
    """Return the consents any one of which lets this touch go, in order of preference.

    A touch goes by one channel: education by email where the patient agreed to it there, else by
    text; everything else by text, and by email for patients who agreed to care by email only.
    """
    if touch.kind is Kind.OPT_IN:
        return (Channel.SMS, Purpose.CARE), (Channel.SMS, Purpose.EDUCATION)
    if touch.purpose is Purpose.EDUCATION:
        return (Channel.EMAIL, Purpose.EDUCATION), (Channel.SMS, Purpose.EDUCATION)
    return (Channel.SMS, Purpose.CARE), (Channel.EMAIL, Purpose.CARE)


def _channel(
    touch: Touch, followup: Followup, library: Library, now: datetime
) -> tuple[Channel, str] | Reason:
    contact = followup.contact
    addresses = {Channel.SMS: contact.phone, Channel.EMAIL: contact.email}
    if touch.kind in ANSWERS:
        address = addresses[touch.channel]
        return (touch.channel, address) if address else Reason.NO_ADDRESS
    today = now.astimezone(contact.zone).date()
    fallback: Reason | None = None
    for channel, purpose in required_consents(touch):
        standing = followup.standings.get((channel, purpose))
        if standing is None or not standing.stands(today) or not _open_way(touch, channel):
            continue
        if channel in followup.unreachable:
            fallback = fallback or Reason.UNREACHABLE
            continue
        fallback = fallback or Reason.NO_ADDRESS
        address = addresses[channel]
        if touch.purpose is Purpose.EDUCATION and channel is Channel.EMAIL and not library.base_url:
            fallback = Reason.PAGE_NOT_OPEN
            continue  # education by mail must carry a way out that works (RFC 8058)
        if address is not None:
            return (channel, address) if contact.accepts_unencrypted else Reason.UNENCRYPTED_NOT_ACCEPTED
    return fallback or _why_no_consent(touch, followup)


def _open_way(touch: Touch, channel: Channel) -> bool:
    """Say whether this message may go by ``channel``: a second one goes by the other way only."""
    again = touch.mark.again if touch.mark is not None else None
    return again is None or again is channel


def _why_no_consent(touch: Touch, followup: Followup) -> Reason:
    standings = [followup.standings.get(key) for key in required_consents(touch)]
    given = [s for s in standings if s is not None and s.given_at is not None]
    if any(not s.agreed for s in given):
        return Reason.CONSENT_WITHDRAWN
    return Reason.CONSENT_EXPIRED if given else Reason.NO_CONSENT


def _unsaid(
    touch: Touch, followup: Followup, clinic: Clinic, library: Library, now: datetime
) -> Reason | None:
    """Return why these words have no place today, whoever agreed to them."""
    if touch.kind in ANSWERS:
        return None
    if clinic.content_review is None and followup.contact.phone not in clinic.sandbox_numbers:
        return Reason.CONTENT_NOT_SIGNED
    if touch.kind is Kind.MEASURE and not library.base_url:
        return Reason.PAGE_NOT_OPEN
    if touch.words == LIBRARY and next_topic(followup, library) is None:
        return Reason.ALL_TAUGHT
    return _skipped(touch, followup, now)


def _skipped(touch: Touch, followup: Followup, now: datetime) -> Reason | None:
    step = touch.step
    if step is None or touch.session_id is None:
        return None
    mine = followup.sessions[touch.session_id]
    others = [s for s in followup.sessions.values() if s.id != mine.id and s.status is not Status.CANCELLED]
    if SkipRule.NEXT_SESSION_SOONER in step.skip_if and any(
        s.course_id == mine.course_id
        and s.starts_at is not None
        and (mine.ended_at or mine.as_of) < s.starts_at <= max(now, touch.due_at)
        and (s.status is Status.COMPLETED or now - s.starts_at < MISSED_AFTER)
        for s in others
    ):
        return Reason.NEXT_SESSION_SOONER
    if SkipRule.RECENT_SESSION in step.skip_if and mine.starts_at is not None:
        visits = (s.left_at or s.starts_at for s in others)
        if any(v is not None and timedelta() < mine.starts_at - v <= RECENT_SESSION for v in visits):
            return Reason.RECENT_SESSION
    if step.kind is Kind.REMINDER and _just_told(touch, mine):
        return Reason.TOLD_ALREADY
    recent = step.skip_if_answered
    if recent is not None and followup.answered_at is not None and now - followup.answered_at < recent:
        return Reason.ANSWERED
    return None


def _just_told(touch: Touch, session: Session) -> bool:
    """Say whether "your visit has moved" went out so lately that an early reminder repeats it."""
    news = session.marks.get(f"moved-{session.round}")
    early = touch.step is not None and SkipRule.RECENT_SESSION in touch.step.skip_if
    told = news is not None and news.state is MarkState.CLAIMED
    return early and told and news is not None and touch.wakes_at - news.at < timedelta(days=1)


def next_topic(followup: Followup, library: Library) -> str | None:
    """Return the first education topic that this patient has not been sent, or ``None``."""
    return next((topic for topic in library.topics if topic not in followup.taught), None)


def _words_id(touch: Touch, followup: Followup, clinic: Clinic, library: Library) -> str:
    if touch.kind is Kind.OPT_IN and not clinic.on_call:
        return "opt_in_unmonitored"
    return (next_topic(followup, library) or "") if touch.words == LIBRARY else touch.words


def _not_yet(
    touch: Touch, followup: Followup, clinic: Clinic, now: datetime, channel: Channel, check_in_near: bool
) -> tuple[datetime, Reason] | None:
    """Return until when a sendable touch must wait, and the reason to give if that is too long."""
    if touch.kind in ANSWERS or (touch.kind is Kind.SAFETY and now - touch.due_at <= AT_DISCHARGE):
        return None
    window, zone = SendWindow(clinic.send_from, clinic.send_until), followup.contact.zone
    if followup.paused_until is not None and now < followup.paused_until:
        return first_open(followup.paused_until, window, zone), Reason.PAUSED
    talk_until = _talk_until(touch, followup, now)
    if talk_until is not None:
        return first_open(talk_until, window, zone), Reason.CONVERSATION
    opens = first_open(now, window, zone)
    if opens > now:
        return opens, Reason.TOO_LATE
    if touch.kind in ANY_HOUR or touch.urgent:
        return None
    if channel is Channel.SMS and touch.counted:
        free_at = _capped_until(touch, followup, clinic, now)
        if free_at is not None:
            return first_open(free_at, window, zone), Reason.CAPPED
    gap = EDUCATION_GAP if touch.kind is Kind.EDUCATION else GAP
    last = followup.last_sent_at
    if last is not None and now - last < gap:
        return first_open(last + gap, window, zone), Reason.TOO_LATE
    if touch.kind is Kind.EDUCATION and check_in_near:
        return first_open(now + EDUCATION_GAP, window, zone), Reason.TOO_LATE
    return None


def _talk_until(touch: Touch, followup: Followup, now: datetime) -> datetime | None:
    """Return until when a person's conversation with the patient holds our own questions back."""
    if touch.kind not in TALK:
        return None
    if followup.in_danger:
        return now + LOOK_AGAIN
    if touch.by_wish:
        return None  # whoever talks with the patient wants them to have it
    until = followup.talk_until
    return until if until is not None and now < until else None


def _capped_until(touch: Touch, followup: Followup, clinic: Clinic, now: datetime) -> datetime | None:
    """Return when the caps let one more text through, or ``None`` when they do now.

    The day is the patient's calendar day; the week is any seven times 24 hours, so no calendar week
    can hold more either.
    """
    zone, caps = followup.contact.zone, clinic.sms_caps
    today = now.astimezone(zone).date()
    if sum(at.astimezone(zone).date() == today for at in followup.recent) >= caps.per_day:
        return at_wall(today + timedelta(days=1), clinic.send_from, zone)
    week = timedelta(days=7)
    lately = sorted(at for at in followup.recent if now - at < week)
    allowed = max(1, caps.per_week - (touch.step.leaves_room if touch.step else 0))
    if len(lately) >= allowed:
        return lately[len(lately) - allowed] + week
    return None
