"""Who is paged about a red alert, when, and what it takes to close one: behaviours 5, 6, 11 and 21."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from tests.behaviours.riverside import HOUR, MINUTE, NORAS_MAIL, NORAS_PHONE, Row, the_one
from tests.behaviours.visits import Patient, Riverside, riverside_opens

TEAM = """
[[on_call]]
role = "nurse"
name = "Nora"
phone = "+12025550101"
email = "nora@riverside.example.org"

[[on_call]]
role = "nurse"
name = "Noel"
phone = "+12025550102"

[[on_call]]
role = "clinician"
name = "Cleo"
phone = "+12025550103"

[[on_call]]
role = "clinician"
name = "Quinn"
email = "quinn@riverside.example.org"

[[on_call]]
role = "clinic lead"
name = "Lena"
phone = "+12025550105"

[[on_call]]
role = "owner"
name = "Olga"
phone = "+12025550106"
from = "18:00"
until = "23:00"
"""
NORA, NOEL, CLEO = "+12025550101", "+12025550102", "+12025550103"
QUINN, LENA, OLGA = "quinn@riverside.example.org", "+12025550105", "+12025550106"
ON_DUTY = {NORA, NOEL, CLEO, QUINN, LENA}


def _minutes_by_step(pages: Sequence[Row], since: datetime) -> dict[int, float]:
    """Return the minute, counted from ``since``, at which each step first paged somebody."""
    first: dict[int, float] = {}
    for page in pages:
        first.setdefault(page["step"], (page.at - since) / MINUTE)
    return first


def _on_time(minutes: dict[int, float], steps: Sequence[int]) -> None:
    assert list(minutes) == list(steps), "the steps, in the order they fired"
    late = {step: at for step, at in minutes.items() if not step <= at <= step + 1.5}
    assert late == {}


def _in_crisis(riverside: Riverside) -> Patient:
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    return ada


def _in_crisis_and_answering(riverside: Riverside) -> Patient:
    """Ada says a minute later that she is safe, so that her silence moves no step (behaviour 11)."""
    ada = _in_crisis(riverside)
    ada.said("Tue 14:01", "YES")
    return ada


@pytest.fixture
def staffed() -> Iterator[Riverside]:
    """The clinic with five people on duty at two in the afternoon, and a sixth who is not."""
    with riverside_opens(people=TEAM) as clinic:
        yield clinic


def test_an_alert_that_nobody_takes_climbs_each_step_once_and_in_order(staffed: Riverside) -> None:
    """Behaviour 5: at 0, 5, 10, 15 and 30 minutes; nobody is paged twice for a step; it is on record."""
    ada = _in_crisis_and_answering(staffed)
    staffed.until("Tue 14:45")
    pages, alert = ada.pages(), the_one(ada.alerts("red"))
    _on_time(_minutes_by_step(pages, staffed.at("Tue 14:00")), [0, 5, 10, 15, 30])
    asked = [(page["alert_id"], page["to"], page["step"]) for page in pages]
    assert len(asked) == len(set(asked))
    assert {alert_id for alert_id, _, _ in asked} == {alert["id"]}
    assert len(staffed.facts("AlertEscalated", alert["id"])) == 4


def test_each_step_reaches_the_people_it_should(staffed: Riverside) -> None:
    """Behaviour 5: the first on duty, the backup, the third and the lead, everybody on duty, everybody."""
    ada = _in_crisis_and_answering(staffed)
    staffed.until("Tue 14:45")
    pages = ada.pages()
    first: dict[str, int] = {}
    for page in pages:
        first.setdefault(page["to"], page["step"])
    assert first == {NORA: 0, NOEL: 5, CLEO: 10, LENA: 10, QUINN: 15, OLGA: 30}
    assert {page["to"] for page in pages if page["step"] == 15} == ON_DUTY
    assert {page["to"] for page in pages if page["step"] == 30} == ON_DUTY | {OLGA}
    channels = {page["to"]: page["channel"] for page in pages}
    assert (channels[NORA], channels[QUINN]) == ("sms", "email")


def test_the_only_person_on_call_is_paged_again_at_each_step(riverside: Riverside) -> None:
    """Behaviour 5 in a clinic of one nurse: she may have slept through the first page."""
    ada = _in_crisis_and_answering(riverside)
    riverside.until("Tue 14:45")
    steps = [(page["to"], page["step"]) for page in ada.pages()]
    assert steps == [(NORAS_PHONE, step) for step in (0, 5, 10, 15, 30)]


def test_a_page_that_the_phone_company_does_not_take_goes_by_mail_at_once(riverside: Riverside) -> None:
    """Reference 4.3: the pager path fails over to mail, within the same minute."""
    ada = riverside.patient("Ada")
    riverside.carrier("Tue 13:59", sms="down")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.until("Tue 14:04")
    page = ada.pages()[0]
    assert (page["channel"], page["to"], page["step"]) == ("email", NORAS_MAIL, 0)
    assert page.at - riverside.at("Tue 14:00") <= MINUTE


def test_no_more_pages_once_somebody_has_taken_the_alert_and_the_patient_is_safe(
    riverside: Riverside,
) -> None:
    """Behaviours 5 and 6: the ladder rests for the hour after somebody took the alert."""
    ada = _in_crisis(riverside)
    taken_at = riverside.staff("Tue 14:02", "acknowledge", ada)
    ada.said("Tue 14:03", "YES")
    riverside.until("Tue 14:58")
    assert [page["to"] for page in ada.pages()] == [NORAS_PHONE]
    assert ada.pages(since=taken_at) == []
    assert ada.alert_states()[-1] == "acknowledged"


def test_an_alert_taken_but_not_resolved_in_an_hour_climbs_again(staffed: Riverside) -> None:
    """Behaviour 6: steps 60, 65, 70, 75 and 90, never a number twice for one person."""
    ada = _in_crisis_and_answering(staffed)
    staffed.staff("Tue 14:02", "acknowledge", ada)
    staffed.until("Tue 15:50")
    again = [page for page in ada.pages() if page["step"] >= 60]
    began_at = again[0].at
    assert HOUR <= began_at - staffed.at("Tue 14:00") <= HOUR + 4 * MINUTE
    counted_on = {step - 60: at for step, at in _minutes_by_step(again, began_at).items()}
    _on_time(counted_on, [0, 5, 10, 15, 30])
    asked = [(page["to"], page["step"]) for page in ada.pages()]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Nurse Nora", {}),
        ("Nurse Nora", {"disposition": "safety_plan"}),
        ("Nurse Nora", {"note": "Reached by phone."}),
        ("Nurse Nora", {"disposition": "safety_plan", "note": "   "}),
        ("", {"disposition": "safety_plan", "note": "Reached by phone."}),
    ],
    ids=["nothing", "no note", "no disposition", "blank note", "no name"],
)
def test_an_alert_cannot_be_closed_without_a_name_an_outcome_and_a_note(
    riverside: Riverside, by: str, said: dict[str, str]
) -> None:
    """Behaviour 6: the attempt is refused and the alert stays open."""
    ada = _in_crisis(riverside)
    riverside.staff("Tue 14:02", "acknowledge", ada)
    riverside.staff("Tue 14:30", "resolve", ada, by=by, **said)
    riverside.until("Tue 14:31")
    assert len(riverside.rows("refused")) == 1
    assert "resolved" not in ada.alert_states()


def test_an_alert_closed_as_it_should_be_pages_nobody_any_more(riverside: Riverside) -> None:
    """Behaviour 6: raised, acknowledged, resolved, each told to the other systems once."""
    ada = _in_crisis(riverside)
    riverside.staff("Tue 14:02", "acknowledge", ada)
    ada.said("Tue 14:03", "YES")
    closed_at = riverside.resolve("Tue 14:40", ada)
    riverside.until("Tue 18:00")
    alert = the_one(ada.alerts("red"))
    assert ada.alert_states()[-1] == "resolved"
    assert ada.pages(since=closed_at) == []
    assert riverside.rows("refused") == []
    for name in ("AlertRaised", "AlertAcknowledged", "AlertResolved"):
        assert len(riverside.facts(name, alert["id"])) == 1


def test_a_new_crisis_after_the_alert_was_closed_is_a_new_alert(riverside: Riverside) -> None:
    """One episode is one open alert: the next one has its own text and its own pages."""
    ada = _in_crisis(riverside)
    riverside.staff("Tue 14:02", "acknowledge", ada)
    closed_at = riverside.resolve("Tue 14:20", ada)
    told_at = ada.said("Tue 17:00", "I want to die")
    riverside.until("Tue 17:04")
    assert len(ada.alerts("red")) == 2
    assert the_one(ada.texts("crisis", since=closed_at)).at - told_at <= MINUTE
    assert ada.pages(since=closed_at)[0]["step"] == 0


@pytest.mark.parametrize(("words", "language"), [("YES", "en"), ("Si", "es"), ("yes I am safe now", "en")])
def test_saying_yes_i_am_safe_leaves_the_alert_open_and_the_ladder_as_it_was(
    staffed: Riverside, words: str, language: str
) -> None:
    """Behaviour 11: nothing is closed by a text; the ladder keeps its own minutes."""
    ada = staffed.patient("Ada", language=language)
    ada.said("Tue 14:00", "I want to kill myself")
    ada.said("Tue 14:02", words)
    staffed.until("Tue 14:45")
    assert {"resolved", "acknowledged"} & set(ada.alert_states()) == set()
    assert len(ada.alerts("red")) == 1
    _on_time(_minutes_by_step(ada.pages(), staffed.at("Tue 14:00")), [0, 5, 10, 15, 30])


@pytest.mark.parametrize("words", ["NO", "no.", "No"])
def test_saying_no_i_am_not_safe_brings_the_next_step_at_once(staffed: Riverside, words: str) -> None:
    """Behaviour 11: the backup is paged in the minute after the NO, though only two have passed."""
    ada = _in_crisis(staffed)
    told_at = ada.said("Tue 14:02", words)
    staffed.until("Tue 14:04")
    _the_backup_is_paged_within_a_minute(ada, told_at)


def test_saying_no_brings_the_next_step_even_if_somebody_took_the_alert(staffed: Riverside) -> None:
    """Behaviour 11: acknowledged is not resolved."""
    ada = _in_crisis(staffed)
    staffed.staff("Tue 14:01", "acknowledge", ada)
    told_at = ada.said("Tue 14:03", "NO")
    staffed.until("Tue 14:05")
    _the_backup_is_paged_within_a_minute(ada, told_at)


def test_saying_no_after_a_yes_brings_the_next_step_and_is_no_word_about_a_ride(staffed: Riverside) -> None:
    """Behaviour 11: whoever said YES may not be safe an hour later. Tomorrow's visit asks of a ride too."""
    ada = staffed.patient("Ada")
    ada.books("Wed 13:00")
    ada.said("Tue 14:00", "I want to kill myself")
    ada.said("Tue 14:01", "YES")
    staffed.staff("Tue 14:02", "acknowledge", ada)
    told_at = ada.said("Tue 14:40", "NO")
    staffed.until("Tue 14:42")
    _the_backup_is_paged_within_a_minute(ada, told_at)
    staffed.until("Tue 14:43")
    again_at = ada.said("Tue 14:43", "no estoy a salvo")
    staffed.until("Tue 14:45")
    assert ada.pages(since=again_at) != []
    assert ada.tasks("no_ride") == []


def test_ten_minutes_of_silence_bring_the_next_step_even_if_somebody_took_the_alert(
    staffed: Riverside,
) -> None:
    """Behaviour 11: asked whether she is safe, Ada says nothing."""
    ada = _in_crisis(staffed)
    taken_at = staffed.staff("Tue 14:02", "acknowledge", ada)
    staffed.until("Tue 14:13")
    pages = ada.pages(since=taken_at)
    assert {page["step"] for page in pages} == {5}
    assert NOEL in {page["to"] for page in pages}
    assert 10 * MINUTE <= pages[0].at - staffed.at("Tue 14:00") <= 12 * MINUTE


def _the_backup_is_paged_within_a_minute(patient: Patient, told_at: datetime) -> None:
    pages = patient.pages(since=told_at)
    assert {page["step"] for page in pages} == {5}
    assert NOEL in {page["to"] for page in pages}
    assert [page for page in pages if page.at - told_at > MINUTE] == []


def test_a_page_says_nothing_about_the_patient(staffed: Riverside) -> None:
    """Behaviour 21: no name, phone, quote or diagnosis, by text or by mail, at any step."""
    _in_crisis(staffed)
    staffed.until("Tue 14:45")
    pages = staffed.rows("page")
    assert {page["channel"] for page in pages} == {"sms", "email"}
    telling = re.compile(
        r"\bada\b|0110\b|kill|suicid|depress|self.?harm|ketamin|spravato|phq|mood", re.IGNORECASE
    )
    assert [page["body"] for page in pages if telling.search(page["body"])] == []


def test_what_other_systems_hear_of_an_alert_holds_no_words_or_names(riverside: Riverside) -> None:
    """DESIGN 2.3: ids and codes only, never words, names, numbers or addresses."""
    _in_crisis(riverside)
    riverside.until("Tue 14:45")
    told = [repr(row["detail"]) for row in riverside.rows("event", source="aftercare")]
    assert len(told) > 2
    telling = re.compile(r"\bAda\b|\+1202|kill|@")
    assert [words for words in told if telling.search(words)] == []
