"""The content lint finds each kind of slip, and the shipped words have none."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from aftercare.content.lint import (
    LONGEST_CLINIC,
    LONGEST_VALUES,
    Finding,
    Library,
    lint,
    rendered,
)
from aftercare.content.load_words import load_words
from aftercare.domain.consent import Purpose
from aftercare.domain.ids import ProtocolId
from aftercare.domain.message import day_in_words, time_in_words
from aftercare.domain.protocol import LIBRARY, Anchor, Kind, Protocol, Protocols, Step, Timing, TooLate
from aftercare.domain.segments import plain_gsm
from infra.local import lint_command

TODAY = date(2026, 11, 30)
EN, ES = "messages/en.toml", "messages/es.toml"
LESSONS_EN, LESSONS_ES = "education/en.toml", "education/es.toml"


def easy(_text: str, _language: str) -> float:
    return 1.0


def a_step(words: str, kind: Kind) -> Step:
    soon = timedelta(hours=1)
    return Step(words, kind, Purpose.CARE, words, Timing(Anchor.START, after=soon), TooLate(after=2 * soon))


def protocols(*more: Step) -> Protocols:
    steps = (
        a_step("discharge", Kind.SAFETY),
        a_step("day1", Kind.CHECK_IN),
        a_step("form", Kind.MEASURE),
        a_step(LIBRARY, Kind.EDUCATION),
        *more,
    )
    id_ = ProtocolId("ketamine-maintenance")
    return {id_: Protocol(id_, "Maintenance", ("test",), date(2027, 5, 31), steps)}


def shipped() -> dict[str, dict[str, Any]]:
    return {language: dict(load_words(language)) for language in ("en", "es")}


def changed(language: str, id_: str, **changes: Any) -> Library:
    library = shipped()
    library[language][id_] = replace(library[language][id_], **changes)
    return library


def lint_of(library: Library) -> list[Finding]:
    return lint(library, protocols(), TODAY, easy)


def test_the_shipped_words_keep_every_rule() -> None:
    assert lint(shipped(), protocols(), TODAY, lint_command.reading_grade) == []


@pytest.mark.parametrize(
    ("library", "finding"),
    [
        pytest.param(
            changed("en", "day1", sms="{clinic}: " + "a" * 272 + " 988"),
            None,
            id="306 characters with the longest name are two parts",
        ),
        pytest.param(
            changed("en", "day1", sms="{clinic}: " + "a" * 271 + " 988"),
            None,
            id="one fewer as well",
        ),
        pytest.param(
            changed("en", "day1", sms="{clinic}: " + "a" * 273 + " 988"),
            Finding(EN, "day1.sms", "takes 3 parts with the longest names; allowed: 2"),
            id="307 are three",
        ),
        pytest.param(
            changed("es", "opt_out", sms="{clinic}: " + "a" * 140 + " 988"),
            Finding(ES, "opt_out.sms", "takes 2 parts with the longest names; allowed: 1"),
            id="the answer to a STOP is one part",
        ),
        pytest.param(
            changed("es", "day1", sms="{clinic}: ¿Cómo está? 988"),
            Finding(ES, "day1.sms", "cannot be sent as GSM-7 because of á ó"),
            id="an accent that halves the room",
        ),
        pytest.param(
            changed("en", "day1", sms="{clinic}: How is your mood?"),
            Finding(EN, "day1.sms", "does not show the crisis line 988"),
            id="a check-in without the crisis line",
        ),
        pytest.param(
            changed("en", "discharge", sms="{clinic}: Rest. Call 19885."),
            Finding(EN, "discharge.sms", "does not show the crisis line 988"),
            id="digits inside a longer number do not",
        ),
        pytest.param(
            changed("es", "help", email="Llame al {phone}.\n\nPara salir, mande ALTO."),
            Finding(ES, "help.email", "does not show the crisis line 988"),
            id="help without the crisis line",
        ),
        pytest.param(
            changed("en", "day1", email="How is your mood? Text STOP to end.\n\nIn crisis call or text 988."),
            Finding(EN, "day1.email", "does not end with how to stop (STOP)"),
            id="a mail that does not end with the way out",
        ),
        pytest.param(
            changed("es", "E2", sms="{clinic}: No es debilidad."),
            Finding(LESSONS_ES, "E2.sms", "does not say how to stop (ALTO)"),
            id="a lesson without the way out",
        ),
        pytest.param(
            changed("en", "reminder_72h", sms="{clinic}: See you on {day}."),
            Finding(EN, "reminder_72h.sms", "does not show {time}"),
            id="a reminder without its time",
        ),
        pytest.param(
            changed("es", "moved", sms="{clinic}: Su cita es a otra hora ({time})."),
            Finding(ES, "moved.sms", "does not show {day}"),
            id="a moved visit without its day",
        ),
        pytest.param(
            changed("en", "form_review", sms="{clinic}: A few questions. 988"),
            Finding(EN, "form_review.sms", "does not show {link}"),
            id="a form without its link",
        ),
        pytest.param(
            changed("en", "day1", sms="{clinic}: See {link} 988"),
            Finding(EN, "day1.sms", "{link} has no value in this message"),
            id="a link that nobody would fill",
        ),
        pytest.param(
            changed("en", "day1", subject="For {name}"),
            Finding(EN, "day1.subject", "{name} is not a placeholder"),
            id="an unknown placeholder",
        ),
        pytest.param(
            changed("en", "day1", sms="{clinic: 988"),
            Finding(EN, "day1.sms", "has a { that no } closes"),
            id="an open brace",
        ),
        pytest.param(
            changed("en", "weekly", review_by=TODAY - timedelta(days=1)),
            Finding(EN, "weekly.review_by", "the review was due on 2026-11-29"),
            id="an overdue review",
        ),
        pytest.param(changed("en", "weekly", review_by=TODAY), None, id="a review due today is not overdue"),
        pytest.param(
            changed("en", "E3", sources=()),
            Finding(LESSONS_EN, "E3.sources", "names no source"),
            id="a lesson without sources",
        ),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_file_and_key(
    library: Library, finding: Finding | None
) -> None:
    assert lint_of(library) == ([finding] if finding else [])


def test_a_message_missing_in_one_language_is_found_there() -> None:
    library = shipped()
    del library["es"]["day1"], library["en"]["E4"]
    assert lint_of(library) == [
        Finding(LESSONS_EN, "E4", "is written in another language, and has no text here"),
        Finding(ES, "day1", "is used by the service, and has no text here"),
    ]


def test_a_message_that_a_protocol_asks_for_must_be_written_in_both_languages() -> None:
    findings = lint(shipped(), protocols(a_step("day9", Kind.CHECK_IN)), TODAY, easy)
    assert findings == [
        Finding(EN, "day9", "is used by the service, and has no text here"),
        Finding(ES, "day9", "is used by the service, and has no text here"),
    ]


def test_an_overdue_protocol_is_found_like_overdue_words() -> None:
    library, asked = shipped(), protocols()
    late = {id_: replace(protocol, review_by=TODAY - timedelta(days=1)) for id_, protocol in asked.items()}
    reason = "the review was due on 2026-11-29"
    assert lint(library, late, TODAY, easy) == [
        Finding("protocols/ketamine-maintenance.toml", "review_by", reason)
    ]


def test_the_answers_to_stop_and_help_are_needed_without_any_protocol() -> None:
    library = shipped()
    del library["en"]["opt_out"], library["es"]["opt_out"]
    assert [finding.key for finding in lint(library, {}, TODAY, easy)] == ["opt_out", "opt_out"]


def test_a_language_without_a_file_misses_everything() -> None:
    findings = lint_of({"en": load_words("en")})
    assert {finding.file for finding in findings} == {ES, LESSONS_ES}
    assert len(findings) == len(load_words("en"))


def test_a_hard_text_is_found_in_its_language_and_form() -> None:
    def hard_in_spanish_mail(text: str, language: str) -> float:
        return 6.2 if language == "es" and "deje ninguna medicina" in text else 6.0

    findings = lint(shipped(), protocols(), TODAY, hard_in_spanish_mail)
    assert findings == [Finding(ES, "reminder_72h.email", "reads at grade 6.2; allowed: 6")]


def test_the_grade_is_taken_of_what_the_patient_reads() -> None:
    seen: list[str] = []

    def listen(text: str, _language: str) -> float:
        seen.append(text)
        return 1.0

    assert lint(shipped(), protocols(), TODAY, listen) == []
    assert seen
    assert not any("{" in text or "https" in text for text in seen)


def test_a_clinic_with_an_accent_in_its_name_still_fits() -> None:
    accented = "Clínica de Atención Niño Sol."
    assert len(accented) == len(LONGEST_CLINIC) + 1
    assert lint(shipped(), protocols(), TODAY, easy, longest_clinic=accented[:-1]) == []


def test_a_longer_clinic_name_is_measured() -> None:
    findings = lint(shipped(), protocols(), TODAY, easy, longest_clinic="x" * 60)
    assert Finding(EN, "opt_out.sms", "takes 2 parts with the longest names; allowed: 1") in findings


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_day_or_time_is_longer_than_the_lint_assumes(language: str) -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(28 * 366))
    longest_day = max(len(plain_gsm(day_in_words(day, language))) for day in days)
    longest_time = max(len(time_in_words(time(hour, 5), language)) for hour in range(24))
    assumed = LONGEST_VALUES[language]
    assert (longest_day, longest_time) == (len(assumed["day"]), len(assumed["time"]))


def test_the_name_and_the_link_have_the_room_we_promise() -> None:
    words = replace(load_words("en")["form"], sms="{clinic}", email="{link}")
    assert (len(rendered(words).sms), len(rendered(words).email)) == (28, 48)


@pytest.mark.parametrize(
    ("language", "easy_text", "hard_text"),
    [
        (
            "en",
            "How is your mood now? Call us if you feel worse.",
            "Pharmacological intervention necessitates comprehensive multidisciplinary reevaluation.",
        ),
        (
            "es",
            "¿Cómo se siente hoy? Llame si se siente peor.",
            "La intervención farmacológica necesita una reevaluación multidisciplinaria extraordinaria.",
        ),
    ],
)
def test_the_reading_grade_tells_plain_words_from_hard_ones(
    language: str, easy_text: str, hard_text: str
) -> None:
    assert lint_command.reading_grade(easy_text, language) < 6
    assert lint_command.reading_grade(hard_text, language) > 12


def test_the_command_prints_one_honest_line_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_command.run(TODAY) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("68 messages in 2 languages (en, es): at most 2 parts")
    assert "no clinician's review is claimed" in line


def test_the_command_fails_and_prints_one_finding_a_line_when_reviews_are_overdue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lint_command.run(date(2027, 6, 1)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "messages/en.toml day1.review_by the review was due on 2027-05-31" in lines
    assert len([line for line in lines if line.startswith(("messages/", "education/"))]) == 68
