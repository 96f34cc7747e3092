"""The demo's clock: it stands until somebody presses a button, then runs in the background, step by step.

Pages may be asked for between any two steps; whoever holds the lock has the whole cloud to themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock, Thread
from typing import Any

from aftercare.desk_wiring import desk
from infra.local.demo_staff import PAGES
from infra.local.demo_world import SUMS_UP, DemoWorld

Json = dict[str, Any]
# How the buttons are named in a form, and what stands on them.
BUTTONS = {
    "hour": "+1 hour",
    "next": "Next touch",
    "day": "+1 day",
    "needs": "Until something needs you",
}
_FURTHEST = timedelta(days=14)
_NEEDED = ("ALERT", "TASK")


@dataclass(frozen=True, slots=True)
class Status:
    """Where the clock stands. ``share``: of the way to go, 0 to 1; ``version`` changes with any news."""

    now: datetime
    running: str | None
    share: float
    version: int


class Clockwork:
    """Moves a demo world's time. One run at a time.

    Args:
        world: Entered.

    Attributes:
        lock: Held by whoever works with the cloud.
    """

    def __init__(self, world: DemoWorld) -> None:
        self.world = world
        self.lock = RLock()
        self._running: tuple[str, datetime, datetime] | None = None
        self._thread: Thread | None = None
        self._version = 0
        self._needed = 0
        world.cloud.on_record(self._record)

    def status(self) -> Status:
        """Say where it stands, without waiting for the lock."""
        now, running = self.world.clock.now(), self._running
        if running is None:
            return Status(now, None, 1.0, self._version)
        label, began, until = running
        way = (until - began) / timedelta(seconds=1) or 1.0
        return Status(now, label, min(1.0, (now - began) / timedelta(seconds=1) / way), self._version)

    def press(self, button: str, patience: float = 1.0) -> None:
        """Start a run, unless one is on, and wait up to ``patience`` seconds for its end.

        Raises:
            KeyError: There is no such button.
        """
        label, began = BUTTONS[button], self.world.clock.now()
        with self.lock:
            if self._running is not None:
                return
            until, stop = self._aim(button, began)
            self._running = (label, began, until)
            self._thread = Thread(target=self._run, args=(until, stop), daemon=True)
            self._thread.start()
        self._thread.join(patience)

    def wait(self) -> None:
        """Wait for the end of a run."""
        if self._thread is not None:
            self._thread.join()

    def _aim(self, button: str, now: datetime) -> tuple[datetime, Callable[[], bool]]:
        if button == "next":
            left = self._left()
            return now + _FURTHEST, lambda: self._left() != left
        if button == "needs":
            needed = self._needed
            return now + _FURTHEST, lambda: self._needed != needed
        return now + timedelta(hours=1 if button == "hour" else 24), lambda: False

    def _left(self) -> int:
        return len(self.world.carrier.sms_outbox) + len(self.world.carrier.email_outbox)

    def _run(self, until: datetime, stop: Callable[[], bool]) -> None:
        cloud = self.world.cloud
        try:
            # Charts are summed up once, at the end of the run.
            with cloud.deliveries.resting(SUMS_UP):
                while self._step(until) and not stop():
                    pass
        finally:
            with self.lock:
                cloud.run_until(self.world.clock.now())
                self._stay_signed_in()
                self._running = None
                self._version += 1

    def _step(self, until: datetime) -> bool:
        """Let happen what happens next. False when nothing more does before ``until``."""
        with self.lock:
            cloud = self.world.cloud
            following = cloud.next_at()
            if following is None or following > until:
                cloud.run_until(max(until, self.world.clock.now()))
                return False
            cloud.run_until(following)
            return True

    def _stay_signed_in(self) -> None:
        """Let nobody be signed out by an hour that lasted a second."""
        now = self.world.clock.now()
        if PAGES not in self.world.cloud.functions:
            return
        with self.world.cloud.as_function(PAGES):
            sign_ins = desk().sign_ins
            for one in sign_ins.of_clinic(self.world.clinic.id):
                sign_ins.keep(replace(one, began_at=now, seen_at=now))

    def _record(self, record: Json) -> None:
        kind, _, name = record["dynamodb"]["Keys"]["sk"]["S"].partition("#")
        if kind not in ("SIGNIN", "AUDIT"):
            self._version += 1
        if record["eventName"] == "INSERT" and kind in _NEEDED and "#" not in name:
            self._needed += 1
