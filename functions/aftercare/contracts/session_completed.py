"""SessionCompleted: a session took place. Valid without an earlier SessionScheduled.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0009",
        "version": "1",
        "occurred_at": "2026-11-24T12:40:00-05:00",
        "clinic_id": "hudson"
      },
      "session": {
        "id": "ses-ada-1",
        "patient_id": "pat-ada",
        "protocol": "ketamine-iv-induction",
        "course_id": "course-ada-1",
        "number": 1,
        "ended_at": "2026-11-24T11:10:00-05:00",
        "discharged_at": "2026-11-24T12:35:00-05:00"
      }
    }
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from aftercare.contracts.fields import Instant, MetadataIn, SessionIdentity
from aftercare.contracts.reading import Wire, read
from aftercare.contracts.shapes import INSTANT_ALLOWED
from aftercare.domain.facts import SessionCompleted
from aftercare.domain.ids import CourseId, PatientId, ProtocolId, SessionId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0009",
        "version": "1",
        "occurred_at": "2026-11-24T12:40:00-05:00",
        "clinic_id": "hudson",
    },
    "session": {
        "id": "ses-ada-1",
        "patient_id": "pat-ada",
        "protocol": "ketamine-iv-induction",
        "course_id": "course-ada-1",
        "number": 1,
        "ended_at": "2026-11-24T11:10:00-05:00",
        "discharged_at": "2026-11-24T12:35:00-05:00",
    },
}

DISCHARGED_ALLOWED = f"{INSTANT_ALLOWED}, not before ended_at; or nothing"


class SessionIn(SessionIdentity):
    """The session, in an object: id, patient_id, protocol, course_id, number, ended_at."""

    ended_at: Instant
    discharged_at: Annotated[Instant | None, Field(description=DISCHARGED_ALLOWED)] = None

    @field_validator("discharged_at")
    @classmethod
    def _not_before_the_end(cls, at: datetime | None, others: ValidationInfo) -> datetime | None:
        ended_at = others.data.get("ended_at")
        if at is not None and ended_at is not None and at < ended_at:
            raise ValueError(DISCHARGED_ALLOWED)
        return at


class Detail(Wire):
    """The detail of SessionCompleted, a JSON object."""

    metadata: MetadataIn
    session: SessionIn


def parse(detail: Mapping[str, object]) -> SessionCompleted:
    """Read the detail of a SessionCompleted event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    session = found.session
    return SessionCompleted(
        metadata=found.metadata.to_domain(),
        patient_id=PatientId(session.patient_id),
        session_id=SessionId(session.id),
        protocol=ProtocolId(session.protocol),
        course_id=CourseId(session.course_id),
        number=session.number,
        ended_at=session.ended_at,
        discharged_at=session.discharged_at,
    )
