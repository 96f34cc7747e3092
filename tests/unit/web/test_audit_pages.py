"""The trail on the page: filters, the state of its seals, and a day of it as a file."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftercare.desk_ports import Slice
from aftercare.domain.audit import AuditEntry
from aftercare.domain.audit_table import audit_csv
from aftercare.domain.ids import PatientId
from aftercare.usecases.seal_audit import seal_audit
from aftercare.usecases.see_audit import AuditView
from aftercare.web.audit_pages import ROWS, day_in
from aftercare.web.page import render
from aftercare.web.views.audit_view import DID, TrailView, Wanted, trail_view, wanted_from
from infra.local.quick_desk import desk_on
from tests.building import ADA, HUDSON
from tests.unit.web.browser import Browser
from tests.unit.web.morning import CLINIC, NOW, OWNER, frame
from tests.unit.web.test_templates import NAMES, assert_clean

TODAY = date(2026, 11, 23)
SEEN = AuditEntry("e-1", HUDSON, NOW, "u-1", "Nurse Dora", "saw_patient", "dashboard", ADA)
SENT = replace(SEEN, id="e-2", who="u-2", name="Olga", did="sent_test_page", patient_id=None, about="W48")


def shown(
    *entries: AuditEntry, wanted: Wanted | None = None, more: str | None = None, **chain: date | None
) -> TrailView:
    found = AuditView(Slice(entries, more), chain.get("broken_on"), chain.get("sealed_on"))
    return trail_view(found, wanted or Wanted(), CLINIC, TODAY)


def html(view: TrailView) -> str:
    return render("audit.html", frame=frame(OWNER, "audit"), view=view, faults=())


def test_an_entry_is_told_in_words_with_the_way_to_the_patient() -> None:
    view = shown(SEEN, SENT)
    text = html(view)
    assert_clean(text)
    assert [(one.name, one.did) for one in view.rows] == [
        ("Nurse Dora", "Saw a patient"),
        ("Olga", "Sent a test page"),
    ]
    assert f'href="/patients/{ADA}"' in text and "Mon Nov 23, 9:05 am" in text and "W48" in text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["e-1", "e-2"]),
        (Wanted(who="dora"), ["e-1"]),
        (Wanted(who="u-2"), ["e-2"]),
        (Wanted(did="saw_patient"), ["e-1"]),
        (Wanted(patient=ADA), ["e-1"]),
        (Wanted(who="dora", did="sent_test_page"), []),
    ],
)
def test_filters_leave_only_what_was_asked_for(wanted: Wanted, found: list[str]) -> None:
    assert [one.id for one in (SEEN, SENT) if wanted.has(one)] == found


def test_a_filter_that_finds_nothing_says_how_far_it_looked_and_goes_on() -> None:
    view = shown(SEEN, wanted=Wanted(who="Ada", day="2026-11-23"), more="cursor")
    text = html(view)
    assert_clean(text)
    assert "Nothing found: 0 of 1 entry read" in text and "There are older ones" in text
    assert view.more == "/audit?who=Ada&day=2026-11-23&after=cursor"
    assert view.export == "/audit.csv?who=Ada&day=2026-11-23"


@pytest.mark.parametrize(
    ("chain", "look", "said"),
    [
        ({}, "amber", "Not sealed yet"),
        ({"sealed_on": date(2026, 11, 22)}, "green", "Sealed and whole up to Sun Nov 22"),
        (
            {"sealed_on": date(2026, 11, 22), "broken_on": date(2026, 11, 22)},
            "red",
            "The trail of Sun Nov 22 is not what was sealed",
        ),
    ],
)
def test_the_state_of_the_seals_stands_on_top(chain: dict[str, date], look: str, said: str) -> None:
    view = shown(SEEN, **chain)
    assert (view.chain.look, view.chain.heading) == (look, said)
    assert f"banner-{look}" in html(view)


def test_an_empty_trail_gets_a_kind_page() -> None:
    text = html(shown())
    assert_clean(text)
    assert "Nothing yet" in text and "<table" not in text


@pytest.mark.parametrize("name", NAMES)
def test_whatever_an_entry_or_a_filter_holds_is_text(name: str) -> None:
    odd = replace(SEEN, name=name, did=name, about=name, by=name, patient_id=PatientId(name))
    view = shown(odd, wanted=Wanted(who=name, did=name, patient=name, day=name))
    assert_clean(html(replace(view, rows=shown(odd).rows)))


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text() -> None:
    text = audit_csv([replace(SEEN, name='=HYPERLINK("x")', about="+1")], whole=True)
    header, row = csv.reader(io.StringIO(text))
    assert row[header.index("name")] == '\'=HYPERLINK("x")' and row[header.index("about")] == "'+1"


def test_a_file_that_reached_its_longest_says_so() -> None:
    assert "there is more" not in audit_csv([SEEN], whole=True)
    assert "there is more" in audit_csv([SEEN], whole=False)


@pytest.mark.parametrize("typed", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_of_a_trail_is_none(typed: str) -> None:
    assert day_in(typed) is None


def test_filters_are_cut_to_what_a_field_takes() -> None:
    assert len(wanted_from({"who": "x" * 5000}).who) == 80


# ---- through the handler


def test_the_owner_finds_what_a_nurse_looked_at(browser: Browser) -> None:
    browser.get("/patients/pat-ada")
    page = browser.sign_in("owner").get("/audit")
    assert page.status == 200 and len(page.calls) <= 5 and "Scan" not in page.calls
    assert "Nurse Carla" in page.text and ">pat-ada</a>" in page.text
    found = browser.sign_in("owner").get("/audit", "who=nurse&did=saw_patient&patient=pat-ada&day=2026-11-24")
    assert found.text.count(">Saw a patient</span></th>") == 1 and len(found.calls) <= 5
    assert "Saw a patient</span></th>" not in browser.sign_in("owner").get("/audit", "day=2026-11-20").text


def test_everything_that_the_dashboard_writes_down_has_words(browser: Browser) -> None:
    owner = browser.sign_in("owner")
    for path in ("/now", "/patients", "/patients/pat-ada", "/outcomes", "/protocols", "/settings", "/audit"):
        assert owner.get(path).status == 200
    assert set(browser.office.trail()) <= DID.keys()


def test_the_seals_are_held_against_the_trail_while_it_is_looked_at(browser: Browser) -> None:
    browser.get("/patients")
    world = browser.office.world
    browser.office.later(days=2)
    assert seal_audit(HUDSON, desk_on(world.memory, world.ports), world.clock.now()) == 2
    owner = browser.sign_in("owner")
    owner.get("/now")  # from here on the clinic is known for a minute
    page = owner.get("/audit")
    assert "Sealed and whole up to Wed Nov 25" in page.text and len(page.calls) <= 5


def test_a_day_leaves_as_a_file_and_that_is_written_down(browser: Browser) -> None:
    browser.get("/patients")
    owner = browser.sign_in("owner")
    table = owner.get("/audit.csv", "day=2026-11-24&who=nurse")
    assert table.status == 200
    assert table.headers["content-disposition"] == 'attachment; filename="audit-2026-11-24.csv"'
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["name"], row["did"]) for row in rows] == [("Nurse Carla", "saw_patients")]
    assert "exported_audit" in browser.office.trail()
    assert owner.get("/audit.csv", "day=2026-11-23").text.count("\r\n") == 1


def test_a_long_trail_comes_page_by_page(browser: Browser) -> None:
    world = browser.office.world
    audit = desk_on(world.memory, world.ports).audit
    for number in range(ROWS + 5):
        at = world.clock.now() - timedelta(seconds=number)
        audit.write(replace(SEEN, id=f"e-{number:03d}", at=at))
    owner = browser.sign_in("owner")
    first = owner.get("/audit")
    assert first.text.count("<tr><td") == ROWS
    path = first.text.split('rel="next"')[0].rpartition('href="/audit?')[2].partition('"')[0]
    second = owner.get("/audit", path.replace("&amp;", "&"))
    assert second.status == 200 and 5 <= second.text.count("<tr><td") <= 10


@pytest.mark.parametrize(
    ("path", "query"),
    [("/audit", "day=x"), ("/audit", "after=x"), ("/audit.csv", ""), ("/audit.csv", "day=9999-12-31")],
)
def test_a_mangled_question_is_refused(browser: Browser, path: str, query: str) -> None:
    assert browser.sign_in("owner").get(path, query).status == 422


@pytest.mark.parametrize("role", ["front_desk", "nurse", "clinician"])
def test_only_the_owner_sees_the_trail(browser: Browser, role: str) -> None:
    staff = browser.sign_in(role)
    assert staff.get("/audit").status == 403
    assert staff.get("/audit.csv", "day=2026-11-24").status == 403
    assert 'href="/audit"' not in staff.get("/now").text
