"""Every screen, for everybody: axe finds no barrier, a small phone shows it whole, it is light and quick."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.acting import (
    WRONG_YEAR,
    answer_all,
    answer_question,
    give_birth_date,
    no_sideways_scroll,
    open_the_link,
    press,
    question_shown,
    sticks_out,
)
from tests.web.conftest import NARROW
from tests.web.screens import DESK, EVERY, OPEN_FORM, Screen, path_to

# WCAG 2.2 AA and all it is built on.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_OPTIONS = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}
_OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
WEIGHT_MAX, CALLS_MAX = 100_000, 5
READS = {"Query", "GetItem", "BatchGetItem"}
ESTHER, TARA = "pat-31", "pat-20"


def barriers(page: Any) -> list[str]:
    """Return what axe finds, in light and in dark, with everything unfolded that can be."""
    page.evaluate(_OPEN_ALL)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for one in Axe().run(page, options=_OPTIONS).response["violations"]:
            where = [" ".join(map(str, node["target"])) for node in one["nodes"]]
            found.append(f"{scheme}: {one['id']}: {one['help']}: {len(where)} times, as at {where[:4]}")
    return found


def refusals(screen: Screen, told: Any) -> None:
    """A page that says no does so with a status, which a browser notes."""
    if screen.status != 200:
        told.expect(str(screen.status))
        # A day that is none, typed into the address, stands in the field for browsers without a calendar.
        told.expect("does not conform to the required format")


@pytest.mark.parametrize("screen", EVERY, ids=str)
def test_nobody_is_shut_out_of_a_screen(open_page: Any, clinic: Any, told: Any, screen: Screen) -> None:
    refusals(screen, told)
    page = open_page(screen.who, at=path_to(screen, clinic.site.world), status=screen.status)
    assert barriers(page) == []


def test_axe_would_find_a_barrier(open_page: Any) -> None:
    page = open_page("nora", at="/patients?search=zzz")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    assert any("label" in one for one in barriers(page))


@pytest.mark.parametrize("screen", EVERY, ids=str)
def test_a_small_phone_shows_a_screen_whole_and_it_is_light(
    open_page: Any, clinic: Any, told: Any, screen: Screen
) -> None:
    refusals(screen, told)
    page = open_page(screen.who, viewport=NARROW)
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path_to(screen, clinic.site.world), wait_until="networkidle")
    assert no_sideways_scroll(page), sticks_out(page)
    page.evaluate(_OPEN_ALL)
    assert no_sideways_scroll(page), sticks_out(page)
    # As it goes over the wire, with a browser that has nothing of ours yet.
    weights = {one.url: one.request.sizes()["responseBodySize"] for one in answers}
    assert sum(weights.values()) < WEIGHT_MAX, weights


@pytest.fixture
def calls(clinic: Any) -> Iterator[Counter[str]]:
    counted: Counter[str] = Counter()
    watching = [True]
    clinic.site.world.cloud.client("dynamodb").watch(
        lambda work: counted.update([work.operation] if watching else [])
    )
    yield counted
    watching.clear()


@pytest.mark.parametrize("screen", [one for one in DESK if one.status == 200], ids=str)
def test_a_screen_asks_the_store_five_times_at_most(clinic: Any, calls: Any, screen: Screen) -> None:
    path = path_to(screen, clinic.site.world)
    who = screen.who or ""
    # What a function keeps between two requests is not part of what a page costs.
    clinic.get(path, who)
    calls.clear()
    assert clinic.get(path, who).status == 200
    # The in-memory table has no scan: a page that scanned would fail.
    assert calls.total() <= CALLS_MAX, calls


def test_nobody_is_shut_out_of_a_form(open_page: Any, told: Any) -> None:
    told.expect("400")
    form = open_the_link(open_page(viewport=NARROW), OPEN_FORM)
    give_birth_date(form, OPEN_FORM, WRONG_YEAR)
    assert barriers(form) == []
    give_birth_date(form, OPEN_FORM)
    press(form, "next")
    assert form.locator("[role=alert]").is_visible()
    assert barriers(form) == []
    looked_at = set()
    while question_shown(form) is not None:
        assert no_sideways_scroll(form), sticks_out(form)
        kind = form.locator("textarea, input[name=answer], input[type=checkbox]").first.get_attribute("type")
        if kind not in looked_at:
            looked_at.add(kind)
            assert barriers(form) == []
        answer_question(form, {})
    assert looked_at >= {"radio"}
    assert barriers(form) == []


@pytest.mark.parametrize(("patient", "item_nine"), [(TARA, 1), (ESTHER, 0)], ids=["in danger", "well"])
def test_nobody_is_shut_out_of_the_end_of_a_form(open_page: Any, patient: str, item_nine: int) -> None:
    form = open_the_link(open_page(viewport=NARROW), patient)
    give_birth_date(form, patient)
    answer_all(form, {"phq9_9": item_nine})
    press(form, "send")
    assert form.locator(".crisis").count() == item_nine
    assert barriers(form) == []
    assert no_sideways_scroll(form), sticks_out(form)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_of_the_computer_is_the_scheme_of_the_page(open_page: Any, scheme: str) -> None:
    page = open_page("nora", at="/now", scheme=scheme)
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    )
    assert (red + green + blue < 3 * 128) == (scheme == "dark")


@pytest.mark.parametrize("screen", [one for one in DESK if one.status == 200], ids=str)
def test_a_page_ends_where_its_last_line_ends(open_page: Any, clinic: Any, screen: Screen) -> None:
    page = open_page(screen.who, at=path_to(screen, clinic.site.world))
    below = page.evaluate(
        "document.documentElement.scrollHeight - Math.max(innerHeight, "
        "document.querySelector('main').getBoundingClientRect().bottom + scrollY)"
    )
    assert below < 2
