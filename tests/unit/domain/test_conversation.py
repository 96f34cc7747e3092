"""What one text does: the screen first, then what it says, and a person for all that is not sure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.domain.consent import ALL_KEYS
from aftercare.domain.followup import Followup
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Task
from aftercare.domain.reply import (
    Confirm,
    Help,
    Letters,
    Mood,
    No,
    Start,
    Stop,
    Understood,
    Unread,
    WrongNumber,
    Yes,
)
from aftercare.domain.tier import Tier
from tests.building import ADAS_MAIL, NOON, yes
from tests.unit.domain.alarming import HOUR, MINUTE, an_alert, call_due, texted
from tests.unit.domain.conversing import (
    AMBER,
    CLINIC,
    RED,
    Said,
    after_a_visit,
    agreed_by,
    heard,
    knowing,
    measures,
    notices,
    raised_by,
    sent,
    tasks,
    the_reply,
)

EVERY_MEANING: tuple[Understood, ...] = (
    *(
        Stop(),
        Stop(plain=True),
        Stop(rest="my bill?"),
        Start(),
        Help(),
        Mood(6),
        Mood(6, "A"),
        Mood(6, "", "x"),
    ),
    *(Letters("A"), Letters(""), Yes(), No(), Confirm(), WrongNumber(), WrongNumber("who?"), Unread()),
)


# ---- the screen comes first, whatever the text says besides


@pytest.mark.parametrize("meaning", EVERY_MEANING)
@pytest.mark.parametrize("medical", [False, True])
def test_danger_is_answered_and_called_whatever_else_the_text_says(
    meaning: Understood, medical: bool
) -> None:
    said = Said(meaning, replace(RED, medical=medical)).turn()
    (red,) = [alert for alert in said.alerts if alert.tier is Tier.RED]
    assert red.answer is not None
    expected = "crisis_medical" if medical else "crisis"
    assert red.answer.words == (f"{expected}_stop" if isinstance(meaning, Stop) else expected)
    assert red.rung_at == NOON
    assert the_reply(said).alert_id == red.id
    assert "unread_reply" not in tasks(said)
    assert "after_hours" not in notices(said)


@pytest.mark.parametrize("meaning", EVERY_MEANING)
def test_something_to_look_at_is_an_alert_whatever_else_the_text_says(meaning: Understood) -> None:
    said = Said(meaning, AMBER).turn()
    assert ("amber", "craving") in raised_by(said)
    assert all(alert.answer is None for alert in said.alerts)
    assert the_reply(said).tier is Tier.AMBER


@pytest.mark.parametrize("meaning", EVERY_MEANING)
def test_a_text_is_kept_whole_and_in_the_thread_whatever_it_says(meaning: Understood) -> None:
    text = heard("  7 but my BILL? ", written="7 but my BILL?")
    said = Said(meaning, text=text).turn()
    reply = the_reply(said)
    assert (reply.body, reply.sender, reply.at) == (text.body, text.sender, NOON)
    assert reply.understood == said.understood == type(meaning).__name__.lower()
    assert any(getattr(record, "texts", None) == ((NOON, text.written),) for record in said.records)


@pytest.mark.parametrize(
    ("meaning", "tasks_", "notices_"),
    [
        (Stop(), ["opted_out"], ["opt_out"]),
        (Stop(plain=True), ["opted_out"], ["opt_out"]),
        (Stop(rest="my bill?"), ["opted_out", "unread_reply"], ["opt_out"]),
        (Start(), [], []),
        (Help(), [], ["help"]),
        (Mood(6), [], []),
        (Mood(6, "C"), ["side_effects"], []),
        (Mood(6, "", "my bill?"), ["unread_reply"], []),
        (Letters("C"), ["side_effects"], []),
        (Letters(""), [], []),
        (Yes(), ["unread_reply"], []),
        (No(), ["unread_reply"], []),
        (Confirm(), [], []),
        (WrongNumber(), ["wrong_number"], []),
        (WrongNumber("who?"), ["wrong_number", "unread_reply"], []),
        (Unread(), ["unread_reply"], []),
    ],
)
def test_what_a_text_without_danger_leaves_for_staff_and_for_the_patient(
    meaning: Understood, tasks_: list[str], notices_: list[str]
) -> None:
    said = Said(meaning).turn()
    assert (tasks(said), notices(said), raised_by(said)) == (tasks_, notices_, [])
    assert said.owes_answer == bool(notices_)


def test_any_word_ends_the_silence_but_a_machines_does_not() -> None:
    quiet = replace(after_a_visit(), unanswered=(NOON - HOUR,))
    for meaning in EVERY_MEANING:
        assert Said(meaning, followup=quiet).turn().followup.unanswered == ()
    away = heard(automatic="auto-replied")
    assert Said(Unread(), text=away, followup=quiet).turn().followup.unanswered == (NOON - HOUR,)


# ---- what was asked


def test_a_mood_is_measured_and_answers_the_question_that_was_open() -> None:
    said = Said(Mood(6), sent=(sent("evening"),)).turn()
    (measure,) = measures(said)
    assert (measure.code, measure.total, measure.touch_id) == ("mood", 6, "ses-1.evening")
    assert said.followup.moods == ((NOON, 6),)
    assert said.followup.answered_at == NOON
    assert the_reply(said).touch_id == TouchId("ses-1.evening")


@pytest.mark.parametrize(
    ("meaning", "named"),
    [(Mood(6, "AC"), ["AC"]), (Letters("C"), ["C"]), (Letters(""), ["N"]), (Mood(6), [])],
)
def test_side_effects_by_text_are_measured_as_the_form_measures_them(
    meaning: Understood, named: list[str]
) -> None:
    said = Said(meaning, sent=(sent("evening"),)).turn()
    found = [one for one in measures(said) if one.code == "side-effects"]
    assert [one.answers["side_effects"] for one in found] == named
    assert {(one.total, one.touch_id) for one in found} <= {(None, "ses-1.evening")}


def test_a_c_after_a_reminder_confirms_the_visit_that_it_was_about() -> None:
    reminder = sent("reminder_24h", kind=Kind.REMINDER)
    said = Said(Confirm(), sent=(reminder,)).turn()
    assert (the_reply(said).understood, the_reply(said).touch_id) == ("confirm", reminder.touch_id)
    assert tasks(said) == []


def test_moods_that_come_out_of_order_are_kept_in_order() -> None:
    before = replace(after_a_visit(), moods=((NOON, 6),), answered_at=NOON)
    said = Said(Mood(5), text=heard(at=NOON - HOUR), followup=before).turn()
    assert said.followup.moods == ((NOON - HOUR, 5), (NOON, 6))
    assert said.followup.answered_at == NOON


@pytest.mark.parametrize(
    ("meaning", "asked", "tasks_", "alerts"),
    [
        (Yes(), "reminder_24h", [], []),
        (No(), "reminder_24h", ["no_ride"], []),
        (Yes(), "week1", [], [("amber", "trouble")]),
        (No(), "week1", [], []),
        (Yes(), "evening", ["unread_reply"], []),
        (No(), "evening", ["unread_reply"], []),
    ],
)
def test_yes_and_no_answer_what_was_asked_and_a_person_reads_them_when_nothing_was(
    meaning: Understood, asked: str, tasks_: list[str], alerts: list[tuple[str, str]]
) -> None:
    kind = Kind.REMINDER if asked == "reminder_24h" else Kind.CHECK_IN
    said = Said(meaning, sent=(sent(asked, kind=kind),)).turn()
    assert (tasks(said), raised_by(said)) == (tasks_, alerts)


@pytest.mark.parametrize("ago", [timedelta(days=2, minutes=1), timedelta(minutes=-1)])
def test_yes_days_after_the_question_or_before_it_is_for_a_person(ago: timedelta) -> None:
    said = Said(No(), sent=(sent("reminder_24h", NOON - ago, Kind.REMINDER),)).turn()
    assert tasks(said) == ["unread_reply"]


@pytest.mark.parametrize(("meaning", "steps"), [(Yes(), []), (No(), [5])])
def test_yes_closes_no_alert_and_no_brings_the_next_people(meaning: Understood, steps: list[int]) -> None:
    red, _ = call_due(an_alert(at=NOON - MINUTE), CLINIC, NOON - MINUTE)
    red = replace(red, answer=texted(NOON - MINUTE), asked_at=NOON - MINUTE)
    said = Said(meaning, followup=knowing(after_a_visit(), red), open_red=red).turn()
    (after,) = said.alerts
    assert after.safe == ("yes" if isinstance(meaning, Yes) else "no")
    assert call_due(after, CLINIC, NOON)[1] == steps
    assert tasks(said) == []


def test_yes_after_a_yes_is_nothing_new_and_a_person_reads_it() -> None:
    red = replace(an_alert(at=NOON - MINUTE, answer=texted()), safe="yes")
    said = Said(Yes(), followup=knowing(after_a_visit(), red), open_red=red).turn()
    assert (said.alerts, tasks(said)) == ((), ["unread_reply"])


def test_the_second_time_we_ask_whether_they_are_safe_their_no_counts_again() -> None:
    """It is half an hour later; the YES of the first time says nothing of now."""
    red = replace(an_alert(at=NOON - HOUR, answer=texted(NOON - HOUR)), safe="yes")
    followup = knowing(after_a_visit(), red, texted_at=NOON - HOUR)
    again = Said(Unread(), RED, followup=followup, open_red=red).turn()
    (asked_again,) = again.alerts
    asked_again = replace(asked_again, answer=texted(), asked_at=NOON, rung=1, rung_at=NOON + 4 * MINUTE)
    later = heard("no", NOON + MINUTE, id="in-2")
    said = Said(No(), text=later, followup=again.followup, open_red=asked_again).turn()
    assert [alert.safe for alert in said.alerts] == ["no"]
    assert said.alerts[0].rung_at == NOON + MINUTE


# ---- those who opted out


def opted_out() -> Followup:
    return replace(
        after_a_visit(), standings=dict.fromkeys(ALL_KEYS, yes(no_at=NOON - HOUR)), stopped_at=NOON
    )


def test_danger_from_someone_who_opted_out_is_answered_called_and_phoned_and_opts_nobody_in() -> None:
    said = Said(Unread(), RED, followup=opted_out()).turn()
    assert said.alerts[0].answer is not None
    assert said.alerts[0].answer.otherwise is None
    assert tasks(said) == ["call_now"]
    assert agreed_by(said.followup) == set()


@pytest.mark.parametrize("meaning", [Mood(7), Yes(), Letters("A"), Confirm(), Unread()])
def test_an_answer_never_opts_anybody_in(meaning: Understood) -> None:
    assert agreed_by(Said(meaning, followup=opted_out()).turn().followup) == set()


def test_stop_with_danger_is_confirmed_by_the_crisis_text_and_nothing_else() -> None:
    said = Said(Stop(rest="I want to die"), RED).turn()
    assert (notices(said), said.followup.stopped_at) == ([], NOON)
    assert tasks(said) == ["opted_out", "call_now"]
    assert said.alerts[0].answer is not None
    assert (said.alerts[0].answer.words, said.alerts[0].answer.otherwise) == ("crisis_stop", None)
    assert agreed_by(said.followup) == set()


def test_stop_with_danger_soon_after_a_crisis_text_is_confirmed_by_itself() -> None:
    """No second crisis text goes out within half an hour, so nothing else would confirm it."""
    red = an_alert(at=NOON - 10 * MINUTE, answer=texted(NOON - 10 * MINUTE))
    followup = knowing(after_a_visit(), red, texted_at=NOON - 10 * MINUTE)
    said = Said(Stop(rest="I want to die"), RED, followup=followup, open_red=red).turn()
    assert said.alerts[0].answer == red.answer
    assert notices(said) == ["opt_out"]
    assert said.owes_answer


def test_danger_of_someone_reachable_by_mail_names_the_mail_as_the_other_way() -> None:
    said = Said(Unread(), RED).turn()
    assert said.alerts[0].answer is not None
    assert said.alerts[0].answer.otherwise == ADAS_MAIL


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("discharged", "A patient whose file is closed may be in danger. Phone them now."),
        (
            "deceased",
            "Someone may be in danger, and wrote as a patient recorded as deceased. Phone them now.",
        ),
    ],
)
def test_danger_from_someone_whose_file_is_closed_is_not_said_to_be_an_opt_out(
    reason: str, told: str
) -> None:
    closed = replace(opted_out(), closed_at=NOON - HOUR, closed_reason=reason)
    said = Said(Unread(), RED, followup=closed).turn()
    assert [record.reason for record in said.records if isinstance(record, Task)][:1] == [told]
