"""Let a person do something, or refuse it, and keep in the audit trail that they did."""

import re

from aftercare.contracts.shapes import is_id
from aftercare.desk_ports import Desk
from aftercare.domain.audit import AuditEntry
from aftercare.domain.errors import NotAllowed, NotFound
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Person, Right


def allow(person: Person, right: Right) -> None:
    """Do nothing, or raise.

    Raises:
        NotAllowed: None of the person's roles has this right.
    """
    if not person.may(right):
        raise NotAllowed(right.value)


# The longest id of ours is a task's about a message; "#" parts the table's keys.
_NAME = re.compile(r"[!\"$-~]{1,256}")


def refuse_odd(field: str, name: str) -> None:
    """Do nothing, or refuse what can be no id of ours before the store is asked for it.

    Raises:
        NotFound: In the same words as for an id that nothing has.
    """
    if _NAME.fullmatch(name) is None:
        raise NotFound(field)


def refuse_odd_patient(patient_id: PatientId) -> None:
    """Do nothing, or refuse what can be no patient's id: the trail and the keys of writes lie beside them.

    Raises:
        NotFound: In the same words as for an id that nobody has.
    """
    if not is_id(patient_id):
        raise NotFound("patient_id")


def keep_audit(
    person: Person,
    desk: Desk,
    did: str,
    *,
    by: str,
    patient_id: PatientId | None = None,
    about: str | None = None,
) -> None:
    """Add one entry to the clinic's trail, before what it speaks of is shown.

    Args:
        person: Who.
        desk: The outside.
        did: A code, past tense, such as ``saw_patient``.
        by: ``dashboard``, ``api`` or ``form``.
        patient_id: Whom it was about.
        about: The alert, touch or other id it was about; never words.

    Raises:
        TryAgain: The store is busy; nothing is shown that is not in the trail.
    """
    now, token = desk.ports.clock.now(), desk.ports.ids.token()
    desk.audit.write(
        AuditEntry(token, person.clinic_id, now, person.id, person.name, did, by, patient_id, about)
    )
