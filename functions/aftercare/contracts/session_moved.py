"""SessionMoved: a booked session has another time now.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0007",
        "version": "1",
        "occurred_at": "2026-11-20T14:00:00-05:00",
        "clinic_id": "hudson"
      },
      "session_id": "ses-ada-1",
      "patient_id": "pat-ada",
      "starts_at": "2026-11-24T10:30:00-05:00"
    }
"""

from collections.abc import Mapping

from aftercare.contracts.fields import IdText, Instant, MetadataIn
from aftercare.contracts.reading import Wire, read
from aftercare.domain.facts import SessionMoved
from aftercare.domain.ids import PatientId, SessionId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0007",
        "version": "1",
        "occurred_at": "2026-11-20T14:00:00-05:00",
        "clinic_id": "hudson",
    },
    "session_id": "ses-ada-1",
    "patient_id": "pat-ada",
    "starts_at": "2026-11-24T10:30:00-05:00",
}


class Detail(Wire):
    """The detail of SessionMoved, a JSON object."""

    metadata: MetadataIn
    session_id: IdText
    patient_id: IdText
    starts_at: Instant


def parse(detail: Mapping[str, object]) -> SessionMoved:
    """Read the detail of a SessionMoved event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    return SessionMoved(
        found.metadata.to_domain(), PatientId(found.patient_id), SessionId(found.session_id), found.starts_at
    )
