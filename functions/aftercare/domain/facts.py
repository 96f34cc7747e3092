"""What other systems tell us: the nine events in, as plain values."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercare.domain.consent import Consent, ConsentKey
from aftercare.domain.ids import CourseId, PatientId, ProtocolId, SessionId
from aftercare.domain.metadata import Metadata as Metadata
from aftercare.domain.patient import Patient

FACTS_KEPT = 12
"""How many of the latest facts about one patient, or one session, are known again when repeated."""


def fact_hash(event_id: str) -> str:
    """Return six characters (36 bits) that stand for an event id among the few facts of one patient."""
    return base64.urlsafe_b64encode(hashlib.sha256(event_id.encode()).digest())[:6].decode()


@dataclass(frozen=True, slots=True)
class PatientEnrolled:
    metadata: Metadata
    patient: Patient
    consents: tuple[Consent, ...]

    @property
    def patient_id(self) -> PatientId:
        return self.patient.id


@dataclass(frozen=True, slots=True)
class PatientChanged:
    """``changes`` maps names of ``Patient`` fields to their new, already validated values."""

    metadata: Metadata
    patient_id: PatientId
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PatientClosed:
    metadata: Metadata
    patient_id: PatientId
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    metadata: Metadata
    patient_id: PatientId
    consent: Consent


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """``keys`` are the channels and purposes withdrawn; ``all`` is already spelt out."""

    metadata: Metadata
    patient_id: PatientId
    keys: tuple[ConsentKey, ...]
    withdrawn_at: datetime
    recorded_by: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SessionScheduled:
    metadata: Metadata
    patient_id: PatientId
    session_id: SessionId
    protocol: ProtocolId
    course_id: CourseId
    number: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class SessionMoved:
    metadata: Metadata
    patient_id: PatientId
    session_id: SessionId
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    metadata: Metadata
    patient_id: PatientId
    session_id: SessionId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SessionCompleted:
    metadata: Metadata
    patient_id: PatientId
    session_id: SessionId
    protocol: ProtocolId
    course_id: CourseId
    number: int
    ended_at: datetime
    discharged_at: datetime | None = None


PatientFact = PatientEnrolled | PatientChanged | PatientClosed | ConsentGiven | ConsentWithdrawn
SessionFact = SessionScheduled | SessionMoved | SessionCancelled | SessionCompleted
Fact = PatientFact | SessionFact
