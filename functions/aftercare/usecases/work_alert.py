"""Do what an open alert asks for now: answer the patient, call the people of a step.

Each piece of work is claimed by a write on the alert, and each call to a person by a write of its own,
before anything is handed over. Whoever finds a claim that nobody finished goes on by another way:
a person may be called late, never twice by the same way for the same step.
"""

from dataclasses import replace
from typing import assert_never

from aftercare.domain.alert import Alert, Answer
from aftercare.domain.clinic import Clinic
from aftercare.domain.crisis_text import answered, unreachable
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.hand_over import Accepted, Busy, Refused, Unknown
from aftercare.domain.ids import AlertId, ClinicId
from aftercare.domain.ladder import (
    CallStaff,
    TellPatient,
    TextLost,
    TextPatient,
    called,
    next_alert_due,
    next_work,
    not_reached,
    released,
)
from aftercare.domain.records import TaskKind
from aftercare.domain.tier import Tier
from aftercare.ports import Ports
from aftercare.usecases.call_staff import call_staff, open_about
from aftercare.usecases.hand_crisis_text import hand_crisis_text, have_patient_phoned, keep_unconfirmed
from aftercare.usecases.tell_patient import tell_patient

# One alert cannot have more due at once than this: a text by two ways, and the steps of a ladder.
WORKS_MAX = 12


def work_on(clinic_id: ClinicId, alert_id: AlertId, ports: Ports) -> None:
    """Read an alert and work on it.

    Raises:
        TryAgain: The store is busy; the sweep brings it again.
    """
    alert = ports.alerts.get(clinic_id, alert_id)
    if alert is not None:
        work_alert(alert, ports)


def work_alert(alert: Alert, ports: Ports) -> None:
    """Do everything that is due for one alert, as read just now.

    Raises:
        TryAgain: The store is busy; the sweep brings it again.
    """
    clinic = ports.clinics.get(alert.clinic_id)
    if clinic is None:
        raise TryAgain("work_alert: the clinic is not set up")
    done: Alert | None = None
    for _ in range(WORKS_MAX):
        claimed = next_work(released(done) if done else alert, clinic, ports.clock.now())
        if claimed is None:
            break
        leased, work = claimed
        try:
            if isinstance(work, TellPatient):
                done = tell_patient(leased, work, clinic, ports)
                continue
            held = _save(leased, ports)
        except Conflict:
            break  # someone else works on it, or acknowledged it; the index brings it again if need be
        if work is None:
            return
        done = _do(work, held, clinic, ports)
    if done is not None:
        _give_back(done, ports)


def _save(alert: Alert, ports: Ports) -> Alert:
    due_at = next_alert_due(alert, ports.clock.now())
    return ports.alerts.save(alert, due_at, write_id=ports.ids.token())


def _do(work: TextPatient | TextLost | CallStaff, alert: Alert, clinic: Clinic, ports: Ports) -> Alert:
    """Do one piece of work and return what the alert should become."""
    match work:
        case TextPatient(answer):
            return _text(alert, answer, clinic, ports)
        case TextLost(answer):
            keep_unconfirmed(alert, answer, clinic, ports)
            have_patient_phoned(alert, answer, ports)
            return answered(alert, sent=False, now=ports.clock.now())
        case CallStaff():
            if call_staff(alert, work, clinic, ports):
                return called(alert, clinic, ports.clock.now())
            return _nobody_reached(alert, work, clinic, ports)
    assert_never(work)


def _nobody_reached(alert: Alert, work: CallStaff, clinic: Clinic, ports: Ports) -> Alert:
    """Try the step again in a minute. Of an amber alert's that is given up, staff are told in writing."""
    after = not_reached(alert, clinic, ports.clock.now())
    if alert.tier is Tier.AMBER and after.rung > alert.rung:
        reason = "An amber alert could not be called out: neither texts nor mails left. Look at it now."
        open_about(alert, TaskKind.INCIDENT, f"{alert.id}.{work.step}", reason, ports)
    return after


def _give_back(alert: Alert, ports: Ports) -> None:
    """Store the last outcome and give the lease back.

    A person who acknowledged meanwhile was first: their write stands, and our outcome is laid over it.
    """
    for _ in range(WORKS_MAX):
        try:
            _save(released(alert), ports)
        except Conflict:
            found = ports.alerts.get(alert.clinic_id, alert.id)
            if found is None:
                return
            alert = merged(found, alert)
            continue
        return
    raise TryAgain("work_alert: too many writers of one alert")


def merged(theirs: Alert, ours: Alert) -> Alert:
    """Return what a person said about the alert with what was done for it."""
    rung_at = ours.rung_at if theirs.state is ours.state else theirs.rung_at
    return replace(
        theirs,
        answer=ours.answer if theirs.answer is None or ours.answer is None else _later(theirs, ours),
        told=ours.told or theirs.told,
        tell_at=ours.tell_at,
        asked_at=theirs.asked_at or (ours.asked_at if theirs.safe is None else None),
        rung=max(theirs.rung, ours.rung),
        rung_at=rung_at,
        calling=False,
        held_until=None,
    )


def _later(theirs: Alert, ours: Alert) -> Answer | None:
    assert theirs.answer is not None and ours.answer is not None  # the caller looked
    return theirs.answer if theirs.answer.number > ours.answer.number else ours.answer


# ---- the patient


def _text(alert: Alert, answer: Answer, clinic: Clinic, ports: Ports) -> Alert:
    said = hand_crisis_text(alert, answer, clinic, ports)
    now = ports.clock.now()
    match said:
        case Accepted():
            return answered(alert, sent=True, now=now)
        case Busy():
            if answer.tries == 1:
                have_patient_phoned(alert, answer, ports)
            return unreachable(alert, now)
        case Unknown() | Refused():
            have_patient_phoned(alert, answer, ports)
            return answered(alert, sent=False, now=now)
    assert_never(said)
