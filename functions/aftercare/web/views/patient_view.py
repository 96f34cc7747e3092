"""One patient's page: who they are, what happened, what was said, what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from aftercare.domain.consent import Channel
from aftercare.domain.form_link import form_of, is_about_lock
from aftercare.domain.history import History
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.records import Reply
from aftercare.domain.staff import Person, Right
from aftercare.domain.timeline import Moment as Told
from aftercare.domain.timeline import MomentKind, consent_title
from aftercare.domain.titles import MEASURES
from aftercare.domain.upcoming import Upcoming
from aftercare.domain.when import spoken, spoken_day
from aftercare.domain.worklist import TaskRow, section_of
from aftercare.usecases.see_patient import PatientView
from aftercare.web.views.course_view import ItemNine, ShownCourse, courses_of, item_nine
from aftercare.web.views.now_view import ShownAlert, ShownTask, Typed, shown_alert, shown_task
from aftercare.web.views.patient_header import Header, header_of
from aftercare.web.views.thread_view import Bubble, thread_of, why_path
from aftercare.web.views.times import clock_time

MOMENTS_SHOWN = 25
# The filters of the timeline, by what stands behind the question mark.
KINDS: Mapping[str, tuple[str, frozenset[MomentKind]]] = {
    "visits": ("Visits", frozenset({MomentKind.SESSION})),
    "messages": ("Messages", frozenset({MomentKind.MESSAGE, MomentKind.REPLY, MomentKind.NOT_SENT})),
    "forms": ("Forms", frozenset({MomentKind.MEASURE})),
    "alerts": ("Alerts", frozenset({MomentKind.ALERT, MomentKind.CALL, MomentKind.TASK})),
    "consents": ("Consents", frozenset({MomentKind.CONSENT, MomentKind.PAUSE, MomentKind.FILE})),
}
_ICON = {
    MomentKind.SESSION: "session",
    MomentKind.MESSAGE: "send",
    MomentKind.NOT_SENT: "broken",
    MomentKind.REPLY: "message",
    MomentKind.MEASURE: "form",
    MomentKind.ALERT: "alert",
    MomentKind.CALL: "phone",
    MomentKind.CONSENT: "consent",
    MomentKind.PAUSE: "pause",
    MomentKind.FILE: "file",
    MomentKind.TASK: "task",
}


@dataclass(frozen=True, slots=True)
class ShownMoment:
    icon: str
    look: str
    title: str
    text: str
    about: str
    at: str
    why: str
    form: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    time: str
    title: str
    way: str
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Proof:
    title: str
    given: str
    method: str
    recorded_by: str
    version: str
    wording: str
    expires: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Attributes:
    only: The timeline's filter, a key of ``KINDS``; empty for all.
    alerts: Open ones, red first.
    form_link: The form that a new link may be sent to; empty for none, and for who may not.
    form_asked: The form that waits for its answers, and since when.
    form_waits: Why no new link may go now.
    part: Which part of the timeline this is, 0 the latest.
    hidden: How many moments are older than this part.
    days: What comes next, by day on the patient's calendar.
    dropped: What is planned but will not go, with its day.
    """

    id: PatientId
    path: str
    header: Header
    courses: tuple[ShownCourse, ...]
    nine: tuple[ItemNine, ...]
    only: str
    moments: tuple[ShownMoment, ...]
    part: int
    hidden: int
    thread: tuple[Bubble, ...]
    days: tuple[tuple[str, tuple[Ahead, ...]], ...]
    dropped: tuple[Ahead, ...]
    proofs: tuple[Proof, ...]
    alerts: tuple[ShownAlert, ...]
    tasks: tuple[ShownTask, ...]
    form_link: str
    form_asked: str
    form_waits: str
    clinical: bool
    may_write: bool
    may_keep: bool
    may_answer: bool


def patient_page(
    view: PatientView,
    person: Person,
    *,
    only: str = "",
    part: int = 0,
    at_once: int = MOMENTS_SHOWN,
    typed: Mapping[str, Typed] | None = None,
) -> PatientPage:
    """Return the page.

    Args:
        view: As ``see_patient`` returns it: what the person may not see is not in it.
        person: Who looks.
        only: Filter of the timeline.
        part: Which part of the timeline, 0 the latest.
        at_once: How many moments a part has: a page stays under 100 kB.
        typed: Forms that could not be used, by task.
    """
    history, zone, kept = view.history, view.clinic.zone, typed or {}
    path, their_zone = f"/patients/{history.patient.id}", history.followup.contact.zone
    told = [one for one in view.timeline if _wanted(one, only)]
    part = min(max(part, 0), (len(told) - 1) // at_once) if told else 0
    shown = told[part * at_once : (part + 1) * at_once]
    asked = _asked(view)
    may_send = view.form is not None and not view.form.hindrance and person.may(Right.KEEP_PATIENTS)
    form = view.form.touch_id if view.form is not None and may_send else None
    rows = (TaskRow(one, section_of(one.kind), None, _about(one.id, history.replies)) for one in view.tasks)
    return PatientPage(
        id=history.patient.id,
        path=path,
        header=header_of(view),
        courses=courses_of(history, zone) if view.clinical else (),
        nine=item_nine(history, zone) if view.clinical else (),
        only=only if only in KINDS else "",
        moments=tuple(_moment(one, zone, path, asked if may_send else None) for one in shown),
        part=part,
        hidden=max(0, len(told) - (part + 1) * at_once),
        thread=tuple(thread_of(history, zone, path)),
        days=tuple(_days([one for one in view.upcoming if one.goes], their_zone, path)),
        dropped=tuple(_ahead(one, one.local, path) for one in view.upcoming if not one.goes),
        proofs=tuple(_proofs(history, zone)),
        alerts=tuple(
            shown_alert(row, view.clinic, view.at, kept.get(row.alert.id, Typed())) for row in view.alerts
        ),
        tasks=tuple(_task(row, view, person, kept, form) for row in rows),
        form_link=form or "",
        form_asked=f"{asked.title}, {spoken(asked.at, zone)}" if asked is not None else "",
        form_waits=view.form.hindrance if view.form is not None else "",
        clinical=view.clinical,
        may_write=person.may(Right.WRITE_MESSAGES),
        may_keep=person.may(Right.KEEP_PATIENTS),
        may_answer=person.may(Right.ANSWER_ALERTS),
    )


def _wanted(one: Told, only: str) -> bool:
    if only in KINDS:
        return one.kind in KINDS[only][1]
    # The reply that a mood was read from stands in the list itself, and the chart shows them all.
    return not (one.kind is MomentKind.MEASURE and one.title.startswith(MEASURES["mood"]))


def _about(task_id: str, replies: Iterable[Reply]) -> Reply | None:
    return next((one for one in replies if one.body and task_id.endswith(f".{one.id}")), None)


def _asked(view: PatientView) -> Told | None:
    """Return the latest message that asked for the form that waits for its answers."""
    if view.form is None:
        return None
    messages = ((one, one.touch_id) for one in view.timeline if one.kind is MomentKind.MESSAGE)
    form = view.form.touch_id
    return next((one for one, touch in messages if touch is not None and form_of(touch) == form), None)


# ---- the parts


def _task(
    row: TaskRow, view: PatientView, person: Person, kept: Mapping[str, Typed], form: TouchId | None
) -> ShownTask:
    shown = shown_task(row, view.clinic, view.at, kept.get(row.task.id, Typed()), person)
    return replace(shown, new_link=form) if form is not None and is_about_lock(row.task, form) else shown


def _moment(one: Told, zone: ZoneInfo, path: str, asked: Told | None) -> ShownMoment:
    return ShownMoment(
        icon=_ICON[one.kind],
        look=_look(one),
        title=one.title,
        text=one.text,
        about=one.about,
        at=spoken(one.at, zone),
        why=why_path(one.touch_id, path) if one.kind in (MomentKind.MESSAGE, MomentKind.NOT_SENT) else "",
        form=one is asked,
    )


def _look(one: Told) -> str:
    if one.state.startswith("red") and one.kind in (MomentKind.ALERT, MomentKind.REPLY):
        return "red"
    if one.state.startswith("amber") or one.state in ("failed_hard", "failed_soft", "unconfirmed"):
        return "amber"
    if one.kind in (MomentKind.NOT_SENT, MomentKind.PAUSE) or one.state in ("cancelled", "withdrawn"):
        return "off"
    return "accent" if one.kind in (MomentKind.SESSION, MomentKind.REPLY, MomentKind.MEASURE) else ""


def _days(ahead: Sequence[Upcoming], zone: ZoneInfo, path: str) -> Iterable[tuple[str, tuple[Ahead, ...]]]:
    for day, ones in groupby(ahead, key=lambda one: one.at.astimezone(zone).date()):
        yield spoken_day(day), tuple(_ahead(one, clock_time(one.at, zone), path) for one in ones)


def _ahead(one: Upcoming, when: str, path: str) -> Ahead:
    way = "" if one.channel is None else "text" if one.channel is Channel.SMS else "mail"
    session = f", session {one.session_number}" if one.session_number is not None else ""
    return Ahead(
        time=when,
        title=f"{one.title}{session}",
        way=way,
        said=one.why,
        why=why_path(one.touch_id, path),
    )


def _proofs(history: History, zone: ZoneInfo) -> Iterable[Proof]:
    for one in sorted((proof.consent for proof in history.proofs), key=lambda c: c.given_at, reverse=True):
        yield Proof(
            title=consent_title(one.key),
            given=spoken(one.given_at, zone),
            method=one.method,
            recorded_by=one.recorded_by,
            version=one.wording_version,
            wording=one.wording,
            expires=spoken_day(one.expires_on) if one.expires_on is not None else "",
        )
