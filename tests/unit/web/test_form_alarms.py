"""What a patient's answer says that must not wait: called as it is saved, and once."""

from datetime import timedelta
from typing import Any

from aftercare.usecases.answer_alert import resolve
from infra.local.quick_world import QuickWorld
from tests.building import HUDSON
from tests.unit.usecases.alarmed import DANGER, NURSE, a_world, open_alerts, pages, the_alert
from tests.unit.usecases.worlds import ada, rows, text
from tests.unit.web.patient_browser import Browser, a_browser, linked

MEASURES = "form:phq-9,side-effects"


def inside(world: QuickWorld, **more: Any) -> Browser:
    """Return a browser that has passed the gate."""
    return a_browser(world, **more).enters()


def reasons(world: QuickWorld) -> list[tuple[str, str]]:
    return sorted((alert.tier.value, alert.reason) for alert in open_alerts(world))


def test_item_nine_calls_people_the_moment_it_is_saved_though_the_page_is_closed_then() -> None:
    world = linked(a_world())
    inside(world).get("q=9").answers(1)
    assert reasons(world) == [("red", "item_nine")]
    assert pages(world) == [(0, NURSE.phone)]
    assert ada(world).at_risk
    assert rows(world, "MEASURE#") == {}


def test_the_crisis_panel_comes_first_and_nobody_is_called_twice() -> None:
    world = linked(a_world())
    browser = inside(world).fills_in({"phq9_9": 2}).sends()
    assert browser.heading == "You do not have to go through this alone"
    for way in ("tel:988", "sms:988", "tel:911", "tel:+1"):
        assert f'href="{way}' in browser.page
    assert "The clinic has been told. It may not see this at once." in browser.page
    assert "Thank you" not in browser.page
    assert (reasons(world), pages(world)) == ([("red", "item_nine")], [(0, NURSE.phone)])
    assert len(rows(world, "MEASURE#")) == 1


def test_an_alert_that_was_resolved_meanwhile_is_not_raised_again_by_sending_the_form() -> None:
    world = linked(a_world())
    browser = inside(world).fills_in({"phq9_9": 1})
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    browser.sends()
    assert browser.heading == "You do not have to go through this alone"
    assert [alert.state.value for alert in open_alerts(world)] == ["resolved"]


def test_an_answer_that_gets_worse_after_it_was_resolved_is_called_again() -> None:
    world = linked(a_world())
    browser = inside(world).get("q=9").answers(1)
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    browser.get("q=9").answers(3)
    assert sorted(alert.state.value for alert in open_alerts(world)) == ["raised", "resolved"]


def test_item_nine_taken_back_clears_nothing() -> None:
    world = linked(a_world())
    inside(world).get("q=9").answers(1).get("q=9").answers(0)
    assert [alert.state.value for alert in open_alerts(world)] == ["raised"]


def test_danger_in_the_patients_own_words_is_called_as_they_are_saved() -> None:
    world = linked(a_world(), MEASURES)
    browser = inside(world).get("q=12").answers(DANGER)
    assert [tier for tier, _ in reasons(world)] == ["red"]
    assert browser.heading == "You are at the end"
    browser.sends()
    assert browser.heading == "You do not have to go through this alone"
    assert [tier for tier, _ in reasons(world)] == ["amber", "red"]  # item 9 was left out
    assert len(pages(world)) == 1


def test_words_that_are_too_long_are_screened_and_shown_again() -> None:
    world = linked(a_world(), MEASURES)
    browser = inside(world).get("q=12").answers(f"{DANGER} {'x' * 2000}")
    assert (browser.status, "too long" in browser.page, DANGER in browser.page) == (400, True, True)
    assert [tier for tier, _ in reasons(world)] == ["red"]


def test_a_cry_for_help_on_a_link_that_stop_has_closed_is_heard() -> None:
    world = linked(a_world())
    browser = inside(world).get("q=9")
    world.clock.advance_to(world.clock.now() + timedelta(seconds=5))
    text(world, "STOP")
    browser.answers(2)
    assert (browser.status, browser.heading) == (410, "This page is closed")
    assert reasons(world) == [("red", "item_nine")]


def test_an_answer_after_twenty_minutes_is_kept_and_the_birth_date_asked_again() -> None:
    world = linked(a_world())
    browser = inside(world).get("q=9")
    world.clock.advance_to(world.clock.now() + timedelta(minutes=21))
    browser.answers(1)
    assert browser.heading == "Please tell us your birth date"
    assert "were away for a while" in browser.page
    assert reasons(world) == [("red", "item_nine")]
    assert browser.enters().get("q=9").checked == ["1"]


def test_an_answer_sent_after_the_form_was_sent_is_heard_and_shows_where_help_is() -> None:
    world = linked(a_world())
    browser = inside(world).fills_in({}).sends()
    assert (browser.heading, reasons(world)) == ("Thank you", [])
    for _ in range(2):
        browser.post(do="next", item="phq9_9", answer="3")
        assert browser.heading == "You do not have to go through this alone"
    assert (reasons(world), pages(world)) == ([("red", "item_nine")], [(0, NURSE.phone)])
    assert len(rows(world, "MEASURE#")) == 1
