"""Find claims and ends that no record followed: their sender crashed in between."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.consent import Channel
from aftercare.domain.errors import TryAgain
from aftercare.domain.followup import Followup, Mark, MarkState, Session
from aftercare.domain.ids import SessionId, TouchId, touch_id
from aftercare.domain.plan import message_id, planned, step_key
from aftercare.domain.protocol import Kind
from aftercare.domain.records import NotSent, Record, Sent, Settled, TaskKind
from aftercare.domain.settle import MARKS_KEPT
from aftercare.domain.touch import Reason
from aftercare.ports import Ports
from aftercare.usecases.staff_tasks import touch_task

# Longer than the sender may run (120 s in template.yaml): a younger claim may still be at work.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class _Claimed:
    touch_id: TouchId
    session_id: SessionId | None
    kind: Kind
    at: datetime


def find_unfinished(followup: Followup, ports: Ports, now: datetime) -> list[Record]:
    """Return the records that a dead sender did not store.

    Unfinished claims go to staff; they are never sent by themselves. Reasons are told as the marks say them.

    Called when a queue message was delivered before, or finds nothing due: so does one whose sender died.

    Raises:
        TryAgain: A mark is so young that its sender may still be at work; ask again later.
    """
    return [*_untold(followup, ports, now), *_unsettled(followup, ports, now)]


def _unsettled(followup: Followup, ports: Ports, now: datetime) -> list[Record]:
    claimed = [claim for claim in _claimed(followup) if now - claim.at <= MARKS_KEPT]
    if not claimed:
        return []
    known = ports.followups.sent(followup.clinic_id, followup.patient_id, [c.touch_id for c in claimed])
    unfinished = [claim for claim in claimed if claim.touch_id not in known]
    if any(now - claim.at < LEASE for claim in unfinished):
        raise TryAgain("find_unfinished: another sender may hold this touch")
    records: list[Record] = []
    for claim in unfinished:
        why = "The sender stopped between claiming and recording. It may have gone out."
        records.append(_unconfirmed(claim, followup))
        records.append(touch_task(TaskKind.UNCONFIRMED, claim.touch_id, followup, now, why))
    return records


def _untold(followup: Followup, ports: Ports, now: datetime) -> list[Record]:
    ends = [(end, mark) for end, mark in _ends(followup, ports) if now - mark.at <= MARKS_KEPT]
    if not ends:
        return []
    stored = ports.followups.settled(followup.clinic_id, followup.patient_id)
    known = {(end.touch_id, record.at) for record in stored for end in record.touches}
    untold: dict[datetime, list[NotSent]] = {}
    for end, mark in ends:
        if (end.touch_id, mark.at) not in known:
            untold.setdefault(mark.at, []).append(end)
    if any(now - at < LEASE for at in untold):
        raise TryAgain("find_unfinished: another sender may be about to tell why")
    # Named by what they say: two who find them at once store them once.
    return [
        Settled(f"{some[0].touch_id}.{int(at.timestamp() * 1000)}", at, tuple(some))
        for at, some in untold.items()
    ]


def _ends(followup: Followup, ports: Ports) -> Iterator[tuple[NotSent, Mark]]:
    """Yield what ended without a message, as its own record would say it, with its mark."""
    due_at = _due_instants(followup, ports)
    for notice in followup.notices.values():
        if notice.mark is not None and notice.mark.state is MarkState.NOT_SENT and notice.mark.why:
            reason = Reason(notice.mark.why)
            yield NotSent(notice.id, None, notice.kind, reason, notice.due_at), notice.mark
    for session in followup.sessions.values():
        for key, mark in session.marks.items():
            if mark.state is MarkState.NOT_SENT and mark.why:
                touch, kind = touch_id(session.id, key), _kind(session, key)
                yield NotSent(touch, session.id, kind, Reason(mark.why), due_at.get(touch, mark.at)), mark


def _due_instants(followup: Followup, ports: Ports) -> dict[TouchId, datetime]:
    """Plan the sessions as if nothing had become of any touch."""
    clinic = ports.clinics.get(followup.clinic_id)
    if clinic is None:
        return {}
    bare = {s.id: replace(s, marks={}, settled=False) for s in followup.sessions.values()}
    return {t.id: t.due_at for t in planned(replace(followup, sessions=bare), clinic, load_protocols())}


def _claimed(followup: Followup) -> Iterator[_Claimed]:
    for notice in followup.notices.values():
        if notice.mark is not None and notice.mark.state is MarkState.CLAIMED:
            yield _Claimed(notice.id, None, notice.kind, notice.mark.at)
    for session in followup.sessions.values():
        for key, mark in session.marks.items():
            if mark.state is MarkState.CLAIMED:
                name = message_id(touch_id(session.id, key), mark)
                yield _Claimed(name, session.id, _kind(session, key), mark.at)


def _kind(session: Session, key: str) -> Kind:
    steps = load_protocols()[session.protocol].steps
    return next((step.kind for step in steps if step_key(step, session) == key), Kind.CHECK_IN)


def _unconfirmed(claim: _Claimed, followup: Followup) -> Sent:
    return Sent(
        touch_id=claim.touch_id,
        session_id=claim.session_id,
        kind=claim.kind,
        claimed_at=claim.at,
        channel=Channel.SMS,
        to="",
        words_id="",
        revision="",
        language=followup.contact.language,
        text="",
        subject=None,
        provider_id=None,
    )
