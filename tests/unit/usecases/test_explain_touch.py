import pytest

from aftercare.domain.errors import NotAllowed, NotFound
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.staff import Person
from aftercare.domain.why import Fate, Why
from aftercare.usecases.explain_touch import explain_touch
from aftercare.usecases.write_message import write_message
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON, eastern
from tests.unit.usecases.desks import CARMEN_OF_ELSEWHERE, DORA, FRONT_DESK, audited, desk_of, stream_read
from tests.unit.usecases.test_see_patient import Counting
from tests.unit.usecases.worlds import after_a_session, completion, enrolment, text

EVENING = TouchId("ses-1.evening")


def a_known_world() -> QuickWorld:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 18:00"))
    stream_read(world, desk_of(world))
    return world


def asks(world: QuickWorld, touch: str, person: Person = DORA, patient_id: PatientId | None = None) -> Why:
    return explain_touch(person, desk_of(world), TouchId(touch), by="api", patient_id=patient_id)


def test_a_touch_of_a_session_is_found_by_its_name_alone_in_two_reads() -> None:
    world = a_known_world()
    calls = Counting(world.memory)
    found = explain_touch(DORA, desk_of(world, calls), EVENING, by="api")
    assert found.fate is Fate.SENT
    assert sorted(calls.calls) == ["put_item", "query", "query"]
    assert audited(world, desk_of(world)) == [("Dora", "asked_why", ADA, EVENING)]


def test_who_knows_the_patient_needs_one_read() -> None:
    world = after_a_session()
    calls = Counting(world.memory)
    found = explain_touch(DORA, desk_of(world, calls), EVENING, by="dashboard", patient_id=ADA)
    assert found.fate is Fate.TO_COME
    assert sorted(calls.calls) == ["put_item", "query"]


def test_what_hangs_on_no_session_is_found_by_its_patient() -> None:
    world = a_known_world()
    text(world, "HELP")
    text(world, "I want to kill myself")
    world.run_until(eastern("2026-11-23 18:10"))
    written = write_message(DORA, desk_of(world), ADA, "Hello.", by="api", once="1")
    names = [out.envelope.touch_id for out in world.carrier.accepted if out.envelope.page is None]
    owed = [name for name in names if not name.startswith("ses-")]
    assert {name.split(".")[1] for name in owed} == {"opt_in", "help", "alert", "manual"}
    assert written.touch_id in owed
    assert {asks(world, name).fate for name in owed} == {Fate.SENT}


def test_two_patients_with_sessions_of_one_name_are_told_apart() -> None:
    world = a_known_world()
    world.event(enrolment("pat-ben", "evt-ben", phone="+12025550163", email="ben@example.org"))
    world.event(completion(number=7, patient_id="pat-ben"))
    stream_read(world, desk_of(world))
    assert asks(world, "ses-7.evening").session_id == "ses-7"


@pytest.mark.parametrize(
    "touch",
    [
        *("", ".", "ses-1", "ses-1.", "ses-1.nothing", "ses-9.evening", "pat-ada.help.x", "x" * 5000),
        *(
            "~shared.alert.1.crisis-1",
            "ses-1.evening.evening",
            "pat-nobody.opt_in.1",
            "\ud800.evening",
            "#.#",
        ),
    ],
)
def test_a_touch_that_nobody_has_is_not_found(touch: str) -> None:
    with pytest.raises(NotFound):
        asks(a_known_world(), touch)


def test_another_clinic_finds_nothing_with_the_right_name() -> None:
    world = a_known_world()
    with pytest.raises(NotFound):
        asks(world, EVENING, CARMEN_OF_ELSEWHERE)
    with pytest.raises(NotFound):
        asks(world, EVENING, CARMEN_OF_ELSEWHERE, ADA)


def test_the_front_desk_is_told_why_without_the_words() -> None:
    world = a_known_world()
    told = asks(world, EVENING, FRONT_DESK)
    assert told.sentence.startswith("Sent on Mon Nov 23, 3:00 pm, by text.")
    with pytest.raises(NotAllowed):
        asks(world, EVENING, Person("id-x", "X", frozenset(), HUDSON))


@pytest.mark.parametrize("touch", ["~audit.manual.1", "~once.alert.1.crisis-1"])
def test_a_name_that_leads_to_the_trail_reads_nothing(touch: str) -> None:
    world = a_known_world()
    calls = Counting(world.memory)
    with pytest.raises(NotFound):
        explain_touch(DORA, desk_of(world, calls), TouchId(touch), by="api")
    assert calls.calls == []
