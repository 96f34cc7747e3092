from datetime import date, timedelta

import pytest

from aftercare.domain.errors import BadInput, NotAllowed, NotFound
from aftercare.domain.ids import PatientId
from aftercare.domain.staff import Role
from aftercare.usecases.pause_patient import pause_patient
from infra.local.quick_world import QuickWorld
from tests.building import ADA, eastern
from tests.unit.usecases.desks import CARMEN_OF_ELSEWHERE, DORA, FRONT_DESK, audited, desk_of, staff
from tests.unit.usecases.worlds import ada, after_a_session, reasons, text, texts

FRIDAY = date(2026, 11, 27)


def pauses(world: QuickWorld, until: date | None, **more: object) -> object:
    person = more.pop("person", FRONT_DESK)
    patient_id = more.pop("patient_id", ADA)
    return pause_patient(person, desk_of(world), patient_id, until, by="dashboard")  # type: ignore[arg-type]


def test_a_pause_holds_the_check_ins_back_and_not_the_safety_text() -> None:
    world = after_a_session()
    assert pauses(world, FRIDAY) == eastern("2026-11-27 00:00")
    world.run_until(eastern("2026-11-27 00:00"))
    assert texts(world)[1:] == ["ses-1.discharge"]
    world.run_until(eastern("2026-11-27 08:59"))
    assert {reasons(world)[f"ses-1.{step}"] for step in ("evening", "day1")} == {"paused"}
    world.run_until(eastern("2026-12-01 12:00"))
    assert texts(world)[2:] == ["ses-1.day3", "ses-1.learn", "ses-1.week1"]
    assert audited(world, desk_of(world)) == [("Ada of the desk", "paused_patient", ADA, None)]


def test_lifting_a_pause_lets_what_is_still_worth_it_go_at_once() -> None:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 12:00"))
    pauses(world, date(2026, 11, 24))
    world.run_until(eastern("2026-11-23 16:00"))
    assert "ses-1.evening" not in texts(world)
    assert pauses(world, None) is None
    assert ada(world).paused_until is None
    world.run_until(eastern("2026-11-23 16:10"))
    assert "ses-1.evening" in texts(world)


def test_a_paused_patient_who_asks_for_help_gets_it() -> None:
    world = after_a_session()
    pauses(world, FRIDAY)
    text(world, "HELP")
    world.run_until(world.clock.now() + timedelta(minutes=5))
    assert any(".help." in touch for touch in texts(world))


def test_pausing_twice_until_the_same_day_changes_nothing() -> None:
    world = after_a_session()
    pauses(world, FRIDAY)
    version = ada(world).version
    pauses(world, FRIDAY)
    assert ada(world).version == version


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2020, 1, 1), date(2027, 11, 25), date.max])
def test_a_day_that_has_come_or_lies_too_far_ahead_is_refused(until: date) -> None:
    world = after_a_session()
    with pytest.raises(BadInput, match="until"):
        pauses(world, until)
    assert ada(world).paused_until is None


def test_nobody_pauses_a_patient_of_another_clinic_or_without_the_right() -> None:
    world = after_a_session()
    for person, patient in ((CARMEN_OF_ELSEWHERE, ADA), (DORA, PatientId("pat-nobody"))):
        with pytest.raises(NotFound):
            pauses(world, FRIDAY, person=person, patient_id=patient)
    with pytest.raises(NotAllowed):
        pauses(world, FRIDAY, person=staff(Role.OWNER))
    assert ada(world).paused_until is None
