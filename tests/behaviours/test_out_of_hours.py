"""At night danger is answered as by day, and anything else once, honestly: behaviour 9."""

import pytest

from tests.behaviours.riverside import LOS_ANGELES, MINUTE, the_one
from tests.behaviours.visits import Riverside

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
    assert [row["total"] for row in ada.rows("measure")] == [int(words[0])]


@pytest.mark.parametrize(("wall", "answered"), [("Wed 15:00", 1), ("Wed 12:00", 0)])
def test_the_clinics_own_clock_says_whether_it_is_closed(
    riverside: Riverside, wall: str, answered: int
) -> None:
    """Behaviour 9: three in the afternoon in Los Angeles is after closing time in New York."""
    ben = riverside.patient("Ben", zone=LOS_ANGELES)
    ben.said(wall, FOR_STAFF)
    riverside.until("Wed 18:30")
    assert len(ben.texts("after_hours")) == answered
