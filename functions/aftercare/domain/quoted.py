"""What a mail holds beside what it quotes of ours: where nothing else tells a patient's words from them."""

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
# Shorter ones of ours could as well be the patient's.
_SHORTEST_SENTENCE = 8


def beside_ours(body: str, ours: Iterable[str]) -> str:
    """Return the lines not marked as quoted, without the sentences that our own messages hold.

    Args:
        body: A whole mail; mail programs may have broken its lines anew.
        ours: The text of our messages to this patient.
    """
    unmarked = (line for line in body.split("\n") if not line.lstrip().startswith(">"))
    left = " ".join(" ".join(unmarked).split())
    sentences = {" ".join(one.split()) for text in ours for one in _SENTENCE.split(text)}
    for sentence in sorted(sentences, key=len, reverse=True):
        if len(sentence) >= _SHORTEST_SENTENCE:
            left = left.replace(sentence, "\n")
    return left.strip()
