"""What people do at the screens: patients text and fill in forms, staff answer; and how a page looks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.demo_people import PEOPLE

Page = Any
WRONG_YEAR = 1901
# In the viewport, drawn with an outline or a ring that an element without focus has not.
_FOCUS_SEEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return false;
  // A choice is drawn by its label.
  const drawn = one.closest('label.choice') || one;
  const box = drawn.getBoundingClientRect(), style = getComputedStyle(drawn);
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return inside && box.width > 0 && (ring || style.boxShadow !== 'none');
}"""
_FOCUS_NAME = """() => {
  const one = document.activeElement;
  const named = one.labels?.length ? one.labels[0].textContent : '';
  return [one.tagName, named || one.textContent || one.getAttribute('aria-label') || ''];
}"""
_MOST_TABS = 250


# ---- patients


def write_a_text(page: Page, patient: str, words: str) -> None:
    """Write a text on a patient's phone and wait until it left."""
    page.goto(f"/demo?patient={patient}")
    page.fill("#body", words)
    page.click("#phone button:has-text('Send')")
    page.wait_for_selector(f".bubble.own:has-text({words[:40]!r})")


def open_the_link(page: Page, patient: str) -> Page:
    """Open the latest link on a patient's phone; it opens in a tab of its own, which is returned."""
    page.goto(f"/demo?patient={patient}")
    with page.context.expect_page() as opened:
        page.locator("#thread a").last.click()
    form = opened.value
    form.wait_for_load_state()
    return form


def give_birth_date(form: Page, patient: str, year: int | None = None) -> None:
    """Type a birth date at the gate: the patient's own, or one of another year."""
    born = PEOPLE[patient].born_on
    form.select_option("#month", str(born.month))
    form.fill("#day", str(born.day))
    form.fill("#year", str(year or born.year))
    press(form, "enter")


def press(form: Page, button: str) -> None:
    """Press a button of the form by what it does, and wait for the page that follows."""
    with form.expect_navigation():
        form.click(f"button[value={button}]")


def question_shown(form: Page) -> str | None:
    """Return the id of the question on the page, such as ``phq9_1``; None when there is none."""
    asked = form.locator("input[name=item]")
    return asked.get_attribute("value") if asked.count() else None


def answer_question(form: Page, answers: Mapping[str, int]) -> str:
    """Answer the question shown and go on; what ``answers`` does not name is answered mildly.

    Returns:
        The question's id.
    """
    item = question_shown(form)
    assert item is not None
    if form.locator("textarea").count():
        form.fill("textarea", "")
    elif item in answers:
        form.check(f"input[name=answer][value='{answers[item]}']")
    elif form.locator("input[type=checkbox]").count():
        form.locator("input[type=checkbox]").last.check()
    else:
        form.locator("input[type=radio]").first.check()
    press(form, "next")
    return item


def answer_all(form: Page, answers: Mapping[str, int] | None = None) -> list[str]:
    """Answer every question up to the page that sends, and return their ids."""
    asked = []
    while question_shown(form) is not None:
        asked.append(answer_question(form, answers or {}))
    return asked


# ---- staff


def row_of(page: Page, name: str, section: str = "red") -> Page:
    """Return the row of a patient in a section of Now."""
    named = page.locator(".row-name, .task", has_text=re.compile(rf"^\s*{re.escape(name)}\b"))
    return page.locator(f"section[aria-labelledby={section}] .row", has=named).first


def resolve(row: Page, note: str, disposition: str = "spoke_with_patient") -> None:
    """Open a row's form, fill it in and send it."""
    row.locator("summary", has_text="Resolve").click()
    row.locator("select[name=disposition]").select_option(disposition)
    row.locator("textarea[name=note]").fill(note)
    row.get_by_role("button", name="Resolve", exact=True).click()


# ---- keyboard


@dataclass
class Keyboard:
    """A hand that never leaves the keyboard, and an eye that must see where it is."""

    page: Page

    def next_stop(self) -> tuple[str, str]:
        """Press Tab and return tag and name of what has the focus now; it must be seen."""
        self.page.keyboard.press("Tab")
        tag, name = self.page.evaluate(_FOCUS_NAME)
        assert self.page.evaluate(_FOCUS_SEEN), f"nobody sees that {tag} {name[:60]!r} has the focus"
        return tag, " ".join(name.split())

    def go_to(self, name: str, tag: str) -> None:
        """Press Tab until something of this tag whose name holds ``name`` has the focus."""
        for _ in range(_MOST_TABS):
            found_tag, found = self.next_stop()
            if found_tag == tag and name in found:
                return
        raise AssertionError(f"Tab never came to {name!r}")

    def press(self, key: str = "Enter") -> None:
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)


# ---- looks


def no_sideways_scroll(page: Page) -> bool:
    """Say whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def sticks_out(page: Page) -> list[str]:
    """Name what may reach beyond the window's right edge, for the message of a failed test."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
          .filter(one => one.getBoundingClientRect().left + one.scrollWidth > innerWidth
            || one.getBoundingClientRect().right > innerWidth)
          .map(one => one.tagName + '.' + one.className + ' ' + one.textContent.trim().slice(0, 40))"""
    )
    return found[:8]
