"""Mood numbers and side-effect letters, in the ways people type them.

A number counts only where it can be nothing else. "7pm", "at 7", "7:30", "7 or 8", "3 bad days" and
"0 dead" are left to a person. Source of the scale and the letters: clinical-regulatory section 2.3.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from aftercare.domain.reply_text import Token, is_punctuation, is_sign, tail, tokens

_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPANISH = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez")
_NUMBERS = {word: number for words in (_ENGLISH, _SPANISH) for number, word in enumerate(words)}
# Said of so much else ("one good day") that they are no second number.
_MILD = frozenset({"one", "uno"})
NONE_WORDS = frozenset({"n", "none", "nada", "ninguno", "ninguna", "nothing"})
# Runs of letters that are words first: "0 be", "0 dead", "a bad 3" and "6 bed" are for a person to read.
_WORDS = frozenset(
    {
        *("ad", "be", "da", "de", "ed", "fe", "ace", "bad", "bed", "cab", "cad", "dab", "deb", "dec"),
        *("def", "fab", "fad", "fea", "feb", "fed", "cae", "dea", "abed", "bade", "bead", "cabe"),
        *("cafe", "deaf", "face", "fade", "decaf"),
    }
)
_GREETINGS = frozenset(
    {"hi", "hello", "hey", "hola", "buenas", "good morning", "buenos dias", "buenas tardes"}
)
_ABOUT = frozenset(
    {
        *("a", "an", "un", "una", "about", "like", "como", "maybe", "probably", "approximately"),
        *("quizas", "number", "numero"),
    }
)
_FRAMES = frozenset(
    {
        *("", "mood", "my mood", "mood is", "my mood is", "mood today", "mood now", "moods", "score"),
        *("im", "i am", "im at", "i am at", "its", "it is", "id say", "i would say", "i feel", "feeling"),
        *("im feeling", "i am feeling", "i feel about", "today", "today is", "today im", "around a"),
        *("animo", "mi animo", "mi animo es", "animo es", "estado de animo", "mi estado de animo es"),
        *("estoy en", "me siento", "yo me siento", "hoy", "hoy me siento", "hoy estoy en", "diria", "es"),
        *("diria que", "mi estado es", "estado"),
    }
)
_OUT_OF = (
    *(("/", "10"), ("of", "10"), ("over", "10"), ("de", "10"), ("sobre", "10"), ("de", "diez")),
    *(("out", "of", "10"), ("out", "of", "ten"), ("of", "ten"), ("sobre", "diez")),
)
_HALF = (("1", "/", "2"), ("and", "a", "half"), ("y", "medio"), ("y", "media"))
_ISH = (("ish",), ("-", "ish"))
_COURTESY = (
    *(("thanks",), ("thank", "you"), ("thx",), ("ty",), ("gracias",), ("please",), ("por", "favor")),
    *(("today",), ("hoy",), ("right", "now"), ("ahora",)),
)
_LINKS = frozenset({"and", "y", "with", "con", "plus", "also", "letters", "letras"})
_BUT = frozenset(
    {
        *("but", "and", "because", "bc", "cuz", "though", "although", "tho", "except", "pero"),
        *("aunque", "porque", "pq", "xq", "y", "&", "e"),
    }
)
_OWN = frozenset(
    {
        *("i", "im", "ive", "my", "feeling", "feel", "felt", "slept", "still", "estoy", "me", "mi"),
        *("siento", "tengo", "dormi", "sigo"),
    }
)
_DEGREES = frozenset(
    {
        *("very", "pretty", "really", "quite", "so", "a", "bit", "little", "not", "no", "muy"),
        *("bastante", "algo", "un", "poco", "mas"),
    }
)
_STATES = frozenset(
    {
        *("tired", "sad", "anxious", "sleepy", "calm", "happy", "meh", "ok", "okay", "fine", "good"),
        *("great", "bad", "better", "worse", "low", "down", "dizzy", "numb", "lonely", "exhausted"),
        *("sore", "weak", "shaky", "hopeful", "relaxed", "nervous", "stressed", "angry", "foggy"),
        *("mejor", "peor", "bien", "mal", "cansada", "cansado", "triste", "ansiosa", "ansioso"),
        *("tranquila", "tranquilo", "contenta", "contento", "nerviosa", "nervioso", "feliz"),
    }
)
# "2 tired", "4 me", "1 good day" and "0 good" say other things than a score.
_TAKEN_OTHERWISE = frozenset({0, 1, 2, 4})
_STOPS = frozenset({",", ".", ";", "!", "?", ":", "\n", "("})
_HOUR = re.compile(r"\d ?[ap] ?\. ?m\b")


# "6 AD": two capitals in their order, though "ad" is a word; "6ad": no word stands so close to a number.
_PAIR = re.compile(r"(?P<score>\d{0,2})[ ,;:.]*(?P<letters>[A-F]{2})[ .!]*")
_CLOSE = re.compile(r"(?P<score>\d{1,2})(?P<letters>[A-Fa-f]{2,6})[ .!]*")
_RANGE = re.compile(r"\b[a-f](?: ?- ?| to | through | a )[a-f]\b")


class Scored(NamedTuple):
    """A score, the letters named with it, and what stands beside them that was not understood."""

    score: int
    letters: str = ""
    rest: str = ""


def read_score(text: str, *, letters_asked: bool) -> Scored | None:
    """Return the mood that ``text`` surely names, or ``None``.

    A half point is taken down to the whole one below and the text goes to a person too: the scale has
    whole points, the lower one never hides a bad day, and nobody is asked to send it again.

    Args:
        text: In small letters, as ``reply_text`` leaves it.
        letters_asked: Whether the one open question has side-effect letters: "A 6" is doubtful then, and
            "6 no" names none.
    """
    parts = tokens(text)
    at = next((i for i, part in enumerate(parts[:12]) if _is_number(part.text)), None)
    if at is None or _HOUR.search(text):
        return None
    score, half = _whole(parts[at].text)
    before = _before(parts[: at + 1], letters_asked=letters_asked)
    if score is None or before is None:
        return None
    after = at + 1
    if not half and (length := _starts(parts, after, _HALF)):
        half, after = True, after + length
    after += _starts(parts, after, _OUT_OF)
    after += _starts(parts, after, _ISH)
    after = _polite(parts, after)
    named, after = _letters_at(parts, after, NONE_WORDS | {"no"} if letters_asked else NONE_WORDS)
    after = _polite(parts, after)
    rest = _rest(text, parts, after, careful=score in _TAKEN_OTHERWISE or not parts[at].text[0].isdigit())
    if rest is None or (half and score == 10) or (before.letters and named):
        return None
    if half or before.doubtful:
        rest = text
    return Scored(score, before.letters or named or "", rest)


def read_letters(text: str) -> str | None:
    """Return the side-effect letters that are all of ``text``, ``""`` for none of them, or ``None``."""
    parts = tokens(text)
    named, after = _letters_at(parts, 0)
    if named is None or any(not is_punctuation(part.text) for part in parts[_polite(parts, after) :]):
        return None
    return named


def letters_parted(text: str) -> str:
    """Return an answer with its side-effect letters apart where they surely are letters.

    Args:
        text: With its capitals, where letters were asked for.
    """
    found = _CLOSE.fullmatch(text) or _PAIR.fullmatch(text)
    if found is None or (found["letters"].isupper() and list(found["letters"]) != sorted(found["letters"])):
        return text
    return " ".join((found["score"], *found["letters"])).strip()


def names_a_range(text: str) -> bool:
    """Say whether letters may stand for those between them as well ("A-C"): a person reads that."""
    return _RANGE.search(text) is not None


def _is_number(token: str) -> bool:
    return token in _NUMBERS or token[0].isdecimal()


def _whole(token: str) -> tuple[int | None, bool]:
    """Return the score, if it is one, and whether half a point stands beside it."""
    if token in _NUMBERS:
        return _NUMBERS[token], False
    whole, _, part = token.partition(".")
    if part not in ("", "0", "5") or len(whole) > 2 or (len(whole) == 2 and int(whole) != 10):
        return None, False
    return int(whole), part == "5"


class _Before(NamedTuple):
    letters: str = ""
    doubtful: bool = False


def _before(parts: Sequence[Token], *, letters_asked: bool) -> _Before | None:
    """Return what the words before the number say, or ``None`` if they are not known."""
    *leading, number = parts
    signs = [part.text for part in leading if not part.text[0].isalnum()]
    if any(not is_punctuation(sign) and sign not in ("=", "&", "/", "+") for sign in signs):
        return None
    if leading and leading[-1].text == "-" and leading[-1].at + 1 == number.at:
        return None
    if signs and len(signs) == len(leading) and "-" in signs:
        return None
    words = [part.text for part in leading if part.text[0].isalnum()]
    if words == ["a"] and len(leading) == 1:
        return _Before(doubtful=letters_asked)
    named, after = _letters_at(parts, 0)
    if named is not None and all(is_punctuation(part.text) for part in parts[after:-1]):
        return _Before(letters=named)
    if any(sign in ("&", "/", "+") for sign in signs):
        return None
    return _Before() if _is_frame(words) else None


def _is_frame(words: list[str]) -> bool:
    """Say whether words lead to a score: "hi", "my mood is", "about a"."""
    for length in (2, 1):
        if " ".join(words[:length]) in _GREETINGS:
            words = words[length:]
    framed = " ".join(words) in _FRAMES
    while words and words[-1] in _ABOUT:
        words = words[:-1]
    return framed or " ".join(words) in _FRAMES


def _starts(parts: Sequence[Token], at: int, rows: Sequence[tuple[str, ...]]) -> int:
    """Return how many tokens of the longest row stand at ``at``."""
    found = (len(row) for row in rows if tuple(part.text for part in parts[at : at + len(row)]) == row)
    return max(found, default=0)


def _polite(parts: Sequence[Token], at: int) -> int:
    """Return where the text goes on after "today, thank you"."""
    while True:
        begin = at
        while begin < len(parts) and parts[begin].text in (",", ".", "!"):
            begin += 1
        length = _starts(parts, begin, _COURTESY)
        if not length:
            return at
        at = begin + length


def _letters_at(
    parts: Sequence[Token], at: int, none_words: AbstractSet[str] = NONE_WORDS
) -> tuple[str | None, int]:
    """Return the letters that stand at ``at``, and where the text goes on after them."""
    named: set[str] = set()
    none = False
    end = at
    for i in range(at, len(parts)):
        token = parts[i].text
        if token in none_words:
            none, end = True, i + 1
        elif set(token) <= set("abcdef") and len(set(token)) == len(token) and token not in _WORDS:
            named, end = named | set(token), i + 1
        elif not (is_punctuation(token) or token in ("/", "&", "+") or token in _LINKS):
            break
    if (named and none) or not (named or none) or not _ends(parts, end):
        return None, at
    return "".join(sorted(named)).upper(), end


def _ends(parts: Sequence[Token], at: int) -> bool:
    """Say whether letters may end here: "6 a bit tired" names none."""
    rest = parts[at : at + 1]
    if not rest or _is_number(rest[0].text) or is_punctuation(rest[0].text):
        return True
    return rest[0].text in _BUT or bool(_starts(parts, at, _COURTESY))


def _rest(text: str, parts: Sequence[Token], at: int, *, careful: bool) -> str | None:
    """Return what stands after the answer, or ``None`` if it may change what the number means."""
    left = [part for part in parts[at:] if not is_punctuation(part.text)]
    if not left:
        return ""
    if any(_is_number(part.text) and part.text not in _MILD for part in left):
        return None
    following = parts[at]
    if not (_parts_off(parts, at) or _goes_on(parts[at:], careful=careful)):
        return None
    return tail(text, following.at)


def _parts_off(parts: Sequence[Token], at: int) -> bool:
    sign = parts[at]
    if sign.text == "-":
        return parts[at - 1].at + len(parts[at - 1].text) < sign.at and sign.at + 1 < parts[at + 1].at
    # A face ends what was said, as a full stop does.
    return sign.text in _STOPS or is_sign(sign.text[0])


def _goes_on(parts: Sequence[Token], *, careful: bool) -> bool:
    """Say whether words run on from a score without a comma: "6 but tired", "5 very tired"."""
    first = parts[0].text
    if first in _BUT:
        return True
    if careful:
        return False
    if first in _OWN:
        return True
    end = next((i for i, part in enumerate(parts) if is_punctuation(part.text) or part.text in _BUT), None)
    said = [part.text for part in parts[:end]]
    return said[-1] in _STATES and all(word in _DEGREES for word in said[:-1])
