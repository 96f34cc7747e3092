"""On a patient's page: an open alert is taken on and ended in place, and a new link to a form is sent."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.followup import Status
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent, Task, TaskKind
from tests.api.office import NOW
from tests.building import ADA as ADAS_ID
from tests.building import ADAS_PHONE, HUDSON
from tests.unit.web.browser import Browser, alert_in

ADA = "/patients/pat-ada"
NOTE = "Spoke with Ada. She is with her sister. Calls back at noon."
FORM = TouchId("ses-ada-1.week2")
BUTTON = "Send a new link"


def ended(browser: Browser) -> Browser:
    """Resolve Ada's red alert."""
    fields = {"disposition": "spoke_with_patient", "note": NOTE}
    assert browser.post(f"/alerts/{alert_in(browser.get(ADA))}/resolve", **fields).status == 303
    return browser


def asked(browser: Browser, *, locked: bool = True) -> Browser:
    """Let Ada have been sent a form an hour ago, whose link she locked."""
    ports, at = browser.office.world.ports, NOW - timedelta(hours=1)
    sent = Sent(
        *(FORM, SessionId("ses-ada-1"), Kind.MEASURE, at, Channel.SMS, ADAS_PHONE, "form", "r", "en", "x"),
        subject=None,
        provider_id="msg-form",
    )
    ports.followups.record([((HUDSON, ADAS_ID), sent)])
    if locked:
        task = Task(f"form_locked.{FORM}.0a1b2c3d", HUDSON, ADAS_ID, TaskKind.FORM_LOCKED, "Locked.", at)
        ports.tasks.open(task)
    return browser


def fields_of(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the first form that goes there."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
    assert found is not None, action
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return {name: value for name, value in hidden if name != "form_secret"}


# ---- alerts


def test_an_open_alert_stands_on_the_page_with_the_words_and_who_was_called(browser: Browser) -> None:
    page = browser.get(ADA)
    assert page.text.index("Open alerts") < page.text.index('id="timeline"')
    assert "Called <bdi>Nora (nurse)</bdi> by text" in page.text
    assert "Called Nora (nurse) by text" in page.text
    assert len(page.calls) <= 5


def test_taking_it_on_and_ending_it_leads_back_to_the_patient(browser: Browser) -> None:
    page = browser.get(ADA)
    alert = alert_in(page)
    taken = browser.post(
        f"/alerts/{alert}/acknowledge", **fields_of(page.text, f"/alerts/{alert}/acknowledge")
    )
    assert taken.status == 303
    assert taken.headers["location"].partition("#")[0] == ADA
    page = browser.get(ADA)
    assert "On it" in page.text
    hidden = fields_of(page.text, f"/alerts/{alert}/resolve")
    done = browser.post(f"/alerts/{alert}/resolve", **hidden, disposition="seen_in_clinic", note=NOTE)
    assert (done.status, done.headers["location"]) == (303, f"{ADA}?done=resolved")
    page = browser.get(ADA, "done=resolved")
    assert "Resolved, under your name." in page.text
    assert "Open alerts" not in page.text and "Red alert open" not in page.text


def test_an_alert_that_could_not_be_ended_comes_back_on_the_patients_page(browser: Browser) -> None:
    page = browser.get(ADA)
    alert = alert_in(page)
    hidden = fields_of(page.text, f"/alerts/{alert}/resolve")
    again = browser.post(f"/alerts/{alert}/resolve", **hidden, disposition="", note=NOTE)
    assert again.status == 422
    assert 'id="timeline"' in again.text and NOTE in again.text
    assert again.text.count("Choose what came of it") == 2  # on top of the row, and at the field


def test_a_task_that_could_not_be_closed_comes_back_on_the_patients_page(browser: Browser) -> None:
    page = asked(browser).get(ADA)
    again = browser.post("/tasks/close", **fields_of(page.text, "/tasks/close"), note=" ")
    assert again.status == 422 and 'id="timeline"' in again.text


@pytest.mark.parametrize(("swaps", "status"), [(False, 409), (True, 200)])
def test_who_closes_a_task_after_somebody_else_is_told_so_and_keeps_what_they_typed(
    browser: Browser, *, swaps: bool, status: int
) -> None:
    hidden = fields_of(asked(browser).get(ADA).text, "/tasks/close")
    ports = browser.office.world.ports
    (task,) = ports.tasks.open_of(HUDSON, TaskKind.FORM_LOCKED)
    ports.tasks.close(task, "Nurse Ben: She has a new link.", NOW)
    late = browser.post("/tasks/close", swaps=swaps, **hidden, note="I told her to wait.")
    assert late.status == status
    assert "Nurse Ben closed this one first" in late.text and "I told her to wait." in late.text
    assert "closed_task" not in browser.office.trail()


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", "\nx", "javascript:0"])
def test_no_form_leads_away_from_our_pages(browser: Browser, back: str) -> None:
    taken = browser.post(f"/alerts/{alert_in(browser.get(ADA))}/acknowledge", back=back)
    assert (taken.status, taken.headers["location"]) == (303, "/now")


def test_a_form_that_names_another_clinics_patient_shows_nobody(browser: Browser) -> None:
    alert = alert_in(browser.get(ADA))
    found = browser.post(f"/alerts/{alert}/resolve", back="/patients/pat-dora", disposition="", note="")
    assert found.status == 404 and "Dora" not in found.text


def test_the_front_desk_sees_that_an_alert_is_open_but_neither_words_nor_buttons(browser: Browser) -> None:
    page = browser.sign_in("front_desk").get(ADA)
    assert "Open alerts" in page.text
    assert "want to die" not in page.text and "/acknowledge" not in page.text


# ---- a new link


def test_a_new_link_is_sent_from_the_page_once_and_the_task_is_done(browser: Browser) -> None:
    page = asked(ended(browser)).get(ADA)
    assert page.text.count(BUTTON) == 3  # at the task, in the timeline, and at what comes next
    assert "Form locked after wrong birth dates" in page.text
    fields = fields_of(page.text, f"{ADA}/form-link")
    first, again = browser.post(f"{ADA}/form-link", **fields), browser.post(f"{ADA}/form-link", **fields)
    assert first.headers["location"] == again.headers["location"] == f"{ADA}?done=link"
    page = browser.get(ADA, "done=link")
    assert "on its way" in page.text
    assert "Form, new link" in page.text
    assert "Form locked" not in page.text and BUTTON not in page.text
    assert browser.office.trail().count("sent_form_link") == 1


def test_the_front_desk_sends_it_and_the_owner_does_not(browser: Browser) -> None:
    asked(ended(browser))
    owner = browser.sign_in("owner")
    assert BUTTON not in owner.get(ADA).text
    assert owner.post(f"{ADA}/form-link", touch=FORM, once="k").status == 403
    desk = browser.sign_in("front_desk")
    fields = fields_of(desk.get(ADA).text, f"{ADA}/form-link")
    assert desk.post(f"{ADA}/form-link", **fields).headers["location"] == f"{ADA}?done=link"


def test_while_a_red_alert_is_open_the_page_says_why_no_link_goes(browser: Browser) -> None:
    page = asked(browser).get(ADA)
    assert BUTTON not in page.text and "A red alert is open. Speak with the patient first" in page.text
    refused = browser.post(f"{ADA}/form-link", touch=FORM, once="k")
    assert refused.status == 422
    assert refused.text.count("A red alert is open. Speak with the patient first") == 2
    assert 'id="form-link"' in refused.text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (f"{ADA}/form-link", {}, 422),
        (f"{ADA}/form-link", {"touch": FORM}, 422),
        (f"{ADA}/form-link", {"touch": "ses-ada-1.<script>", "once": "k"}, 404),
        ("/patients/pat-dora/form-link", {"touch": FORM, "once": "k"}, 404),
        ("/patients/pat-nobody/form-link", {"touch": FORM, "once": "k"}, 404),
    ],
)
def test_a_mangled_wish_for_a_link_is_refused_kindly(
    browser: Browser, path: str, fields: dict[str, str], status: int
) -> None:
    page = asked(ended(browser)).post(path, **fields)
    assert page.status == status and "Traceback" not in page.text
    assert "<script>" not in unquote(page.text)


def test_a_form_of_a_visit_that_is_over_is_no_longer_offered(browser: Browser) -> None:
    world = asked(ended(browser)).office.world
    followup = world.ports.followups.get(HUDSON, ADAS_ID)
    assert followup is not None
    gone = replace(followup.sessions[SessionId("ses-ada-1")], status=Status.CANCELLED)
    world.ports.followups.save(followup.with_session(gone), write_id="w", due_at=None)
    page = browser.get(ADA)
    assert BUTTON not in page.text and "Not answered yet" not in page.text
