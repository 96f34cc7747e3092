"""The trail of who saw and changed what: only ever added to, and sealed each night in a chain.

Ids and codes only. A seal covers the day's entries and the seal before it, so nothing can be taken out,
added or reworded afterwards without every later seal breaking.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftercare.domain.ids import ClinicId, PatientId

FIRST_SEAL = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One view or change.

    Attributes:
        id: Unique within the clinic; entries of one instant are told apart by it.
        who: The person's lasting id.
        name: As colleagues know them.
        did: A code, past tense: ``saw_patient``, ``acknowledged_alert``, ``signed_in``.
        patient_id: Whom it was about.
        about: The alert, touch, session or screen it was about.
        by: ``dashboard``, ``api`` or ``form``.
    """

    id: str
    clinic_id: ClinicId
    at: datetime
    who: str
    name: str
    did: str
    by: str
    patient_id: PatientId | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal over one day (UTC) of one clinic's trail."""

    clinic_id: ClinicId
    on: date
    count: int
    chained: str


def sealed(before: str, clinic_id: ClinicId, on: date, entries: Iterable[AuditEntry]) -> Seal:
    """Seal a day.

    Args:
        before: The ``chained`` of the seal before, or ``FIRST_SEAL``.
        clinic_id: Whose trail.
        on: The day.
        entries: All entries of the day, in any order.
    """
    lines = sorted(_line(entry) for entry in entries)
    digest = hashlib.sha256(before.encode())
    for line in (clinic_id, on.isoformat(), *lines):
        digest.update(b"\n")
        digest.update(line.encode())
    return Seal(clinic_id, on, len(lines), digest.hexdigest())


def first_break(
    before: Seal | None, seals: Sequence[Seal], entries: Mapping[date, Sequence[AuditEntry]]
) -> date | None:
    """Return the first day on which the chain does not hold, or ``None`` when it is whole.

    Args:
        before: The seal before the first of ``seals``; ``None`` when that one begins the chain.
        seals: The oldest first.
        entries: Of each of their days, as they stand in the trail now.
    """
    for seal in seals:
        expected = before.on + timedelta(days=1) if before is not None else seal.on
        chained = before.chained if before is not None else FIRST_SEAL
        if seal.on != expected:
            return expected
        if sealed(chained, seal.clinic_id, seal.on, entries.get(seal.on, ())) != seal:
            return seal.on
        before = seal
    return None


def _line(entry: AuditEntry) -> str:
    told = [entry.at.isoformat(), entry.id, entry.who, entry.name, entry.did, entry.by]
    return json.dumps([*told, entry.patient_id, entry.about], ensure_ascii=True)
