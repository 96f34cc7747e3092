"""The reviewed words of one message in one language, and their rendering."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter


@dataclass(frozen=True, slots=True)
class Words:
    """One message in one language.

    Attributes:
        id: Same in every language.
        language: ``en`` or ``es``.
        sms: The text form, with ``{placeholders}``.
        subject: The mail subject. Neutral: it shows on a locked screen.
        email: The mail's plain text, paragraphs parted by an empty line.
        sources: Where each claim or wording comes from.
        review_by: From this day on the words are not sent until someone reviews them.
        revision: Short hash of the texts; stored with every message sent.
        topic: For the education library: its place in the series (``E1``...), else ``""``.
    """

    id: str
    language: str
    sms: str
    subject: str
    email: str
    sources: tuple[str, ...]
    review_by: date
    revision: str
    topic: str = ""

    def overdue(self, today: date) -> bool:
        """Say whether these words wait for a review. ``today`` is the clinic's calendar day."""
        return today > self.review_by


PLACEHOLDERS = frozenset({"clinic", "phone", "per_week", "day", "time", "link", "opens"})


def placeholders(template: str) -> set[str]:
    """Return the names used in ``template``."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put ``values`` into ``template``.

    Raises:
        KeyError: A placeholder has no value; better no message than one with a hole in it.
    """
    return template.format_map(dict(values))
