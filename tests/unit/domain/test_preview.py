from datetime import date, time, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words, topics
from aftercare.domain.clinic import SmsCaps, StepOverride
from aftercare.domain.decide import Library
from aftercare.domain.ids import ProtocolId
from aftercare.domain.preview import Calendar, preview
from aftercare.domain.protocol import Kind
from aftercare.domain.send_window import SendWindow, is_open
from aftercare.domain.touch import Reason
from tests.building import BASE_URL, IV, a_clinic

START = date(2026, 11, 30)  # a Monday


def the_calendar(protocol: str = IV, start: date = START, **clinic: object) -> Calendar:
    library = Library(load_words("en"), topics(), BASE_URL)
    known = load_protocols()
    return preview(known[ProtocolId(protocol)], start, a_clinic(**clinic), known, library)


def going(calendar: Calendar) -> list[tuple[int, str, str]]:
    return [(t.session_number, t.step, t.local) for t in calendar.touches if t.goes]


@pytest.mark.parametrize("protocol", sorted(load_protocols()))
def test_every_shipped_protocol_has_a_calendar_that_keeps_to_the_clinics_hours(protocol: str) -> None:
    calendar = the_calendar(protocol)
    clinic = a_clinic()
    assert [visit.number for visit in calendar.visits] == list(range(1, len(calendar.visits) + 1))
    sent = [t for t in calendar.touches if t.goes]
    assert sent
    for touch in sent:
        window = SendWindow(clinic.send_from, clinic.send_until)
        assert touch.kind is Kind.SAFETY or is_open(touch.at, window, clinic.zone)
    assert {t.session_number for t in sent if t.kind is Kind.SAFETY} == set(
        range(1, len(calendar.visits) + 1)
    )


def test_an_infusion_course_begins_with_the_form_and_the_reminders() -> None:
    assert going(the_calendar())[:4] == [
        (1, "baseline", "Wed Nov 25, 11:05 am"),
        (1, "reminder-72h", "Fri Nov 27, 10:00 am"),
        (1, "reminder-24h", "Sun Nov 29, 10:00 am"),
        (1, "discharge", "Mon Nov 30, 12:00 pm"),
    ]


def test_what_the_next_session_takes_over_is_shown_with_its_reason() -> None:
    reasons = {(t.session_number, t.step): t.reason for t in the_calendar().touches if not t.goes}
    assert reasons[1, "week1"] is Reason.SUPERSEDED
    assert (6, "week1") not in reasons


def test_the_weeks_after_follow_the_last_session() -> None:
    weeks = [(n, step) for n, step, _ in going(the_calendar()) if step.startswith("week")]
    assert weeks == [(6, "week1"), (6, "week2"), (6, "week3"), (6, "week4")]


def test_a_patient_is_never_shown_more_texts_than_the_clinic_allows() -> None:
    calendar = the_calendar("ketamine-im-induction", sms_caps=SmsCaps(per_day=1, per_week=3))
    counted = [t.at for t in calendar.touches if t.goes and t.kind is not Kind.SAFETY and t.channel == "sms"]
    for at in counted:
        assert sum(at <= other < at + timedelta(days=7) for other in counted) <= 3
    assert Reason.CAPPED in {t.reason for t in calendar.touches}


def test_a_clinics_own_times_are_in_its_calendar() -> None:
    changes = {IV: {"evening": StepOverride(off=True), "week1": StepOverride(at=time(17, 30))}}
    calendar = the_calendar(overrides=changes)
    assert "evening" not in {t.step for t in calendar.touches}
    assert [t.local for t in calendar.touches if t.goes and t.step == "week1"] == ["Thu Dec 24, 5:31 pm"]


def test_a_clinic_that_has_not_signed_the_words_sees_them_as_if_it_had() -> None:
    assert going(the_calendar(content_review=None)) == going(the_calendar())


def test_a_course_over_the_change_of_clocks_keeps_its_wall_times() -> None:
    calendar = the_calendar(start=date(2026, 10, 26))
    assert {visit.starts_at.astimezone(a_clinic().zone).time() for visit in calendar.visits} == {time(10)}
    assert "Thu Nov 19, 11:01" in " ".join(local for _, step, local in going(calendar) if step == "week1")
