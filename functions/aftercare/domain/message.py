"""From words and a patient to the message they will read."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.segments import plain_gsm
from aftercare.domain.words import Words, fill

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves: ``subject`` and ``html`` only for mail."""

    channel: Channel
    text: str
    subject: str | None = None
    html: str | None = None


def day_in_words(day: date, language: str) -> str:
    """``Monday, November 30`` or ``lunes 30 de noviembre``."""
    weekday, month = _DAYS[language][day.weekday()], _MONTHS[language][day.month - 1]
    return f"{weekday}, {month} {day.day}" if language == "en" else f"{weekday} {day.day} de {month}"


def time_in_words(at: time, language: str) -> str:
    """``9:05 AM`` or ``9:05 a. m.``: the twelve-hour clock of the United States in both languages."""
    half = "AM" if at.hour < 12 else "PM"
    if language == "es":
        half = "a. m." if at.hour < 12 else "p. m."
    return f"{at.hour % 12 or 12}:{at.minute:02d} {half}"


def spoken_phone(phone: str) -> str:
    """Write a United States number as people read it: ``202-555-0147``. Others stay as they are."""
    match = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", re.sub(r"[\s().-]", "", phone))
    return "-".join(match.groups()) if match else phone


def values(
    clinic: Clinic, language: str, zone: ZoneInfo, starts_at: datetime | None, link: str | None
) -> Mapping[str, str]:
    """Return what the placeholders of a message stand for; those that do not apply are absent.

    Args:
        clinic: Whose name, phone and clock they are.
        language: Of the words.
        zone: The patient's.
        starts_at: When the visit starts, if the message is about one.
        link: A secret page, if the message leads to one.
    """
    known = {
        "clinic": clinic.sms_name,
        "phone": spoken_phone(clinic.phone),
        "per_week": str(clinic.sms_caps.per_week),
        "opens": time_in_words(clinic.opens, language),
    }
    if starts_at is not None:
        local = starts_at.astimezone(zone)
        known["day"] = day_in_words(local.date(), language)
        known["time"] = time_in_words(local.time(), language)
        if local.utcoffset() != starts_at.astimezone(ZoneInfo(clinic.time_zone)).utcoffset():
            known["time"] += f" {local.tzname()}"  # the clinic's wall shows another hour: name whose this is
    if link is not None:
        known["link"] = link
    return known


def render_sms(words: Words, filled: Mapping[str, str]) -> Message:
    """Write the text. What a clinic's name or a date brings along is put into GSM-7 too.

    Raises:
        KeyError: The words need a value that this touch does not have.
    """
    return Message(Channel.SMS, plain_gsm(fill(words.sms, filled)))


def render_email(words: Words, filled: Mapping[str, str], footer: str | None = None) -> Message:
    """Write the mail: plain text first, and the same paragraphs as HTML.

    Args:
        words: The reviewed words.
        filled: Values of the placeholders.
        footer: A last line below the words (postal address and the way out), for education.

    Raises:
        KeyError: The words need a value that this touch does not have.
    """
    text = fill(words.email, filled).strip()
    if footer:
        text = f"{text}\n\n{footer}"
    subject = plain_gsm(fill(words.subject, filled))
    return Message(Channel.EMAIL, text + "\n", subject, html_of(text, words.language, subject))


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px 12px;font:17px/1.55 -apple-system,'Segoe UI',Roboto,sans-serif">
<table role="presentation" width="100%" style="max-width:600px;margin:0 auto"><tr><td>
{paragraphs}
</td></tr></table></body></html>
"""
_LINK = re.compile(r"https://[^\s<>\"]+[^\s<>\".,]")


def html_of(text: str, language: str, subject: str) -> str:
    """Return the HTML form of a plain text: one column, no images, no tracking, light and dark."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        safe = html.escape(paragraph.strip()).replace("\n", "<br>")
        linked = _LINK.sub(lambda m: f'<a href="{m[0]}">{m[0]}</a>', safe)
        paragraphs.append(f'<p style="margin:0 0 16px">{linked}</p>')
    return _PAGE.format(language=language, subject=html.escape(subject), paragraphs="\n".join(paragraphs))
