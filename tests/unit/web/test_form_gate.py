"""Who gets past the gate of a form, and how little anybody else learns."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from aftercare.domain.consent import Channel
from aftercare.domain.ids import PatientId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent
from infra.local.quick_world import QuickWorld
from tests.building import ADA, ADAS_PHONE, HUDSON
from tests.unit.usecases.alarmed import a_world, open_tasks
from tests.unit.usecases.worlds import enrolment, event_of, rows, text
from tests.unit.web.patient_browser import SECRET, Browser, a_browser, asking, forms_of, linked, payload

CLOSED = "This page is closed"
GATE = "Please tell us your birth date"
COOKIE_OF_NO_TEXT = "__Host-form=\ud800é"


def expired(world: QuickWorld, browser: Browser) -> None:
    world.clock.advance_to(world.clock.now() + timedelta(days=4))


def said_stop(world: QuickWorld, browser: Browser) -> None:
    world.clock.advance_to(world.clock.now() + timedelta(minutes=1))
    text(world, "STOP")


def another_number(world: QuickWorld, browser: Browser) -> None:
    later = world.clock.now() + timedelta(minutes=1)
    world.clock.advance_to(later)
    changes = {"phone": "+12125550109"}
    said = event_of("PatientChanged", "evt-new", later.isoformat(), patient_id=ADA, changes=changes)
    assert world.event(said) == "applied"


def closed_file(world: QuickWorld, browser: Browser) -> None:
    later = world.clock.now() + timedelta(minutes=1)
    world.clock.advance_to(later)
    said = event_of("PatientClosed", "evt-gone", later.isoformat(), patient_id=ADA, reason="discharged")
    assert world.event(said) == "applied"


def newer_link(world: QuickWorld, browser: Browser) -> None:
    later = world.clock.now() + timedelta(minutes=1)
    world.clock.advance_to(later)
    sent = Sent(
        *(TouchId("ses-2.form"), None, Kind.MEASURE, later, Channel.SMS, ADAS_PHONE, "form", "r", "en", "x"),
        subject=None,
        provider_id="msg-9",
    )
    world.ports.followups.record([((HUDSON, ADA), sent)])


def sent_already(world: QuickWorld, browser: Browser) -> None:
    a_browser(world).enters().fills_in({}).sends()


def locked(world: QuickWorld, browser: Browser) -> None:
    for _ in range(5):
        a_browser(world).enters(year="1950")


def guessed(world: QuickWorld, browser: Browser) -> None:
    browser.path = f"/f/{'Z' * 22}"


def malformed(world: QuickWorld, browser: Browser) -> None:
    browser.path = "/f/no.such"


def way_out_of_mails(world: QuickWorld, browser: Browser) -> None:
    linked(world, "unsubscribe", secret="U" * 22, touch="ses-1.lesson")
    browser.path = f"/f/{'U' * 22}"


def not_shipped(world: QuickWorld, browser: Browser) -> None:
    linked(world, "form:no-such-measure", secret="N" * 22)
    browser.path = f"/f/{'N' * 22}"


ENDS = [expired, said_stop, another_number, closed_file, newer_link, sent_already, locked, guessed, malformed]
ENDS += [way_out_of_mails, not_shipped]


@pytest.mark.parametrize("end", ENDS)
def test_every_closed_link_answers_with_the_same_words_and_takes_no_birth_date(end: Any) -> None:
    world = linked(a_world())
    browser = a_browser(world)
    end(world, browser)
    guess = a_browser(world, path=f"/f/{'Q' * 22}").get()
    before = rows(world, "")
    for answer in (browser.get, browser.enters, lambda: browser.enters(year="1950"), browser.sends):
        answer()
        assert (browser.status, browser.heading) == (410, CLOSED)
        assert browser.page.replace(browser.path, "") == guess.page.replace(guess.path, "")
    assert rows(world, "") == before


def test_a_link_is_open_to_the_last_minute_and_who_is_at_it_then_may_finish() -> None:
    world = linked(a_world())
    world.clock.advance_to(world.clock.now() + timedelta(days=4, seconds=-30))
    browser = a_browser(world).enters()
    world.clock.advance_to(world.clock.now() + timedelta(minutes=10))
    assert a_browser(world).get().heading == CLOSED
    assert browser.fills_in({}).sends().heading == "Thank you"


def test_a_link_of_before_an_old_stop_that_start_took_back_stays_open() -> None:
    world = a_world()
    text(world, "STOP")
    world.clock.advance_to(world.clock.now() + timedelta(minutes=5))
    text(world, "START")
    world.clock.advance_to(world.clock.now() + timedelta(minutes=5))
    assert a_browser(linked(world)).get().heading == GATE


# ---- a link scanner changes nothing


def test_a_link_scanner_changes_nothing_and_uses_up_no_try() -> None:
    world = linked(linked(a_world()), "unsubscribe", secret="U" * 22)
    before, scanner = rows(world, ""), a_browser(world)
    for _ in range(50):
        scanner.get()
        scanner.get("q=3&lang=es")
        scanner.get(path=f"/u/{'U' * 22}")
        scanner._sent("HEAD", scanner.path, "", None)
    assert rows(world, "") == before
    assert scanner.cookie == ""
    assert a_browser(world).enters().item == "phq9_1"


def test_the_gate_names_no_clinic_no_patient_and_no_measure() -> None:
    world = linked(a_world())
    for speaks in ("en-US", "es-MX,es;q=0.9"):
        page = a_browser(world, speaks=speaks).get().page
        for told in ("Hudson", "Ada", "PHQ", "clinic", "clínica", "health", "212", "mood", "question"):
            assert told not in page, told
        assert re.search("<title>([^<]*)<", page)
        assert "noindex" in page


def test_the_gate_speaks_the_language_of_the_browser_and_has_a_switch() -> None:
    world = linked(a_world())
    browser = a_browser(world, speaks="es-MX,es;q=0.9,en;q=0.5").get()
    assert browser.heading == "Por favor, díganos su fecha de nacimiento"
    assert browser.get("lang=en").heading == GATE
    assert browser.get("lang=<b>").heading == "Por favor, díganos su fecha de nacimiento"
    assert a_browser(world, speaks="fr-FR").get().heading == GATE


# ---- five tries


def test_the_fifth_wrong_birth_date_closes_the_link_and_tells_staff_once() -> None:
    world = linked(a_world())
    browser = a_browser(world)
    for left in (4, 3, 2, 1):
        browser.enters(year="1950")
        assert (browser.status, browser.heading) == (400, GATE)
        assert f"Tries left: {left}." in browser.page
        assert open_tasks(world) == []
    browser.enters(year="1950")
    assert (browser.status, browser.heading) == (410, CLOSED)
    assert open_tasks(world) == ["form_locked"]
    (task,) = rows(world, "TASK#").values()
    assert "send a new link" in task["reason"]
    assert task["board_key"].startswith("2#")
    for _ in range(3):
        browser.enters()
    assert open_tasks(world) == ["form_locked"]


def test_a_date_that_does_not_exist_is_asked_again_and_is_no_try() -> None:
    world = linked(a_world())
    browser = a_browser(world)
    wrong = [
        ("2", "30", "1990"),
        ("", "", ""),
        ("13", "1", "1990"),
        ("1", "31", "90"),
        ("x", "\x00", "9" * 5000),
    ]
    for month, day, year in wrong:
        browser.enters(month, day, year)
        assert (browser.status, browser.heading) == (400, GATE)
        assert "That is not a day we know" in browser.page
    assert rows(world, "DRAFT") == {}


def test_the_right_birth_date_gives_the_tries_back() -> None:
    world = linked(a_world())
    for _ in range(2):
        for _ in range(4):
            a_browser(world).enters(year="1950")
        assert a_browser(world).enters().item == "phq9_1"


# ---- the cookie


def test_the_cookie_is_seen_by_no_script_and_kept_only_as_a_hash() -> None:
    world = linked(a_world())
    found = asking(forms_of(world))(
        payload(
            *("POST", f"/f/{SECRET}", ""),
            urlencode({"do": "enter", "month": "1", "day": "31", "year": "1990"}),
            content_type="application/x-www-form-urlencoded",
        )
    )
    (line,) = found["cookies"]
    value = line.partition(";")[0].partition("=")[2]
    assert line.startswith("__Host-form=")
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
        assert part in line
    assert "Domain" not in line
    assert len(value) == 22
    assert value not in str(rows(world, ""))


@pytest.mark.parametrize(
    "cookie", ["", "__Host-form=", "__Host-form=x", f"__Host-form={'A' * 10000}", "form=1", COOKIE_OF_NO_TEXT]
)
def test_without_the_cookie_of_this_link_nothing_is_shown_and_nothing_kept(cookie: str) -> None:
    world = linked(a_world())
    a_browser(world).enters()
    before = rows(world, "")
    other = a_browser(world, cookie=cookie)
    assert other.get("q=2").heading == GATE
    other.post(do="next", item="phq9_9", answer="3")
    assert other.heading in (GATE, CLOSED)
    assert rows(world, "") == before


def test_the_cookie_of_another_patients_link_opens_nothing() -> None:
    world = linked(a_world())
    world.event(enrolment("pat-ben", "evt-ben", phone="+12125550155", email="ben@example.org"))
    linked(world, secret="B" * 22, touch="ses-b.form", patient=PatientId("pat-ben"))
    ben = a_browser(world, path=f"/f/{'B' * 22}").enters()
    stranger = a_browser(world, cookie=ben.cookie)
    assert ben.item == "phq9_1"
    assert stranger.get().heading == GATE
    stranger.post(do="next", item="phq9_9", answer="3")
    assert rows(world, "ALERT#") == {}


# ---- what nobody sends by accident


@pytest.mark.parametrize(
    "path",
    [
        *("/f/", "/f", "/u/", "/f/x", f"/f/{'A' * 10000}", f"/f/{SECRET}/", f"/f/{SECRET}/../x", "/f/%00"),
        *(
            f"/f/{SECRET[:-1]}\x00",
            f"/f/{SECRET}\n",
            "/f/<script>",
            "/f/" + "\ud800" * 22,
            "/f/ñandúñandúñandúñandú",
        ),
        *("/f/~link#", f"/g/{SECRET}", "/"),
    ],
)
def test_an_address_that_is_no_link_is_a_closed_page(path: str) -> None:
    world = linked(a_world())
    for browser in (a_browser(world).get(path=path), a_browser(world).post(path=path, do="enter")):
        assert (browser.status, browser.heading) == (410, CLOSED)
        assert "script>" not in browser.page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_changes_nothing(method: str) -> None:
    world = linked(a_world())
    before = rows(world, "")
    browser = a_browser(world)._sent(method, f"/f/{SECRET}", "", None)
    assert (browser.status, browser.heading) == (405, CLOSED)
    assert rows(world, "") == before


def test_a_post_that_says_nothing_we_know_shows_the_form_again() -> None:
    browser = a_browser(linked(a_world())).enters()
    for fields in ({}, {"do": "dance"}, {"do": "NEXT"}, {"x" * 500: "y" * 5000}):
        assert browser.post("", None, **fields).item == "phq9_1"
