"""What AWS refuses to send, beyond what the client library checks before a request leaves."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Asked = Mapping[str, Any]

# AWS End User Messaging SMS API reference, SendTextMessage.
_PHONE = re.compile(r"\+?[1-9][0-9]{1,18}")
_IDENTITY = re.compile(r"[A-Za-z0-9_:/+-]{1,256}")
_BODY_MAX = 1600
_CONTEXT_MAX = 5
_CONTEXT_NAME = re.compile(r"\S{1,100}")
_CONTEXT_VALUE_MAX = 800
_TIME_TO_LIVE_S = range(5, 259_201)
_MESSAGE_TYPES = (None, "TRANSACTIONAL", "PROMOTIONAL")
# Amazon SES API v2 reference, SendEmail and MessageHeader; SES quotas.
_RECIPIENTS_MAX = 50
_HEADERS_MAX = 15
_HEADER_NAME = re.compile(r"[!-9;-~]{1,126}")
_HEADER_VALUE = re.compile(r"[ -~]{1,995}")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ADDRESS = re.compile(r"(?:.*<)?[^@<>\s]+@[^@<>\s]+\.[^@<>\s]+>?")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer: HTTP status, error code, text, and members the error's shape has beside it."""

    status: int
    code: str
    text: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def is_phone(text: object) -> bool:
    """Say whether AWS takes ``text`` as a phone number."""
    return isinstance(text, str) and _PHONE.fullmatch(text) is not None


def check_sms(asked: Asked) -> Refusal | None:
    """Return why a SendTextMessage request is malformed, or None."""
    for member, good in _SMS_RULES.items():
        if not good(asked):
            more = {"Reason": "FIELD_VALIDATION_FAILED", "Fields": [{"Name": member, "Message": "invalid"}]}
            return Refusal(400, "ValidationException", f"{member} is not valid", more)
    return None


def check_email(asked: Asked) -> Refusal | None:
    """Return why a SendEmail request is malformed, or None. Only simple content is understood."""
    for fault in _email_faults(asked):
        return Refusal(400, "BadRequestException", fault)
    return None


def _good_context(asked: Asked) -> bool:
    context = asked.get("Context", {})
    return len(context) <= _CONTEXT_MAX and all(
        _CONTEXT_NAME.fullmatch(name) and 0 < len(value) <= _CONTEXT_VALUE_MAX and value == value.strip()
        for name, value in context.items()
    )


_SMS_RULES: dict[str, Callable[[Asked], bool]] = {
    "DestinationPhoneNumber": lambda a: is_phone(a["DestinationPhoneNumber"]),
    "OriginationIdentity": lambda a: bool(_IDENTITY.fullmatch(a.get("OriginationIdentity", "default"))),
    "MessageBody": lambda a: bool(a.get("MessageBody", "").strip()) and len(a["MessageBody"]) <= _BODY_MAX,
    "MessageType": lambda a: a.get("MessageType") in _MESSAGE_TYPES,
    "TimeToLive": lambda a: a.get("TimeToLive", 5) in _TIME_TO_LIVE_S,
    "Context": _good_context,
}


def _email_faults(asked: Asked) -> Iterator[str]:
    simple = asked["Content"].get("Simple")
    if simple is None:
        yield "only Content.Simple is understood here"
        return
    to = asked.get("Destination", {}).get("ToAddresses", [])
    if not 0 < len(to) <= _RECIPIENTS_MAX or not all(_ADDRESS.fullmatch(address) for address in to):
        yield "Destination.ToAddresses is not valid"
    if not _ADDRESS.fullmatch(asked.get("FromEmailAddress", "")):
        yield "FromEmailAddress is not valid"
    subject = simple["Subject"]["Data"]
    if not subject or "\n" in subject:
        yield "Subject is empty or has a line break"
    if not any(part.get("Data") for part in simple["Body"].values()):
        yield "Body is empty"
    yield from _header_faults(simple.get("Headers", []))
    for tag in asked.get("EmailTags", []):
        if not (_TAG.fullmatch(tag["Name"]) and _TAG.fullmatch(tag["Value"])):
            yield "an email tag is not valid"


def _header_faults(headers: list[Mapping[str, str]]) -> Iterator[str]:
    if len(headers) > _HEADERS_MAX or len({header["Name"].lower() for header in headers}) < len(headers):
        yield "Headers are too many or repeat"
    for header in headers:
        if not (_HEADER_NAME.fullmatch(header["Name"]) and _HEADER_VALUE.fullmatch(header["Value"])):
            yield "a header is not valid"
