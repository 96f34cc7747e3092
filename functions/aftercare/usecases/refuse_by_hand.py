"""End a message that a person wrote and the carrier will never take."""

from dataclasses import replace

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel, stop
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import NotSent, Record, Settled, TaskKind
from aftercare.domain.touch import REASONS, Reason
from aftercare.ports import Ports
from aftercare.usecases.staff_tasks import touch_task
from aftercare.usecases.what_can_be_said import next_look

ATTEMPTS = 6


def refuse_by_hand(
    followup: Followup, touch: TouchId, channel: Channel, reason: Reason, clinic: Clinic, ports: Ports
) -> None:
    """Keep why it was not sent. A number that told the carrier to stop has told us too.

    Raises:
        TryAgain: The store is busy.
    """
    for _ in range(ATTEMPTS):
        now, write_id = ports.clock.now(), ports.ids.token()
        notice = followup.notices[touch]
        ended = replace(notice, mark=Mark(MarkState.NOT_SENT, now, why=reason.value))
        after, records = followup.with_notice(ended), list[Record]()
        if reason is Reason.CARRIER_OPTED_OUT:
            after = replace(after, standings=stop(after.standings, now, [channel]))
            told = touch_task(TaskKind.CARRIER_OPTED_OUT, touch, followup, now, REASONS[reason])
            records.append(told)
        records.append(Settled(write_id, now, (NotSent(touch, None, Kind.MANUAL, reason, notice.due_at),)))
        due_at = next_look(after, clinic, ports, now)
        try:
            ports.followups.save(after, write_id=write_id, due_at=due_at, records=records)
        except Conflict:
            found = ports.followups.get(followup.clinic_id, followup.patient_id)
            if found is None or touch not in found.notices:
                return
            followup = found
            continue
        return
    raise TryAgain("refuse_by_hand: too many writers of one patient")
