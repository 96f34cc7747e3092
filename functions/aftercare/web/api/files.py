"""Routes of one patient's file: the page, the timeline, a message, a pause, the export."""

from collections.abc import Mapping
from typing import Any

from aftercare.content.load_measures import load_measures
from aftercare.contracts.api_answers import MessageWritten, Paused, Timeline
from aftercare.contracts.api_patient import PatientExport, PatientPage, export_of, page_of
from aftercare.contracts.api_requests import ExportQuery, MessageNew, PageQuery, PauseNew
from aftercare.contracts.export_fhir import bundle
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Right
from aftercare.domain.timeline import Moment
from aftercare.usecases.export_patient import export_patient
from aftercare.usecases.pause_patient import pause_patient
from aftercare.usecases.see_patient import see_patient
from aftercare.usecases.write_message import write_message
from aftercare.web.api.part import part_of
from aftercare.web.api.route import BY, Call, Route


def _see(call: Call) -> PatientPage:
    view = see_patient(call.person, call.desk, PatientId(call.ids["patient_id"]), by=BY)
    return page_of(view.history, view.tasks, view.upcoming, view.at, clinical=view.clinical)


def _timeline(call: Call) -> Timeline:
    query: PageQuery = call.query
    patient_id = call.ids["patient_id"]
    view = see_patient(call.person, call.desk, PatientId(patient_id), by=BY)
    whose = f"timeline {call.person.clinic_id} {patient_id}"
    moments, more = part_of(view.timeline, _name_of, whose=whose, after=query.after, limit=query.limit)
    return Timeline.model_validate({"moments": tuple(moments), "next": more})


def _name_of(moment: Moment) -> str:
    named = (moment.touch_id, moment.session_id, moment.alert_id, moment.reply_id, moment.task_id)
    return "\n".join([moment.at.isoformat(), moment.kind, moment.title, *(str(one) for one in named)])


def _write(call: Call) -> MessageWritten:
    body: MessageNew = call.body
    patient_id = PatientId(call.ids["patient_id"])
    written = write_message(call.person, call.desk, patient_id, body.text, by=BY, once=call.once)
    return MessageWritten.model_validate(written)


def _pause(call: Call) -> Paused:
    body: PauseNew = call.body
    patient_id = PatientId(call.ids["patient_id"])
    until = pause_patient(call.person, call.desk, patient_id, body.until, by=BY)
    return Paused(id=patient_id, paused_until=until)


def _export(call: Call) -> PatientExport | Mapping[str, Any]:
    query: ExportQuery = call.query
    patient_id = PatientId(call.ids["patient_id"])
    found = export_patient(call.person, call.desk, patient_id, query.format, by=BY)
    if query.format == "fhir":
        return bundle(found.history, found.clinic, load_measures(), found.at)
    return export_of(found.history, found.at, clinical=found.clinical)


ROUTES = (
    Route(
        "GET",
        "/v1/patients/{patient_id}",
        Right.SEE_PATIENTS,
        _see,
        "Show one patient: the file, consents, sessions, what is open and what comes next",
        PatientPage,
    ),
    Route(
        "GET",
        "/v1/patients/{patient_id}/timeline",
        Right.SEE_PATIENTS,
        _timeline,
        "Show what happened with one patient, the latest first",
        Timeline,
        query=PageQuery,
    ),
    Route(
        "POST",
        "/v1/patients/{patient_id}/messages",
        Right.WRITE_MESSAGES,
        _write,
        "Write to a patient, as a named human; it holds our own questions back",
        MessageWritten,
        body=MessageNew,
        status=201,
        examples={"an answer": {"text": "Thank you for telling us. We will call you at two."}},
    ),
    Route(
        "POST",
        "/v1/patients/{patient_id}/pause",
        Right.KEEP_PATIENTS,
        _pause,
        "Hold a patient's messages back until a day, or lift a pause",
        Paused,
        body=PauseNew,
        examples={"a week": {"until": "2026-12-01"}, "lifted": {"until": None}},
    ),
    Route(
        "GET",
        "/v1/patients/{patient_id}/export",
        Right.EXPORT,
        _export,
        "Hand out everything that is kept about one patient",
        PatientExport,
        query=ExportQuery,
    ),
)
