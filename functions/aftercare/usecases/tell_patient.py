"""Tell a patient in danger that nobody has taken their alert on yet, and what to do meanwhile.

Once for each alert, at any hour. It answers nothing that the patient just wrote, so it goes only to those
who agree to be written to, as the write that claims it makes sure.
"""

from dataclasses import replace
from datetime import datetime

from aftercare.domain.alert import WE_WILL_CALL, Alert, Answer, Told
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel, Purpose
from aftercare.domain.crisis_text import untold
from aftercare.domain.followup import Followup
from aftercare.domain.hand_over import Accepted, Busy, Unknown
from aftercare.domain.ladder import TellPatient, next_alert_due
from aftercare.ports import Ports
from aftercare.usecases.hand_crisis_text import hand_crisis_text, have_patient_phoned, keep_unconfirmed
from aftercare.usecases.what_can_be_said import next_look


def tell_patient(alert: Alert, work: TellPatient, clinic: Clinic, ports: Ports) -> Alert:
    """Claim the text and hand it over.

    Args:
        alert: With the claim on it, not stored yet.
        work: What is to be done.
        clinic: The patient's.
        ports: The outside.

    Returns:
        What the alert should become.

    Raises:
        Conflict: Someone else works on the alert, or wrote to the patient's item: nothing was sent.
        TryAgain: The store is busy; the sweep brings it again.
    """
    followup = ports.followups.get(alert.clinic_id, alert.patient_id)
    now = ports.clock.now()
    texts = _ways(followup, clinic, now) if followup is not None else ()
    if followup is None or not texts or work.lost:
        due_at = next_alert_due(alert, now)
        held = ports.alerts.save(alert, due_at, write_id=ports.ids.token())
        if not work.lost:
            return replace(held, told=Told.WITHHELD)
        for text in texts[:1]:
            keep_unconfirmed(held, text, clinic, ports)
            have_patient_phoned(held, text, ports)
        return replace(held, told=Told.FAILED)
    ports.followups.save(
        followup,
        write_id=ports.ids.token(),
        due_at=next_look(followup, clinic, ports, now),
        records=(alert,),
        requires=(texts[0].channel, Purpose.CARE),
    )
    return _hand(replace(alert, version=alert.version + 1), texts, clinic, ports)


def _hand(alert: Alert, texts: tuple[Answer, ...], clinic: Clinic, ports: Ports) -> Alert:
    busy = False
    for text in texts:
        said = hand_crisis_text(alert, text, clinic, ports)
        if isinstance(said, Accepted):
            return replace(alert, told=Told.SENT, tell_at=None)
        busy = busy or isinstance(said, Busy)
        if isinstance(said, Unknown):
            busy = False
            break  # it may have gone out: not by another way as well, and not again
    if alert.tell_at is None:
        have_patient_phoned(alert, texts[0], ports)
    return untold(alert, ports.clock.now()) if busy else replace(alert, told=Told.FAILED, tell_at=None)


def _ways(followup: Followup, clinic: Clinic, now: datetime) -> tuple[Answer, ...]:
    """Return the text by each way that the patient agreed to: by phone first, it is seen sooner."""
    contact, today = followup.contact, now.astimezone(followup.contact.zone).date()
    if not contact.accepts_unencrypted:
        return ()
    if clinic.content_review is None and contact.phone not in clinic.sandbox_numbers:
        return ()  # words that no clinician has signed go to sandbox numbers only (DESIGN 3.7)
    addresses = {Channel.SMS: contact.phone, Channel.EMAIL: contact.email}
    found = []
    for channel in (Channel.SMS, Channel.EMAIL):
        standing, address = followup.standings.get((channel, Purpose.CARE)), addresses[channel]
        agreed = standing is not None and standing.stands(today) and channel not in followup.unreachable
        if agreed and address is not None:
            found.append(Answer(1, WE_WILL_CALL, contact.language, channel, address, now))
    return tuple(found)
