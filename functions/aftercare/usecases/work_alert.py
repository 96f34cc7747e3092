"""Do what an open alert asks for now: answer the patient, call the people of a step.

Each piece of work is claimed by a write on the alert, and each call to a person by a write of its own,
before anything is handed over. Whoever finds a claim that nobody finished goes on by another way:
a person may be called late, never twice by the same way for the same step.
"""

from dataclasses import replace
from typing import assert_never

from aftercare.content.load_words import load_words
from aftercare.domain.alert import Alert, Answer, crisis_touch
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.hand_over import Accepted, Busy, Envelope, Refused, Unknown
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.domain.ladder import (
    CallStaff,
    TextLost,
    TextPatient,
    Work,
    answered,
    called,
    next_alert_due,
    next_work,
    not_reached,
    released,
    unreachable,
)
from aftercare.domain.message import Message, render_email, render_sms, values
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent, TaskKind
from aftercare.ports import Ports
from aftercare.usecases.call_staff import call_staff, open_about

# One alert cannot have more due at once than this: a text by two ways, and the steps of a ladder.
WORKS_MAX = 12
# A crisis text stays true for an hour.
CRISIS_VALID_SECONDS = 3600


def work_on(clinic_id: ClinicId, alert_id: AlertId, ports: Ports) -> None:
    """Read an alert and work on it.

    Raises:
        TryAgain: The store is busy; the sweep brings it again.
    """
    alert = ports.alerts.get(clinic_id, alert_id)
    if alert is not None:
        work_alert(alert, ports)


def work_alert(alert: Alert, ports: Ports) -> None:
    """Do everything that is due for one alert, as read just now.

    Raises:
        TryAgain: The store is busy; the sweep brings it again.
    """
    clinic = ports.clinics.get(alert.clinic_id)
    if clinic is None:
        raise TryAgain("work_alert: the clinic is not set up")
    done: Alert | None = None
    for _ in range(WORKS_MAX):
        claimed = next_work(released(done) if done else alert, clinic, ports.clock.now())
        if claimed is None:
            break
        leased, work = claimed
        try:
            held = _save(leased, ports)
        except Conflict:
            break  # someone else works on it, or acknowledged it; the index brings it again if need be
        if work is None:
            return
        done = _do(work, held, clinic, ports)
    if done is not None:
        _give_back(done, ports)


def _save(alert: Alert, ports: Ports) -> Alert:
    due_at = next_alert_due(alert, ports.clock.now())
    return ports.alerts.save(alert, due_at, write_id=ports.ids.token())


def _do(work: Work, alert: Alert, clinic: Clinic, ports: Ports) -> Alert:
    """Do one piece of work and return what the alert should become."""
    match work:
        case TextPatient(answer):
            return _text(alert, answer, clinic, ports)
        case TextLost(answer):
            _unconfirmed(alert, answer, clinic, ports)
            return answered(alert, sent=False, now=ports.clock.now())
        case CallStaff():
            if call_staff(alert, work, clinic, ports):
                return called(alert, clinic)
            return not_reached(alert, clinic, ports.clock.now())
    assert_never(work)


def _give_back(alert: Alert, ports: Ports) -> None:
    """Store the last outcome and give the lease back.

    A person who acknowledged meanwhile was first: their write stands, and our outcome is laid over it.
    """
    for _ in range(WORKS_MAX):
        try:
            _save(released(alert), ports)
        except Conflict:
            found = ports.alerts.get(alert.clinic_id, alert.id)
            if found is None:
                return
            alert = merged(found, alert)
            continue
        return
    raise TryAgain("work_alert: too many writers of one alert")


def merged(theirs: Alert, ours: Alert) -> Alert:
    """Return what a person said about the alert with what was done for it."""
    rung_at = ours.rung_at if theirs.state is ours.state else theirs.rung_at
    return replace(
        theirs,
        answer=ours.answer if theirs.answer is None or ours.answer is None else _later(theirs, ours),
        asked_at=theirs.asked_at or (ours.asked_at if theirs.safe is None else None),
        rung=max(theirs.rung, ours.rung),
        rung_at=rung_at,
        calling=False,
        held_until=None,
    )


def _later(theirs: Alert, ours: Alert) -> Answer | None:
    assert theirs.answer is not None and ours.answer is not None  # the caller looked
    return theirs.answer if theirs.answer.number > ours.answer.number else ours.answer


# ---- the patient


def _text(alert: Alert, answer: Answer, clinic: Clinic, ports: Ports) -> Alert:
    message, touch = _message(answer, clinic), crisis_touch(alert, answer)
    by_text = answer.channel is Channel.SMS
    carrier = ports.sms if by_text else ports.email
    said = carrier.hand_over(
        message,
        Envelope(
            clinic_id=alert.clinic_id,
            patient_id=alert.patient_id,
            touch_id=touch,
            sender=clinic.sms_number if by_text else clinic.email_from,
            sender_name=clinic.sms_name,
            to=answer.to,
            valid_for_seconds=CRISIS_VALID_SECONDS,
        ),
    )
    now = ports.clock.now()
    match said:
        case Accepted(provider_id):
            _keep(alert, answer, message, provider_id, ports)
            return answered(alert, sent=True, now=now)
        case Busy():
            if answer.tries == 1:
                _tell_staff(alert, answer, ports)
            return unreachable(alert, now)
        case Unknown():
            _unconfirmed(alert, answer, clinic, ports)
            return answered(alert, sent=False, now=now)
        case Refused():
            _tell_staff(alert, answer, ports)
            return answered(alert, sent=False, now=now)
    assert_never(said)


def _message(answer: Answer, clinic: Clinic) -> Message:
    words = load_words(answer.language)[answer.words]
    filled = values(clinic, answer.language, clinic.zone, None, None)
    by_text = answer.channel is Channel.SMS
    return render_sms(words, filled) if by_text else render_email(words, filled)


def _unconfirmed(alert: Alert, answer: Answer, clinic: Clinic, ports: Ports) -> None:
    """Keep a text that may have gone out, unconfirmed. It is never sent again by the same way."""
    _keep(alert, answer, _message(answer, clinic), None, ports)
    _tell_staff(alert, answer, ports)


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


def _tell_staff(alert: Alert, answer: Answer, ports: Ports) -> None:
    reason = "The crisis text may not have reached the patient. Phone them now."
    open_about(alert, TaskKind.NOT_DELIVERED, crisis_touch(alert, answer), reason, ports)
