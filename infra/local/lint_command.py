"""``aftercare lint``: does every word we ship keep to the rules of content?"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

# A dev dependency without type stubs, so the content layer is handed the measure instead.
from textstat.textstat import textstatistics

import aftercare.content
from aftercare.content.lint import Finding, Library, lint, readable, rendered
from aftercare.content.lint_measures import lint_measures
from aftercare.content.lint_pages import lint_pages
from aftercare.content.load_grades import GRADES, Graded, to_json
from aftercare.content.load_measures import load_measures
from aftercare.content.load_pages import load_pages
from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.segments import segments
from aftercare.domain.words import Words


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


GRADES_FILE = Path(next(iter(aftercare.content.__path__))) / GRADES
# The same words measure the same everywhere; the last digits of a float need not be written alike.
DIGITS = 1


def run(today: date, *, write: bool = False) -> int:
    """Print what breaks a rule, one finding a line, else one line of what was measured.

    Args:
        today: The day against which reviews are due.
        write: Write the grades down anew, rather than comparing them.

    Returns:
        The exit code: 1 with findings, else 0.
    """
    library = {language: load_words(language) for language in LANGUAGES}
    protocols = load_protocols()
    of_words = lint(library, protocols, today, reading_grade)
    kept = to_json(measured(library, [*lint(library, protocols, date.min, reading_grade)]))
    if write:
        GRADES_FILE.write_text(kept, encoding="utf-8")
    findings = [
        *of_words,
        *lint_measures(load_measures(), protocols, today, reading_grade),
        *drifted(kept),
        *lint_pages(load_pages(), today, reading_grade),
    ]
    lines = [str(finding) for finding in findings] or [_summary(library)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if findings else 0


def measured(library: Library, findings: Iterable[Finding]) -> dict[str, dict[str, Graded]]:
    """Return what a clinic's screen shows of each message. Reviews that are due depend on the day, not on it.

    Args:
        library: By language, then by id.
        findings: What the lint says of these words, on a day on which no review is due.
    """
    said: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        language, id_ = finding.file.rpartition("/")[2].removesuffix(".toml"), finding.key.partition(".")[0]
        said.setdefault((language, id_), []).append(f"{finding.key.partition('.')[2]} {finding.reason}")
    return {
        language: {
            id_: Graded(one.revision, *_both_grades(one, language), tuple(said.get((language, id_), ())))
            for id_, one in by_id.items()
        }
        for language, by_id in library.items()
    }


def _both_grades(words: Words, language: str) -> tuple[float, float]:
    full = rendered(words)
    texts = (full.sms, full.email)
    sms, email = (round(reading_grade(readable(text), language), DIGITS) for text in texts)
    return sms, email


def drifted(kept: str) -> Iterator[Finding]:
    """Yield that the grades which are kept are not of these words."""
    if not GRADES_FILE.exists() or GRADES_FILE.read_text(encoding="utf-8") != kept:
        yield Finding(GRADES, "", "is not of these words: run aftercare lint --write")


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
