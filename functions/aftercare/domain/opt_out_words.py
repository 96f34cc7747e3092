"""The keywords by which a person stops, starts or asks for help, and "STOP" with more words after it."""

import re

from aftercare.domain.opt_out_phrases import is_polite
from aftercare.domain.reply_text import tail, words_only

# Source: 47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel, unsubscribe; the AWS
# opt-out list adds arret, optout, remove, td; the Spanish words are the clinic's own promise ("ALTO").
STOP_WORDS = frozenset(
    {
        *("stop", "stopall", "stop all", "quit", "end", "revoke", "cancel", "unsubscribe", "remove"),
        *("td", "arret", "optout", "opt out", "opt-out"),
        *("alto", "parar", "pare", "basta", "cancelar", "no mas"),
    }
)
# "BAJA" unsubscribes; "baja" is also a mood that is low.
STOP_IN_CAPITALS = frozenset({"BAJA"})
# Source: CTIA Messaging Principles 2023, for HELP; the Spanish word is in the clinic's own texts.
HELP_WORDS = frozenset({"help", "info", "ayuda"})
# START is in our own opt-out mail; UNSTOP is what the carriers teach beside it.
START_WORDS = frozenset({"start", "unstop", "empezar", "comenzar", "inicio"})

_LONGEST = 200
_AGAIN = re.compile(r"(.+?)(?: \1)+")
_KEYWORD = r"(?:stop(?:[ -]?all)?|unsubscribe|opt[ -]?out|arret|alto)"
# A mark that ends a sentence; three points only hesitate ("stop... I can't").
_LEADING = re.compile(
    rf"[^\w-]*({_KEYWORD})(?!\w)(?! ?\.\.)(?: ?([.!;:\n\"'*)]|-(?= )|,))?[ \n]*", re.IGNORECASE
)
# What a verb goes on with: "STOP it hurts" and "STOP BEING SO NICE" are no keyword.
_OBJECT = re.compile(
    r"(?:it|its|that|thats|this|the|these|those|my|your|his|our|me|him|her|them|us|you|being|all|of|now|at|in|"
    r"on|for|to|from|and|or|a|an|what|so|with|\w+ing)(?!\w)"
)
_OPENER = re.compile(
    r"(?:i|im|ive|id|ill|please|pls|plz|thanks|thank|we|he|she|they|there|nobody|por favor|gracias|yo|me|ya|"
    r"no|quiero|estoy|voy|necesito|tengo|mi|nadie|nunca)(?!\w)"
)


def is_keyword(text: str, keywords: frozenset[str]) -> bool:
    """Say whether a keyword is all of ``text``, in any case, with any spaces and punctuation around it.

    Said more than once it is the same keyword: "STOP STOP STOP".
    """
    words = words_only(text) if len(text) <= _LONGEST else None
    if words is None:
        return False
    spelt = words.replace(" ", "") if re.fullmatch(r"\w(?: \w){2,7}", words) else words
    again = _AGAIN.fullmatch(spelt)
    return (again[1] if again else spelt) in keywords


def opt_out_with_words(shown: str) -> str | None:
    """Return the words beside an opt-out keyword that opens or ends a text, or ``None``.

    A patient who sends "STOP I want to die" has opted out, and is in danger: both are true (source:
    clinical-regulatory section 6, behaviour 2). "stop being so nice" is only a sentence. The rule:

    1. Only keywords that seldom open a sentence: stop, stop all, unsubscribe, opt out, arret, alto. "End",
       "quit", "cancel", "basta" and "no más" are said of pain, jobs and visits once anything follows.
    2. It is set off by a mark that ends a sentence ("Stop. I want to die", "alto: quiero morir"). A comma,
       a question mark and three points are none: "stop, it hurts".
    3. Or it is in capitals, as our texts spell it, and what follows is no object of a verb ("STOP it hurts"
       and "STOP hurting me" are sentences). Where all the text is in capitals, and after ALTO, which also
       means "high", a new sentence must surely begin: "STOP I WANT TO DIE", "ALTO quiero morir".
    4. Or it is the last sentence, alone and in capitals: "I am fine now. STOP".

    Args:
        shown: With its capitals, as ``reply_text.shown`` leaves it.
    """
    found = _LEADING.match(shown)
    rest = tail(shown, found.end()) if found else ""
    if found and rest and _is_set_off(found[1], found[2], shown[found.end() :]):
        return "" if is_polite(rest.casefold()) else rest.casefold()
    return _closed_with(shown)


def _is_set_off(keyword: str, mark: str | None, after: str) -> bool:
    letters = [char for char in after if char.isalpha()]
    if not letters:
        # "STOP 😡": a sign is no sentence. A number may be: "stop 7".
        return not any(char.isalnum() for char in after) or keyword.isupper() or mark is not None
    if mark is not None and mark != ",":
        return True
    words = after.casefold()
    if not keyword.isupper() or words.startswith("?"):
        return False
    opens = _OPENER.match(words) is not None
    if keyword == "ALTO":
        return opens  # no verb: "me" after it begins a sentence, "ALTO me quiero morir"
    if mark is None and _OBJECT.match(words):
        return False
    return opens or not all(char.isupper() for char in letters)


def _closed_with(shown: str) -> str | None:
    text = shown.rstrip(' .!"')
    at = max(text.rfind(mark) for mark in ".!?;\n")
    before, last = text[: at + 1], text[at + 1 :].strip(' "')
    told = any(char.isalnum() for char in before)
    if not told or len(last) > 12 or not last.isupper() or not re.fullmatch(_KEYWORD, last, re.IGNORECASE):
        return None
    in_capitals = any(char.isalpha() for char in before) and before.upper() == before
    return None if in_capitals else tail(before, 0).casefold()
