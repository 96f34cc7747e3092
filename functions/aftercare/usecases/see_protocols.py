"""The shipped protocols, and what a clinic changed about them."""

from dataclasses import dataclass
from datetime import date

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import topics
from aftercare.desk_ports import Desk
from aftercare.domain.clinic import Clinic
from aftercare.domain.protocol import Protocol
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit
from aftercare.usecases.see_settings import clinic_of


@dataclass(frozen=True, slots=True)
class ProtocolList:
    """Attributes:
    today: On the clinic's calendar.
    topics: Ids of the education library, in the order in which a patient gets them.
    """

    clinic: Clinic
    today: date
    protocols: tuple[Protocol, ...]
    topics: tuple[str, ...]


def see_protocols(person: Person, desk: Desk, *, by: str) -> ProtocolList:
    """List the protocols.

    Raises:
        NotAllowed: The person may not see protocols.
        NotFound: The clinic has not been set up.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_PROTOCOLS)
    clinic = clinic_of(person, desk)
    keep_audit(person, desk, "saw_protocols", by=by)
    today = desk.ports.clock.now().astimezone(clinic.zone).date()
    return ProtocolList(clinic, today, tuple(load_protocols().values()), topics())
