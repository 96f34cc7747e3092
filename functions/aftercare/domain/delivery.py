"""What became of a message after a carrier took it, out of receipts that repeat, mix and come late.

Receipts are joined, never replayed: of two the one that says more stands, and what each says about the
address or the patient's will is kept. So any order, any repetition and any delay end in the same place.

Sources: AWS End User Messaging SMS user guide, "Event types for SMS, MMS, and voice" and "Messaging events"
(up to 72 hours, then UNKNOWN); Amazon SES developer guide, "Contents of event data that Amazon SES
publishes to Amazon SNS".
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class State(StrEnum):
    """How far a message is known to have come, in rising order of what is known (``RANK``)."""

    QUEUED = "queued"
    SENT = "sent"
    DELAYED = "delayed"
    UNCONFIRMED = "unconfirmed"
    ACCEPTED = "accepted"
    FAILED_SOFT = "failed_soft"
    DELIVERED = "delivered"
    FAILED_HARD = "failed_hard"
    COMPLAINED = "complained"


# ACCEPTED above UNCONFIRMED: "nobody will say more" adds nothing to "their carrier took it".
# FAILED_SOFT above ACCEPTED: the carrier took it and then could not hand it over.
# DELIVERED above FAILED_SOFT: a phone that was off came back, and most bounces that follow a delivery and
# are not permanent are answering machines.
# FAILED_HARD above DELIVERED: a mail server may take a mail, then return it for good.
RANK = {state: rank for rank, state in enumerate(State)}


class Cause(StrEnum):
    """Why it stands there. Stored, published and explained in ``CAUSES``."""

    QUEUED = "queued"
    ON_ITS_WAY = "on_its_way"
    DELAYED = "delayed"
    NO_RECEIPT = "no_receipt"
    CARRIER_ACCEPTED = "carrier_accepted"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    PHONE_UNREACHABLE = "phone_unreachable"
    CARRIER_UNREACHABLE = "carrier_unreachable"
    BOUNCED_FOR_NOW = "bounced_for_now"
    BOUNCED_UNCLEAR = "bounced_unclear"
    MAILBOX_FULL = "mailbox_full"
    NUMBER_INVALID = "number_invalid"
    NUMBER_BLOCKED = "number_blocked"
    MESSAGE_INVALID = "message_invalid"
    MESSAGE_BLOCKED = "message_blocked"
    MARKED_AS_SPAM = "marked_as_spam"
    COUNTRY_BLOCKED = "country_blocked"
    ADDRESS_BOUNCED = "address_bounced"
    ADDRESS_SUPPRESSED = "address_suppressed"
    REJECTED = "rejected"
    NOT_RENDERED = "not_rendered"
    COMPLAINT = "complaint"


CAUSES: dict[Cause, str] = {
    Cause.QUEUED: "The carrier has it in its queue.",
    Cause.ON_ITS_WAY: "The carrier is sending it.",
    Cause.DELAYED: "The mail server asks to wait; it is tried again.",
    Cause.NO_RECEIPT: "The carrier does not know what became of it.",
    Cause.CARRIER_ACCEPTED: "The patient's carrier took it.",
    Cause.DELIVERED: "It arrived.",
    Cause.EXPIRED: "It could not be delivered before it had to leave.",
    Cause.PHONE_UNREACHABLE: "The phone was off or out of reach.",
    Cause.CARRIER_UNREACHABLE: "The patient's carrier had a disturbance.",
    Cause.BOUNCED_FOR_NOW: "The mail server returned it for now.",
    Cause.BOUNCED_UNCLEAR: "The mail server returned it without a clear reason.",
    Cause.MAILBOX_FULL: "The mailbox is full.",
    Cause.NUMBER_INVALID: "The number does not exist or cannot receive texts.",
    Cause.NUMBER_BLOCKED: "The phone or its carrier blocks messages to this number.",
    Cause.MESSAGE_INVALID: "The carrier cannot deliver this wording.",
    Cause.MESSAGE_BLOCKED: "The patient's carrier blocked the message.",
    Cause.MARKED_AS_SPAM: "The patient's carrier took the message for spam.",
    Cause.COUNTRY_BLOCKED: "Our own settings do not allow texts to this country.",
    Cause.ADDRESS_BOUNCED: "The mail address does not exist or never accepts mail from us.",
    Cause.ADDRESS_SUPPRESSED: "Mail to this address bounced or was complained about before; it was not sent.",
    Cause.REJECTED: "The mail service refused to send it.",
    Cause.NOT_RENDERED: "The mail could not be put together.",
    Cause.COMPLAINT: "The patient marked our mail as spam.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What receipts say so far.

    Attributes:
        state: How far it came.
        reason: Why.
        hard: It will not arrive by this channel: fall back to the other one, or tell staff.
        bad: The number or address is at fault: send nothing more there until it is changed.
        objects: The patient does not want our mail: an opt-out of education by mail at the least. Never
            a reason to fall back to texts.
        final: No other receipt is expected, though one may come.
    """

    state: State
    reason: Cause
    hard: bool = False
    bad: bool = False
    objects: bool = False
    final: bool = False


def _soft(cause: Cause) -> Outcome:
    return Outcome(State.FAILED_SOFT, cause, final=True)


def _hard(cause: Cause, *, bad: bool) -> Outcome:
    return Outcome(State.FAILED_HARD, cause, hard=True, bad=bad, final=True)


_SMS = {
    "TEXT_QUEUED": Outcome(State.QUEUED, Cause.QUEUED),
    "TEXT_PENDING": Outcome(State.SENT, Cause.ON_ITS_WAY),
    "TEXT_SENT": Outcome(State.SENT, Cause.ON_ITS_WAY),
    # The recipient's carrier has it: below DELIVERED, though some countries use the two alike.
    "TEXT_SUCCESSFUL": Outcome(State.ACCEPTED, Cause.CARRIER_ACCEPTED),
    "TEXT_DELIVERED": Outcome(State.DELIVERED, Cause.DELIVERED, final=True),
    # After 72 hours without a receipt: ignorance, no failure.
    "TEXT_UNKNOWN": Outcome(State.UNCONFIRMED, Cause.NO_RECEIPT, final=True),
    # Its time to live was our own choice; the number may be fine.
    "TEXT_TTL_EXPIRED": _soft(Cause.EXPIRED),
    # A phone that is off, or a passing error of its network: the next text may well arrive.
    "TEXT_UNREACHABLE": _soft(Cause.PHONE_UNREACHABLE),
    "TEXT_CARRIER_UNREACHABLE": _soft(Cause.CARRIER_UNREACHABLE),
    # The number does not exist, or is a landline.
    "TEXT_INVALID": _hard(Cause.NUMBER_INVALID, bad=True),
    # The device or the carrier blocks messages to this person: every text would end so.
    "TEXT_BLOCKED": _hard(Cause.NUMBER_BLOCKED, bad=True),
    # The next three are about these words, our number or its registration: the patient's is in order.
    "TEXT_INVALID_MESSAGE": _hard(Cause.MESSAGE_INVALID, bad=False),
    "TEXT_CARRIER_BLOCKED": _hard(Cause.MESSAGE_BLOCKED, bad=False),
    "TEXT_SPAM": _hard(Cause.MARKED_AS_SPAM, bad=False),
    # Our own protect configuration said no.
    "TEXT_PROTECT_BLOCKED": _hard(Cause.COUNTRY_BLOCKED, bad=False),
}

_EMAIL = {
    "Send": Outcome(State.SENT, Cause.ON_ITS_WAY),
    "DeliveryDelay": Outcome(State.DELAYED, Cause.DELAYED),
    "Delivery": Outcome(State.DELIVERED, Cause.DELIVERED, final=True),
    # A virus was found in it, or a template lacked a value: our fault, the address is in order.
    "Reject": _hard(Cause.REJECTED, bad=False),
    "Rendering Failure": _hard(Cause.NOT_RENDERED, bad=False),
}

_COMPLAINT = Outcome(State.COMPLAINED, Cause.COMPLAINT, objects=True, final=True)
# Bounces and complaints that SES foresaw: it never offered the mail to the patient's server.
_SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList", "OnTenantSuppressionList"})
# An abuse report format type by which a mailbox provider takes the word "spam" back (RFC 5965).
_NOT_SPAM = "not-spam"


def of_sms(event_type: str, *, final: bool = False) -> Outcome | None:
    """Return what an event of AWS End User Messaging says of a text.

    Args:
        event_type: As ``TEXT_DELIVERED``.
        final: The event's own ``isFinal``.

    Returns:
        The outcome; ``None`` for types we do not know and for calls, pictures and RCS, which we never send.
    """
    said = _SMS.get(event_type)
    return replace(said, final=True) if said is not None and final else said


def of_email(
    event_type: str, bounce_type: str | None = None, subtype: str | None = None, complaint: str | None = None
) -> Outcome | None:
    """Return what an SES event says of a mail.

    Args:
        event_type: As ``Bounce``.
        bounce_type: ``Permanent``, ``Transient`` or ``Undetermined``. A bounce without a type we know is
            soft: a good address must not be lost to a new word.
        subtype: The bounce's or complaint's sub-type, as ``MailboxFull``.
        complaint: The complaint's feedback type, as ``abuse``.

    Returns:
        The outcome; ``None`` for types that say nothing of delivery (opens, clicks: we track neither).
    """
    if event_type == "Bounce":
        return _bounce(bounce_type, subtype)
    if event_type == "Complaint":
        if complaint == _NOT_SPAM:
            return _EMAIL["Delivery"]
        return replace(_COMPLAINT, hard=True) if subtype in _SUPPRESSED else _COMPLAINT
    return _EMAIL.get(event_type)


def _bounce(bounce_type: str | None, subtype: str | None) -> Outcome:
    if bounce_type == "Permanent":
        suppressed = subtype in _SUPPRESSED
        return _hard(Cause.ADDRESS_SUPPRESSED if suppressed else Cause.ADDRESS_BOUNCED, bad=True)
    if bounce_type == "Transient":
        return _soft(Cause.MAILBOX_FULL if subtype == "MailboxFull" else Cause.BOUNCED_FOR_NOW)
    return _soft(Cause.BOUNCED_UNCLEAR)


def merge(known: Outcome | None, new: Outcome) -> Outcome | None:
    """Join one more receipt to what is known.

    The join is associative, commutative and idempotent, so the order of receipts does not matter.

    Returns:
        What is known now; ``None`` when the receipt adds nothing.
    """
    if known is None:
        return new
    further = max(known, new, key=lambda outcome: (RANK[outcome.state], outcome.bad, outcome.reason))
    joined = Outcome(
        further.state,
        further.reason,
        hard=known.hard or new.hard,
        bad=known.bad or new.bad,
        objects=known.objects or new.objects,
        final=known.final or new.final,
    )
    return None if joined == known else joined
