"""Buttons, screen by screen: what stands on one is what happens, and the next page shows it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.web.acting import write_a_text
from tests.web.screens import DESK, Screen, path_to

ADA, BEN, DORA, MARY, OLGA, UMA = "pat-01", "pat-02", "pat-04", "pat-13", "pat-15", "pat-21"
_IDLE_BUTTONS = """() => [...document.querySelectorAll('main button, header button')].filter(one =>
  !(one.form && one.type === 'submit' && one.form.getAttribute('action')) && !one.dataset.does
).map(one => one.outerHTML)"""
_NAMELESS = """() => [...document.querySelectorAll('button, summary, a[href]')].filter(one =>
  !(one.textContent.trim() || one.getAttribute('aria-label'))).map(one => one.outerHTML)"""


def sent(page: Any, button: Any) -> None:
    """Press a button that sends a form, and wait for the page that follows."""
    with page.expect_navigation():
        button.click()


@pytest.mark.parametrize("screen", [one for one in DESK if one.status == 200], ids=str)
def test_no_button_is_idle_or_nameless(open_page: Any, clinic: Any, screen: Screen) -> None:
    page = open_page(screen.who, at=path_to(screen, clinic.site.world))
    assert page.evaluate(_IDLE_BUTTONS) == []
    assert page.evaluate(_NAMELESS) == []


# ---- the frame


def test_signing_out_ends_the_sign_in_for_every_tab(open_page: Any) -> None:
    page = open_page(at="/demo/sign-in")
    sent(page, page.locator("button[value=lena]"))
    (cookie,) = page.context.cookies()
    sent(page, page.get_by_role("button", name="Sign out"))
    page.context.add_cookies([cookie])
    page.goto("/now")
    assert "/sign-in" in page.url
    assert "Red" not in page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_or_dark_changes_the_scheme_and_keeps_it(open_page: Any, scheme: str) -> None:
    page = open_page("nora", at="/patients", scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Light or dark").click()
    after = page.evaluate(ground)
    assert after != before
    page.reload()
    assert page.evaluate(ground) == after


# ---- Now


def test_done_closes_a_task_and_the_audit_says_who_did_it(open_page: Any) -> None:
    page = open_page("nora", at="/now")
    row = page.locator(".row", has=page.get_by_role("link", name="Diego")).first
    name = row.get_attribute("id")
    row.locator("summary").click()
    row.locator("textarea").fill("Read, he is well.")
    row.get_by_role("button", name="Done", exact=True).click()
    page.locator("text=Done by Nora").wait_for()
    page.reload()
    assert not page.locator(f"[id='{name}']").count()
    audit = open_page("owen", at="/audit?who=Nora&patient=pat-30")
    assert "task" in audit.inner_text("tbody").lower()


def test_answer_leads_to_the_conversation(open_page: Any) -> None:
    page = open_page("nora", at="/now")
    page.locator(".row", has=page.get_by_role("link", name="Cleo")).get_by_role("link", name="Answer").click()
    page.wait_for_url("**/patients/pat-29#conversation")
    assert page.locator(".thread", has_text="Can I have my visit in the afternoon").is_visible()


def test_new_rows_are_announced_and_nothing_moves_under_the_pointer(open_page: Any) -> None:
    page = open_page("nora")
    page.clock.install()
    page.goto("/now")
    rows = "[...document.querySelectorAll('.row')].map(one => [one.id, one.getBoundingClientRect().top])"
    before = page.evaluate(rows)
    write_a_text(open_page(), MARY, "I am going to kill myself")
    with page.expect_response("**/now/changes*"):
        page.clock.run_for(21_000)
    bar = page.locator("#changes")
    bar.get_by_text("new").wait_for()
    assert "red" in bar.inner_text()
    assert [name for name, _ in page.evaluate(rows)] == [name for name, _ in before]
    # The announcement leads to the rows.
    bar.get_by_role("link").or_(bar.get_by_role("button")).first.click()
    page.locator(".row-name", has_text="Mary").wait_for()


# ---- Patient


def test_what_the_nurse_sends_arrives_on_the_phone(open_page: Any) -> None:
    page = open_page("nora", at=f"/patients/{OLGA}")
    page.fill("#text", "Your visit on Friday is at ten.")
    assert re.search(r"\d+ characters, 1 part", page.inner_text("#text-count"))
    sent(page, page.get_by_role("button", name="Send", exact=True))
    assert "Your visit on Friday is at ten." in page.inner_text(".thread")
    page.reload()
    page.goto(f"/demo?patient={OLGA}")
    assert page.inner_text("#thread").count("Your visit on Friday is at ten.") == 1


def test_a_pause_stands_on_the_page_until_it_is_ended(open_page: Any) -> None:
    page = open_page("nora", at=f"/patients/{BEN}")
    page.locator("summary", has_text="Pause messages").click()
    page.fill("#until", "2026-12-01")
    sent(page, page.get_by_role("button", name="Pause", exact=True))
    assert page.locator(".badge", has_text="Paused until").is_visible()
    sent(page, page.get_by_role("button", name="End the pause now"))
    assert not page.locator(".badge", has_text="Paused until").count()


def test_a_consent_taken_back_stops_texts_and_one_recorded_brings_them_back(
    open_page: Any, clinic: Any
) -> None:
    page = open_page("nora", at=f"/patients/{DORA}")
    assert page.locator(".badge", has_text="Care by text: agreed").is_visible()
    page.locator("summary", has_text="Take back").click()
    page.select_option("#withdraw-channel", "sms")
    page.select_option("#withdraw-purpose", "care")
    sent(page, page.get_by_role("button", name="Take back", exact=True))
    assert not page.locator(".badge", has_text="Care by text: agreed").count()

    # Of the very instant of a withdrawal, no consent counts.
    clinic.read(lambda world: world.run_until(world.clock.now() + timedelta(minutes=1)))
    page.reload()
    page.locator("summary", has_text="Record a consent").click()
    page.select_option("#consent-channel", "sms")
    page.select_option("#consent-purpose", "care")
    page.fill("#wording", "I agree to get health texts from Riverside Clinic.")
    page.fill("#wording_version", "2026-11")
    sent(page, page.get_by_role("button", name="Record", exact=True))
    assert page.locator(".badge", has_text="Care by text: agreed").is_visible()
    page.locator("summary", has_text="Care by text").first.click()
    assert "Nora" in page.inner_text("#main")


def test_a_new_number_needs_a_new_consent(open_page: Any) -> None:
    page = open_page("fay", at=f"/patients/{ADA}")
    page.locator("summary", has_text="Change…").click()
    page.fill("#phone", "212-555-0188")
    sent(page, page.get_by_role("button", name="Change", exact=True))
    assert page.locator("a[href='tel:+12125550188']").count()
    assert not page.locator(".badge", has_text="Care by text: agreed").count()


def test_a_number_that_is_none_is_refused_where_it_stands(open_page: Any, told: Any) -> None:
    told.expect("422")
    page = open_page("nora", at=f"/patients/{UMA}")
    page.locator("summary", has_text="Change…").click()
    page.fill("#phone", "not a number")
    sent(page, page.get_by_role("button", name="Change", exact=True))
    assert page.locator(".fault").is_visible()
    assert page.locator("#phone").input_value() == "not a number"
    assert page.locator("a[href='tel:+12125550121']").count()


def test_print_prints(open_page: Any) -> None:
    page = open_page("nora")
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(f"/patients/{OLGA}")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert not page.locator("nav.nav").is_visible()
    assert page.locator("h1").is_visible()


def test_why_names_the_rule_and_its_facts_and_leads_back(open_page: Any) -> None:
    page = open_page("nora", at=f"/patients/{OLGA}")
    page.locator("#timeline ~ ol a", has_text="Why?").first.click()
    page.wait_for_url("**/why?touch=*")
    assert len(page.inner_text("section[aria-labelledby=rule] p")) > 20
    assert page.locator("section[aria-labelledby=facts] dt").count() >= 2
    page.get_by_role("link", name="Back to the patient").click()
    page.wait_for_url(f"**/patients/{OLGA}")


# ---- the other screens


def test_find_finds_names_that_begin_so_and_chips_sift(open_page: Any) -> None:
    page = open_page("nora", at="/patients")
    page.fill("#q", "am")
    sent(page, page.get_by_role("button", name="Find"))
    assert page.locator("tbody th a").all_inner_texts() == ["Amir"]
    page.goto("/patients")
    for path in [one.get_attribute("href") for one in page.locator(".chip").all()]:
        page.goto(path)
        assert page.locator(".chip[aria-current]").count() == 1


def test_tables_are_taken_home_as_csv(open_page: Any) -> None:
    page = open_page("owen")
    for path in ("/outcomes", "/audit"):
        page.goto(path)
        with page.expect_download() as taken:
            page.get_by_role("link", name="CSV").click()
        lines = taken.value.path().read_text("utf-8").splitlines()
        assert len(lines) > 5
        assert "," in lines[0]


def test_a_protocol_is_laid_out_from_any_day(open_page: Any) -> None:
    page = open_page("nora", at="/protocols")
    page.locator("main h2 a").first.click()
    page.wait_for_url("**/protocols/*")
    page.fill("#start", "2027-03-01")
    sent(page, page.get_by_role("button", name="Show"))
    visit = page.locator(".cal-visit").first
    assert "Mar 1" in visit.inner_text() or "March 1" in visit.inner_text()
    page.locator(".cal-entry a").first.click()
    page.wait_for_url("**/protocols/words/**")
    assert page.locator(".phone").count() == 2
    assert page.locator("dt", has_text="Reading grade").count() == 2


def test_a_test_page_goes_out_and_is_answered(open_page: Any) -> None:
    owner = open_page("owen", at="/settings")
    sent(owner, owner.get_by_role("button", name="test page now"))
    assert owner.locator("[role=status]").is_visible()
    nurse = open_page("nora", at="/settings")
    waiting = nurse.get_by_role("button", name="It reached me")
    before = waiting.count()
    assert before
    sent(nurse, waiting.first)
    assert nurse.get_by_role("button", name="It reached me").count() == before - 1
    assert "Answered by Nora" in nurse.inner_text("section[aria-labelledby=tests]")


def test_the_audit_is_sifted_by_person(open_page: Any) -> None:
    open_page("fay", at=f"/patients/{OLGA}")
    page = open_page("owen", at="/audit")
    page.fill("#who", "Fay")
    sent(page, page.get_by_role("button", name="Show", exact=True))
    names = page.locator("tbody td[data-label=Who]").all_inner_texts()
    assert names
    assert set(names) == {"Fay"}
