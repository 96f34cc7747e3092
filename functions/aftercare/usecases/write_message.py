"""A named human writes to a patient: claimed like every touch, offered to the carrier once, recorded.

The message opens a human conversation, in which the service asks nothing by itself. Someone who stopped
messages while it was being typed gets none: the claim's condition names the consent and the version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from aftercare.content.typed_words import check_typed_text
from aftercare.desk_ports import Desk
from aftercare.domain.by_hand import (
    HINDRANCES,
    Hindrance,
    WayOut,
    claimed_by_hand,
    clean,
    given_back,
    manual_id,
    opens_at,
    valid_for,
    way_out,
    written,
)
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.errors import BadInput, Conflict, MayNotWrite, NotFound, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.hand_over import Accepted, Busy, Envelope, HandOver, Refused, Unknown
from aftercare.domain.history import History
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.message import Message
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Reply, Sent, TaskKind
from aftercare.domain.segments import plain_gsm, segments
from aftercare.domain.staff import Person, Right
from aftercare.domain.sweep import Handed
from aftercare.domain.touch import REASONS, Reason
from aftercare.domain.when import spoken
from aftercare.usecases.allow import allow, keep_audit, refuse_odd_patient
from aftercare.usecases.close_replies import close_replies
from aftercare.usecases.refuse_by_hand import refuse_by_hand
from aftercare.usecases.staff_tasks import touch_task
from aftercare.usecases.what_can_be_said import next_look

ATTEMPTS = 6
# Later than a claim may be at work (``find_unfinished.LEASE``): whoever then looks finds it unfinished.
WATCHED_AFTER = timedelta(minutes=4)
ONCE_MAX = 200


class Went(StrEnum):
    """What became of the message. ``SENDING``: the same one is being sent by another click."""

    SENT = "sent"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Written:
    """The message as it left. ``parts``: of a text, with the clinic's name; 0 for a mail."""

    touch_id: TouchId
    went: Went
    channel: Channel | None = None
    text: str = ""
    parts: int = 0
    reason: Reason | None = None

    @property
    def why(self) -> str:
        """Say in a sentence why it was not sent; empty if it was."""
        return REASONS[self.reason] if self.reason is not None else ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is to be sent, as decided on the patient as read."""

    touch_id: TouchId
    way: WayOut
    message: Message
    by: str


def write_message(
    person: Person,
    desk: Desk,
    patient_id: PatientId,
    text: str,
    *,
    by: str,
    once: str,
    read_at: datetime | None = None,
) -> Written:
    """Send what a person typed to a patient, once.

    Args:
        person: Who writes; their clinic is the patient's.
        desk: The outside.
        patient_id: To whom.
        text: As typed. It goes by the way the patient last wrote, else by the one they agreed to.
        by: ``dashboard`` or ``api``.
        once: Key of this one message: the same key never sends twice.
        read_at: When the writer read the thread; a colleague's message since then stops this one.

    Raises:
        NotAllowed: The person may not write to patients.
        NotFound: There is no such patient at the clinic.
        MayNotWrite: The patient may not be written to now; its ``why`` says so.
        BadInput: The text is empty, too long, or would show on a locked screen what it may not.
        TryAgain: The store or the carrier is busy, and nothing went out; the same key may be used again.
    """
    allow(person, Right.WRITE_MESSAGES)
    refuse_odd_patient(patient_id)
    typed, ports = clean(text), desk.ports
    if not once.strip() or len(once) > ONCE_MAX:
        raise BadInput("once", f"{len(once)} characters", f"a key of 1 to {ONCE_MAX} characters")
    touch, clinic = manual_id(patient_id, person.id, once), ports.clinics.get(person.clinic_id)
    history = desk.histories.whole(person.clinic_id, patient_id)
    if history is None or clinic is None:
        raise NotFound("patient_id")
    known = _known(history, touch, typed)
    if known is not None:
        return known
    followup, audited = history.followup, False
    for _ in range(ATTEMPTS):
        if touch in followup.notices:
            return Written(touch, Went.SENDING)
        now = ports.clock.now()
        draft = _draft(typed, followup, history.replies, clinic, person, touch, now, read_at)
        if not audited:
            keep_audit(person, desk, "wrote_message", by=by, patient_id=patient_id, about=touch)
            # Before the claim: should we die with it, the sender that comes finds it and tells staff.
            watched = Handed(person.clinic_id, patient_id, int(WATCHED_AFTER.total_seconds()))
            ports.touch_queue.hand([watched])
            audited = True
        try:
            claimed = _claim(draft, followup, clinic, now, desk)
        except Conflict:
            followup = _fresh(person, patient_id, desk)
            continue
        return _offer(draft, claimed, clinic, history.replies, now, desk)
    raise TryAgain("write_message: too many writers of one patient")


def _known(history: History, touch: TouchId, typed: str) -> Written | None:
    """Return what became of the message with this key, if there was one.

    Raises:
        BadInput: The key was used for another text.
    """
    for sent in history.sent:
        if sent.touch_id == touch:
            if sent.text and typed not in sent.text and plain_gsm(typed) not in sent.text:
                raise BadInput("once", "a key of another text", "a new key for each message")
            went = Went.SENT if sent.provider_id is not None else Went.UNCONFIRMED
            parts = segments(sent.text)[1] if sent.channel is Channel.SMS else 0
            return Written(touch, went, sent.channel, sent.text, parts)
    for ended in (one for record in history.settled for one in record.touches):
        if ended.touch_id == touch:
            return Written(touch, Went.NOT_SENT, reason=ended.reason)
    return None


def _draft(
    typed: str,
    followup: Followup,
    replies: Sequence[Reply],
    clinic: Clinic,
    person: Person,
    touch: TouchId,
    now: datetime,
    read_at: datetime | None,
) -> _Draft:
    way = way_out(followup, replies, clinic, now, read_at)
    if isinstance(way, Hindrance):
        why = HINDRANCES[way]
        if way is Hindrance.NIGHT:
            opens = spoken(opens_at(followup, clinic, now), followup.contact.zone)
            why = f"{why} It can go from {opens}, on the patient's clock."
        raise MayNotWrite(way.value, why)
    if way.channel is Channel.SMS:
        check_typed_text(typed)
    message = written(typed, way, clinic, followup.contact.language, person.name)
    return _Draft(touch, way, message, person.name)


def _claim(draft: _Draft, followup: Followup, clinic: Clinic, now: datetime, desk: Desk) -> Followup:
    after = tidy(claimed_by_hand(followup, draft.touch_id, draft.way.channel, now), now)
    return desk.ports.followups.save(
        after,
        write_id=desk.ports.ids.token(),
        due_at=next_look(after, clinic, desk.ports, now),
        requires=draft.way.requires,
    )


def _fresh(person: Person, patient_id: PatientId, desk: Desk) -> Followup:
    followup = desk.ports.followups.get(person.clinic_id, patient_id)
    if followup is None:
        raise NotFound("patient_id")
    return followup


def _offer(
    draft: _Draft, followup: Followup, clinic: Clinic, replies: Sequence[Reply], now: datetime, desk: Desk
) -> Written:
    """Offer a claimed message to its carrier, once, and keep what became of it."""
    ports, key = desk.ports, (followup.clinic_id, followup.patient_id)
    text, by_text = draft.message.text, draft.way.channel is Channel.SMS
    parts = segments(text)[1] if by_text else 0
    answer = _hand_over(draft, followup, clinic, now, desk)
    match answer:
        case Accepted(provider_id):
            ports.followups.record([(key, _sent(draft, followup, now, provider_id))])
            close_replies(followup, replies, draft.by, ports)
            return Written(draft.touch_id, Went.SENT, draft.way.channel, text, parts)
        case Unknown():
            why = "The carrier gave no answer to a message that a person wrote. Ask the patient."
            task = touch_task(TaskKind.UNCONFIRMED, draft.touch_id, followup, now, why)
            ports.followups.record([(key, _sent(draft, followup, now, None)), (key, task)])
            return Written(draft.touch_id, Went.UNCONFIRMED, draft.way.channel, text, parts)
        case Busy():
            _give_back(draft, followup, clinic, now, desk)
            raise TryAgain("write_message: the carrier is busy, and nothing went out")
        case Refused(reason):
            refuse_by_hand(followup, draft.touch_id, draft.way.channel, reason, clinic, ports)
            return Written(draft.touch_id, Went.NOT_SENT, draft.way.channel, text, parts, reason)
    assert_never(answer)


def _hand_over(draft: _Draft, followup: Followup, clinic: Clinic, now: datetime, desk: Desk) -> HandOver:
    by_text = draft.way.channel is Channel.SMS
    carrier = desk.ports.sms if by_text else desk.ports.email
    return carrier.hand_over(
        draft.message,
        Envelope(
            clinic_id=followup.clinic_id,
            patient_id=followup.patient_id,
            touch_id=draft.touch_id,
            sender=clinic.sms_number if by_text else clinic.email_from,
            sender_name=clinic.sms_name,
            to=draft.way.to,
            valid_for_seconds=int(valid_for(followup, clinic, now).total_seconds()),
        ),
    )


def _sent(draft: _Draft, followup: Followup, now: datetime, provider_id: str | None) -> Sent:
    return Sent(
        touch_id=draft.touch_id,
        session_id=None,
        kind=Kind.MANUAL,
        claimed_at=now,
        channel=draft.way.channel,
        to=draft.way.to,
        words_id=Kind.MANUAL.value,
        revision="",
        language=followup.contact.language,
        text=draft.message.text,
        subject=draft.message.subject,
        provider_id=provider_id,
        by=draft.by,
    )


def _give_back(draft: _Draft, followup: Followup, clinic: Clinic, claimed_at: datetime, desk: Desk) -> None:
    """Undo a claim that the carrier provably did not take; a concurrent write must not keep it."""
    ports = desk.ports
    for _ in range(ATTEMPTS):
        now, back = ports.clock.now(), given_back(followup, draft.touch_id, claimed_at)
        due_at = next_look(back, clinic, ports, now)
        try:
            ports.followups.save(back, write_id=ports.ids.token(), due_at=due_at)
        except Conflict:
            found = ports.followups.get(followup.clinic_id, followup.patient_id)
            followup = found if found is not None else followup
            continue
        return
