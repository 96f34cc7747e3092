"""Read the words from the package: strict, so that a slip in a file never reaches a patient."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from aftercare.domain.errors import BadInput
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.words import PLACEHOLDERS, Words, placeholders

FOLDERS = ("messages", "education")
_TEXTS = ("sms", "subject", "email")
_KEYS = (*_TEXTS, "sources", "review_by")
_TOPIC = re.compile(r"E[1-9][0-9]*")


@lru_cache
def load_words(language: str) -> Mapping[str, Words]:
    """Return every message and education topic of ``language`` by id, read once per process.

    Raises:
        BadInput: The language is not shipped, or a file of it is malformed.
    """
    if language not in LANGUAGES:
        raise BadInput("language", language, _either(LANGUAGES))
    words: dict[str, Words] = {}
    for folder in FOLDERS:
        where = f"{folder}/{language}.toml"
        file = resources.files("aftercare.content") / folder / f"{language}.toml"
        words |= parse_words(tomllib.loads(file.read_text(encoding="utf-8")), where)
    return MappingProxyType(words)


@lru_cache(maxsize=1)
def topics() -> tuple[str, ...]:
    """Return the ids of the education library in the order in which a patient gets them."""
    found = (words.topic for words in load_words(LANGUAGES[0]).values() if words.topic)
    return tuple(sorted(found, key=lambda topic: int(topic[1:])))


def parse_words(raw: Mapping[str, object], where: str) -> dict[str, Words]:
    """Return the words of one file by id.

    Args:
        raw: The file as TOML reads it: ``language``, then one table per message id.
        where: The file's name, for whoever has to mend it.

    Raises:
        BadInput: A key is unknown or missing, or a value cannot be used; names file and key.
    """
    language = raw.get("language")
    if language not in LANGUAGES:
        raise BadInput("language", language, _either(LANGUAGES), where)
    return {
        id_: _parse_one(id_, str(language), table, where) for id_, table in raw.items() if id_ != "language"
    }


def _parse_one(id_: str, language: str, table: object, where: str) -> Words:
    if not isinstance(table, dict):
        raise BadInput(id_, table, f"a table with {', '.join(_KEYS)}", where)
    allowed = (*_KEYS, "topic") if _TOPIC.fullmatch(id_) else _KEYS
    for key in table:
        if key not in allowed:
            raise BadInput(f"{id_}.{key}", key, _either(allowed), where)
    sms, subject, email = (_text(table.get(key), f"{id_}.{key}", where) for key in _TEXTS)
    return Words(
        id=id_,
        language=language,
        sms=sms,
        subject=subject,
        email=email,
        sources=_sources(table.get("sources"), f"{id_}.sources", where),
        review_by=_day(table.get("review_by"), f"{id_}.review_by", where),
        revision=_revision(sms, subject, email),
        topic=_topic(id_, table.get("topic"), where) if "topic" in allowed else "",
    )


def _text(found: object, key: str, where: str) -> str:
    if not isinstance(found, str) or not found.strip():
        raise BadInput(key, found, "a text that is not empty", where)
    text = found.strip()
    try:
        unknown = placeholders(text) - PLACEHOLDERS
    except ValueError as error:
        raise BadInput(key, text, "every { closed by a }", where) from error
    if unknown:
        raise BadInput(
            key, "{" + min(unknown) + "}", _either("{" + p + "}" for p in sorted(PLACEHOLDERS)), where
        )
    return text


def _sources(found: object, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(source, str) and source.strip() for source in found):
        raise BadInput(key, found, "a list of texts that are not empty", where)
    return tuple(found)


def _day(found: object, key: str, where: str) -> date:
    # A datetime is a date to Python; a review is due on a day.
    if not isinstance(found, date) or isinstance(found, datetime):
        raise BadInput(key, found, "a day such as 2027-05-31, without quotes", where)
    return found


def _topic(id_: str, found: object, where: str) -> str:
    if found != id_:
        raise BadInput(f"{id_}.topic", found, f'"{id_}", the same as the table', where)
    return id_


def _revision(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:8]


def _either(names: Iterable[str]) -> str:
    return ", ".join(names)
