"""What one text does: the screen first, then what it says, and a person for all that is not sure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.domain.consent import ALL_KEYS, Channel
from aftercare.domain.conversation import AFTER_HOURS_AGAIN
from aftercare.domain.followup import Followup
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import Kind
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
from aftercare.domain.screen_lexicon import Verdict
from aftercare.domain.tier import Tier
from tests.building import ADAS_MAIL, NOON, a_followup, a_notice, eastern, yes
from tests.unit.domain.alarming import HOUR, MINUTE, an_alert, call_due, texted
from tests.unit.domain.conversing import (
    AMBER,
    CLINIC,
    GREEN,
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

NIGHT = eastern("2026-11-24 02:00")
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


# ---- who must look


@pytest.mark.parametrize(
    ("score", "moods", "alerts"),
    [
        (2, (), []),
        (1, (), [("amber", "mood_low")]),
        (0, (), [("amber", "mood_low")]),
        (4, ((NOON - 48 * HOUR, 7),), [("amber", "mood_fell")]),
        (5, ((NOON - 48 * HOUR, 7),), []),
    ],
)
def test_a_low_mood_or_a_fall_is_looked_at_the_same_day(
    score: int, moods: tuple[tuple[object, int], ...], alerts: list[tuple[str, str]]
) -> None:
    followup = replace(after_a_visit(), moods=moods)
    assert raised_by(Said(Mood(score), followup=followup).turn()) == alerts


@pytest.mark.parametrize(
    ("letters", "hours", "alerts"),
    [
        ("A", 3, []),
        ("A", 21, [("amber", "dissociation")]),
        ("F", 3, [("amber", "bladder")]),
        ("C", 21, []),
    ],
)
def test_side_effects_that_should_be_over_are_looked_at(
    letters: str, hours: int, alerts: list[tuple[str, str]]
) -> None:
    followup = after_a_visit(hours * HOUR)
    assert raised_by(Said(Letters(letters), followup=followup, sent=(sent("evening"),)).turn()) == alerts


@pytest.mark.parametrize(("hours", "alerts"), [(3, [("amber", "drove")]), (25, [])])
def test_driving_counts_on_the_day_of_the_visit_only(hours: int, alerts: list[tuple[str, str]]) -> None:
    drove = Verdict(Tier.AMBER, ("drove",))
    assert raised_by(Said(Unread(), drove, followup=after_a_visit(hours * HOUR)).turn()) == alerts


def test_driving_of_someone_who_was_never_here_alerts_nobody_and_the_text_is_read() -> None:
    said = Said(Unread(), Verdict(Tier.AMBER, ("drove",)), followup=a_followup()).turn()
    assert (raised_by(said), tasks(said)) == ([], ["unread_reply"])


@pytest.mark.parametrize("meaning", [Stop(), Help()])
@pytest.mark.parametrize(
    ("moods", "alert", "looked_at"),
    [
        (((NOON - 71 * HOUR, 3),), False, True),
        (((NOON - 73 * HOUR, 3),), False, False),
        (((NOON - HOUR, 4),), False, False),
        ((), True, True),
    ],
)
def test_a_bare_keyword_of_someone_who_was_low_or_has_an_alert_is_looked_at(
    meaning: Understood, moods: tuple[tuple[object, int], ...], alert: bool, looked_at: bool
) -> None:
    """Source: clinical-regulatory section 4.2, rule 4."""
    followup = replace(after_a_visit(), moods=moods)
    if alert:
        followup = knowing(followup, an_alert(Tier.AMBER, reason="craving"))
    said = Said(meaning, followup=followup).turn()
    assert raised_by(said) == ([("amber", "keyword_at_risk")] if looked_at else [])
    assert ("help" if isinstance(meaning, Help) else "opt_out") in notices(said)


def test_a_second_text_about_the_same_thing_raises_no_second_alert() -> None:
    first = Said(Unread(), AMBER).turn()
    second = Said(Unread(), AMBER, heard(id="in-2", at=NOON + MINUTE), followup=first.followup).turn()
    assert second.alerts == ()
    assert tasks(second) == ["unread_reply"]


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


# ---- out of hours


@pytest.mark.parametrize(
    ("meaning", "told"),
    [
        *((Unread(), True), (Yes(), True), (Mood(6, "", "my bill?"), True), (Mood(6), False)),
        *((Help(), False), (Stop(), False), (Stop(rest="my bill?"), False), (WrongNumber("who?"), False)),
        *((Letters("C"), False), (Confirm(), False), (Start(), False)),
    ],
)
def test_at_night_only_who_wrote_something_to_be_read_is_told_that_nobody_reads_it(
    meaning: Understood, told: bool
) -> None:
    """After a STOP one confirmation and no more; a stranger on a wrong number is told nothing at all."""
    assert ("after_hours" in notices(Said(meaning, text=heard(at=NIGHT)).turn())) is told


@pytest.mark.parametrize(
    ("ago", "told"), [(None, True), (AFTER_HOURS_AGAIN, True), (AFTER_HOURS_AGAIN - MINUTE, False)]
)
def test_it_is_said_once_in_twelve_hours(ago: timedelta | None, told: bool) -> None:
    followup = replace(after_a_visit(), after_hours_at=NIGHT - ago if ago else None)
    said = Said(Unread(), text=heard(at=NIGHT), followup=followup).turn()
    assert ("after_hours" in notices(said)) is told


def test_it_is_not_said_twice_while_the_first_has_not_left() -> None:
    waiting = a_notice(Kind.AFTER_HOURS, NIGHT - MINUTE)
    followup = replace(after_a_visit(), notices={waiting.id: waiting})
    said = Said(Unread(), text=heard(at=NIGHT), followup=followup).turn()
    assert list(said.followup.notices) == [waiting.id]


def test_nobody_in_danger_is_told_that_the_clinic_is_closed_and_nobody_by_day() -> None:
    red = an_alert(at=NIGHT - MINUTE, answer=texted())
    in_danger = knowing(after_a_visit(), red, texted_at=NIGHT - MINUTE)
    assert notices(Said(Unread(), text=heard(at=NIGHT), followup=in_danger, open_red=red).turn()) == []
    assert notices(Said(Unread(), text=heard(at=NOON)).turn()) == []


def test_who_is_told_at_night_is_told_by_the_way_they_wrote() -> None:
    mail = heard(at=NIGHT, channel=Channel.EMAIL, sender=ADAS_MAIL)
    (notice,) = Said(Unread(), text=mail).turn().followup.notices.values()
    assert notice.channel is Channel.EMAIL


# ---- machines


def test_what_a_machine_wrote_is_kept_never_answered_and_looked_at_where_it_alarms() -> None:
    away = heard("I am away. Call 988.", channel=Channel.EMAIL, automatic="auto-replied")
    for found, alerts in ((GREEN, []), (AMBER, [("amber", "craving")]), (RED, [("amber", "suicide")])):
        said = Said(Stop(), found, away).turn()
        assert raised_by(said) == alerts
        assert all(alert.answer is None for alert in said.alerts)
        assert (notices(said), said.owes_answer, tasks(said)) == ([], False, [])
        assert agreed_by(said.followup) == agreed_by(a_followup())
        assert the_reply(said).automatic == "auto-replied"
