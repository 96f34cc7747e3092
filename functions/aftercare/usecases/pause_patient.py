"""Hold a patient's messages back until a day, or let them go again."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.desk_ports import Desk
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import BadInput, Conflict, NotFound, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.foresee import doom_quiet
from aftercare.domain.ids import PatientId
from aftercare.domain.send_window import at_wall
from aftercare.domain.settle import woken
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit, refuse_odd_patient
from aftercare.usecases.what_can_be_said import library_for, next_look

ATTEMPTS = 6
# A pause is a break, not an end: closing the file or a withdrawal is that.
LONGEST = timedelta(days=366)


def pause_patient(
    person: Person, desk: Desk, patient_id: PatientId, until: date | None, *, by: str
) -> datetime | None:
    """Pause a patient, from the next claim on.

    Answers to the patient, crisis texts and the safety text at discharge go on: no pause holds those.

    Args:
        person: Who; their clinic is the patient's.
        desk: The outside.
        patient_id: Whose messages.
        until: The first day on which messages go again, on the patient's calendar; ``None`` lifts a pause.
        by: ``dashboard`` or ``api``.

    Returns:
        Until when it is paused; ``None`` when it is not.

    Raises:
        NotAllowed: The person may not change patients.
        NotFound: There is no such patient at the clinic.
        BadInput: The day has come already, or is more than a year ahead.
        TryAgain: The store is busy.
    """
    allow(person, Right.KEEP_PATIENTS)
    refuse_odd_patient(patient_id)
    ports, audited = desk.ports, False
    for _ in range(ATTEMPTS):
        clinic = ports.clinics.get(person.clinic_id)
        followup = ports.followups.get(person.clinic_id, patient_id)
        if followup is None or clinic is None:
            raise NotFound("patient_id")
        now = ports.clock.now()
        ends_at = _ends_at(followup, until, now)
        if not audited:
            did = "paused_patient" if until is not None else "ended_pause"
            keep_audit(person, desk, did, by=by, patient_id=patient_id)
            audited = True
        if ends_at == followup.paused_until:
            return ends_at
        try:
            _store(followup, ends_at, clinic, now, desk)
        except Conflict:
            continue
        return ends_at
    raise TryAgain("pause_patient: too many writers of one patient")


def _ends_at(followup: Followup, until: date | None, now: datetime) -> datetime | None:
    if until is None:
        return None
    zone = followup.contact.zone
    today = now.astimezone(zone).date()
    if not today < until <= today + LONGEST:
        allowed = f"a day after {today.isoformat()}, at most a year ahead"
        raise BadInput("until", until.isoformat(), allowed)
    return at_wall(until, time(0), zone)


def _store(followup: Followup, ends_at: datetime | None, clinic: Clinic, now: datetime, desk: Desk) -> None:
    ports = desk.ports
    # What ended quietly before the pause keeps its own reason.
    before = doom_quiet(followup, clinic, load_protocols(), library_for(followup, ports), now)
    # What waits for the end of the old pause is weighed anew: it may go sooner.
    after = tidy(replace(woken(before, now), paused_until=ends_at), now)
    ports.followups.save(after, write_id=ports.ids.token(), due_at=next_look(after, clinic, ports, now))
