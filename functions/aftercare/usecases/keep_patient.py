"""The clinic enrols a patient, changes or closes the file, and records what the patient agreed to."""

from collections.abc import Mapping, Sequence

from aftercare.desk_ports import Desk
from aftercare.domain.errors import AtOdds, NotFound
from aftercare.domain.followup import Followup
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, refuse_odd_patient
from aftercare.usecases.tell_fact import tell_fact, told_before

Fields = Mapping[str, object]


def enrol_patient(
    person: Person, desk: Desk, patient: Fields, consents: Sequence[Fields], *, once: str, by: str
) -> str:
    """Enrol a patient, or one again whose file was closed.

    Args:
        person: Who does it.
        desk: The outside.
        patient: As in the event PatientEnrolled.
        consents: Likewise.
        once: The asker's key for this one request.
        by: ``dashboard`` or ``api``.

    Raises:
        AtOdds: There is such a patient.
        BadInput: As of ``tell_fact``; likewise the others.
    """
    allow(person, Right.KEEP_PATIENTS)
    patient_id = PatientId(str(patient.get("id")))
    known = desk.ports.followups.get(person.clinic_id, patient_id)
    if known is not None and not told_before(known, person, once, by):
        if not known.closed:
            raise AtOdds("patient.id", "an id that no patient of the clinic has yet; or change that patient")
        if known.closed_reason == "deceased":
            raise AtOdds("patient.id", "an id of no patient who is recorded as deceased")
    detail = {"patient": patient, "consents": list(consents)}
    return tell_fact(
        person,
        desk,
        "PatientEnrolled",
        detail,
        patient_id=patient_id,
        did="enrolled_patient",
        once=once,
        by=by,
    )


def change_patient(
    person: Person, desk: Desk, patient_id: PatientId, changes: Fields, *, once: str, by: str
) -> str:
    """Change some of a patient's fields. A new phone or address takes new consent."""
    known_patient(person, desk, patient_id)
    detail = {"patient_id": patient_id, "changes": changes}
    return tell_fact(
        person,
        desk,
        "PatientChanged",
        detail,
        patient_id=patient_id,
        did="changed_patient",
        once=once,
        by=by,
    )


def close_patient(
    person: Person, desk: Desk, patient_id: PatientId, reason: str, *, once: str, by: str
) -> str:
    """Close a patient's file: nothing more is sent."""
    known_patient(person, desk, patient_id)
    detail = {"patient_id": patient_id, "reason": reason}
    return tell_fact(
        person, desk, "PatientClosed", detail, patient_id=patient_id, did="closed_patient", once=once, by=by
    )


def give_consent(
    person: Person, desk: Desk, patient_id: PatientId, consent: Fields, *, once: str, by: str
) -> str:
    """Record that a patient agreed, with the words they were shown."""
    known_patient(person, desk, patient_id)
    detail = {"patient_id": patient_id, "consent": consent}
    return tell_fact(
        person, desk, "ConsentGiven", detail, patient_id=patient_id, did="recorded_consent", once=once, by=by
    )


def withdraw_consent(
    person: Person, desk: Desk, patient_id: PatientId, withdrawal: Fields, *, once: str, by: str
) -> str:
    """Record that a patient takes a consent back: no claim commits after this one has."""
    known_patient(person, desk, patient_id)
    detail = {"patient_id": patient_id, **withdrawal}
    return tell_fact(
        person,
        desk,
        "ConsentWithdrawn",
        detail,
        patient_id=patient_id,
        did="recorded_withdrawal",
        once=once,
        by=by,
    )


def known_patient(person: Person, desk: Desk, patient_id: PatientId) -> Followup:
    """Return a patient of the person's clinic.

    Raises:
        NotAllowed: The person may not keep patients.
        NotFound: There is no such patient there.
    """
    allow(person, Right.KEEP_PATIENTS)
    refuse_odd_patient(patient_id)
    known = desk.ports.followups.get(person.clinic_id, patient_id)
    if known is None:
        raise NotFound("patient_id")
    return known
