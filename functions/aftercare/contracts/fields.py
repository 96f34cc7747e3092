"""What the fields of events and of the clinic file are made of: types that check, and say what they allow."""

import importlib.resources
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from aftercare.contracts.reading import Wire
from aftercare.contracts.shapes import (
    E164_PATTERN,
    ID_ALLOWED,
    ID_PATTERN,
    INSTANT_ALLOWED,
    INSTANT_PATTERN,
    is_e164,
    read_instant,
)
from aftercare.domain import facts
from aftercare.domain.consent import Channel, Consent, Purpose
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId

BORN_EARLIEST = date(1900, 1, 1)
PHONE_ALLOWED = "a phone number that exists, in E.164 form, as +12025550147"
EMAIL_ALLOWED = "one plain email address of at most 254 characters, as ada@example.org"
ZONE_ALLOWED = "an IANA time zone, as America/New_York"
DAY_ALLOWED = "a day in ISO form, as 2026-11-23"
BIRTH_ALLOWED = "a day of birth in ISO form, as 1990-01-31, 1900-01-01 or later, not after occurred_at"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 5322 "dot-atom" before the @, RFC 1035 labels after it: no quotes, comments or lists.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


def refusal(allowed: str) -> PydanticCustomError:
    """Return the error that quotes ``allowed`` instead of the field's own description."""
    return PydanticCustomError("allowed", allowed)


def check_phone(text: str) -> str:
    try:
        if is_e164(text) and phonenumbers.is_valid_number(phonenumbers.parse(text)):
            return text
    except phonenumbers.NumberParseException:
        pass
    raise ValueError(PHONE_ALLOWED)


def check_email(text: str) -> str:
    if len(text) > 254 or _EMAIL.fullmatch(text) is None:
        raise ValueError(EMAIL_ALLOWED)
    return text


@lru_cache
def zone_names() -> frozenset[str]:
    """Return the IANA names, from the tzdata package: a machine's own list has local extras."""
    names = (importlib.resources.files("tzdata") / "zones").read_text(encoding="ascii").split()
    return frozenset(names) - {"Factory"}


def check_zone(text: str) -> str:
    if text not in zone_names():
        raise ValueError(ZONE_ALLOWED)
    return ZoneInfo(text).key


def read_day(found: object) -> date:
    """Read an ISO day. TOML hands over a ``date`` already."""
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    if not isinstance(found, str) or _DAY.fullmatch(found) is None:
        raise ValueError(DAY_ALLOWED)
    return date.fromisoformat(found)


def check_born(day: date) -> date:
    if day < BORN_EARLIEST:
        raise ValueError(BIRTH_ALLOWED)
    return day


def _text(longest: int, allowed: str) -> object:
    return Field(min_length=1, max_length=longest, pattern=r"\S", description=allowed)


def _json(allowed: str, pattern: str, form: str | None = None) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": pattern, "description": allowed} | ({"format": form} if form else {})
    )


_DAY_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

IdText = Annotated[str, Field(pattern=ID_PATTERN, description=ID_ALLOWED)]
EventId = Annotated[
    str, Field(pattern=r"^[!-~]{1,128}$", description="1 to 128 printable ASCII characters without a space")
]
Instant = Annotated[
    datetime, BeforeValidator(read_instant), _json(INSTANT_ALLOWED, INSTANT_PATTERN, "date-time")
]
Day = Annotated[date, BeforeValidator(read_day), _json(DAY_ALLOWED, _DAY_PATTERN, "date")]
BirthDate = Annotated[
    date, BeforeValidator(read_day), AfterValidator(check_born), _json(BIRTH_ALLOWED, _DAY_PATTERN, "date")
]
Phone = Annotated[str, AfterValidator(check_phone), _json(PHONE_ALLOWED, E164_PATTERN)]
Email = Annotated[
    str, AfterValidator(check_email), _json(EMAIL_ALLOWED, r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$")
]
Zone = Annotated[str, AfterValidator(check_zone), Field(description=ZONE_ALLOWED)]
Language = Annotated[Literal["en", "es"], Field(description="en or es")]
Country = Annotated[
    Literal["US"], Field(description="US, the one country whose crisis lines are in the texts")
]
GivenName = Annotated[str, _text(100, "a given name of 1 to 100 characters, not blank")]
AcceptsUnencrypted = Annotated[
    bool,
    Field(description="true or false: whether the patient takes texts and mails that travel unencrypted"),
]
PersonName = Annotated[str, _text(200, "who it was, 1 to 200 characters, not blank")]
Reason = Annotated[str, Field(max_length=500, description="text of at most 500 characters, or nothing")]

ProtocolText = Annotated[
    Literal["ketamine-iv-induction", "ketamine-im-induction", "esketamine-nasal", "ketamine-maintenance"],
    Field(
        description="one of ketamine-iv-induction, ketamine-im-induction, esketamine-nasal, "
        "ketamine-maintenance"
    ),
]
PROTOCOL_IDS: tuple[str, ...] = get_args(get_args(ProtocolText)[0])
SessionNumber = Annotated[
    int, Field(ge=1, le=999, description="the session's number in its course, a whole number from 1 to 999")
]


class MetadataIn(Wire):
    """event_id, version "1", occurred_at and clinic_id, in an object."""

    event_id: EventId
    version: Annotated[Literal["1"], Field(description='"1", the one version there is')]
    occurred_at: Instant
    clinic_id: IdText

    def to_domain(self) -> facts.Metadata:
        return facts.Metadata(self.event_id, self.occurred_at, ClinicId(self.clinic_id))


class ConsentIn(Wire):
    """A consent object: channel, purpose, wording_version, wording, method, given_at, recorded_by."""

    channel: Annotated[Literal["sms", "email"], Field(description="sms or email")]
    purpose: Annotated[Literal["care", "education"], Field(description="care or education")]
    wording_version: Annotated[str, _text(64, "the version of the wording, 1 to 64 characters, not blank")]
    wording: Annotated[str, _text(20_000, "the exact text the patient was shown, not blank, at most 20000")]
    method: Annotated[
        Literal["web", "paper", "verbal", "sms"], Field(description="one of web, paper, verbal, sms")
    ]
    given_at: Instant
    recorded_by: PersonName
    expires_on: Day | None = None

    def to_domain(self) -> Consent:
        return Consent(
            channel=Channel(self.channel),
            purpose=Purpose(self.purpose),
            wording_version=self.wording_version,
            wording=self.wording,
            method=self.method,
            given_at=self.given_at,
            recorded_by=self.recorded_by,
            expires_on=self.expires_on,
        )


class SessionIdentity(Wire):
    """What names a treatment session and its place in a course."""

    id: IdText
    patient_id: IdText
    protocol: ProtocolText
    course_id: IdText
    number: SessionNumber


def refuse_born_after(born: date, occurred_at: datetime, field: str) -> None:
    """Refuse a patient who, when the event happened, was not born yet.

    Raises:
        BadInput: ``born`` lies after the day of ``occurred_at``.
    """
    if born > occurred_at.date():
        raise BadInput(field, born.isoformat(), BIRTH_ALLOWED)
