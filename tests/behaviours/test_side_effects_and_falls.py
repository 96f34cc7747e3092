"""How a patient does after a visit, and when staff must know: behaviours 18, 19 and 20."""

import pytest

from tests.behaviours.riverside import MINUTE, the_one
from tests.behaviours.visits import Patient, Riverside

# Ada goes home on Monday at noon: check-ins at four, and the next day at noon.
DAY_AFTER = "Tue 12:30"
AMBER_DAY_AFTER = (
    "I keep throwing up, cannot keep water down",
    "I still feel floaty and far away, like nothing is real",
    "No paro de vomitar",
)
RED_DAY_AFTER = (
    "There is blood when I pee",
    "I have not been able to pee since yesterday",
    "I feel far away and so confused I don't know where I am",
    "I have not slept in three nights and I hear voices",
)


def _home_since_monday(riverside: Riverside) -> Patient:
    ada = riverside.patient("Ada")
    ada.goes_home("Mon 12:00")
    riverside.until("Mon 12:10")
    return ada


@pytest.mark.parametrize("words", ["0", "1", "1 N"])
def test_a_mood_of_one_or_less_is_amber_at_once(riverside: Riverside, words: str) -> None:
    """Behaviour 18: amber, reason mood_low, in the minute after the text."""
    ada = _home_since_monday(riverside)
    told_at = ada.said("Mon 16:30", words)
    riverside.until("Mon 16:40")
    alert = the_one(ada.alerts())
    assert (alert["tier"], alert["reason"]) == ("amber", "mood_low")
    assert alert.at - told_at <= MINUTE


@pytest.mark.parametrize("words", ["2", "5", "10"])
def test_an_ordinary_mood_alerts_nobody(riverside: Riverside, words: str) -> None:
    """Behaviour 18, the other way round: written down, and that is all."""
    ada = _home_since_monday(riverside)
    ada.said("Mon 16:30", words)
    riverside.until("Mon 16:40")
    assert ada.alerts() == []
    assert [row["total"] for row in ada.rows("measure")] == [int(words)]


@pytest.mark.parametrize(("then", "fell"), [("5", True), ("6", False)])
def test_a_fall_of_three_from_the_weeks_own_mean_is_amber(
    riverside: Riverside, then: str, fell: bool
) -> None:
    """Behaviour 18: 8, 8, 8, then 5 three days after the visit; 6 is not yet."""
    ada = _home_since_monday(riverside)
    ada.said_on({"Mon 12:30": "8", "Mon 16:30": "8", DAY_AFTER: "8", "Thu 12:30": then})
    riverside.until("Thu 12:40")
    assert ada.reasons("amber") == ({"mood_fell"} if fell else set())
    assert ada.alerts("red") == []


def test_a_fall_is_not_measured_against_what_was_weeks_ago(riverside: Riverside) -> None:
    """Behaviour 18: the mean is of the last seven days."""
    ada = _home_since_monday(riverside)
    ada.said_on({"Mon 12:30": "9", "Mon 16:30": "9", DAY_AFTER: "9", "2026-12-01 12:30": "5"})
    riverside.until("2026-12-01 12:40")
    assert ada.alerts() == []


def test_two_check_ins_without_an_answer_ask_the_nurse_to_call(riverside: Riverside) -> None:
    """Behaviour 19: silent on Monday evening and on Tuesday, so there is one call task by Thursday night."""
    ada = _home_since_monday(riverside)
    riverside.until("Thu 20:00")
    assert len(ada.texts("check_in")) >= 2
    second = ada.texts("check_in")[1]
    assert the_one(ada.tasks("call_patient")).at >= second.at


def test_one_answer_in_between_and_nobody_needs_to_call(riverside: Riverside) -> None:
    """Behaviour 19: the silence must be in a row."""
    ada = _home_since_monday(riverside)
    ada.said(DAY_AFTER, "7 N")
    riverside.until("Sat 20:00")
    assert len(ada.texts("check_in")) == 3
    assert ada.tasks("call_patient") == []


@pytest.mark.parametrize("words", ["6 F", "6 AF", "It hurts when I pee", "me arde al orinar"])
def test_new_bladder_trouble_is_amber(riverside: Riverside, words: str) -> None:
    """Behaviour 20: by letter or in words."""
    ada = _home_since_monday(riverside)
    ada.said(DAY_AFTER, words)
    riverside.until("Tue 12:40")
    assert "bladder" in ada.reasons("amber")
    assert ada.alerts("red") == []


@pytest.mark.parametrize("words", ["6 A", *AMBER_DAY_AFTER])
def test_still_floaty_or_vomiting_a_day_later_is_amber(riverside: Riverside, words: str) -> None:
    """Behaviour 20: what should have passed by the next day."""
    ada = _home_since_monday(riverside)
    ada.said(DAY_AFTER, words)
    riverside.until("Tue 12:40")
    # Red where the screen hears more in the words: too soon is no harm.
    assert {row["tier"] for row in ada.alerts()} <= {"amber", "red"}
    assert ada.alerts() != []


def test_floaty_on_the_evening_of_the_visit_alerts_nobody(riverside: Riverside) -> None:
    """Behaviour 20: it is expected to pass the same day."""
    ada = _home_since_monday(riverside)
    ada.said("Mon 16:30", "6 A")
    riverside.until("Mon 16:40")
    assert ada.alerts() == []


@pytest.mark.parametrize("words", RED_DAY_AFTER)
def test_blood_no_urine_confusion_or_voices_are_red(riverside: Riverside, words: str) -> None:
    """Behaviour 20 and reference 2.1."""
    ada = _home_since_monday(riverside)
    told_at = ada.said(DAY_AFTER, words)
    riverside.until("Tue 12:34")
    assert len(ada.alerts("red")) == 1
    assert ada.pages()[0].at - told_at <= MINUTE


@pytest.mark.parametrize("words", ["I drove home, all good", "Manejé a casa yo solo"])
def test_driving_on_the_day_of_the_visit_is_amber(riverside: Riverside, words: str) -> None:
    """Behaviour 20: said an hour after going home."""
    ada = _home_since_monday(riverside)
    ada.said("Mon 13:00", words)
    riverside.until("Mon 13:10")
    assert ada.reasons("amber") == {"drove"}


def test_driving_days_after_the_visit_alerts_nobody(riverside: Riverside) -> None:
    """Behaviour 20: the day after a night of sleep it is allowed."""
    ada = _home_since_monday(riverside)
    ada.said("Thu 12:30", "I drove to work this morning")
    riverside.until("Thu 12:40")
    assert ada.alerts() == []


@pytest.mark.parametrize(
    "words", ["I have strong cravings for it", "I've been using it at home", "tengo ansias"]
)
def test_craving_or_using_outside_the_clinic_is_amber_and_never_echoed(
    riverside: Riverside, words: str
) -> None:
    """Behaviour 20: private, so no text of ours answers with it."""
    ada = _home_since_monday(riverside)
    told_at = ada.said(DAY_AFTER, words)
    riverside.until("Tue 12:40")
    assert "craving" in ada.reasons("amber")
    assert ada.texts(since=told_at) == []
