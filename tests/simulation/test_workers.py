"""Four senders work off one queue at once, each message delivered twice: each patient hears us once."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Thread

import pytest

from aftercare.adapters.dynamodb_clinics import DynamoDbClinics
from aftercare.domain.ids import ClinicId, PatientId
from aftercare.ports import PatientKey, Ports
from aftercare.usecases.send_batch import send_batch
from infra.local.quick_world import QuickCarrier, QuickWorld
from infra.local.virtual_clock import SequentialIds
from tests.simulation import wire
from tests.simulation.lives import SIGNED

MONDAY = datetime(2026, 11, 16, 15, 10, tzinfo=UTC)
PATIENTS, WORKERS, BATCH = 500, 4, 10
# A batch that finds another sender at work comes back; so often means that nobody gets on.
RETURNS_MAX = 20_000


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def clinic_with_everyone_due() -> tuple[QuickWorld, list[PatientKey]]:
    """Everyone agreed to care by mail and has just left the clinic: one message each is due."""
    world = QuickWorld(SIGNED, MONDAY)
    keys = []
    for n in range(PATIENTS):
        patient = f"pat-{n}"
        agreed = [wire.consent("email", "care", MONDAY - timedelta(minutes=1))]
        enrolled = wire.enrolled(f"enrolled-{n}", MONDAY, agreed, id=patient, phone=None)
        world.event(enrolled)
        world.event(wire.completed(f"done-{n}", MONDAY, f"ses-{n}", MONDAY, patient=patient))
        keys.append((ClinicId(wire.CLINIC), PatientId(patient)))
    world.clock.advance_to(MONDAY + timedelta(minutes=1))
    return world, keys


class Worker(Thread):
    """One sender with its own outside over the same table."""

    def __init__(self, n: int, world: QuickWorld, queue: "SimpleQueue[dict[PatientKey, bool]]") -> None:
        super().__init__(name=f"worker-{n}")
        self.carrier = QuickCarrier(world.clock)
        self.fault: BaseException | None = None
        self._queue = queue
        self._ports: Ports = replace(
            world.ports,
            ids=SequentialIds(f"worker-{n}"),
            clinics=DynamoDbClinics(world.memory, "aftercare", world.clock),
            sms=self.carrier,
            email=self.carrier,
        )

    def run(self) -> None:
        try:
            for _ in range(RETURNS_MAX):
                batch = send_batch(self._queue.get_nowait(), self._ports)
                if batch.again:
                    self._queue.put(dict.fromkeys(sorted(batch.again), True))
        except Empty:
            return
        except BaseException as fault:  # noqa: BLE001  a thread's fault must reach the test
            self.fault = fault


@pytest.mark.usefixtures("hasty_threads")
def test_four_senders_and_a_queue_that_repeats_itself_send_five_hundred_messages_once() -> None:
    world, keys = clinic_with_everyone_due()
    queue: SimpleQueue[dict[PatientKey, bool]] = SimpleQueue()
    for start in range(0, PATIENTS, BATCH):
        for delivered_before in (False, True):
            queue.put(dict.fromkeys(keys[start : start + BATCH], delivered_before))
    workers = [Worker(n, world, queue) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.fault for worker in workers] == [None] * WORKERS
    accepted = Counter(out.envelope.touch_id for worker in workers for out in worker.carrier.accepted)
    assert len(accepted) == PATIENTS
    assert set(accepted.values()) == {1}
    recorded = [i for i in world.memory.items() if i["sk"]["S"].startswith("FOLLOWUP#")]
    assert len(recorded) == PATIENTS
    assert all("provider_id" in row for row in recorded)
