"""The home screen: what needs a person now, and taking it on or ending it in place."""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from aftercare.desk_ports import Desk
from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.errors import AtOdds
from aftercare.domain.ids import AlertId
from aftercare.domain.readiness import Check, all_done, readiness
from aftercare.domain.staff import Person, Right
from aftercare.usecases.answer_from_desk import acknowledge_alert, resolve_alert
from aftercare.usecases.close_task import close_task
from aftercare.usecases.see_settings import clinic_of, overdue_words
from aftercare.usecases.see_worklist import see_worklist
from aftercare.usecases.watch_worklist import Changes, watch_worklist
from aftercare.web.door import trouble
from aftercare.web.frame import desk_page, frame_of
from aftercare.web.page import go_to, page
from aftercare.web.patient_pages import show_patient
from aftercare.web.query import instant, query_of, whole
from aftercare.web.request import Request, local_path
from aftercare.web.views.labels import DISPOSITION, counted
from aftercare.web.views.now_view import NowView, Typed, anchor_of, now_view

NOTE_MAX = 2000
BY = "dashboard"
_HOME = "/now"
_PATIENT = re.compile(r"/patients/([^/?#]+)")

router = Router()


@router.get("/now")
def now() -> Response[str]:
    query = query_of(router.context["request"])
    return _shown(after=query.get("after") or None)


@router.get("/now/changes")
def changes() -> Response[str]:
    """Say in a few words what is new; the page's script asks every 20 seconds."""
    query = query_of(router.context["request"])
    since, shown = instant(query.get("since", ""), "since"), whole(query.get("shown", ""), "shown")
    found = watch_worklist(router.context["person"], router.context["desk"], since, shown)
    return page("now_changes.html", words=changes_in_words(found))


@router.post("/alerts/<alert_id>/acknowledge")
def take_on(alert_id: str) -> Response[str]:
    person, desk = _who()
    found = acknowledge_alert(person, desk, AlertId(alert_id), by=BY)
    if not _request().swaps:
        return go_to(_back(f"{_HOME}#{anchor_of('alert', alert_id)}"))
    view = _view()
    row = next((one for one in (*view.red, *view.amber) if one.id == alert_id), None)
    done = "" if row else taken_on_words(found)
    return _row(view, anchor=anchor_of("alert", alert_id), alert=row, done=done)


@router.post("/alerts/<alert_id>/resolve")
def end(alert_id: str) -> Response[str]:
    person, desk = _who()
    form, anchor = _request().form, anchor_of("alert", alert_id)
    faults = resolve_faults(form, anchor)
    if faults:
        return _again(alert_id, anchor, Typed(form, faults))
    disposition, heard = form["disposition"], form.get("heard")
    try:
        resolve_alert(person, desk, AlertId(alert_id), disposition, form["note"], by=BY, heard=heard)
    except AtOdds as odd:
        return _not_ended(odd, alert_id, anchor)
    if not _request().swaps:
        return go_to(_back(_HOME))
    said = f"Resolved by {person.name}: {DISPOSITION[disposition]}."
    return page("now_row.html", anchor=anchor, done=said)


@router.post("/tasks/close")
def done() -> Response[str]:
    person, desk = _who()
    form = _request().form
    task_id, note = form.get("task_id", ""), form.get("note", "")
    anchor = anchor_of("task", task_id)
    faults = note_faults(note, anchor, "what was done")
    if faults:
        return _again(task_id, anchor, Typed(form, faults))
    try:
        close_task(person, desk, task_id, note, by=BY)
    except AtOdds as odd:
        return _too_late(odd, anchor)
    if not _request().swaps:
        return go_to(_back(_HOME))
    return page("now_row.html", anchor=anchor, done=f"Done by {person.name}.")


def _not_ended(odd: AtOdds, alert_id: str, anchor: str) -> Response[str]:
    """Show what they had not seen when they ended it, and what they typed, which is kept nowhere else."""
    form = _request().form
    if odd.field == "heard":
        said = "The patient wrote again since you opened this. Read it, then resolve."
        return _again(alert_id, anchor, Typed(form, ((f"note-{anchor}", said),)))
    return _too_late(odd, anchor)


def _too_late(odd: AtOdds, anchor: str) -> Response[str]:
    first = odd.allowed.rpartition("; ")[2]
    said = f"Ended already: {first}. Your note was not kept: {_request().form['note'].strip()}"
    if not _request().swaps:
        return trouble(409, "Somebody was faster", said)
    return page("now_row.html", anchor=anchor, done=said)


def taken_on_words(alert: Alert | None) -> str:
    """Say who is on an alert that is not among the rows at hand."""
    if alert is not None and alert.state is AlertState.RESOLVED:
        return f"It is over: {alert.resolved_by} resolved it."
    return f"{alert.acknowledged_by} is on it." if alert is not None else "Noted: the page has reached you."


def changes_in_words(found: Changes) -> str:
    """Return ``2 new, 1 of them red; 1 done by others.``; empty when nothing changed."""
    said = []
    if found.new:
        red = f", {found.red} red" if found.red else ""
        said.append(f"{counted(found.new, 'new row')}{red}")
    if found.gone:
        said.append(f"{found.gone} done meanwhile")
    return f"{'; '.join(said)}." if said else ""


def resolve_faults(form: Mapping[str, str], anchor: str) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with the form that ends an alert, by the field's id."""
    chosen = form.get("disposition", "")
    wrong = () if chosen in DISPOSITION else ((f"disposition-{anchor}", "Choose what came of it"),)
    return (*wrong, *note_faults(form.get("note", ""), anchor, "what was said and agreed"))


def note_faults(note: str, anchor: str, what: str) -> tuple[tuple[str, str], ...]:
    if not note.strip():
        return ((f"note-{anchor}", f"Write {what}"),)
    if len(note) > NOTE_MAX:
        return ((f"note-{anchor}", f"Write at most {NOTE_MAX:,} characters; this has {len(note):,}"),)
    return ()


# ---- parts of the answers


def _request() -> Request:
    found: Request = router.context["request"]
    return found


def _back(otherwise: str) -> str:
    """Return where the form came from: a page of ours, or the home screen."""
    wanted = _request().form.get("back")
    return local_path(wanted) if wanted else otherwise


def _who() -> tuple[Person, Desk]:
    return router.context["person"], router.context["desk"]


def _view(typed: Mapping[str, Typed] | None = None, after: str | None = None) -> NowView:
    person, desk = _who()
    worklist = see_worklist(person, desk, by=BY, after=after)
    return now_view(worklist, clinic_of(person, desk), person, typed)


def _shown(
    typed: Mapping[str, Typed] | None = None, after: str | None = None, status: int = 200
) -> Response[str]:
    person, desk = _who()
    view = _view(typed, after)
    return desk_page(
        router.context,
        "now.html",
        here="now",
        status=status,
        view=view,
        checks=_checks(person, desk, busy=bool(view.red or view.amber)) if after is None else (),
        dispositions=DISPOSITION,
    )


def _checks(person: Person, desk: Desk, *, busy: bool) -> tuple[Check, ...]:
    """Return the list of what a new clinic must still do; nothing once all of it is done.

    While alerts are open, the read of their calls takes the place of the read of test pages: a screen has
    five calls in all.
    """
    if not person.may(Right.SEE_SETTINGS):
        return ()
    clinic, now_at = clinic_of(person, desk), desk.ports.clock.now()
    tests = () if busy else tuple(desk.ports.alerts.tests(clinic.id))
    checks = readiness(clinic, tests, overdue_words(clinic, now_at), now_at)
    known = tuple(check for check in checks if not (busy and check.code == "test_page"))
    return () if all_done(known) else known


def _row(view: NowView, **shown: Any) -> Response[str]:
    person, desk = _who()
    clinic, sign_in = clinic_of(person, desk), router.context["sign_in"]
    frame = frame_of(person, clinic, sign_in.form_secret, "now", desk.ports.clock.now())
    return page("now_row.html", view=view, frame=frame, dispositions=DISPOSITION, task=None, **shown)


def _again(about: str, anchor: str, typed: Typed) -> Response[str]:
    """Show the form once more, with what was typed and what is wrong with it."""
    if not _request().swaps:
        patient = _PATIENT.match(_back(_HOME))
        if patient is not None:
            return show_patient(router.context, patient[1], forms={about: typed}, status=422)
        return _shown({about: typed}, status=422)
    view = _view({about: typed})
    rows = {one.id: one for one in (*view.red, *view.amber)}
    tasks = {one.id: one for part in view.parts for one in part.tasks}
    gone = "" if about in rows or about in tasks else "It is no longer open."
    person, desk = _who()
    clinic, sign_in = clinic_of(person, desk), router.context["sign_in"]
    return page(
        "now_row.html",
        status=422,
        view=view,
        frame=frame_of(person, clinic, sign_in.form_secret, "now", desk.ports.clock.now()),
        dispositions=DISPOSITION,
        anchor=anchor,
        alert=rows.get(about),
        task=tasks.get(about),
        done=gone,
    )
