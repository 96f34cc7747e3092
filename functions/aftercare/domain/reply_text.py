"""From what a patient typed to letters, digits and marks that can be compared.

Nothing here decides what a text means. Every step is one pass, so the work grows with the length of the
text and no faster.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# Faces and hands that add nothing to "7" or "yes". Any other sign, such as a crying face, is something
# to read.
_PLEASED = "🙂😊😀😃😄😁☺👍👌🙏❤💚💙💛💜🧡🤍😌✅"
_TOLD = str.maketrans(
    {
        "🔟": " 10 ",
        "½": " 1/2 ",
        **dict.fromkeys("’‘`´ʼ", "'"),
        **dict.fromkeys("–—−‐‑", "-"),
        **dict.fromkeys("“”«»„", '"'),
        # The tones of a hand, and the hand itself.
        **dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)), ""),
        **dict.fromkeys(_PLEASED, " "),
        # Enclosed letters that compatibility forms leave as they are: white on black, and those of flags.
        **{chr(first + i): chr(65 + i) for first in (0x1F150, 0x1F170, 0x1F1E6) for i in range(26)},
    }
)
_INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
# A sad face in punctuation is as much to read as one in a picture.
_SAD = re.compile(r"[:;=]['-]?\(")
_INSIDE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|[^\s\w]|_|\n")
_PUNCTUATION = frozenset(".,!?;:()[]{}\"'¡¿*~-_\n")


class Token(NamedTuple):
    """One number, word or sign, and where in the text it begins."""

    text: str
    at: int


def shown(body: str) -> str:
    """Return ``body`` without accents, width, invisible characters and repeated spaces; capitals stay."""
    # Marks go before the letters are taken apart too: long runs of them would be sorted, at a square cost.
    apart = unicodedata.normalize("NFKD", "".join(_visible(body.translate(_TOLD))))
    text = _INSIDE.sub("", _SAD.sub(" 🙁 ", "".join(_visible(apart))))
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def tokens(text: str) -> list[Token]:
    """Return the numbers, words and signs of ``text`` in order."""
    return [Token(found.group(), found.start()) for found in _TOKEN.finditer(text)]


def is_punctuation(token: str) -> bool:
    """Say whether a token carries no meaning of its own at the edge of a text."""
    return token in _PUNCTUATION


def tail(text: str, at: int) -> str:
    """Return what stands from ``at`` on, without the punctuation around it."""
    return text[at:].strip(" " + "".join(_PUNCTUATION))


def words_only(text: str) -> str | None:
    """Return the words of ``text`` with single spaces, or ``None`` if it holds more than words.

    Commas, quotes, hyphens and the like are no more; a slash, a currency or a crying face is.
    """
    words = []
    for token in tokens(text):
        if token.text[0].isalnum():
            words.append(token.text)
        elif not is_punctuation(token.text):
            return None
    return " ".join(words)


def is_sign(char: str) -> bool:
    """Say whether a character is a picture, such as a crying face."""
    return char > "\u2190" and unicodedata.category(char) == "So"


def without_signs(text: str) -> str:
    """Return ``text`` without pictures."""
    return "".join(char for char in text if not is_sign(char))


def _visible(text: str) -> Iterator[str]:
    for char in text:
        if char in "\n\r\x0b\x0c\x85\u2028\u2029":
            yield "\n"
        elif char == "\t":
            yield " "
        elif unicodedata.category(char) not in _INVISIBLE:
            yield char
