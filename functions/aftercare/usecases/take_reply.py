"""Take one text or mail from a patient: keep it whole, screen it, do what it surely says.

What is stored is stored in one write, so a repeated or interrupted delivery changes nothing twice and
loses nothing. Whoever may be in danger is answered, and the first person called, in the same breath;
should this function die in between, the sweep finds the alert due.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from aftercare.content.load_screen import load_screen
from aftercare.contracts.inbound_mail import InboundMail
from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.consent import Channel
from aftercare.domain.conversation import Turn, turn
from aftercare.domain.errors import AlreadyKept, Conflict, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.heard import Context, Heard
from aftercare.domain.ids import ClinicId
from aftercare.domain.questions import asked
from aftercare.domain.quoted import beside_ours
from aftercare.domain.records import Sent
from aftercare.domain.reply import Asked, Help, Stop, Understood, understand
from aftercare.domain.screen import screened_safely
from aftercare.domain.screen_lexicon import Verdict
from aftercare.domain.tier import Tier
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.hand_at_once import hand_at_once
from aftercare.usecases.take_stray import take_stray
from aftercare.usecases.what_can_be_said import next_look
from aftercare.usecases.work_alert import work_alert

ATTEMPTS = 6


def take_text(inbound: InboundSms, ports: Ports) -> str:
    """Take one inbound text.

    Returns:
        What it was understood as, such as ``stop`` or ``mood``; ``known`` for a repeated delivery,
        ``stray`` when it belongs to no single patient.

    Raises:
        TryAgain: The store is busy; the queue brings the text again, nothing is lost.
    """
    heard = Heard(
        id=inbound.id,
        at=inbound.received_at,
        channel=Channel.SMS,
        sender=inbound.from_number,
        body=inbound.body,
        written=inbound.body,
        answers=inbound.previous_message_id,
        sent_to=(inbound.to_number,),
    )
    clinics = ports.clinics.behind(inbound.to_number)
    return _take(heard, clinics, ports)


def take_mail(mail: InboundMail, ports: Ports) -> str:
    """Take one inbound mail; the same as ``take_text``, answered by mail."""
    shown = (mail.subject, mail.text, mail.aside)
    heard = Heard(
        id=mail.id,
        at=mail.received_at,
        channel=Channel.EMAIL,
        sender=mail.from_address,
        body="\n\n".join(part for part in shown if part),
        written=mail.written,
        answers=mail.provider_ids[0] if mail.provider_ids else None,
        automatic=mail.automatic,
        unreadable=mail.unreadable,
        subject=mail.subject,
        sent_to=tuple(mail.to_addresses),
        aside=mail.written_aside,
    )
    clinics = list(dict.fromkeys(c for to in mail.to_addresses for c in ports.clinics.behind(to)))
    return _take(heard, clinics, ports)


def _take(heard: Heard, clinics: Sequence[ClinicId], ports: Ports) -> str:
    owners = [(c, p) for c in clinics for p in ports.followups.patients_with(c, heard.sender)]
    if len(owners) == 1:
        return _take_from(heard, owners[0], ports)
    meaning = understand(heard.meant, frozenset({Asked.SAFE}))
    confirmed = take_stray(heard, clinics, owners, screened(heard, ()), meaning, ports)
    # A shared phone: whoever holds it wants silence, or to know who we are. One answer for one phone.
    if isinstance(meaning, Stop):
        for number, owner in enumerate(owners):
            _take_from(heard, owner, ports, already_answered=confirmed or number > 0, shared=True)
    elif isinstance(meaning, Help) and owners:
        _take_from(heard, owners[0], ports, shared=True)
    return "stray"


def screened(heard: Heard, earlier: Sequence[str], sent: Sequence[Sent] = ()) -> Verdict:
    """Screen the whole of what was written; history that is merely quoted weighs less.

    A mail quotes ours, and ours speak of danger: what only the quoted part says is amber, never cleared.
    Where nothing stands above the quote, a patient may have written below it: what is not ours tells.
    What nobody could read is amber too: a patient may have written there.
    """
    verdict = screened_safely(heard.body or None, earlier, lexicon=load_screen)
    if heard.unreadable and heard.automatic is None and verdict.tier is Tier.GREEN:
        return screened_safely(None, lexicon=load_screen)
    if verdict.tier is Tier.RED and heard.written != heard.body:
        written = heard.written.strip()
        if not written and not heard.aside and heard.automatic is None:
            written = beside_ours(heard.body, [one.text for one in sent])
        own_words = f"{heard.subject}\n\n{written}\n\n{heard.aside}".strip()
        own = screened_safely(own_words or None, earlier, lexicon=load_screen)
        return own if own.tier is Tier.RED else replace(verdict, tier=Tier.AMBER, medical=False)
    return verdict


def _take_from(
    heard: Heard, owner: PatientKey, ports: Ports, *, already_answered: bool = False, shared: bool = False
) -> str:
    clinic = ports.clinics.get(owner[0])
    if clinic is None:
        raise TryAgain("take_reply: the clinic is not set up")
    for _ in range(ATTEMPTS):
        read = ports.followups.conversation(*owner)
        if read is None:
            raise TryAgain("take_reply: the patient vanished between two reads")
        followup, sent, thread = read
        red = None if shared else open_red(followup, ports)
        context = Context(sent, thread, red, clinic, already_answered)
        try:
            return _apply(heard, followup, context, ports, shared=shared)
        except AlreadyKept:
            return "known"
        except Conflict:
            continue
    raise TryAgain("take_reply: too many writers of one patient")


def open_red(followup: Followup, ports: Ports) -> Alert | None:
    """Read the patient's red alert that is not resolved, if there is one."""
    names = [name for name, alert in followup.alerts.items() if alert.red]
    found = ports.alerts.get(followup.clinic_id, names[0]) if names else None
    return found if found is not None and found.state is not AlertState.RESOLVED else None


def _apply(heard: Heard, followup: Followup, context: Context, ports: Ports, *, shared: bool) -> str:
    now = ports.clock.now()
    meaning: Understood = understand(heard.meant, asked(followup, context, heard))
    # What a shared phone says about danger has an alert of its own already.
    verdict = Verdict(Tier.GREEN) if shared else screened(heard, context.thread.before(now), context.sent)
    said = turn(heard, meaning, verdict, followup, context, now)
    stored = ports.followups.save(
        tidy(said.followup, now),
        write_id=ports.ids.token(),
        due_at=next_look(said.followup, context.clinic, ports, now),
        records=(*said.records, *said.alerts),
    )
    _answer(said, stored, ports)
    return said.understood


def _answer(said: Turn, stored: Followup, ports: Ports) -> None:
    """Answer at once whoever is owed an answer. It is all stored: what fails here the sweep does."""
    for alert in said.alerts:
        with suppress(TryAgain):
            work_alert(replace(alert, version=alert.version + 1), ports)
    if said.owes_answer:
        hand_at_once(stored, ports)
