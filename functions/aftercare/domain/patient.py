"""A patient: who they are, and what a message needs to know to reach them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from aftercare.domain.ids import PatientId

LANGUAGES = ("en", "es")
COUNTRIES = ("US",)
CLOSE_REASONS = ("discharged", "deceased", "transferred", "withdrawn")


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient as the clinic enrolled them. Name and birth date never travel in a message."""

    id: PatientId
    given_name: str
    birth_date: date
    language: str
    time_zone: str
    country: str
    accepts_unencrypted: bool
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """The few facts the sender reads: the minimum necessary to reach someone decently."""

    language: str
    time_zone: str
    accepts_unencrypted: bool
    phone: str | None = None
    email: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
