"""A person takes an alert on, and a person ends it: with a name, a disposition and a note."""

from collections.abc import Callable
from dataclasses import replace

from aftercare.domain.alert import Alert, AlertState, acknowledged, resolved
from aftercare.domain.errors import AtOdds, BadInput, Conflict, NotFound, TryAgain
from aftercare.domain.followup import Followup
from aftercare.domain.ids import AlertId, ClinicId, is_test_page
from aftercare.domain.ladder import next_alert_due
from aftercare.domain.raising import Raised, settle, take_on
from aftercare.ports import Ports
from aftercare.usecases.what_can_be_said import next_look

ATTEMPTS = 6
LONGEST = 2000


def acknowledge(clinic_id: ClinicId, alert_id: AlertId, by: str, ports: Ports) -> Alert | None:
    """Take an alert on: the ladder rests. Doing it twice, or too late, changes nothing.

    Args:
        clinic_id: From whoever signed in, never from a request.
        alert_id: Which one.
        by: Who does it.
        ports: The outside.

    Returns:
        The alert as it stands now: somebody else may have been first. ``None`` for a test page.

    Raises:
        NotFound: There is no such alert.
        BadInput: Nobody is named.
        TryAgain: The store is busy.
    """
    by = _said("by", by)
    if is_test_page(alert_id):
        _answer_test(clinic_id, alert_id, by, ports)
        return None

    def change(alert: Alert, followup: Followup | None) -> tuple[Alert, Followup | None]:
        now = ports.clock.now()
        if followup is None:
            return acknowledged(alert, by, now), None
        out = take_on(followup, alert, by, now)
        return out.alerts[0], out.followup

    return _change(clinic_id, alert_id, change, ports)


def _answer_test(clinic_id: ClinicId, alert_id: AlertId, by: str, ports: Ports) -> None:
    if not ports.alerts.answer_test(clinic_id, alert_id, by, ports.clock.now()):
        raise NotFound("alert_id")


def resolve(
    clinic_id: ClinicId,
    alert_id: AlertId,
    by: str,
    disposition: str,
    note: str,
    ports: Ports,
    *,
    heard: str | None = None,
) -> Alert:
    """End an alert. Doing it twice keeps the first.

    Args:
        clinic_id: From whoever signed in, never from a request.
        alert_id: Which one.
        by: Who does it.
        disposition: What came of it.
        note: What was said and done.
        ports: The outside.
        heard: The latest of its causes that they had read; a later one is not ended unread.

    Returns:
        The alert as it stands now: with another name or note, somebody else was first.

    Raises:
        NotFound: There is no such alert.
        BadInput: One of name, disposition and note is missing: contact or
            attempt, assessment and a name are what makes it resolved (behaviour 6).
        AtOdds: The patient wrote again since ``heard``.
        TryAgain: The store is busy.
    """
    by, disposition, note = _said("by", by), _said("disposition", disposition), _said("note", note)

    def change(alert: Alert, followup: Followup | None) -> tuple[Alert, Followup | None]:
        now = ports.clock.now()
        if heard is not None and alert.causes and alert.causes[-1] != heard:
            raise AtOdds("heard", "an alert whose latest words were read before it is ended")
        if followup is None:
            return resolved(alert, by, disposition, note, now), None
        out: Raised = settle(followup, alert, by, disposition, note, now)
        return out.alerts[0], out.followup

    return _change(clinic_id, alert_id, change, ports)


def _said(field: str, text: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise BadInput(field, text, "one to 2,000 characters: who did it, what came of it, what was said")
    return text.strip()[:LONGEST]


_Change = Callable[[Alert, Followup | None], tuple[Alert, Followup | None]]


def _change(clinic_id: ClinicId, alert_id: AlertId, change: _Change, ports: Ports) -> Alert:
    for _ in range(ATTEMPTS):
        alert = ports.alerts.get(clinic_id, alert_id)
        if alert is None:
            raise NotFound("alert_id")
        if alert.state is AlertState.RESOLVED:
            return alert
        followup = ports.followups.get(clinic_id, alert.patient_id)
        after, patient = change(alert, followup)
        try:
            return _store(after, patient, ports)
        except Conflict:
            continue
    raise TryAgain("answer_alert: too many writers of one alert")


def _store(alert: Alert, followup: Followup | None, ports: Ports) -> Alert:
    now = ports.clock.now()
    if followup is None:
        return ports.alerts.save(alert, next_alert_due(alert, now), write_id=ports.ids.token())
    clinic = ports.clinics.get(alert.clinic_id)
    if clinic is None:
        raise TryAgain("answer_alert: the clinic is not set up")
    due_at = next_look(followup, clinic, ports, now)
    ports.followups.save(followup, write_id=ports.ids.token(), due_at=due_at, records=(alert,))
    return replace(alert, version=alert.version + 1)
