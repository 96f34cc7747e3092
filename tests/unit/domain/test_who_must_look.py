"""Who must look at a text, and who is told at night that nobody reads it before the morning."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aftercare.domain.alert import AlertState
from aftercare.domain.consent import Channel
from aftercare.domain.conversation import AFTER_HOURS_AGAIN
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent
from aftercare.domain.reply import (
    Confirm,
    Help,
    Letters,
    Mood,
    Start,
    Stop,
    Understood,
    Unread,
    WrongNumber,
    Yes,
)
from aftercare.domain.screen_lexicon import Verdict
from aftercare.domain.tier import Tier
from tests.building import ADAS_MAIL, NOON, a_followup, a_notice, eastern
from tests.unit.domain.alarming import HOUR, MINUTE, an_alert, texted
from tests.unit.domain.conversing import (
    AMBER,
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
    score: int, moods: tuple[tuple[datetime, int], ...], alerts: list[tuple[str, str]]
) -> None:
    followup = replace(after_a_visit(), moods=moods)
    assert raised_by(Said(Mood(score), followup=followup).turn()) == alerts


@pytest.mark.parametrize(
    "sent_",
    [
        (),
        (sent("evening", NOON - timedelta(days=8)),),
        (sent("by-hand", kind=Kind.MANUAL), sent("evening", NOON - 2 * HOUR)),
    ],
    ids=["never asked", "asked long ago", "a nurse asked something else since"],
)
@pytest.mark.parametrize(("score", "alerts"), [(4, []), (1, [("amber", "mood_low")])])
def test_a_number_that_answers_no_question_of_ours_is_read_by_a_person_and_is_no_mood(
    sent_: tuple[Sent, ...], score: int, alerts: list[tuple[str, str]]
) -> None:
    before = replace(after_a_visit(), moods=((NOON - 48 * HOUR, 9),))
    said = Said(Mood(score), followup=before, sent=sent_).turn()
    assert (measures(said), said.followup.moods, said.understood) == ([], before.moods, "unread")
    assert (raised_by(said), tasks(said)) == (alerts, [] if alerts else ["unread_reply"])


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
    meaning: Understood, moods: tuple[tuple[datetime, int], ...], alert: bool, looked_at: bool
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
    asked = (sent("evening", NIGHT - 9 * HOUR),)
    assert ("after_hours" in notices(Said(meaning, text=heard(at=NIGHT), sent=asked).turn())) is told


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
    for found, alerts in ((GREEN, []), (AMBER, [("amber", "craving")]), (RED, [("red", "suicide")])):
        said = Said(Stop(), found, away).turn()
        assert raised_by(said) == alerts
        assert all(alert.answer is None for alert in said.alerts)
        assert (notices(said), said.owes_answer, tasks(said)) == ([], False, [])
        assert agreed_by(said.followup) == agreed_by(a_followup())
        assert the_reply(said).automatic == "auto-replied"


def test_danger_under_a_machines_headers_joins_the_alert_that_is_open_and_calls_again() -> None:
    acknowledged = an_alert(state=AlertState.ACKNOWLEDGED)
    away = heard("I want to kill myself", channel=Channel.EMAIL, automatic="out_of_office")
    said = Said(
        Unread(), RED, away, followup=knowing(after_a_visit(), acknowledged), open_red=acknowledged
    ).turn()
    (joined,) = said.alerts
    assert (joined.id, joined.causes[-1], joined.rung_at) == (acknowledged.id, away.id, NOON)
    assert (joined.answer, the_reply(said).alert_id) == (acknowledged.answer, acknowledged.id)


def test_an_alarming_note_of_a_machine_that_raises_nothing_new_is_read_by_a_person() -> None:
    known = an_alert(Tier.AMBER, reason="craving")
    away = heard("I may drink again", channel=Channel.EMAIL, automatic="list")
    said = Said(Unread(), AMBER, away, followup=knowing(after_a_visit(), known)).turn()
    assert (raised_by(said), tasks(said), said.owes_answer) == ([], ["unread_reply"], False)
