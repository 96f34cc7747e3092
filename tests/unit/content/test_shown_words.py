from dataclasses import replace
from datetime import date

import pytest

from aftercare.content.load_grades import GRADES, Graded, load_grades, to_json
from aftercare.content.load_words import load_words
from aftercare.content.shown_words import shown_words
from aftercare.domain.errors import NotFound
from infra.local.lint_command import GRADES_FILE, drifted, measured
from tests.building import a_clinic

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("words_id", sorted(load_words("en")))
def test_every_message_is_shown_in_both_languages_with_the_clinics_name_and_no_hole(words_id: str) -> None:
    english, spanish = shown_words(words_id, a_clinic(), TODAY)
    assert (english.language, spanish.language) == ("en", "es")
    for shown in (english, spanish):
        assert "{" not in shown.sms + shown.email + shown.subject
        assert shown.parts <= 2 and shown.encoding == "GSM-7"
        assert shown.sms_grade is not None and shown.email_grade is not None
        assert shown.findings == () and shown.sources and not shown.overdue
        assert shown.signed is not None and shown.signed.signed_by == "Dr. Carmen"


def test_a_reminder_shows_an_example_visit_on_the_clinics_clock() -> None:
    english, spanish = shown_words("reminder_24h", a_clinic(), TODAY)
    assert "Friday, November 27" in english.sms and "10:00 AM" in english.sms
    assert "viernes 27 de noviembre" in spanish.sms


def test_a_clinic_that_has_not_signed_and_a_review_that_is_due_are_told() -> None:
    shown, _ = shown_words("evening", a_clinic(content_review=None), date(2030, 1, 1))
    assert shown.signed is None and shown.overdue


def test_words_that_do_not_exist_are_not_found() -> None:
    for words_id in ("", "nothing", "library", "../en"):
        with pytest.raises(NotFound):
            shown_words(words_id, a_clinic(), TODAY)


def test_the_grades_that_ship_are_of_the_words_that_ship() -> None:
    for language, by_id in load_grades().items():
        words = load_words(language)
        assert {id_: graded.revision for id_, graded in by_id.items()} == {
            id_: one.revision for id_, one in words.items()
        }


def test_a_changed_word_is_found_by_the_lint() -> None:
    kept = GRADES_FILE.read_text(encoding="utf-8")
    assert list(drifted(kept)) == []
    words = load_words("en")
    changed = {"en": {**words, "evening": replace(words["evening"], revision="ffffffff")}}
    (found,) = drifted(to_json(measured(changed, [])))
    assert found.file == GRADES


def test_what_is_written_down_is_read_again_alike() -> None:
    said = {"en": {"x": Graded("0a", 1.5, 2.0, ('says "cure": there is none',))}}
    assert '"findings": ["says \\"cure\\": there is none"]' in to_json(said)
    assert to_json(load_grades()) == GRADES_FILE.read_text(encoding="utf-8")
