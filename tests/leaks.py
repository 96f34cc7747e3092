"""Finds what must never stand in a log, a metric, an event, a URL or a queue's attribute: who a patient is.

Texts are looked at as they would be stored: a log record with everything that was said beside it.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator

# Every phone and mail address, whoever's; what else is private a test registers as it invents it.
PHONE = re.compile(r"(?<![\w.])\+\d{7,15}\b")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
# The invented people of the tests. Ids such as pat-ada are no names.
PEOPLE = frozenset({"Ada", "Ben", "Carmen", "Dora"})
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Scanner:
    """Knows what is private.

    Args:
        words: Names, numbers, addresses and sentences, beside every phone and mail address.
    """

    def __init__(self, words: Iterable[str] = PEOPLE) -> None:
        self._words = frozenset(words)
        self._pattern = self._compiled()

    def register(self, *words: str) -> None:
        """Let these be private from now on."""
        self._words |= {word for word in words if word}
        self._pattern = self._compiled()

    def _compiled(self) -> re.Pattern[str]:
        # The longest first; whole words, so that a short name is not found inside another word.
        words = sorted(self._words, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words) or r"(?!)")

    def found_in(self, text: str) -> list[str]:
        """Return everything private that stands in a text."""
        return [match for pattern in (PHONE, ADDRESS, self._pattern) for match in pattern.findall(text)]

    def found_in_all(self, texts: Iterable[str]) -> Iterator[str]:
        """Yield what was found, with the text around it, for each text that holds anything."""
        for text in texts:
            found = self.found_in(text)
            if found:
                yield f"{found} in {text[:400]}"


def rendered(record: logging.LogRecord) -> str:
    """Return a log record whole: its message, what was said beside it, and the exception's text."""
    beside = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    parts = [record.getMessage(), json.dumps(beside, default=repr, ensure_ascii=False)]
    if record.exc_info:
        parts.append(logging.Formatter().formatException(record.exc_info))
    return " ".join(parts)


class Eavesdropper(logging.Handler):
    """Hears every record that reaches the root logger and keeps those that say too much."""

    def __init__(self, scanner: Scanner) -> None:
        super().__init__(logging.DEBUG)
        self._scanner = scanner
        self.leaks: list[str] = []
        self.heard = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Hear everything: Powertools filters its own records out of the root's handlers."""
        return True

    def emit(self, record: logging.LogRecord) -> None:
        self.heard += 1
        self.leaks += self._scanner.found_in_all([rendered(record)])

    def refuse_leaks(self) -> None:
        """Raise ``AssertionError`` when somebody said too much since the last time."""
        leaks, self.leaks = self.leaks, []
        if leaks:
            raise AssertionError("a log record says who a patient is:\n" + "\n".join(leaks))
