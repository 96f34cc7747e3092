"""A person at the desk takes an alert on or ends it: by right, under their own name, and in the trail."""

from aftercare.desk_ports import Desk
from aftercare.domain.alert import Alert
from aftercare.domain.errors import AtOdds
from aftercare.domain.ids import NO_ONE, AlertId, patient_of
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit, refuse_odd
from aftercare.usecases.answer_alert import LONGEST, acknowledge, resolve


def acknowledge_alert(person: Person, desk: Desk, alert_id: AlertId, *, by: str) -> Alert | None:
    """Take an alert, or a test page, on. Doing it twice, or too late, changes nothing but the trail.

    Args:
        person: Who does it; the alert keeps their name.
        desk: The outside.
        alert_id: As a request gave it.
        by: ``dashboard`` or ``api``.

    Returns:
        The alert as it stands now: somebody else may have been first. ``None`` for a test page.

    Raises:
        NotAllowed: Their roles may not answer alerts.
        NotFound: This clinic has no such alert.
        TryAgain: The store is busy.
    """
    allow(person, Right.ANSWER_ALERTS)
    refuse_odd("alert_id", alert_id)
    found = acknowledge(person.clinic_id, alert_id, person.name, desk.ports)
    first = found is None or found.acknowledged_by == person.name
    _keep(person, desk, "acknowledged_alert" if first else "acknowledged_too_late", alert_id, by)
    return found


def resolve_alert(
    person: Person,
    desk: Desk,
    alert_id: AlertId,
    disposition: str,
    note: str,
    *,
    by: str,
    heard: str | None = None,
) -> None:
    """End an alert. Doing the same twice is doing it once.

    Args:
        person: Who does it; the alert keeps their name.
        desk: The outside.
        alert_id: As a request gave it.
        disposition: What came of it.
        note: What was said and done.
        by: ``dashboard`` or ``api``.
        heard: The latest of its causes that they had read, if it is known.

    Raises:
        NotAllowed: Their roles may not answer alerts.
        NotFound: This clinic has no such alert.
        BadInput: The disposition or the note is missing.
        AtOdds: Somebody else ended it first, and this note was not kept; or the patient wrote again since
            ``heard``.
        TryAgain: The store is busy.
    """
    allow(person, Right.ANSWER_ALERTS)
    refuse_odd("alert_id", alert_id)
    ended = resolve(person.clinic_id, alert_id, person.name, disposition, note, desk.ports, heard=heard)
    if (ended.resolved_by, ended.note) != (person.name, note.strip()[:LONGEST]):
        raise AtOdds("alert_id", f"an alert that is open; {ended.resolved_by} ended this one first")
    _keep(person, desk, "resolved_alert", alert_id, by)


def _keep(person: Person, desk: Desk, did: str, alert_id: AlertId, by: str) -> None:
    patient_id = patient_of(alert_id)
    about = None if patient_id == NO_ONE else patient_id
    keep_audit(person, desk, did, by=by, patient_id=about, about=alert_id)
