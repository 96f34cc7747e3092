"""The home screen: what needs a person, worst first, in the words a template shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.domain.alert import Alert, AlertState, AnswerState
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.ids import NO_ONE
from aftercare.domain.minimum import may_end_unseen
from aftercare.domain.on_call import named, on_duty
from aftercare.domain.patient import Patient
from aftercare.domain.records import Page, Reply
from aftercare.domain.staff import Person, Right
from aftercare.domain.tier import Tier
from aftercare.domain.worklist import AlertRow, Section, TaskRow, Worklist
from aftercare.web.views.labels import language_name, reason_words, task_fix, task_title
from aftercare.web.views.times import Moment, Phone, moment, phone, their_time

SECTIONS = {
    Section.CALLS: ("Calls to make", "phone"),
    Section.REPLIES: ("Replies to read", "message"),
    Section.UNDELIVERED: ("Did not arrive", "broken"),
    Section.OTHER: ("Other", "task"),
}
WORDS_SHOWN = 600


@dataclass(frozen=True, slots=True)
class Face:
    """Whom a row is about. ``path``: their page."""

    name: str
    path: str
    phone: Phone | None
    local: str
    language: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call to one person of the rota: ``Dora (nurse)``, ``by text``, and what became of it."""

    who: str
    how: str
    at: Moment
    reached: str


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    at: Moment
    cut: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a form that could not be used: it stays there, with what is wrong."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """One alert.

    Attributes:
        id: As in paths.
        anchor: As in the page.
        heard: The latest of its causes: who ends it has read up to there.
        taken_by: Who is on it; empty while nobody is.
        ahead: What happens next if nobody does anything; empty for nothing.
        told: What the patient was told, and whether they are safe by their own word.
        typed: The form for ending it.
    """

    id: str
    anchor: str
    red: bool
    heard: str
    reason: str
    face: Face | None
    raised: Moment
    taken_by: str
    taken: Moment | None
    calls: tuple[Call, ...]
    next: Moment | None
    ahead: str
    words: tuple[Words, ...]
    told: tuple[str, ...]
    typed: Typed


@dataclass(frozen=True, slots=True)
class ShownTask:
    id: str
    anchor: str
    title: str
    reason: str
    fix: str
    face: Face | None
    opened: Moment
    words: Words | None
    typed: Typed
    may_end: bool
    new_link: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One section of tasks."""

    name: str
    title: str
    icon: str
    tasks: tuple[ShownTask, ...]


@dataclass(frozen=True, slots=True)
class NowView:
    """Attributes:
    at: When it was looked at.
    since: The same instant for ``/now/changes``.
    shown: Rows on the page.
    unwatched: Why nobody would be called now; empty when somebody would.
    """

    at: Moment
    since: str
    shown: int
    red: tuple[ShownAlert, ...]
    amber: tuple[ShownAlert, ...]
    parts: tuple[Part, ...]
    unwatched: str
    more: str | None
    may_answer: bool
    may_see: bool

    @property
    def nothing(self) -> bool:
        return not (self.red or self.amber or self.parts)


def now_view(
    worklist: Worklist, clinic: Clinic, person: Person, typed: Mapping[str, Typed] | None = None
) -> NowView:
    """Return the home screen.

    Args:
        worklist: As ``see_worklist`` returns it.
        clinic: The person's.
        person: Who looks.
        typed: Forms that could not be used, by the id of their alert or task.
    """
    kept, at = typed or {}, worklist.at
    alerts = [shown_alert(row, clinic, at, kept.get(row.alert.id, Typed())) for row in worklist.alerts]
    return NowView(
        at=moment(at, at, clinic.zone),
        since=at.isoformat(),
        shown=len(worklist.alerts) + len(worklist.tasks),
        red=tuple(one for one in alerts if one.red),
        amber=tuple(one for one in alerts if not one.red),
        parts=tuple(_parts(worklist.tasks, clinic, at, kept, person)),
        unwatched=unwatched(clinic, at),
        more=worklist.more,
        may_answer=person.may(Right.ANSWER_ALERTS),
        may_see=person.may(Right.SEE_CLINICAL),
    )


def anchor_of(kind: str, name: str) -> str:
    """Name a row inside the page. Ids of replies come from carriers, and may hold anything."""
    return f"{kind}-{re.sub(r'[^0-9A-Za-z_-]', '_', name)}"


def unwatched(clinic: Clinic, at: datetime) -> str:
    """Say why nobody is called at this instant; empty when somebody is."""
    if on_duty(clinic.on_call, at, clinic.zone):
        return ""
    if clinic.on_call:
        return "The rota has a gap at this hour. A red alert calls everybody on the list instead."
    return "There is no rota. Alerts call nobody and stand here only: somebody must look."


def _parts(
    rows: Iterable[TaskRow], clinic: Clinic, now: datetime, typed: Mapping[str, Typed], person: Person
) -> Iterable[Part]:
    known = list(rows)
    for section, (title, icon) in SECTIONS.items():
        own = tuple(
            shown_task(row, clinic, now, typed.get(row.task.id, Typed()), person)
            for row in known
            if row.section is section
        )
        if own:
            yield Part(section.value, title, icon, own)


def shown_task(row: TaskRow, clinic: Clinic, now: datetime, typed: Typed, person: Person) -> ShownTask:
    task = row.task
    sees = person.may(Right.SEE_CLINICAL) or may_end_unseen(task)
    return ShownTask(
        id=task.id,
        anchor=anchor_of("task", task.id),
        title=task_title(task.kind),
        reason=task.reason,
        fix=task_fix(task.kind),
        face=_face(row.patient, clinic.zone, now),
        opened=moment(task.opened_at, now, clinic.zone),
        words=_words(row.reply, clinic.zone, now) if row.reply is not None else None,
        typed=typed,
        may_end=sees and person.may(Right.DO_TASKS),
    )


def shown_alert(row: AlertRow, clinic: Clinic, now: datetime, typed: Typed) -> ShownAlert:
    alert = row.alert
    taken_at = alert.acknowledged_at if alert.state is AlertState.ACKNOWLEDGED else None
    return ShownAlert(
        id=alert.id,
        anchor=anchor_of("alert", alert.id),
        red=alert.tier is Tier.RED,
        heard=alert.causes[-1] if alert.causes else "",
        reason=reason_words(alert.reason),
        face=_face(row.patient, clinic.zone, now),
        raised=moment(alert.raised_at, now, clinic.zone),
        taken_by=(alert.acknowledged_by or "") if taken_at is not None else "",
        taken=moment(taken_at, now, clinic.zone) if taken_at is not None else None,
        calls=tuple(_call(page, clinic, now) for page in row.called),
        next=moment(row.next_at, now, clinic.zone) if row.next_at is not None else None,
        ahead=_ahead(row, clinic),
        words=tuple(_words(reply, clinic.zone, now) for reply in row.words),
        told=tuple(_told(alert)),
        typed=typed,
    )


def _ahead(row: AlertRow, clinic: Clinic) -> str:
    alert = row.alert
    if row.next_at is None:
        return "" if alert.state is AlertState.ACKNOWLEDGED else "Nobody else is called by itself."
    if alert.state is AlertState.ACKNOWLEDGED:
        waits = alert.asked_at is not None
        return "Next people called unless the patient answers" if waits else "Called again unless resolved"
    if not clinic.on_call:
        return "Looked at again"
    last = alert.tier is Tier.RED and alert.rung + 1 >= len(alert.steps)
    return "Everybody on the list is called" if last else "Next call"


def _told(alert: Alert) -> Iterable[str]:
    if alert.safe == "no":
        yield "The patient answered NO to “Are you safe right now?”"
    elif alert.safe == "yes":
        yield "The patient answered YES to “Are you safe right now?”"
    elif alert.asked_at is not None:
        yield "Asked “Are you safe right now?”, no answer yet."
    answer = alert.answer
    if answer is None:
        return
    way = "text" if answer.channel is Channel.SMS else "mail"
    match answer.state:
        case AnswerState.SENT:
            yield f"The crisis {way} has been sent to the patient."
        case AnswerState.FAILED:
            yield "The crisis text could not be sent. Phone them now."
        case _:
            yield f"The crisis {way} is on its way."


def _call(page: Page, clinic: Clinic, now: datetime) -> Call:
    reached = "" if page.accepted else "not handed over" if page.accepted is False else "unconfirmed"
    how = "by text" if page.channel is Channel.SMS else "by mail"
    return Call(named(page.place, clinic.on_call), how, moment(page.at, now, clinic.zone), reached)


def _words(reply: Reply, zone: ZoneInfo, now: datetime) -> Words:
    cut = len(reply.body) > WORDS_SHOWN
    text = reply.body[:WORDS_SHOWN] + "…" if cut else reply.body
    return Words(text, moment(reply.at, now, zone), cut)


def _face(patient: Patient | None, zone: ZoneInfo, now: datetime) -> Face | None:
    if patient is None or patient.id == NO_ONE:
        return None
    return Face(
        name=patient.given_name,
        path=f"/patients/{patient.id}",
        phone=phone(patient.phone),
        local=their_time(now, patient.time_zone, zone),
        language=language_name(patient.language),
    )
