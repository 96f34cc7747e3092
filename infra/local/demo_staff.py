"""Who works at the demo clinic, and what they do: by the desk's own use cases, so that it is audited."""

from collections.abc import Mapping
from typing import Any

from aftercare.desk_wiring import desk
from aftercare.domain.ids import AlertId, ClinicId, PatientId
from aftercare.domain.staff import Person, Role
from aftercare.usecases.answer_from_desk import acknowledge_alert, resolve_alert
from aftercare.usecases.close_task import close_task
from aftercare.usecases.write_message import write_message
from infra.local.cloud import Cloud
from infra.local.demo_people import CLINIC_ID
from infra.local.script import Line

# The function in whose surroundings people at the desk work.
PAGES = "PageRequested"
_NAMES = (
    ("nora", "Nora", Role.NURSE),
    ("lena", "Dr. Lena", Role.CLINICIAN),
    ("fay", "Fay", Role.FRONT_DESK),
    ("owen", "Owen", Role.OWNER),
    ("tomas", "Tomas", Role.NURSE),
)
STAFF: Mapping[str, Person] = {
    key: Person(f"staff-{key}", name, frozenset({role}), ClinicId(CLINIC_ID)) for key, name, role in _NAMES
}
KINDS = frozenset({"staff", "close", "write"})


def work(line: Line, cloud: Cloud) -> None:
    """Let a member of staff do what a line says.

    Raises:
        AftercareError: It cannot be done, as the desk says it.
    """
    what: Mapping[str, Any] = line.what
    person = STAFF[what["by"]]
    with cloud.as_function(PAGES):
        match line.kind, what.get("do"):
            case "staff", "acknowledge":
                acknowledge_alert(person, desk(), AlertId(what["alert_id"]), by="dashboard")
            case "staff", _:
                said = (what["disposition"], what["note"])
                resolve_alert(person, desk(), AlertId(what["alert_id"]), *said, by="dashboard")
            case "close", _:
                close_task(person, desk(), what["task_id"], what["note"], by="dashboard")
            case _:
                once = f"demo-{line.at:%s}"
                patient_id = PatientId(what["patient_id"])
                write_message(person, desk(), patient_id, what["text"], by="dashboard", once=once)
