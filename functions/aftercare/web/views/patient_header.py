"""The band on top of a patient's page: who they are, how to reach them, what they agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from aftercare.domain.charting import reachable
from aftercare.domain.consent import ALL_KEYS, Standing
from aftercare.domain.followup import Followup
from aftercare.domain.patient import Patient
from aftercare.domain.timeline import consent_title
from aftercare.domain.when import spoken
from aftercare.usecases.see_patient import PatientView
from aftercare.web.views.labels import language_name
from aftercare.web.views.times import Phone, phone, their_time


@dataclass(frozen=True, slots=True)
class Chip:
    """Where one consent stands: ``Care by text``, and in words what of it."""

    title: str
    said: str
    look: str
    sign: str


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    born: str
    language: str
    local: str
    phone: Phone | None
    email: str
    chips: tuple[Chip, ...]
    reachable: str
    paused: str
    closed: str
    red: bool
    next_touch: str
    next_visit: str
    heard: str


def header_of(view: PatientView) -> Header:
    """Return the band, from what the person who looks may see."""
    patient, followup, zone, now = view.history.patient, view.history.followup, view.clinic.zone, view.at
    ways = reachable(followup, patient, now)
    goes = next((one for one in view.upcoming if one.goes), None)
    visits = [
        s.starts_at for s in followup.sessions.values() if s.starts_at is not None and s.starts_at > now
    ]
    heard = [reply.at for reply in view.history.replies] + [one.at for one in view.history.measures]
    paused = followup.paused_until
    return Header(
        name=patient.given_name,
        born=_born(patient, now.astimezone(zone).date()),
        language=language_name(patient.language),
        local=their_time(now, patient.time_zone, zone),
        phone=phone(patient.phone),
        email=patient.email or "",
        chips=tuple(_chips(followup, now)),
        reachable=" and ".join("text" if way == "sms" else "mail" for way in ways),
        paused=spoken(paused, zone) if paused is not None and paused > now else "",
        closed=(followup.closed_reason or "closed") if followup.closed else "",
        red=followup.in_danger,
        next_touch=f"{goes.title}, {goes.local}" if goes is not None else "",
        next_visit=spoken(min(visits), zone) if visits else "",
        heard=spoken(max(heard), zone) if heard else "",
    )


def _born(patient: Patient, today: date) -> str:
    born = patient.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{born:%b} {born.day}, {born.year} ({age})"


def _chips(followup: Followup, now: datetime) -> Iterable[Chip]:
    today = now.astimezone(followup.contact.zone).date()
    for key in ALL_KEYS:
        standing = followup.standings.get(key)
        title = consent_title(key)
        if standing is not None and standing.stands(today):
            fails = key[0] in followup.unreachable
            said, look, sign = (
                ("agreed, address fails", "amber", "broken") if fails else ("agreed", "green", "check")
            )
            yield Chip(title, said, look, sign)
        else:
            yield Chip(title, _missing(standing, today), "off", "cross")


def _missing(standing: Standing | None, today: date) -> str:
    if standing is None or standing.given_at is None:
        return "not agreed"
    if standing.expires_on is not None and today > standing.expires_on and standing.agreed:
        return "ran out"
    if standing.withdrawn_at is not None and standing.withdrawn_at >= standing.given_at:
        return "withdrawn"
    return "new address, ask again"
