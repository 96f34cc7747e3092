"""Plays one life through the service and keeps what the outside saw of it, in order."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aftercare.contracts.inbound_sms import InboundSms
from aftercare.domain.clinic import Clinic
from aftercare.domain.errors import TryAgain
from aftercare.domain.hand_over import Accepted, Busy, Envelope, HandOver, Refused, Unknown
from aftercare.domain.message import Message
from aftercare.domain.touch import Reason
from aftercare.ports import PatientKey
from aftercare.usecases.send_batch import send_batch
from aftercare.usecases.sweep_due import sweep_due
from aftercare.usecases.work_alert import work_on
from infra.local.quick_world import Out, QuickWorld
from tests.simulation.wire import ADAS_NEW_PHONE, Event, cancelled, changed, closed, moved, text, withdrew

MINUTE = timedelta(minutes=1)
# SQS shows a message again after this long (template.yaml: six times the 120 seconds a sender may run).
HIDDEN = timedelta(minutes=12)
# Far more sweeps than any life here needs: reaching it means the service never came to rest.
SWEEPS_MAX = 1500
WEATHERS = ("up", "busy", "refused", "lost_in", "lost_out")


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact, a text, or from now on another weather at the carrier's."""

    at: datetime
    what: Event | InboundSms | str


@dataclass(frozen=True, slots=True)
class Life:
    """One patient of one clinic, and everything that happens to them.

    Attributes:
        ambushes: What happens after the n-th sweep that queued something and before its message is worked
            off, by n: a name in ``AMBUSHES``.
        twice: Every queue message is delivered twice.
    """

    clinic: Clinic
    starts_at: datetime
    happenings: tuple[Happening, ...]
    ambushes: Mapping[int, str] = field(default_factory=dict)
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A fact was put on the bus, and this is what came of it."""

    at: datetime
    event: Event
    outcome: str


@dataclass(frozen=True, slots=True)
class Wrote:
    at: datetime
    text: InboundSms


@dataclass(frozen=True, slots=True)
class Sent:
    """A carrier took a message, whether or not we heard so."""

    at: datetime
    out: Out


Entry = Told | Wrote | Sent

AMBUSHES: Mapping[str, Callable[[str, datetime], Event | InboundSms]] = {
    "withdraws all": lambda i, now: withdrew(i, now),
    "withdraws texts": lambda i, now: withdrew(i, now, "sms"),
    "withdraws education": lambda i, now: withdrew(i, now, "all", "education"),
    "says stop": lambda i, now: text(i, now, "STOP"),
    "says stop in Spanish": lambda i, now: text(i, now, "alto!"),
    "asks for help": lambda i, now: text(i, now, "HELP"),
    "is closed": lambda i, now: closed(i, now),
    "has a new phone": lambda i, now: changed(i, now, phone=ADAS_NEW_PHONE),
    "takes no more plain texts": lambda i, now: changed(i, now, accepts_unencrypted=False),
    "is moved": lambda i, now: moved(i, now, "ses-1", now + timedelta(days=2)),
    "is called off": lambda i, now: cancelled(i, now, "ses-1"),
    "flies to Kolkata": lambda i, now: changed(i, now, time_zone="Asia/Kolkata"),
}


class Living:
    """A life as it is played. ``log`` has what the outside saw, in the order in which it saw it."""

    def __init__(self, life: Life, table: Any = None) -> None:
        self.life = life
        self.world = QuickWorld(life.clinic, life.starts_at, table=table)
        self.log: list[Entry] = []
        self.weather = "up"
        self._due: dict[tuple[str, str], datetime] = {}
        self._queued = 0
        self._returned: set[PatientKey] = set()
        self.world.memory.subscribe(self._note_due, only_reads=True)
        self.world.carrier.answers = self._answer

    def _answer(self, message: Message, envelope: Envelope) -> HandOver:
        if self.weather == "busy":
            return Busy()
        if self.weather == "refused":
            return Refused(Reason.CARRIER_REFUSED)
        if self.weather == "lost_out":
            return Unknown()
        now = self.world.clock.now()
        out = Out(now, message, envelope)
        self.log.append(Sent(now, out))
        if self.weather == "lost_in":
            self.world.carrier.accepted.append(out)
            return Unknown()
        return Accepted(f"msg-{len(self.world.carrier.accepted) + 1}")

    def _note_due(self, record: Mapping[str, Any]) -> None:
        change = record["dynamodb"]
        key = (change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"])
        due_at = change.get("NewImage", {}).get("due_at")
        self._due.pop(key, None)
        if due_at is not None:
            self._due[key] = datetime.fromtimestamp(int(due_at["N"]) / 1000, self.world.clock.now().tzinfo)

    def next_due(self) -> datetime | None:
        """Return when something is due next, in the index or in the queue."""
        return min([*self._due.values(), *(at for at, _ in self.world.queue.waiting)], default=None)

    def happen(self, what: Event | InboundSms | str) -> None:
        """Let one thing happen now."""
        now = self.world.clock.now()
        if isinstance(what, str):
            self.weather = what
        elif isinstance(what, InboundSms):
            self.log.append(Wrote(now, what))
            self.world.text(what)
        else:
            self.log.append(Told(now, what, self.world.event(what)))

    def run_to(self, instant: datetime) -> None:
        """Sweep at the whole minute after each due instant, up to ``instant``."""
        clock = self.world.clock
        for _ in range(SWEEPS_MAX):
            due_at = self.next_due()
            if due_at is None or _minute_after(max(due_at, clock.now())) > instant:
                break
            clock.advance_to(_minute_after(max(due_at, clock.now())))
            self.tick()
            again = self.next_due()
            if again is not None and again <= clock.now():
                if clock.now() + MINUTE > instant:
                    break
                clock.advance_to(clock.now() + MINUTE)
        else:
            raise AssertionError(f"still not at rest after {SWEEPS_MAX} sweeps")
        if instant > clock.now():
            clock.advance_to(instant)

    def tick(self) -> None:
        """Let one sweep run, then the ambush if there is one, then the queue."""
        world = self.world
        sweep_due(world.clock.now(), world.ports)
        for clinic_id, alert_id in world.queue.take_alerts():
            with suppress(TryAgain):
                work_on(clinic_id, alert_id, world.ports)
        keys = world.queue.take()
        if not keys:
            return
        self._queued += 1
        ambush = self.life.ambushes.get(self._queued)
        if ambush is not None:
            self.happen(AMBUSHES[ambush](f"ambush-{self._queued}", world.clock.now()))
        self._work_off({key: key in self._returned for key in keys})
        if self.life.twice:
            self._work_off(dict.fromkeys(keys, True))

    def _work_off(self, keys: Mapping[PatientKey, bool]) -> None:
        """Let a sender work off messages; the queue tells it which of them it delivered before."""
        self._returned -= set(keys)
        batch = send_batch(keys, self.world.ports)
        self._return(batch.again)

    def _return(self, keys: Iterable[PatientKey]) -> None:
        again = list(keys)
        self._returned |= set(again)
        self.world.queue.put_back(again, HIDDEN)


def play(life: Life) -> Living:
    """Play a life until nothing is due any more."""
    living = Living(life)
    for happening in life.happenings:
        living.run_to(happening.at)
        living.happen(happening.what)
    living.run_to(max(h.at for h in life.happenings) + timedelta(days=120))
    return living


def _minute_after(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE
