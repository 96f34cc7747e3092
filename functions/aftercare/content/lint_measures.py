"""The content lint of the measures: every one a protocol asks for is there, reviewed, and can be read.

Official words are not ours to mend: only our own questions are held to the rules of our own words.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from aftercare.content.lint import Finding, Grade, load_rules, plain_letters
from aftercare.content.load_measures import FOLDER
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.protocol import Protocols
from aftercare.domain.scale import Scale


def lint_measures(
    measures: Mapping[str, Scale], protocols: Protocols, today: date, grade: Grade
) -> list[Finding]:
    """Return everything that keeps these measures from being asked.

    Args:
        measures: By code.
        protocols: Decide which measures are asked for.
        today: The day against which reviews are due.
        grade: Reading grade (school years of the United States) of a text in a language.
    """
    findings = list(_unknown(measures, protocols))
    for scale in measures.values():
        file = f"{FOLDER}/{scale.code}.toml"
        if scale.overdue(today):
            findings.append(Finding(file, "review_by", f"the review was due on {scale.review_by}"))
        if not scale.sources:
            findings.append(Finding(file, "sources", "names no source"))
        if not scale.panel:
            findings += _own_words(scale, file, grade)
    return findings


def _unknown(measures: Mapping[str, Scale], protocols: Protocols) -> Iterator[Finding]:
    allowed = ", ".join(sorted(measures))
    for id_, protocol in protocols.items():
        for step in protocol.steps:
            for code in step.measures:
                if code not in measures:
                    reason = f'asks for "{code}", which is no measure; allowed: {allowed}'
                    yield Finding(f"protocols/{id_}.toml", f"step.{step.key}.measures", reason)


def _own_words(scale: Scale, file: str, grade: Grade) -> Iterator[Finding]:
    rules = load_rules()
    shown = [("stem", scale.stem), *((f"item.{item.id}", item.texts) for item in scale.items)]
    for key, texts in shown:
        for language in LANGUAGES:
            text, at = texts.get(language, ""), f"{key}.{language}"
            for ban in rules.claims:
                said = ban.broken_by(plain_letters(text), f"{scale.code}.{at}")
                if said is not None:
                    yield Finding(file, at, f'says "{said}": {ban.reason}')
            found = grade(text, language) if text else 0.0
            if found > rules.grade:
                yield Finding(file, at, f"reads at grade {found:.1f}; allowed: {rules.grade:g}")
