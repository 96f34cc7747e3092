"""Everything the service did, as one list of lines in time order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aftercare.adapters.attributes import plain
from aftercare.adapters.record_items import sent_from, settled_from
from infra.local.carrier import EmailOut, SmsOut
from infra.local.transcript_rows import (
    alert_row,
    event_row,
    ids,
    is_test_page,
    measure_row,
    owner_of,
    sent_row,
    stamp,
    task_row,
)
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]
OPEN = "open:"


@dataclass(frozen=True, slots=True)
class SeenAlert:
    """An alert as it was last told. ``patient`` is the key's own part: ``~shared`` for nobody's."""

    clinic_id: str
    patient: str
    row: Json

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def is_open(self) -> bool:
        return bool(self.row["state"] != "resolved")


@dataclass
class Transcript:
    """Collects lines from the carrier's outbox, from what was stored and from what went on the bus.

    A message leaves before it is recorded, so its ``kind`` and ``session_id`` are filled in when the
    record comes, and the line is complete once the clock moves on.
    """

    clock: VirtualClock
    lines: list[Json] = field(default_factory=list)
    alerts: dict[str, SeenAlert] = field(default_factory=dict)
    _open: dict[str, Json] = field(default_factory=dict)
    _events: dict[str, list[int]] = field(default_factory=dict)

    # ---- what the carrier took

    def sent(self, message: SmsOut | EmailOut) -> None:
        """Take one message as it leaves. The weekly test page is about nobody, and is left out."""
        if is_test_page(message):
            return
        line = sent_row(message)
        self.lines.append(line)
        body = line.get("sms") or line.get("email")
        if body is not None and body["touch_id"] is not None:
            self._open[body["touch_id"]] = line

    # ---- what went on the bus

    def event(self, event: Mapping[str, Any]) -> None:
        """Take one event of a bus; only our own are told, the others stand in the script."""
        if event["source"] == "aftercare":
            self._add("event", event_row(event))

    # ---- what was stored

    def record(self, change: Mapping[str, Any]) -> None:
        """Take one stream record of the table."""
        image = change["dynamodb"].get("NewImage")
        if image is None:
            return
        kind, _, name = image["sk"]["S"].partition("#")
        if kind == "ALERT" and "#" not in name:
            self._alert(plain({name: image[name] for name in ("pk", "sk", "tier", "reason", "state")}))
        if change["eventName"] != "INSERT":
            return
        match kind:
            case "FOLLOWUP" if name:
                self._sent(image)
            case "SETTLED":
                self._settled(image)
            case "TASK":
                self._add("task", task_row(plain(image)))
            case "MEASURE":
                self._add("measure", measure_row(plain(image)))
            case "PARKED":
                self._parked(plain(image))

    def _sent(self, image: Mapping[str, Any]) -> None:
        sent = sent_from(image)
        line = self._open.pop(sent.touch_id, None)
        if line is not None:
            body = line.get("sms") or line["email"]
            body["session_id"], body["kind"] = sent.session_id, sent.kind.value
        elif sent.provider_id is None:
            patient_id = owner_of(image["pk"]["S"])
            self._not_sent(sent.touch_id, patient_id, sent.session_id, sent.kind.value, "unconfirmed")

    def _settled(self, image: Mapping[str, Any]) -> None:
        patient_id = owner_of(image["pk"]["S"])
        for touch in settled_from(image).touches:
            self._not_sent(touch.touch_id, patient_id, touch.session_id, touch.kind.value, touch.reason.value)

    def _not_sent(
        self, touch_id: str, patient_id: str | None, session_id: str | None, kind: str, reason: str
    ) -> None:
        body = {**ids(touch_id, patient_id), "session_id": session_id, "kind": kind, "reason": reason}
        self._add("not_sent", body)

    # ---- alerts

    def _alert(self, raw: Mapping[str, Any]) -> None:
        """Tell of an alert when it is raised and whenever its tier, reason or state changes."""
        row = alert_row(raw)
        known = self.alerts.get(row["id"])
        if known is None or known.row != row:
            self._add("alert", row)
        clinic_id, _, patient = raw["pk"].partition("#")
        self.alerts[row["id"]] = SeenAlert(clinic_id, patient, row)

    def alert(self, named: str) -> SeenAlert | None:
        """Return an alert by its id, or by ``open:<patient id>`` the newest that is not resolved.

        The alert of a text that belongs to no single patient is ``open:~shared``.
        """
        if not named.startswith(OPEN):
            return self.alerts.get(named)
        patient = named.removeprefix(OPEN)
        newest_first = reversed(self.alerts.values())
        return next((one for one in newest_first if one.patient == patient and one.is_open), None)

    # ---- what was refused

    def expect(self, number: int, event: Mapping[str, Any]) -> None:
        """Remember which script line put an event on the bus."""
        self._events.setdefault(_canonical(event), []).append(number)

    def _parked(self, raw: Mapping[str, Any]) -> None:
        numbers = self._events.get(_canonical(json.loads(raw["event"])))
        self.refused(numbers[0] if numbers else None, raw["reason"])

    def refused(self, number: int | None, reason: str) -> None:
        """Tell that a line of the script could not be taken, and why."""
        self._add("refused", {"line": number, "reason": reason})

    def _add(self, kind: str, body: Json) -> None:
        self.lines.append({"at": stamp(self.clock.now()), kind: body})


def _canonical(event: Mapping[str, Any]) -> str:
    kept = {name: event.get(name) for name in ("source", "detail-type", "detail")}
    return json.dumps(kept, sort_keys=True)
