"""PatientChanged: something about a patient changed. Null takes a phone or an email away.

Example of the detail::

    {
      "metadata": {
        "event_id": "evt-0002",
        "version": "1",
        "occurred_at": "2026-11-18T09:12:00-05:00",
        "clinic_id": "hudson"
      },
      "patient_id": "pat-ada",
      "changes": {
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "es",
        "time_zone": "America/Chicago",
        "country": "US",
        "phone": "+12025550163",
        "email": null,
        "accepts_unencrypted": true
      }
    }
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from aftercare.contracts.fields import (
    AcceptsUnencrypted,
    BirthDate,
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
from aftercare.domain.facts import PatientChanged
from aftercare.domain.ids import PatientId

EXAMPLE: dict[str, object] = {
    "metadata": {
        "event_id": "evt-0002",
        "version": "1",
        "occurred_at": "2026-11-18T09:12:00-05:00",
        "clinic_id": "hudson",
    },
    "patient_id": "pat-ada",
    "changes": {
        "given_name": "Ada",
        "birth_date": "1990-01-31",
        "language": "es",
        "time_zone": "America/Chicago",
        "country": "US",
        "phone": "+12025550163",
        "email": None,
        "accepts_unencrypted": True,
    },
}


ALLOWED = (
    "at least one of given_name, birth_date, language, time_zone, country, phone, email, accepts_unencrypted"
)


class Changes(TypedDict, total=False):
    """At least one of the patient's fields, in an object."""

    given_name: GivenName
    birth_date: BirthDate
    language: Language
    time_zone: Zone
    country: Country
    phone: Phone | None
    email: Email | None
    accepts_unencrypted: AcceptsUnencrypted


def _not_empty(changes: Changes) -> Changes:
    if not changes:
        raise ValueError(ALLOWED)
    return changes


class Detail(Wire):
    """The detail of PatientChanged, a JSON object."""

    metadata: MetadataIn
    patient_id: IdText
    changes: Annotated[
        Changes,
        AfterValidator(_not_empty),
        Field(description=ALLOWED, json_schema_extra={"minProperties": 1}),
    ]


def parse(detail: Mapping[str, object]) -> PatientChanged:
    """Read the detail of a PatientChanged event.

    Raises:
        BadInput: For the first fault, with its path (``detail...``) and what is allowed there.
    """
    found = read(Detail, detail, "detail")
    changes = found.changes
    if "birth_date" in changes:
        refuse_born_after(changes["birth_date"], found.metadata.occurred_at, "detail.changes.birth_date")
    return PatientChanged(found.metadata.to_domain(), PatientId(found.patient_id), {**changes})
