"""The invented clinic, its people and clocks, what they put on the wire, and how a row of output is read.

Wall times are written ``Tue 14:05`` (the week of Monday 9 November 2026) or ``2026-11-24 14:05``, and
are read on the clock of whoever speaks: the clinic's in New York, or the patient's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 9)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
LOS_ANGELES, HONOLULU = "America/Los_Angeles", "Pacific/Honolulu"
CLINIC_NUMBER = "+12025550199"
NORAS_PHONE, NORAS_MAIL = "+12025550101", "nora@riverside.example.org"
NORA = (
    '[[on_call]]\nrole = "nurse"\nname = "Nora"\nphone = "+12025550101"\nemail = "nora@riverside.example.org"'
)
# Any of these tells a nurse that the patient, not the clock, ended a text.
NO_CONSENT = {"no_consent", "consent_withdrawn", "consent_expired", "opted_out"}
# Kinds that may leave at any hour (DESIGN 3.2).
ANY_HOUR = {"safety", "opt_in", "opt_out", "help", "crisis", "after_hours", "manual"}
PROGRAM = {"reminder", "safety", "check_in", "measure", "education"}
SIGNED = 'content_review = { signed_by = "Dr. Cleo", signed_on = 2026-01-05 }'
_CLINIC = """
id = "riverside"
name = "Riverside Wellness Clinic"
sms_name = "Riverside Clinic"
time_zone = "America/New_York"
country = "US"
phone = "+12025550100"
sms_number = "+12025550199"
email_from = "care@riverside.example.org"
postal_address = "1 River Street, New York, NY 10001"
languages = ["en", "es"]
opens = "08:30"
closes = "17:30"
sms_caps = { per_day = 6, per_week = 30 }
"""
PEOPLE = {
    "Ada": ("+12025550110", "1990-01-31"),
    "Ben": ("+12025550111", "1984-06-02"),
    "Carmen": ("+12025550112", "1977-09-15"),
    "Dora": ("+12025550113", "1969-03-30"),
}


def clinic_file(people: str = NORA, more: str = SIGNED) -> str:
    """Return a clinic file, TOML. ``people`` are the ``[[on_call]]`` tables, ``more`` stands before them."""
    return f"{_CLINIC}{more}\n\n{people}\n"


def instant(wall: str, zone: str) -> datetime:
    """Return the instant, UTC, of a wall time such as ``Tue 14:05`` or ``2026-11-24 14:05:30``."""
    day, clock = wall.split(" ")
    if day in WEEKDAYS:
        day = (MONDAY + timedelta(days=WEEKDAYS.index(day))).isoformat()
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def phq9(*items: int | None) -> Json:
    """Return a form's answers to the nine questions; None is left blank."""
    assert len(items) == 9
    return {f"phq9_{number}": item for number, item in enumerate(items, start=1) if item is not None}


def gad7(*items: int | None) -> Json:
    """Return a form's answers to the seven questions; None is left blank."""
    assert len(items) == 7
    return {f"gad7_{number}": item for number, item in enumerate(items, start=1) if item is not None}


@dataclass(frozen=True)
class Row:
    """One line of the output. ``number`` is its place in it: a smaller one happened first."""

    number: int
    at: datetime
    kind: str
    body: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def wall(self, zone: str) -> str:
        """Return the wall time, as ``2026-11-24 14:05``: it sorts as it reads."""
        return self.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def the_one(rows: Sequence[Row]) -> Row:
    """Return the only row there is."""
    assert len(rows) == 1, f"expected one, found {len(rows)}: {rows}"
    return rows[0]


def a_text(phone: str, body: str, sms_id: str | None) -> Json:
    what = {"from": phone, "to": CLINIC_NUMBER, "body": body}
    return what | ({"id": sms_id} if sms_id else {})


def a_consent(named: str, at: datetime, expires_on: str | None) -> Json:
    channel, purpose = named.split(" ")
    given: Json = {
        "channel": channel,
        "purpose": purpose,
        "wording_version": "2026-01",
        "wording": "I agree to get health messages from Riverside Clinic. I can stop at any time.",
        "method": "paper",
        "given_at": at.isoformat(),
        "recorded_by": "Nurse Nora",
    }
    return given | ({"expires_on": expires_on} if expires_on else {})
