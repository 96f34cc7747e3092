"""A form by more than one link: which form a message asks for, and whether it may be asked for anew.

A link is locked after five wrong birth dates, runs out after four days, or is lost. The same form by a
new link is another message; its answers are the same form's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.domain.consent import Channel
from aftercare.domain.followup import Followup, Mark, MarkState, Notice, Session
from aftercare.domain.ids import TouchId, touch_id
from aftercare.domain.protocol import Kind, Protocols, Step
from aftercare.domain.records import Measure, Sent, Task, TaskKind
from aftercare.domain.touch import Reason

_LINK = "link-"
# A new link is asked for while somebody thinks of it: a night may pass, a pause may not.
SENT_WITHIN = timedelta(days=2)


def form_of(touch: TouchId) -> TouchId:
    """Name the form a message asks for: it is the same one by the second way and by a new link."""
    name, _, way = touch.rpartition("~")
    return TouchId(name) if name and (way in set(Channel) or way.startswith(_LINK)) else touch


def new_link_id(form: TouchId, writer: str, once: str) -> TouchId:
    """Name the message with a new link by who asked for it and by their key: one click is one message."""
    named = hashlib.sha256(f"{writer}\x1f{once}".encode()).hexdigest()[:12]
    return TouchId(f"{form}~{_LINK}{named}")


def is_new_link(touch: TouchId) -> bool:
    return touch.rpartition("~")[2].startswith(_LINK) and form_of(touch) != touch


def step_of_form(form: TouchId, followup: Followup, protocols: Protocols) -> tuple[Session, Step] | None:
    """Return what a form hangs on and asks; ``None`` when its session is no longer kept, or it is no form."""
    for session in followup.sessions.values():
        for step in protocols[session.protocol].steps:
            if step.kind is Kind.MEASURE and touch_id(session.id, step.key) == form:
                return session, step
    return None


def latest_form(sent: Iterable[Sent]) -> TouchId | None:
    """Return the form that was last asked for; ``None`` for none.

    Only this one may be asked for anew: a newer link closes the older ones, so a new link to an older form
    would close the link to this one.
    """
    latest = max(((s.claimed_at, s.touch_id) for s in sent if s.kind is Kind.MEASURE), default=None)
    return form_of(latest[1]) if latest is not None else None


def is_answered(form: TouchId, measures: Iterable[Measure]) -> bool:
    return any(one.touch_id is not None and form_of(one.touch_id) == form for one in measures)


def pending_link(form: TouchId, followup: Followup) -> Notice | None:
    """Return the new link to this form that has been asked for and has not left."""
    return next((n for n in followup.notices.values() if _waits(n) and form_of(n.id) == form), None)


def without_pending_links(followup: Followup, form: TouchId, now: datetime) -> Followup:
    """Return the patient who has answered a form: a new link to it that waits is not sent any more."""
    for notice in followup.notices.values():
        if _waits(notice) and form_of(notice.id) == form:
            ended = Mark(MarkState.DOOMED, now, why=Reason.ANSWERED.value)
            followup = followup.with_notice(replace(notice, mark=ended))
    return followup


def _waits(notice: Notice) -> bool:
    return notice.kind is Kind.MEASURE and not (notice.mark is not None and notice.mark.settled)


def is_about_lock(task: Task, form: TouchId) -> bool:
    """Say whether a task is about a locked link to this form."""
    return task.kind is TaskKind.FORM_LOCKED and task.id.startswith(f"{task.kind.value}.{form}.")
