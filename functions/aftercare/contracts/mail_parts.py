"""The readable parts of a mail, whatever is wrong with its MIME."""

import base64
import binascii
import codecs
import re
from dataclasses import dataclass, field
from email.message import Message

from aftercare.contracts.mail_html import text_of

# Deeper nesting than this is no letter; what lies below counts as one attachment.
DEEPEST = 30
# A plain part with less than this share of the HTML part's words is a stub ("your program shows no HTML").
_STUB_SHARE = 0.5
_STUB_WORDS = 20

_READ = frozenset({"text/plain", "text/html"})
_ENCODED = frozenset({"quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"})
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}")
# Alphabets with which UTF-8 is often mislabelled, and which read any of its bytes as something.
_LATIN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252", "latin-1"})
# Line breaks of other kinds become our own; the remaining control characters and NUL go.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


@dataclass(slots=True)
class Found:
    """What a part of a mail holds. ``blocks``: readable texts in order; sizes in bytes."""

    blocks: list[str] = field(default_factory=list)
    attachments: int = 0
    attachment_bytes: int = 0

    def add(self, other: "Found") -> None:
        self.blocks += other.blocks
        self.attachments += other.attachments
        self.attachment_bytes += other.attachment_bytes

    @property
    def words(self) -> int:
        return sum(len(block.split()) for block in self.blocks)


def harmless(text: str) -> str:
    """Return the text without control characters, with plain line breaks and whole characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", _BREAKS.sub("\n", whole)).replace("\xa0", " ")


def read_parts(part: Message, depth: int = 0) -> Found:
    """Return what a mail holds: every text part, in order, and the size of the rest.

    Of alternatives the plain text is taken, unless it is blank; if it is a mere stub, both.
    """
    kind = part.get_content_type()
    children = part.get_payload() if part.is_multipart() else None
    if not isinstance(children, list):
        return _leaf(part, kind)
    if part.get_content_maintype() == "message" or depth >= DEEPEST:
        return Found([], 1, _size(part))
    found = [read_parts(child, depth + 1) for child in children if isinstance(child, Message)]
    if kind == "multipart/alternative":
        kinds = [child.get_content_type() for child in children if isinstance(child, Message)]
        return _alternative(found, kinds)
    whole = Found()
    for each in found:
        whole.add(each)
    return whole


def _alternative(found: list[Found], kinds: list[str]) -> Found:
    plain, rich = Found(), Found()
    for each, kind in zip(found, kinds, strict=True):
        (plain if kind == "text/plain" else rich).add(each)
    enough = plain.words and plain.words >= _STUB_SHARE * rich.words - _STUB_WORDS
    chosen = plain.blocks if enough else plain.blocks + rich.blocks
    return Found(chosen, plain.attachments + rich.attachments, plain.attachment_bytes + rich.attachment_bytes)


def _leaf(part: Message, kind: str) -> Found:
    attached = part.get_content_disposition() == "attachment"
    broken = part.get_content_maintype() == "multipart"  # no boundary: all its parts are one text
    if attached or not (broken or kind in _READ):
        return Found([], 1, _size(part))
    text = harmless(_decoded(part)).strip()
    if kind == "text/html":
        text = harmless(text_of(text))
    return Found([text] if text else [])


def _size(part: Message) -> int:
    """Return about how many bytes a part has once decoded."""
    todo, size = [part], 0
    while todo:
        payload = (one := todo.pop()).get_payload()
        if isinstance(payload, list):
            todo += [child for child in payload if isinstance(child, Message)]
        elif isinstance(payload, str):
            bare = len(payload) - payload.count("\n") - payload.count("\r")
            size += bare * 3 // 4 if _encoding(one) == "base64" else len(payload)
    return size


def _encoding(part: Message) -> str:
    return str(part.get("content-transfer-encoding", "")).strip().lower()


def _decoded(part: Message) -> str:
    charset, encoding = str(part.get_content_charset("") or ""), _encoding(part)
    if encoding == "base64":
        raw = part.get_payload()
        return _from_base64(raw, charset) if isinstance(raw, str) else ""
    found = part.get_payload(decode=True)
    if not isinstance(found, bytes):
        return ""
    # SES hands over what was not encoded as UTF-8, whatever the part says of itself.
    return as_text(found, charset, utf_8_first=encoding not in _ENCODED and not found.isascii())


def _from_base64(raw: str, charset: str) -> str:
    """Decode as far as it is base64; lists append plain lines, and some senders only claim it."""
    lines = [line.strip() for line in raw.strip().splitlines()]
    end = next((i for i, line in enumerate(lines) if line and not _BASE64_LINE.fullmatch(line)), len(lines))
    joined = "".join(lines[:end]).rstrip("=")
    joined = joined[: len(joined) - (len(joined) % 4 == 1)]
    try:
        decoded = as_text(base64.b64decode(joined + "=" * (-len(joined) % 4), validate=True), charset)
    except binascii.Error:
        return raw
    return "\n".join([decoded, *lines[end:]])


def as_text(found: bytes, charset: str, *, utf_8_first: bool = False) -> str:
    """Decode bytes by their declared alphabet, or by the one they are really in. Never raises."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = "ascii"
    order = ("utf-8", name, "cp1252") if utf_8_first or name in _LATIN else (name, "utf-8", "cp1252")
    for each in order:
        try:
            return found.decode(each)
        except (LookupError, ValueError):  # "base64" and "rot13" are codecs, too, but not of text
            continue
    return found.decode("latin-1")
