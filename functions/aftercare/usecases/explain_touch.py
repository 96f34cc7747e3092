"""Why one touch was sent, was not, or waits: the account that a person of the clinic asks for."""

import re

from aftercare.content.load_protocols import load_protocols
from aftercare.desk_ports import Desk
from aftercare.domain.errors import NotFound
from aftercare.domain.history import History
from aftercare.domain.ids import ClinicId, PatientId, SessionId, TouchId
from aftercare.domain.minimum import bare_history
from aftercare.domain.protocol import Kind
from aftercare.domain.staff import Person, Right
from aftercare.domain.why import Why, why
from aftercare.usecases.allow import allow, keep_audit, refuse_odd_patient
from aftercare.usecases.what_can_be_said import library_for

_OWED = (Kind.OPT_IN, Kind.OPT_OUT, Kind.HELP, Kind.AFTER_HOURS, Kind.MANUAL)
# What hangs on no session is named by its patient; ids may hold dots, so the last such word counts.
_NAMES_PATIENT = re.compile(rf"(.+)\.(?:alert|{'|'.join(kind.value for kind in _OWED)})\.[^.]+(?:\..+)?")
NAME_MAX = 512


def explain_touch(
    person: Person, desk: Desk, touch_id: TouchId, *, by: str, patient_id: PatientId | None = None
) -> Why:
    """Account for one touch.

    Args:
        person: Who asks.
        desk: The outside.
        touch_id: Which one.
        by: ``dashboard`` or ``api``.
        patient_id: Whose it is, if the asker knows; saves a read. An id that lies finds nothing.

    Raises:
        NotAllowed: The person may not see patients.
        NotFound: No patient of the clinic has such a touch.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_PATIENTS)
    clinic = desk.ports.clinics.get(person.clinic_id)
    if clinic is None or not (touch_id.isprintable() and 0 < len(touch_id) <= NAME_MAX):
        raise NotFound("touch_id")
    for owner in [patient_id] if patient_id is not None else _owners(person.clinic_id, touch_id, desk):
        refuse_odd_patient(owner)
        history = desk.histories.whole(person.clinic_id, owner)
        if history is None:
            continue
        seen = _shown(history, person)
        library, now = library_for(history.followup, desk.ports), desk.ports.clock.now()
        account = why(seen, clinic, load_protocols(), library, touch_id, now)
        if account is not None:
            keep_audit(person, desk, "asked_why", by=by, patient_id=owner, about=touch_id)
            return account
    raise NotFound("touch_id")


def _owners(clinic_id: ClinicId, touch_id: TouchId, desk: Desk) -> list[PatientId]:
    """Return whose touch it may be, by its name; at most two, so that no name costs more than three reads."""
    named = _NAMES_PATIENT.fullmatch(touch_id)
    if named is not None:
        return [PatientId(named[1])]
    session = SessionId(touch_id.rpartition(".")[0])
    return list(desk.sessions.whose(clinic_id, session))[:2] if session else []


def _shown(history: History, person: Person) -> History:
    return history if person.may(Right.SEE_CLINICAL) else bare_history(history)
