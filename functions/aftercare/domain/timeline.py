"""All that happened with one patient as one list, the latest first, in words a page shows as they are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.clinic import OnCall
from aftercare.domain.consent import ALL_KEYS, Channel, ConsentKey
from aftercare.domain.delivery import CAUSES, State
from aftercare.domain.followup import Followup, Session, Status
from aftercare.domain.history import History
from aftercare.domain.ids import AlertId, SessionId, TouchId
from aftercare.domain.on_call import named
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, Measure, NotSent, Page, Reply, Sent, Settled, Task
from aftercare.domain.tier import Tier
from aftercare.domain.titles import MEASURES, title_of
from aftercare.domain.touch import REASONS
from aftercare.domain.when import spoken


class MomentKind(StrEnum):
    """What a line of the list is; a page chooses its icon by it."""

    SESSION = "session"
    MESSAGE = "message"
    NOT_SENT = "not_sent"
    REPLY = "reply"
    MEASURE = "measure"
    ALERT = "alert"
    CALL = "call"
    CONSENT = "consent"
    PAUSE = "pause"
    FILE = "file"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Moment:
    """One line.

    Attributes:
        at: When it happened, or will (a booked session, the end of a pause).
        title: What it was, a few words.
        text: The words themselves, whole: of a message, a reply, a note. Empty if there are none.
        about: What became of it, in words; empty if there is nothing to say.
        state: A code for its look: a delivery state, a session's status, an alert's tier and state.
    """

    at: datetime
    kind: MomentKind
    title: str
    text: str = ""
    about: str = ""
    state: str = ""
    channel: Channel | None = None
    touch_id: TouchId | None = None
    session_id: SessionId | None = None
    alert_id: AlertId | None = None
    reply_id: str | None = None
    task_id: str | None = None


# Of two moments of one instant: what caused the other one is further down.
_RANK = {kind: rank for rank, kind in enumerate(MomentKind)}

_READ_AS = {
    "stop": "Read as an opt-out.",
    "start": "Read as an opt-in.",
    "help": "Read as HELP.",
    "mood": "Read as an answer to the mood question.",
    "letters": "Read as side-effect letters.",
    "yes": "Read as yes.",
    "no": "Read as no.",
    "confirm": "Read as a confirmation of the visit.",
    "wrongnumber": "Read as a wrong number. All messages have stopped.",
    "unread": "For a person to read.",
    "automatic": "Written by a machine.",
}


def timeline(history: History, tasks: Iterable[Task] = (), rota: Sequence[OnCall] = ()) -> tuple[Moment, ...]:
    """Return everything that happened with one patient, the latest first.

    Args:
        history: Everything under the patient.
        tasks: Their open tasks.
        rota: The clinic's, for the names of those who were called.
    """
    moments = [
        *_file(history.followup),
        *(moment for s in history.followup.sessions.values() for moment in _session(s)),
        *(_message(sent, history) for sent in history.sent),
        *_not_sent(history.settled, {s.touch_id for s in history.sent if s.provider_id is not None}),
        *map(_reply, history.replies),
        *map(_measure, history.measures),
        *(moment for alert in history.alerts for moment in _alert(alert)),
        *(_call(page, rota) for page in history.pages),
        *map(_consent, history.proofs),
        *_withdrawals(history.followup),
        *_pause(history.followup),
        *map(_task, tasks),
    ]
    return tuple(sorted(moments, key=lambda m: (m.at, _RANK[m.kind], m.title), reverse=True))


def _file(followup: Followup) -> Iterator[Moment]:
    yield Moment(followup.enrolled_at, MomentKind.FILE, "Enrolled")
    if followup.closed_at is not None and followup.closed:
        reason = followup.closed_reason or ""
        yield Moment(followup.closed_at, MomentKind.FILE, "File closed", about=f"Reason: {reason}.")


def _session(session: Session) -> Iterator[Moment]:
    name = f"Session {session.number}"
    if session.status is Status.CANCELLED:
        yield Moment(
            session.as_of, MomentKind.SESSION, f"{name} cancelled", state="cancelled", session_id=session.id
        )
        return
    if session.moved_at is not None and session.moves:
        title = f"{name} moved"
        yield Moment(session.moved_at, MomentKind.SESSION, title, state="moved", session_id=session.id)
    if session.status is Status.COMPLETED:
        at = session.left_at or session.as_of
        left = "Discharge recorded." if session.discharged_at is not None else ""
        yield Moment(at, MomentKind.SESSION, f"{name} done", about=left, state="done", session_id=session.id)
    elif session.starts_at is not None:
        yield Moment(
            session.starts_at, MomentKind.SESSION, f"{name} booked", state="booked", session_id=session.id
        )


def _message(sent: Sent, history: History) -> Moment:
    went = delivered(sent, history)
    return Moment(
        at=sent.claimed_at,
        kind=MomentKind.MESSAGE,
        title=title_of(sent.kind, sent.words_id, sent.touch_id),
        text=sent.text,
        about=f"Written by {sent.by}. {went}" if sent.by else went,
        state=_state(sent, history),
        channel=sent.channel,
        touch_id=sent.touch_id,
        session_id=sent.session_id,
    )


def _state(sent: Sent, history: History) -> str:
    outcome = (history.deliveries or {}).get(sent.touch_id)
    if outcome is not None:
        return outcome.state.value
    return State.SENT.value if sent.provider_id is not None else State.UNCONFIRMED.value


def delivered(sent: Sent, history: History) -> str:
    """Say what is known of a message's way, in one sentence."""
    outcome = (history.deliveries or {}).get(sent.touch_id)
    if outcome is not None:
        return CAUSES[outcome.reason]
    if sent.provider_id is None:
        return "No answer came from the carrier: it may have gone out, and is not sent again by itself."
    return "The carrier took it; no receipt has come yet."


def _not_sent(settled: Iterable[Settled], sent: set[TouchId]) -> Iterator[Moment]:
    for at, touch in ((record.at, touch) for record in settled for touch in record.touches):
        # A message that went out by another try has its own line; the reason of the first one stays.
        yield _ended(at, touch, again=touch.touch_id in sent)


def _ended(at: datetime, touch: NotSent, *, again: bool) -> Moment:
    step = touch.touch_id.rpartition(".")[2]
    later = " It went out later." if again else ""
    return Moment(
        at=at,
        kind=MomentKind.NOT_SENT,
        title=f"Not sent: {_step_title(touch.kind, step)}",
        about=f"{REASONS[touch.reason]}{later}",
        state=touch.reason.value,
        touch_id=touch.touch_id,
        session_id=touch.session_id,
    )


def _step_title(kind: Kind, step: str) -> str:
    """Name a touch by its step's key where that is also the name of words, as ``evening`` is."""
    name = step.removesuffix("~email").removesuffix("~sms").replace("reminder-", "reminder_")
    return title_of(kind, name)


def _reply(reply: Reply) -> Moment:
    about = _READ_AS.get(reply.understood, "")
    return Moment(
        at=reply.at,
        kind=MomentKind.REPLY,
        title="Automatic reply" if reply.automatic else "Reply",
        text=reply.body,
        about=about,
        state="" if reply.tier is Tier.GREEN else reply.tier.value,
        channel=reply.channel,
        touch_id=reply.touch_id,
        alert_id=reply.alert_id,
        reply_id=reply.id,
    )


def _measure(measure: Measure) -> Moment:
    name = MEASURES.get(measure.code, measure.code)
    total = "" if measure.total is None else f": {measure.total}"
    left = "" if measure.complete else "Some answers were left blank."
    title, touch = f"{name}{total}", measure.touch_id
    return Moment(measure.at, MomentKind.MEASURE, title, about=left, state=measure.band or "", touch_id=touch)


def _alert(alert: Alert) -> Iterator[Moment]:
    tier = alert.tier.value
    what = f"{tier.capitalize()} alert"
    about = alert.reason.replace("_", " ")
    raised = f"Reason: {about}." if about else ""
    yield _of_alert(alert, alert.raised_at, f"{what} raised", raised, f"{tier} raised")
    if alert.acknowledged_at is not None and alert.acknowledged_by is not None:
        title = f"{what} taken on by {alert.acknowledged_by}"
        yield _of_alert(alert, alert.acknowledged_at, title, "", f"{tier} acknowledged")
    if alert.state is AlertState.RESOLVED and alert.resolved_at is not None:
        title = f"{what} resolved by {alert.resolved_by}"
        outcome = (alert.disposition or "").replace("_", " ")
        ended = f"Outcome: {outcome}." if outcome else ""
        yield _of_alert(alert, alert.resolved_at, title, ended, f"{tier} resolved", alert.note or "")


def _of_alert(alert: Alert, at: datetime, title: str, about: str, state: str, note: str = "") -> Moment:
    return Moment(at, MomentKind.ALERT, title, note, about, state, alert_id=alert.id)


def _call(page: Page, rota: Sequence[OnCall]) -> Moment:
    way = "by text" if page.channel is Channel.SMS else "by mail"
    about = "Nobody knows whether it went out."
    if page.accepted is not None:
        about = "The carrier took it." if page.accepted else "It did not go out."
    title = f"Called {named(page.place, rota)} {way}"
    return Moment(page.at, MomentKind.CALL, title, about=about, alert_id=page.alert_id, channel=page.channel)


def consent_title(key: ConsentKey) -> str:
    """``Care by text``."""
    channel, purpose = key
    return f"{purpose.value.capitalize()} by {'text' if channel is Channel.SMS else 'mail'}"


def _consent(proof: ConsentProof) -> Moment:
    consent = proof.consent
    about = f"By {consent.method}, recorded by {consent.recorded_by}; wording {consent.wording_version}."
    if consent.expires_on is not None:
        about += f" Until {consent.expires_on.isoformat()}."
    title = f"{consent_title(consent.key)}: agreed"
    return Moment(
        consent.given_at, MomentKind.CONSENT, title, consent.wording, about, "given", consent.channel
    )


def _withdrawals(followup: Followup) -> Iterator[Moment]:
    """Only the latest no of each consent is kept; the closing of a file has a line of its own."""
    for key in ALL_KEYS:
        standing = followup.standings.get(key)
        if standing is None or standing.withdrawn_at is None or standing.given_at is None:
            continue
        title = f"{consent_title(key)}: withdrawn"
        about = "" if not standing.agreed else "Agreed again since."
        yield Moment(standing.withdrawn_at, MomentKind.CONSENT, title, "", about, "withdrawn", key[0])


def _pause(followup: Followup) -> Iterator[Moment]:
    until = followup.paused_until
    if until is not None:
        title = f"Messages are paused until {spoken(until, followup.contact.zone)}"
        yield Moment(until, MomentKind.PAUSE, title, state="paused")


def _task(task: Task) -> Moment:
    title = task.kind.value.replace("_", " ").capitalize()
    return Moment(
        task.opened_at, MomentKind.TASK, f"To do: {title}", about=task.reason, state="open", task_id=task.id
    )
