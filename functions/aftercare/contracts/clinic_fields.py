"""What the fields of the clinic file are made of."""

import re
import unicodedata
from datetime import time, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from aftercare.contracts.fields import Language, check_phone
from aftercare.domain.duration import ALLOWED as DURATION_ALLOWED
from aftercare.domain.duration import PATTERN as DURATION_PATTERN
from aftercare.domain.duration import parse_duration
from aftercare.domain.errors import BadInput
from aftercare.domain.segments import GSM_BASIC, plain_gsm

# The longest clinic name with which every shipped text still fits in two parts.
SMS_NAME_LONGEST = 28
# No text earlier or later than this on the patient's clock; a clinic may narrow it, never widen it.
# Source: inside the 8 a.m. to 9 p.m. of 47 CFR 64.1200(c)(1), with an hour to spare at both ends.
WINDOW_FROM, WINDOW_UNTIL = time(9), time(20)
# Beginnings of drug and diagnosis words in English and Spanish, without accents. The clinic's name
# opens every text, and a text shows on a locked screen.
TELLING_WORDS = (
    "ketamin",
    "spravato",
    "depress",
    "depresi",
    "psychiatr",
    "psiquiatr",
    "suicid",
    "bipolar",
    "ptsd",
)

SMS_NAME_ALLOWED = (
    f"1 to {SMS_NAME_LONGEST} letters that a plain text can hold (GSM-7), or texts would need a third "
    "part, and no drug or diagnosis word, because texts show on locked screens: choose a neutral name"
)
WALL_TIME_ALLOWED = "a wall time from 00:00 to 23:59, as 09:00"
SEND_FROM_ALLOWED = "a wall time from 09:00 to 20:00: a clinic may narrow the send window, never widen it"
SEND_UNTIL_ALLOWED = f"later than send_from, and {SEND_FROM_ALLOWED}"
CLINIC_PHONE_ALLOWED = "a phone number that patients can dial, 10 to 15 digits, as 212-555-0100"
SMS_NUMBER_ALLOWED = (
    "the number texts come from, in E.164 form, as +12125550101, or a short code of 5 or 6 digits"
)

_WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?")
_WALL_TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"
_SHORT_CODE = re.compile(r"[0-9]{5,6}")
_DIALLED = re.compile(r"\+?[0-9 ().-]{10,24}")


def _read_wall_time(found: object) -> time:
    if isinstance(found, str) and _WALL_TIME.fullmatch(found):
        return time.fromisoformat(found)
    if isinstance(found, time) and found.tzinfo is None and found == found.replace(second=0, microsecond=0):
        return found
    raise ValueError(WALL_TIME_ALLOWED)


def _in_window(at: time) -> time:
    if not WINDOW_FROM <= at <= WINDOW_UNTIL:
        raise ValueError(SEND_FROM_ALLOWED)
    return at


def _read_duration(found: object) -> timedelta:
    try:
        return parse_duration(found)
    except BadInput as error:
        raise ValueError(error.allowed) from None


def _check_one_line(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("one line without spaces around it")
    return text


def _check_sms_name(name: str) -> str:
    plain = plain_gsm(_check_one_line(name))
    # What is outside the basic alphabet costs two characters, or turns every text into UCS-2.
    if not 1 <= len(plain) <= SMS_NAME_LONGEST or not GSM_BASIC.issuperset(plain):
        raise ValueError(SMS_NAME_ALLOWED)
    bare = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
    if any(word in bare for word in TELLING_WORDS):
        raise ValueError(SMS_NAME_ALLOWED)
    return name


def _check_dialled(text: str) -> str:
    if _DIALLED.fullmatch(text) is None or not 10 <= sum(c.isdigit() for c in text) <= 15:
        raise ValueError(CLINIC_PHONE_ALLOWED)
    return text


def _check_sms_number(text: str) -> str:
    return text if _SHORT_CODE.fullmatch(text) else check_phone(text)


def _check_once(found: list[str]) -> list[str]:
    if len(set(found)) != len(found):
        raise ValueError("each once")
    return found


def _wall_time(allowed: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": _WALL_TIME_PATTERN, "description": allowed})


WallTime = Annotated[time, BeforeValidator(_read_wall_time), _wall_time(WALL_TIME_ALLOWED)]
Closes = Annotated[
    time, BeforeValidator(_read_wall_time), _wall_time(f"{WALL_TIME_ALLOWED}, later than opens")
]
SendFrom = Annotated[
    time, BeforeValidator(_read_wall_time), AfterValidator(_in_window), _wall_time(SEND_FROM_ALLOWED)
]
SendUntil = Annotated[
    time, BeforeValidator(_read_wall_time), AfterValidator(_in_window), _wall_time(SEND_UNTIL_ALLOWED)
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_read_duration),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "description": DURATION_ALLOWED}),
]
ClinicName = Annotated[
    str,
    Field(min_length=1, max_length=120, description="the clinic's full name, one line, 1 to 120 characters"),
    AfterValidator(_check_one_line),
]
OnCallText = Annotated[
    str,
    Field(min_length=1, max_length=120, description="one line of 1 to 120 characters"),
    AfterValidator(_check_one_line),
]
SmsName = Annotated[
    str,
    Field(min_length=1, max_length=SMS_NAME_LONGEST, description=SMS_NAME_ALLOWED),
    AfterValidator(_check_sms_name),
]
ClinicPhone = Annotated[
    str,
    Field(pattern=r"^\+?[0-9 ().-]{10,24}$", description=CLINIC_PHONE_ALLOWED),
    AfterValidator(_check_dialled),
]
SmsNumber = Annotated[
    str,
    Field(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{5,6})$", description=SMS_NUMBER_ALLOWED),
    AfterValidator(_check_sms_number),
]
PostalAddress = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        pattern=r"\S",
        description="the postal address that education mails must show",
    ),
]
Languages = Annotated[
    list[Language],
    AfterValidator(_check_once),
    Field(min_length=1, max_length=2, description="a list of en, es or both, each once"),
]
