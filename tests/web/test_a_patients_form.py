"""A patient answers behind the link of a text: in Spanish, on a small phone, and once in danger."""

from typing import Any

import pytest

from tests.web.acting import (
    WRONG_YEAR,
    answer_all,
    answer_question,
    give_birth_date,
    no_sideways_scroll,
    open_the_link,
    press,
    question_shown,
    row_of,
)

PHONE = {"width": 360, "height": 740}
SEVERAL_DAYS = 1
XIMENA, ROSA, KIM, LEO = "pat-24", "pat-18", "pat-37", "pat-38"


def test_a_phq9_in_spanish_on_a_small_phone_with_item_nine_above_zero(open_page: Any, told: Any) -> None:
    told.expect("400")
    phone = open_page(viewport=PHONE)
    form = open_the_link(phone, XIMENA)
    form.get_by_role("link", name="Español").click()
    form.wait_for_url("**lang=es")
    assert form.locator("html").get_attribute("lang") == "es"
    assert "Ximena" not in form.content() and "Riverside" not in form.content()

    give_birth_date(form, XIMENA, WRONG_YEAR)
    assert "No es la fecha que tenemos" in form.locator("[role=alert]").inner_text()
    give_birth_date(form, XIMENA)
    assert form.locator("html").get_attribute("lang") == "es"

    # One question a page, the crisis line above it; Back keeps the answer.
    first = question_shown(form)
    assert form.locator("h1").count() == 1
    assert form.locator("a[href='tel:988']").bounding_box()["y"] < form.locator("h1").bounding_box()["y"]
    assert no_sideways_scroll(form)
    form.locator("input[type=radio]").nth(2).check()
    press(form, "next")
    second = question_shown(form)
    assert second != first
    press(form, "back")
    assert question_shown(form) == first
    assert form.locator("input[type=radio]").nth(2).is_checked()
    press(form, "next")
    answer_question(form, {})

    # A reload and the link opened once more both go on where she was.
    third = question_shown(form)
    form.reload()
    assert question_shown(form) == third
    again = open_the_link(phone, XIMENA)
    assert question_shown(again) == third
    again.close()

    asked = answer_all(form, {"phq9_9": SEVERAL_DAYS})
    assert "phq9_9" in asked
    press(form, "send")

    # Help comes before anything else, in one look, as links that dial.
    panel = form.locator("main > :first-child")
    assert "No tiene que pasar por esto a solas" in panel.inner_text()
    assert form.locator("html").get_attribute("lang") == "es"
    for way in ("tel:988", "sms:988?body=AYUDA"):
        box = panel.locator(f"a[href='{way}']").bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]
    assert panel.locator("a[href='tel:911']").is_visible()
    assert no_sideways_scroll(form)

    desk = open_page("nora", at="/now")
    assert "item 9" in row_of(desk, "Ximena").inner_text()


def test_closing_the_page_right_after_item_nine_alerts_all_the_same(open_page: Any) -> None:
    form = open_the_link(open_page(viewport=PHONE), ROSA)
    give_birth_date(form, ROSA)
    while answer_question(form, {"phq9_9": SEVERAL_DAYS}) != "phq9_9":
        assert question_shown(form) is not None
    form.close()
    desk = open_page("nora", at="/now")
    assert "item 9" in row_of(desk, "Rosa").inner_text()


def test_a_form_is_filled_in_without_javascript(open_page: Any, told: Any) -> None:
    told.expect("400")
    phone = open_page(viewport=PHONE, scripts=False)
    form = open_the_link(phone, KIM)
    give_birth_date(form, KIM)
    press(form, "next")
    assert form.locator("[role=alert]").is_visible()
    answer_all(form)
    press(form, "send")
    assert "Thank you" in form.locator("h1").inner_text()
    assert not form.locator(".crisis").count()


def test_five_wrong_birth_dates_lock_the_link_and_tell_staff(open_page: Any, told: Any) -> None:
    told.expect("400")
    told.expect("410")
    form = open_the_link(open_page(viewport=PHONE), LEO)
    for _ in range(5):
        give_birth_date(form, LEO, WRONG_YEAR)
    assert not form.locator("#year").count()
    assert "Leo" not in form.content()
    told_staff = open_page("nora", at="/now").locator(".row", has_text="Leo").all_inner_texts()
    assert any("link" in one and "birth date" in one for one in told_staff), told_staff


@pytest.mark.parametrize("address", ["/f/AAAAAAAAAAAAAAAAAAAAAA", "/f/x", "/u/AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_guessed_link_says_kindly_that_it_is_closed(open_page: Any, told: Any, address: str) -> None:
    told.expect("410")
    page = open_page(viewport=PHONE)
    answer = page.goto(address)
    assert answer.status == 410
    assert page.locator("h1").is_visible()
    assert "Riverside" not in page.content()
    assert no_sideways_scroll(page)
