"""What may never be said, and the few places where it may stand to be denied."""

import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources
from typing import Any

import pytest

from aftercare.content.lint import Finding, Library, lint, load_rules, plain_letters
from aftercare.content.load_words import load_words

EN = "messages/en.toml"


def changed(language: str, id_: str, **changes: Any) -> Library:
    library = {each: dict(load_words(each)) for each in ("en", "es")}
    library[language][id_] = replace(library[language][id_], **changes)
    return library


def with_sentence(sentence: str, language: str = "en", id_: str = "day1") -> Library:
    return changed(language, id_, email=f"{sentence}\n\n{load_words(language)[id_].email}")


def lint_of(library: Library) -> list[Finding]:
    return lint(library, {}, date(2026, 11, 30), lambda _text, _language: 1.0)


@pytest.mark.parametrize(
    ("sentence", "said", "reason"),
    [
        ("This is a CURE.", "cure", "promises a cure"),
        ("Le vamos a curar.", "curar", "promises a cure"),
        ("It resets the brain.", "resets", "no trial measures a reset"),
        ("Un reinicio del cerebro.", "reinicio", "no trial measures a reset"),
        ("It helps 70% of people.", "70%", "numbers this high"),
        ("It helps 70 percent of people.", "70 percent", "numbers this high"),
        ("Ayuda al 70 por ciento.", "70 por ciento", "numbers this high"),
        ("Relief is guaranteed.", "guaranteed", "no outcome is guaranteed"),
        ("El alivio está garantizado.", "garantizado", "no outcome is guaranteed"),
        ("A miracle.", "miracle", "testimonial language"),
        ("Un milagro.", "milagro", "testimonial language"),
        ("It is a safe treatment.", "safe", "no treatment is without risk"),
        ("Es un tratamiento seguro.", "seguro", "no treatment is without risk"),
        ("The effect is permanent.", "permanent", "how long the effect lasts"),
        ("It rewires you.", "rewires", "no study shows"),
        ("It turns on your brain.", "turns on", "close to the reverse"),
        ("El cuidado enciende su cerebro.", "enciende", "close to the reverse"),
        ("An outstanding treatment.", "outstanding", "promotion"),
        ("It changed  my\nlife, says Ben.", "changed my life", "a testimonial"),
    ],
)
def test_a_promise_we_cannot_keep_is_found_in_any_mail(sentence: str, said: str, reason: str) -> None:
    [finding] = lint_of(with_sentence(sentence))
    assert (finding.file, finding.key) == (EN, "day1.email")
    assert finding.reason.startswith(f'says "{said}": {reason}')


@pytest.mark.parametrize(
    "sentence",
    [
        "Your page is secure.",
        "If you feel unsafe, call.",
        "A secured curtain.",
        "Set an alarm, then preset it.",
    ],
)
def test_an_innocent_word_that_holds_a_banned_one_passes(sentence: str) -> None:
    assert lint_of(with_sentence(sentence)) == []


@pytest.mark.parametrize(
    ("language", "id_", "sentence"),
    [
        pytest.param("en", "day1", "It is not a cure.", id="a denial outside its own text"),
        pytest.param("en", "E1", "It is not a cure, but nearly a cure.", id="a denial followed by the claim"),
        pytest.param("en", "E1", "Get your brain reset.", id="the slogan without the denial"),
        pytest.param("en", "E5", "You may see ads that say 70 percent.", id="the number without its doubt"),
        pytest.param("es", "E5", "Funciona en el 70 por ciento.", id="the number as our own"),
        pytest.param("en", "E3", 'It does "switch on" the brain.', id="half of a denial"),
    ],
)
def test_a_banned_word_passes_only_where_it_is_denied(language: str, id_: str, sentence: str) -> None:
    folder = "education" if id_.startswith("E") else "messages"
    findings = lint_of(with_sentence(sentence, language, id_))
    assert [(f.file, f.key) for f in findings] == [(f"{folder}/{language}.toml", f"{id_}.email")]


def test_every_exception_is_needed_by_a_text_we_ship() -> None:
    excepted = [(ban, key) for ban in load_rules().claims for key in ban.denied_in]
    assert excepted
    for ban, key in excepted:
        id_, form = key.split(".")
        for language in ("en", "es"):
            text = getattr(load_words(language)[id_], form)
            needed = replace(ban, denials=None).broken_by(plain_letters(text), key) is not None
            # "¿Se siente a salvo?" asks without the Spanish word for safe, which is also that for insurance.
            expected = not (language == "es" and id_.startswith("crisis"))
            assert needed == expected, f"{key} in {language}"


def test_every_phrase_that_is_excepted_holds_a_banned_word_and_stands_in_a_text_we_ship() -> None:
    written = (resources.files("aftercare.content") / "banned.toml").read_text(encoding="utf-8")
    for raw, ban in zip(tomllib.loads(written)["claim"], load_rules().claims, strict=True):
        texts = [
            plain_letters(getattr(load_words(language)[id_], form))
            for id_, form in (key.split(".") for key in ban.denied_in)
            for language in ("en", "es")
        ]
        for phrase in map(plain_letters, raw.get("denied", ())):
            assert ban.pattern.search(phrase), f"{phrase} needs no exception"
            assert any(phrase in text for text in texts), f"{phrase} stands nowhere"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("ketamine", "names the medicine"),
        ("Esketamina", "names the medicine"),
        ("SPRAVATO", "names the medicine"),
        ("infusion", "names the medicine"),
        ("depression", "names a diagnosis"),
        ("depresion", "names a diagnosis"),
        ("psychiatry", "names a diagnosis"),
        ("suicidal", "tells a stranger"),
        ("PHQ-9", "names a questionnaire"),
        ("GAD-7", "names a questionnaire"),
        ("your score", "names a questionnaire"),
        ("50mg", "gives a dose"),
        ("50 mg", "gives a dose"),
        ("your dose", "gives a dose"),
        ("$99", "price or promotion"),
        ("precio", "price or promotion"),
        ("you said sad", "quotes the person's reply"),
    ],
)
def test_a_locked_screen_gives_nothing_away(word: str, reason: str) -> None:
    words = load_words("en")["day1"]
    in_text = lint_of(changed("en", "day1", sms=f"{words.sms} {word}"))
    in_subject = lint_of(changed("en", "day1", subject=f"{word} {words.subject}"))
    in_mail = lint_of(with_sentence(f"About {word}."))
    assert [(f.file, f.key) for f in in_text + in_subject] == [(EN, "day1.sms"), (EN, "day1.subject")]
    assert all(reason in finding.reason for finding in in_text + in_subject)
    assert in_mail == []


def test_an_accent_or_capitals_hide_nothing() -> None:
    [finding] = lint_of(changed("es", "day1", subject="DEPRESIÓN: {clinic}"))
    assert finding.key == "day1.subject"
    assert finding.reason.startswith('says "depresion"')
