"""Routes of patients, their consents and their file."""

from aftercare.contracts.api_answers import Kept, Patients
from aftercare.contracts.api_requests import (
    PatientNew,
    PatientPatch,
    PatientsQuery,
    WithdrawalNew,
    read_patch,
    stated,
)
from aftercare.contracts.fields import ConsentIn
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Right
from aftercare.usecases.keep_patient import (
    change_patient,
    close_patient,
    enrol_patient,
    give_consent,
    withdraw_consent,
)
from aftercare.usecases.see_patients import see_patients
from aftercare.web.api.route import BY, Call, Route


def _list(call: Call) -> Patients:
    query: PatientsQuery = call.query
    found = see_patients(
        call.person,
        call.desk,
        by=BY,
        after=query.after,
        starting_with=query.starting_with,
        limit=query.limit,
    )
    return Patients.model_validate({"patients": found.rows, "next": found.more})


def _enrol(call: Call) -> Kept:
    body: PatientNew = call.body
    consents = [stated(consent) for consent in body.consents]
    outcome = enrol_patient(call.person, call.desk, stated(body.patient), consents, once=call.once, by=BY)
    return _kept(body.patient.id, outcome)


def _change(call: Call) -> Kept:
    body: PatientPatch = call.body
    patient_id = PatientId(call.ids["patient_id"])
    reason, changes = read_patch(body)
    if reason is not None:
        outcome = close_patient(call.person, call.desk, patient_id, reason, once=call.once, by=BY)
    else:
        outcome = change_patient(call.person, call.desk, patient_id, changes, once=call.once, by=BY)
    return _kept(patient_id, outcome)


def _agree(call: Call) -> Kept:
    body: ConsentIn = call.body
    patient_id = PatientId(call.ids["patient_id"])
    outcome = give_consent(call.person, call.desk, patient_id, stated(body), once=call.once, by=BY)
    return _kept(patient_id, outcome)


def _withdraw(call: Call) -> Kept:
    body: WithdrawalNew = call.body
    patient_id = PatientId(call.ids["patient_id"])
    outcome = withdraw_consent(call.person, call.desk, patient_id, stated(body), once=call.once, by=BY)
    return _kept(patient_id, outcome)


def _kept(patient_id: str, outcome: str) -> Kept:
    return Kept.model_validate({"id": patient_id, "outcome": outcome})


_CONSENT = {
    "channel": "sms",
    "purpose": "care",
    "wording_version": "2026-09",
    "wording": "I agree to get health texts from Hudson Clinic. I can stop at any time.",
    "method": "paper",
    "given_at": "2026-11-16T10:05:00-05:00",
    "recorded_by": "Nurse Carla",
}
ROUTES = (
    Route(
        "GET",
        "/v1/patients",
        Right.SEE_PATIENTS,
        _list,
        "List patients in the order of their names",
        Patients,
        query=PatientsQuery,
    ),
    Route(
        "POST",
        "/v1/patients",
        Right.KEEP_PATIENTS,
        _enrol,
        "Enrol a patient, or one again whose file was closed",
        Kept,
        body=PatientNew,
        status=201,
        examples={
            "a patient who agreed to texts": {
                "patient": {
                    "id": "pat-carmen",
                    "given_name": "Carmen",
                    "birth_date": "1984-05-02",
                    "language": "es",
                    "time_zone": "America/New_York",
                    "country": "US",
                    "phone": "+12025550163",
                    "accepts_unencrypted": True,
                },
                "consents": [_CONSENT],
            }
        },
    ),
    Route(
        "PATCH",
        "/v1/patients/{patient_id}",
        Right.KEEP_PATIENTS,
        _change,
        "Change a patient's fields, or close the file",
        Kept,
        body=PatientPatch,
        examples={
            "another phone": {"phone": "+12025550163"},
            "no email": {"email": None},
            "closed": {"closed_reason": "discharged"},
        },
    ),
    Route(
        "POST",
        "/v1/patients/{patient_id}/consents",
        Right.KEEP_PATIENTS,
        _agree,
        "Record that a patient agreed, with the words they were shown",
        Kept,
        body=ConsentIn,
        status=201,
        examples={"on paper": _CONSENT},
    ),
    Route(
        "POST",
        "/v1/patients/{patient_id}/consents/withdraw",
        Right.KEEP_PATIENTS,
        _withdraw,
        "Record that a patient takes a consent back: it counts at once",
        Kept,
        body=WithdrawalNew,
        status=201,
        examples={
            "everything": {
                "channel": "all",
                "purpose": "all",
                "withdrawn_at": "2026-11-24T09:29:00-05:00",
                "recorded_by": "Front desk",
                "reason": "asked by phone",
            }
        },
    ),
)
