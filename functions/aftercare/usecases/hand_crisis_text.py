"""Hand one text about an alert to a carrier, and keep what was said with the patient's other messages."""

from aftercare.content.load_words import load_words
from aftercare.domain.alert import Alert, Answer, crisis_touch
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.hand_over import Accepted, Envelope, HandOver, Unknown
from aftercare.domain.message import Message, render_email, render_sms, values
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent, TaskKind
from aftercare.ports import Ports
from aftercare.usecases.call_staff import open_about

# A crisis text stays true for an hour.
CRISIS_VALID_SECONDS = 3600


def hand_crisis_text(alert: Alert, answer: Answer, clinic: Clinic, ports: Ports) -> HandOver:
    """Offer a text once, by its own way. One that went out, or may have, is kept.

    Raises:
        TryAgain: What went out could not be kept.
    """
    message = _message(answer, clinic)
    by_text = answer.channel is Channel.SMS
    carrier = ports.sms if by_text else ports.email
    said = carrier.hand_over(
        message,
        Envelope(
            clinic_id=alert.clinic_id,
            patient_id=alert.patient_id,
            touch_id=crisis_touch(alert, answer),
            sender=clinic.sms_number if by_text else clinic.email_from,
            sender_name=clinic.sms_name,
            to=answer.to,
            valid_for_seconds=CRISIS_VALID_SECONDS,
        ),
    )
    if isinstance(said, Accepted):
        _keep(alert, answer, message, said.provider_id, ports)
    if isinstance(said, Unknown):
        _keep(alert, answer, message, None, ports)
    return said


def keep_unconfirmed(alert: Alert, answer: Answer, clinic: Clinic, ports: Ports) -> None:
    """Keep a text that may have gone out. It is never sent again by the same way."""
    _keep(alert, answer, _message(answer, clinic), None, ports)


def have_patient_phoned(alert: Alert, answer: Answer, ports: Ports) -> None:
    """Tell staff that a text about an alert may not have reached the patient."""
    reason = "The crisis text may not have reached the patient. Phone them now."
    open_about(alert, TaskKind.NOT_DELIVERED, crisis_touch(alert, answer), reason, ports)


def _message(answer: Answer, clinic: Clinic) -> Message:
    words = load_words(answer.language)[answer.words]
    filled = values(clinic, answer.language, clinic.zone, None, None)
    by_text = answer.channel is Channel.SMS
    return render_sms(words, filled) if by_text else render_email(words, filled)


def _keep(alert: Alert, answer: Answer, message: Message, provider_id: str | None, ports: Ports) -> None:
    sent = Sent(
        touch_id=crisis_touch(alert, answer),
        session_id=None,
        kind=Kind.CRISIS,
        claimed_at=ports.clock.now(),
        channel=answer.channel,
        to=answer.to,
        words_id=answer.words,
        revision=load_words(answer.language)[answer.words].revision,
        language=answer.language,
        text=message.text,
        subject=message.subject,
        provider_id=provider_id,
    )
    ports.followups.record([((alert.clinic_id, alert.patient_id), sent)])
