"""SessionScheduled: a treatment session was booked.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0006",
        "version": "1",
        "occurred_at": "2026-11-16T11:00:00-05:00",
        "clinic_id": "hudson"
      },
      "session": {
        "id": "ses-ada-1",
        "patient_id": "pat-ada",
        "protocol": "ketamine-iv-induction",
        "course_id": "course-ada-1",
        "number": 1,
        "starts_at": "2026-11-23T09:00:00-05:00"
      }
    }
"""

from collections.abc import Mapping

from aftercare.contracts.fields import Instant, MetadataIn, SessionIdentity
from aftercare.contracts.reading import Wire, read
from aftercare.domain.facts import SessionScheduled
from aftercare.domain.ids import CourseId, PatientId, ProtocolId, SessionId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0006",
        "version": "1",
        "occurred_at": "2026-11-16T11:00:00-05:00",
        "clinic_id": "hudson",
    },
    "session": {
        "id": "ses-ada-1",
        "patient_id": "pat-ada",
        "protocol": "ketamine-iv-induction",
        "course_id": "course-ada-1",
        "number": 1,
        "starts_at": "2026-11-23T09:00:00-05:00",
    },
}


class SessionIn(SessionIdentity):
    """The session, in an object: id, patient_id, protocol, course_id, number, starts_at."""

    starts_at: Instant


class Detail(Wire):
    """The detail of SessionScheduled, a JSON object."""

    metadata: MetadataIn
    session: SessionIn


def parse(detail: Mapping[str, object]) -> SessionScheduled:
    """Read the detail of a SessionScheduled event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    session = found.session
    return SessionScheduled(
        metadata=found.metadata.to_domain(),
        patient_id=PatientId(session.patient_id),
        session_id=SessionId(session.id),
        protocol=ProtocolId(session.protocol),
        course_id=CourseId(session.course_id),
        number=session.number,
        starts_at=session.starts_at,
    )
