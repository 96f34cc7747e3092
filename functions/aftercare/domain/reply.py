"""What a text from a patient means, as far as this service can be sure.

Pure: the words and what was asked go in, one meaning comes out. Whatever is not sure stays ``Unread``, or
stands in ``rest``: it is kept whole and a person reads it. The crisis screen reads every text besides,
before and whatever is understood here (source: clinical-regulatory section 4.2, rule 4).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from aftercare.domain.opt_out_phrases import plain_opt_out, wrong_number
from aftercare.domain.opt_out_words import (
    HELP_WORDS,
    START_WORDS,
    STOP_IN_CAPITALS,
    STOP_WORDS,
    is_keyword,
    opt_out_with_words,
)
from aftercare.domain.reply_score import NONE_WORDS, letters_parted, names_a_range, read_letters, read_score
from aftercare.domain.reply_text import shown, words_only

__all__ = [
    *("HELP_WORDS", "START_WORDS", "STOP_WORDS", "Asked", "Confirm", "Help", "Letters", "Mood", "No"),
    *("Start", "Stop", "Understood", "Unread", "WrongNumber", "Yes", "understand"),
]


class Asked(StrEnum):
    """A question of ours that is still open.

    In the shipped messages: ``discharge``, ``day3`` and ``weekly`` ask MOOD, ``week1`` asks MOOD and
    TROUBLE, ``evening`` and ``day1`` ask MOOD_AND_LETTERS, ``reminder_24h`` asks RIDE.
    """

    MOOD = "mood"
    MOOD_AND_LETTERS = "mood_and_letters"
    SAFE = "safe"  # the crisis text: "Are you safe right now? Reply YES or NO"
    CONFIRM = "confirm"  # a reminder that can be confirmed with C
    RIDE = "ride"  # "Is your ride home set?"
    TROUBLE = "trouble"  # "Any trouble peeing, or cravings?"
    NOTHING = "nothing"  # asks nothing; the same as leaving it out


_YES_OR_NO = frozenset({Asked.SAFE, Asked.RIDE, Asked.TROUBLE})


@dataclass(frozen=True, slots=True)
class Stop:
    """The patient wants no more messages.

    ``plain``: said in plain words instead of a keyword. ``rest``: what else the text says, for a person;
    empty if nothing.
    """

    plain: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """Messages are wanted again, said by keyword; the only text that opts anyone in."""


@dataclass(frozen=True, slots=True)
class Help:
    """The patient asks who we are and how to reach us."""


@dataclass(frozen=True, slots=True)
class Mood:
    """The mood question, answered: 0 (very bad) to 10 (very good).

    ``letters``: the side effects named with it, ``A`` to ``F`` in that order; none for ``N`` or nothing.
    ``rest``: what else the text says and was not understood, for a person; empty if nothing.
    """

    score: int
    letters: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """Side-effect letters without a mood: ``A`` to ``F`` in that order, empty for none of them."""

    letters: str


@dataclass(frozen=True, slots=True)
class Yes:
    """Yes, and nothing else. To what, the caller knows; it never opts anyone in, and closes no alert."""


@dataclass(frozen=True, slots=True)
class No:
    """No, and nothing else. To what, the caller knows."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The patient will come."""


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A stranger has this number. ``rest``: what else the text says, for a person; empty if nothing."""

    rest: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Anything else: for a person to read."""


Understood = Stop | Start | Help | Mood | Letters | Yes | No | Confirm | WrongNumber | Unread

_YES = frozenset(
    {
        *("yes", "y", "yep", "yup", "yea", "yes i am", "yes it is", "yes i do", "yes thanks", "yes please"),
        *("yes thank you", "si", "sip", "si gracias", "claro", "claro que si", "si claro", "si lo estoy"),
        *("si estoy", "si por favor"),
    }
)
_NO = frozenset(
    {
        *("no", "n", "nope", "nah", "not yet", "no not yet", "no i am not", "no im not", "no i dont"),
        *("no its not", "no it is not", "no lo estoy", "no estoy", "todavia no", "aun no", "no todavia"),
    }
)
_DRAWN_OUT = re.compile(r"(?P<yes>ye+s+|ye+a+h*|si+)|(?P<no>no+)")
_SAFE = frozenset({"i am", "im safe", "i am safe", "yes im safe", "yes i am safe"}) | frozenset(
    {"yes i feel safe", "i feel safe", "estoy a salvo", "si estoy a salvo", "si me siento a salvo"}
)
_NOT_SAFE = frozenset(
    {"im not", "i am not", "not really", "not safe", "im not safe", "i am not safe"}
) | frozenset(
    {"no im not safe", "no i am not safe", "i dont feel safe", "no i dont feel safe", "i do not feel safe"}
    | {"no estoy a salvo", "no me siento a salvo", "la verdad no", "no mucho"}
)
_CONFIRMS = frozenset(
    {"confirm", "confirmed", "i confirm", "confirmo", "confirmado", "confirmada", "confirmar"}
    | {"c please", "c thanks", "c thank you", "c gracias", "c confirm"}
)
_FINE = frozenset({"ok", "okay", "k", "vale"})


def understand(body: str, asked: frozenset[Asked] = frozenset()) -> Understood:
    """Read one text message.

    In this order: an opt-out by keyword, HELP, START, an opt-out in other words, a wrong number, yes or no
    or a confirmation, letters alone, a mood. Keywords count as the whole message; for the one exception see
    ``opt_out_with_words``.

    Args:
        body: The text as it came, however long or broken.
        asked: Every question of ours that is open; any of them may be the one answered.
    """
    capitals = shown(body)
    text = capitals.casefold()
    for keywords, meaning in ((STOP_WORDS, Stop()), (HELP_WORDS, Help()), (START_WORDS, Start())):
        if is_keyword(text, keywords):
            return meaning
    if is_keyword(capitals, STOP_IN_CAPITALS):
        return Stop()
    if (rest := opt_out_with_words(capitals)) is not None:
        return Stop(rest=rest)
    if (rest := plain_opt_out(text)) is not None:
        return Stop(plain=True, rest=rest)
    if (rest := wrong_number(text)) is not None:
        return WrongNumber(rest)
    if Asked.MOOD_AND_LETTERS in asked:
        text = letters_parted(capitals).casefold()
    return _answer(text, asked)


def _answer(text: str, asked: frozenset[Asked]) -> Understood:
    words = words_only(text) or ""
    if len(words) == 1 and words in "cn":
        return _letter_alone(words, asked)
    short = _yes_or_no(words, asked)
    if short is not None:
        return short
    if names_a_range(text) and not any(char.isdecimal() for char in text):
        return Unread()
    if Asked.MOOD_AND_LETTERS in asked and (named := read_letters(text)) is not None:
        return Letters(named)
    scored = read_score(text, letters_asked=Asked.MOOD_AND_LETTERS in asked and not asked & _YES_OR_NO)
    if scored is None:
        return Unread()
    if names_a_range(text) or (scored.letters == "C" and Asked.CONFIRM in asked):
        # A headache, or a visit confirmed; "A-C", or A and C: a person looks.
        return Mood(scored.score, "", text)
    return Mood(*scored)


def _letter_alone(letter: str, asked: frozenset[Asked]) -> Understood:
    """Read "C" and "N", which answer two questions: where both are open, a person reads them.

    "N" to "Are you safe right now?" is no, whatever else is open: to miss it is worse than to ask.
    """
    if letter == "n" and Asked.SAFE in asked:
        return No()
    readings: list[Understood] = []
    if Asked.MOOD_AND_LETTERS in asked:
        readings.append(Letters("" if letter in NONE_WORDS else letter.upper()))
    if letter == "c" and Asked.CONFIRM in asked:
        readings.append(Confirm())
    if letter == "n" and (not readings or asked & {*_YES_OR_NO, Asked.CONFIRM}):
        readings.append(No())
    return readings[0] if len(readings) == 1 else Unread()


def _yes_or_no(words: str, asked: frozenset[Asked]) -> Understood | None:
    drawn_out = _DRAWN_OUT.fullmatch(words) if len(words) <= 20 else None
    if words in _YES or (drawn_out and drawn_out["yes"]):
        return Yes()
    if words in _NO or (drawn_out and drawn_out["no"]):
        return No()
    if Asked.SAFE in asked and words in _SAFE | _NOT_SAFE:
        return Yes() if words in _SAFE else No()
    if Asked.CONFIRM in asked and (words in _CONFIRMS or (words in _FINE and Asked.SAFE not in asked)):
        return Confirm() if words in _CONFIRMS else Yes()
    return None
