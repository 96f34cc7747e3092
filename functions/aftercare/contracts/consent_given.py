"""ConsentGiven: a patient agreed to one channel for one purpose.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0004",
        "version": "1",
        "occurred_at": "2026-11-16T10:08:00-05:00",
        "clinic_id": "hudson"
      },
      "patient_id": "pat-ada",
      "consent": {
        "channel": "sms",
        "purpose": "care",
        "wording_version": "2026-09",
        "wording": "I agree to get health texts from Hudson Clinic. I can stop at any time.",
        "method": "paper",
        "given_at": "2026-11-16T10:05:00-05:00",
        "recorded_by": "Nurse Dora",
        "expires_on": "2027-11-16"
      }
    }
"""

from collections.abc import Mapping

from aftercare.contracts.fields import ConsentIn, IdText, MetadataIn
from aftercare.contracts.reading import Wire, read
from aftercare.domain.facts import ConsentGiven
from aftercare.domain.ids import PatientId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0004",
        "version": "1",
        "occurred_at": "2026-11-16T10:08:00-05:00",
        "clinic_id": "hudson",
    },
    "patient_id": "pat-ada",
    "consent": {
        "channel": "sms",
        "purpose": "care",
        "wording_version": "2026-09",
        "wording": "I agree to get health texts from Hudson Clinic. I can stop at any time.",
        "method": "paper",
        "given_at": "2026-11-16T10:05:00-05:00",
        "recorded_by": "Nurse Dora",
        "expires_on": "2027-11-16",
    },
}


class Detail(Wire):
    """The detail of ConsentGiven, a JSON object."""

    metadata: MetadataIn
    patient_id: IdText
    consent: ConsentIn


def parse(detail: Mapping[str, object]) -> ConsentGiven:
    """Read the detail of a ConsentGiven event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    return ConsentGiven(found.metadata.to_domain(), PatientId(found.patient_id), found.consent.to_domain())
