"""What a protocol would send to a patient who begins on a day, by this clinic's hours, caps and changes."""

from datetime import date, timedelta

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words, topics
from aftercare.desk_ports import Desk
from aftercare.domain.decide import Library
from aftercare.domain.errors import BadInput, NotFound
from aftercare.domain.ids import ProtocolId
from aftercare.domain.preview import Calendar, preview
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit

# A calendar further away than this says nothing: words and steps are reviewed every year.
FURTHEST = timedelta(days=732)


def preview_protocol(
    person: Person, desk: Desk, protocol_id: ProtocolId, start: date, *, by: str
) -> Calendar:
    """Draw the calendar of a protocol.

    Args:
        person: Who looks; the calendar is their clinic's.
        desk: The outside.
        protocol_id: Which protocol.
        start: The day of the first session, on the clinic's calendar.
        by: ``dashboard`` or ``api``.

    Raises:
        NotAllowed: The person may not see protocols.
        NotFound: There is no such protocol.
        BadInput: The day is more than two years away.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_PROTOCOLS)
    protocols, clinic = load_protocols(), desk.ports.clinics.get(person.clinic_id)
    if protocol_id not in protocols or clinic is None:
        raise NotFound("protocol_id")
    today = desk.ports.clock.now().astimezone(clinic.zone).date()
    if abs(start - today) > FURTHEST:
        raise BadInput("start", start.isoformat(), f"a day within two years of {today.isoformat()}")
    keep_audit(person, desk, "saw_protocol", by=by, about=protocol_id)
    library = Library(load_words("en"), topics(), desk.ports.public_base_url)
    return preview(protocols[protocol_id], start, clinic, protocols, library)
