"""The readable parts of a mail, whatever is wrong with its MIME."""

import base64
import codecs
import re
from dataclasses import dataclass, field, replace
from email.message import Message
from itertools import takewhile

from aftercare.contracts.mail_html import text_of

# Deeper nesting than this is no letter; what lies below counts as one attachment.
DEEPEST = 30
# A plain part with less than this share of the HTML part's words is a stub ("your program shows no HTML").
_STUB_SHARE = 0.5
_STUB_WORDS = 20

_READ = frozenset({"text/plain", "text/html"})
_ENCODED = frozenset({"quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"})
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/]+")
# A word this long without a blank is no word.
_NO_WORD = 24
# A letter is far below this; a longer text file is read to here, and is unreadable beyond it.
_LONGEST_FILE = 50_000
_WORD = re.compile(r"\w+")
# Alphabets with which UTF-8 is often mislabelled, and which read any of its bytes as something.
_LATIN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252", "latin-1"})
# Line breaks of other kinds become our own; the remaining control characters and NUL go.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


@dataclass(slots=True)
class Found:
    """What a part of a mail holds; sizes in bytes.

    Attributes:
        blocks: Readable texts in order.
        aside: Texts that a mail program shows in their place or not at once: the other one of two
            alternatives that say different things, and text files.
        spoilt: Some of it was damaged or left out: there may be more than was read.
    """

    blocks: list[str] = field(default_factory=list)
    attachments: int = 0
    attachment_bytes: int = 0
    aside: list[str] = field(default_factory=list)
    spoilt: bool = False

    def add(self, other: "Found") -> None:
        self.blocks += other.blocks
        self.attachments += other.attachments
        self.attachment_bytes += other.attachment_bytes
        self.aside += other.aside
        self.spoilt = self.spoilt or other.spoilt

    @property
    def words(self) -> int:
        return sum(len(block.split()) for block in self.blocks)

    @property
    def vocabulary(self) -> set[str]:
        return {word for block in self.blocks for word in _WORD.findall(block.casefold())}


def harmless(text: str) -> str:
    """Return the text without control characters, with plain line breaks and whole characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", _BREAKS.sub("\n", whole)).replace("\xa0", " ")


def read_parts(part: Message, depth: int = 0) -> Found:
    """Return what a mail holds: every text part, in order, and the size of the rest.

    Of alternatives the plain text is taken, unless it is blank; if it is a mere stub, both. Words that only
    the HTML has are set aside.
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
    if enough:
        hidden = rich.blocks if rich.vocabulary - plain.vocabulary else []
        rich = replace(rich, blocks=[], aside=[*rich.aside, *hidden])
    plain.add(rich)
    return plain


def _leaf(part: Message, kind: str) -> Found:
    attached = part.get_content_disposition() == "attachment"
    broken = part.get_content_maintype() == "multipart"  # no boundary: all its parts are one text
    if not (broken or kind in _READ):
        return Found([], 1, _size(part))
    decoded, spoilt = _decoded(part)
    whole = harmless(decoded[:_LONGEST_FILE] if attached else decoded).strip()
    text = harmless(text_of(whole)) if kind == "text/html" else whole
    texts = [text] if text else []
    if attached:
        return Found([], 1, _size(part), texts, spoilt or len(decoded) > _LONGEST_FILE)
    packed = _packed(text)
    return Found(texts, aside=packed, spoilt=spoilt or bool(packed))


def _packed(text: str) -> list[str]:
    """Return what a text says that came in base64 without a word that it does; nothing if it is a text."""
    if len(text) < _NO_WORD or any(len(word) < _NO_WORD for word in text.split()[:-1]):
        return []
    found = _unpacked("".join(text.split()))
    try:
        said = found.decode()
    except UnicodeDecodeError:
        return []
    return [harmless(said).strip()] if " " in said and said.isprintable() else []


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


def _decoded(part: Message) -> tuple[str, bool]:
    """Return the text of a part, and whether it was damaged."""
    charset, encoding = str(part.get_content_charset("") or ""), _encoding(part)
    if encoding == "base64":
        raw = part.get_payload()
        return _from_base64(raw, charset) if isinstance(raw, str) else ("", False)
    found = part.get_payload(decode=True)
    if not isinstance(found, bytes):
        return "", False
    # SES hands over what was not encoded as UTF-8, whatever the part says of itself.
    return as_text(found, charset, utf_8_first=encoding not in _ENCODED and not found.isascii()), False


def _from_base64(raw: str, charset: str) -> tuple[str, bool]:
    """Decode as far as it is base64; lists append plain lines, and some senders only claim it.

    Lines with characters that do not belong there are decoded without them, and kept as they came, too.
    """
    lines = [line.strip() for line in raw.strip().splitlines()]
    end = next((i for i, line in enumerate(lines) if line and not _BASE64_LINE.fullmatch(line)), len(lines))
    damaged = list(takewhile(lambda line: " " not in line, lines[end:]))
    decoded = as_text(_unpacked("".join(lines[:end] + damaged)), charset)
    return "\n".join([decoded, *lines[end:]]), bool(damaged)


def _unpacked(text: str) -> bytes:
    """Decode base64, whatever stands in it besides. What follows padding is begun anew."""
    runs = ("".join(_BASE64_RUN.findall(one)) for one in re.split("=+", text))
    whole = (run[: len(run) - (len(run) % 4 == 1)] for run in runs)
    return b"".join(base64.b64decode(run + "=" * (-len(run) % 4)) for run in whole)


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
