"""Words that nobody could read are not a picture: somebody wrote them, and they may be a cry for help."""

import unicodedata
from dataclasses import replace

from aftercare.domain.screen_lexicon import NOTHING_TO_READ, UNKNOWN_LANGUAGE, Verdict


def words_unread(verdict: Verdict, text: str) -> Verdict:
    """Say of letters in a script that the screen does not know what they are: an unknown language.

    Args:
        verdict: What the screen said of the text.
        text: The text itself.

    Returns:
        The verdict; ``nothing_to_read`` stays only where there is not a letter in the text.

    Source: clinical-regulatory 4.2, rule 2: an unknown language and an empty message are two things.
    """
    if NOTHING_TO_READ not in verdict.reasons or not _has_letters(text):
        return verdict
    return replace(verdict, reasons=tuple(_renamed(reason) for reason in verdict.reasons))


def _has_letters(text: str) -> bool:
    return any(unicodedata.category(char)[0] == "L" for char in text)


def _renamed(reason: str) -> str:
    return UNKNOWN_LANGUAGE if reason == NOTHING_TO_READ else reason
