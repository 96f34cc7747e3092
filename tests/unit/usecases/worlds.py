"""A clinic with Ada in it, in the in-memory table: the real use cases and what they left in the rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aftercare.adapters.attributes import plain
from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.clinic import Clinic
from aftercare.domain.followup import Followup
from aftercare.domain.ids import PatientId
from infra.local.quick_world import QuickWorld
from tests.building import ADA, ADAS_PHONE, CLINIC_NUMBER, ENROLLED_AT, HUDSON, a_clinic, event

LEFT_TEXT = "2026-11-23T11:00:00-05:00"


def open_world(
    clinic: Clinic | None = None, table: Callable[[Any], Any] | None = None, at: datetime = ENROLLED_AT
) -> QuickWorld:
    """Return a world in which nobody is enrolled yet, on the day Ada enrols unless ``at`` says otherwise."""
    return QuickWorld(clinic or a_clinic(), at, table)


def event_of(kind: str, event_id: str, occurred_at: str, **detail: Any) -> dict[str, Any]:
    """Return an event of the clinic as the bus carries it."""
    metadata = {"event_id": event_id, "version": "1", "occurred_at": occurred_at, "clinic_id": HUDSON}
    return {"source": "ehr.hudson", "detail-type": kind, "detail": {"metadata": metadata, **detail}}


def enrolment(patient_id: str = ADA, event_id: str = "evt-0001", **patient: Any) -> dict[str, Any]:
    """Return the recorded enrolment; fields of the patient may differ. Care by text, education by mail."""
    found = event("patient_enrolled")
    found["detail"]["metadata"]["event_id"] = event_id
    found["detail"]["patient"].update(patient, id=patient_id)
    return found


def completion(
    ended_at: str = LEFT_TEXT, number: int = 1, patient_id: str = ADA, event_id: str = ""
) -> dict[str, Any]:
    session = {
        "id": f"ses-{number}",
        "patient_id": patient_id,
        "protocol": "ketamine-iv-induction",
        "course_id": "course-1",
        "number": number,
        "ended_at": ended_at,
    }
    return event_of(
        "SessionCompleted", event_id or f"evt-done-{patient_id}-{number}", ended_at, session=session
    )


def booking(
    starts_at: str, occurred_at: str = "2026-11-16T11:00:00-05:00", event_id: str = "evt-book"
) -> Any:
    session = {
        "id": "ses-1",
        "patient_id": ADA,
        "protocol": "ketamine-iv-induction",
        "course_id": "course-1",
        "number": 1,
        "starts_at": starts_at,
    }
    return event_of("SessionScheduled", event_id, occurred_at, session=session)


def with_ada(clinic: Clinic | None = None, table: Callable[[Any], Any] | None = None) -> QuickWorld:
    """Return a world in which Ada is enrolled and has had her opt-in text."""
    world = open_world(clinic, table)
    assert world.event(enrolment()) == "applied"
    world.run_until(ENROLLED_AT.replace(hour=16))
    assert [out.envelope.to for out in world.carrier.accepted] == [ADAS_PHONE]
    return world


def after_a_session(clinic: Clinic | None = None, table: Callable[[Any], Any] | None = None) -> QuickWorld:
    """Return a world at the instant Ada leaves her first session, on Monday at eleven."""
    world = with_ada(clinic, table)
    world.run_until(datetime.fromisoformat(LEFT_TEXT))
    assert world.event(completion()) == "applied"
    return world


def rows(world: QuickWorld, start: str) -> dict[str, dict[str, Any]]:
    """Return the rows whose sort key starts so, by the rest of it."""
    items = (plain(item) for item in world.memory.items())
    return {row["sk"].removeprefix(start): row for row in items if row["sk"].startswith(start)}


def reasons(world: QuickWorld) -> dict[str, str]:
    """Return why touches were not sent, by touch."""
    return {t["touch"]: t["reason"] for row in rows(world, "SETTLED#").values() for t in row["touches"]}


def ada(world: QuickWorld, patient_id: str = ADA) -> Followup:
    found = world.ports.followups.get(HUDSON, PatientId(patient_id))
    assert found is not None
    return found


def texts(world: QuickWorld) -> list[str]:
    """Return the touches that left, in order."""
    return [out.envelope.touch_id for out in world.carrier.accepted]


def text(world: QuickWorld, body: str, **more: Any) -> str:
    """Let Ada write, now. Returns how it was taken."""
    usual = {
        "id": f"in-{len(rows(world, 'REPLY#')) + len(rows(world, 'STRAY#'))}",
        "from_number": ADAS_PHONE,
        "to_number": CLINIC_NUMBER,
        "received_at": world.clock.now(),
    }
    return world.text(InboundSms(**{**usual, **more, "body": body}))
