"""A nurse's morning in the browser: somebody is in danger, and from the first look to the record it works."""

import re
from typing import Any

from tests.web.acting import resolve, row_of, write_a_text

DANGER = "I can't go on, I want to die"
NOTE = "Spoke for ten minutes. Her sister is with her. Comes in at two."


def test_a_nurses_morning(open_page: Any) -> None:
    write_a_text(open_page(), "pat-19", DANGER)
    page = open_page()
    page.goto("/demo/sign-in")
    page.get_by_role("button", name="Nora").click()
    page.wait_for_url("**/now")

    # Red is the first thing on the page, with its clock running and the names of who was called.
    assert page.locator("main section .row").first.locator(".badge-red").is_visible()
    row = row_of(page, "Sam")
    assert DANGER in row.inner_text()
    assert re.search(r"Called \w+", row.inner_text())
    timer = row.locator("time[data-until]")
    before = timer.inner_text()
    page.wait_for_function(
        "([id, before]) => "
        "document.querySelector(`#${CSS.escape(id)} time[data-until]`).innerText !== before",
        arg=[row.get_attribute("id"), before],
    )

    # The thread, on the patient's own page, and back.
    row.get_by_role("link", name="Sam").click()
    page.wait_for_url("**/patients/pat-19")
    assert DANGER in page.locator(".thread").inner_text()
    assert page.locator("a[href='tel:+12125550119']").count()
    page.get_by_role("link", name="Now").click()
    page.wait_for_url("**/now")

    # Taken on, in place.
    row = row_of(page, "Sam")
    row.get_by_role("button", name="I am on it").click()
    row.locator(".badge", has_text="On it").wait_for()
    assert "Nora" in row.inner_text()
    assert not row.get_by_role("button", name="I am on it").count()

    # Called, and written down.
    assert row.locator("a.call").get_attribute("href") == "tel:+12125550119"
    resolve(row, NOTE)
    page.locator("text=Resolved by Nora: Spoke with the patient").wait_for()
    page.reload()
    assert not row_of(page, "Sam").count()

    # It is in her file, and the owner finds it in the audit.
    page.goto("/patients/pat-19")
    assert NOTE in page.inner_text("main")
    owner = open_page("owen", at="/audit")
    audit = owner.locator("main").inner_text()
    assert re.search(r"Nora.*(resolved|ended)", audit, re.IGNORECASE | re.DOTALL)
    assert DANGER not in audit


def test_a_nurses_morning_without_javascript(open_page: Any) -> None:
    write_a_text(open_page(scripts=False), "pat-14", DANGER)
    page = open_page("nora", at="/now", scripts=False)
    row = row_of(page, "Nils")
    assert DANGER in row.inner_text()
    assert re.search(r"(in|after) \S+|now", row.locator("time[data-until]").inner_text())

    row.get_by_role("button", name="I am on it").click()
    row = row_of(page, "Nils")
    assert "Nora" in row.inner_text()

    resolve(row, NOTE)
    assert page.url.partition("#")[0].endswith("/now")
    assert not row_of(page, "Nils").count()

    page.goto("/patients/pat-14")
    assert NOTE in page.inner_text("main")
    page.fill("#text", "Glad we spoke. See you at two. Nora")
    page.get_by_role("button", name="Send", exact=True).click()
    assert "See you at two" in page.locator(".thread").inner_text()
    page.goto("/demo?patient=pat-14")
    assert "See you at two" in page.locator("#thread").inner_text()


def test_a_resolution_without_a_note_is_not_taken_and_loses_nothing(open_page: Any, told: Any) -> None:
    told.expect("422")
    write_a_text(open_page(), "pat-34", DANGER)
    page = open_page("nora", at="/now")
    row = row_of(page, "Henry")
    row.locator("summary", has_text="Resolve").click()
    row.locator("select[name=disposition]").select_option("no_answer")
    # A browser refuses by itself; whoever gets past it is refused by the service.
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    row.get_by_role("button", name="Resolve", exact=True).click()
    row.locator(".faults").wait_for()
    assert row.locator("select[name=disposition]").input_value() == "no_answer"
    assert row.locator(".fault").is_visible()
    page.reload()
    assert row_of(page, "Henry").is_visible()
