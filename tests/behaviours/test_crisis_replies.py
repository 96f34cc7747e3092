"""What a person in danger gets from us, and how fast staff know: behaviours 1, 2, 3, 12, 14 and 15."""

from datetime import datetime

import pytest

from tests.behaviours.riverside import MINUTE, NO_CONSENT, PROGRAM, the_one
from tests.behaviours.visits import Patient, Riverside

CRISIS_EN = (
    "I want to kill myself",
    "i just dont want to be alive anymore",
    "kms tonight",
    "I took all my pills",
    "Goodbye everyone. You will be better off without me",
    "I have a gun and I am going to use it on myself",
)
CRISIS_ES = ("Me quiero matar", "ya no quiero vivir", "voy a quitarme la vida", "Me tomé todas las pastillas")
MEDICAL = (
    ("I have chest pain", "en"),
    ("I just fainted in the kitchen", "en"),
    ("I can't breathe well", "en"),
    ("this is her husband, I cannot wake her up", "en"),
    ("Me duele el pecho", "es"),
    ("me desmayé en la cocina", "es"),
    ("no puedo respirar", "es"),
    ("soy su esposo, no despierta", "es"),
)


def _answered_and_paged_within_a_minute(patient: Patient, told_at: datetime) -> None:
    answer, alert = the_one(patient.texts("crisis")), the_one(patient.alerts("red"))
    first = patient.pages()[0]
    assert "988" in answer["body"]
    assert (answer["to"], first["alert_id"], first["step"]) == (patient.phone, alert["id"], 0)
    assert [row for row in (answer, alert, first) if row.at - told_at > MINUTE] == []


@pytest.mark.parametrize("words", CRISIS_EN)
def test_a_text_in_crisis_is_answered_and_paged_within_a_minute(riverside: Riverside, words: str) -> None:
    """Behaviour 1, in English: one crisis text with 988, one red alert, one page at step 0."""
    ada = riverside.patient("Ada")
    told_at = ada.said("Tue 14:00", words)
    riverside.until("Tue 14:04")
    _answered_and_paged_within_a_minute(ada, told_at)


@pytest.mark.parametrize("words", CRISIS_ES)
def test_a_text_in_crisis_in_spanish_is_answered_and_paged_too(riverside: Riverside, words: str) -> None:
    """Behaviour 1, in Spanish."""
    carmen = riverside.patient("Carmen", language="es")
    told_at = carmen.said("Tue 14:00", words)
    riverside.until("Tue 14:04")
    _answered_and_paged_within_a_minute(carmen, told_at)


@pytest.mark.parametrize(("words", "language"), [(CRISIS_ES[0], "en"), (CRISIS_EN[0], "es")])
def test_a_crisis_in_the_other_language_is_heard_all_the_same(
    riverside: Riverside, words: str, language: str
) -> None:
    """Behaviour 1: both languages are screened, whichever the patient reads."""
    carmen = riverside.patient("Carmen", language=language)
    told_at = carmen.said("Tue 14:00", words)
    riverside.until("Tue 14:04")
    _answered_and_paged_within_a_minute(carmen, told_at)


def test_a_mail_in_crisis_is_paged_within_a_minute(riverside: Riverside) -> None:
    """Behaviour 1 and DESIGN 3.5: mail is screened like a text."""
    ada = riverside.patient("Ada", email="ada@example.org", consents=("sms care", "email care"))
    told_at = ada.wrote("Tue 14:00", "I want to kill myself.")
    riverside.until("Tue 14:04")
    assert the_one(ada.alerts("red")).at - told_at <= MINUTE
    assert ada.pages()[0].at - told_at <= MINUTE


@pytest.mark.parametrize(
    ("keyword", "words", "language"),
    [("STOP", "I want to die", "en"), ("ALTO", "me quiero morir", "es")],
)
def test_stop_and_wanting_to_die_in_one_text_gets_one_answer_with_both(
    riverside: Riverside, keyword: str, words: str, language: str
) -> None:
    """Behaviour 2: opted out, red, and one crisis text which says both things."""
    ada, ben = (riverside.patient(name, language=language) for name in ("Ada", "Ben"))
    told_at = ada.said("Tue 14:00", f"{keyword} {words}")
    ben.said("Tue 14:00", words)
    riverside.until("Tue 14:09")
    answer = the_one(ada.texts(since=told_at))
    assert (answer["kind"], "988" in answer["body"]) == ("crisis", True)
    assert answer.at - told_at <= MINUTE
    assert answer["body"] != the_one(ben.texts("crisis"))["body"], "it says nothing of the opt-out"
    assert len(ada.alerts("red")) == 1
    assert ada.pages()[0].at - told_at <= MINUTE


def test_stop_and_wanting_to_die_in_one_text_ends_every_program_text(riverside: Riverside) -> None:
    """Behaviour 2: after it, no reminder, safety text, check-in or form, and the reason says why."""
    ada = riverside.patient("Ada")
    ada.goes_home("Tue 11:00")
    told_at = ada.said("Tue 14:00", "STOP I want to die")
    riverside.until("2026-12-20 12:00")
    assert ada.texts(*PROGRAM, since=told_at) == []
    dropped = ada.rows("not_sent", since=told_at)
    assert dropped != []
    assert {row["reason"] for row in dropped} <= NO_CONSENT


@pytest.mark.parametrize(
    ("words", "language"),
    [("HELP me, I took all my pills", "en"), ("AYUDA me tomé todas las pastillas", "es")],
)
def test_help_with_an_overdose_gets_911_first_and_not_the_help_text(
    riverside: Riverside, words: str, language: str
) -> None:
    """Behaviour 3."""
    ada = riverside.patient("Ada", language=language)
    told_at = ada.said("Tue 14:00", words)
    riverside.until("Tue 14:04")
    answer = the_one(ada.texts(since=told_at))
    assert answer["kind"] == "crisis"
    _names_911_first(answer["body"])
    assert len(ada.alerts("red")) == 1


@pytest.mark.parametrize(("words", "language"), MEDICAL)
def test_chest_pain_fainting_and_trouble_breathing_get_911_first(
    riverside: Riverside, words: str, language: str
) -> None:
    """Behaviour 12, in both languages: a red alert, a page, and a text that names 911 before all else."""
    ada = riverside.patient("Ada", language=language)
    told_at = ada.said("Tue 14:00", words)
    riverside.until("Tue 14:04")
    answer = the_one(ada.texts("crisis"))
    _names_911_first(answer["body"])
    assert answer.at - told_at <= MINUTE
    assert len(ada.alerts("red")) == 1
    assert ada.pages()[0].at - told_at <= MINUTE


def _names_911_first(body: str) -> None:
    assert "911" in body
    assert "988" not in body or body.index("911") < body.index("988")


def _still_open_a_day_after(riverside: Riverside, words: str) -> Patient:
    """Let Ada write, and a day pass in which nobody closes anything."""
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", words)
    riverside.until("Wed 14:00")
    assert "resolved" not in ada.alert_states()
    return ada


@pytest.mark.parametrize("words", ["I'm not suicidal", "no pienso en suicidarme"])
def test_not_being_suicidal_is_amber_and_stays_open(riverside: Riverside, words: str) -> None:
    """Behaviour 14: a no lowers the tier, never clears it, and nothing closes by itself in a day."""
    ada = _still_open_a_day_after(riverside, words)
    assert {row["tier"] for row in ada.alerts()} == {"amber"}
    assert ada.texts("crisis") == []


@pytest.mark.parametrize("words", ["my brother wants to die", "mi hermano se quiere morir"])
def test_somebody_close_who_wants_to_die_is_red(riverside: Riverside, words: str) -> None:
    """Behaviour 14: a third person at risk, and nothing closes by itself in a day."""
    ada = _still_open_a_day_after(riverside, words)
    assert len(ada.alerts("red")) == 1
    assert ada.pages() != []


@pytest.mark.parametrize("words", ["dying of laughter here", "me muero de risa"])
def test_dying_of_laughter_is_not_red(riverside: Riverside, words: str) -> None:
    """Behaviour 14: no red alert, no crisis text, no page, but a person still reads it."""
    ada = _still_open_a_day_after(riverside, words)
    assert (ada.alerts("red"), ada.texts("crisis"), ada.pages()) == ([], [], [])
    assert ada.alerts("amber") + ada.tasks("unread_reply") != []


@pytest.mark.parametrize(
    ("first", "second"), [("I just want to end", "my life"), ("ya no quiero", "vivir mas")]
)
def test_two_texts_that_only_together_are_a_crisis_open_a_red_alert(
    riverside: Riverside, first: str, second: str
) -> None:
    """Behaviour 15: the thread is read as one. Ben sends only the second text, and alarms nobody."""
    ada, ben = riverside.patient("Ada"), riverside.patient("Ben")
    ada.said("Tue 14:00", first)
    told_at = ada.said("Tue 14:00:40", second)
    ben.said("Tue 14:01", second)
    riverside.until("Tue 14:04")
    assert len(ada.alerts("red")) == 1
    assert the_one(ada.texts("crisis")).at - told_at <= MINUTE
    assert ben.alerts("red") == []


def test_one_episode_gets_at_most_one_crisis_text_in_half_an_hour(riverside: Riverside) -> None:
    """Reference 4.3: one alert for all of it, a second crisis text only after 30 minutes.

    Nora takes it on at once: else Ada is told after a quarter of an hour that nobody has, which is no answer.
    """
    ada = riverside.patient("Ada")
    ada.said("Tue 14:00", "I want to kill myself")
    riverside.staff("Tue 14:02", "acknowledge", ada)
    ada.said("Tue 14:10", "I want to die")
    riverside.until("Tue 14:29")
    assert len(ada.texts("crisis")) == 1
    ada.said("Tue 14:35", "I still want to die")
    riverside.until("Tue 14:40")
    assert len(ada.texts("crisis")) == 2
    assert len(ada.alerts("red")) == 1


def test_check_ins_wait_while_a_red_alert_is_open_but_the_safety_text_does_not(riverside: Riverside) -> None:
    """DESIGN 3.9: nobody in danger is asked for a number or a form; reminders and safety texts go on."""
    ada = riverside.patient("Ada")
    ada.books("Fri 11:00", number=2)
    ada.goes_home("Tue 11:00", number=1)
    told_at = ada.said("Tue 13:00", "I want to kill myself")
    ada.goes_home("Fri 12:00", number=2)
    riverside.until("Sat 20:00")
    kinds = {row["kind"] for row in ada.texts(since=told_at)}
    assert kinds == {"crisis", "reminder", "safety"}


def test_check_ins_go_on_once_the_nurse_has_closed_the_alert(riverside: Riverside) -> None:
    """The hold ends with the alert: the check-in of the third day leaves."""
    ada = riverside.patient("Ada")
    ada.goes_home("Tue 11:00")
    ada.said("Tue 13:00", "I want to kill myself")
    riverside.staff("Tue 13:03", "acknowledge", ada)
    closed_at = riverside.resolve("Tue 17:00", ada)
    riverside.until("Sat 20:00")
    assert ada.alert_states()[-1] == "resolved"
    assert ada.texts("check_in", since=closed_at) != []
