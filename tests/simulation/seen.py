"""What the outside saw of a life, made ready for looking at: each message with what was known then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.simulation.calendar_of_care import Line, line_of
from tests.simulation.chart import STOPS, Chart, Key, Said, chart_of, instant, occurred
from tests.simulation.living import Entry, Living, Sent, Told, Wrote
from tests.simulation.wire import Event

EXEMPT = ("safety", "opt_out", "help", "crisis", "after_hours")
ANSWERS = ("opt_out", "help", "crisis", "after_hours")


@dataclass(frozen=True, slots=True)
class Seen:
    """One message a carrier took.

    Attributes:
        chart: The patient as the facts delivered before it describe them.
        place: Where it stands in the log.
    """

    at: datetime
    touch_id: str
    kind: str
    session: str | None
    key: str
    line: Line | None
    channel: str
    to: str
    text: str
    valid_for_seconds: int
    chart: Chart
    place: int

    @property
    def consents(self) -> tuple[Key, ...]:
        """The consents any one of which lets it go."""
        if self.kind == "opt_in":
            return ("sms", "care"), ("sms", "education")
        return ((self.channel, "education" if self.kind == "education" else "care"),)

    @property
    def counted(self) -> bool:
        return self.channel == "sms" and self.kind not in (*EXEMPT, "opt_in") and not self.news

    @property
    def news(self) -> bool:
        """Whether it says that a visit has moved, which waits behind nothing and uses up no text."""
        return self.line is not None and self.line["anchor"] == "moved"


class Replay:
    """Learns the facts one by one, as they were delivered."""

    def __init__(self) -> None:
        self.chart = Chart()
        self._told: list[Event] = []
        self._stops: list[Said] = []
        self._refused: list[Event] = []

    @property
    def told(self) -> list[Event]:
        """The facts that count: those taken, and completions that a later move proved right."""
        return self._told

    def take(self, entry: Told | Wrote) -> None:
        """Learn one more."""
        if isinstance(entry, Told):
            if entry.outcome == "parked":
                if entry.event["detail-type"] == "SessionCompleted":
                    self._refused.append(entry.event)
                return
            self._told.append(entry.event)
            if entry.event["detail-type"] == "SessionMoved":
                self._prove_right(entry.event["detail"]["session_id"])
        elif entry.text.body in STOPS and entry.text.from_number == self.chart.contact.get("phone"):
            known = {key: list(given) for key, given in self.chart.given.items()}
            self._stops.append((entry.text, known))
        else:
            return
        self.chart = chart_of(self._told, self._stops)

    def _prove_right(self, session: str) -> None:
        """A visit said to end before it started took place after all, if it had been moved forward.

        So it had if its start, as known when it ended, lies before its end; and whatever was said of its
        date later than that cannot undo it.
        """
        for done in [e for e in self._refused if e["detail"]["session"]["id"] == session]:
            about = [e for e in self._told if _session_of(e) == session]
            starts = [e for e in about if occurred(e) <= occurred(done) and _start_of(e) is not None]
            start = _start_of(max(starts, key=occurred)) if starts else None
            later = any(occurred(e) > occurred(done) for e in about)
            if later or start is None or start <= instant(done["detail"]["session"]["ended_at"]):
                self._refused.remove(done)
                self._told.append(done)


def _session_of(event: Event) -> str | None:
    detail = event["detail"]
    name: str | None = detail.get("session_id") or detail.get("session", {}).get("id")
    return name


def _start_of(event: Event) -> datetime | None:
    detail = event["detail"]
    text = detail.get("starts_at") or detail.get("session", {}).get("starts_at")
    return instant(text) if text else None


def messages(log: list[Entry]) -> Iterator[Seen]:
    """Yield the messages of a log, oldest first."""
    replay = Replay()
    for place, entry in enumerate(log):
        if isinstance(entry, Sent):
            yield _seen(entry, replay.chart, place)
        else:
            replay.take(entry)


def _seen(entry: Sent, chart: Chart, place: int) -> Seen:
    message, envelope = entry.out.message, entry.out.envelope
    found = line_of(envelope.touch_id, chart.visits)
    session, line = found if found else (None, None)
    # An answer or a welcome is called <patient>.<kind>.<what it answers>; a crisis text by its alert.
    named = "crisis" if ".crisis-" in envelope.touch_id else envelope.touch_id.split(".")[1]
    kind = str(line["kind"]) if line else named
    return Seen(
        at=entry.at,
        touch_id=envelope.touch_id,
        kind=kind,
        session=session,
        key=envelope.touch_id.partition(".")[2],
        line=line,
        channel=message.channel.value,
        to=envelope.to,
        text=message.text,
        valid_for_seconds=envelope.valid_for_seconds,
        chart=chart,
        place=place,
    )


def charts(log: list[Entry]) -> list[tuple[datetime, Chart]]:
    """Return what was known from each instant on, oldest first."""
    replay, found = Replay(), []
    for entry in log:
        if not isinstance(entry, Sent):
            replay.take(entry)
            found.append((entry.at, replay.chart))
    return found


def final_chart(log: list[Entry]) -> Chart:
    """Return what all the facts together say of the visits."""
    replay = Replay()
    for entry in log:
        if isinstance(entry, Told):
            replay.take(entry)
    return chart_of(replay.told, [])


@dataclass(frozen=True, slots=True)
class Kept:
    """What the table's stream says became of touches: messages recorded, and endings with their reason."""

    recorded: Mapping[str, Mapping[str, Any]]
    endings: tuple["Ending", ...]
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """One touch that ended without a message."""

    touch_id: str
    why: str
    at: datetime
    kind: str


def _named(task: str) -> str:
    """Name a task by what it says. When silence began moves with any fault; that it was told does not."""
    return "call_patient" if task.startswith("call_patient.") else task


def kept(living: Living) -> Kept:
    """Read the stream of the table from its beginning."""
    recorded: dict[str, Mapping[str, Any]] = {}
    endings: dict[tuple[str, str], Ending] = {}
    tasks = set()
    for record in living.world.records:
        new, sk = record["dynamodb"].get("NewImage"), record["dynamodb"]["Keys"]["sk"]["S"]
        if new is None:
            continue
        if sk.startswith("FOLLOWUP#"):
            recorded[sk.removeprefix("FOLLOWUP#")] = new
        elif sk.startswith("SETTLED#"):
            at = datetime.fromtimestamp(int(new["at"]["N"]) / 1000, UTC)
            for ended in (touch["M"] for touch in new["touches"]["L"]):
                touch_id, why = ended["touch"]["S"], ended["reason"]["S"]
                endings[sk, touch_id] = Ending(touch_id, why, at, ended["kind"]["S"])
        elif sk.startswith("TASK#"):
            tasks.add(_named(sk.removeprefix("TASK#")))
    return Kept(recorded, tuple(endings.values()), frozenset(tasks))
