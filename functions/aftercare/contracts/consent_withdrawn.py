"""ConsentWithdrawn: a patient takes a consent back, or all of them.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0005",
        "version": "1",
        "occurred_at": "2026-12-01T09:30:00-05:00",
        "clinic_id": "hudson"
      },
      "patient_id": "pat-ada",
      "channel": "all",
      "purpose": "education",
      "withdrawn_at": "2026-12-01T09:29:00-05:00",
      "recorded_by": "Front desk",
      "reason": "asked by phone"
    }
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from aftercare.contracts.fields import IdText, Instant, MetadataIn, PersonName, Reason
from aftercare.contracts.reading import Wire, read
from aftercare.domain.consent import ALL_KEYS
from aftercare.domain.facts import ConsentWithdrawn
from aftercare.domain.ids import PatientId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0005",
        "version": "1",
        "occurred_at": "2026-12-01T09:30:00-05:00",
        "clinic_id": "hudson",
    },
    "patient_id": "pat-ada",
    "channel": "all",
    "purpose": "education",
    "withdrawn_at": "2026-12-01T09:29:00-05:00",
    "recorded_by": "Front desk",
    "reason": "asked by phone",
}


class Detail(Wire):
    """The detail of ConsentWithdrawn, a JSON object."""

    metadata: MetadataIn
    patient_id: IdText
    channel: Annotated[Literal["sms", "email", "all"], Field(description="one of sms, email, all")]
    purpose: Annotated[Literal["care", "education", "all"], Field(description="one of care, education, all")]
    withdrawn_at: Instant
    recorded_by: PersonName
    reason: Reason | None = None


def parse(detail: Mapping[str, object]) -> ConsentWithdrawn:
    """Read the detail of a ConsentWithdrawn event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    return ConsentWithdrawn(
        metadata=found.metadata.to_domain(),
        patient_id=PatientId(found.patient_id),
        keys=tuple(
            (channel, purpose)
            for channel, purpose in ALL_KEYS
            if found.channel in (channel.value, "all") and found.purpose in (purpose.value, "all")
        ),
        withdrawn_at=found.withdrawn_at,
        recorded_by=found.recorded_by,
        reason=found.reason,
    )
