"""What a mail holds that a mail program might not show: damaged parts, other words in HTML, text files."""

import pytest

from aftercare.contracts.inbound_mail import parse
from tests.unit.contracts.letters import leaf, letter, multipart, notice


def test_a_text_file_is_read_as_far_as_a_letter_goes() -> None:
    book = leaf("text/plain", "I slept well. " * 10_000, disposition="attachment")
    mail = parse(notice(letter(**multipart("mixed", leaf("text/plain", "see attached"), book))))
    assert 40_000 < len(mail.aside) <= 50_000
    assert mail.unreadable


def test_words_that_only_the_html_of_a_mail_says_are_set_aside() -> None:
    parts = (
        leaf("text/plain", "View in HTML"),
        leaf("text/html", "<p>I want to die</p><blockquote>x</blockquote>"),
    )
    mail = parse(notice(letter(**multipart("alternative", *parts))))
    assert (mail.written, mail.written_aside.split()[:4]) == ("View in HTML", ["I", "want", "to", "die"])


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        ("SSB3YW50IHRv!!!IGRpZSwgTWHDsWFuYQ==", {"encoding": "base64"}),
        ("SSB3YW50\n?IHRvIGRpZSwgTWHDsWFuYQ==", {"encoding": "base64"}),
        ("SSB3YW50IHRvIGRpZSwgTWHDsWFuYQ==", {}),
        ("SSB3YW50IHRvIGRpZSwgTWHDsWFuYQ!!==", {}),
    ],
    ids=["strange marks", "a strange line", "no word that it is base64", "neither, and strange marks"],
)
def test_damaged_base64_is_read_as_far_as_it_goes_and_is_for_a_person(
    sent: str, headers: dict[str, str]
) -> None:
    mail = parse(notice(letter(sent, **headers)))
    assert "I want to die, Mañana" in f"{mail.text}\n{mail.aside}"
    assert mail.unreadable


@pytest.mark.parametrize(
    "text", ["https://hudson.example.org/abcdefgh", "a" * 400, "Donaudampfschiffahrtsgesellschaft"]
)
def test_a_long_word_is_no_base64(text: str) -> None:
    mail = parse(notice(letter(text)))
    assert (mail.text, mail.aside, mail.unreadable) == (text, "", False)
