"""Hand out everything that is kept about one patient: to the patient who asks, or to another system."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.desk_ports import Desk
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import NotFound
from aftercare.domain.history import History
from aftercare.domain.ids import PatientId
from aftercare.domain.minimum import bare_history
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit, refuse_odd_patient


@dataclass(frozen=True, slots=True)
class Export:
    """Attributes:
    clinical: Whether words, scores and the reasons of alerts are in it; else they were left out.
    """

    at: datetime
    clinic: Clinic
    clinical: bool
    history: History


def export_patient(person: Person, desk: Desk, patient_id: PatientId, form: str, *, by: str) -> Export:
    """Read everything about one patient, in one read.

    Args:
        person: Who asks; who may not see clinical matters gets the file without them.
        desk: The outside.
        patient_id: Whose.
        form: ``json`` or ``fhir``, for the audit trail.
        by: ``dashboard`` or ``api``.

    Raises:
        NotAllowed: The person may not export.
        NotFound: There is no such patient at the clinic.
        TryAgain: The store is busy.
    """
    allow(person, Right.EXPORT)
    refuse_odd_patient(patient_id)
    clinic = desk.ports.clinics.get(person.clinic_id)
    history = desk.histories.whole(person.clinic_id, patient_id)
    if history is None or clinic is None:
        raise NotFound("patient_id")
    keep_audit(person, desk, "exported_patient", by=by, patient_id=patient_id, about=form)
    clinical = person.may(Right.SEE_CLINICAL)
    shown = history if clinical else bare_history(history)
    return Export(desk.ports.clock.now(), clinic, clinical, shown)
