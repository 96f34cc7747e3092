"""What a rehearsal script says happened, read without any of the service's code.

The checks of ``test_examples.py`` hold the service to this and to the protocols' files, never to the
service's own idea of either.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "infra" / "local" / "examples"
PROTOCOLS = ROOT / "functions" / "aftercare" / "content" / "protocols"
# Whole-message keywords that the two scripts use, in any case, spaces and final punctuation apart.
STOPS = {"stop", "alto"}
ADDRESS = {"sms": "phone", "email": "email"}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def read_json_lines(text: str) -> list[Json]:
    return [json.loads(line) for line in text.split("\n") if line]


def read_lines(path: Path) -> list[Json]:
    return read_json_lines(path.read_text(encoding="utf-8"))


def kind_of(line: Json) -> str:
    (kind,) = (name for name in line if name != "at")
    return kind


@dataclass(frozen=True)
class Happened:
    """A good event, at its first delivery."""

    arrived_at: datetime
    occurred_at: datetime
    name: str
    detail: Json


@dataclass
class Truth:
    """A script, seen from outside."""

    lines: Sequence[Json]
    events: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        seen = set()
        for line in self.lines:
            event = line.get("event", {})
            metadata = event.get("detail", {}).get("metadata")
            # The scripts name their malformed events so.
            if not metadata or metadata["event_id"].startswith("bad-") or metadata["event_id"] in seen:
                continue
            seen.add(metadata["event_id"])
            occurred_at = instant(metadata["occurred_at"])
            self.events.append(
                Happened(instant(line["at"]), occurred_at, event["detail-type"], event["detail"])
            )

    # ---- patients

    def enrolled(self) -> Iterator[tuple[str, Happened]]:
        for event in self.events:
            if event.name == "PatientEnrolled":
                yield event.detail["patient"]["id"], event

    def contact(self, patient_id: str, name: str, at: datetime) -> str | None:
        """Return one contact field as known at an instant: the newest word on it, not the last to arrive."""
        words = [
            (event.occurred_at, value)
            for event, value in self._said(patient_id, name)
            if event.arrived_at <= at
        ]
        return max(words)[1] if words else None

    def _said(self, patient_id: str, name: str) -> Iterator[tuple[Happened, str]]:
        for event in self.events:
            if event.name == "PatientEnrolled" and event.detail["patient"]["id"] == patient_id:
                if name in event.detail["patient"]:
                    yield event, event.detail["patient"][name]
            elif event.name == "PatientChanged" and event.detail["patient_id"] == patient_id:
                yield from ((event, value) for n, value in event.detail["changes"].items() if n == name)

    def zone(self, patient_id: str, at: datetime) -> ZoneInfo:
        zone = self.contact(patient_id, "time_zone", at)
        assert zone is not None, f"{patient_id} was written to before they were enrolled"
        return ZoneInfo(zone)

    # ---- consent

    def consents(self, patient_id: str, at: datetime) -> set[tuple[str, str]]:
        """Return the (channel, purpose) pairs that stand at ``at``.

        A yes that arrives at this very instant counts; a no does only from the next instant on,
        because the script does not say which of the two came first.
        """
        yes: dict[tuple[str, str], tuple[datetime, str | None]] = {}
        for consent, arrived_at in self._given(patient_id):
            key = (consent["channel"], consent["purpose"])
            given = (instant(consent["given_at"]), consent.get("expires_on"))
            if arrived_at <= at and given[0] >= yes.get(key, given)[0]:
                yes[key] = given
        noes = [(keys, withdrawn_at) for keys, withdrawn_at, came in self._withdrawn(patient_id) if came < at]
        today = at.astimezone(self.zone(patient_id, at)).date()
        return {
            key
            for key, (given_at, expires_on) in yes.items()
            if not any(key in keys and withdrawn_at >= given_at for keys, withdrawn_at in noes)
            and (expires_on is None or today <= date.fromisoformat(expires_on))
        }

    def _given(self, patient_id: str) -> Iterator[tuple[Json, datetime]]:
        for event in self.events:
            if event.name == "PatientEnrolled" and event.detail["patient"]["id"] == patient_id:
                yield from ((consent, event.arrived_at) for consent in event.detail["consents"])
            elif event.name == "ConsentGiven" and event.detail["patient_id"] == patient_id:
                yield event.detail["consent"], event.arrived_at

    def _withdrawn(self, patient_id: str) -> Iterator[tuple[set[tuple[str, str]], datetime, datetime]]:
        channels, purposes = ("sms", "email"), ("care", "education")
        for event in self.events:
            if event.detail.get("patient_id") != patient_id:
                continue
            if event.name == "ConsentWithdrawn":
                channel, purpose = event.detail["channel"], event.detail["purpose"]
                keys = {(c, p) for c in channels for p in purposes if channel in (c, "all")}
                keys = {(c, p) for c, p in keys if purpose in (p, "all")}
                yield keys, instant(event.detail["withdrawn_at"]), event.arrived_at
            if event.name == "PatientChanged":
                for channel, name in ADDRESS.items():
                    if self._newly(patient_id, name, event):
                        yield {(channel, p) for p in purposes}, event.occurred_at, event.arrived_at
        for at in self.stops(patient_id):
            yield {(c, p) for c in channels for p in purposes}, at, at

    def _newly(self, patient_id: str, name: str, event: Happened) -> bool:
        new = event.detail["changes"].get(name)
        return new is not None and new == self.contact(patient_id, name, event.arrived_at)

    def stops(self, patient_id: str) -> list[datetime]:
        """Return when this patient texted STOP, in any spelling."""
        return [
            instant(line["at"])
            for line in self.lines
            if "sms" in line
            and line["sms"]["body"].strip().rstrip(".!").casefold() in STOPS
            and line["sms"]["from"] == self.contact(patient_id, "phone", instant(line["at"]))
        ]

    def closed_at(self, patient_id: str) -> datetime | None:
        closings = [
            e.arrived_at
            for e in self.events
            if e.name == "PatientClosed" and e.detail["patient_id"] == patient_id
        ]
        return min(closings, default=None)

    # ---- what is owed

    def owed(self) -> set[str]:
        """Return ``session id.step`` for every step that a session of an enrolled patient plans."""
        enrolled = {patient_id for patient_id, _ in self.enrolled()}
        steps: dict[str, list[Json]] = {
            path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["step"]
            for path in PROTOCOLS.glob("*.toml")
        }
        owed = set()
        for event in self.events:
            session = event.detail.get("session")
            if session is None or session["patient_id"] not in enrolled:
                continue
            anchor = "start" if event.name == "SessionScheduled" else "discharge"
            for step in steps[session["protocol"]]:
                if step["anchor"] == anchor and _has(step, session["number"]):
                    owed.add(f"{session['id']}.{step['key']}")
        return owed


def _has(step: Mapping[str, Any], number: int) -> bool:
    if number in step.get("not_sessions", ()) or number < step.get("from_session", 1):
        return False
    return not step.get("sessions") or number in step["sessions"]
