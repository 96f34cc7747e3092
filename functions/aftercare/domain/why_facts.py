"""The facts behind one decision, and the sentence that names its rule with them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel, ConsentKey, Purpose, Standing
from aftercare.domain.followup import Session, Status
from aftercare.domain.history import History
from aftercare.domain.ids import SessionId
from aftercare.domain.protocol import Anchor, Kind, Step
from aftercare.domain.records import Sent
from aftercare.domain.timeline import consent_title, delivered
from aftercare.domain.touch import ANSWERS, REASONS, UNCOUNTED, Reason
from aftercare.domain.when import spoken, spoken_day

WEEK = timedelta(days=7)
# What leaves whatever was agreed: answers to what the patient just wrote.
FREE = ANSWERS | {Kind.CRISIS}
_UNCOUNTED = UNCOUNTED | {Kind.CRISIS, Kind.MANUAL}


@dataclass(frozen=True, slots=True)
class Known:
    """One fact: ``Consent, care by text`` and ``agreed on Mon Nov 16, recorded by Nurse Dora``."""

    label: str
    text: str


def counted(history: History, at: datetime) -> list[datetime]:
    """Return when each text that uses up the clinic's caps was claimed, before an instant."""
    return [
        s.claimed_at
        for s in history.sent
        if s.channel is Channel.SMS and s.kind not in _UNCOUNTED and s.claimed_at < at
    ]


def sentence_of(reason: Reason, history: History, clinic: Clinic, at: datetime, step: Step | None) -> str:
    """Name the rule, with the patient's own numbers where it counts something."""
    if reason is Reason.CAPPED:
        return _capped(history, clinic, at, step)
    if reason is Reason.CONSENT_WITHDRAWN:
        gone = [s.withdrawn_at for s in history.followup.standings.values() if s.withdrawn_at is not None]
        if gone:
            zone = history.followup.contact.zone
            return f"the patient withdrew consent on {spoken(max(gone), zone)}, or its address changed."
    if reason is Reason.PAUSED and history.followup.paused_until is not None:
        until = spoken(history.followup.paused_until, history.followup.contact.zone)
        return f"messages are paused for this patient until {until}."
    words = REASONS[reason]
    return words[0].lower() + words[1:]


def _capped(history: History, clinic: Clinic, at: datetime, step: Step | None) -> str:
    zone, caps = history.followup.contact.zone, clinic.sms_caps
    texts = counted(history, at + timedelta(microseconds=1))
    today = sum(then.astimezone(zone).date() == at.astimezone(zone).date() for then in texts)
    week = sum(at - then < WEEK for then in texts)
    if today >= caps.per_day:
        return f"the patient had {_texts(today)} that day, the clinic allows {caps.per_day}."
    room = step.leaves_room if step is not None else 0
    if room:
        return (
            f"the patient had {_texts(week)} in seven days; the clinic allows {caps.per_week}, and this "
            f"kind leaves {room} of them to more important ones."
        )
    return f"the patient had {_texts(week)} this week, the clinic allows {caps.per_week}."


def _texts(number: int) -> str:
    return f"{number} text{'' if number == 1 else 's'}"


def facts_about(
    history: History,
    clinic: Clinic,
    kind: Kind,
    at: datetime,
    *,
    step: Step | None = None,
    session_id: SessionId | None = None,
    due_at: datetime | None = None,
    too_late_at: datetime | None = None,
    sent: Sent | None = None,
) -> tuple[Known, ...]:
    """Return what a decision at an instant rested on.

    Args:
        history: Everything under the patient.
        clinic: Window and caps.
        kind: What the touch is.
        at: When it was decided, or now for what is pending.
        step: Of its protocol, if it is one.
        session_id: What it hangs on.
        due_at: When it should leave.
        too_late_at: From when on it is worthless.
        sent: The message, if there is one.
    """
    followup, zone = history.followup, history.followup.contact.zone
    session = followup.sessions.get(session_id) if session_id is not None else None
    facts = [Known("Kind", kind.value.replace("_", " "))]
    if step is not None:
        facts.append(Known("Step", step.key))
    if session is not None:
        facts.append(Known("Hangs on", _anchor(session, step, history)))
    if due_at is not None:
        facts.append(Known("Due", spoken(due_at, zone)))
    if too_late_at is not None:
        facts.append(Known("Worth sending until", spoken(too_late_at, zone)))
    facts += _rules(history, clinic, kind, at)
    facts += [Known("Patient's clock", followup.contact.time_zone)]
    if sent is not None:
        facts.append(Known("Sent", f"{spoken(sent.claimed_at, zone)}, to {sent.to or 'an unknown address'}"))
        facts.append(Known("Carrier", delivered(sent, history)))
        if sent.revision:
            facts.append(Known("Words", f"{sent.words_id}, revision {sent.revision}, {sent.language}"))
    return tuple(facts)


def _rules(history: History, clinic: Clinic, kind: Kind, at: datetime) -> list[Known]:
    if kind in FREE:
        return [Known("Consent", "not needed: an answer to what the patient wrote"), _any_hour()]
    purpose = Purpose.EDUCATION if kind is Kind.EDUCATION else Purpose.CARE
    facts = [
        Known(f"Consent, {consent_title(key).lower()}", _stood(key, history, at))
        for key in ((Channel.SMS, purpose), (Channel.EMAIL, purpose))
    ]
    if kind is Kind.SAFETY:
        return [*facts, _any_hour()]
    window = f"{clinic.send_from:%H:%M} to {clinic.send_until:%H:%M} on the patient's clock"
    facts.append(Known("Send window", window))
    if kind not in _UNCOUNTED:
        facts.append(Known("Texts before it", _counts(history, clinic, at)))
    return facts


def _any_hour() -> Known:
    return Known("Send window", "leaves at any hour")


def _counts(history: History, clinic: Clinic, at: datetime) -> str:
    zone, caps, texts = history.followup.contact.zone, clinic.sms_caps, counted(history, at)
    today = sum(then.astimezone(zone).date() == at.astimezone(zone).date() for then in texts)
    week = sum(at - then < WEEK for then in texts)
    return f"{today} of {caps.per_day} that day, {week} of {caps.per_week} in seven days"


def _anchor(session: Session, step: Step | None, history: History) -> str:
    zone, name = history.followup.contact.zone, f"session {session.number}"
    anchor = step.timing.anchor if step is not None else Anchor.START
    if anchor is Anchor.DISCHARGE and session.left_at is not None:
        return f"the end of {name}, {spoken(session.left_at, zone)}"
    if session.status is Status.CANCELLED:
        return f"{name}, which was cancelled"
    starts_at = session.starts_at
    return f"the start of {name}, {spoken(starts_at, zone)}" if starts_at is not None else name


def _stood(key: ConsentKey, history: History, at: datetime) -> str:
    """Say where a consent stood at an instant, out of its proofs and what is known of its end."""
    zone = history.followup.contact.zone
    standing = history.followup.standings.get(key, Standing())
    acts = [p.consent for p in history.proofs if p.consent.key == key and p.consent.given_at <= at]
    act = max(acts, key=lambda consent: consent.given_at, default=None)
    given_at = act.given_at if act is not None else standing.given_at
    if given_at is None or given_at > at:
        return "none"
    said = f"agreed on {spoken_day(given_at.astimezone(zone).date())}"
    if act is not None:
        said += f" ({act.method}, recorded by {act.recorded_by})"
    gone = standing.withdrawn_at
    if gone is not None and given_at <= gone <= at:
        return f"{said}, withdrawn on {spoken(gone, zone)}"
    if standing.address_at is not None and standing.address_at <= at and not standing.agreed:
        return f"{said}, for an address that has changed since"
    return f"{said}{_expiry(act.expires_on if act else standing.expires_on, at.astimezone(zone).date())}"


def _expiry(last: date | None, today: date) -> str:
    if last is None:
        return ""
    return f", until {last.isoformat()}" if today <= last else f", ran out after {last.isoformat()}"
