"""SessionCancelled: a booked session will not take place.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0008",
        "version": "1",
        "occurred_at": "2026-11-22T08:15:00-05:00",
        "clinic_id": "hudson"
      },
      "session_id": "ses-ada-1",
      "patient_id": "pat-ada",
      "reason": "no driver"
    }
"""

from collections.abc import Mapping

from aftercare.contracts.fields import IdText, MetadataIn, Reason
from aftercare.contracts.reading import Wire, read
from aftercare.domain.facts import SessionCancelled
from aftercare.domain.ids import PatientId, SessionId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0008",
        "version": "1",
        "occurred_at": "2026-11-22T08:15:00-05:00",
        "clinic_id": "hudson",
    },
    "session_id": "ses-ada-1",
    "patient_id": "pat-ada",
    "reason": "no driver",
}


class Detail(Wire):
    """The detail of SessionCancelled, a JSON object."""

    metadata: MetadataIn
    session_id: IdText
    patient_id: IdText
    reason: Reason | None = None


def parse(detail: Mapping[str, object]) -> SessionCancelled:
    """Read the detail of a SessionCancelled event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    return SessionCancelled(
        found.metadata.to_domain(), PatientId(found.patient_id), SessionId(found.session_id), found.reason
    )
