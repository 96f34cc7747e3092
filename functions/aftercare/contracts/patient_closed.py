"""PatientClosed: a patient leaves the program: nothing more is sent.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0003",
        "version": "1",
        "occurred_at": "2027-02-01T16:00:00-05:00",
        "clinic_id": "hudson"
      },
      "patient_id": "pat-ada",
      "reason": "discharged"
    }
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from aftercare.contracts.fields import IdText, MetadataIn
from aftercare.contracts.reading import Wire, read
from aftercare.domain.facts import PatientClosed
from aftercare.domain.ids import PatientId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0003",
        "version": "1",
        "occurred_at": "2027-02-01T16:00:00-05:00",
        "clinic_id": "hudson",
    },
    "patient_id": "pat-ada",
    "reason": "discharged",
}


class Detail(Wire):
    """The detail of PatientClosed, a JSON object."""

    metadata: MetadataIn
    patient_id: IdText
    reason: Annotated[
        Literal["discharged", "deceased", "transferred", "withdrawn"],
        Field(description="one of discharged, deceased, transferred, withdrawn"),
    ]


def parse(detail: Mapping[str, object]) -> PatientClosed:
    """Read the detail of a PatientClosed event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    return PatientClosed(found.metadata.to_domain(), PatientId(found.patient_id), found.reason)
