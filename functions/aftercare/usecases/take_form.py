"""Take a form in one piece: the link, the birth date and all the answers at once."""

from collections.abc import Mapping
from datetime import date

from aftercare.domain.compose import FORM, secret_hash
from aftercare.domain.draft import ended_since
from aftercare.domain.errors import BadInput
from aftercare.domain.records import Link
from aftercare.ports import Ports
from aftercare.usecases.take_answers import take_answers, was_taken


def take_form(secret: str, birth_date: date, answers: Mapping[str, object], ports: Ports) -> str:
    """Take one submitted form.

    Args:
        secret: From the link.
        birth_date: The second fact that only the patient should know.
        answers: By item id, such as ``phq9_1``.
        ports: The outside.

    Returns:
        ``taken``, or ``taken_urgent`` when the crisis panel must be shown before anything else.

    Raises:
        BadInput: The link is not open, the birth date is another, or an answer is none of its choices.
            What must not wait has been raised all the same.
        TryAgain: The store is busy.
    """
    link = _open(secret, birth_date, ports)
    if was_taken(link, ports):
        raise BadInput("form", "submitted", "a form that was not submitted before")
    return "taken_urgent" if take_answers(link, answers, ports) else "taken"


def _open(secret: str, birth_date: date, ports: Ports) -> Link:
    """Return what the link leads to. Whoever guesses learns nothing: every refusal is the same."""
    link = ports.links.find(secret_hash(secret))
    if link is None or not link.opens.startswith(FORM) or link.expires_at <= ports.clock.now():
        raise BadInput("form", "link", "a link to a form that is open")
    patient = ports.followups.identity(link.clinic_id, link.patient_id)
    read = ports.followups.conversation(link.clinic_id, link.patient_id)
    if patient is None or read is None or ended_since(link, read[0], read[1]):
        raise BadInput("form", "link", "a link to a form that is open")
    if patient.birth_date != birth_date:
        raise BadInput("birth_date", "another day", "the patient's own birth date")
    return link
