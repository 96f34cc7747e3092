"""Ada's form is locked, lost or too old: somebody of the clinic sends her a new link, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from aftercare.domain.errors import BadInput, MayNotWrite
from aftercare.domain.ids import TouchId
from aftercare.usecases.explain_touch import explain_touch
from aftercare.usecases.see_patient import see_patient
from aftercare.usecases.send_form_link import LinkAsked, send_form_link
from aftercare.usecases.write_message import write_message
from infra.local.quick_world import Out, QuickWorld
from tests.building import ADA, eastern
from tests.unit.usecases.alarmed import open_tasks
from tests.unit.usecases.desks import (
    BEN_OF_NURSES,
    DORA,
    FRONT_DESK,
    audited,
    desk_of,
)
from tests.unit.usecases.worlds import booking, event_of, rows, with_ada
from tests.unit.web.patient_browser import Browser, a_browser

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FORM = TouchId("ses-1.baseline")
CLOSED, GATE = "This page is closed", "Please tell us your birth date"


def asked(table: Any = None) -> QuickWorld:
    """Return a world on Thursday noon, a day after Ada was sent the form before her first session."""
    world = with_ada(None, table)
    assert world.event(booking("2026-11-23T09:00:00-05:00")) == "applied"
    world.run_until(eastern("2026-11-19 12:00"))
    assert [out.envelope.touch_id for out in forms(world)] == [FORM]
    return world


def forms(world: QuickWorld) -> list[Out]:
    return [out for out in world.carrier.accepted if "/f/" in out.message.text]


def behind(out: Out, world: QuickWorld) -> Browser:
    """Return a browser that stands before the form a message leads to."""
    found = re.search(r"/f/\S+", out.message.text)
    assert found is not None
    return a_browser(world, path=found[0])


def sends(world: QuickWorld, once: str = "click-1", touch: TouchId = FORM, **more: Any) -> LinkAsked:
    person, patient = more.pop("person", DORA), more.pop("patient_id", ADA)
    return send_form_link(person, desk_of(world), patient, touch, by="dashboard", once=once, **more)


def goes_on(world: QuickWorld, time: timedelta = MINUTE) -> None:
    world.run_until(world.clock.now() + time)


def refused_because(act: Callable[[], object]) -> str:
    with pytest.raises(MayNotWrite) as refused:
        act()
    return refused.value.code


def withdraws(world: QuickWorld) -> None:
    at = world.clock.now().isoformat()
    gone = {"channel": "all", "purpose": "all", "withdrawn_at": at, "recorded_by": "Front desk"}
    assert world.event(event_of("ConsentWithdrawn", f"evt-no-{at}", at, patient_id=ADA, **gone)) == "applied"


# ---- what goes out


def test_a_locked_form_is_asked_for_again_in_the_same_words_by_a_new_link() -> None:
    world = asked()
    first = behind(forms(world)[0], world)
    for _ in range(5):
        first.enters(year="1950")
    assert open_tasks(world) == ["form_locked"]
    done = sends(world)
    goes_on(world)
    old, new = forms(world)
    assert (
        done.at_once and new.envelope.touch_id == done.touch_id == f"{FORM}~{done.touch_id.partition('~')[2]}"
    )
    assert re.sub(r"/f/\S+", "", new.message.text) == re.sub(r"/f/\S+", "", old.message.text)
    assert open_tasks(world) == []
    assert behind(new, world).enters().fills_in({}).sends().status == 200
    measures = rows(world, "MEASURE#").values()
    assert {"phq-9", "gad-7", "mood"} <= {row["code"] for row in measures}
    assert audited(world, desk_of(world)) == [("Dora", "sent_form_link", ADA, done.touch_id)]


def test_the_link_before_it_ends_when_the_new_one_has_gone_out() -> None:
    world = asked()
    old = behind(forms(world)[0], world)
    assert GATE in old.get().page
    sends(world)
    goes_on(world)
    assert CLOSED in old.get().page
    assert GATE in behind(forms(world)[1], world).get().page


def test_a_link_that_ran_out_is_sent_anew() -> None:
    world = asked()
    world.run_until(eastern("2026-11-22 12:30"))
    assert CLOSED in behind(forms(world)[0], world).get().page
    sends(world)
    goes_on(world)
    assert GATE in behind(forms(world)[1], world).get().page


def test_the_front_desk_which_checks_the_birth_date_on_the_phone_sends_the_link() -> None:
    world = asked()
    sends(world, person=FRONT_DESK)
    goes_on(world)
    assert len(forms(world)) == 2


def test_it_goes_at_once_though_a_nurse_is_talking_with_her_and_the_week_is_full() -> None:
    world = asked()
    write_message(DORA, desk_of(world), ADA, "I send you a new link.", by="dashboard", once="talk")
    assert sends(world).at_once
    goes_on(world)
    assert len(forms(world)) == 2


def test_at_night_it_waits_for_the_next_decent_hour() -> None:
    world = asked()
    world.run_until(eastern("2026-11-19 23:00"))
    done = sends(world)
    assert (done.at_once, done.goes_at) == (False, eastern("2026-11-20 09:00"))
    world.run_until(eastern("2026-11-20 08:59"))
    assert len(forms(world)) == 1
    world.run_until(eastern("2026-11-20 09:05"))
    assert len(forms(world)) == 2


def test_a_queue_that_is_down_only_costs_the_minute_until_the_sweep() -> None:
    world = asked()
    sends(world)
    world.queue.take()
    goes_on(world, 2 * MINUTE)
    assert len(forms(world)) == 2


# ---- once


def test_two_clicks_are_one_link() -> None:
    world = asked()
    first, second = sends(world), sends(world)
    goes_on(world)
    third = sends(world)
    goes_on(world, HOUR)
    assert first.touch_id == second.touch_id == third.touch_id
    assert len(forms(world)) == 2
    assert len(audited(world, desk_of(world))) == 1


def test_two_people_who_click_while_it_waits_send_one_link() -> None:
    world = asked()
    world.run_until(eastern("2026-11-19 23:00"))
    first, second = sends(world), sends(world, once="other", person=BEN_OF_NURSES)
    world.run_until(eastern("2026-11-20 10:00"))
    assert first == second
    assert len(forms(world)) == 2


def test_two_clicks_at_the_very_same_moment_are_one_link() -> None:
    world = asked(table=Interrupting)
    Interrupting.before_save = lambda: sends(world, once="other", person=BEN_OF_NURSES)
    sends(world)
    goes_on(world, HOUR)
    assert len(forms(world)) == 2


def test_a_later_click_sends_another_link_and_only_the_last_one_opens() -> None:
    world = asked()
    for once in ("one", "two"):
        sends(world, once=once)
        goes_on(world, HOUR)
    _, second, third = forms(world)
    assert CLOSED in behind(second, world).get().page
    assert GATE in behind(third, world).get().page


@pytest.mark.parametrize("once", ["", "  ", "x" * 201])
def test_a_click_without_a_usable_key_is_refused(once: str) -> None:
    with pytest.raises(BadInput, match="once"):
        sends(asked(), once=once)


def test_a_link_that_waits_is_accounted_for_and_stands_among_what_comes_next() -> None:
    world = asked()
    world.run_until(eastern("2026-11-19 23:00"))
    done = sends(world)
    account = explain_touch(DORA, desk_of(world), done.touch_id, by="dashboard", patient_id=ADA)
    assert "It leaves on Fri Nov 20, 9:00 am, by text" in account.sentence
    ahead = see_patient(DORA, desk_of(world), ADA, by="dashboard").upcoming
    assert [one.title for one in ahead if one.touch_id == done.touch_id] == [
        "Form before the first session, new link"
    ]


class Interrupting:
    """A table before which something happens once, right before a new link is written down."""

    before_save: Callable[[], object] | None = None

    def __init__(self, table: Any) -> None:
        self._table = table

    def put_item(self, **request: Any) -> Any:
        act, Interrupting.before_save = Interrupting.before_save, None
        if act is not None and "~link-" in str(request["Item"].get("no", "")):
            act()
        else:
            Interrupting.before_save = act
        return self._table.put_item(**request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)
