"""From a claimed touch to the message and the envelope it travels in."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel, Purpose
from aftercare.domain.decide import AT_DISCHARGE, Library, Send
from aftercare.domain.followup import Followup
from aftercare.domain.message import Message, render_email, render_sms, values
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Link
from aftercare.domain.send_window import SendWindow, closes_at
from aftercare.domain.touch import ANSWERS, Touch

# A form answers for the two weeks before it; after four days a fresh one is asked instead.
# Source: ecosystem-ux section 3 (Greenspace's default life of a link).
FORM_OPEN = timedelta(days=4)
# An unsubscribe link must work for at least 30 days (CAN-SPAM, 16 CFR 316); a year is kinder.
UNSUBSCRIBE_OPEN = timedelta(days=365)
# AWS End User Messaging takes a TimeToLive of 5 seconds to 72 hours.
VALID_MIN, VALID_MAX = 5, 259_200
ANSWER_VALID = timedelta(hours=1)
# What a link opens: a form with its measures, or the way out of a kind of mail.
FORM, UNSUBSCRIBE = "form:", "unsubscribe"

_WAY_OUT = {
    "en": "To stop getting notes like this one, open this page:\n{link}",
    "es": "Para dejar de recibir notas como esta, abra esta página:\n{link}",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """What to hand over, until when the carrier may deliver it, and the link to store first, if any."""

    message: Message
    valid_for_seconds: int
    link: Link | None = None
    unsubscribe: str | None = None


_SECRET = re.compile(r"(/[fu]/)[A-Za-z0-9_-]{22}")


def without_secret(text: str) -> str:
    """Return the words as they are kept: whoever reads them later must not hold the patient's link."""
    return _SECRET.sub(r"\1...", text)


def compose(
    touch: Touch, send: Send, followup: Followup, clinic: Clinic, library: Library, secret: str, now: datetime
) -> Composed | None:
    """Write the message of one touch.

    Args:
        touch: The touch.
        send: Channel, address and words.
        followup: Language, zone and sessions.
        clinic: Name, phone and postal address.
        library: Where the service's pages are.
        secret: 128 random bits; only its hash is stored.
        now: Aware instant.

    Returns:
        The message, or ``None`` when the words ask for a value this touch does not have: no message
        is better than one with a hole in it.
    """
    session = followup.sessions.get(touch.session_id) if touch.session_id else None
    form = f"{library.base_url}/f/{secret}" if touch.kind is Kind.MEASURE else None
    zone = followup.contact.zone
    filled = values(clinic, send.words.language, zone, session.starts_at if session else None, form)
    unsubscribe = None
    try:
        if send.channel is Channel.SMS:
            message = render_sms(send.words, filled)
        elif touch.purpose is Purpose.EDUCATION:
            unsubscribe = f"{library.base_url}/u/{secret}"
            way_out = _WAY_OUT[send.words.language].format(link=unsubscribe)
            message = render_email(send.words, filled, f"{clinic.name}\n{clinic.postal_address}\n\n{way_out}")
        else:
            message = render_email(send.words, filled)
    except KeyError:
        return None
    link = None
    if form is not None or unsubscribe is not None:
        link = _link(touch, followup, secret, now)
    return Composed(message, _valid_for(touch, followup, clinic, now), link, unsubscribe)


def secret_hash(secret: str) -> str:
    """Return the form in which a link's secret is stored and looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _link(touch: Touch, followup: Followup, secret: str, now: datetime) -> Link:
    form = touch.kind is Kind.MEASURE
    measures = ",".join(touch.step.measures) if touch.step else ""
    return Link(
        secret_hash=secret_hash(secret),
        clinic_id=followup.clinic_id,
        patient_id=followup.patient_id,
        touch_id=touch.id,
        opens=f"{FORM}{measures}" if form else UNSUBSCRIBE,
        expires_at=now + (FORM_OPEN if form else UNSUBSCRIBE_OPEN),
        made_at=now,
    )


def _valid_for(touch: Touch, followup: Followup, clinic: Clinic, now: datetime) -> int:
    """Return the seconds for which delivery still makes sense: never into the night, never too late."""
    ends = [touch.too_late_at or now + ANSWER_VALID]
    closes = closes_at(now, SendWindow(clinic.send_from, clinic.send_until), followup.contact.zone)
    if touch.kind is Kind.SAFETY:
        ends.append(max(closes, touch.due_at + AT_DISCHARGE))
    elif touch.kind not in ANSWERS:
        ends.append(closes)
    seconds = int((min(ends) - now).total_seconds())
    return max(VALID_MIN, min(seconds, VALID_MAX))
