"""A mail from a patient, as SES delivers it: SNS, then SQS (raw delivery off).

The ``Message`` of the SNS envelope is JSON in a string::

    {"notificationType": "Received",
     "mail": {"messageId": "d6iitobk75ur44p8kdnnp7g2n800", "source": "ada@example.org",
              "destination": ["..."], "headers": [{"name": "From", "value": "Ada <ada@example.org>"}]},
     "receipt": {"timestamp": "2026-11-24T15:02:11.204Z", "recipients": ["care@hudson.example.org"],
                 "spamVerdict": {"status": "PASS"}, "action": {"type": "SNS", "encoding": "BASE64"}},
     "content": "the whole mail, as text or in base64"}

Only the SNS action carries ``content``, and only up to 150 KB; SES returns larger mails to their sender. A
notice of any other action has none: somebody wrote, and we do not know what.
Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving" and "Publish
to Amazon SNS topic action".
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from aftercare.contracts.inbound_sms import carrier_id
from aftercare.contracts.mail_automatic import Automatic, automatic
from aftercare.contracts.mail_parts import Found, as_text, harmless, read_parts
from aftercare.contracts.mail_quotes import written
from aftercare.contracts.sns_notice import instant_or, open_notice, part, whole_text
from aftercare.domain.errors import BadInput

# A letter is far below this; beyond it, start and end are kept, for people write above and below a quote.
LONGEST_TEXT = 200_000
LONGEST_SUBJECT = 1_000

_NO_ADDRESS = r"\s\x00-\x20\x7f-\x9f<>\"(),;:@"
_ADDRESS = re.compile(rf"[^{_NO_ADDRESS}]{{1,64}}@[^{_NO_ADDRESS}]{{1,255}}")
_IN_BRACKETS = re.compile(rf"<\s*({_ADDRESS.pattern})")
_MESSAGE_ID = re.compile(r"<\s*([!-;=?-~]{1,250})\s*>")
_MOST_REFERENCES = 50
_STATUS = re.compile(r"[A-Z_]{1,32}")
_SES_HOST = re.compile(r"(?:[a-z0-9-]+\.)?amazonses\.com")
# What Python's own mail parser has been seen to raise on mail that is no mail.
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What SES found: ``PASS``, ``FAIL``, ``GRAY``, ``PROCESSING_FAILED``, ``DISABLED``, or ``""`` unsaid."""

    spam: str = ""
    virus: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """One mail.

    Attributes:
        id: SES's id: the same mail delivered twice has it twice.
        message_id: The sender's Message-ID without brackets, if there is one.
        received_at: When SES took it, aware UTC.
        from_address: The ``From`` address in lower case; empty if there is none. Only ``verdicts`` prove it.
        to_addresses: For whom SES took it, lower case, or who stands under ``To``.
        subject: Decoded, one line. Words of the patient, like ``text``: never log them.
        text: Everything readable, quotes included.
        written: What of it is not quoted and not a signature. May be empty when ``text`` is not.
        aside: What a mail program shows in place of ``text`` or not at once: other words in HTML, text files.
        written_aside: What of that is not quoted and not a signature.
        in_reply_to: Message-IDs this answers, without brackets.
        references: Message-IDs of the thread, oldest first, without brackets.
        automatic: What kind of machine wrote it; ``None`` for a person.
        attachments: How many parts were attached, or not read.
        attachment_bytes: Their size, about.
        verdicts: Of spam, virus and sender checks.
        truncated: The middle of the text was left out.
        spoilt: Some of it was damaged, or a text file went on for too long.
        missing_content: The notice carried no mail: what the patient wrote is unknown.
    """

    id: str
    message_id: str | None
    received_at: datetime
    from_address: str
    to_addresses: tuple[str, ...]
    subject: str
    text: str
    written: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    automatic: Automatic | None
    attachments: int
    attachment_bytes: int
    verdicts: Verdicts
    truncated: bool
    missing_content: bool
    aside: str = ""
    written_aside: str = ""
    spoilt: bool = False

    @property
    def unreadable(self) -> bool:
        """Whether the patient may have written something that nobody has read: for a person to look."""
        lost = self.missing_content or self.truncated or self.spoilt
        return lost or (self.attachments > 0 and not self.text)

    @property
    def provider_ids(self) -> tuple[str, ...]:
        """SES's ids of our own mails that this answers, nearest first: it makes them into Message-IDs."""
        nearest = dict.fromkeys(self.in_reply_to + self.references[::-1])
        parted = (found.partition("@") for found in nearest)
        return tuple(name for name, _, host in parted if _SES_HOST.fullmatch(host.lower()))


def parse(sqs_body: str) -> InboundMail:
    """Read the body of an SQS message that SNS put there.

    A mail is never refused for what its sender did to it: broken MIME, wrong alphabets and the like are
    read as far as they go.

    Raises:
        BadInput: It is no notice of a mail from SES.
    """
    notice, taken_at = open_notice(sqs_body, "an SES receiving notification")
    if notice.get("notificationType") != "Received":
        raise BadInput("body.Message.notificationType", notice.get("notificationType"), "Received")
    mail, receipt = part(notice, "mail"), part(notice, "receipt")
    ses_id = carrier_id(mail.get("messageId"), "body.Message.mail.messageId")
    content = _content(notice, receipt)
    headers, found = _read(content) if content is not None else (_listed_headers(mail), Found())
    text = "\n\n".join(found.blocks)
    own = "\n\n".join(filter(None, map(written, found.blocks)))
    sender, subject = _sender(headers, mail), _subject(headers, mail)
    return InboundMail(
        id=ses_id,
        message_id=next(iter(_message_ids(headers, "message-id")), None),
        received_at=instant_or(receipt.get("timestamp"), taken_at),
        from_address=sender,
        to_addresses=_recipients(headers, mail, receipt),
        subject=subject,
        text=_middle_out(text),
        written=_middle_out(own),
        in_reply_to=_message_ids(headers, "in-reply-to"),
        references=_message_ids(headers, "references"),
        automatic=automatic(
            headers,
            _first(headers, "content-type").lower(),
            sender,
            subject,
            null_sender=_null(headers, mail),
        ),
        attachments=found.attachments,
        attachment_bytes=found.attachment_bytes,
        verdicts=Verdicts(*(_verdict(receipt, kind) for kind in ("spam", "virus", "spf", "dkim", "dmarc"))),
        truncated=len(text) > LONGEST_TEXT,
        missing_content=content is None,
        aside=_middle_out("\n\n".join(found.aside)),
        written_aside=_middle_out("\n\n".join(filter(None, map(written, found.aside)))),
        spoilt=found.spoilt,
    )


_Headers = Mapping[str, list[str]]


def _content(notice: Mapping[str, object], receipt: Mapping[str, object]) -> bytes | None:
    """Return the mail as it stands in the notice, unpacked if it came in base64; ``None`` if it is not there.

    A mail has colons in its headers and base64 has none, so they cannot be taken for each other.
    """
    content = whole_text(notice.get("content"))
    if not content.strip():
        return None
    encoding = part(receipt, "action").get("encoding")
    if ":" not in content and not (isinstance(encoding, str) and encoding.upper().startswith("UTF")):
        try:
            return base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            pass
    return content.encode()


def _read(content: bytes) -> tuple[_Headers, Found]:
    """Return headers and parts. What Python's parser gives up on is read as one plain text.

    The parser's older policy is used on purpose: it takes headers as they are, and so has less to trip over.
    """
    headers: dict[str, list[str]] = {}
    found: Found | None = None
    try:
        for name, value in BytesHeaderParser().parsebytes(content).raw_items():
            unfolded = re.sub(r"\r?\n[ \t]*", " ", str(value)).encode("utf-8", "surrogateescape")
            headers.setdefault(name.lower(), []).append(as_text(unfolded, "").strip())
        found = read_parts(message_from_bytes(content)) if headers else None
    except _BROKEN:
        pass
    return headers, found or Found([harmless(as_text(content, "utf-8")).strip()])


def _listed_headers(mail: Mapping[str, object]) -> _Headers:
    headers: dict[str, list[str]] = {}
    listed = mail.get("headers")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            headers.setdefault(one["name"].lower(), []).append(whole_text(one.get("value")).strip())
    return headers


def _first(headers: _Headers, name: str) -> str:
    return next(iter(headers.get(name, ())), "")


def _subject(headers: _Headers, mail: Mapping[str, object]) -> str:
    raw = _first(headers, "subject") or whole_text(part(mail, "commonHeaders").get("subject"))
    try:
        parts = decode_header(raw[: LONGEST_SUBJECT * 8])
        decoded = "".join(p if isinstance(p, str) else as_text(p, c or "utf-8") for p, c in parts)
    except _BROKEN:
        decoded = raw
    return " ".join(harmless(decoded).split())[:LONGEST_SUBJECT]


def _addresses(found: object) -> tuple[str, ...]:
    """Return the addresses in a header's text, in lower case, each once."""
    text = whole_text(found)[:4_000]
    try:
        parsed = [address for _, address in getaddresses([text])]
    except _BROKEN:
        parsed = []
    good = [address for address in parsed if _ADDRESS.fullmatch(address)]
    good = good or _IN_BRACKETS.findall(text) or _ADDRESS.findall(text)
    return tuple(dict.fromkeys(address.lower() for address in good))


def _sender(headers: _Headers, mail: Mapping[str, object]) -> str:
    common = part(mail, "commonHeaders").get("from")
    listed = common[0] if isinstance(common, list) and common else ""
    tried = (_addresses(found) for found in (_first(headers, "from"), listed, mail.get("source")))
    return next((addresses[0] for addresses in tried if addresses), "")


def _recipients(
    headers: _Headers, mail: Mapping[str, object], receipt: Mapping[str, object]
) -> tuple[str, ...]:
    for listed in (receipt.get("recipients"), mail.get("destination"), headers.get("to")):
        found = [address for one in listed for address in _addresses(one)] if isinstance(listed, list) else []
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _message_ids(headers: _Headers, name: str) -> tuple[str, ...]:
    found = _MESSAGE_ID.findall(" ".join(headers.get(name, ())))
    return tuple(dict.fromkeys(found[-_MOST_REFERENCES:]))


def _null(headers: _Headers, mail: Mapping[str, object]) -> bool:
    return mail.get("source") in ("", "<>") or _first(headers, "return-path") == "<>"


def _verdict(receipt: Mapping[str, object], kind: str) -> str:
    status = part(receipt, f"{kind}Verdict").get("status")
    return status if isinstance(status, str) and _STATUS.fullmatch(status) else ""


def _middle_out(text: str) -> str:
    half = LONGEST_TEXT // 2
    return text if len(text) <= LONGEST_TEXT else f"{text[: half - 1]}\n{text[-half:]}"
