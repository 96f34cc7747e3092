"""From something alarming to an alert: one episode is one red alert, however many texts it has."""

from dataclasses import replace

import pytest

from aftercare.domain.alert import AlertState, acknowledged
from aftercare.domain.concern import Concern
from aftercare.domain.consent import Channel
from aftercare.domain.decide import TALK_HELD
from aftercare.domain.followup import Followup
from aftercare.domain.raising import Raised, Way, other_way, raise_concerns, settle, take_on
from aftercare.domain.tier import Tier
from tests.building import ADAS_MAIL, ADAS_PHONE, EMAIL_CARE, NOON, a_followup, agreed
from tests.unit.domain.alarming import EVERYBODY, MINUTE, an_alert, call_due, clinic_with, steps_called

AMBER, RED = Concern(Tier.AMBER, "craving"), Concern(Tier.RED, "suicide")
CLINIC = clinic_with(*EVERYBODY)
WAY = Way(Channel.SMS, ADAS_PHONE, "en", "crisis")


def raise_(
    *concerns: Concern,
    before: Raised | None = None,
    cause: str = "in-1",
    minute: int = 0,
    way: Way | None = WAY,
) -> Raised:
    """Raise what was found so many minutes after noon, after what was raised ``before``."""
    followup = before.followup if before else a_followup()
    red = before.red if before else None
    return raise_concerns(followup, concerns, cause, way, red, CLINIC, NOON + minute * MINUTE)


def test_a_red_text_raises_one_alert_that_owes_a_text_and_calls_the_first_at_once() -> None:
    out = raise_(RED)
    red = out.red
    assert red is not None
    assert out.alerts == (red,)
    assert (red.rung_at, red.causes, red.reason) == (NOON, ("in-1",), "suicide")
    assert red.answer is not None
    assert (red.answer.number, red.answer.words, red.answer.to) == (1, "crisis", ADAS_PHONE)
    assert out.followup.in_danger
    assert out.followup.alerts[red.id].texted_at == NOON


def test_the_same_text_raises_the_same_alert() -> None:
    assert raise_(RED, AMBER) == raise_(RED, AMBER)
    assert raise_(RED).alerts[0].id != raise_(RED, cause="in-2").alerts[0].id


@pytest.mark.parametrize(("minute", "number"), [(0, 1), (1, 1), (29, 1), (30, 2), (31, 2), (300, 2)])
def test_an_episode_is_answered_again_after_half_an_hour_and_no_sooner(minute: int, number: int) -> None:
    out = raise_(RED, before=raise_(RED), cause="in-2", minute=minute)
    assert out.red is not None
    assert out.red.answer is not None
    assert out.red.answer.number == number
    assert out.red.causes == ("in-1", "in-2")
    assert len(out.followup.alerts) == 1


def test_the_half_hour_counts_from_the_latest_crisis_text() -> None:
    out = raise_(RED)
    texts = []
    for minute in range(1, 100):
        out = raise_(RED, before=out, cause=f"in-{minute + 1}", minute=minute)
        assert out.red is not None
        assert out.red.answer is not None
        if out.red.answer.number > len(texts) + 1:
            texts.append(minute)
    assert texts == [30, 60, 90]


def test_a_form_raises_without_a_text_and_the_first_words_after_it_are_answered() -> None:
    form = raise_(RED, way=None)
    assert form.red is not None
    assert form.red.answer is None
    text = raise_(RED, before=form, cause="in-2", minute=1)
    assert text.red is not None
    assert text.red.answer is not None
    assert text.red.answer.number == 1


def test_one_more_red_text_brings_the_next_people_though_someone_is_on_it() -> None:
    first = raise_(RED)
    assert first.red is not None
    called, _ = call_due(replace(first.red, answer=None), CLINIC, NOON)
    taken = take_on(first.followup, called, "Nurse Dora", NOON + MINUTE)
    before = replace(taken, alerts=taken.alerts)
    again = raise_(RED, before=before, cause="in-2", minute=2)
    assert again.red is not None
    assert again.red.state is AlertState.ACKNOWLEDGED
    assert call_due(again.red, CLINIC, NOON + 2 * MINUTE)[1] == [5]


def test_one_more_red_text_after_the_last_step_calls_people_again() -> None:
    first = raise_(RED, way=None)
    assert first.red is not None
    worn_out, _ = steps_called(first.red, CLINIC, 31)
    again = raise_(RED, before=replace(first, alerts=(worn_out,)), cause="in-2", minute=50, way=None)
    assert again.red is not None
    assert call_due(again.red, CLINIC, NOON + 50 * MINUTE)[1] == [60]


def test_amber_of_the_same_reason_stays_one_alert_and_another_reason_is_another() -> None:
    first = raise_(AMBER)
    assert raise_(AMBER, before=first, cause="in-2").alerts == ()
    other = raise_(Concern(Tier.AMBER, "alcohol"), before=first, cause="in-2")
    assert [alert.reason for alert in other.alerts] == ["alcohol"]
    assert len(other.followup.alerts) == 2


def test_everything_in_one_text_is_raised_the_red_once() -> None:
    two_reds = (RED, Concern(Tier.RED, "overdose"))
    out = raise_(*two_reds, AMBER, AMBER)
    assert [(a.tier.value, a.reason) for a in out.alerts] == [("red", "suicide"), ("amber", "craving")]
    assert [a.answer is not None for a in out.alerts] == [True, False]


def test_nothing_found_changes_nothing() -> None:
    assert raise_() == Raised(a_followup())


@pytest.mark.parametrize(
    ("followup", "channel", "found"),
    [
        (a_followup(), Channel.SMS, ADAS_MAIL),
        (a_followup(), Channel.EMAIL, None),
        (a_followup(standings=agreed()), Channel.SMS, None),
        (a_followup(contact={"accepts_unencrypted": False}), Channel.SMS, None),
        (a_followup(contact={"email": None}), Channel.SMS, None),
        (a_followup(unreachable=frozenset({Channel.EMAIL})), Channel.SMS, None),
        (a_followup(unreachable=frozenset({Channel.SMS})), Channel.SMS, ADAS_MAIL),
        (a_followup(standings=agreed(EMAIL_CARE)), Channel.SMS, ADAS_MAIL),
    ],
)
def test_mail_stands_in_only_where_the_patient_agreed_to_it(
    followup: Followup, channel: Channel, found: str | None
) -> None:
    assert other_way(followup, channel, NOON) == found


def test_who_takes_an_alert_on_holds_our_questions_back_and_who_resolves_it_closes_it() -> None:
    first = raise_(RED)
    assert first.red is not None
    taken = take_on(first.followup, first.red, "Nurse Dora", NOON)
    assert taken.alerts == (acknowledged(first.red, "Nurse Dora", NOON),)
    assert taken.followup.alerts[first.red.id].acknowledged
    assert taken.followup.talk_until == NOON + TALK_HELD
    done = settle(taken.followup, taken.alerts[0], "Nurse Dora", "reached", "spoke", NOON + MINUTE)
    assert done.followup.alerts == {}
    assert done.followup.talk_until == NOON + MINUTE + TALK_HELD
    assert (done.alerts[0].state, done.alerts[0].note) == (AlertState.RESOLVED, "spoke")


def test_an_alert_the_patient_no_longer_knows_of_can_be_taken_on_all_the_same() -> None:
    taken = take_on(a_followup(), an_alert(), "Nurse Dora", NOON)
    assert taken.followup.alerts == {}
    assert taken.alerts[0].state is AlertState.ACKNOWLEDGED
