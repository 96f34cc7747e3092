"""``aftercare lint``: does every word we ship keep to the rules of content?"""

import sys
from collections.abc import Iterator
from datetime import date

# A dev dependency without type stubs, so the content layer is handed the measure instead.
from textstat.textstat import textstatistics

from aftercare.content.lint import Library, lint, readable, rendered
from aftercare.content.lint_measures import lint_measures
from aftercare.content.lint_pages import lint_pages
from aftercare.content.load_measures import load_measures
from aftercare.content.load_pages import load_pages
from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.segments import segments


def reading_grade(text: str, language: str) -> float:
    """Return about how many years of school it takes to read ``text``.

    English: Flesch-Kincaid. Spanish: the Fernandez-Huerta score (100 easy, 0 hard) laid on the
    same ruler, 70 as grade 6 and 60 as grade 8, where its author's table says "6th grade" and
    "7th or 8th grade" begin; between and beyond, five points are one grade.
    """
    measure = textstatistics()
    measure.set_lang(language)
    if language == "es":
        return 20 - float(measure.fernandez_huerta(text)) / 5
    return float(measure.flesch_kincaid_grade(text))


def run(today: date) -> int:
    """Print what breaks a rule, one finding a line, else one line of what was measured.

    Args:
        today: The day against which reviews are due.

    Returns:
        The exit code: 1 with findings, else 0.
    """
    library = {language: load_words(language) for language in LANGUAGES}
    protocols = load_protocols()
    findings = [
        *lint(library, protocols, today, reading_grade),
        *lint_measures(load_measures(), protocols, today, reading_grade),
        *lint_pages(load_pages(), today, reading_grade),
    ]
    lines = [str(finding) for finding in findings] or [_summary(library)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if findings else 0


def _summary(library: Library) -> str:
    texts = [rendered(one) for by_id in library.values() for one in by_id.values()]
    parts, characters = max((segments(one.sms)[1], len(one.sms)) for one in texts)
    grades = ", ".join(f"{language} {max(_grades(library, language)):.1f}" for language in library)
    return (
        f"{len(texts)} messages in {len(library)} languages ({', '.join(library)}): "
        f"at most {parts} parts ({characters} characters), hardest reading grade {grades}; "
        "a sourced draft, no clinician's review is claimed"
    )


def _grades(library: Library, language: str) -> Iterator[float]:
    for one in library[language].values():
        full = rendered(one)
        yield from (reading_grade(readable(text), language) for text in (full.sms, full.email))
