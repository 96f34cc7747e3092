"""Without a mouse: everything is reached with Tab, and at every stop one sees where one is."""

from typing import Any

import pytest

from tests.web.acting import Keyboard, give_birth_date, open_the_link, question_shown, row_of, write_a_text

DANGER = "No quiero vivir más, me quiero morir"
CLEO = "pat-29"


def test_an_alert_is_taken_on_and_a_patient_written_to_without_a_mouse(open_page: Any) -> None:
    write_a_text(open_page(), "pat-16", DANGER)
    page = open_page()
    hand = Keyboard(page)
    page.goto("/demo/sign-in")
    hand.go_to("Nora", "BUTTON")
    hand.press()
    page.wait_for_url("**/now")

    hand.go_to("I am on it: Pablo", "BUTTON")
    hand.press()
    row = row_of(page, "Pablo")
    row.locator(".badge", has_text="On it").wait_for()

    page.goto("/now")
    hand.go_to("Pablo", "A")
    hand.press()
    page.wait_for_url("**/patients/pat-16")
    hand.go_to("Write to Pablo", "TEXTAREA")
    hand.type("Pablo, le llamo ahora. Nora")
    hand.go_to("Send", "BUTTON")
    hand.press()
    page.locator(".thread", has_text="le llamo ahora").wait_for()


def test_after_taking_an_alert_on_the_keyboard_goes_on_from_there(open_page: Any) -> None:
    write_a_text(open_page(), "pat-12", DANGER)
    page = open_page("nora", at="/now")
    hand = Keyboard(page)
    hand.go_to("I am on it: Lucia", "BUTTON")
    hand.press()
    row = row_of(page, "Lucia")
    row.locator(".badge", has_text="On it").wait_for()
    inside = "row => row.contains(document.activeElement)"
    assert row.evaluate(inside), "the focus fell back to the top of the page"


def test_a_red_alert_is_resolved_without_a_mouse(open_page: Any) -> None:
    write_a_text(open_page(), "pat-09", DANGER)
    page = open_page("nora", at="/now")
    hand = Keyboard(page)
    hand.go_to("Resolve… Ines", "SUMMARY")
    hand.press()
    page.locator("details[open] select:focus").wait_for()
    hand.type("Seen")
    hand.go_to("Note", "TEXTAREA")
    hand.type("Came in at nine and was seen.")
    hand.go_to("Resolve", "BUTTON")
    hand.press()
    page.locator("text=Resolved by Nora: Seen in the clinic").wait_for()


def test_the_first_tab_offers_the_way_past_the_menu(open_page: Any) -> None:
    page = open_page("nora", at="/patients")
    hand = Keyboard(page)
    hand.go_to("Skip to the page", "A")
    hand.press()
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", ["/now", "/patients", "/patients/pat-06", "/outcomes", "/settings"])
def test_every_stop_of_the_keyboard_is_seen(open_page: Any, path: str) -> None:
    page = open_page("nora", at=path)
    stops = page.locator("a[href]:visible, button:visible, summary:visible").count()
    hand, seen = Keyboard(page), 0
    # To the end of the page and no further: then the keyboard is the browser's own again.
    for _ in range(min(stops, 60)):
        hand.next_stop()
        seen += 1
    assert seen >= 8


def test_a_question_is_answered_without_a_mouse(open_page: Any) -> None:
    form = open_the_link(open_page(viewport={"width": 360, "height": 740}), CLEO)
    give_birth_date(form, CLEO)
    first = question_shown(form)
    assert first is not None
    hand = Keyboard(form)
    while not form.evaluate("document.activeElement.name === 'answer'"):
        hand.next_stop()
    hand.press("Space")
    hand.go_to("Next", "BUTTON")
    with form.expect_navigation():
        hand.press()
    assert question_shown(form) not in (None, first)
