"""What a person wrote in a mail, apart from what they quoted and what their phone signs with."""

import re
from collections.abc import Sequence
from itertools import islice

_GAP = re.compile(r"\n{3,}")
# The line above a quote, which mail programs break over several: On Tue, Nov 24, 2026 at 10:02 AM Hudson
# <...> wrote; El mar, 24 nov 2026 a las 10:02, Hudson (<...>) escribió.
_OPENS = re.compile(r"\*?(?:On|El|En|Le)\b", re.IGNORECASE)
_WROTE = re.compile(r"(?=.*\d).{8,300}\b(?:wrote|escribi[oó])\s*:\*?", re.IGNORECASE)
_NAMED_WROTE = re.compile(
    r".{0,120}<[^<>\s]+@[^<>\s]+>\)?,?\s+(?:wrote|escribi[oó])\b.{0,80}:", re.IGNORECASE
)
_LONGEST_ATTRIBUTION = 4
_DIVIDER = re.compile(
    r"-{2,}\s*(?:(?:original|forwarded) message|mensaje (?:original|reenviado))\s*-{2,}"
    r"|(?:begin forwarded message|inicio del mensaje reenviado)\s*:",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:From|De)\s*:\s?\*?\s*\S.*", re.IGNORECASE)
_HEADER = re.compile(
    r"\*?(?:Sent|Date|To|Cc|Subject|Enviado(?: el)?|Fecha|Para|Asunto)\s*:\*?.*", re.IGNORECASE
)
_HEADERS_WITHIN = 6
_DELIMITER = re.compile(r"--\s?")
# RFC 3676 section 4.3 asks for short signatures; more than this below a lone "--" is somebody's letter.
_LONGEST_SIGNATURE = 12
_DEVICE = (
    r"(?:iphone|ipad|ipod|apple watch|android|galaxy(?: [a-z]?\d+\w*)?|samsung|outlook|yahoo(?: mail)?"
    r"|hotmail|mail|correo|aol|gmail|proton ?mail|proton|pixel|motorola|huawei|xiaomi|blackberry|windows"
    r"|phone|smartphone|mobile|device|tel[eé]fono|celular|m[oó]vil|dispositivo)"
)
# Between "Sent from" and the device stand names, not sentences: "Sent from my bed, I lost my phone" stays.
_NAME = r"(?-i:my|mi|the|el|un|an|a|de|mobile|smart|cell|tel[eé]fono|celular|[A-Z][\w&'’-]*|\d\w*),?"
_SIGNED = re.compile(
    r"(?:(?:sent|enviado|mandado) (?:from|via|with|using|desde|con|mediante|por) "
    rf"(?:{_NAME} ){{0,9}}?{_DEVICE}(?: (?:ultra|pro|plus|5g|m[oó]vil|mobile|app))*"
    r"(?: (?:for|para|on|en|de) (?:iphone|ipad|ios|android|windows(?: \d+)?|mac|desktop|mobile))?"
    r"|(?:get|obtener|obt[eé]n|descargar) (?:outlook|yahoo mail|bluemail)(?: (?:for|para) \w+)?)"
    r"(?: secure email)?\.?(?: get the app)?(?:\s*[<(]?https?://\S+)?",
    re.IGNORECASE,
)


def written(text: str) -> str:
    """Return the person's own words in one text part of a mail.

    Lines marked as quoted go, wherever they stand. A quote without marks runs to the end, as mail
    programs put it there. May return nothing although ``text`` has words: then only the whole tells.
    """
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines) and not _ends_here(lines, at):
        line = lines[at].strip()
        attribution = _attribution(lines, at)
        if attribution:
            if not _quoted(_next_words(lines, at + attribution)):
                break
            at += attribution
            continue
        if not line.startswith(">") and not (len(line) <= 160 and _SIGNED.fullmatch(line)):
            kept.append(lines[at].rstrip())
        at += 1
    return _GAP.sub("\n\n", "\n".join(kept)).strip()


def _ends_here(lines: Sequence[str], at: int) -> bool:
    line = lines[at].strip()
    if not line:
        return False
    if _DELIMITER.fullmatch(lines[at]):
        below = (i for i in range(at + 1, len(lines)) if _own(lines[i]))
        return sum(1 for _ in islice(below, _LONGEST_SIGNATURE + 1)) <= _LONGEST_SIGNATURE
    if len(line) <= 100 and _DIVIDER.fullmatch(line):
        return True
    if set(line) == {"_"} and len(line) >= 10:
        return _FROM.fullmatch(_next_words(lines, at + 1)) is not None
    return _forwarded(lines, at)


def _own(line: str) -> bool:
    return bool(line.strip()) and not _quoted(line)


def _forwarded(lines: Sequence[str], at: int) -> bool:
    """Say whether the head of another mail is printed here, as Outlook does."""
    if _FROM.fullmatch(lines[at].strip()[:300]) is None:
        return False
    below = lines[at + 1 : at + _HEADERS_WITHIN]
    return sum(1 for line in below if _HEADER.fullmatch(line.strip()[:300])) >= 2


def _attribution(lines: Sequence[str], at: int) -> int:
    """Return how many lines from here say who wrote what follows; 0 if none do."""
    first = lines[at].strip()
    if "@" in first and len(first) <= 300 and _NAMED_WROTE.fullmatch(first):
        return 1
    if _OPENS.match(first) is None:
        return 0
    joined = ""
    for count, line in enumerate(lines[at : at + _LONGEST_ATTRIBUTION], start=1):
        joined = f"{joined} {line.strip()}".strip()
        if not line.strip() or len(joined) > 320:
            return 0
        if _WROTE.fullmatch(joined):
            return count
    return 0


def _next_words(lines: Sequence[str], at: int) -> str:
    return next((lines[i].strip()[:300] for i in range(at, len(lines)) if lines[i].strip()), "")


def _quoted(line: str) -> bool:
    return line.lstrip().startswith(">")
