"""The content lint finds a measure that cannot be asked, and the shipped ones can."""

from dataclasses import replace
from datetime import date

import pytest

from aftercare.content.lint import Finding
from aftercare.content.lint_measures import lint_measures
from aftercare.content.load_measures import load_measures
from aftercare.content.load_protocols import load_protocols
from aftercare.domain.protocol import Protocols
from aftercare.domain.scale import Scale
from infra.local import lint_command

TODAY = date(2026, 11, 30)
MEASURES = load_measures()


def easy(_text: str, _language: str) -> float:
    return 1.0


def asking(*codes: str) -> Protocols:
    """Return one shipped protocol whose baseline asks for these measures."""
    id_, protocol = next(iter(load_protocols().items()))
    return {id_: replace(protocol, steps=(replace(protocol.step("baseline"), measures=codes),))}


def with_stem(words: str) -> dict[str, Scale]:
    scale = replace(MEASURES["bladder"], stem={"en": words, "es": "¿Le pasa algo de esto?"})
    return {**MEASURES, "bladder": scale}


def test_every_shipped_measure_can_be_asked() -> None:
    assert lint_measures(MEASURES, load_protocols(), TODAY, lint_command.reading_grade) == []


@pytest.mark.parametrize("code", ["qids", "PHQ-9", "phq9", ""])
def test_a_protocol_that_asks_for_no_measure_of_ours_is_found(code: str) -> None:
    (found,) = lint_measures(MEASURES, asking("phq-9", code), TODAY, easy)
    assert (found.file, found.key) == ("protocols/esketamine-nasal.toml", "step.baseline.measures")
    assert f'asks for "{code}"' in found.reason and "bladder, gad-7" in found.reason


def test_a_measure_whose_review_is_due_is_found_the_day_after() -> None:
    mood = MEASURES["mood"]
    assert lint_measures({"mood": mood}, {}, mood.review_by, easy) == []
    (found,) = lint_measures({"mood": mood}, {}, date(2027, 6, 1), easy)
    assert found == Finding("measures/mood.toml", "review_by", "the review was due on 2027-05-31")


def test_a_measure_from_nowhere_is_found() -> None:
    found = lint_measures({"mood": replace(MEASURES["mood"], sources=())}, {}, TODAY, easy)
    assert found == [Finding("measures/mood.toml", "sources", "names no source")]


def test_our_own_questions_make_no_claim() -> None:
    (found,) = lint_measures(with_stem("Did the reset help you?"), {}, TODAY, easy)
    assert (found.file, found.key) == ("measures/bladder.toml", "stem.en")
    assert 'says "reset"' in found.reason


def test_our_own_questions_are_easy_to_read_and_official_ones_are_left_as_they_are() -> None:
    def hard(_text: str, language: str) -> float:
        return 9.0 if language == "es" else 1.0

    found = lint_measures(MEASURES, {}, TODAY, hard)
    assert {one.file for one in found} == {
        f"measures/{code}.toml" for code in ("mood", "side-effects", "bladder", "misuse")
    }
    assert {one.key.rsplit(".")[-1] for one in found} == {"es"}
