"""A form in a bad hour of the table: nothing lost, nothing twice, and the patient is asked to press again."""

from typing import Any

import pytest

from aftercare.domain.errors import TryAgain
from infra.local.quick_world import QuickWorld
from tests.simulation.faults import TABLE_FAULTS, Crash, ShakyTable
from tests.unit.usecases.alarmed import (
    a_world,
    go_on,
    nobody_was_bothered_twice,
    open_alerts,
    open_tasks,
    pages,
)
from tests.unit.usecases.worlds import ada, rows
from tests.unit.web.patient_browser import SECRET, Browser, a_browser, linked

CALLS_MAX = 60


def shaken(tables: list[ShakyTable]) -> QuickWorld:
    """Return a world whose table can be made to fail."""

    def shaky(memory: Any) -> ShakyTable:
        tables.append(ShakyTable(memory))
        return tables[-1]

    return linked(a_world(table=shaky))


def pressed_until_it_works(browser: Browser, fields: dict[str, str]) -> int:
    """Press a button again and again, as the page asks for. Returns how often it failed."""
    for failed in range(3):
        try:
            browser.post(**fields)
        except (TryAgain, Crash):
            continue
        return failed
    pytest.fail("the table was well again, and the form was not")


def left(world: QuickWorld) -> dict[str, Any]:
    """Return what a form left behind, but for what every run says differently."""
    found = {**rows(world, "MEASURE#"), **rows(world, "DRAFT"), **rows(world, "ALERT#")}
    kept = {"answers", "told", "urgent", "total", "tier", "reason", "tries"}
    return {name: {key: row[key] for key in kept & row.keys()} for name, row in found.items()}


@pytest.mark.parametrize("fault", TABLE_FAULTS)
@pytest.mark.parametrize("step", ["item nine", "send"])
def test_whatever_call_fails_nothing_is_lost_and_nobody_is_called_twice(step: str, fault: str) -> None:
    expected, failures = None, 0
    for call in range(-1, CALLS_MAX):
        tables: list[ShakyTable] = []
        world = shaken(tables)
        browser = a_browser(world).enters()
        fields = {"do": "next", "item": "phq9_9", "answer": "2"}
        if step == "send":
            browser.fills_in({"phq9_9": 2})
            fields = {"do": "send"}
        if call >= 0:
            tables[-1].arm(call, fault)
        failures += pressed_until_it_works(browser, fields)
        struck = tables[-1].disarm()
        go_on(world, 3)
        expected = expected or left(world)
        assert left(world) == expected, call
        assert [(one.tier.value, one.reason) for one in open_alerts(world)] == [("red", "item_nine")], call
        # By another way when nobody knows whether the first call left; never twice by one way.
        assert pages(world), call
        assert nobody_was_bothered_twice(world), call
        assert ada(world).at_risk
        if call >= 0 and not struck:
            break
    else:
        pytest.fail("more calls than were tried")
    assert failures > 2


@pytest.mark.parametrize("fault", ["throttled", "answer lost", "crash after"])
def test_whatever_call_fails_the_fifth_wrong_birth_date_locks_and_tells_staff_once(fault: str) -> None:
    for call in range(12):
        tables: list[ShakyTable] = []
        world = shaken(tables)
        browser = a_browser(world)
        for _ in range(4):
            browser.enters(year="1950")
        tables[-1].arm(call, fault)
        wrong = {"do": "enter", "month": "1", "day": "31", "year": "1950"}
        pressed_until_it_works(browser, wrong)
        struck = tables[-1].disarm()
        assert browser.post(**wrong).status == 410
        assert open_tasks(world) == ["form_locked"], call
        if not struck:
            return
    pytest.fail("more calls than were tried")


def test_a_withdrawal_whose_answer_was_lost_is_one_withdrawal() -> None:
    for call in range(8):
        tables: list[ShakyTable] = []
        world = shaken(tables)
        linked(world, "unsubscribe", secret="U" * 22, touch="ses-1.lesson")
        browser = a_browser(world, path=f"/u/{'U' * 22}")
        tables[-1].arm(call, "answer lost")
        pressed_until_it_works(browser, {"do": "all"})
        if not tables[-1].disarm():
            return
        assert len(rows(world, "REPLY#")) == 1
        assert open_tasks(world) == ["opted_out"]
    pytest.fail("more calls than were tried")


def test_two_tabs_that_send_at_the_same_moment_are_one_form() -> None:
    for call in range(30):
        tables: list[ShakyTable] = []
        world = shaken(tables)
        browser = a_browser(world).enters().fills_in({"phq9_9": 1})
        other = a_browser(world, cookie=browser.cookie, path=f"/f/{SECRET}")
        tables[-1].meanwhile = other.sends
        tables[-1].arm(call, "")
        browser.sends()
        assert browser.heading == "You do not have to go through this alone"
        assert len(rows(world, "MEASURE#")) == 1
        assert len(open_alerts(world)) == len(pages(world)) == 1
        if not tables[-1].disarm():
            return
    pytest.fail("more calls than were tried")
