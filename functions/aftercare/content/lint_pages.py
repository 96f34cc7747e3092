"""The content lint of the patients' pages: both languages whole, easy to read, and discreet before the gate.

A page's words are joined for the reading grade: one button is too short to be graded.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from aftercare.content.lint import Finding, Grade, Rules, load_rules, plain_letters
from aftercare.content.load_pages import FOLDER, PageWords

# Shown to whoever holds the phone, or has the link: no more than a locked screen may show.
_BEFORE_THE_GATE = ("gate_", "closed_", "bye_", "title", "busy_", "odd_", "crisis_", "call_", "text_")
# Where help must stand, and the numbers by which it comes.
_HELP = {
    **dict.fromkeys(("call_911", "panel_danger", "panel_call_911"), "911"),
    **dict.fromkeys(("call_988", "text_988", "panel_crisis", "panel_call_988", "panel_text_988"), "988"),
}
# Buttons and headings in a row are no sentences; they would make every text look easier than it is.
_SENTENCE = (".", "?", "!", ":")


def lint_pages(pages: Mapping[str, PageWords], today: date, grade: Grade) -> list[Finding]:
    """Return everything that keeps these pages from being shown.

    Args:
        pages: By language.
        today: The day against which reviews are due.
        grade: Reading grade (school years of the United States) of a text in a language.
    """
    rules, findings = load_rules(), list[Finding]()
    known = {key for one in pages.values() for key in one.texts}
    for language, one in pages.items():
        file = f"{FOLDER}/{language}.toml"
        findings += [Finding(file, key, "has no text here") for key in sorted(known - one.texts.keys())]
        if one.overdue(today):
            findings.append(Finding(file, "review_by", f"the review was due on {one.review_by}"))
        if not one.sources:
            findings.append(Finding(file, "sources", "names no source"))
        findings += _said(one, file, rules)
        findings += _ways_to_help(one, file)
        findings += _hard_to_read(one, file, rules, grade)
    return findings


def _said(words: PageWords, file: str, rules: Rules) -> Iterator[Finding]:
    for key, text in words.texts.items():
        shown = rules.lock_screen if key.startswith(_BEFORE_THE_GATE) else ()
        for ban in (*rules.claims, *shown):
            said = ban.broken_by(plain_letters(text), f"pages.{key}")
            if said is not None:
                yield Finding(file, key, f'says "{said}": {ban.reason}')


def _ways_to_help(words: PageWords, file: str) -> Iterator[Finding]:
    for key, number in _HELP.items():
        if number not in words.texts.get(key, ""):
            yield Finding(file, key, f"does not show {number}")


def _hard_to_read(words: PageWords, file: str, rules: Rules, grade: Grade) -> Iterator[Finding]:
    pages = dict.fromkeys(key.partition("_")[0] for key in words.texts)
    for name in pages:
        texts = [text for key, text in words.texts.items() if key.partition("_")[0] == name]
        sentences = [text for text in texts if text.endswith(_SENTENCE)]
        found = grade(" ".join(sentences), words.language) if sentences else 0.0
        if found > rules.grade:
            yield Finding(file, f"{name}_*", f"reads at grade {found:.1f}; allowed: {rules.grade:g}")
