"""The way out of mails: looking changes nothing, a press stops them, and the clinic sees it."""

from typing import Any

import pytest

from tests.web.acting import no_sideways_scroll, press

WANDA, ZOE = "pat-23", "pat-26"


def way_out(page: Any, patient: str) -> Any:
    """Open the link under the latest mail in a patient's mailbox."""
    page.goto(f"/demo?patient={patient}")
    link = page.locator(".letters pre a[href^='/u/']").first
    page.goto(link.get_attribute("href"))
    return page


def learns_by_mail(page: Any, patient: str) -> bool:
    page.goto(f"/patients/{patient}")
    return bool(page.locator(".badge", has_text="Education by mail: agreed").count())


@pytest.mark.parametrize(("patient", "scripts"), [(WANDA, True), (ZOE, False)], ids=["scripts", "none"])
def test_a_look_changes_nothing_and_a_press_stops_the_mails(
    open_page: Any, patient: str, scripts: bool
) -> None:
    page = way_out(open_page(viewport={"width": 360, "height": 740}, scripts=scripts), patient)
    assert "Riverside" not in page.content()
    assert no_sideways_scroll(page)
    desk = open_page("nora")
    assert learns_by_mail(desk, patient)
    press(page, "notes")
    assert page.locator("[role=status]").is_visible()
    assert no_sideways_scroll(page)
    assert not learns_by_mail(desk, patient)
