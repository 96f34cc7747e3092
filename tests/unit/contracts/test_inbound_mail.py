"""A mail from a patient, out of the SNS envelope in an SQS message, whatever its sender did to it."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftercare.contracts.inbound_mail import LONGEST_TEXT, Verdicts, parse
from aftercare.domain.errors import BadInput
from tests.unit.contracts.letters import ABSENT, CLINIC, leaf, letter, multipart, notice

EVENTS = Path(__file__).parents[2] / "events"
NO_ID = "the id that the carrier gave"


def test_a_mail_is_read_as_ses_delivers_it() -> None:
    batch = json.loads((EVENTS / "mail_received.json").read_text(encoding="utf-8"))
    mail = parse(batch["Records"][0]["body"])
    assert mail.id == "d6iitobk75ur44p8kdnnp7g2n800"
    assert mail.message_id == "CAF1x7Q@mail.example.org"
    assert mail.received_at == datetime(2026, 11, 24, 15, 2, 11, 204_000, tzinfo=UTC)
    assert (mail.from_address, mail.to_addresses) == ("carmen@example.org", (CLINIC,))
    assert mail.subject == "Re: ¿Cómo se siente?"
    assert mail.written == "Dormí bien. 7"
    assert "El mar, 24 nov 2026" in mail.text
    assert mail.provider_ids == ("0100019aec5f2b1c-1d2e3f4a-0001-4b6c-8d9e-0f1a2b3c4d5e-000000",)
    assert mail.automatic is None
    assert (mail.attachments, mail.attachment_bytes) == (0, 0)
    assert mail.verdicts == Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
    assert (mail.truncated, mail.missing_content, mail.unreadable) == (False, False, False)


# ---- who and to whom


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ('"Example, Ada" <Ada@example.org>', "ada@example.org"),
        ("=?utf-8?q?Bel=C3=A9n?= <ben@example.org>", "ben@example.org"),
        ('"ben@example.org" <ada@example.org>', "ada@example.org"),
        ("Ada (my phone) <ada@example.org>", "ada@example.org"),
        ("<ada@example.org", "ada@example.org"),
    ],
)
def test_the_sender_is_an_address_without_its_name(header: str, address: str) -> None:
    assert parse(notice(letter("7", From=header))).from_address == address


def test_a_mail_without_a_sender_is_from_whom_ses_says() -> None:
    assert parse(notice(letter("7", From=""))).from_address == "ada@example.org"
    assert parse(notice(letter("7", From=""), commonHeaders={}, source="BEN@example.org")).from_address == (
        "ben@example.org"
    )
    assert parse(notice(letter("7", From="undisclosed"), commonHeaders={}, source="")).from_address == ""


def test_the_clinic_is_the_one_ses_took_the_mail_for() -> None:
    both = [CLINIC, "Care@Other.example.org", CLINIC]
    assert parse(notice(letter("7"), receipt_recipients=both)).to_addresses == (
        CLINIC,
        "care@other.example.org",
    )
    assert parse(notice(letter("7"), receipt_recipients=ABSENT)).to_addresses == (CLINIC,)
    assert parse(notice(letter("7"), receipt_recipients=[7], destination=7)).to_addresses == (CLINIC,)


def test_a_reply_names_our_mail_by_the_id_that_ses_gave_it() -> None:
    mail = parse(
        notice(
            letter(
                "7",
                in_reply_to="<0100-b@us-east-2.amazonses.com>",
                references="<x@example.org> <0100-a@email.amazonses.com>\n <0100-b@us-east-2.amazonses.com>",
            )
        )
    )
    assert mail.in_reply_to == ("0100-b@us-east-2.amazonses.com",)
    assert mail.references[0] == "x@example.org"
    assert mail.provider_ids == ("0100-b", "0100-a")


# ---- the subject


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?UTF-8?B?8J+MsSBDw7NtbyBlc3TDoQ==?=", "🌱 Cómo está"),
        ("=?utf-8?q?Bien_=F0=9F=8C?= =?utf-8?q?=B1?=", "Bien 🌱"),
        ("=?iso-8859-1?Q?Ma=F1ana?=", "Mañana"),
        ("=?no-such-alphabet?Q?hola?=", "hola"),
        ("=?utf-8?B?garbage!?=", "=?utf-8?B?garbage!?="),
        ("Mañana sin codificar", "Mañana sin codificar"),
        ("two\r\n lines", "two lines"),
        ("", "Re: Your check-in"),
    ],
)
def test_a_subject_is_decoded(header: str, subject: str) -> None:
    assert parse(notice(letter("7", Subject=header))).subject == subject


# ---- the words


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (letter("Adiós 🌱"), "Adiós 🌱"),
        (letter("Adi=C3=B3s =F0=9F=8C=B1", encoding="quoted-printable"), "Adiós 🌱"),
        (letter(base64.encodebytes("Adiós 🌱".encode()).decode(), encoding="BASE64"), "Adiós 🌱"),
        (
            letter("Adi=F3s", kind="text/plain; charset=iso-8859-1", encoding="quoted-printable"),
            "Adiós",
        ),
        (letter("Adi=F3s", kind="text/plain; charset=utf-8", encoding="quoted-printable"), "Adiós"),
        (letter("Adi=C3=B3s", kind="text/plain; charset=us-ascii", encoding="quoted-printable"), "Adiós"),
        (letter("Adiós", kind="text/plain; charset=x-martian"), "Adiós"),
        (letter("Adiós", kind="text/plain; charset=gb2312"), "Adiós"),
        (
            letter("=1B$B$O$$=1B(B", kind="text/plain; charset=iso-2022-jp", encoding="quoted-printable"),
            "はい",
        ),
        (letter("Adiós", kind=""), "Adiós"),
        (letter("Adiós", kind="nonsense"), "Adiós"),
        (letter("not base64 at all, I am sorry", encoding="base64"), "not base64 at all, I am sorry"),
        (letter("SGVsbG8=\nsent to the list by Ben\n", encoding="base64"), "Hello\nsent to the list by Ben"),
        (letter("SGVsbG8", encoding="base64"), "Hello"),
        (letter("Adiós", encoding="x-unheard-of"), "Adiós"),
        (letter("--=_b1\nContent-Type: text/plain\n\nhelp me", kind="multipart/mixed"), "help me"),
        (letter("help me", kind="multipart/mixed; boundary=never"), "help me"),
        ("help me, this has no headers", "help me, this has no headers"),
        ("From: ada@example.org\r\n\r\n\x00su\x00ici\x07de\x1b[31m\u2028", "suicide[31m"),
    ],
)
def test_the_words_survive_what_programs_do_to_them(content: str, text: str) -> None:
    assert text in parse(notice(content)).text


def test_half_an_emoji_costs_nobody_their_words() -> None:
    assert parse(notice(letter("help me \ud83d"))).text == "help me \ufffd"


def test_a_mail_handed_over_in_base64_keeps_every_letter() -> None:
    raw = letter("Adi@s", kind="text/plain; charset=iso-8859-1", Subject="Ma@ana")
    packed = base64.b64encode(raw.encode().replace(b"Adi@s", b"Adi\xf3s").replace(b"Ma@a", b"Ma\xf1a"))
    mail = parse(notice(packed.decode(), receipt_action={"type": "SNS", "encoding": "BASE64"}))
    assert (mail.text, mail.subject) == ("Adiós", "Mañana")
    assert parse(notice(packed.decode(), receipt_action={"type": "SNS"})).text == "Adiós"


def test_parts_within_parts_are_read_in_order() -> None:
    inner = multipart(
        "alternative", leaf("text/plain", "second"), leaf("text/html", "<p>second</p>"), boundary="in"
    )
    nested = f"Content-Type: {inner['kind']}\n\n{inner['body']}"
    mail = parse(notice(letter(**multipart("mixed", leaf("text/plain", "first"), nested))))
    assert mail.text == "first\n\nsecond"


def test_a_mail_folded_into_itself_a_thousand_times_is_still_read() -> None:
    shells = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1000))
    mail = parse(notice(f"From: ada@example.org\n{shells}\nI want help"))
    assert "I want help" in mail.text
    assert mail.from_address == "ada@example.org"


def test_attachments_are_counted_and_not_named_and_only_text_files_are_read() -> None:
    body = multipart(
        "mixed",
        leaf("text/plain", "see attached"),
        leaf('text/plain; name="diary.txt"', "private", "base64", 'attachment; filename="diary.txt"'),
        leaf("application/ms-tnef", "x" * 300, "base64", 'attachment; filename="winmail.dat"'),
        "Content-Type: message/rfc822\n\nFrom: ben@example.org\n\nhello",
    )
    mail = parse(notice(letter(**body)))
    assert (mail.text, mail.written, mail.attachments) == ("see attached", "see attached", 3)
    assert (mail.aside, mail.written_aside) == ("private", "private")
    assert mail.attachment_bytes == pytest.approx(7 + 300 + 5, abs=12)
    for name in ("diary", "winmail", "ben@"):
        assert name not in repr(mail)
    assert not mail.unreadable


def test_a_mail_that_is_only_an_attachment_is_for_a_person_to_look_at() -> None:
    mail = parse(notice(letter("eJ8+IgAA", kind="application/ms-tnef", encoding="base64")))
    assert (mail.text, mail.attachments, mail.unreadable) == ("", 1, True)


def test_an_empty_mail_is_read_as_empty() -> None:
    mail = parse(notice(letter("")))
    assert (mail.text, mail.written, mail.attachments, mail.unreadable) == ("", "", 0, False)


def test_of_an_endless_mail_start_and_end_are_kept() -> None:
    mail = parse(notice(letter("start of it\n" + "word " * 60_000 + "\nI want to die")))
    assert len(mail.text) == LONGEST_TEXT
    assert mail.text.startswith("start of it")
    assert mail.text.endswith("I want to die")
    assert (mail.truncated, mail.unreadable) == (True, True)
    assert len(mail.written) == LONGEST_TEXT


@pytest.mark.parametrize("content", [ABSENT, "", None, 7, {"raw": "x"}])
def test_a_mail_too_large_to_be_handed_over_is_known_to_exist(content: object) -> None:
    headers = [
        {"name": "From", "value": "Ada <ada@example.org>"},
        {"name": "Subject", "value": "=?utf-8?q?Ay=C3=BAdame?="},
        {"name": "Message-ID", "value": "<big@example.org>"},
        {"name": "Auto-Submitted", "value": "auto-replied"},
        {"name": 7},
        "junk",
    ]
    mail = parse(notice(content, headers=headers, receipt_action={"type": "S3"}))
    assert (mail.missing_content, mail.unreadable) == (True, True)
    assert (mail.text, mail.written, mail.attachments) == ("", "", 0)
    assert (mail.from_address, mail.subject) == ("ada@example.org", "Ayúdame")
    assert (mail.message_id, mail.automatic) == ("big@example.org", "auto_reply")


# ---- what is refused, and what is not


@pytest.mark.parametrize(
    ("forged", "field", "allowed"),
    [
        ("", "body", "an SNS notification"),
        ("Successfully validated SNS topic", "body", "an SNS notification"),
        ("[]", "body", "an SNS notification"),
        ("{}", "body.Type", "Notification"),
        (notice("x", envelope={"Type": "SubscriptionConfirmation"}), "body.Type", "Notification"),
        (notice("x", envelope={"Timestamp": ABSENT}), "body.Timestamp", "RFC 3339"),
        (notice("x", envelope={"Message": ABSENT}), "body.Message", "SES receiving notification"),
        (notice("x", envelope={"Message": "hi"}), "body.Message", "SES receiving notification"),
        (notice("x", envelope={"Message": "{}"}), "body.Message.notificationType", "Received"),
        (
            notice("x", envelope={"Message": '{"notificationType": "Bounce"}'}),
            "body.Message.notificationType",
            "Received",
        ),
        (
            notice("x", envelope={"Message": '{"notificationType": "Received", "mail": []}'}),
            "body.Message.mail.messageId",
            NO_ID,
        ),
        (notice("x", messageId=ABSENT), "body.Message.mail.messageId", NO_ID),
        (notice("x", messageId=""), "body.Message.mail.messageId", NO_ID),
        (notice("x", messageId=7), "body.Message.mail.messageId", NO_ID),
    ],
)
def test_what_ses_would_not_send_is_refused(forged: str, field: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(forged)
    assert refused.value.field == field
    assert allowed in refused.value.allowed


def test_a_mail_under_a_strange_id_is_taken_and_known_again_when_it_repeats() -> None:
    first, again, other = (parse(notice(letter("7"), messageId=id_)) for id_ in ("a b", "a b", "a c"))
    assert re.fullmatch(r"h-[0-9a-f]{32}", first.id)
    assert (first, first.written) == (again, "7")
    assert first.id != other.id


@pytest.mark.parametrize("odd", [ABSENT, None, 7, "x", [], {"status": 7}, {"status": "<b>"}])
def test_a_notice_with_odd_details_is_still_a_mail(odd: object) -> None:
    mail = parse(
        notice(
            letter("7"),
            receipt_timestamp=odd,
            receipt_spamVerdict=odd,
            receipt_action=odd,
            headers=odd,
            commonHeaders=odd,
        )
    )
    assert mail.written == "7"
    assert mail.verdicts.spam == ""
    assert mail.received_at == datetime(2026, 11, 24, 15, 2, 12, tzinfo=UTC)
