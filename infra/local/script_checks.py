"""What each kind of script line must and may hold, and what is allowed in its fields."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from email.utils import parseaddr
from typing import Any

from aftercare.contracts.shapes import is_e164
from aftercare.domain.errors import BadInput

What = Mapping[str, Any]

# kind: fields that must be there, fields that may be.
FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    kind: (frozenset(needed.split()), frozenset(optional.split()))
    for kind, needed, optional in (
        ("event", "source detail-type detail", ""),
        ("sms", "from to body", "id"),
        ("email", "from to", "subject text id"),
        ("sms_receipt", "touch_id event_type", ""),
        ("email_receipt", "touch_id event_type", "bounce_type"),
        ("form", "touch_id birth_date answers", ""),
        ("staff", "do alert_id by", "disposition note"),
        ("carrier", "", "sms email"),
    )
}
_NO_TEXT = frozenset({"detail", "answers"})
# Amazon SES developer guide, "Contents of event data"; the texts' types are many and grow.
EMAIL_EVENTS = (
    *("Bounce", "Complaint", "Delivery", "Send", "Reject", "Open", "Click"),
    *("Rendering Failure", "DeliveryDelay", "Subscription"),
)
BOUNCES = ("Permanent", "Transient", "Undetermined")
_SMS_EVENT = re.compile(r"(TEXT|MEDIA|RCS|VOICE)_[A-Z_]{2,40}")


def check(kind: str, what: Any, where: str) -> What:
    """Check one line's content.

    Raises:
        BadInput: For the first fault, naming ``where``, the field, what was found and what is allowed.
    """
    if not isinstance(what, dict):
        raise BadInput(kind, what, "a JSON object", where)
    _check_fields(kind, what, where)
    for field, good, allowed in _RULES.get(kind, ()):
        there = what.get(field) is not None or (field in what and field in FIELDS[kind][0])
        if there and not good(what[field]):
            raise BadInput(f"{kind}.{field}", what[field], allowed, where)
    if kind == "carrier" and not any(what.values()):
        raise BadInput("carrier", what, "sms, email, or both", where)
    if kind == "email_receipt" and what.get("bounce_type") and what["event_type"] != "Bounce":
        raise BadInput("email_receipt.bounce_type", what["bounce_type"], "only with Bounce", where)
    return what


def _check_fields(kind: str, what: What, where: str) -> None:
    needed, optional = FIELDS[kind]
    for field in sorted(needed - set(what)):
        raise BadInput(f"{kind}.{field}", None, "it is required", where)
    if kind != "event":
        for field in sorted(set(what) - needed - optional):
            raise BadInput(f"{kind}.{field}", what[field], f"one of {sorted(needed | optional)}", where)
    for field in sorted((needed | optional) & set(what) - _NO_TEXT):
        # A field that does not apply may be left out or be null.
        if not isinstance(what[field], str) and not (field in optional and what[field] is None):
            raise BadInput(f"{kind}.{field}", what[field], "text", where)


def _is_phone_or_code(text: str) -> bool:
    return is_e164(text) or (text.isascii() and text.isdigit())


def _is_address(text: str) -> bool:
    return text.isprintable() and re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(text)[1]) is not None


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("1990-01-31") and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_name(text: str) -> bool:
    """Say whether an id names something: ``last:`` and ``open:`` alone do not."""
    return text.isprintable() and text.strip() == text and text not in ("", "last:", "open:")


def _is_sms_state(text: str) -> bool:
    return text in ("up", "down") or (
        text.startswith("opted_out:") and is_e164(text.removeprefix("opted_out:"))
    )


_PHONE = "a phone number such as +12025550147"
_ADDRESS = "one address, as ada@example.org"
_ID = "printable text without spaces around it, not empty"
_TOUCH = f"a touch's id or last:<patient id>, {_ID}"
_Rule = tuple[str, Callable[[Any], bool], str]
_RULES: Mapping[str, tuple[_Rule, ...]] = {
    "sms": (
        ("from", is_e164, _PHONE),
        ("to", _is_phone_or_code, f"{_PHONE}, or a short code"),
        ("id", _is_name, _ID),
    ),
    "email": (
        ("from", _is_address, _ADDRESS),
        ("to", _is_address, _ADDRESS),
        ("subject", lambda text: not re.search(r"[\r\n]", text), "one line"),
        ("id", _is_name, _ID),
    ),
    "sms_receipt": (
        ("touch_id", _is_name, _TOUCH),
        ("event_type", lambda text: bool(_SMS_EVENT.fullmatch(text)), "an AWS event type, as TEXT_DELIVERED"),
    ),
    "email_receipt": (
        ("touch_id", _is_name, _TOUCH),
        ("event_type", EMAIL_EVENTS.__contains__, f"one of {', '.join(EMAIL_EVENTS)}"),
        ("bounce_type", BOUNCES.__contains__, f"one of {', '.join(BOUNCES)}"),
    ),
    "form": (
        ("touch_id", _is_name, _TOUCH),
        ("birth_date", _is_day, "a day, as 1990-01-31"),
        ("answers", lambda answers: isinstance(answers, dict), 'a JSON object, as {"phq9_1": 1}'),
    ),
    "staff": (
        ("do", ("acknowledge", "resolve").__contains__, "acknowledge or resolve"),
        ("alert_id", _is_name, f"an alert's id or open:<patient id>, {_ID}"),
    ),
    "carrier": (
        ("sms", _is_sms_state, "up or down, or opted_out:+1..."),
        ("email", ("up", "down").__contains__, "up or down"),
    ),
}
