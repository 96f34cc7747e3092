"""What the demo's own pages show: phones, mailboxes and the clock. Values only, no HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from infra.local.carrier import EmailOut, SmsOut
from infra.local.demo_people import PEOPLE, DemoPerson
from infra.local.demo_world import DemoWorld
from infra.local.postbag import ids_of
from infra.local.rehearsal import BASE_URL

_LINK = re.compile(re.escape(BASE_URL) + r"(/[fu]/[A-Za-z0-9_/-]+)")
_SHOWN = 60
LANGUAGES = {"en": "English", "es": "Español"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: words, or a link to a page of ours (``path``)."""

    words: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text on a phone. ``day`` is given where another day begins."""

    ours: bool
    clock: str
    parts: Sequence[Part]
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in a mailbox; ``number`` names it in an address. Their own have none."""

    number: int | None
    at: str
    who: str
    subject: str
    parts: Sequence[Part]
    has_html: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """One line of the list of people."""

    id: str
    name: str
    note: str
    last: str
    clock: str
    mails: int
    wrote_last: bool
    own: bool
    path: str


def faces(world: DemoWorld) -> list[Face]:
    """List the patients, whoever had the latest message first."""
    latest: dict[str, tuple[datetime, str, bool]] = {}
    mails: dict[str, int] = {}
    for one in world.carrier.sms_outbox:
        latest[_patient(one)] = (one.at, one.body, False)
    for mail in world.carrier.email_outbox:
        mails[_patient(mail)] = mails.get(_patient(mail), 0) + 1
    for said in world.said:
        if said.channel == "sms" and said.at >= latest.get(said.patient_id, (said.at, "", False))[0]:
            latest[said.patient_id] = (said.at, said.body, True)
    rows = [(person, latest.get(person.id)) for person in PEOPLE.values()]
    rows.sort(key=lambda row: row[1][0].timestamp() if row[1] else 0, reverse=True)
    now = world.clock.now()
    return [_face(person, last, mails.get(person.id, 0), world, now) for person, last in rows]


def _face(
    person: DemoPerson, last: tuple[datetime, str, bool] | None, mails: int, world: DemoWorld, now: datetime
) -> Face:
    at, body, theirs = last or (now, "", False)
    note = person.protocol.replace("-", " ").replace(" iv ", " IV ").replace(" im ", " IM ")
    return Face(
        id=person.id,
        name=person.name,
        note=f"{note}, {LANGUAGES[person.language]}",
        last=_LINK.sub("(link)", body if theirs else body.partition(": ")[2] or body),
        clock=_short(at, person.zone, now) if last else "",
        mails=mails,
        wrote_last=theirs,
        own=person.id in world.own,
        path="/demo?" + urlencode({"patient": person.id}),
    )


def bubbles(world: DemoWorld, person: DemoPerson) -> list[Bubble]:
    """Return the end of the thread on somebody's phone, the oldest first."""
    found = [(one.at, True, one.body) for one in world.carrier.sms_outbox if one.to == person.phone]
    found += [
        (one.at, False, one.body)
        for one in world.said
        if one.patient_id == person.id and one.channel == "sms"
    ]
    # An answer leaves in the same breath as what it answers came in.
    found.sort(key=lambda one: (one[0], one[1]))
    shown: list[Bubble] = []
    before = ""
    for at, ours, body in found[-_SHOWN:]:
        local = at.astimezone(person.zone)
        day = f"{local:%A, %B} {local.day}"
        shown.append(Bubble(ours, wall(local), list(parts(body)), day if day != before else None))
        before = day
    return shown


def letters(world: DemoWorld, person: DemoPerson) -> list[Letter]:
    """Return what is in somebody's mailbox, the latest first."""
    found: list[tuple[datetime, Letter]] = []
    now = world.clock.now()
    for number, one in enumerate(world.carrier.email_outbox):
        if one.to == person.email:
            at = _short(one.at, person.zone, now)
            text = list(parts(one.text or ""))
            found.append((one.at, Letter(number, at, one.from_, one.subject, text, bool(one.html))))
    for said in world.said:
        if said.patient_id == person.id and said.channel == "email":
            at = _short(said.at, person.zone, now)
            found.append((said.at, Letter(None, at, person.name, said.subject or "", [Part(said.body)])))
    found.sort(key=lambda one: one[0], reverse=True)
    return [letter for _, letter in found]


def mail_html(world: DemoWorld, number: int) -> str | None:
    """Return the HTML of a mail, its links leading to this laptop."""
    outbox = world.carrier.email_outbox
    if not 0 <= number < len(outbox):
        return None
    html = outbox[number].html
    return _LINK.sub(r"\1", html) if html else None


def parts(text: str) -> Iterator[Part]:
    """Yield the words of a message, and each link to a page of ours as one."""
    end = 0
    for link in _LINK.finditer(text):
        yield Part(text[end : link.start()])
        yield Part(link[0], link[1])
        end = link.end()
    yield Part(text[end:])


def wall(at: datetime) -> str:
    """Write a time of day as US clinics do."""
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Write an instant in full: Mon Nov 23, 9:05 am."""
    local = at.astimezone(zone)
    return f"{local:%a %b} {local.day}, {wall(local)}"


def _short(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return wall(local) if local.date() == today else f"{local:%b} {local.day}"


def _patient(message: SmsOut | EmailOut) -> str:
    return ids_of(message).get("patient", "")
