"""Everything about one patient that a person may see, in two reads."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.content.load_protocols import load_protocols
from aftercare.desk_ports import Desk
from aftercare.domain.chart import Chart
from aftercare.domain.charting import chart_of
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import NotFound
from aftercare.domain.history import History
from aftercare.domain.ids import PatientId
from aftercare.domain.minimum import bare_alert_row, bare_chart, bare_history, bare_task
from aftercare.domain.records import Task
from aftercare.domain.staff import Person, Right
from aftercare.domain.timeline import Moment, timeline
from aftercare.domain.upcoming import Upcoming, upcoming
from aftercare.domain.worklist import AlertRow
from aftercare.usecases.allow import allow, keep_audit, refuse_odd_patient
from aftercare.usecases.send_form_link import FormAsked, form_asked
from aftercare.usecases.what_can_be_said import library_for
from aftercare.usecases.worklist_rows import OPEN_MAX, rows_of_one


@dataclass(frozen=True, slots=True)
class PatientView:
    """One patient as one person may see them.

    Attributes:
        at: When it was read.
        clinical: Whether words, scores, measures and the reasons of alerts are in it; else they were left
            out before it was made.
        chart: Their courses in numbers, made of this very history.
        tasks: The patient's open tasks, oldest first.
        timeline: What happened, the latest first.
        upcoming: What is still to come, soonest first.
        alerts: The patient's open alerts, as the home screen shows them.
        form: The latest form, if it still waits for its answers.
    """

    at: datetime
    clinic: Clinic
    clinical: bool
    history: History
    chart: Chart
    tasks: tuple[Task, ...]
    timeline: tuple[Moment, ...]
    upcoming: tuple[Upcoming, ...]
    alerts: tuple[AlertRow, ...] = ()
    form: FormAsked | None = None


def see_patient(person: Person, desk: Desk, patient_id: PatientId, *, by: str) -> PatientView:
    """Look at one patient.

    Args:
        person: Who looks.
        desk: The outside.
        patient_id: At whom.
        by: ``dashboard`` or ``api``.

    Raises:
        NotAllowed: The person may not see patients.
        NotFound: There is no such patient at the clinic.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_PATIENTS)
    refuse_odd_patient(patient_id)
    ports = desk.ports
    clinic = ports.clinics.get(person.clinic_id)
    history = desk.histories.whole(person.clinic_id, patient_id)
    board = desk.board.open(person.clinic_id, limit=OPEN_MAX)
    if history is None or clinic is None:
        raise NotFound("patient_id")
    keep_audit(person, desk, "saw_patient", by=by, patient_id=patient_id)
    now = ports.clock.now()
    tasks = [one for one in board.rows if isinstance(one, Task) and one.patient_id == patient_id]
    tasks.sort(key=lambda task: (task.opened_at, task.id))
    # Foreseen on the whole truth: an open alert holds messages back, whoever looks.
    ahead = upcoming(history.followup, clinic, load_protocols(), library_for(history.followup, ports), now)
    clinical, chart = person.may(Right.SEE_CLINICAL), chart_of(history, now)
    shown = history if clinical else bare_history(history)
    alerts = rows_of_one(history, now)
    open_tasks = tuple(tasks) if clinical else tuple(map(bare_task, tasks))
    return PatientView(
        at=now,
        clinic=clinic,
        clinical=clinical,
        history=shown,
        chart=chart if clinical else bare_chart(chart),
        tasks=open_tasks,
        timeline=timeline(shown, open_tasks, clinic.on_call),
        upcoming=ahead,
        alerts=alerts if clinical else tuple(map(bare_alert_row, alerts)),
        form=form_asked(history, clinic, desk, now),
    )
