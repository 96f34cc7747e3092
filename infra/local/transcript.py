"""Everything the service did, as one list of lines in time order."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aftercare.adapters.attributes import plain
from aftercare.adapters.record_items import sent_from, settled_from
from aftercare.adapters.ses_mail import tag_text
from aftercare.domain.segments import segments
from infra.local.carrier import EmailOut, SmsOut
from infra.local.virtual_clock import VirtualClock

Json = dict[str, Any]


def stamp(at: datetime) -> str:
    """Write an instant as RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass
class Transcript:
    """Collects lines from the carrier's outbox and from what was stored.

    A message leaves before it is recorded, so its ``kind`` and ``session_id`` are filled in when the
    record comes, and the line is complete once the clock moves on.
    """

    clock: VirtualClock
    lines: list[Json] = field(default_factory=list)
    _open: dict[str, Json] = field(default_factory=dict)
    _events: dict[str, list[int]] = field(default_factory=dict)

    # ---- what the carrier took

    def sms(self, sms: SmsOut) -> None:
        encoding, parts = segments(sms.body)
        self._message(
            sms.context.get("touch"),
            {
                "at": stamp(sms.at),
                "sms": {
                    "to": sms.to,
                    "from": sms.from_,
                    "body": sms.body,
                    **_ids(sms.context.get("touch"), sms.context.get("patient")),
                    "segments": parts,
                    "encoding": encoding,
                },
            },
        )

    def email(self, email: EmailOut) -> None:
        ids = {name: tag_text(value) for name, value in email.tags.items()}
        self._message(
            ids.get("touch"),
            {
                "at": stamp(email.at),
                "email": {
                    "to": email.to,
                    "from": email.from_,
                    "subject": email.subject,
                    "text": email.text,
                    "html": email.html,
                    "headers": dict(email.headers),
                    **_ids(ids.get("touch"), ids.get("patient")),
                },
            },
        )

    def _message(self, touch_id: str | None, line: Json) -> None:
        self.lines.append(line)
        if touch_id is not None:
            self._open[touch_id] = line

    # ---- what was stored

    def record(self, change: Mapping[str, Any]) -> None:
        """Take one stream record of the table."""
        if change["eventName"] != "INSERT":
            return
        image = change["dynamodb"]["NewImage"]
        kind = image["sk"]["S"].split("#")[0]
        match kind:
            case "FOLLOWUP" if "#" in image["sk"]["S"]:
                self._sent(image)
            case "SETTLED":
                self._settled(image)
            case "TASK":
                self._task(plain(image))
            case "MEASURE":
                self._measure(plain(image))
            case "PARKED":
                self._parked(plain(image))

    def _sent(self, image: Mapping[str, Any]) -> None:
        sent = sent_from(image)
        line = self._open.pop(sent.touch_id, None)
        if line is not None:
            body = line.get("sms") or line["email"]
            body["session_id"], body["kind"] = sent.session_id, sent.kind.value
        elif sent.provider_id is None:
            patient_id = image["pk"]["S"].split("#")[1]
            self._not_sent(sent.touch_id, patient_id, sent.session_id, sent.kind.value, "unconfirmed")

    def _settled(self, image: Mapping[str, Any]) -> None:
        patient_id = image["pk"]["S"].split("#")[1]
        for touch in settled_from(image).touches:
            self._not_sent(touch.touch_id, patient_id, touch.session_id, touch.kind.value, touch.reason.value)

    def _not_sent(
        self, touch_id: str, patient_id: str, session_id: str | None, kind: str, reason: str
    ) -> None:
        body = {**_ids(touch_id, patient_id), "session_id": session_id, "kind": kind, "reason": reason}
        self._add("not_sent", body)

    def _task(self, raw: Mapping[str, Any]) -> None:
        patient_id = None if raw["patient"] == "-" else raw["patient"]
        self._add("task", {"patient_id": patient_id, "kind": raw["kind"], "reason": raw["reason"]})

    def _measure(self, raw: Mapping[str, Any]) -> None:
        total = int(raw["total"]) if "total" in raw else None
        patient_id = raw["pk"].split("#")[1]
        body = {"patient_id": patient_id, "code": raw["code"], "total": total, "complete": raw["complete"]}
        self._add("measure", body)

    # ---- what was refused

    def expect(self, number: int, event: Mapping[str, Any]) -> None:
        """Remember which script line put an event on the bus."""
        self._events.setdefault(_canonical(event), []).append(number)

    def _parked(self, raw: Mapping[str, Any]) -> None:
        numbers = self._events.get(_canonical(json.loads(raw["event"])))
        self.refused(numbers[0] if numbers else None, raw["reason"])

    def refused(self, number: int | None, reason: str) -> None:
        self._add("refused", {"line": number, "reason": reason})

    def _add(self, kind: str, body: Json) -> None:
        self.lines.append({"at": stamp(self.clock.now()), kind: body})

    # ---- reading it

    def new(self, since: int) -> Iterator[Json]:
        """Yield the lines from position ``since`` on."""
        yield from self.lines[since:]


def _ids(touch_id: str | None, patient_id: str | None) -> Json:
    return {"touch_id": touch_id, "patient_id": patient_id, "session_id": None, "kind": None}


def _canonical(event: Mapping[str, Any]) -> str:
    kept = {name: event.get(name) for name in ("source", "detail-type", "detail")}
    return json.dumps(kept, sort_keys=True)
