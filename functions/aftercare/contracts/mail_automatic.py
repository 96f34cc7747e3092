"""Whether a machine wrote a mail.

A patient's words may still be in it: it is kept and screened like any other.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Automatic = Literal["out_of_office", "auto_reply", "bounce", "list"]
Headers = Mapping[str, Sequence[str]]

_ABSENT = re.compile(
    r"out of (?:the )?office|away from (?:my|the) (?:office|desk|e-?mail)|on (?:vacation|leave|holiday)"
    r"|fuera de (?:la )?oficina|ausente|ausencia|de vacaciones|no disponible",
    re.IGNORECASE,
)
# Whole, or before a colon: "Re: Automatic reply: ..." is a person's.
_AUTOMATIC_SUBJECT = re.compile(
    r"(?:auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office(?: auto-?reply)?"
    r"|respuesta autom[aá]tica|contestaci[oó]n autom[aá]tica|fuera de (?:la )?oficina|ausencia de la oficina)"
    r"\s*(?::.*|\.?)",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver(?:able|ed)\b|delivery status notification|mail delivery (?:failed|failure|system)"
    r"|returned mail|failure notice|no se puede entregar|no entregado|correo devuelto).*",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(?:mailer-daemon|postmaster)@.*", re.IGNORECASE)
_REPLIES = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply")
_LISTS = ("list-id", "list-post", "list-unsubscribe")


def automatic(
    headers: Headers, content_type: str, from_address: str, subject: str, *, null_sender: bool
) -> Automatic | None:
    """Return what kind of machine wrote it, by the strongest sign there is; ``None`` for a person.

    Args:
        headers: All headers by lower-case name.
        content_type: The first header of that name, parameters included.
        from_address: Normalised.
        subject: Decoded; believed only when nothing else speaks.
        null_sender: The envelope's sender was empty (RFC 3834 section 3.3, RFC 5321 section 4.5.5).

    Sources: RFC 3834 (Auto-Submitted), RFC 3464 (delivery reports), RFC 2919 (List-Id), MS-OXCMAIL
    (X-Auto-Response-Suppress).
    """
    if _bounced(headers, content_type, from_address, subject, null_sender):
        return "bounce"
    absent = _ABSENT.search(subject) is not None
    precedence = _first(headers, "precedence")
    if _replied(headers, content_type, precedence):
        return "out_of_office" if absent else "auto_reply"
    if precedence == "list" or any(name in headers for name in _LISTS):
        return "list"
    if precedence in {"bulk", "junk"} or null_sender or _AUTOMATIC_SUBJECT.fullmatch(subject.strip()):
        return "out_of_office" if absent else "auto_reply"
    return None


def _bounced(headers: Headers, content_type: str, sender: str, subject: str, null_sender: bool) -> bool:
    if content_type.startswith("multipart/report") and "disposition-notification" not in content_type:
        return "feedback-report" not in content_type
    if "x-failed-recipients" in headers:
        return True
    machine = _MACHINE.fullmatch(sender) is not None
    return machine and (null_sender or _BOUNCE_SUBJECT.fullmatch(subject.strip()) is not None)


def _replied(headers: Headers, content_type: str, precedence: str) -> bool:
    submitted = _first(headers, "auto-submitted").split(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if content_type.startswith("multipart/report") or precedence in {"auto_reply", "auto-reply"}:
        return True
    if any(_first(headers, name) not in {"", "no"} for name in _REPLIES):
        return True
    suppressed = {word.strip() for word in _first(headers, "x-auto-response-suppress").split(",")}
    return bool(suppressed & {"all", "oof", "autoreply"})


def _first(headers: Headers, name: str) -> str:
    return next(iter(headers.get(name, ())), "").strip().lower()
