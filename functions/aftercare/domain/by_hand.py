"""A person of the clinic writes to a patient: what may be written, by which way it goes, and when.

A named human may write what they must. Held back is only what nobody may do: write to someone who said
stop, show the medicine or the illness on a locked screen, wake a patient who did not write first.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel, ConsentKey, Purpose
from aftercare.domain.decide import TALK_HELD
from aftercare.domain.errors import BadInput
from aftercare.domain.followup import Followup, Mark, MarkState, Notice
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.message import Message, html_of, spoken_phone
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Reply
from aftercare.domain.segments import plain_gsm, segments
from aftercare.domain.send_window import SendWindow, closes_at, first_open, is_open

# Twice what a program text may take: somebody explains something.
PARTS_MAX = 4
MAIL_MAX = 5_000
# An answer to what the patient just wrote needs no consent of its own: they opened the conversation (47
# CFR 64.1200: a one-time reply to a request; CTIA Messaging Principles, conversational messaging).
ANSWER_FOR = timedelta(hours=24)
# Who wrote this lately is awake, and waits.
AWAKE_FOR = timedelta(hours=2)
# A text outside of the window stays true for an hour.
VALID_MIN = timedelta(hours=1)
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_SUBJECT = {"en": "A note from {clinic}", "es": "Una nota de {clinic}"}
_FOOTER = {
    "en": "{by}, {clinic}\nYou can answer this mail, or call {phone}. To stop our messages, answer STOP.",
    "es": "{by}, {clinic}\nPuede responder a este correo o llamar al {phone}. Para no recibir más mensajes, "
    "responda ALTO.",
}


class Hindrance(StrEnum):
    """Why a person may not write to this patient now. Shown as ``HINDRANCES`` says it."""

    CLOSED = "closed"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    UNREACHABLE = "unreachable"
    UNENCRYPTED_NOT_ACCEPTED = "unencrypted_not_accepted"
    CONTENT_NOT_SIGNED = "content_not_signed"
    NIGHT = "night"
    COLLEAGUE = "colleague"


HINDRANCES: dict[Hindrance, str] = {
    Hindrance.CLOSED: "The patient's file is closed.",
    Hindrance.OPTED_OUT: "The patient opted out of messages. Phone them.",
    Hindrance.NO_CONSENT: "There is no consent for texts or mails, and the patient did not write in the last "
    "24 hours. Phone them.",
    Hindrance.NO_ADDRESS: "There is no phone number or mail address.",
    Hindrance.UNREACHABLE: "The number or address does not take messages. Mend it first.",
    Hindrance.UNENCRYPTED_NOT_ACCEPTED: "The patient has not accepted unencrypted messages. Phone them.",
    Hindrance.CONTENT_NOT_SIGNED: "The clinic has not signed its words yet; only sandbox numbers are served.",
    Hindrance.NIGHT: "It is outside the hours in which this patient gets messages, and they did not write in "
    "the last two hours.",
    Hindrance.COLLEAGUE: "A colleague wrote to this patient a moment ago. Read it, then send yours.",
}


@dataclass(frozen=True, slots=True)
class WayOut:
    """Which way a message goes. ``requires``: the consent that its claim depends on, if it needs one."""

    channel: Channel
    to: str
    requires: ConsentKey | None


def clean(typed: str) -> str:
    """Return what was typed as it may leave: no control or invisible characters, plain line ends.

    Raises:
        BadInput: Nothing that anyone could see is left.
    """
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    spaced = "".join(" " if c == "\t" else c for c in unicodedata.normalize("NFC", lines))
    shown = "".join(c for c in spaced if c == "\n" or unicodedata.category(c)[0] != "C")
    text = "\n".join(line.strip() for line in shown.strip().split("\n"))
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    if not any(c not in _INVISIBLE and unicodedata.category(c)[0] not in "ZM" for c in text if c != "\n"):
        raise BadInput("text", "nothing to read", "a message of at least one character that shows")
    return text


def manual_id(patient_id: PatientId, writer: str, once: str) -> TouchId:
    """Name a message by who wrote it and by the key that it came with: the same one is sent once."""
    named = hashlib.sha256(f"{writer}\x1f{once}".encode()).hexdigest()[:12]
    return TouchId(f"{patient_id}.{Kind.MANUAL.value}.{named}")


def way_out(
    followup: Followup,
    replies: Sequence[Reply],
    clinic: Clinic,
    now: datetime,
    read_at: datetime | None = None,
) -> WayOut | Hindrance:
    """Choose the way: the one the patient last wrote by, else the one they agreed to.

    Args:
        followup: The patient, as the claim's condition will require.
        replies: What they wrote.
        clinic: Window, sign-off and sandbox.
        now: Aware instant.
        read_at: When the writer read the thread; a colleague's message since then is to be read first.
    """
    if followup.closed:
        return Hindrance.CLOSED
    if read_at is not None and any(_by_hand_since(n, read_at) for n in followup.notices.values()):
        return Hindrance.COLLEAGUE
    written = sorted((r for r in replies if r.automatic is None and r.at <= now), key=lambda r: r.at)
    latest = written[-1] if written else None
    order = [Channel.SMS, Channel.EMAIL]
    if latest is not None and latest.channel is Channel.EMAIL:
        order.reverse()
    hindrances: list[Hindrance] = []
    for channel in order:
        found = _by(channel, followup, latest, clinic, now)
        if isinstance(found, WayOut):
            return found if _awake(followup, latest, clinic, now) else Hindrance.NIGHT
        hindrances.append(found)
    return max(hindrances, key=_TELLING.index)


# What says most about why no way is left, last.
_TELLING = (
    *(Hindrance.NO_ADDRESS, Hindrance.NO_CONSENT, Hindrance.UNENCRYPTED_NOT_ACCEPTED),
    *(Hindrance.UNREACHABLE, Hindrance.CONTENT_NOT_SIGNED, Hindrance.OPTED_OUT),
)


def _by_hand_since(notice: Notice, read_at: datetime) -> bool:
    return notice.kind is Kind.MANUAL and notice.mark is not None and notice.mark.at > read_at


def _by(
    channel: Channel, followup: Followup, latest: Reply | None, clinic: Clinic, now: datetime
) -> WayOut | Hindrance:
    contact, key = followup.contact, (channel, Purpose.CARE)
    address = contact.phone if channel is Channel.SMS else contact.email
    standing = followup.standings.get(key)
    if standing is not None and _taken_back(standing.given_at, standing.withdrawn_at):
        return Hindrance.OPTED_OUT
    if address is None:
        return Hindrance.NO_ADDRESS
    if channel in followup.unreachable:
        return Hindrance.UNREACHABLE
    if clinic.content_review is None and contact.phone not in clinic.sandbox_numbers:
        return Hindrance.CONTENT_NOT_SIGNED
    agreed = standing is not None and standing.stands(now.astimezone(contact.zone).date())
    answers = _answers(channel, address, latest, now)
    if not agreed and not answers:
        return Hindrance.NO_CONSENT
    if not contact.accepts_unencrypted and not answers:
        return Hindrance.UNENCRYPTED_NOT_ACCEPTED
    return WayOut(channel, address, key if agreed else None)


def _taken_back(given_at: datetime | None, withdrawn_at: datetime | None) -> bool:
    return withdrawn_at is not None and (given_at is None or withdrawn_at >= given_at)


def _answers(channel: Channel, address: str, latest: Reply | None, now: datetime) -> bool:
    if latest is None or latest.channel is not channel or latest.understood == "wrongnumber":
        return False
    return latest.sender.lower() == address.lower() and now - latest.at <= ANSWER_FOR


def _awake(followup: Followup, latest: Reply | None, clinic: Clinic, now: datetime) -> bool:
    """Say whether the patient may hear from us now: a decent hour, their own word, or danger."""
    window = SendWindow(clinic.send_from, clinic.send_until)
    if is_open(now, window, followup.contact.zone) or followup.in_danger:
        return True
    return latest is not None and now - latest.at <= AWAKE_FOR


def opens_at(followup: Followup, clinic: Clinic, now: datetime) -> datetime:
    """Return when the patient's next decent hour begins."""
    return first_open(now, SendWindow(clinic.send_from, clinic.send_until), followup.contact.zone)


def written(text: str, way: WayOut, clinic: Clinic, language: str, by: str) -> Message:
    """Put the clinic's name before a text, and who wrote it and the way out below a mail.

    Args:
        text: As ``clean`` left it.
        way: Which way it goes.
        clinic: Whose name it carries.
        language: The patient's, for what we add.
        by: Who wrote it, as colleagues know them.

    Raises:
        BadInput: It is too long.
    """
    if way.channel is Channel.SMS:
        whole = plain_gsm(f"{clinic.sms_name}: {text}")
        encoding, parts = segments(whole)
        if parts > PARTS_MAX:
            allowed = f"at most {PARTS_MAX} parts with the clinic's name; this takes {parts} ({encoding})"
            raise BadInput("text", f"{len(text)} characters", allowed)
        return Message(Channel.SMS, whole)
    if len(text) > MAIL_MAX:
        raise BadInput("text", f"{len(text)} characters", f"at most {MAIL_MAX} characters in a mail")
    subject = plain_gsm(_SUBJECT[language].format(clinic=clinic.sms_name))
    footer = _FOOTER[language].format(by=by, clinic=clinic.name, phone=spoken_phone(clinic.phone))
    whole = f"{text}\n\n{footer}"
    return Message(Channel.EMAIL, f"{whole}\n", subject, html_of(whole, language, subject))


def valid_for(followup: Followup, clinic: Clinic, now: datetime) -> timedelta:
    """Return how long the carrier may try: until the window closes, an hour at the least."""
    closes = closes_at(now, SendWindow(clinic.send_from, clinic.send_until), followup.contact.zone)
    return max(closes - now, VALID_MIN)


def claimed_by_hand(followup: Followup, touch: TouchId, channel: Channel, now: datetime) -> Followup:
    """Return the patient with the message claimed. From here on our own questions wait."""
    notice = Notice(touch, Kind.MANUAL, now, Mark(MarkState.CLAIMED, now), channel)
    until = now + TALK_HELD
    talk_until = until if followup.talk_until is None else max(until, followup.talk_until)
    return replace(followup.with_notice(notice), last_sent_at=now, talk_until=talk_until)


def given_back(followup: Followup, touch: TouchId, claimed_at: datetime) -> Followup:
    """Return the patient as if the message had never been claimed: it provably did not leave."""
    notices = {name: notice for name, notice in followup.notices.items() if name != touch}
    latest = followup.last_sent_at
    return replace(
        followup,
        notices=notices,
        last_sent_at=max(followup.recent, default=None) if latest == claimed_at else latest,
        talk_until=None if followup.talk_until == claimed_at + TALK_HELD else followup.talk_until,
    )
