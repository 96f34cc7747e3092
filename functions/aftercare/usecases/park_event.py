"""Keep an event that nobody can use where staff and operators find it, with its reason."""

import hashlib
import json
from collections.abc import Mapping

from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId, PatientId
from aftercare.domain.records import Task, TaskKind
from aftercare.ports import Ports

ID_MAX, EVENT_ID_MAX = 64, 128
# Events that do not even name a clinic are kept under this one, which no clinic may be called.
NOBODY = ClinicId("~unknown")


def park_event(event: Mapping[str, object], bad: BadInput, ports: Ports) -> str:
    """Keep a refused event.

    The event goes whole into the table and the parked queue (encrypted both); the queue's attribute
    names only the field. The task tells staff what was found and what is allowed.

    Returns:
        The id it is kept under: derived, so that a repeated delivery is parked once.
    """
    bad = bad.at(f"event {_event_id(event)}")
    body = json.dumps(event, sort_keys=True)
    parked_id = hashlib.sha256(body.encode()).hexdigest()[:16]
    clinic_id = _clinic_of(event)
    now = ports.clock.now()
    task = Task(f"bad_event.{parked_id}", clinic_id, _patient_of(event), TaskKind.BAD_EVENT, str(bad), now)
    ports.tasks.keep_parked(clinic_id, parked_id, now, body, str(bad), task)
    ports.parked.park(body, bad.field)
    return parked_id


def _metadata(event: Mapping[str, object]) -> Mapping[str, object]:
    detail = event.get("detail")
    metadata = detail.get("metadata") if isinstance(detail, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}


def _event_id(event: Mapping[str, object]) -> str:
    found = _metadata(event).get("event_id")
    return found[:EVENT_ID_MAX] if isinstance(found, str) and found else "without an id"


def _patient_of(event: Mapping[str, object]) -> PatientId | None:
    """Return whom the event speaks of, as far as it can be read, so that staff find the right file."""
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        return None
    session, patient = detail.get("session"), detail.get("patient")
    named = (
        detail.get("patient_id"),
        session.get("patient_id") if isinstance(session, Mapping) else None,
        patient.get("id") if isinstance(patient, Mapping) else None,
    )
    found = next((text for text in named if isinstance(text, str) and 0 < len(text) <= ID_MAX), None)
    return None if found is None else PatientId(found)


def _clinic_of(event: Mapping[str, object]) -> ClinicId:
    clinic_id = _metadata(event).get("clinic_id")
    usable = isinstance(clinic_id, str) and 0 < len(clinic_id) <= ID_MAX and "#" not in clinic_id
    return ClinicId(str(clinic_id)) if usable else NOBODY
