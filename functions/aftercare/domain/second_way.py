"""When a message does not arrive: by the other channel, if the patient agreed to it there."""

from dataclasses import replace
from datetime import datetime

from aftercare.domain.consent import Channel, Purpose
from aftercare.domain.followup import Followup, Mark, MarkState, Session
from aftercare.domain.ids import TouchId, touch_id
from aftercare.domain.protocol import Kind

_OTHER = {Channel.SMS: Channel.EMAIL, Channel.EMAIL: Channel.SMS}


def sent_again(
    followup: Followup, failed: TouchId, by: Channel, kind: Kind, now: datetime
) -> Followup | None:
    """Owe a touch of a session once more, by the other channel.

    Args:
        followup: The patient.
        failed: The touch whose message did not arrive.
        by: The channel that failed.
        kind: What the touch is; it says which consent the other channel needs.
        now: Aware instant. A touch that is too late by then ends with that reason.

    Returns:
        ``None`` when there is no other way: it was the second one, nobody agreed to another, or the
        session is no longer kept.
    """
    other = _OTHER[by]
    purpose = Purpose.EDUCATION if kind is Kind.EDUCATION else Purpose.CARE
    standing = followup.standings.get((other, purpose))
    today = now.astimezone(followup.contact.zone).date()
    if standing is None or not standing.stands(today) or other in followup.unreachable:
        return None
    contact = followup.contact
    address = contact.phone if other is Channel.SMS else contact.email
    if address is None or not contact.accepts_unencrypted:
        return None
    found = _find(followup, failed)
    if found is None:
        return None
    session, key, mark = found
    if mark.again is not None or mark.state is MarkState.HELD:
        return None
    again = Mark(MarkState.HELD, now, again=other)
    return followup.with_session(replace(session, settled=False, marks={**session.marks, key: again}))


def _find(followup: Followup, touch: TouchId) -> tuple[Session, str, Mark] | None:
    for session in followup.sessions.values():
        for key, mark in session.marks.items():
            if touch_id(session.id, key) == touch:
                return session, key, mark
    return None
