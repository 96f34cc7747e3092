"""Broken, endless and hostile mail: never refused, read as far as it goes, and in bounded work."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.contracts.inbound_mail import parse
from aftercare.contracts.mail_html import text_of
from tests.unit.contracts.letters import leaf, letter, multipart, notice


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>help<p>me", "help\nme"),
        ("<div>help</span></div></div> me", "help\n\nme"),
        ("<style>p{}</style>help me", "help me"),
        ("<style>help me", "help me"),
        ("<!-- hidden -->help me<!-- open", "help me<!-- open"),
        ("<![if !mso]>help<![endif]> me <?xml x?>", "help me"),
        ("I <3 you, 2 < 3 & 4 > 1", "I <3 you, 2 < 3 & 4 > 1"),
        ("<a href='x>help me", "help me"),
        ("help <a href='x", "help <a href='x"),
        ("<a href='x'>help</a> <a b='>me</a>", "help me"),
        ("&lt;help&gt;&nbsp;me&#33; &#xffffff; &bogus;", "<help> me! \ufffd &bogus;"),
        ("<td>help</td><td>me</td>", "help me"),
        ('so <img alt="😢" src="x"><img alt="a very long description">sad', "so 😢sad"),
        ("", ""),
    ],
)
def test_broken_html_keeps_its_words(page: str, words: str) -> None:
    assert text_of(page) == words


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<!--", "<!x", "<![x", "<?x", "</", "<div>", "<style>", "<a b='", "&a", "<a b='<", "<a b >"],
)
def test_html_that_keeps_a_parser_busy_for_minutes_is_read_at_once(piece: str) -> None:
    """Given whole, the second one was not done after 299 s on Python 3.11.7."""
    page = piece * (150_000 // len(piece))
    assert text_of(f"{page} I want help").endswith("I want help")


@pytest.mark.parametrize(
    "line", ["--\n>", "__________\n\n", "On 1", "<a@b> x", "From: x", "Sent from A", "> "]
)
def test_plain_text_made_of_quote_marks_is_read_at_once(line: str) -> None:
    body = f"{line}\n" * (150_000 // len(line))
    assert "I want help" in parse(notice(letter(f"{body}\nI want help"))).text


@given(st.text(st.sampled_from("<>/!-'\"= abdivstyle&;#x\n"), max_size=60))
def test_no_html_is_too_broken_to_be_read(page: str) -> None:
    assert isinstance(text_of(page), str)


@given(st.text(st.characters(), max_size=300))
def test_any_text_at_all_is_a_mail(content: str) -> None:
    mail = parse(notice(content))
    mail.text.encode()
    mail.subject.encode()
    assert "\x00" not in mail.text


@given(st.binary(max_size=300), st.sampled_from([b"", b"From: a@b.c\r\n\r\n", b"Content-Type: multipart/"]))
def test_any_bytes_at_all_are_a_mail(content: bytes, start: bytes) -> None:
    mail = parse(notice(base64.b64encode(start + content).decode(), receipt_action={"encoding": "BASE64"}))
    assert mail.id == "d6iitobk75ur44p8kdnnp7g2n800"
    mail.text.encode()


WHOLE = letter(
    **multipart(
        "mixed",
        leaf("text/plain; charset=utf-8", "I slept well. 7 ñ"),
        leaf("text/html; charset=utf-8", "<p>I slept <b>well</b>. 7 ñ</p>", "base64"),
        leaf("application/pdf", "PDF", "base64", "attachment; filename=a.pdf"),
    ),
    Subject="=?utf-8?q?C=C3=B3mo?=",
)


@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 200),
    st.sampled_from(["", "\x00", "\r\n", "\r\n\r\n", "=?", "\ud83d", "boundary=", '"', "--=_b1--", ";"]),
)
def test_a_mail_spoilt_in_any_one_place_is_still_read(start: int, length: int, instead: str) -> None:
    mail = parse(notice(WHOLE[:start] + instead + WHOLE[start + length :]))
    assert mail.text or mail.unreadable
    mail.text.encode()
    assert mail.from_address.isprintable()
