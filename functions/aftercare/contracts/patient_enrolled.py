"""PatientEnrolled: a patient joins the program, with the consents they gave.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0001",
        "version": "1",
        "occurred_at": "2026-11-16T10:07:00-05:00",
        "clinic_id": "hudson"
      },
      "patient": {
        "id": "pat-ada",
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": "+12025550147",
        "email": "ada@example.org",
        "accepts_unencrypted": true
      },
      "consents": [
        {
          "channel": "sms",
          "purpose": "care",
          "wording_version": "2026-09",
          "wording": "I agree to get health texts from Hudson Clinic. I can stop at any time.",
          "method": "paper",
          "given_at": "2026-11-16T10:05:00-05:00",
          "recorded_by": "Nurse Dora",
          "expires_on": "2027-11-16"
        },
        {
          "channel": "email",
          "purpose": "education",
          "wording_version": "2026-09",
          "wording": "I agree to get emails that explain my treatment. I can stop at any time.",
          "method": "web",
          "given_at": "2026-11-16T10:06:00-05:00",
          "recorded_by": "Ada"
        }
      ]
    }
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from aftercare.contracts.fields import (
    AcceptsUnencrypted,
    BirthDate,
    ConsentIn,
    Country,
    Email,
    GivenName,
    IdText,
    Language,
    MetadataIn,
    Phone,
    Zone,
    refuse_born_after,
)
from aftercare.contracts.reading import Wire, read
from aftercare.domain.facts import PatientEnrolled
from aftercare.domain.ids import PatientId
from aftercare.domain.patient import Patient

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0001",
        "version": "1",
        "occurred_at": "2026-11-16T10:07:00-05:00",
        "clinic_id": "hudson",
    },
    "patient": {
        "id": "pat-ada",
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": "+12025550147",
        "email": "ada@example.org",
        "accepts_unencrypted": True,
    },
    "consents": [
        {
            "channel": "sms",
            "purpose": "care",
            "wording_version": "2026-09",
            "wording": "I agree to get health texts from Hudson Clinic. I can stop at any time.",
            "method": "paper",
            "given_at": "2026-11-16T10:05:00-05:00",
            "recorded_by": "Nurse Dora",
            "expires_on": "2027-11-16",
        },
        {
            "channel": "email",
            "purpose": "education",
            "wording_version": "2026-09",
            "wording": "I agree to get emails that explain my treatment. I can stop at any time.",
            "method": "web",
            "given_at": "2026-11-16T10:06:00-05:00",
            "recorded_by": "Ada",
        },
    ],
}


class PatientIn(Wire):
    """The patient, in an object. Phone and email may be left out."""

    id: IdText
    given_name: GivenName
    birth_date: BirthDate
    language: Language
    time_zone: Zone
    country: Country
    phone: Phone | None = None
    email: Email | None = None
    accepts_unencrypted: AcceptsUnencrypted

    def to_domain(self) -> Patient:
        return Patient(
            id=PatientId(self.id),
            given_name=self.given_name,
            birth_date=self.birth_date,
            language=self.language,
            time_zone=self.time_zone,
            country=self.country,
            accepts_unencrypted=self.accepts_unencrypted,
            phone=self.phone,
            email=self.email,
        )


class Detail(Wire):
    """The detail of PatientEnrolled, a JSON object."""

    metadata: MetadataIn
    patient: PatientIn
    consents: Annotated[list[ConsentIn], Field(max_length=20, description="a list of at most 20 consents")]


def parse(detail: Mapping[str, object]) -> PatientEnrolled:
    """Read the detail of a PatientEnrolled event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    refuse_born_after(found.patient.birth_date, found.metadata.occurred_at, "detail.patient.birth_date")
    return PatientEnrolled(
        metadata=found.metadata.to_domain(),
        patient=found.patient.to_domain(),
        consents=tuple(consent.to_domain() for consent in found.consents),
    )
