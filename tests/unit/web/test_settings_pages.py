"""Settings on the page: readiness, the rota, test pages, sign-ins, and who may do what."""

import re
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from aftercare.domain.clinic import Clinic, OnCall
from aftercare.domain.ids import TEST_PAGE, AlertId
from aftercare.domain.on_call import is_open, on_duty
from aftercare.domain.readiness import TestPage, readiness
from aftercare.domain.sign_in import SignIn
from aftercare.domain.staff import RIGHTS, Person, Right, Role
from aftercare.usecases.see_settings import Settings
from aftercare.web.page import render
from aftercare.web.settings_pages import SAID
from aftercare.web.views.settings_view import SettingsView, settings_view
from tests.unit.web.browser import Browser
from tests.unit.web.morning import CLINIC, DORA, NOW, OWNER, ROTA, ago, frame
from tests.unit.web.test_templates import NAMES, assert_clean

LAST_WEEK = TestPage(AlertId(f"{TEST_PAGE}2026-W47"), ago(days=7), ago(days=7), "Nurse Dora")
THIS_WEEK = TestPage(AlertId(f"{TEST_PAGE}2026-W48"), ago(minutes=5))
OLD = TestPage(AlertId(f"{TEST_PAGE}2026-W46"), ago(days=14))
MINE = SignIn("a" * 64, OWNER, "x", ago(minutes=30), ago(minutes=1))
DORAS = SignIn("b" * 64, DORA, "x", ago(hours=2), ago(minutes=3))


def settings(clinic: Clinic = CLINIC, **changes: Any) -> Settings:
    tests = (OLD, LAST_WEEK, THIS_WEEK)
    found = Settings(
        at=NOW,
        clinic=clinic,
        is_open=is_open(clinic, NOW),
        checks=readiness(clinic, tests, (), NOW),
        on_duty=on_duty(clinic.on_call, NOW, clinic.zone),
        tests=tests,
        sign_ins=(MINE, DORAS),
    )
    return replace(found, **changes)


def shown(found: Settings | None = None, person: Person = OWNER, mine: SignIn = MINE) -> SettingsView:
    return settings_view(found or settings(), person, mine.secret_hash)


def html(found: Settings | None = None, person: Person = OWNER, said: str = "", mine: SignIn = MINE) -> str:
    known = found or settings()
    more = {"view": shown(known, person, mine), "checks": known.checks, "said": SAID.get(said)}
    return render("settings.html", frame=frame(person, "settings"), **more)


def test_the_checklist_comes_first_and_the_page_does_not_link_to_itself() -> None:
    text = html()
    assert_clean(text)
    assert text.index("Before patients rely on this") < text.index('id="on-call"')
    assert "Open the settings" not in text


def test_the_rota_says_who_would_be_called_now() -> None:
    night = OnCall("nurse, night", "Ada", from_=time(19), until=time(7))
    view = shown(settings(replace(CLINIC, on_call=(night, *ROTA))))
    assert [(one.name, one.now) for one in view.rota] == [
        ("Ada", False),
        ("Dora", True),
        ("Ben", True),
        ("Dr. Carmen", True),
    ]
    assert view.rota[0].hours == "7:00 pm to 7:00 am" and view.rota[1].hours == "all hours"
    assert view.duty == "An alert at this moment calls Dora, then Ben, Dr. Carmen."


@pytest.mark.parametrize(
    ("rota", "said"),
    [
        ((), "There is no rota"),
        ((OnCall("nurse", "Ada", from_=time(19), until=time(7)),), "Nobody is on duty"),
    ],
)
def test_a_gap_in_the_rota_is_said_plainly(rota: tuple[OnCall, ...], said: str) -> None:
    clinic = replace(CLINIC, on_call=rota)
    view = shown(settings(clinic))
    assert not view.watched and view.duty.startswith(said)
    assert_clean(html(settings(clinic)))


def test_only_the_last_two_test_pages_are_shown_and_an_unanswered_one_can_be_answered() -> None:
    view = shown()
    assert [one.id for one in view.tests] == [THIS_WEEK.id, LAST_WEEK.id]
    text = html()
    assert text.count("It reached me") == 1 and f'value="{THIS_WEEK.id}"' in text
    assert "Answered by Nurse Dora, Mon Nov 16, 9:05 am" in text


def test_the_owner_may_send_a_test_page_and_end_any_sign_in_a_nurse_only_her_own() -> None:
    owner, nurse = html(), html(person=DORA, mine=DORAS)
    assert "test page now" in owner and "test page now" not in nurse
    assert owner.count('action="/settings/sign-ins/end"') == 2
    assert nurse.count('action="/settings/sign-ins/end"') == 1
    assert [one.mine for one in shown(person=DORA, mine=DORAS).sign_ins] == [False, True]


def test_a_sign_in_that_has_run_out_is_not_listed_and_no_hash_is_on_the_page() -> None:
    gone = replace(DORAS, secret_hash="c" * 64, seen_at=NOW - timedelta(minutes=16))
    text = html(settings(sign_ins=(MINE, gone)))
    assert text.count('action="/settings/sign-ins/end"') == 1
    assert MINE.secret_hash not in text and "c" * 16 not in text


def test_every_right_has_words_and_every_role_its_column() -> None:
    view = shown()
    assert len(view.rights) == len(Right) and len(view.roles) == len(RIGHTS) == len(Role)
    assert not [line.title for line in view.rights if "_" in line.title]
    audit = next(line for line in view.rights if line.title.startswith("See the audit"))
    assert dict(zip(view.roles, audit.has, strict=True)) == {
        "Front desk": False,
        "Nurse": False,
        "Clinician": False,
        "Owner": True,
        "Service": False,
    }


def test_each_setting_names_its_key_in_the_clinic_file() -> None:
    facts = {fact.key: fact.said for _, part in shown().facts for fact in part}
    assert facts["sms_caps"] == "2 a day, 6 a week"
    assert facts["send_from, send_until"] == "9:00 am to 8:00 pm on the patient’s clock"
    assert facts["content_review"] == "Dr. Carmen, Nov 1, 2026"
    assert facts["languages"] == "English, Spanish"
    draft = replace(CLINIC, content_review=None, sandbox_numbers=("+12025550147",))
    assert "nobody: only sandbox numbers are written to" in html(settings(draft))
    assert "202-555-0147" in html(settings(draft))


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_colleagues_name_holds_is_text(name: str) -> None:
    odd = replace(DORAS, person=replace(DORA, name=name))
    rota = (OnCall(name, name, "+12125550103", name),)
    tests = (replace(LAST_WEEK, answered_by=name),)
    clinic = replace(CLINIC, on_call=rota, name=name, postal_address=name)
    assert_clean(html(settings(clinic, sign_ins=(MINE, odd), tests=tests)))


# ---- through the handler


def test_a_nurse_reads_the_settings_in_five_calls(browser: Browser) -> None:
    page = browser.get("/settings")
    assert page.status == 200 and len(page.calls) <= 5 and "Scan" not in page.calls
    assert "saw_settings" in browser.office.trail()


def test_the_owner_sends_this_weeks_test_page_once_and_a_nurse_answers_it(browser: Browser) -> None:
    owner = browser.sign_in("owner")
    sent = owner.post("/settings/test-page")
    assert (sent.status, sent.headers["location"]) == (303, "/settings?said=test-sent")
    assert "on its way" in owner.get("/settings", "said=test-sent").text
    assert owner.post("/settings/test-page").headers["location"] == "/settings?said=test-not-sent"
    found = re.search(r'name="test_id" value="([^"]+)"', browser.get("/settings").text)
    assert found is not None
    answered = browser.post("/settings/test-page/answer", test_id=found[1])
    assert answered.headers["location"] == "/settings?said=test-answered"
    assert "Answered by Nurse Carla" in browser.get("/settings").text


def test_a_nurse_may_not_send_a_test_page(browser: Browser) -> None:
    assert browser.post("/settings/test-page").status == 403
    assert "sent_test_page" not in browser.office.trail()


def test_the_owner_ends_a_nurses_sign_in_and_the_nurse_is_out(browser: Browser) -> None:
    owner = browser.sign_in("owner")
    listed = re.findall(r'name="name" value="([0-9a-f]{16})".*?sign-in of (\w+)', owner.get("/settings").text)
    name = next(name for name, who in listed if who == "Nurse")
    assert owner.post("/settings/sign-ins/end", name=name).headers["location"] == "/settings?said=ended"
    assert browser.get("/settings").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/settings/test-page/answer", {"test_id": "no"}),
        ("/settings/test-page/answer", {}),
        ("/settings/test-page/answer", {"test_id": f"{TEST_PAGE}1999-W01"}),
        ("/settings/sign-ins/end", {"name": "f" * 16}),
        ("/settings/sign-ins/end", {}),
    ],
)
def test_what_is_not_there_cannot_be_answered_or_ended(
    browser: Browser, path: str, fields: dict[str, str]
) -> None:
    assert browser.post(path, **fields).status == 404


def test_a_form_without_its_secret_ends_nobodys_sign_in(browser: Browser) -> None:
    assert browser.post("/settings/sign-ins/end", secret="", name="f" * 16).status == 403


def test_the_front_desk_sees_no_settings(browser: Browser) -> None:
    assert browser.sign_in("front_desk").get("/settings").status == 403
