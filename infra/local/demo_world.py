"""The demo clinic as it stands: three months lived through the real handlers, and going on from there."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import AftercareError
from infra.local.carrier import EmailOut, SmsOut
from infra.local.demo_life import answers, staff_answers, staff_closes
from infra.local.demo_people import NOW, PEOPLE
from infra.local.demo_script import demo_lines
from infra.local.demo_staff import KINDS, work
from infra.local.rehearsal import Rehearsal, read_clinic
from infra.local.script import Line

Json = dict[str, Any]
# A chart is summed up from all that is stored: now and then makes the same as at every change, as long as
# it is before the follow-up forgets a session, after ten weeks.
SUMS_UP, SUMMED_EVERY = "CourseChanged", timedelta(days=28)
CLINIC = Path(__file__).parent / "demo-clinic.toml"


@dataclass(frozen=True, slots=True)
class Said:
    """Something a patient wrote: a text, or a mail with its subject."""

    at: datetime
    patient_id: str
    channel: str
    body: str
    subject: str | None = None


class _Unheard(StringIO):
    """Three months of log lines that nobody reads."""

    def write(self, text: str) -> int:
        """Let it go."""
        return len(text)


@dataclass
class DemoWorld:
    """The clinic, its people and its clock. Use as a context manager; one thread at a time.

    Args:
        starts_at: What the clock shows first, when nothing is restored.
        lines: What happens whether or not anybody answers.
    """

    starts_at: datetime | None = None
    lines: list[Line] = field(default_factory=demo_lines)
    clinic: Clinic = field(default_factory=lambda: read_clinic(CLINIC))
    said: list[Said] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    _pending: dict[int, Line] = field(default_factory=dict)
    _count: int = 0

    def __enter__(self) -> Self:
        starts_at = self.starts_at or self.lines[0].at
        self.rehearsal = Rehearsal(self.clinic, starts_at, asleep=(), quick=True, logs=_Unheard())
        self.rehearsal.__enter__()
        self.cloud, self.carrier = self.rehearsal.cloud, self.rehearsal.carrier
        self.clock = self.rehearsal.clock
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rehearsal.__exit__(kind, error, trace)

    # ---- the past

    def live(self, until: datetime = NOW, each: Callable[[datetime], None] | None = None) -> None:
        """Let everything happen from the first line on. ``each`` is told of every day that begins."""
        for line in self.lines:
            self.schedule(line)
        self._listen()
        while (now := self.clock.now()) < until:
            with self.cloud.deliveries.resting(SUMS_UP):
                self.run_until(min(until, now + SUMMED_EVERY), each)
            self.cloud.run_until(self.clock.now())

    def kept(self) -> Json:
        """Return all that is needed to go on from here, as JSON holds it."""
        opted_out, suppressed = self.carrier.opted_out, self.carrier.suppressed
        return {
            "now": self.clock.now().isoformat(),
            "rows": self.cloud.client("dynamodb").items(),
            "tokens": self.cloud.ids.given,
            "sms": [_plain(one) for one in self.carrier.sms_outbox],
            "email": [_plain(one) for one in self.carrier.email_outbox],
            "opted_out": sorted(opted_out),
            "suppressed": sorted({one.to for one in self.carrier.email_outbox if one.to in suppressed}),
            "said": [_plain(one) for one in self.said],
            "own": sorted(self.own),
            "pending": [_plain(line) for line in self._pending.values()],
        }

    def go_on(self, kept: Json) -> None:
        """Take up what ``kept`` returned. The clock must stand where it stood."""
        self.said = [Said(**_live(one)) for one in kept["said"]]
        self.own = set(kept["own"])
        self.carrier.remember([SmsOut(**_live(one)) for one in kept["sms"]])
        self.carrier.remember([EmailOut(**_live(one)) for one in kept["email"]])
        left: list[SmsOut | EmailOut] = [*self.carrier.sms_outbox, *self.carrier.email_outbox]
        for message in left:
            self.rehearsal.happenings.postbag.keep(message)
        for number in kept["opted_out"]:
            self.carrier.opted_out.add(number)
        for address in kept["suppressed"]:
            self.carrier.suppressed.add(address, "BOUNCE")
        self.cloud.resume(kept["rows"], kept["tokens"])
        for one in kept["pending"]:
            self.schedule(Line(**_live(one)))
        self._listen()

    # ---- the present

    def run_until(self, instant: datetime, each: Callable[[datetime], None] | None = None) -> None:
        """Let time run, and tell of every instant at which something happens."""
        while (following := self.cloud.next_at()) is not None and following <= instant:
            self.cloud.run_until(following)
            if each is not None:
                each(following)
        if instant > self.clock.now():
            self.cloud.run_until(instant)

    def text(self, patient_id: str, body: str) -> None:
        """Let a patient write a text now. From now on they answer only when somebody types it."""
        person = PEOPLE[patient_id]
        what = {"from": person.phone, "to": self.clinic.sms_number, "body": body}
        self._by_hand(patient_id, "sms", {**what, "id": f"demo-{len(self.said)}-{self.clock.now():%s%f}"})

    def mail(self, patient_id: str, subject: str, body: str) -> None:
        """Let a patient write a mail now."""
        person = PEOPLE[patient_id]
        what = {"from": person.email, "to": self.clinic.email_from, "subject": subject, "text": body}
        self._by_hand(patient_id, "email", {**what, "id": f"demo-{len(self.said)}-{self.clock.now():%s%f}"})

    def _by_hand(self, patient_id: str, kind: str, what: Json) -> None:
        self.take_over(patient_id)
        self._play(Line(0, self.clock.now(), kind, what))
        self.cloud.run_until(self.clock.now())

    def take_over(self, patient_id: str) -> None:
        """Let somebody play this patient: what they would have answered by themselves is dropped."""
        self.own.add(patient_id)

    # ---- inside

    def schedule(self, line: Line) -> None:
        """Let a line happen when its time comes."""
        self._count += 1
        self._pending[self._count] = line
        self.cloud.at(line.at, partial(self._due, self._count))

    def _due(self, number: int) -> None:
        line = self._pending.pop(number)
        if line.kind not in ("sms", "email", "form") or self._patient_of(line) not in self.own:
            self._play(line)

    def _play(self, line: Line) -> None:
        patient_id = self._patient_of(line)
        if line.kind in ("sms", "email") and patient_id is not None:
            body = line.what.get("body") or line.what.get("text") or ""
            self.said.append(Said(self.clock.now(), patient_id, line.kind, body, line.what.get("subject")))
        if line.kind not in KINDS:
            self.rehearsal.happenings.happen(line)
            return
        try:
            work(line, self.cloud)
        except AftercareError as refused:
            self.rehearsal.transcript.refused(line.number, str(refused))

    def _patient_of(self, line: Line) -> str | None:
        if line.kind == "form":
            number = line.what["touch_id"].partition("-")[2].partition("-")[0]
            return f"pat-{number}"
        sender = line.what.get("from")
        return next((one.id for one in PEOPLE.values() if sender in (one.phone, one.email)), None)

    def _listen(self) -> None:
        self.carrier.on_sms(self._left)
        self.carrier.on_email(self._left)
        self.cloud.on_record(self._stored)

    def _left(self, message: SmsOut | EmailOut) -> None:
        self._all(answers(message, self.clock.now()))

    def _stored(self, record: Json) -> None:
        if record["eventName"] != "INSERT":
            return
        image = record["dynamodb"]["NewImage"]
        kind, _, name = image["sk"]["S"].partition("#")
        if kind == "TASK":
            self._all(staff_closes(name, image["kind"]["S"], self.clock.now()))
        elif kind == "ALERT" and (alert := self.rehearsal.transcript.alert(name)) is not None:
            self._all(staff_answers(alert.row, self.clock.now()))

    def _all(self, lines: Iterator[Line]) -> None:
        for line in lines:
            self.schedule(line)


def _plain(value: Any) -> Json:
    plain: Json = json.loads(json.dumps(asdict(value), default=datetime.isoformat))
    return plain


def _live(kept: Json) -> Json:
    return {**kept, "at": datetime.fromisoformat(kept["at"])}
