"""No words, names, numbers or addresses of patients, wherever others than the clinic's staff may look."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from aftercare.telemetry import logger
from infra.local.rehearsal import read_clinic
from infra.local.script import Line, read_script
from tests.leaks import Eavesdropper, Scanner
from tests.local.marked_words import MARKED, marked_day
from tests.local.overheard import Overheard, overheard
from tests.local.script_truth import EXAMPLES

SCRIPTS = sorted(EXAMPLES.glob("*.jsonl"))
# Shorter replies are codes too ("STOP", "7 A"): no log can be told from them.
SENTENCE = 12
_TOLD = {"given_name", "birth_date", "phone", "email", "note", "body", "text", "subject"}


def private_in(what: Any) -> Iterator[str]:
    """Yield who the patients of a script are, and what they and the staff say."""
    if isinstance(what, Mapping):
        for name, value in what.items():
            said = isinstance(value, str) and (name in {"given_name", "birth_date"} or len(value) >= SENTENCE)
            if name in _TOLD and said:
                yield value
            yield from private_in(value)
    elif isinstance(what, list):
        for one in what:
            yield from private_in(one)


def scanner_for(lines: list[Line]) -> Scanner:
    return Scanner([private for line in lines for private in private_in(line.what)])


def leaks(ears: Overheard, scanner: Scanner) -> list[str]:
    assert ears.logs and ears.urls and ears.events and ears.about and ears.attributes
    return [
        f"{where}: {leak}"
        for where, texts in ears.everything().items()
        for leak in scanner.found_in_all(texts)
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_says_nothing_of_its_patients(script: Path) -> None:
    lines = read_script(script)
    with overheard(read_clinic(EXAMPLES / "clinic.toml"), lines[0].at) as ears:
        assert ears.rehearsal is not None
        for line in lines:
            ears.rehearsal.play(line)
        ears.rehearsal.finish()
        assert leaks(ears, scanner_for(lines)) == []


@pytest.fixture(scope="module")
def day() -> Iterator[Overheard]:
    with marked_day() as ears:
        yield ears


def test_marked_words_in_every_field_that_others_fill_stay_inside(day: Overheard) -> None:
    """Fields that are right, fields that are wrong, and notices that are no notices at all."""
    assert day.everything()["letters"]
    assert leaks(day, Scanner(MARKED)) == []


def test_the_marked_words_did_come_in(day: Overheard) -> None:
    assert day.rehearsal is not None
    kept = repr(day.rehearsal.cloud.client("dynamodb").items())
    assert [word for word in MARKED if word.startswith("Kept") and word not in kept] == []


# ---- the scanner itself


@pytest.mark.parametrize(
    "said",
    [
        "text to +12025550147 failed",
        '{"to": "ada@example.org"}',
        "hello Ada,",
        "note: Reached by phone, with family.",
    ],
)
def test_the_scanner_finds_a_planted_leak(said: str) -> None:
    scanner = Scanner(["Ada", "Reached by phone, with family."])
    assert list(scanner.found_in_all(["all is well", said]))


@pytest.mark.parametrize(
    "said", ["pat-ada", "ses-ada-1.evening", "2026-11-10T14:00:00+00:00", "1+12025550147x", "Adages"]
)
def test_the_scanner_lets_ids_and_instants_pass(said: str) -> None:
    assert list(Scanner(["Ada"]).found_in_all([said])) == []


def test_a_word_registered_in_a_test_is_private_from_then_on() -> None:
    scanner = Scanner([])
    assert scanner.found_in("Zoraida") == []
    scanner.register("Zoraida")
    assert scanner.found_in("for Zoraida") == ["Zoraida"]


@pytest.fixture
def eavesdropper() -> Eavesdropper:
    """The one that listens to the whole suite."""
    (one,) = (handler for handler in logging.getLogger().handlers if isinstance(handler, Eavesdropper))
    one.refuse_leaks()
    return one


def test_the_suite_hears_what_the_service_logs_and_refuses_it(eavesdropper: Eavesdropper) -> None:
    heard = eavesdropper.heard
    logger.info("touch_due", sent=1)
    assert eavesdropper.heard == heard + 1
    eavesdropper.refuse_leaks()
    logger.info("touch_due", to="+12025550147")
    with pytest.raises(AssertionError, match="12025550147"):
        eavesdropper.refuse_leaks()


def test_the_suite_hears_the_text_of_an_exception(eavesdropper: Eavesdropper) -> None:
    fault = ValueError("Ada wrote: I am fine")
    logger.error("reply_again", exc_info=(ValueError, fault, None))
    with pytest.raises(AssertionError, match="Ada wrote"):
        eavesdropper.refuse_leaks()
