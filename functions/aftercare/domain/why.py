"""Why a touch was sent, was not, or waits: the rule that decided it, in one sentence, and its facts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.domain.alert import AnswerState, crisis_touch
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.decide import Decision, Hold, Library
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.forecast import foretell
from aftercare.domain.foresee import Weighing
from aftercare.domain.history import History
from aftercare.domain.ids import SessionId, TouchId, touch_id
from aftercare.domain.plan import message_id, planned, step_key
from aftercare.domain.protocol import Kind, Protocols, Step
from aftercare.domain.records import NotSent, Sent
from aftercare.domain.timeline import delivered
from aftercare.domain.titles import title_of
from aftercare.domain.touch import Reason, Touch
from aftercare.domain.when import spoken
from aftercare.domain.why_facts import Known, facts_about, sentence_of


class Fate(StrEnum):
    """What became of a touch, as far as is known.

    ``SENDING``: it is being handed over, or whoever did so stopped half-way.
    """

    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    SENDING = "sending"
    NOT_SENT = "not_sent"
    HELD = "held"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Why:
    """The account of one touch.

    Attributes:
        sentence: The rule that decided it, for a person of the clinic.
        facts: What it rested on, each with a label.
        at: When it was sent, ended, or would go.
        reason: Why it was not sent, or what holds it back.
    """

    touch_id: TouchId
    session_id: SessionId | None
    kind: Kind
    title: str
    fate: Fate
    sentence: str
    facts: tuple[Known, ...]
    at: datetime
    reason: Reason | None = None


def why(
    history: History, clinic: Clinic, protocols: Protocols, library: Library, touch: TouchId, now: datetime
) -> Why | None:
    """Account for one touch.

    Args:
        history: Everything under the patient.
        clinic: Their clinic.
        protocols: The shipped protocols.
        library: What can be said in the patient's language.
        touch: Which one.
        now: Aware instant.

    Returns:
        ``None`` when this patient never had, has or will have such a touch.
    """
    sent = next((one for one in history.sent if one.touch_id == touch), None)
    ended = _ended(history, touch)
    if sent is not None and (ended is None or sent.claimed_at >= ended[0]):
        return _of_sent(sent, history, clinic, protocols)
    pending = next((t for t in planned(history.followup, clinic, protocols) if t.id == touch), None)
    if pending is not None:
        return _of_pending(pending, history, clinic, protocols, library, now)
    if ended is not None:
        return _of_ended(*ended, history, clinic, protocols)
    return _of_mark(history, clinic, protocols, touch) or _of_crisis(history, clinic, touch)


def _ended(history: History, touch: TouchId) -> tuple[datetime, NotSent] | None:
    found = [(s.at, one) for s in history.settled for one in s.touches if one.touch_id == touch]
    return max(found, key=lambda pair: pair[0], default=None)


def _step(followup: Followup, session: SessionId | None, touch: TouchId, protocols: Protocols) -> Step | None:
    found = followup.sessions.get(session) if session is not None else None
    if found is None:
        return None
    for step in protocols[found.protocol].steps:
        name = touch_id(found.id, step_key(step, found))
        if touch == name or touch.startswith((f"{name}~", f"{found.id}.{step.key}-")):
            return step
    return None


def _of_sent(sent: Sent, history: History, clinic: Clinic, protocols: Protocols) -> Why:
    step = _step(history.followup, sent.session_id, sent.touch_id, protocols)
    zone = history.followup.contact.zone
    way = "by text" if sent.channel is Channel.SMS else "by mail"
    went = f"{spoken(sent.claimed_at, zone)}, {way}"
    fate = Fate.SENT
    said = f"Sent on {went}. {delivered(sent, history)}"
    if sent.provider_id is None and not (history.deliveries or {}).get(sent.touch_id):
        fate, said = Fate.UNCONFIRMED, f"Offered to the carrier on {went}. {delivered(sent, history)}"
    return Why(
        sent.touch_id,
        sent.session_id,
        sent.kind,
        title_of(sent.kind, sent.words_id, sent.touch_id),
        fate,
        said,
        facts_about(
            history, clinic, sent.kind, sent.claimed_at, step=step, session_id=sent.session_id, sent=sent
        ),
        sent.claimed_at,
    )


def _of_ended(at: datetime, ended: NotSent, history: History, clinic: Clinic, protocols: Protocols) -> Why:
    step = _step(history.followup, ended.session_id, ended.touch_id, protocols)
    return Why(
        ended.touch_id,
        ended.session_id,
        ended.kind,
        title_of(ended.kind, step.words if step else ""),
        Fate.NOT_SENT,
        f"Not sent: {sentence_of(ended.reason, history, clinic, ended.due_at, step)}",
        facts_about(
            history, clinic, ended.kind, at, step=step, session_id=ended.session_id, due_at=ended.due_at
        ),
        at,
        ended.reason,
    )


def _of_pending(
    touch: Touch, history: History, clinic: Clinic, protocols: Protocols, library: Library, now: datetime
) -> Why:
    """Ask the rules themselves: what they say now, and what they will say when its time comes."""
    followup, zone = history.followup, history.followup.contact.zone
    _, ahead = foretell(followup, clinic, protocols, library, now)
    foreseen = next((one for one in ahead if one.touch_id == touch.id), None)
    touches = planned(followup, clinic, protocols)
    # As if it woke at its due instant: a touch that is held is asked what it waits for.
    decision = Weighing(touches, followup, clinic, library).decide(touch, max(now, touch.due_at))
    fate = Fate.HELD if isinstance(decision, Hold) and touch.due_at <= now else Fate.TO_COME
    if foreseen is not None and foreseen.send is not None:
        way = "text" if foreseen.send.channel is Channel.SMS else "mail"
        waits = _waits(decision, fate)
        said = f"{waits}It leaves on {spoken(foreseen.at, zone)}, by {way}, if nothing changes until then."
        reason, at = decision.reason if isinstance(decision, Hold) else None, foreseen.at
    else:
        reason = foreseen.reason if foreseen is not None and foreseen.reason else Reason.TOO_LATE
        at = foreseen.at if foreseen is not None else touch.due_at
        said = f"Still to come, but it would not go: {_why_not(reason, touch, history, clinic, now)}"
    facts = facts_about(
        history,
        clinic,
        touch.kind,
        now,
        step=touch.step,
        session_id=touch.session_id,
        due_at=touch.due_at,
        too_late_at=touch.too_late_at,
    )
    title = title_of(touch.kind, touch.words, touch.id)
    return Why(touch.id, touch.session_id, touch.kind, title, fate, said, facts, at, reason)


def _waits(decision: Decision, fate: Fate) -> str:
    if not isinstance(decision, Hold):
        return "Still to come. "
    return f"{'Held back' if fate is Fate.HELD else 'Still to come, and will wait'}: {_held_by(decision)} "


def _why_not(reason: Reason, touch: Touch, history: History, clinic: Clinic, now: datetime) -> str:
    if reason is Reason.CAPPED and touch.due_at > now:
        return "the texts before it use up what the clinic allows."
    return sentence_of(reason, history, clinic, now, touch.step)


def _held_by(hold: Hold) -> str:
    """Say what a touch waits for."""
    match hold.reason:
        case Reason.PAUSED:
            return "messages are paused for this patient."
        case Reason.CONVERSATION:
            return "a person is talking with the patient."
        case Reason.CAPPED:
            return "the patient has had as many texts as the clinic allows."
        case _:
            return "it waits for a decent hour, or for the message before it."


def _of_mark(history: History, clinic: Clinic, protocols: Protocols, touch: TouchId) -> Why | None:
    """Account for what the patient's item says ahead of its own record, or without one."""
    followup = history.followup
    notice = followup.notices.get(touch)
    if notice is not None and notice.mark is not None:
        return _marked(touch, None, notice.kind, None, notice.mark, history, clinic)
    for session in followup.sessions.values():
        for step in protocols[session.protocol].steps:
            key = step_key(step, session)
            mark = session.marks.get(key)
            if mark is not None and touch in (touch_id(session.id, key), _again(session.id, key, mark)):
                return _marked(touch, session.id, step.kind, step, mark, history, clinic)
    return None


def _again(session: SessionId, key: str, mark: Mark) -> TouchId:
    return message_id(touch_id(session, key), mark)


def _marked(
    touch: TouchId,
    session: SessionId | None,
    kind: Kind,
    step: Step | None,
    mark: Mark,
    history: History,
    clinic: Clinic,
) -> Why:
    reason = Reason(mark.why) if mark.why and mark.state is MarkState.NOT_SENT else None
    if reason is not None:
        fate, said = Fate.NOT_SENT, f"Not sent: {sentence_of(reason, history, clinic, mark.at, step)}"
    else:
        fate, said = Fate.SENDING, "It is being handed to the carrier, or whoever did so stopped half-way."
    facts = facts_about(history, clinic, kind, mark.at, step=step, session_id=session)
    title = title_of(kind, step.words if step else "")
    return Why(touch, session, kind, title, fate, said, facts, mark.at, reason)


def _of_crisis(history: History, clinic: Clinic, touch: TouchId) -> Why | None:
    """Account for a crisis text that has not left: it needs no consent, and waits for nothing."""
    for alert in history.alerts:
        answer = alert.answer
        if answer is None or crisis_touch(alert, answer) != touch:
            continue
        owed = answer.state in (AnswerState.OWED, AnswerState.CLAIMED)
        said = "It is being handed to the carrier." if owed else "Not sent: the carrier did not take it."
        facts = facts_about(history, clinic, Kind.CRISIS, answer.due_at)
        fate = Fate.SENDING if owed else Fate.NOT_SENT
        return Why(touch, None, Kind.CRISIS, title_of(Kind.CRISIS), fate, said, facts, answer.due_at)
    return None
