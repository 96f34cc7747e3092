"""Everything that left, in order: to find the message that a receipt or a form in a script is about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from aftercare.adapters.ses_mail import tag_text
from infra.local.carrier import EmailOut, SmsOut

Out = TypeVar("Out", SmsOut, EmailOut)
LAST = "last:"


@dataclass
class Postbag:
    """What was accepted by either carrier, oldest first.

    Args:
        base_url: Where the service's pages are; a form's link is below its ``/f/``.
    """

    base_url: str
    _left: dict[tuple[str, str], list[SmsOut | EmailOut]] = field(default_factory=dict)

    def keep(self, message: SmsOut | EmailOut) -> None:
        """Note a message as it leaves."""
        names = {name: value for name, value in ids_of(message).items() if name in ("patient", "touch")}
        for name in {**names, "to": message.to}.items():
            self._left.setdefault(name, []).append(message)

    def texts(self, named: str) -> Sequence[SmsOut]:
        """Return the texts of a touch, or those to a patient for ``last:<patient id>``, latest first."""
        return [one for one in self._named(named) if isinstance(one, SmsOut)]

    def mails(self, named: str) -> Sequence[EmailOut]:
        """Return the mails of a touch, or those to a patient for ``last:<patient id>``, latest first."""
        return [one for one in self._named(named) if isinstance(one, EmailOut)]

    def secret(self, named: str) -> str | None:
        """Return the secret of the latest form's link in the messages named, or None."""
        link = re.compile(re.escape(self.base_url) + r"/f/([A-Za-z0-9_-]+)")
        for one in self._named(named):
            words = one.body if isinstance(one, SmsOut) else one.text or ""
            if found := link.search(words):
                return found[1]
        return None

    def last_text_to(self, phone: str) -> SmsOut | None:
        """Return the latest text to a phone."""
        texts = (one for one in reversed(self._left.get(("to", phone), [])) if isinstance(one, SmsOut))
        return next(texts, None)

    def _named(self, named: str) -> Iterator[SmsOut | EmailOut]:
        name, wanted = ("patient", named.removeprefix(LAST)) if named.startswith(LAST) else ("touch", named)
        return reversed(self._left.get((name, wanted), []))


def ids_of(message: SmsOut | EmailOut) -> dict[str, str]:
    """Return the ids that travel with a message: clinic, patient and touch, or clinic, alert and step."""
    if isinstance(message, SmsOut):
        return dict(message.context)
    return {name: tag_text(value) for name, value in message.tags.items()}
