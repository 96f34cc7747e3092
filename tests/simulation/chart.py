"""What anyone with a calendar could know about a patient from the facts delivered so far.

Written from the contracts of the events alone and shares nothing with the code under test: facts are put
in the order in which they occurred and read from the first to the last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.contracts.inbound_sms import InboundSms
from tests.simulation.wire import Event

Key = tuple[str, str]
CHANNELS, PURPOSES = ("sms", "email"), ("care", "education")
EVERYTHING: tuple[Key, ...] = tuple(product(CHANNELS, PURPOSES))
STOPS = ("STOP", "stop.", " Stop ", "ALTO", "alto!", "UNSUBSCRIBE", "no más")
HELPS = ("HELP", "help?", "AYUDA")
# Two facts of one instant: the one that says more counts.
_RANK = {"SessionCancelled": 1, "SessionCompleted": 2}


@dataclass
class Visit:
    """One session: when it starts, whether and when it ended, whether it was called off."""

    protocol: str
    course: str
    number: int
    starts_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    cancelled: bool = False
    starts: list[datetime] = field(default_factory=list)
    # Booked again after it was called off, or moved: not the plain course of things.
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Yes:
    """One consent. ``stated_at``: when we were told, which must not be before the address it is for."""

    given_at: datetime
    stated_at: datetime
    expires_on: date | None


@dataclass
class Chart:
    """The patient as the facts so far describe them."""

    contact: dict[str, Any] = field(default_factory=dict)
    given: dict[Key, list[Yes]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: dict[Key, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    address_since: dict[str, datetime] = field(default_factory=dict)
    closed: bool = False
    deceased: bool = False
    visits: dict[str, Visit] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.contact["time_zone"])

    def stands(self, key: Key, at: datetime) -> bool:
        """Say whether this consent covers a message at this instant."""
        if not self.given[key]:
            return False
        latest = max(self.given[key], key=lambda yes: (yes.given_at, yes.stated_at))
        if any(no >= latest.given_at for no in self.withdrawn[key]):
            return False
        if key[0] in self.address_since and latest.stated_at < self.address_since[key[0]]:
            return False
        return latest.expires_on is None or at.astimezone(self.zone).date() <= latest.expires_on


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def occurred(event: Event) -> tuple[datetime, int]:
    """Return what a fact is ordered by."""
    return instant(event["detail"]["metadata"]["occurred_at"]), _RANK.get(event["detail-type"], 0)


Said = tuple[InboundSms, Mapping[Key, list[Yes]]]


def chart_of(events: Iterable[Event], stops: Iterable[Said]) -> Chart:
    """Read the facts in the order in which they occurred.

    A session's facts count even before its booking is known: what comes of them is looked at later.

    Args:
        events: The facts.
        stops: Her own opt-outs, each with every yes that was known by then: none of those outlives it,
            not even one that is dated ahead.
    """
    chart = Chart()
    once = {event["detail"]["metadata"]["event_id"]: event for event in events}
    for event in sorted(once.values(), key=occurred):
        _read(chart, event)
    for text, known in stops:
        for key in EVERYTHING:
            chart.withdrawn[key] += [text.received_at, *(yes.given_at for yes in known.get(key, ()))]
    return chart


def _read(chart: Chart, event: Event) -> None:
    kind, detail = event["detail-type"], event["detail"]
    at = occurred(event)[0]
    if kind == "PatientEnrolled":
        blank = {"phone": None, "email": None}
        _set(chart, blank | detail["patient"], at)
        for given in detail["consents"]:
            _agree(chart, given, at)
        chart.closed = chart.deceased
    elif kind == "PatientChanged" and chart.contact:
        _set(chart, detail["changes"], at)
    elif kind == "PatientClosed":
        chart.closed = True
        chart.deceased = chart.deceased or detail["reason"] == "deceased"
        for key in EVERYTHING:
            chart.withdrawn[key].append(at)
    elif kind == "ConsentGiven":
        _agree(chart, detail["consent"], at)
    elif kind == "ConsentWithdrawn":
        channels = CHANNELS if detail["channel"] == "all" else (detail["channel"],)
        purposes = PURPOSES if detail["purpose"] == "all" else (detail["purpose"],)
        for key in product(channels, purposes):
            chart.withdrawn[key].append(instant(detail["withdrawn_at"]))
    elif kind.startswith("Session"):
        _visit(chart, kind, detail)


def _set(chart: Chart, values: Mapping[str, Any], at: datetime) -> None:
    """Take new contact facts; what was agreed to for the old address does not hold for a new one."""
    for name, channel in (("phone", "sms"), ("email", "email")):
        if chart.contact and name in values and values[name] != chart.contact.get(name):
            chart.address_since[channel] = at
    chart.contact.update(values)


def _agree(chart: Chart, given: Mapping[str, Any], at: datetime) -> None:
    expires = date.fromisoformat(given["expires_on"]) if given.get("expires_on") else None
    given_at = instant(given["given_at"])
    chart.given[given["channel"], given["purpose"]].append(Yes(given_at, max(at, given_at), expires))


def _visit(chart: Chart, kind: str, detail: Mapping[str, Any]) -> None:
    said = detail.get("session", detail)
    visit = chart.visits.get(said.get("id", detail.get("session_id")))
    if visit is None:
        if kind not in ("SessionScheduled", "SessionCompleted"):
            return
        visit = Visit(said["protocol"], said["course_id"], said["number"])
        chart.visits[said["id"]] = visit
    if kind == "SessionCancelled":
        # A visit that took place cannot be called off any more.
        visit.cancelled = visit.ended_at is None
        visit.plain = visit.plain and visit.ended_at is not None
    elif kind == "SessionCompleted":
        visit.cancelled = False
        visit.ended_at = instant(said["ended_at"])
        visit.left_at = instant(said.get("discharged_at") or said["ended_at"])
    elif visit.ended_at is None:
        visit.plain = visit.plain and not visit.starts
        visit.cancelled = False
        visit.starts_at = instant(said["starts_at"])
        visit.starts.append(visit.starts_at)
