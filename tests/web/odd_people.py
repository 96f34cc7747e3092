"""Patients whose names and words try to break a page. They are enrolled once, by events on the bus."""

import re
from typing import Any

from infra.local.demo_people import CLINIC_ID, CLINIC_NUMBER

SCRIPT_NAME = "<script>alert(1)</script>"
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 2
RTL_NAME = "دانة 👩🏽‍🦽 \u202eadA"
MARKUP = '"><img src=x onerror=alert(1)><svg onload=alert(2)>{{7*7}}</textarea></form>'
# Two hundred characters, red, without a place to break a line; then right to left, then emoji.
WORDS = "I want to die. " + MARKUP + " " + "loneliness" * 9 + " لا أريد أن أعيش " + "😢" * 8
PEOPLE = {"odd-script": SCRIPT_NAME, "odd-long": LONG_NAME, "odd-rtl": RTL_NAME}
_PHONES = {name: f"+1212555017{n}" for n, name in enumerate(PEOPLE, start=1)}


def enrol_odd_people(world: Any) -> None:
    """Enrol them at the demo clinic; each writes words that are alerted, and one a question."""
    now = world.clock.now()
    for name, given_name in PEOPLE.items():
        world.cloud.put_event(_enrolled(name, given_name, now))
    world.cloud.run_until(now)
    for name in PEOPLE:
        what = {"from": _PHONES[name], "to": CLINIC_NUMBER, "body": WORDS, "id": f"said-{name}"}
        world.rehearsal.happenings.text(what)
        world.cloud.run_until(now)


def lines_of(text: str) -> str:
    """Return text as a page lays it out: runs of white space as one space."""
    return re.sub(r"\s+", " ", text).strip()


def _enrolled(name: str, given_name: str, now: Any) -> dict[str, Any]:
    agreed = {
        "channel": "sms",
        "purpose": "care",
        "wording_version": "2026-08",
        "wording": "I agree to get texts. <b onmouseover=alert(3)>" + "w" * 150,
        "method": "paper",
        "given_at": now.isoformat(),
        "recorded_by": SCRIPT_NAME,
    }
    patient = {
        "id": name,
        "given_name": given_name,
        "birth_date": "1990-01-31",
        "language": "en",
        "time_zone": "America/New_York",
        "country": "US",
        "phone": _PHONES[name],
        "email": f"{'long' * 12}@{'far-away-' * 5}clinic.example.org",
        "accepts_unencrypted": True,
    }
    metadata = {
        "event_id": f"evt-{name}",
        "version": "1",
        "occurred_at": now.isoformat(),
        "clinic_id": CLINIC_ID,
    }
    detail = {"metadata": metadata, "patient": patient, "consents": [agreed]}
    return {"source": "ehr.riverside", "detail-type": "PatientEnrolled", "detail": detail}
