"""Somebody of the clinic states a fact at the desk: the very one that an event would state, answered."""

import hashlib
from collections.abc import Mapping

from aftercare.desk_ports import Desk
from aftercare.domain.facts import fact_hash
from aftercare.domain.followup import Followup
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit
from aftercare.usecases.take_fact import checked_fact, take_fact


def event_id(person: Person, once: str, by: str) -> str:
    """Name the fact after who states it and the key they chose: stated twice, it is one fact."""
    digest = hashlib.sha256(f"{person.id}\n{once}".encode()).hexdigest()
    return f"{by}.{digest[:32]}"


def told_before(followup: Followup, person: Person, once: str, by: str, *session_facts: str) -> bool:
    """Say whether this very request was applied, though its answer may have been lost."""
    return fact_hash(event_id(person, once, by)) in (*followup.facts, *session_facts)


def tell_fact(
    person: Person,
    desk: Desk,
    detail_type: str,
    detail: Mapping[str, object],
    *,
    patient_id: PatientId,
    did: str,
    about: str | None = None,
    once: str,
    by: str,
) -> str:
    """State a fact, now.

    Args:
        person: Who states it; the clinic is theirs.
        desk: The outside.
        detail_type: Of the event.
        detail: The event's, without metadata.
        patient_id: Whom it is about.
        did: What the audit trail says of it.
        about: The session, if it is about one.
        once: The asker's key for this one request.
        by: ``dashboard`` or ``api``.

    Returns:
        ``applied``, or ``unchanged`` when it was known.

    Raises:
        BadInput: A field is wrong, or contradicts what is known.
        NotAllowed: The person may not keep patients.
        NotFound: There is no such patient or session at the clinic.
        TryAgain: The store is busy.
    """
    allow(person, Right.KEEP_PATIENTS)
    metadata = {
        "event_id": event_id(person, once, by),
        "version": "1",
        "occurred_at": desk.ports.clock.now().isoformat(),
        "clinic_id": person.clinic_id,
    }
    event = {
        "source": f"desk.{by}",
        "detail-type": detail_type,
        "detail": {**detail, "metadata": metadata},
    }
    checked_fact(event, desk.ports)
    keep_audit(person, desk, did, by=by, patient_id=patient_id, about=about)
    return take_fact(event, desk.ports, may_wait=False)
