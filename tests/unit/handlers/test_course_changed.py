"""Lambda CourseChanged, woken with a batch of the table's stream."""

import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from aftercare import desk_wiring, telemetry, wiring
from aftercare.adapters.changed_patients import changed_patients
from aftercare.domain.ids import ClinicId, PatientId
from aftercare.handlers import course_changed
from infra.local.quick_world import QuickWorld
from infra.local.virtual_clock import SequentialIds
from tests.building import ADA, HUDSON
from tests.unit.usecases.worlds import after_a_session, text

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics:UserWarning")
CONTEXT = SimpleNamespace(
    function_name="aftercare", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="r-1"
)


class Broken:
    """A table that answers nothing and names the patient in its complaint."""

    def __getattr__(self, name: str) -> Any:
        def complain(**_: Any) -> Any:
            raise RuntimeError("Ada +12025550147")

        return complain


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[QuickWorld]:
    monkeypatch.setenv("TABLE_NAME", "aftercare")
    found = after_a_session()
    text(found, "7")
    wiring.rewire(clock=found.clock, ids=SequentialIds(), clients=lambda name: found.memory)
    yield found
    wiring.rewire()


def woken_by(world: QuickWorld) -> dict[str, Any]:
    return {"Records": [{**record, "eventSourceARN": "arn"} for record in world.records]}


def test_whoever_changed_has_a_chart_and_a_repeated_batch_changes_nothing(world: QuickWorld) -> None:
    event = woken_by(world)
    assert course_changed.handler(event, CONTEXT) == {"batchItemFailures": []}
    (chart,) = world.desk.charts.every(HUDSON)
    assert (chart.patient_id, chart.courses[0].sessions_done) == (ADA, 1)
    records = len(world.records)
    course_changed.handler(event, CONTEXT)
    assert len(world.records) == records


def test_what_it_writes_makes_no_other_chart(world: QuickWorld) -> None:
    before = len(world.records)
    course_changed.handler(woken_by(world), CONTEXT)
    written = world.records[before:]
    assert [r for r in written if r["dynamodb"]["Keys"]["sk"]["S"] == "CHART"]
    assert changed_patients(written) == {}


def test_a_fault_brings_the_batch_again_and_names_nobody_in_the_log(
    world: QuickWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    event = woken_by(world)
    wiring.rewire(clock=world.clock, ids=SequentialIds(), clients=lambda name: Broken())
    handler = logging.StreamHandler(log)
    telemetry.logger.addHandler(handler)
    try:
        answer = course_changed.handler(event, CONTEXT)
    finally:
        telemetry.logger.removeHandler(handler)
    first = changed_patients(event["Records"])[HUDSON, ADA]
    assert answer == {"batchItemFailures": [{"itemIdentifier": first}]}
    assert "course_again" in log.getvalue()
    assert "Ada" not in log.getvalue()
    assert "555" not in log.getvalue()


def record(pk: str, sk: str, number: int = 1) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": str(number)}}


def test_what_belongs_to_nobody_wakes_nothing_and_each_patient_counts_once() -> None:
    records = [
        record("hudson#~shared", "ALERT#1"),
        record("~sweep", "STATE"),
        record("hudson", "TASK#1"),
        record("hudson#pat-ada", "FOLLOWUP~THREAD"),
        record("hudson#pat-ada", "CHART"),
        record("hudson#pat-ada", "REPLY#1", 6),
        record("hudson#pat-ada", "FOLLOWUP", 7),
        record("harbor#pat-ada", "PATIENT", 8),
    ]
    assert changed_patients(json.loads(json.dumps(records))) == {
        (HUDSON, ADA): "6",
        (ClinicId("harbor"), PatientId("pat-ada")): "8",
    }


def test_the_desk_is_wired_anew_whenever_the_outside_is(world: QuickWorld) -> None:
    first = desk_wiring.desk()
    assert desk_wiring.desk() is first
    wiring.rewire(clock=world.clock, clients=lambda name: world.memory)
    assert desk_wiring.desk() is not first
