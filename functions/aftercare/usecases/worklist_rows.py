"""Put together what a page of the worklist shows: at most one call for the calls made, one for all faces."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aftercare.desk_ports import Desk
from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.history import History
from aftercare.domain.ids import NO_ONE, PatientId
from aftercare.domain.ladder import next_alert_due
from aftercare.domain.minimum import bare_alert_row, bare_task_row
from aftercare.domain.patient import Patient
from aftercare.domain.records import Page, Reply, Task, TaskKind
from aftercare.domain.staff import Person, Right
from aftercare.domain.tier import Tier
from aftercare.domain.worklist import AlertRow, TaskRow, section_of

# Faces of one page come in one call, which takes a hundred keys: sixty patients at the most, and the rest
# are replies.
ROWS_MAX, KEYS_MAX = 60, 100
WORDS_MAX = 3
# What is open at a clinic fits one answer of the store; a patient's task behind so many others is found
# on the list itself.
OPEN_MAX = 500
PAGES_MAX = 400
# Their id is the kind and the text they are about.
_ABOUT_REPLY = frozenset(
    {
        *(TaskKind.UNREAD_REPLY, TaskKind.SIDE_EFFECTS, TaskKind.NO_RIDE, TaskKind.CALL_NOW),
        *(TaskKind.OPTED_OUT, TaskKind.WRONG_NUMBER, TaskKind.UNKNOWN_NUMBER, TaskKind.SHARED_NUMBER),
    }
)

_Key = tuple[PatientId, str]


def rows_of(
    found: Sequence[Alert | Task], person: Person, desk: Desk, now: datetime
) -> tuple[tuple[AlertRow, ...], tuple[TaskRow, ...]]:
    """Return the rows of some alerts and tasks of the person's clinic, in their order.

    Patients' words are neither read nor shown to who may not see them.
    """
    clinical = person.may(Right.SEE_CLINICAL)
    who, said = _faces(found, person, desk, clinical=clinical)
    calls = _calls([one for one in found if isinstance(one, Alert)], person, desk)
    alerts, tasks = [], []
    for one in found:
        if isinstance(one, Alert):
            words = tuple(sorted((said[c] for c in one.causes if c in said), key=lambda reply: reply.at))
            called = tuple(page for page in calls if page.alert_id == one.id)
            row = AlertRow(one, who.get(one.patient_id), called, words, goes_on_at(one, now))
            alerts.append(row if clinical else bare_alert_row(row))
        else:
            patient = who.get(one.patient_id) if one.patient_id is not None else None
            todo = TaskRow(one, section_of(one.kind), patient, said.get(_reply_id(one) or ""))
            tasks.append(todo if clinical else bare_task_row(todo))
    return tuple(alerts), tuple(tasks)


def _faces(
    found: Sequence[Alert | Task], person: Person, desk: Desk, *, clinical: bool
) -> tuple[dict[PatientId, Patient], dict[str, Reply]]:
    named = (one.patient_id for one in found)
    patients = list(dict.fromkeys(p for p in named if p is not None and p != NO_ONE))
    wanted = list(dict.fromkeys(_words_of(found))) if clinical else []
    if not patients and not wanted:
        return {}, {}
    return desk.board.faces(person.clinic_id, patients, wanted[: KEYS_MAX - len(patients)])


def _words_of(found: Sequence[Alert | Task]) -> Iterable[_Key]:
    """Yield the keys of the latest words behind each row, in the order of rows."""
    for one in found:
        if isinstance(one, Alert):
            yield from ((one.patient_id, cause) for cause in one.causes[-WORDS_MAX:])
        elif (reply_id := _reply_id(one)) is not None:
            yield one.patient_id or NO_ONE, reply_id


def _reply_id(task: Task) -> str | None:
    return task.id.removeprefix(f"{task.kind.value}.") if task.kind in _ABOUT_REPLY else None


def rows_of_one(history: History, now: datetime) -> tuple[AlertRow, ...]:
    """Return the rows of one patient's open alerts, the red ones first; what is read is at hand."""
    said = {reply.id: reply for reply in history.replies}
    alerts = [alert for alert in history.alerts if alert.state is not AlertState.RESOLVED]
    rows = []
    for alert in sorted(alerts, key=lambda one: (one.tier is not Tier.RED, one.raised_at, one.id)):
        words = sorted((said[c] for c in alert.causes[-WORDS_MAX:] if c in said), key=lambda reply: reply.at)
        calls = sorted((p for p in history.pages if p.alert_id == alert.id), key=lambda page: page.at)
        rows.append(AlertRow(alert, history.patient, tuple(calls), tuple(words), goes_on_at(alert, now)))
    return tuple(rows)


def _calls(alerts: Sequence[Alert], person: Person, desk: Desk) -> list[Page]:
    if not alerts:
        return []
    since = min(alert.raised_at for alert in alerts)
    return sorted(desk.board.pages(person.clinic_id, since, limit=PAGES_MAX), key=lambda page: page.at)


def goes_on_at(alert: Alert, now: datetime) -> datetime | None:
    """Return when an alert's ladder goes on, if it does."""
    if alert.state is AlertState.RESOLVED:
        return None
    return next_alert_due(replace(alert, answer=None, held_until=None), now)
