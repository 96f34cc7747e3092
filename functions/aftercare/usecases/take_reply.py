"""Take one text from a patient: keep it whole, do what it surely says, give the rest to a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aftercare.content.load_protocols import load_protocols
from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import stop
from aftercare.domain.errors import AlreadyKept, Conflict, TryAgain
from aftercare.domain.evolve import fact_hash
from aftercare.domain.followup import Followup, Notice, tidy
from aftercare.domain.foresee import next_due
from aftercare.domain.ids import ClinicId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Measure, Record, Reply, Sent, Task, TaskKind
from aftercare.domain.reply import Help, Mood, Stop, Understood, Unread, understand
from aftercare.domain.touch import ANSWERS
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.hand_at_once import hand_at_once
from aftercare.usecases.park_event import NOBODY
from aftercare.usecases.what_can_be_said import library_for

ATTEMPTS = 6
MOOD = "mood-0-10"
_ASKS_MOOD = frozenset({Kind.SAFETY, Kind.CHECK_IN})


def take_reply(inbound: InboundSms, ports: Ports) -> str:
    """Take one inbound text.

    Returns:
        What it was understood as (``stop``, ``help``, ``mood``, ``unread``), or ``known`` for a
        repeated delivery, or ``stray`` when it belongs to no single patient.

    Raises:
        TryAgain: The store is busy; the queue brings the text again, nothing is lost.
    """
    meaning = understand(inbound.body)
    clinics = ports.clinics.behind(inbound.to_number)
    owners = [(c, p) for c in clinics for p in ports.followups.patients_with(c, inbound.from_number)]
    if len(owners) == 1:
        return _take(_Text(inbound, meaning), owners[0], ports)
    for clinic_id in dict.fromkeys(c for c, _ in owners) or clinics[:1] or (NOBODY,):
        _keep_stray(clinic_id, inbound, len(owners), ports)
    # A shared phone: whoever holds it wants silence, or to know who we are. One answer for one phone.
    text = _Text(inbound, meaning)
    if isinstance(meaning, Stop):
        for owner in owners:
            _take(text, owner, ports)
    elif isinstance(meaning, Help) and owners:
        _take(text, owners[0], ports)
    return "stray"


def _keep_stray(clinic_id: ClinicId, inbound: InboundSms, owners: int, ports: Ports) -> None:
    kind = TaskKind.SHARED_NUMBER if owners else TaskKind.UNKNOWN_NUMBER
    reason = "Several patients share this number: read the text and decide whose it is."
    if not owners:
        reason = "A text came from a number that no patient has: read it and decide."
    now = ports.clock.now()
    task = Task(f"{kind.value}.{inbound.id}", clinic_id, None, kind, reason, now)
    sender, body = inbound.from_number, inbound.body
    ports.tasks.keep_stray(clinic_id, inbound.id, inbound.received_at, sender, body, task)


@dataclass
class _Text:
    """One text and what it means. ``answered``: some patient of a shared phone is owed the answer."""

    inbound: InboundSms
    meaning: Understood
    answered: bool = False


def _take(text: _Text, owner: PatientKey, ports: Ports) -> str:
    clinic = ports.clinics.get(owner[0])
    if clinic is None:
        raise TryAgain("take_reply: the clinic is not set up")
    for _ in range(ATTEMPTS):
        read = ports.followups.with_sent(*owner)
        if read is None:
            raise TryAgain("take_reply: the patient vanished between two reads")
        try:
            return _apply(text, read[0], read[1], clinic, ports)
        except AlreadyKept:
            return "known"
        except Conflict:
            continue
    raise TryAgain("take_reply: too many writers of one patient")


def _apply(text: _Text, followup: Followup, sent: Sequence[Sent], clinic: Clinic, ports: Ports) -> str:
    now, inbound = ports.clock.now(), text.inbound
    asked = _asked(sent, inbound) if isinstance(text.meaning, Mood) else None
    touch_id = asked.touch_id if asked else None
    after, extra = _understood(text, followup, now, touch_id)
    name = type(text.meaning).__name__.lower()
    reply = Reply(inbound.id, inbound.received_at, inbound.from_number, inbound.body, name, touch_id)
    after = ports.followups.save(
        tidy(after, now),
        write_id=ports.ids.token(),
        due_at=next_due(after, clinic, load_protocols(), library_for(after, ports), now),
        records=(reply, *extra),
    )
    if any(n.kind in ANSWERS and n.mark is None for n in after.notices.values()):
        text.answered = True
        hand_at_once(after, ports)
    return name


def _understood(
    text: _Text, followup: Followup, now: datetime, touch_id: TouchId | None
) -> tuple[Followup, list[Record]]:
    inbound = text.inbound
    match text.meaning:
        case Stop():
            return _stopped(text, followup, now)
        case Help():
            notice_id = TouchId(f"{followup.patient_id}.help.{fact_hash(inbound.id)}")
            return followup.with_notice(Notice(notice_id, Kind.HELP, due_at=now)), []
        case Mood(score, letters):
            measure = Measure(inbound.id, inbound.received_at, MOOD, score, complete=True, touch_id=touch_id)
            latest = max(inbound.received_at, followup.answered_at or inbound.received_at)
            answered = replace(followup, answered_at=latest)
            if not letters:
                return answered, [measure]
            reason = f"The patient named side effects: {', '.join(letters)}. Read the text today."
            return answered, [measure, _task(followup, TaskKind.SIDE_EFFECTS, inbound.id, now, reason)]
        case Unread():
            reason = "A text waits to be read."
            return followup, [_task(followup, TaskKind.UNREAD_REPLY, inbound.id, now, reason)]


def _stopped(text: _Text, followup: Followup, now: datetime) -> tuple[Followup, list[Record]]:
    """End everything by every channel, and owe the patient one confirmation for it.

    Source: 47 CFR 64.1200(a)(10)-(12): any purpose of the same sender, one confirmation within five
    minutes. Email ends too: a person who says stop means it.
    """
    after = replace(followup, standings=stop(followup.standings, text.inbound.received_at))
    given = [s.given_at for s in followup.standings.values() if s.given_at is not None]
    ended = any(s.agreed for s in followup.standings.values())
    news = followup.stopped_at is None or ended or any(at > followup.stopped_at for at in given)
    pending = any(
        n.kind is Kind.OPT_OUT and not (n.mark and n.mark.settled) for n in followup.notices.values()
    )
    if not news or pending:
        return after, []
    if not text.answered:
        notice_id = TouchId(f"{followup.patient_id}.opt_out.{fact_hash(text.inbound.id)}")
        after = after.with_notice(Notice(notice_id, Kind.OPT_OUT, due_at=now))
    reason = "The patient opted out of all messages. Their care goes on: agree another way to follow up."
    return after, [_task(followup, TaskKind.OPTED_OUT, text.inbound.id, now, reason)]


def _asked(sent: Sequence[Sent], inbound: InboundSms) -> Sent | None:
    """Return the message that a number answers: the one the carrier names, else the latest question."""
    if inbound.previous_message_id is not None:
        named = next((s for s in sent if s.provider_id == inbound.previous_message_id), None)
        if named is not None and named.kind in _ASKS_MOOD:
            return named
    before = (s for s in sent if s.kind in _ASKS_MOOD and s.claimed_at <= inbound.received_at)
    return next(before, None)


def _task(followup: Followup, kind: TaskKind, about: str, now: datetime, reason: str) -> Task:
    return Task(f"{kind.value}.{about}", followup.clinic_id, followup.patient_id, kind, reason, now)
