"""Protocols on the page: a calendar from any day, and every message's words in both languages."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import topics
from aftercare.content.shown_words import shown_words
from aftercare.domain.clinic import Clinic, StepOverride
from aftercare.domain.ids import ProtocolId
from aftercare.domain.preview import preview
from aftercare.usecases.see_protocols import ProtocolList
from aftercare.web.page import render
from aftercare.web.protocol_pages import start_day
from aftercare.web.views.calendar_view import CalendarView, calendar_view
from aftercare.web.views.protocols_view import ANSWERS, changes_of, protocols_view, words_path
from aftercare.web.views.words_view import words_view
from tests.building import a_clinic, a_library
from tests.unit.web.browser import Browser
from tests.unit.web.morning import frame
from tests.unit.web.test_templates import SCRIPT, assert_clean

IV = ProtocolId("ketamine-iv-induction")
START = date(2026, 11, 30)
TODAY = date(2026, 11, 24)
CHANGED = a_clinic(
    overrides={IV: {"evening": StepOverride(off=True), "week1": StepOverride(days=8, at=time(16, 30))}}
)


def calendar(clinic: Clinic | None = None, protocol_id: ProtocolId = IV, start: date = START) -> CalendarView:
    clinic, protocols = clinic or a_clinic(), load_protocols()
    found = preview(protocols[protocol_id], start, clinic, protocols, a_library())
    return calendar_view(found, clinic, start, TODAY)


def calendar_html(view: CalendarView) -> str:
    more = {"typed": view.start, "faults": (), "earliest": "2024-11-22", "latest": "2028-11-25"}
    return render("protocol.html", frame=frame(here="protocols"), view=view, **more)


def words_html(words_id: str, clinic: Clinic | None = None, today: date = TODAY, **back: str) -> str:
    view = words_view(words_id, shown_words(words_id, clinic or a_clinic(), today), today)
    asked = {"protocol_id": "", "start": "", **back}
    return render("words.html", frame=frame(here="protocols"), view=view, **asked)


@pytest.mark.parametrize("protocol_id", list(load_protocols()))
def test_every_protocol_has_a_calendar_that_holds_every_message(protocol_id: ProtocolId) -> None:
    protocols, clinic = load_protocols(), a_clinic()
    found = preview(protocols[protocol_id], START, clinic, protocols, a_library())
    view = calendar_view(found, clinic, START, TODAY)
    assert_clean(calendar_html(view))
    days = [day for week in view.weeks for day in week.days]
    assert sum(len(day.entries) for day in days) == sum(one.goes for one in found.touches)
    assert sum(len(day.visits) for day in days) == len(found.visits)
    assert len(view.left_out) == sum(not one.goes for one in found.touches)
    assert all(len(week.days) == 7 and week.days[0].title.startswith("Mon ") for week in view.weeks)


def test_the_first_session_stands_on_the_chosen_day_at_the_clinics_time() -> None:
    view = calendar()
    day = next(day for week in view.weeks for day in week.days if day.title == "Mon Nov 30")
    assert day.visits == ("Session 1, 10:00 am",)
    assert [(one.time, one.title) for one in day.entries][:1] == [("12:00 pm", "Safety text at discharge")]
    assert view.said.startswith("6 sessions, ")
    assert [week.title for week in view.weeks][:2] == [
        "Before the first session, from Mon Nov 23",
        "Week 1, from Mon Nov 30",
    ]


def test_what_the_clinic_changed_is_marked_and_what_it_switched_off_is_said() -> None:
    view = calendar(CHANGED)
    text = calendar_html(view)
    assert view.changes == (
        "Evening check-in: switched off",
        "First week check-in: 8 days after, at 4:30 pm",
    )
    marked = [one for week in view.weeks for day in week.days for one in day.entries if one.changed]
    assert [one.title for one in marked] == ["First week check-in"]
    assert "(changed by your clinic)" in text
    assert "Evening check-in: switched off in your clinic file." in text
    assert calendar().changes == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (StepOverride(days=-2), "2 days before"),
        (StepOverride(days=1, at=time(0, 5)), "1 day after, at 12:05 am"),
        (StepOverride(after=timedelta(hours=6)), "6 hours after"),
        (StepOverride(before=timedelta(minutes=90)), "90 minutes before"),
    ],
)
def test_a_change_of_the_clinic_file_is_said_in_words(change: StepOverride, said: str) -> None:
    clinic = a_clinic(overrides={IV: {"day1": change}})
    assert changes_of(load_protocols()[IV], clinic) == (f"Next-day check-in: {said}",)


def test_a_message_that_would_not_go_stands_below_with_its_rule() -> None:
    view = calendar()
    text = calendar_html(view)
    assert all(one.why for one in view.left_out)
    assert f"{len(view.left_out)} more in this calendar, with the rule" in text
    assert "News of the new date: only when a visit gets another time." in text


def test_the_list_names_every_protocol_its_review_and_all_words_outside_of_them() -> None:
    found = ProtocolList(CHANGED, TODAY, tuple(load_protocols().values()), topics())
    text = render("protocols.html", frame=frame(here="protocols"), view=protocols_view(found))
    assert_clean(text)
    for protocol in load_protocols().values():
        assert f'href="/protocols/{protocol.id}"' in text
    assert "Changed by your clinic" in text and "Review by May 31, 2027" in text
    assert all(words_path(id_) in text for id_ in (*ANSWERS, *topics()))
    late = render(
        "protocols.html",
        frame=frame(here="protocols"),
        view=protocols_view(replace(found, today=date(2027, 6, 1))),
    )
    assert "Review was due May 31, 2027" in late and "badge-red" in late


@pytest.mark.parametrize("words_id", [*ANSWERS, *topics(), "reminder_24h", "form"])
def test_every_message_is_shown_in_both_languages(words_id: str) -> None:
    text = words_html(words_id)
    assert_clean(text)
    assert 'id="in-en"' in text and 'id="in-es"' in text and 'lang="es"' in text
    assert "GSM-7" in text and "Reading grade" in text and "Sources" in text


def test_words_say_whether_somebody_signed_them_and_whether_their_review_is_overdue() -> None:
    assert "Signed: Dr. Carmen, Nov 1, 2026" in words_html("day1")
    draft = words_html("day1", a_clinic(content_review=None))
    assert "Draft: nobody has signed these words" in draft and "Signed:" not in draft
    assert "Not sent: review was due" in words_html("day1", today=date(2027, 12, 1))


def test_a_clinics_name_with_markup_stays_text() -> None:
    text = words_html("day1", a_clinic(sms_name=SCRIPT, name=SCRIPT))
    assert_clean(text)
    assert "&lt;script&gt;" in text


def test_the_way_back_leads_to_the_same_calendar() -> None:
    assert words_path("day1", IV, "2026-11-30") == f"/protocols/words/day1?protocol={IV}&start=2026-11-30"
    assert f'href="/protocols/{IV}?start=2026-11-30"' in words_html(
        "day1", protocol_id=IV, start="2026-11-30"
    )
    assert_clean(words_html("day1", protocol_id=f'"{SCRIPT}', start=SCRIPT))


@pytest.mark.parametrize("typed", ["tomorrow", "2026-02-30", "1999-01-01", "9999-12-31"])
def test_an_odd_day_is_said_beside_the_field_over_the_calendar_of_today(typed: str) -> None:
    day, faults = start_day(typed, TODAY)
    assert day == TODAY and faults[0][0] == "start"
    assert start_day("", TODAY) == (TODAY, ())
    assert start_day("2027-01-04", TODAY) == (date(2027, 1, 4), ())


def test_the_front_desk_goes_from_the_list_to_a_calendar_to_the_words(browser: Browser) -> None:
    front = browser.sign_in("front_desk")
    assert f"/protocols/{IV}" in front.get("/protocols").text
    page = front.get(f"/protocols/{IV}", "start=2026-11-30")
    assert page.status == 200 and len(page.calls) <= 5 and "Mon Nov 30" in page.text
    words = front.get("/protocols/words/day1", f"protocol={IV}&start=2026-11-30")
    assert words.status == 200 and "Hudson Clinic" in words.text
    assert {"saw_protocols", "saw_protocol", "saw_words"} <= set(browser.office.trail())


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/protocols/nothing", "", 404),
        ("/protocols/words/nothing", "", 404),
        (f"/protocols/{IV}", "start=soon", 422),
        (f"/protocols/{IV}", "start=9999-12-31", 422),
        ("/protocols/nothing", "start=soon", 404),
    ],
)
def test_what_is_not_there_and_what_is_no_day_is_told_kindly(
    browser: Browser, path: str, query: str, status: int
) -> None:
    page = browser.get(path, query)
    assert page.status == status and "Traceback" not in page.text
