"""Decide, claim, send and record what is due for one patient.

The claim is one conditional write; the message is offered to the carrier once. A crash in between
leaves a claim without a record, which a later delivery of the same queue message finds and gives to
staff: a touch may be missed and seen to be missed, it is never sent twice.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.clinic import Clinic
from aftercare.domain.compose import without_secret
from aftercare.domain.consent import Channel, stop
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.foresee import next_due
from aftercare.domain.hand_over import Accepted, Busy, Envelope, Refused, Unknown
from aftercare.domain.moves import Claim, Move, next_move, released, uncounted
from aftercare.domain.records import Link, NotSent, Record, Sent, Settled, TaskKind
from aftercare.domain.settle import marked
from aftercare.domain.touch import REASONS, Reason
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.find_unfinished import find_unfinished
from aftercare.usecases.staff_tasks import tasks_for, touch_task
from aftercare.usecases.what_can_be_said import library_for

# One patient cannot have more due at once than this (steps of a few sessions, and answers).
MOVES_MAX = 24


@dataclass(slots=True)
class Outcome:
    """What one patient's turn came to.

    ``redelivered``: the queue has delivered this message before, so a sender may have died with it.
    ``records`` are still to be stored, in one batch with those of other patients. ``again`` is the
    fault of the outside for which the queue message must come back.
    """

    key: PatientKey
    redelivered: bool = False
    records: list[Record] = field(default_factory=list)
    sent: int = 0
    dropped: int = 0
    again: Exception | None = None


# A decision older than this is taken anew: the carrier kept the patients before this one waiting.
TURN_FRESH = timedelta(seconds=5)


@dataclass(slots=True)
class Turn:
    """What is to be done about one patient, decided at ``now`` on what was read, and not yet done.

    ``link_kept``: what the message's link leads to is stored.
    """

    followup: Followup
    clinic: Clinic
    now: datetime
    write_id: str
    move: Move | None
    link_kept: bool = False

    @property
    def link(self) -> Link | None:
        claim = self.move.claim if self.move else None
        return claim.composed.link if claim else None


def next_turn(followup: Followup, clinic: Clinic, ports: Ports) -> Turn:
    """Decide what is due for one patient."""
    now, write_id, library = ports.clock.now(), ports.ids.token(), library_for(followup, ports)
    move = next_move(followup, clinic, load_protocols(), library, (write_id, ports.ids.token()), now)
    return Turn(followup, clinic, now, write_id, move)


def send_due(turn: Turn, outcome: Outcome, ports: Ports) -> None:
    """Do what is due for one patient.

    Args:
        turn: As decided just now; the patient is read again whenever someone else wrote them.
        outcome: Filled in as things happen, so that what was sent before a fault is still recorded.
        ports: The outside.
    """
    try:
        _work(turn, ports, outcome)
    except (TryAgain, Conflict) as fault:
        outcome.again = fault


def _work(turn: Turn, ports: Ports, outcome: Outcome) -> None:
    clinic, move = turn.clinic, turn.move
    if move is None or outcome.redelivered:
        outcome.records += find_unfinished(turn.followup, ports, turn.now)
    if ports.clock.now() - turn.now > TURN_FRESH:
        turn = next_turn(turn.followup, clinic, ports)
    for _ in range(MOVES_MAX):
        move = turn.move
        if move is None:
            return
        if turn.link is not None and not turn.link_kept:
            # Before the claim: a link that nobody was sent harms no one, a form behind a dead link does.
            ports.links.keep([turn.link])
        try:
            followup = _commit(move, turn, ports, outcome)
        except Conflict:
            turn = next_turn(_fresh(outcome.key, ports), clinic, ports)
            continue
        outcome.dropped += sum(len(settled.touches) for settled in move.settled)
        if move.claim is not None:
            followup, goes_on = _hand_over(followup, clinic, move.claim, turn.now, ports, outcome)
            if not goes_on:
                return
        if not move.more:
            return
        turn = next_turn(followup, clinic, ports)


def _commit(move: Move, turn: Turn, ports: Ports, outcome: Outcome) -> Followup:
    """Write the move. Reasons that ask nothing of staff are stored with the batch.

    Until then the marks in the item say them, and ``find_unfinished`` finds those that no record followed.
    """
    for task in move.tasks:
        # Before the write, and not in it: opened twice it is one task, and a transaction costs double.
        ports.tasks.open(task)
    tasks = tasks_for(move.settled, turn.followup, turn.now)
    library = library_for(move.followup, ports)
    saved = ports.followups.save(
        move.followup,
        write_id=turn.write_id,
        due_at=next_due(move.followup, turn.clinic, load_protocols(), library, turn.now, move.left),
        records=(*move.settled, *tasks) if tasks else (),
        requires=move.claim.requires if move.claim else None,
    )
    outcome.records += move.settled if not tasks else ()
    return saved


def _due_at(followup: Followup, clinic: Clinic, now: datetime, ports: Ports) -> datetime | None:
    return next_due(followup, clinic, load_protocols(), library_for(followup, ports), now)


def _fresh(key: PatientKey, ports: Ports) -> Followup:
    followup = ports.followups.get(*key)
    if followup is None:
        raise TryAgain("send_due: the patient vanished between two reads")
    return followup


def _hand_over(
    followup: Followup, clinic: Clinic, claim: Claim, now: datetime, ports: Ports, outcome: Outcome
) -> tuple[Followup, bool]:
    """Offer a claimed touch to its carrier, once. Returns the patient and whether to go on."""
    touch, composed = claim.touch, claim.composed
    by_text = claim.send.channel is Channel.SMS
    carrier = ports.sms if by_text else ports.email
    answer = carrier.hand_over(
        composed.message,
        Envelope(
            clinic_id=followup.clinic_id,
            patient_id=followup.patient_id,
            touch_id=touch.id,
            sender=clinic.sms_number if by_text else clinic.email_from,
            sender_name=clinic.sms_name,
            to=claim.send.to,
            valid_for_seconds=composed.valid_for_seconds,
            unsubscribe=composed.unsubscribe,
        ),
    )
    match answer:
        case Accepted(provider_id):
            outcome.records.append(_sent(claim, now, provider_id))
            outcome.sent += 1
            return followup, True
        case Unknown():
            why = "The carrier gave no answer. It may have gone out; it is not sent again by itself."
            task = touch_task(TaskKind.UNCONFIRMED, touch.id, followup, now, why)
            outcome.records += [_sent(claim, now, None), task]
            return followup, True
        case Busy():
            return _give_back(followup, clinic, claim, now, ports, outcome.key), False
        case Refused(reason):
            outcome.dropped += 1
            return _give_up(followup, clinic, claim, now, reason, ports, outcome.key), True
    assert_never(answer)


def _sent(claim: Claim, now: datetime, provider_id: str | None) -> Sent:
    touch, send, message = claim.touch, claim.send, claim.composed.message
    return Sent(
        touch_id=touch.id,
        session_id=touch.session_id,
        kind=touch.kind,
        claimed_at=now,
        channel=send.channel,
        to=send.to,
        words_id=send.words.id,
        revision=send.words.revision,
        language=send.words.language,
        text=without_secret(message.text),
        subject=message.subject,
        provider_id=provider_id,
    )


def _give_back(
    followup: Followup, clinic: Clinic, claim: Claim, claimed_at: datetime, ports: Ports, key: PatientKey
) -> Followup:
    """Undo a claim that the carrier provably did not take; a concurrent write must not keep it."""
    while True:
        now = ports.clock.now()
        back = released(followup, claim, claimed_at, now)
        try:
            return ports.followups.save(
                back, write_id=ports.ids.token(), due_at=_due_at(back, clinic, now, ports)
            )
        except Conflict:
            followup = _fresh(key, ports)


def _give_up(
    followup: Followup,
    clinic: Clinic,
    claim: Claim,
    claimed_at: datetime,
    reason: Reason,
    ports: Ports,
    key: PatientKey,
) -> Followup:
    """End a touch that the carrier will never take; staff learn of it."""
    touch = claim.touch
    while True:
        now, write_id = ports.clock.now(), ports.ids.token()
        ended = marked(
            uncounted(followup, claim, claimed_at), touch, Mark(MarkState.NOT_SENT, now, why=reason.value)
        )
        kind = TaskKind.CARRIER_REFUSED
        if reason is Reason.CARRIER_OPTED_OUT:
            # They told the carrier and not us; it counts all the same.
            kind = TaskKind.CARRIER_OPTED_OUT
            ended = replace(ended, standings=stop(ended.standings, now, [Channel.SMS]))
        not_sent = NotSent(touch.id, touch.session_id, touch.kind, reason, touch.due_at)
        settled = Settled(write_id, now, (not_sent,))
        told = touch_task(kind, touch.id, followup, now, REASONS[reason])
        try:
            return ports.followups.save(
                ended,
                write_id=write_id,
                due_at=_due_at(ended, clinic, now, ports),
                records=(settled, told, *tasks_for((settled,), ended, now)),
            )
        except Conflict:
            followup = _fresh(key, ports)
