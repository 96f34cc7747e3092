"""The words of one message, as a clinic's patients read them, with what is known of them."""

from aftercare.content.shown_words import ShownWords, shown_words
from aftercare.desk_ports import Desk
from aftercare.domain.errors import NotFound
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit


def see_words(person: Person, desk: Desk, words_id: str, *, by: str) -> tuple[ShownWords, ...]:
    """Show one message in each language.

    Args:
        person: Who looks; the names and numbers in it are their clinic's.
        desk: The outside.
        words_id: Id of a message or of an education topic.
        by: ``dashboard`` or ``api``.

    Raises:
        NotAllowed: The person may not see protocols.
        NotFound: There is no such message.
        TryAgain: The store is busy.
    """
    allow(person, Right.SEE_PROTOCOLS)
    clinic = desk.ports.clinics.get(person.clinic_id)
    if clinic is None:
        raise NotFound("words_id")
    today = desk.ports.clock.now().astimezone(clinic.zone).date()
    shown = shown_words(words_id, clinic, today)
    keep_audit(person, desk, "saw_words", by=by, about=words_id)
    return shown
