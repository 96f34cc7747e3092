"""What a text from a patient means, as far as this service can be sure.

Whatever is not a whole-message keyword or a bare number stays ``Unread``: it is kept whole and a person
reads it.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """The patient wants no more messages."""


@dataclass(frozen=True, slots=True)
class Help:
    """The patient asks who we are and how to reach us."""


@dataclass(frozen=True, slots=True)
class Mood:
    """The mood question, answered: 0 (very bad) to 10 (very good).

    ``letters``: the side effects named with it, ``A`` to ``F`` in that order; none for ``N`` or nothing.
    """

    score: int
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Anything else: for a person to read."""


Understood = Stop | Help | Mood | Unread

# Source: 47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel, unsubscribe; the AWS
# opt-out list adds arret, optout, remove, td; the Spanish words are the clinic's own promise ("ALTO").
STOP_WORDS = frozenset(
    {
        *("stop", "stopall", "stop all", "quit", "end", "revoke", "cancel", "unsubscribe", "remove"),
        *("td", "arret", "optout", "opt out", "opt-out"),
        *("alto", "parar", "pare", "basta", "cancelar", "no mas"),
    }
)
HELP_WORDS = frozenset({"help", "info", "ayuda"})
# Runs of letters that are words first: "0 be" and "0 dead" are for a person to read.
_WORDS = frozenset({"be", "de", "ad", "ace"})
_EDGES = " \t\r\n.!?,;:\"'¡¿*()[]"


def bare(text: str) -> str:
    """Return the text without case, accents, outer punctuation and repeated spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(
        c for c in decomposed if not unicodedata.combining(c) and c != "\ufe0f" and c != "\u200b"
    )
    return re.sub(r"\s+", " ", letters.casefold()).strip(_EDGES)


def understand(body: str) -> Understood:
    """Read one text message. Keywords count only when they are the whole message.

    Source: clinical-regulatory section 4.2, rule 4 ("I want it all to stop" is no opt-out).
    """
    text = bare(body)
    if text in STOP_WORDS:
        return Stop()
    if text in HELP_WORDS:
        return Help()
    answer = re.fullmatch(r"(10|\d)(?:[ ,.]*([a-f]+(?:[ ,]+[a-f]+)*|n))?", text)
    if answer is None:
        return Unread()
    named = [] if answer[2] == "n" else re.findall(r"[a-f]+", answer[2] or "")
    if any(run in _WORDS or list(run) != sorted(set(run)) for run in named):
        return Unread()
    return Mood(int(answer[1]), "".join(sorted(set("".join(named)))).upper())
