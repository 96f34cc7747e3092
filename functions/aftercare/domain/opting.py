"""Stop, start and wrong number: what the holder of a phone or mailbox may decide by one word."""

from dataclasses import replace
from datetime import datetime

from aftercare.domain.consent import Consent, stop
from aftercare.domain.followup import Followup
from aftercare.domain.heard import Context, Heard, owing, task_about
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, Record, TaskKind


def stopped(
    followup: Followup, heard: Heard, context: Context, now: datetime
) -> tuple[Followup, list[Record]]:
    """End everything by every channel, and owe the patient one confirmation for it.

    Source: 47 CFR 64.1200(a)(10)-(12): any purpose of the same sender, one confirmation within five
    minutes. Email ends too: a person who says stop means it.
    """
    after = replace(followup, standings=stop(followup.standings, heard.at))
    given = [s.given_at for s in followup.standings.values() if s.given_at is not None]
    ended = any(s.agreed for s in followup.standings.values())
    news = followup.stopped_at is None or ended or any(at > followup.stopped_at for at in given)
    pending = any(
        n.kind is Kind.OPT_OUT and not (n.mark and n.mark.settled) for n in followup.notices.values()
    )
    if not news or pending:
        return after, []
    if not context.already_answered:
        after = owing(after, Kind.OPT_OUT, heard, now)
    reason = "The patient opted out of all messages. Their care goes on: agree another way to follow up."
    task = task_about(followup, TaskKind.OPTED_OUT, heard, now, reason)
    if context.already_answered:
        # One text from a shared phone ends the messages of several: each of them is a task of its own.
        task = replace(task, id=f"{task.id}.{followup.patient_id}")
        after = replace(after, stopped_at=now)
    return after, [task]


def confirmed_by_crisis_text(followup: Followup, now: datetime) -> Followup:
    """Let the crisis text, which says so, be the one confirmation of the opt-out."""
    others = {n.id: n for n in followup.notices.values() if n.kind is not Kind.OPT_OUT or n.mark}
    return replace(followup, notices=others, stopped_at=now)


def wrong_number(followup: Followup, heard: Heard, now: datetime) -> tuple[Followup, list[Record]]:
    """Stop everything and say nothing more: whoever reads it is not our patient."""
    standings = stop(followup.standings, heard.at)
    after = replace(followup, standings=standings, unreachable=followup.unreachable | {heard.channel})
    reason = (
        "Someone says that this is the wrong number. All messages have stopped. Find out who read what, "
        "and ask the patient for their number."
    )
    return after, [task_about(followup, TaskKind.WRONG_NUMBER, heard, now, reason)]


def started(followup: Followup, heard: Heard, now: datetime) -> tuple[Followup, list[Record]]:
    """Give back, by the patient's own word, what their own STOP had taken. The opt-in text follows.

    What staff ended, or closing the file, takes a new consent, and so does having given none: where
    nothing stands and nothing comes back, a person is told that they ask for it.
    """
    standings, proofs = dict(followup.standings), list[Record]()
    lost, today = heard.channel in followup.unreachable, now.astimezone(followup.contact.zone).date()
    for key, standing in followup.standings.items():
        if key[0] is not heard.channel or standing.given_at is None or standing.agreed:
            continue
        if lost or not standing.own:
            continue
        standings[key] = standing.with_given(heard.at, heard.at, standing.expires_on)
        consent = Consent(*key, "start-1", heard.body[:200], "sms", heard.at, "patient", standing.expires_on)
        proofs.append(ConsentProof(f"{heard.id}.{key[1].value}", consent))
    if not any(s.stands(today) for key, s in standings.items() if key[0] is heard.channel):
        reason = (
            "The patient asks for messages, and START cannot bring them back. Ask for their consent anew."
        )
        if lost:
            reason = "START came from where the patient is no longer reached. Find out who asks for messages."
        return followup, [task_about(followup, TaskKind.UNREAD_REPLY, heard, now, reason)]
    return replace(followup, standings=standings), proofs
