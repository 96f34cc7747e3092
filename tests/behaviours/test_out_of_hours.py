"""At night danger is answered as by day, and anything else once, honestly: behaviour 9."""

from collections.abc import Iterator

import pytest

from tests.behaviours.riverside import LOS_ANGELES, MINUTE, SIGNED, the_one
from tests.behaviours.visits import Riverside, riverside_opens

FOR_STAFF = "Can we move my visit to Friday?"


def test_a_crisis_at_two_in_the_night_is_answered_and_paged_at_once(riverside: Riverside) -> None:
    """Behaviour 9: quiet hours hold nothing back, and the crisis text is the only answer."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Wed 02:00", "I want to kill myself")
    riverside.until("Wed 02:04")
    assert the_one(ada.texts(since=told_at))["kind"] == "crisis"
    assert the_one(ada.texts("crisis")).at - told_at <= MINUTE
    assert ada.pages()[0].at - told_at <= MINUTE


def test_a_question_at_night_is_answered_once_in_twelve_hours(riverside: Riverside) -> None:
    """Behaviour 9: told when we read it and where to turn; the second question is not answered again."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Wed 02:00", FOR_STAFF)
    ada.said("Wed 02:20", "Hello? Is anybody there?")
    riverside.until("Wed 02:30")
    answer = the_one(ada.texts(since=told_at))
    assert answer["kind"] == "after_hours"
    assert answer.at - told_at <= MINUTE
    assert [number for number in ("988", "911") if number not in answer["body"]] == []
    assert ada.tasks("unread_reply") != []
    ada.said("Wed 19:00", FOR_STAFF)
    riverside.until("Wed 19:10")
    assert len(ada.texts("after_hours")) == 2


def test_by_day_staff_answer_themselves(riverside: Riverside) -> None:
    """Behaviour 9: while the clinic is open nothing answers for them."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Wed 11:00", FOR_STAFF)
    riverside.until("Wed 12:00")
    assert ada.texts(since=told_at) == []
    assert len(ada.tasks("unread_reply")) == 1


def test_a_worrying_text_at_night_is_amber_and_answered_once(riverside: Riverside) -> None:
    """Behaviour 9: hopeless, but no danger named."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Wed 02:00", "I feel hopeless, nothing helps")
    riverside.until("Wed 02:10")
    assert {row["tier"] for row in ada.alerts()} == {"amber"}
    assert [row["kind"] for row in ada.texts(since=told_at)] == ["after_hours"]


@pytest.mark.parametrize("words", ["7", "6 AC"])
def test_a_number_sent_at_night_is_written_down_and_not_answered(riverside: Riverside, words: str) -> None:
    """Behaviour 9: nobody has to read it before morning."""
    ada = riverside.patient("Ada")
    ada.goes_home("Tue 15:00")
    told_at = ada.said("Tue 23:30", words)
    riverside.until("Wed 00:30")
    assert ada.texts(since=told_at) == []
    moods = [row for row in ada.rows("measure") if row["code"] == "mood"]
    assert [row["total"] for row in moods] == [int(words[0])]


@pytest.mark.parametrize(("wall", "answered"), [("Wed 15:00", 1), ("Wed 12:00", 0)])
def test_the_clinics_own_clock_says_whether_it_is_closed(
    riverside: Riverside, wall: str, answered: int
) -> None:
    """Behaviour 9: three in the afternoon in Los Angeles is after closing time in New York."""
    ben = riverside.patient("Ben", zone=LOS_ANGELES)
    ben.said(wall, FOR_STAFF)
    riverside.until("Wed 18:30")
    assert len(ben.texts("after_hours")) == answered


NOBODY = f'{SIGNED}\nnot_monitored_statement = {{ signed_by = "Dr. Cleo", signed_on = 2026-01-05 }}'
BEING_ALERTED = {"en": "is being alerted", "es": "Estamos avisando"}
NOBODY_READS = {"en": "nobody reads this line until 8:30", "es": "nadie lee esta cuenta hasta las 8:30"}


@pytest.fixture
def unwatched() -> Iterator[Riverside]:
    """A clinic that signed that nobody is on call."""
    with riverside_opens(people="", more=NOBODY) as clinic:
        yield clinic


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("words", ["I want to kill myself", "STOP I want to kill myself", "I can't breathe"])
def test_at_night_a_clinic_without_anybody_on_call_promises_nobody(
    unwatched: Riverside, language: str, words: str
) -> None:
    """Reference 4.3: it says 911, 988 and that nobody reads this line before the morning."""
    ada = unwatched.patient("Ada", language=language)
    ada.said("Wed 02:00", words)
    unwatched.until("Wed 02:04")
    body = the_one(ada.texts("crisis"))["body"]
    assert BEING_ALERTED[language] not in body
    assert body.index("911") < body.index("988") < body.index(NOBODY_READS[language])
    assert len(ada.alerts("red")) == 1


def test_a_stranger_in_danger_is_promised_nobody_either(unwatched: Riverside) -> None:
    told_at = unwatched.text("Wed 02:00", "+12025550130", "I want to kill myself")
    unwatched.until("Wed 02:04")
    assert NOBODY_READS["en"] in the_one(unwatched.rows("sms", since=told_at))["body"]


def test_by_day_a_clinic_without_anybody_on_call_answers_as_any_other(unwatched: Riverside) -> None:
    ada = unwatched.patient("Ada")
    ada.said("Wed 11:00", "I want to kill myself")
    unwatched.until("Wed 11:04")
    assert BEING_ALERTED["en"] in the_one(ada.texts("crisis"))["body"]


def test_whoever_writes_on_after_a_crisis_at_night_learns_that_nobody_reads_it(unwatched: Riverside) -> None:
    """Reference 4.3: where nobody is on call, every such text after hours gets its answer."""
    ada = unwatched.patient("Ada")
    ada.said("Wed 02:00", "I want to die")
    told_at = ada.said("Wed 02:10", "NO")
    unwatched.until("Wed 02:15")
    assert [task["kind"] for task in ada.tasks(since=told_at)] == ["call_now"]
    ada.said("Wed 03:10", "are you there?")
    unwatched.until("Wed 03:15")
    assert [row["kind"] for row in ada.texts(since=told_at)] == ["after_hours"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "nobody reads this line when we are closed"), ("es", "Nadie lee")],
)
def test_the_welcome_text_of_a_clinic_without_anybody_on_call_says_so(
    unwatched: Riverside, language: str, words: str
) -> None:
    """Reference 4.3: the enrolment text says that the line is not monitored."""
    ada = unwatched.patient("Ada", language=language)
    unwatched.until("2026-11-02 18:00")
    body = the_one(ada.texts("opt_in"))["body"]
    assert [part for part in (words, "911", "988") if part not in body] == []
