"""The desk of the clinic in the in-memory table, and the people who sit at it."""

from typing import Any

from aftercare.adapters.dynamodb_sessions import new_sessions
from aftercare.desk_ports import Desk
from aftercare.domain.ids import ClinicId
from aftercare.domain.staff import Person, Role
from infra.local.quick_desk import desk_on
from infra.local.quick_world import QuickWorld
from tests.building import HUDSON


def staff(*roles: Role, name: str = "Dora", clinic_id: ClinicId = HUDSON) -> Person:
    """Return somebody of the clinic with these roles, a nurse if none is named."""
    return Person(f"id-{name.lower()}", name, frozenset(roles or (Role.NURSE,)), clinic_id)


DORA = staff()
BEN_OF_NURSES = staff(name="Ben")
CARMEN_OF_ELSEWHERE = staff(name="Carmen", clinic_id=ClinicId("elsewhere"))
FRONT_DESK = staff(Role.FRONT_DESK, name="Ada of the desk")


def desk_of(world: QuickWorld, client: Any = None) -> Desk:
    """Return the world's desk. ``client`` may stand before its table, to count or to break calls."""
    return desk_on(client if client is not None else world.memory, world.ports)


def stream_read(world: QuickWorld, desk: Desk) -> None:
    """Let whoever reads the table's stream note whose sessions came."""
    for (clinic_id, patient_id), sessions in new_sessions(world.records).items():
        desk.sessions.note(clinic_id, patient_id, sessions)


def audited(world: QuickWorld, desk: Desk) -> list[tuple[str, str, str | None, str | None]]:
    """Return who did what to whom, oldest first."""
    rows = desk.audit.page(HUDSON, limit=100).rows
    return [(row.name, row.did, row.patient_id, row.about) for row in reversed(rows)]
