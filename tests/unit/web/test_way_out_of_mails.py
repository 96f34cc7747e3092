"""The way out of mails: looking changes nothing, one press ends them, staff learn of an end of all."""

from datetime import timedelta

import pytest

from aftercare.adapters.table_changes import facts_in
from aftercare.domain.consent import ALL_KEYS
from infra.local.quick_world import QuickWorld
from tests.building import ADA
from tests.unit.usecases.alarmed import a_world, open_tasks
from tests.unit.usecases.worlds import ada, event_of, rows
from tests.unit.web.patient_browser import SECRET, Browser, a_browser, linked


def agreed(world: QuickWorld) -> list[str]:
    standings = ada(world).standings
    found = [key for key in ALL_KEYS if key in standings and standings[key].agreed]
    return sorted(f"{channel}.{purpose}" for channel, purpose in found)


def a_lesson(world: QuickWorld) -> Browser:
    linked(world, "unsubscribe", days=365, touch="ses-1.lesson")
    return a_browser(world, path=f"/u/{SECRET}")


def test_looking_at_the_page_changes_nothing() -> None:
    world = a_world()
    browser = a_lesson(world)
    before = rows(world, "")
    assert browser.get().heading == "Stop these mails?"
    assert browser.get("lang=es").heading == "¿Parar estos correos?"
    assert rows(world, "") == before


def test_one_press_ends_the_notes_and_nothing_else() -> None:
    world = a_world()
    assert agreed(world) == ["email.care", "email.education", "sms.care"]
    browser = a_lesson(world).post(do="notes")
    assert (browser.status, browser.heading) == (200, "Done")
    assert agreed(world) == ["email.care", "sms.care"]
    (reply,) = rows(world, "REPLY#").values()
    assert (reply["understood"], reply["channel"], reply["automatic"]) == (
        *("unsubscribe", "email"),
        "unsubscribe_link",
    )
    assert open_tasks(world) == []


def test_a_mail_program_unsubscribes_by_itself_without_a_cookie() -> None:
    world = a_world()
    browser = a_lesson(world)._sent("POST", f"/u/{SECRET}", "", "List-Unsubscribe=One-Click")
    assert browser.status == 200
    assert "email.education" not in agreed(world)


def test_twice_is_once() -> None:
    world = a_world()
    browser = a_lesson(world).post(do="notes")
    before = rows(world, "")
    world.clock.advance_to(world.clock.now() + timedelta(minutes=1))
    assert browser.post(do="notes").status == 200
    assert rows(world, "") == before


def test_all_mail_can_be_ended_and_staff_are_told() -> None:
    world = a_world()
    browser = a_lesson(world).post(do="notes").post(do="all")
    assert "We will not send you mail any more." in browser.page
    assert agreed(world) == ["sms.care"]
    assert open_tasks(world) == ["opted_out"]
    browser.post(do="all")
    assert open_tasks(world) == ["opted_out"]


def test_who_agrees_anew_and_presses_again_is_heard_again() -> None:
    world = a_world()
    browser = a_lesson(world).post(do="notes")
    world.clock.advance_to(world.clock.now() + timedelta(hours=1))
    at = world.clock.now().isoformat()
    what = {"channel": "email", "purpose": "education", "wording_version": "1", "wording": "Yes, notes."}
    consent = what | {"method": "web", "given_at": at, "recorded_by": "Dora"}
    world.event(event_of("ConsentGiven", "evt-again", at, patient_id=ADA, consent=consent))
    assert "email.education" in agreed(world)
    browser.post(do="notes")
    assert "email.education" not in agreed(world)


@pytest.mark.parametrize("secret", ["Z" * 22, "x", "A" * 10000])
def test_a_link_that_leads_nowhere_is_answered_kindly(secret: str) -> None:
    world = a_world()
    before = rows(world, "")
    browser = a_browser(world, path=f"/u/{secret}")
    for found in (browser.get(), browser.post(do="all")):
        assert found.status == 410
        assert found.heading in ("This link does not work", "This page is closed")
    assert rows(world, "") == before


def test_a_link_to_a_form_ends_no_mail_and_an_old_one_does_not_either() -> None:
    world = linked(a_world())
    assert a_browser(world, path=f"/u/{SECRET}").post(do="all").status == 410
    browser = a_lesson(world)
    world.clock.advance_to(world.clock.now() + timedelta(days=366))
    assert browser.post(do="all").status == 410
    assert "email.education" in agreed(world)


def test_other_systems_hear_of_it_and_of_nothing_the_patient_said() -> None:
    world = a_world()
    browser = a_lesson(world)
    world.records.clear()
    browser.post(do="all")
    told = [fact for record in world.records for fact in facts_in(record)]
    names = sorted(fact["detail-type"] for fact in told)
    assert names == ["ConsentChanged", "ConsentChanged", "ReplyReceived"]
    assert "Used the link" not in str(told)


def test_a_form_that_is_filled_in_tells_other_systems_nothing_before_it_is_sent() -> None:
    world = linked(a_world(), secret="F" * 22)
    world.records.clear()
    browser = a_browser(world, path=f"/f/{'F' * 22}").enters().fills_in({})
    assert [fact for record in world.records for fact in facts_in(record)] == []
    browser.sends()
    told = [fact for record in world.records for fact in facts_in(record)]
    assert [fact["detail-type"] for fact in told] == ["MeasureScored"]
