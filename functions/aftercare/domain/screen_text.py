"""From what a patient typed to words that can be looked up: spelling, disguise, emoji, thread.

Nothing here decides; it only reads more generously than a person would need to. Every step is one
pass over the text, so the work grows with its length and no faster.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aftercare.domain.screen_phrase import Reading

LONGEST = 10_000
"""Characters read of one text: ten times a long text message, and more than most mails."""

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"})
_SIGNS = str.maketrans({"@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "*": "", "#": ""})
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "–": "-", "—": "-", "−": "-"})
# Letters of other scripts that pass for Latin ones; Unicode's confusables.txt has the full table.
_LOOKALIKES = str.maketrans("аеорсхуікмтнвѕјοαεικντρυχ", "aeopcxyikmthbsjoaeikvtpux")
# Enclosed letters that NFKC leaves as they are: negative circled, negative squared, regional.
_ENCLOSED = {first + i: chr(97 + i) for first in (0x1F150, 0x1F170, 0x1F1E6) for i in range(26)}
_TOKEN = re.compile(r"[@$]?[^\W_]+(?:['@$!|+*#]{1,2}[^\W_]+)*|[.!?;:\n]+|,| - ")
_SPELT_OUT = re.compile(r"(?<![^\W_])[^\W_](?:[\s.\-_*/,]{1,3}[^\W_](?![^\W_])){2,}")
# A telephone number of America: its parts are no numbers of pills and no blood pressure.
_TELEPHONE = re.compile(r"(?<!\d)\(?[2-9]\d\d\)?[ ./\-]{1,3}[2-9]\d\d[ ./\-]{1,3}\d{4}(?!\d)")
_APART = re.compile(r"[^\W\d_]+|\d+")
_REPEATED = re.compile(r"(.)\1+")
_TRIPLED = re.compile(r"(.)\1\1+")
# Spanish as it sounds in America; a silent h is handled by what begins with a vowel.
_SOUNDS = (
    ("ll", "y"),
    ("y", "ll"),
    ("b", "v"),
    ("v", "b"),
    ("k", "qu"),
    ("k", "c"),
    ("z", "s"),
    ("s", "z"),
    ("c", "s"),
    ("s", "c"),
)
_LETTERS_MAX = 16
_PIECE_MAX = 14


@dataclass(frozen=True, slots=True)
class Spelling:
    """How patients write what the lexicon spells in one way.

    Attributes:
        words: A word as written, and the words it stands for (``cant``: ``can not``).
        phrases: The same for two or three words in a row (``my self``: ``myself``).
        emoji: A code point, and the word that stands for it between spaces.
        known: Every word of the lexicon, and the common words of both languages.
        close: A guarded word, whole or short of one letter, and the word: for slips of one letter.
        guarded: Words for whose sake a longer one is taken apart ("iwanttodie").
        single: A word of the lexicon without its doubled letters, and the word.
        foreign: Small words of other languages.
        hidden: Words that people mask with a star (``k*ll``).
    """

    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    emoji: Mapping[int, str]
    known: frozenset[str]
    close: Mapping[str, str]
    guarded: frozenset[str]
    single: Mapping[str, str]
    foreign: frozenset[str]
    hidden: tuple[str, ...]


def lacking_one(word: str) -> set[str]:
    """Return ``word`` and every form of it that lacks one letter."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def single_letters(word: str) -> str:
    """Return ``word`` with every doubled letter written once."""
    return _REPEATED.sub(r"\1", word)


def plain(text: str, emoji: Mapping[int, str]) -> str:
    """Return ``text`` in small letters without accents, look-alikes and invisible characters."""
    told = text.translate(_ENCLOSED).translate(emoji)
    small = unicodedata.normalize("NFKC", told).casefold().translate(_QUOTES).translate(_LOOKALIKES)
    return "".join(_visible(unicodedata.normalize("NFD", small)))


def _visible(text: str) -> Iterator[str]:
    for char in text:
        category = unicodedata.category(char)
        if char in "\n\r\t\u2028\u2029\x0b\x0c":
            yield " " if char == "\t" else "\n"
        elif category not in ("Mn", "Me", "Cf", "Cc", "Co", "Cn", "Cs"):
            yield char


def read(text: str, spelling: Spelling) -> tuple[Reading, Reading]:
    """Return ``text`` as it stands, and with run-together words taken apart.

    Two readings, because either may be the right one: what matches in one of them counts.
    """
    clear = _TELEPHONE.sub(_one_number, plain(text, spelling.emoji))
    joined = _SPELT_OUT.sub(lambda found: _unspelt(found.group(), spelling), clear)
    tokens = [found.group() for found in _TOKEN.finditer(joined)]
    return _reading(tokens, spelling, apart=False), _reading(tokens, spelling, apart=True)


def _one_number(found: re.Match[str]) -> str:
    return "".join(char for char in found.group() if char.isdecimal())


def is_readable(text: str) -> bool:
    """Say whether there is something to read, and mostly in Latin letters, digits or emoji."""
    ours = others = 0
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if category[0] == "L":
            # A script has its name at the head of the name of each of its letters.
            latin = unicodedata.name(char, "").startswith(("LATIN", "FEMININE", "MASCULINE"))
            ours, others = ours + latin, others + (not latin)
        elif category == "Nd" or category == "So":
            ours += 1
    return ours > others


def has_letters(text: str) -> bool:
    """Say whether there are words, in whatever script: a picture or an empty message has none."""
    return any(unicodedata.category(char)[0] == "L" for char in text)


def is_known_language(reading: Reading, spelling: Spelling) -> bool:
    """Say whether enough of these words are English or Spanish to trust a screen that found nothing.

    One or two strange words are a name or a medicine. Of three or more at least one must be known,
    of six or more a quarter, and a third in small words of another language is that language.
    """
    words = [word for word in reading.words if len(word) > 1 and word.isalpha()]
    foreign = {word for word in words if word in spelling.foreign}
    if len(foreign) > 1 and 2 * len(foreign) >= sum(word not in spelling.foreign for word in words):
        return False
    known = sum(word in spelling.known for word in words)
    return len(words) < 3 or (known > 0 and (len(words) < 6 or known * 4 >= len(words)))


def _unspelt(found: str, spelling: Spelling) -> str:
    letters = "".join(char for char in found if char.isalnum())
    if letters.isdecimal():
        return found
    for written in (letters, letters.translate(_LEET)):
        if written in spelling.known or written in spelling.words or _taken_apart(written, spelling):
            return written
    # Side-effect letters such as "6 a c" are no word: they stay as they were.
    return found


def _reading(tokens: Iterable[str], spelling: Spelling, *, apart: bool) -> Reading:
    words: list[str] = []
    breaks: set[int] = set()
    pauses: set[int] = set()
    for token in tokens:
        if token in (",", " - "):
            pauses.add(len(words))
        elif not token[-1].isalnum():
            breaks.add(len(words))
        else:
            words.extend(_spelt(token, spelling, apart=apart))
    return _phrases_spelt(words, breaks, pauses, spelling)


def _spelt(token: str, spelling: Spelling, *, apart: bool) -> tuple[str, ...]:
    for written in (token, token.replace("'", ""), token.removesuffix("'s")):
        if written in spelling.words:
            return spelling.words[written]
        if written in spelling.known or written.isdecimal():
            return (written,)
    revealed = _revealed(token, spelling)
    if revealed:
        return revealed
    parts = _APART.findall(token.replace("'", ""))
    if len(parts) == 1:
        return _guessed(parts[0], spelling, apart=apart)
    return tuple(w for part in parts for w in spelling.words.get(part, (part,)))


def _revealed(token: str, spelling: Spelling) -> tuple[str, ...]:
    """Return the words behind digits, signs and stars; none if there is no known word behind them."""
    if token.isalpha():
        return ()
    leet = token.translate(_LEET).translate(_SIGNS).replace("'", "")
    # "1" passes for an l as well as for an i.
    for written in (leet, token.replace("1", "l").translate(_LEET).translate(_SIGNS).replace("'", "")):
        if written in spelling.words:
            return spelling.words[written]
        if written in spelling.known:
            return (written,)
        guess = _nearest(written, spelling)
        if guess:
            return (guess,)
    if len(token) <= _LETTERS_MAX and ("*" in token or "#" in token):
        mask = token.replace("#", "*")
        return next(((word,) for word in spelling.hidden if _fits(mask, word)), ())
    return ()


def _fits(mask: str, word: str) -> bool:
    return len(mask) == len(word) and all(m in ("*", w) for m, w in zip(mask, word, strict=True))


def _guessed(word: str, spelling: Spelling, *, apart: bool) -> tuple[str, ...]:
    for meant in (_TRIPLED.sub(r"\1\1", word), _TRIPLED.sub(r"\1", word), *_sounding_like(word)):
        if meant in spelling.words:
            return spelling.words[meant]
        if meant in spelling.known:
            return (meant,)
    nearest = _nearest(word, spelling)
    if nearest:
        return (nearest,)
    return (_taken_apart(word, spelling) if apart else ()) or (word,)


def _sounding_like(word: str) -> Iterator[str]:
    """Yield what a word is that is written as it sounds: a plural, "hittin", "passd", "aber", "kisiera"."""
    if len(word) < 5:
        return
    if word[-1] == "s":
        yield word[:-1]
    if word.endswith("in"):
        yield f"{word}g"
        yield f"{word[:-2]}{word[-3]}ing"
    if word[-1] == "d":
        yield f"{word[:-1]}ed"
    if word[0] in "aeiou":
        yield f"h{word}"
    for heard, meant in _SOUNDS:
        if heard in word:
            yield word.replace(heard, meant)
            yield word.replace(heard, meant, 1)


def _nearest(word: str, spelling: Spelling) -> str | None:
    if len(word) > _LETTERS_MAX:
        return spelling.single.get(single_letters(word))
    close = next((spelling.close[form] for form in sorted(lacking_one(word)) if form in spelling.close), None)
    return close or spelling.single.get(single_letters(word))


def _taken_apart(word: str, spelling: Spelling) -> tuple[str, ...]:
    """Return the fewest known words that make up ``word``; none if it is short or there are none."""
    if len(word) < 6:
        return ()
    best: list[tuple[int, int] | None] = [(0, 0), *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _PIECE_MAX), end):
            before, piece = best[start], word[start:end]
            if before is None or not _is_piece(piece, spelling):
                continue
            shown = best[end]
            if shown is None or before[0] + 1 < shown[0]:
                best[end] = (before[0] + 1, start)
    pieces: list[str] = []
    end = len(word)
    while end and (step := best[end]) is not None:
        pieces.append(word[step[1] : end])
        end = step[1]
    words = tuple(w for piece in reversed(pieces) for w in spelling.words.get(piece, (piece,)))
    # A short word such as "die" is a part of too many others to stand for it with one more alone.
    grave = max((len(word) for word in words if word in spelling.guarded), default=0)
    return () if end or grave == 0 or (grave < 4 and len(words) < 3) else words


def _is_piece(piece: str, spelling: Spelling) -> bool:
    if len(piece) == 1:
        return piece in "iayo"
    return piece in spelling.known or (len(piece) > 3 and piece in spelling.words)


def _phrases_spelt(words: list[str], breaks: set[int], pauses: set[int], spelling: Spelling) -> Reading:
    out: list[str] = []
    moved: dict[int, int] = {}
    at = 0
    while at < len(words):
        moved[at] = len(out)
        row = next((row for n in (3, 2) if (row := tuple(words[at : at + n])) in spelling.phrases), ())
        told = spelling.phrases[row] if row else (words[at],)
        length = len(row) or 1
        for skipped in range(1, length):
            moved[at + skipped] = len(out) + len(told)
        out.extend(told)
        at += length
    moved[at] = len(out)
    return Reading(tuple(out), frozenset(moved[b] for b in breaks), frozenset(moved[p] for p in pauses))
