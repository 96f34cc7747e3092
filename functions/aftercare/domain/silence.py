"""When no answer is an answer: two check-ins in a row without a word, and a person should call."""

from datetime import datetime, timedelta

from aftercare.domain.followup import Followup
from aftercare.domain.records import Task, TaskKind

# Source: clinical-regulatory section 2.2 (two in a row, or one if item 9 was above 0).
SILENT_CHECK_INS, SILENT_AT_RISK = 2, 1
# A day to answer: an evening question is often answered after the night.
ANSWER_WITHIN = timedelta(hours=24)


def call_at(followup: Followup) -> datetime | None:
    """Return when the silence becomes a task, or ``None`` while there is none."""
    enough = SILENT_AT_RISK if followup.at_risk else SILENT_CHECK_INS
    if followup.closed or len(followup.unanswered) < enough:
        return None
    return followup.unanswered[enough - 1] + ANSWER_WITHIN


def call_task(followup: Followup, now: datetime) -> Task:
    """Return the task, with the last that is known of the patient."""
    asked = len(followup.unanswered)
    silent = "A check-in was" if asked == 1 else f"{asked} check-ins in a row were"
    last = "They have never answered the mood question."
    if followup.moods:
        at, score = followup.moods[-1]
        day = at.astimezone(followup.contact.zone).date().isoformat()
        last = f"Their last mood was {score} of 10, on {day}."
    reason = f"{silent} not answered. {last} Call them."
    about = f"{followup.patient_id}.{int(followup.unanswered[0].timestamp())}"
    task_id = f"{TaskKind.CALL_PATIENT.value}.{about}"
    return Task(task_id, followup.clinic_id, followup.patient_id, TaskKind.CALL_PATIENT, reason, now)
