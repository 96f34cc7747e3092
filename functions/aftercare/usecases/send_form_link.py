"""A person of the clinic sends a patient the form they were asked for once more, by a new link.

Nothing is typed: it is the reviewed text of the form, to the address in the file, by the usual rules. So
it takes the right to keep patients, which the front desk has: who checks a birth date on the phone is who
sends the link. The engine claims and sends it; nothing here speaks to a carrier.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aftercare.content.load_protocols import load_protocols
from aftercare.desk_ports import Desk
from aftercare.domain.clinic import Clinic
from aftercare.domain.decide import Drop, Hold
from aftercare.domain.errors import BadInput, Conflict, MayNotWrite, NotFound, TryAgain
from aftercare.domain.followup import Followup, Notice, tidy
from aftercare.domain.foresee import Weighing
from aftercare.domain.form_link import (
    form_of,
    is_about_lock,
    is_answered,
    latest_form,
    new_link_id,
    pending_link,
    step_of_form,
)
from aftercare.domain.history import History
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Task
from aftercare.domain.staff import Person, Right
from aftercare.domain.sweep import Handed
from aftercare.domain.touch import REASONS, Reason
from aftercare.usecases.allow import allow, keep_audit, refuse_odd_patient
from aftercare.usecases.what_can_be_said import library_for, next_look
from aftercare.usecases.worklist_rows import OPEN_MAX
from aftercare.usecases.write_message import ATTEMPTS, ONCE_MAX

_NEWER = "A newer form has been asked for since. A new link would close the link to that one."
_OLD = "The visit it belongs to was too long ago. The next form asks afresh."
_DANGER = "A red alert is open. Speak with the patient first; the form can go once it is resolved."


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """``goes_at``: when the text with the link leaves, as far as anyone can know now."""

    touch_id: TouchId
    goes_at: datetime
    at_once: bool


@dataclass(frozen=True, slots=True)
class FormAsked:
    """A form without answers. ``hindrance``: why no new link may go now; empty when one may."""

    touch_id: TouchId
    hindrance: str = ""


# Nobody can mend these: the form has had its time.
_OVER = frozenset(
    {
        *(Reason.CLOSED, Reason.SESSION_COMPLETED, Reason.SESSION_CANCELLED, Reason.SUPERSEDED),
        *(Reason.TOO_LATE, "too_old"),
    }
)


def form_asked(history: History, clinic: Clinic, desk: Desk, now: datetime) -> FormAsked | None:
    """Return the form that a patient was asked for last, while it can still be answered and was not."""
    form = latest_form(history.sent)
    if form is None or is_answered(form, history.measures):
        return None
    if pending_link(form, history.followup) is not None:
        return None
    notice = Notice(new_link_id(form, "", ""), Kind.MEASURE, now)
    try:
        _refuse(form, history)
        _goes_at(notice, history.followup.with_notice(notice), clinic, desk, now)
    except MayNotWrite as no:
        return None if no.code in _OVER else FormAsked(form, no.why)
    return FormAsked(form)


def send_form_link(
    person: Person, desk: Desk, patient_id: PatientId, touch: TouchId, *, by: str, once: str
) -> LinkAsked:
    """Owe a patient a new link to a form; the engine sends it now, or in the next decent hour.

    The link before it ends when the new one has gone out. Tasks about a locked link to the form are done.

    Args:
        person: Who asks; their clinic is the patient's.
        desk: The outside.
        patient_id: To whom.
        touch: The form, or any message that asked for it.
        by: ``dashboard`` or ``api``.
        once: Key of this one click: the same key never sends twice, nor does another while one waits.

    Raises:
        NotAllowed: The person may not keep patients.
        NotFound: There is no such patient at the clinic, or they were never asked for such a form.
        MayNotWrite: It was answered, or it may not go to this patient; its ``why`` says so.
        BadInput: The key is missing or too long.
        TryAgain: The store is busy; the same key may be used again.
    """
    allow(person, Right.KEEP_PATIENTS)
    refuse_odd_patient(patient_id)
    if not once.strip() or len(once) > ONCE_MAX:
        raise BadInput("once", f"{len(once)} characters", f"a key of 1 to {ONCE_MAX} characters")
    form, audited = form_of(touch), False
    name = new_link_id(form, person.id, once)
    for _ in range(ATTEMPTS):
        history, clinic = _read(person, desk, patient_id)
        now = desk.ports.clock.now()
        waiting = pending_link(form, history.followup)
        if waiting is None and _has_left(name, history):
            return LinkAsked(name, now, at_once=True)
        if waiting is None:
            _refuse(form, history)
        notice = waiting or Notice(name, Kind.MEASURE, now)
        followup = tidy(history.followup.with_notice(notice), now)
        goes_at = _goes_at(notice, followup, clinic, desk, now)
        asked = LinkAsked(notice.id, goes_at, at_once=goes_at <= now)
        if waiting is None:
            if not audited:
                keep_audit(person, desk, "sent_form_link", by=by, patient_id=patient_id, about=name)
                audited = True
            try:
                _save(followup, clinic, desk, asked, now)
            except Conflict:
                continue
        _close_locked(form, patient_id, person, desk, now)
        return asked
    raise TryAgain("send_form_link: too many writers of one patient")


def _read(person: Person, desk: Desk, patient_id: PatientId) -> tuple[History, Clinic]:
    history = desk.histories.whole(person.clinic_id, patient_id)
    clinic = desk.ports.clinics.get(person.clinic_id)
    if history is None or clinic is None:
        raise NotFound("patient_id")
    return history, clinic


def _has_left(name: TouchId, history: History) -> bool:
    """Say whether the link of this very click was claimed or ended before."""
    known = [*(s.touch_id for s in history.sent), *(t.touch_id for s in history.settled for t in s.touches)]
    return name in history.followup.notices or name in known


def _refuse(form: TouchId, history: History) -> None:
    if form not in {form_of(one.touch_id) for one in history.sent if one.kind is Kind.MEASURE}:
        raise NotFound("touch")
    if is_answered(form, history.measures):
        raise MayNotWrite(Reason.ANSWERED.value, REASONS[Reason.ANSWERED])
    if form != latest_form(history.sent):
        raise MayNotWrite(Reason.SUPERSEDED.value, _NEWER)
    if step_of_form(form, history.followup, load_protocols()) is None:
        raise MayNotWrite("too_old", _OLD)
    if history.followup.in_danger:
        raise MayNotWrite("in_danger", _DANGER)


def _goes_at(notice: Notice, followup: Followup, clinic: Clinic, desk: Desk, now: datetime) -> datetime:
    """Return when it would leave by the sender's own rules, or refuse what they would drop."""
    touches = planned(followup, clinic, load_protocols())
    touch = next(one for one in touches if one.id == notice.id)
    weighing = Weighing(touches, followup, clinic, library_for(followup, desk.ports))
    at, decision = weighing.fate(touch, max(now, touch.wakes_at))
    if isinstance(decision, Drop):
        raise MayNotWrite(decision.reason.value, REASONS[decision.reason])
    return decision.until if isinstance(decision, Hold) else at


def _save(followup: Followup, clinic: Clinic, desk: Desk, asked: LinkAsked, now: datetime) -> None:
    ports = desk.ports
    due_at = next_look(followup, clinic, ports, now)
    ports.followups.save(followup, write_id=ports.ids.token(), due_at=due_at)
    if asked.at_once:
        with suppress(TryAgain):  # the sweep of the next minute finds it due
            ports.touch_queue.hand([Handed(followup.clinic_id, followup.patient_id, 0)])


def _close_locked(form: TouchId, patient_id: PatientId, person: Person, desk: Desk, now: datetime) -> None:
    """Close the tasks that asked for this. A store that is busy leaves them open: they are done by hand."""
    with suppress(TryAgain):
        for one in desk.board.open(person.clinic_id, limit=OPEN_MAX).rows:
            if isinstance(one, Task) and one.patient_id == patient_id and is_about_lock(one, form):
                desk.ports.tasks.close(one, f"{person.name}: sent a new link", now)
