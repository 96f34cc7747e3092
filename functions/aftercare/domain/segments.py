"""How many parts a text costs, and how to keep it cheap.

Source: 3GPP TS 23.038 (the GSM 7 bit default alphabet and its extension table).
"""

import unicodedata

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
GSM_7, UCS_2 = "GSM-7", "UCS-2"

_STRAIGHT = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "}
)


def segments(text: str) -> tuple[str, int]:
    """Return the encoding a carrier will choose and the number of parts it will bill.

    A single part holds 160 GSM-7 characters or 70 UCS-2 units; in a longer text each part holds
    153 or 67, and neither a surrogate pair nor an escaped character is split between parts.
    """
    if all(c in GSM_BASIC or c in GSM_EXTENSION for c in text):
        encoding, widths, single, part = GSM_7, [2 if c in GSM_EXTENSION else 1 for c in text], 160, 153
    else:
        encoding, widths, single, part = UCS_2, [len(c.encode("utf-16-be")) // 2 for c in text], 70, 67
    if sum(widths) <= single:
        return encoding, int(bool(text))
    parts, room = 1, part
    for width in widths:
        if width > room:
            parts, room = parts + 1, part
        room -= width
    return encoding, parts


def plain_gsm(text: str) -> str:
    """Rewrite ``text`` in the GSM-7 alphabet where a reader loses nothing by it.

    Curly quotes become straight and letters that GSM-7 lacks lose their accent (``María`` becomes
    ``Maria``); what has no plain form stays, and costs UCS-2.
    """
    out = []
    for char in unicodedata.normalize("NFC", text).translate(_STRAIGHT):
        if char in GSM_BASIC or char in GSM_EXTENSION:
            out.append(char)
            continue
        base = unicodedata.normalize("NFD", char)[0]
        out.append(base if base in GSM_BASIC else char)
    return "".join(out)
