import base64
from typing import Any

import pytest

from aftercare.domain.errors import AtOdds, BadInput, NotAllowed, NotFound
from aftercare.domain.staff import Role
from aftercare.usecases.close_task import close_task
from aftercare.usecases.see_worklist import see_worklist
from infra.local.quick_world import QuickWorld
from tests.building import ADA, eastern
from tests.unit.usecases.desks import (
    BEN_OF_NURSES,
    CARMEN_OF_ELSEWHERE,
    DORA,
    FRONT_DESK,
    audited,
    desk_of,
    staff,
)
from tests.unit.usecases.worlds import after_a_session, rows, text, with_ada

TASK = "unread_reply.in-0"


def with_a_reply() -> QuickWorld:
    world = with_ada()
    text(world, "can I come earlier")
    return world


def the_task(world: QuickWorld) -> dict[str, Any]:
    return rows(world, "TASK#")[TASK]


def test_who_did_it_what_they_say_and_when_stay_on_the_task() -> None:
    world = with_a_reply()
    close_task(DORA, desk_of(world), TASK, " Called her, all is well. ", by="dashboard")
    done = the_task(world)
    assert (done["state"], done["closed_why"]) == ("closed", "Dora: Called her, all is well.")
    assert done["closed_at"] == int(world.clock.now().timestamp() * 1000)
    assert audited(world, desk_of(world)) == [("Dora", "closed_task", ADA, TASK)]


def test_the_first_of_two_who_close_it_is_kept() -> None:
    world = with_a_reply()
    close_task(DORA, desk_of(world), TASK, "Called.", by="dashboard")
    with pytest.raises(AtOdds, match="Dora closed this one first"):
        close_task(BEN_OF_NURSES, desk_of(world), TASK, "Me too.", by="api")
    assert the_task(world)["closed_why"] == "Dora: Called."
    assert audited(world, desk_of(world)) == [("Dora", "closed_task", ADA, TASK)]


def test_who_presses_twice_is_told_nothing_went_wrong() -> None:
    world = with_a_reply()
    for _ in range(2):
        close_task(DORA, desk_of(world), TASK, "Called.", by="dashboard")
    assert the_task(world)["closed_why"] == "Dora: Called."


@pytest.mark.parametrize("note", ["", " \n ", "x" * 2001])
def test_a_task_is_not_closed_without_a_note(note: str) -> None:
    world = with_a_reply()
    with pytest.raises(BadInput, match="note"):
        close_task(DORA, desk_of(world), TASK, note, by="dashboard")
    assert the_task(world)["state"] == "open"


@pytest.mark.parametrize(
    "task_id", ["unread_reply.in-9", "", "x" * 3000, "#", "unread_reply.in-0#", "\ud800", "\U00020000" * 300]
)
def test_a_task_that_is_not_there_is_not_found(task_id: str) -> None:
    with pytest.raises(NotFound):
        close_task(DORA, desk_of(with_a_reply()), task_id, "Done.", by="api")


def test_a_task_of_another_clinic_is_not_there() -> None:
    world = with_a_reply()
    with pytest.raises(NotFound):
        close_task(CARMEN_OF_ELSEWHERE, desk_of(world), TASK, "Done.", by="api")
    assert the_task(world)["state"] == "open"


def test_a_machine_does_no_tasks() -> None:
    with pytest.raises(NotAllowed):
        close_task(staff(Role.SERVICE), desk_of(with_a_reply()), TASK, "Done.", by="api")


def asked_for_a_mood() -> QuickWorld:
    world = after_a_session()
    world.run_until(eastern("2026-11-23 16:00"))
    return world


@pytest.mark.parametrize("body", ["can I come earlier", "5 A"])
def test_who_may_not_read_what_the_patient_wrote_does_not_tick_it_off(body: str) -> None:
    world = asked_for_a_mood()
    text(world, body)
    (task_id,) = rows(world, "TASK#")
    with pytest.raises(NotAllowed):
        close_task(FRONT_DESK, desk_of(world), task_id, "Done.", by="dashboard")
    assert rows(world, "TASK#")[task_id]["state"] == "open"
    assert audited(world, desk_of(world)) == []


def test_the_front_desk_does_what_it_can_see() -> None:
    world = with_ada()
    text(world, "STOP")
    (task_id,) = rows(world, "TASK#")
    close_task(FRONT_DESK, desk_of(world), task_id, "Phoned, we write letters now.", by="dashboard")
    assert rows(world, "TASK#")[task_id]["state"] == "closed"


def test_neither_the_list_nor_its_cursor_nor_the_trail_names_side_effects() -> None:
    world = asked_for_a_mood()
    text(world, "5 A")
    text(world, "can I come earlier")
    page = see_worklist(FRONT_DESK, desk_of(world), by="api", limit=1)
    named = [row.task.id for row in page.tasks]
    assert page.more is not None
    place = base64.urlsafe_b64decode(page.more + "==").decode(errors="replace")
    close_task(DORA, desk_of(world), "side_effects.in-0", "Called.", by="dashboard")
    told = repr((page.tasks, named, place, audited(world, desk_of(world))))
    assert "side" not in told and "closed_task" in told
