"""Names and words that try to break a page are shown as what they are: text."""

from typing import Any

import pytest

from tests.web.acting import no_sideways_scroll, sticks_out
from tests.web.odd_people import LONG_NAME, MARKUP, PEOPLE, SCRIPT_NAME, WORDS, lines_of

PATHS = ("/now", "/patients", "/patients?search=%3Cscript", *(f"/patients/{name}" for name in PEOPLE))


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", PATHS)
def test_markup_in_names_and_words_is_only_text(open_page: Any, path: str, width: int) -> None:
    page = open_page("nora", viewport={"width": width, "height": 740})
    opened: list[str] = []
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.goto(path)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert opened == []
    assert page.locator("img, main script, svg[onload]").count() == 0
    assert no_sideways_scroll(page), sticks_out(page)


def test_a_name_that_is_markup_stands_on_now_on_the_list_and_on_the_page(open_page: Any) -> None:
    page = open_page("nora", at="/now")
    assert SCRIPT_NAME in page.inner_text("main")
    assert "I want to die." in page.inner_text("main") and MARKUP in page.inner_text("main")
    page.goto("/patients?search=%3Cscript")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name=SCRIPT_NAME).click()
    page.wait_for_url("**/patients/odd-script")
    assert SCRIPT_NAME in page.inner_text("h1")
    assert lines_of(WORDS) in lines_of(page.inner_text(".thread"))


def test_a_very_long_name_leaves_room_for_what_one_must_do(open_page: Any) -> None:
    page = open_page("nora", at="/now", viewport={"width": 360, "height": 740})
    row = page.locator(".row", has_text=LONG_NAME[:30]).first
    button = row.get_by_role("button", name="I am on it").bounding_box()
    assert button["x"] >= 0 and button["x"] + button["width"] <= 360
    assert row.locator("a.call").is_visible()
