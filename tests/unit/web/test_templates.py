"""Every page made from whatever may stand in the table: nothing breaks, and no markup comes alive."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from aftercare.desk_ports import Slice
from aftercare.domain.readiness import readiness
from aftercare.domain.records import TaskKind
from aftercare.domain.staff import Person
from aftercare.domain.worklist import Worklist
from aftercare.web.page import render
from aftercare.web.patient_pages import CONSENT_CHOICES, WITHDRAW_CHOICES
from aftercare.web.views.labels import DISPOSITION
from aftercare.web.views.now_view import Typed, now_view
from aftercare.web.views.patient_view import KINDS, patient_page
from aftercare.web.views.patients_view import patients_view
from tests.building import a_clinic
from tests.unit.web.morning import (
    CLINIC,
    DORA,
    FRONT,
    NOW,
    a_morning,
    a_reply,
    a_task,
    amber_row,
    frame,
    red_row,
    somebody,
)
from tests.unit.web.three_months import a_chart, ada_history, ada_view, the_charts

SCRIPT = "<script>alert(1)</script>"
NAMES = (
    SCRIPT,
    "“><img src=x onerror=alert(1)>",
    "A" * 200,
    "عائشة بنت محمد",
    "María José Ñúñez 🌻",
    "\u202eevil",
    "{{ 7 * 7 }}",
    "",
)
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Checked(HTMLParser):
    """Looks at what a policy without ``unsafe-*`` forbids, at nesting, and at names of parts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.faults += [f"left open: {tag}" for tag in self.open]
        self.faults += [f"twice: {name}" for name in set(self.ids) if self.ids.count(name) > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "style" in given or tag == "style" or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script at {tag}")
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.faults.append("a script of its own")
        if "id" in given:
            self.ids.append(given["id"] or "")
            if re.search(r"\s", given["id"] or ""):
                self.faults.append("a space in an id")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is open after it."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"closed out of turn: {tag}")


def now_page(
    worklist: Worklist, *, typed: dict[str, Typed] | None = None, person: Person = DORA, **more: Any
) -> str:
    view = now_view(worklist, more.get("clinic", CLINIC), person, typed)
    return render(
        "now.html", frame=frame(), view=view, checks=more.get("checks", ()), dispositions=DISPOSITION
    )


def patient_html(history: Any = None, **more: Any) -> str:
    shown = patient_page(ada_view(history), more.get("person", DORA), at_once=1000)
    forms = more.get("forms", {})
    return render(
        "patient.html",
        frame=frame(here="patients"),
        view=shown,
        forms=forms,
        all_faults=[fault for one in forms.values() for fault in one.faults],
        kinds=[(key, title) for key, (title, _) in KINDS.items()],
        once="once-1",
        sms_name="Hudson Clinic",
        printed="Mon Nov 23, 9:05 am",
        done="",
        consent_choices=CONSENT_CHOICES,
        withdraw_choices=WITHDRAW_CHOICES,
    )


def list_html(charts: Any, more: str | None = None, only: str = "", search: str = "") -> str:
    view = patients_view(Slice(tuple(charts), more), CLINIC, NOW, search=search, only=only, clinical=True)
    return render("patients.html", frame=frame(here="patients"), view=view)


def assert_clean(text: str) -> None:
    assert Checked(text).faults == []
    assert SCRIPT not in text and "<img" not in text


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_name_holds_is_text_on_every_page(name: str) -> None:
    red = replace(red_row(), patient=somebody(name), words=(a_reply(name or SCRIPT),))
    task = a_task(TaskKind.UNREAD_REPLY, 5, name, a_reply(name or SCRIPT), reason=name)
    assert_clean(now_page(Worklist(NOW, (red,), (task,))))
    assert_clean(list_html([a_chart(1, name or "x")], search=name))
    history = ada_history()
    assert_clean(patient_html(replace(history, patient=somebody(name), replies=(a_reply(name),))))


def test_a_morning_shows_everything_in_its_place() -> None:
    text = now_page(a_morning())
    assert_clean(text)
    order = ["Red: act now", "Amber: today", "Calls to make", "Replies to read", "Did not arrive", "Other"]
    places = [text.index(f">{heading}</h2>") for heading in order]
    assert places == sorted(places)
    assert "raised <time" in text and ">6 min ago</time>" in text and "in 4:00" in text
    assert "6:05 am PST, their time" in text


def test_nobody_needs_anything_and_it_says_when_that_was_seen() -> None:
    text = now_page(Worklist(NOW, (), ()))
    assert "Nobody needs you right now" in text and "Mon Nov 23, 9:05 am" in text


def test_a_clinic_without_a_rota_is_told_and_the_checklist_is_on_top() -> None:
    clinic = a_clinic(on_call=(), content_review=None)
    text = now_page(Worklist(NOW, (), ()), clinic=clinic, checks=readiness(clinic, (), (), NOW))
    assert text.index("Before patients rely on this") < text.index("Nobody is on duty")
    assert_clean(text)


def test_three_hundred_rows_are_one_page_with_a_way_on() -> None:
    tasks = tuple(a_task(TaskKind.UNREAD_REPLY, n, f"Patient {n}", a_reply("ok")) for n in range(300))
    text = now_page(Worklist(NOW, (red_row(), amber_row()), tasks, more="abc+/="))
    assert_clean(text)
    assert 'href="/now?after=abc%2B/%3D"' in text


def test_what_was_typed_into_a_refused_form_is_still_there() -> None:
    row = red_row()
    typed = Typed({"note": f"half a note {SCRIPT}", "disposition": ""}, (("disposition-x", "Choose"),))
    text = now_page(Worklist(NOW, (row,), ()), typed={row.alert.id: typed})
    assert "half a note &lt;script&gt;" in text and '<details class="does" open>' in text


def test_the_front_desk_gets_no_button_that_it_may_not_press() -> None:
    text = now_page(a_morning(), person=FRONT)
    assert "/acknowledge" not in text and "/tasks/close" in text


def test_a_patient_with_three_months_of_life_and_one_with_none() -> None:
    text = patient_html()
    assert_clean(text)
    assert "5, mild. Down 10 from 15 before treatment: response." in text
    assert "Item 9" in text and "1, several days" in text
    history = ada_history()
    bare = replace(
        history, sent=(), replies=(), measures=(), settled=(), alerts=(), proofs=(), deliveries=None
    )
    assert_clean(patient_html(bare))
    assert "No answers yet" in patient_html(bare) and "Nothing has been said yet" in patient_html(bare)


def test_a_refused_form_of_the_patient_opens_with_its_fault_and_the_summary_leads_to_it() -> None:
    text = patient_html(
        forms={"contact": Typed({"phone": "12", "email": ""}, (("phone", "Expected: a number"),))}
    )
    assert_clean(text)
    assert '<a href="#phone">Expected: a number</a>' in text and 'value="12"' in text


def test_the_list_names_what_stands_out_and_goes_on() -> None:
    text = list_html(the_charts(), more="abc")
    assert_clean(text)
    assert "Red alert" in text and "No way to write" in text and 'href="/patients?after=abc"' in text


@pytest.mark.parametrize(
    ("only", "shown", "hidden"),
    [("worse", "Dora", "Ada"), ("paused", "Farid", "Ada"), ("unreachable", "Hugo", "Ada")],
)
def test_a_filter_leaves_whom_it_names(only: str, shown: str, hidden: str) -> None:
    text = list_html(the_charts(), only=only)
    assert f">{shown}</a>" in text and f">{hidden}</a>" not in text


def test_pages_are_light() -> None:
    assert len(now_page(a_morning()).encode()) < 40_000
    assert len(patient_html().encode()) < 75_000
