"""One message as a clinic's patients would read it, in every language, with what is known of its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from aftercare.content.load_grades import load_grades
from aftercare.content.load_words import load_words
from aftercare.domain.clinic import Clinic, SignOff
from aftercare.domain.errors import NotFound
from aftercare.domain.message import render_email, render_sms, values
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.preview import SESSION_AT
from aftercare.domain.segments import segments
from aftercare.domain.send_window import at_wall
from aftercare.domain.words import Words

# A visit in three days, as an example, and a link that leads nowhere.
_VISIT_IN = timedelta(days=3)
_LINK = "https://care.example/f/" + "x" * 22


@dataclass(frozen=True, slots=True)
class ShownWords:
    """One message in one language.

    Attributes:
        sms: As the clinic's patients would read it, with an example's day and link.
        parts: Of that text. ``encoding``: ``GSM-7`` or ``UCS-2``.
        sms_grade: School years it takes to read; ``None`` when these words were not measured.
        overdue: Waits for its review, and is not sent until then.
        signed: The clinic's own sign-off of all words; ``None`` while there is none.
        findings: What the content lint says of it; empty: it keeps to every rule.
    """

    id: str
    language: str
    sms: str
    parts: int
    encoding: str
    subject: str
    email: str
    sms_grade: float | None
    email_grade: float | None
    sources: tuple[str, ...]
    revision: str
    review_by: date
    overdue: bool
    signed: SignOff | None
    findings: tuple[str, ...]


def shown_words(words_id: str, clinic: Clinic, today: date) -> tuple[ShownWords, ...]:
    """Show one message in each language of the service.

    Args:
        words_id: Id of a message or of an education topic.
        clinic: Whose name and numbers stand in it.
        today: The day of the example, on the clinic's calendar.

    Raises:
        NotFound: There is no such message.
    """
    known = [load_words(language).get(words_id) for language in LANGUAGES]
    found = tuple(_shown(words, clinic, today) for words in known if words is not None)
    if not found:
        raise NotFound("words_id")
    return found


def _shown(words: Words, clinic: Clinic, today: date) -> ShownWords:
    starts_at = at_wall(today + _VISIT_IN, SESSION_AT, clinic.zone)
    filled: Mapping[str, str] = values(clinic, words.language, clinic.zone, starts_at, _LINK)
    sms, mail = render_sms(words, filled), render_email(words, filled)
    encoding, parts = segments(sms.text)
    graded = load_grades().get(words.language, {}).get(words.id)
    measured = graded is not None and graded.revision == words.revision
    return ShownWords(
        id=words.id,
        language=words.language,
        sms=sms.text,
        parts=parts,
        encoding=encoding,
        subject=mail.subject or "",
        email=mail.text,
        sms_grade=graded.sms if graded is not None and measured else None,
        email_grade=graded.email if graded is not None and measured else None,
        sources=words.sources,
        revision=words.revision,
        review_by=words.review_by,
        overdue=words.overdue(today),
        signed=clinic.content_review,
        findings=graded.findings if graded is not None and measured else ("not measured since it changed",),
    )
