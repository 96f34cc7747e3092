"""What the content lint measured of the words that ship, kept beside them: measuring is a laptop's work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

GRADES = "grades.json"


@dataclass(frozen=True, slots=True)
class Graded:
    """What was found of one message in one language.

    Attributes:
        revision: Of the words that were measured.
        sms: Reading grade (school years of the United States) of the text, with the longest names.
        email: The same of the mail.
        findings: What breaks a rule of content; the shipped words have none.
    """

    revision: str
    sms: float
    email: float
    findings: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_grades() -> Mapping[str, Mapping[str, Graded]]:
    """Return what was measured, by language and then by message, read once per process."""
    raw = json.loads((resources.files("aftercare.content") / GRADES).read_text(encoding="utf-8"))
    return {language: {id_: _graded(one) for id_, one in by_id.items()} for language, by_id in raw.items()}


def _graded(raw: Mapping[str, object]) -> Graded:
    findings = raw["findings"]
    assert isinstance(findings, list)  # written by ``to_json``
    return Graded(
        str(raw["revision"]), float(str(raw["sms"])), float(str(raw["email"])), tuple(map(str, findings))
    )


def to_json(measured: Mapping[str, Mapping[str, Graded]]) -> str:
    """Write down what was measured, one message a line, so that a change shows as one line."""
    blocks = []
    for language, by_id in sorted(measured.items()):
        lines = [
            f"    {json.dumps(id_)}: "
            + json.dumps(
                {"revision": g.revision, "sms": g.sms, "email": g.email, "findings": list(g.findings)}
            )
            for id_, g in sorted(by_id.items())
        ]
        blocks.append(f"  {json.dumps(language)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"
