"""What the outside saw of a life, made ready for looking at: each message with what was known then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.simulation.calendar_of_care import Line, line_of
from tests.simulation.chart import STOPS, Chart, Key, Said, chart_of
from tests.simulation.living import Entry, Living, Sent, Told, Wrote
from tests.simulation.wire import Event

EXEMPT = ("safety", "opt_out", "help")
ANSWERS = ("opt_out", "help")


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


def messages(log: list[Entry]) -> Iterator[Seen]:
    """Yield the messages of a log, oldest first."""
    told: list[Event] = []
    stops: list[Said] = []
    chart = Chart()
    for place, entry in enumerate(log):
        if isinstance(entry, Told):
            if entry.outcome != "parked":
                told.append(entry.event)
            chart = chart_of(told, stops)
        elif isinstance(entry, Wrote):
            hers = entry.text.from_number == chart.contact.get("phone")
            if hers and entry.text.body in STOPS:
                stops.append((entry.text, {key: list(known) for key, known in chart.given.items()}))
                chart = chart_of(told, stops)
        else:
            yield _seen(entry, chart, place)


def _seen(entry: Sent, chart: Chart, place: int) -> Seen:
    message, envelope = entry.out.message, entry.out.envelope
    found = line_of(envelope.touch_id, chart.visits)
    session, line = found if found else (None, None)
    # An answer or a welcome is called <patient>.<kind>.<what it answers>.
    kind = str(line["kind"]) if line else envelope.touch_id.split(".")[1]
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


def final_chart(log: list[Entry]) -> Chart:
    """Return what all the facts together say of the visits."""
    told = [e.event for e in log if isinstance(e, Told) and e.outcome != "parked"]
    return chart_of(told, [])


@dataclass(frozen=True, slots=True)
class Kept:
    """What the table's stream says became of touches: messages recorded, and endings with their reason."""

    recorded: Mapping[str, Mapping[str, Any]]
    endings: tuple[tuple[str, str], ...]
    tasks: frozenset[str]


def kept(living: Living) -> Kept:
    """Read the stream of the table from its beginning."""
    recorded: dict[str, Mapping[str, Any]] = {}
    endings: dict[tuple[str, str], str] = {}
    tasks = set()
    for record in living.world.records:
        new, sk = record["dynamodb"].get("NewImage"), record["dynamodb"]["Keys"]["sk"]["S"]
        if new is None:
            continue
        if sk.startswith("FOLLOWUP#"):
            recorded[sk.removeprefix("FOLLOWUP#")] = new
        elif sk.startswith("SETTLED#"):
            for ended in (touch["M"] for touch in new["touches"]["L"]):
                endings[sk, ended["touch"]["S"]] = ended["reason"]["S"]
        elif sk.startswith("TASK#"):
            tasks.add(sk.removeprefix("TASK#"))
    return Kept(recorded, tuple((touch, why) for (_, touch), why in endings.items()), frozenset(tasks))
