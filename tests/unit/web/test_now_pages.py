"""A nurse's morning at the home screen, through the real handler and table."""

import re

import pytest

from aftercare.contracts.inbound_sms import InboundSms
from tests.building import ADAS_PHONE, CLINIC_NUMBER
from tests.unit.web.browser import Browser, alert_in

NOTE = "Spoke with Ada. She is with her sister. Calls back at noon."


def test_the_red_alert_stands_on_top_with_the_words_and_the_phone(browser: Browser) -> None:
    page = browser.get("/now")
    assert page.status == 200
    assert "I want to die" in page.text
    assert 'href="tel:+12025550147"' in page.text
    assert "Red: act now" in page.text
    assert page.text.index("Red: act now") < page.text.index("Ada")


def test_the_screen_costs_five_calls_and_no_scan(browser: Browser) -> None:
    browser.get("/now")
    assert len(browser.get("/now").calls) <= 5
    assert "Scan" not in browser.get("/now").calls


def test_taking_it_on_and_ending_it_without_scripts(browser: Browser) -> None:
    alert = alert_in(browser.get("/now"))
    taken = browser.post(f"/alerts/{alert}/acknowledge")
    assert (taken.status, taken.headers["location"].partition("#")[0]) == (303, "/now")
    assert "Nurse Carla" in browser.get("/now").text
    ended = browser.post(f"/alerts/{alert}/resolve", disposition="spoke_with_patient", note=NOTE)
    assert (ended.status, ended.headers["location"]) == (303, "/now")
    assert "Red: act now" not in browser.get("/now").text
    assert {"acknowledged_alert", "resolved_alert"} <= set(browser.office.trail())


def test_taking_it_on_in_place_changes_one_row(browser: Browser) -> None:
    alert = alert_in(browser.get("/now"))
    row = browser.post(f"/alerts/{alert}/acknowledge", swaps=True)
    assert row.status == 200
    assert row.text.strip().startswith("<li") and "On it" in row.text and "<html" not in row.text
    done = browser.post(f"/alerts/{alert}/resolve", swaps=True, disposition="no_answer", note=NOTE)
    assert "Resolved by Nurse Carla: No answer." in done.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"disposition": "", "note": NOTE}, "Choose what came of it"),
        ({"disposition": "no_answer", "note": "  "}, "Write what was said and agreed"),
        ({"disposition": "no_answer", "note": "x" * 2001}, "at most 2,000 characters"),
    ],
)
def test_an_alert_does_not_end_without_a_reason_and_a_note(
    browser: Browser, fields: dict[str, str], said: str
) -> None:
    alert = alert_in(browser.get("/now"))
    again = browser.post(f"/alerts/{alert}/resolve", **fields)
    assert again.status == 422
    assert said in again.text and 'class="faults"' in again.text
    assert fields["note"].strip() in again.text
    assert "resolved_alert" not in browser.office.trail()


def test_who_looks_at_the_list_hears_of_what_is_new_without_being_written_down(browser: Browser) -> None:
    page = browser.get("/now")
    asked = re.search(r'hx-get="/now/changes\?([^"]+)"', page.text)
    assert asked is not None
    query = asked[1].replace("&amp;", "&")
    before = len(browser.office.trail())
    assert browser.get("/now/changes", query).text.strip() == ""
    earlier = query.replace("2026-11-24", "2026-11-20").replace("shown=", "shown=0&x=")
    assert "red" in browser.get("/now/changes", earlier).text
    assert len(browser.office.trail()) == before


@pytest.mark.parametrize("query", ["", "since=x&shown=1", "since=2026-11-24&shown=9999999", "since=&shown=-"])
def test_a_mangled_question_for_changes_is_refused(browser: Browser, query: str) -> None:
    assert browser.get("/now/changes", query).status == 422


def test_the_front_desk_sees_that_somebody_is_needed_but_not_why(browser: Browser) -> None:
    page = browser.sign_in("front_desk").get("/now")
    assert page.status == 200
    assert "Ada" in page.text and "want to die" not in page.text and "suicide" not in page.text
    assert "/acknowledge" not in page.text


def test_the_front_desk_may_not_take_an_alert_on(browser: Browser) -> None:
    alert = alert_in(browser.get("/now"))
    assert browser.sign_in("front_desk").post(f"/alerts/{alert}/acknowledge").status == 403


def test_another_clinic_s_alert_is_answered_like_one_that_never_was(browser: Browser) -> None:
    theirs = browser.post("/alerts/pat-dora.alert.00000000/acknowledge")
    none = browser.post("/alerts/pat-nobody.alert.00000000/acknowledge")
    assert (theirs.status, theirs.text) == (none.status, none.text) == (404, none.text)


def test_a_form_from_elsewhere_changes_nothing(browser: Browser) -> None:
    alert = alert_in(browser.get("/now"))
    assert browser.post(f"/alerts/{alert}/acknowledge", secret="guessed").status == 403
    assert "acknowledged_alert" not in browser.office.trail()


def heard_in(page: str) -> str:
    found = re.search(r'name="heard" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_what_the_patient_wrote_since_is_read_before_the_alert_is_ended(browser: Browser) -> None:
    page = browser.get("/now")
    alert, heard = alert_in(page), heard_in(page.text)
    world = browser.office.world
    more = "I have the pills here, I want to die now"
    world.text(InboundSms("in-again", ADAS_PHONE, CLINIC_NUMBER, more, world.clock.now()))
    again = browser.post(f"/alerts/{alert}/resolve", disposition="spoke_with_patient", note=NOTE, heard=heard)
    assert again.status == 422
    assert "The patient wrote again since you opened this" in again.text
    assert "I have the pills here" in again.text and NOTE in again.text
    assert "resolved_alert" not in browser.office.trail()
    now = heard_in(again.text)
    ended = browser.post(f"/alerts/{alert}/resolve", disposition="spoke_with_patient", note=NOTE, heard=now)
    assert ended.status == 303


@pytest.mark.parametrize("swaps", [True, False])
def test_whoever_ends_it_second_is_told_so_and_keeps_what_they_typed(browser: Browser, swaps: bool) -> None:
    alert = alert_in(browser.get("/now"))
    first = browser.sign_in("clinician")
    first.post(f"/alerts/{alert}/resolve", disposition="spoke_with_patient", note="Spoke with her.")
    late = browser.post(f"/alerts/{alert}/resolve", swaps=swaps, disposition="no_answer", note=NOTE)
    assert "Clinician Carla ended this one first" in late.text
    assert NOTE in late.text
    assert "Resolved by Nurse Carla" not in late.text
    taken = browser.post(f"/alerts/{alert}/acknowledge", swaps=True)
    assert "It is over: Clinician Carla resolved it." in taken.text
    assert "You are on it" not in taken.text
