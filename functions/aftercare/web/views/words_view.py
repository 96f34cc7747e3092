"""One message as patients read it, in each language, with what is known of its words."""

from dataclasses import dataclass
from datetime import date

from aftercare.content.shown_words import ShownWords
from aftercare.domain.protocol import Kind
from aftercare.domain.titles import title_of
from aftercare.web.views.labels import counted, language_name
from aftercare.web.views.protocols_view import ANSWERS, Review, day_in_year, review


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language.

    Attributes:
        lang: Of the words, for a reader: ``en`` or ``es``.
        size: ``1 part, GSM-7``.
        grade: School years it takes to read, of the text and of the mail.
        signed: Who signed the words, and when; empty: they are a draft.
        findings: Of the content lint; empty: every rule is kept.
    """

    lang: str
    language: str
    sms: str
    subject: str
    email: str
    size: str
    grade: str
    signed: str
    review: Review
    findings: tuple[str, ...]
    sources: tuple[str, ...]
    revision: str


@dataclass(frozen=True, slots=True)
class WordsView:
    """``to_staff``: these words go to the clinic's own people, never to a patient."""

    title: str
    to_staff: bool
    spoken: tuple[Spoken, ...]


def words_view(words_id: str, shown: tuple[ShownWords, ...], today: date) -> WordsView:
    """Return the page of one message. ``today``: on the clinic's calendar."""
    title = ANSWERS.get(words_id) or title_of(Kind.CHECK_IN, words_id)
    return WordsView(title, words_id.startswith("page_"), tuple(_spoken(one, today) for one in shown))


def _spoken(one: ShownWords, today: date) -> Spoken:
    signed = f"{one.signed.signed_by}, {day_in_year(one.signed.signed_on)}" if one.signed is not None else ""
    return Spoken(
        lang=one.language,
        language=language_name(one.language),
        sms=one.sms,
        subject=one.subject,
        email=one.email,
        size=f"{counted(one.parts, 'part')}, {one.encoding}, {counted(len(one.sms), 'character')}",
        grade=f"text {_grade(one.sms_grade)}, mail {_grade(one.email_grade)}",
        signed=signed,
        review=review(one.review_by, today),
        findings=one.findings,
        sources=one.sources,
        revision=one.revision,
    )


def _grade(found: float | None) -> str:
    return "not measured" if found is None else f"{max(found, 0):.1f}"
