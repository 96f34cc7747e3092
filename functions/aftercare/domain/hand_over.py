"""What a carrier is given, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftercare.domain.ids import ClinicId, PatientId, TouchId
from aftercare.domain.records import Page
from aftercare.domain.touch import Reason


@dataclass(frozen=True, slots=True)
class Accepted:
    provider_id: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Proven not accepted, worth another try: throttled, or never reached."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Proven not accepted, and trying again will not help."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: it may have been accepted. Never sent again by itself."""


HandOver = Accepted | Busy | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a message travels.

    Attributes:
        sender: The clinic's sending number or address.
        valid_for_seconds: After this the carrier must not deliver it any more.
        unsubscribe: The link behind List-Unsubscribe, on education mail only.
        page: Set when the message calls a person of the clinic.
    """

    clinic_id: ClinicId
    patient_id: PatientId
    touch_id: TouchId
    sender: str
    sender_name: str
    to: str
    valid_for_seconds: int
    unsubscribe: str | None = None
    page: Page | None = None

    @property
    def about(self) -> Mapping[str, str]:
        """What travels with the message and comes back in every receipt: ids only, five at most."""
        if self.page is not None:
            page = self.page
            return {
                "clinic": self.clinic_id,
                "alert": page.alert_id,
                "step": str(page.step),
                "place": str(page.place),
            }
        return {"clinic": self.clinic_id, "patient": self.patient_id, "touch": self.touch_id}
