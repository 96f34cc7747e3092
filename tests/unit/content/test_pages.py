"""The words of the patients' pages: whole in both languages, easy to read, discreet before the gate."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aftercare.content.lint_pages import lint_pages
from aftercare.content.load_pages import PageWords, load_pages, parse_pages
from aftercare.domain.errors import BadInput
from infra.local.lint_command import reading_grade

TODAY = date(2026, 11, 30)
WEB = Path(__file__).resolve().parents[3] / "functions/aftercare/web"


def easy(_text: str, _language: str) -> float:
    return 1.0


def changed(key: str, text: str | None) -> dict[str, PageWords]:
    pages = dict(load_pages())
    texts = {k: t for k, t in pages["en"].texts.items() if k != key} | ({key: text} if text else {})
    return {**pages, "en": replace(pages["en"], texts=texts)}


def raw(**more: Any) -> dict[str, Any]:
    months = ", ".join("abcdefghijkl")
    words = {"gate_months": months, **more}
    return {"language": "en", "sources": ["ours"], "review_by": date(2027, 5, 31), "words": words}


def test_what_ships_breaks_no_rule_and_can_be_read_after_six_years_of_school() -> None:
    assert lint_pages(load_pages(), TODAY, reading_grade) == []


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("gate_why", "Your depression form.", "diagnosis"),
        ("title", "Ketamine follow-up", "medicine"),
        ("thanks_text", "You will be cured.", "cure"),
        ("call_911", "Call us", "does not show 911"),
        ("panel_crisis", "Call a friend.", "does not show 988"),
        ("next", None, "has no text here"),
    ],
)
def test_a_slip_is_found(key: str, text: str | None, why: str) -> None:
    findings = [str(one) for one in lint_pages(changed(key, text), TODAY, easy)]
    assert any(f"pages/en.toml {key}" in one and why in one for one in findings), findings


def test_words_that_are_overdue_or_hard_to_read_are_found() -> None:
    assert len(lint_pages(load_pages(), date(2030, 1, 1), easy)) == 2
    assert lint_pages(load_pages(), TODAY, lambda *_: 9.0)


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (raw() | {"language": "fr"}, "language"),
        (raw() | {"words": "x"}, "words"),
        (raw() | {"more": 1}, "more"),
        (raw() | {"review_by": "soon"}, "review_by"),
        (raw() | {"sources": "ours"}, "sources"),
        (raw(gate_months="January"), "words.gate_months"),
        (raw(next=""), "words.next"),
        (raw(next="{name}"), "words.next"),
        (raw(gate_wrong="No tries are named."), "words.gate_wrong"),
        (raw(gate_wrong="{left"), "words.gate_wrong"),
    ],
)
def test_a_malformed_file_is_refused_naming_the_key(found: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_pages(found, "pages/en.toml")
    assert refused.value.field == field


def test_every_word_is_used_by_a_page_and_no_page_has_words_of_its_own() -> None:
    sources = [*(WEB / "templates").glob("form_*.html"), *WEB.glob("form_*.py")]
    used = " ".join(file.read_text("utf-8") for file in sources)
    for key in load_pages()["en"].texts:
        kind = re.fullmatch(r"(closed|bye_closed|odd)_(heading|text)", key)
        assert kind or re.search(rf"\b{key}\b", used), key
    for file in (WEB / "templates").glob("form_*.html"):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", file.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"[A-Za-z]{2,}", bare), (file.name, bare)
