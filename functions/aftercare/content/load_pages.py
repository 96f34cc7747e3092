"""Read the words of the patients' pages: strict, so that no page can lack a word in one language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from aftercare.domain.errors import BadInput
from aftercare.domain.patient import LANGUAGES
from aftercare.domain.words import placeholders

FOLDER = "pages"
# What a page can fill in, by key; no other word has a hole.
VALUES: Mapping[str, frozenset[str]] = {
    "gate_wrong": frozenset({"left"}),
    "question_of": frozenset({"number", "total"}),
    "review_all": frozenset({"total"}),
    "review_some": frozenset({"count", "total"}),
    "thanks_worse": frozenset({"phone"}),
    "panel_call_clinic": frozenset({"phone"}),
}
_KEYS = {"language", "sources", "review_by", "words"}


@dataclass(frozen=True, slots=True)
class PageWords:
    """Every word of the pages in one language, by key.

    Attributes:
        months: January to December.
        review_by: From this day on the build does not pass until someone reviews them.
    """

    language: str
    texts: Mapping[str, str]
    months: tuple[str, ...]
    sources: tuple[str, ...]
    review_by: date

    def overdue(self, today: date) -> bool:
        return today > self.review_by


@lru_cache(maxsize=1)
def load_pages() -> Mapping[str, PageWords]:
    """Return the words of the pages by language, read once per process.

    Raises:
        BadInput: A file is malformed, or lacks a word that the other one has.
    """
    folder = resources.files("aftercare.content") / FOLDER
    pages = {
        language: parse_pages(
            tomllib.loads((folder / f"{language}.toml").read_text("utf-8")), f"{FOLDER}/{language}.toml"
        )
        for language in LANGUAGES
    }
    known = {key for one in pages.values() for key in one.texts}
    for language, one in pages.items():
        for key in sorted(known - one.texts.keys()):
            raise BadInput(f"words.{key}", None, "a text in every language", f"{FOLDER}/{language}.toml")
    return MappingProxyType(pages)


def parse_pages(raw: Mapping[str, object], where: str) -> PageWords:
    """Check the words of one language.

    Args:
        raw: The file as ``tomllib`` reads it.
        where: The file's name, for whoever has to mend it.

    Raises:
        BadInput: Naming the file and the key.
    """
    for key in raw:
        if key not in _KEYS:
            raise BadInput(key, key, ", ".join(sorted(_KEYS)), where)
    language, words, review_by = raw.get("language"), raw.get("words"), raw.get("review_by")
    if language not in LANGUAGES:
        raise BadInput("language", language, ", ".join(LANGUAGES), where)
    if not isinstance(words, dict):
        raise BadInput("words", words, "a table of texts", where)
    # A datetime is a date to Python; a review is due on a day.
    if not isinstance(review_by, date) or isinstance(review_by, datetime):
        raise BadInput("review_by", review_by, "a day such as 2027-05-31, without quotes", where)
    texts = {key: _text(key, found, where) for key, found in words.items()}
    months = tuple(month.strip() for month in texts.pop("gate_months", "").split(","))
    if len(months) != 12:
        raise BadInput("words.gate_months", len(months), "twelve names with a comma between them", where)
    sources = raw.get("sources")
    if not isinstance(sources, list) or not all(isinstance(one, str) for one in sources):
        raise BadInput("sources", sources, "a list of texts", where)
    return PageWords(str(language), MappingProxyType(texts), months, tuple(sources), review_by)


def _text(key: str, found: object, where: str) -> str:
    if not isinstance(found, str) or not found.strip():
        raise BadInput(f"words.{key}", found, "a text that is not empty", where)
    try:
        used = placeholders(found)
    except ValueError as error:
        raise BadInput(f"words.{key}", found, "every { closed by a }", where) from error
    wanted = VALUES.get(key, frozenset())
    if used != wanted:
        allowed = f"exactly {', '.join(f'{{{name}}}' for name in sorted(wanted)) or 'no placeholder'}"
        raise BadInput(f"words.{key}", found, allowed, where)
    return found.strip()
