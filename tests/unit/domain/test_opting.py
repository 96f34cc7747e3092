"""STOP takes everything at once; START gives back what STOP took; a wrong number gives nothing back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.domain.consent import ALL_KEYS, Channel, withdraw
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.heard import Heard
from aftercare.domain.protocol import Kind
from aftercare.domain.reply import Start, Stop, WrongNumber
from tests.building import (
    ADAS_MAIL,
    EMAIL_CARE,
    NOON,
    SMS_CARE,
    SMS_EDUCATION,
    a_followup,
    a_notice,
    agreed,
    yes,
)
from tests.unit.domain.alarming import HOUR, MINUTE
from tests.unit.domain.conversing import Said, agreed_by, heard, notices, proofs, tasks

MAIL = heard(channel=Channel.EMAIL, sender=ADAS_MAIL)
EVERYTHING = {"sms care", "sms education", "email care", "email education"}


def stopped(followup: Followup | None = None) -> Followup:
    """Return Ada's follow-up after a STOP an hour ago that was confirmed."""
    text = heard("STOP", NOON - HOUR, id="in-0")
    after = Said(Stop(), text=text, followup=followup or a_followup()).turn().followup
    confirmed = {n.id: replace(n, mark=Mark(MarkState.CLAIMED, NOON - HOUR)) for n in after.notices.values()}
    return replace(after, notices=confirmed, stopped_at=NOON - HOUR)


@pytest.mark.parametrize("text", [heard("STOP"), MAIL])
def test_stop_by_any_way_ends_every_channel_and_purpose(text: Heard) -> None:
    said = Said(Stop(), text=text).turn()
    assert agreed_by(said.followup) == set()
    assert set(said.followup.standings) == set(ALL_KEYS)


def test_stop_is_confirmed_by_the_way_it_came() -> None:
    (notice,) = Said(Stop(), text=MAIL).turn().followup.notices.values()
    assert (notice.kind, notice.channel, notice.due_at) == (Kind.OPT_OUT, Channel.EMAIL, NOON)


def test_a_yes_dated_ahead_does_not_outlive_stop() -> None:
    ahead = a_followup(standings=agreed(SMS_CARE, at=NOON + HOUR))
    assert agreed_by(Said(Stop(), followup=ahead).turn().followup) == set()


def test_stop_again_is_no_news() -> None:
    said = Said(Stop(), followup=stopped()).turn()
    assert (len(said.followup.notices), tasks(said)) == (1, [])
    assert not said.owes_answer


def test_stop_while_the_confirmation_has_not_left_is_no_news() -> None:
    waiting = a_notice(Kind.OPT_OUT)
    followup = a_followup(notices={waiting.id: waiting})
    said = Said(Stop(), followup=followup).turn()
    assert (list(said.followup.notices), tasks(said)) == ([waiting.id], [])


def test_who_never_agreed_to_anything_is_confirmed_once() -> None:
    said = Said(Stop(), followup=a_followup(standings={})).turn()
    assert (notices(said), tasks(said)) == (["opt_out"], ["opted_out"])


def test_on_a_shared_phone_the_second_patient_stops_without_a_second_confirmation() -> None:
    said = Said(Stop(), already_answered=True).turn()
    assert (agreed_by(said.followup), notices(said), tasks(said)) == (set(), [], ["opted_out"])


def test_on_a_shared_phone_a_second_stop_is_no_news_of_the_second_patient_either() -> None:
    first = Said(Stop(), already_answered=True).turn().followup
    again = Said(Stop(), text=heard("STOP", NOON + MINUTE, id="in-2"), followup=first, already_answered=True)
    assert tasks(again.turn()) == []


def test_start_gives_back_what_stop_took_by_the_way_it_came_with_proof() -> None:
    said = Said(Start(), text=heard("START"), followup=stopped()).turn()
    assert agreed_by(said.followup) == {"sms care", "sms education"}
    assert [p.consent.key for p in proofs(said)] == list(ALL_KEYS[:2])
    assert {(p.consent.method, p.consent.recorded_by, p.consent.wording) for p in proofs(said)} == {
        ("sms", "patient", "START")
    }
    assert said.followup.owes_opt_in


def test_start_by_mail_gives_back_mail_only() -> None:
    assert agreed_by(Said(Start(), text=MAIL, followup=stopped()).turn().followup) == {
        "email care",
        "email education",
    }


def test_start_gives_nothing_that_was_never_given() -> None:
    only_care = stopped(a_followup(standings=agreed(SMS_CARE, EMAIL_CARE)))
    said = Said(Start(), followup=only_care).turn()
    assert agreed_by(said.followup) == {"sms care"}
    assert [p.consent.key for p in proofs(said)] == [SMS_CARE]


def test_start_of_someone_who_never_stopped_changes_nothing() -> None:
    said = Said(Start()).turn()
    assert (agreed_by(said.followup), proofs(said)) == (EVERYTHING, [])


@pytest.mark.parametrize("hours_after_the_stop", [-1, 1], ids=["before the STOP", "after it"])
def test_start_gives_back_nothing_that_staff_ended(hours_after_the_stop: int) -> None:
    at = NOON - HOUR + hours_after_the_stop * MINUTE
    before = a_followup()
    if hours_after_the_stop < 0:
        before = replace(before, standings=withdraw(before.standings, [SMS_EDUCATION], at))
    after = stopped(before)
    if hours_after_the_stop > 0:
        after = replace(after, standings=withdraw(after.standings, [SMS_EDUCATION], at))
    said = Said(Start(), followup=after).turn()
    assert agreed_by(said.followup) == {"sms care"}
    assert [p.consent.key for p in proofs(said)] == [SMS_CARE]


def test_what_staff_ended_and_we_learnt_of_only_after_the_stop_is_not_given_back_either() -> None:
    before_the_stop = NOON - 2 * HOUR
    told_late = withdraw(stopped().standings, [SMS_CARE, SMS_EDUCATION], before_the_stop)
    said = Said(Start(), followup=replace(stopped(), standings=told_late)).turn()
    assert (agreed_by(said.followup), tasks(said)) == (set(), ["unread_reply"])


def test_start_of_someone_whose_messages_staff_ended_is_for_a_person_to_answer() -> None:
    ended = withdraw(a_followup().standings, ALL_KEYS, NOON - HOUR)
    said = Said(Start(), followup=a_followup(standings=ended)).turn()
    assert (agreed_by(said.followup), proofs(said), tasks(said)) == (set(), [], ["unread_reply"])


def test_start_of_someone_who_never_agreed_to_anything_is_for_a_person_to_answer() -> None:
    said = Said(Start(), followup=a_followup(standings={})).turn()
    assert (agreed_by(said.followup), proofs(said), tasks(said)) == (set(), [], ["unread_reply"])


def test_start_from_a_number_that_is_no_longer_theirs_is_for_a_person_to_answer() -> None:
    wrong = Said(WrongNumber(), followup=a_followup()).turn().followup
    said = Said(Start(), text=heard("START", NOON + MINUTE, id="in-2"), followup=wrong).turn()
    assert (agreed_by(said.followup), proofs(said), tasks(said)) == (set(), [], ["unread_reply"])


def test_start_by_text_of_someone_who_agrees_to_texts_already_asks_nobody() -> None:
    said = Said(Start(), followup=a_followup(standings=agreed(SMS_CARE))).turn()
    assert tasks(said) == []


def test_who_stops_twice_still_gets_back_what_the_first_stop_took() -> None:
    twice = Said(Stop(), followup=stopped()).turn().followup
    later = heard("START", NOON + MINUTE, id="in-2")
    assert agreed_by(Said(Start(), text=later, followup=twice).turn().followup) == {
        "sms care",
        "sms education",
    }


def test_start_does_not_lengthen_a_consent_that_has_an_end() -> None:
    last_day = (NOON + timedelta(days=30)).date()
    ends = stopped(a_followup(standings={SMS_CARE: yes(expires_on=last_day)}))
    after = Said(Start(), followup=ends).turn().followup
    assert after.standings[SMS_CARE].expires_on == last_day


def test_a_wrong_number_stops_everything_says_nothing_and_opens_a_privacy_task() -> None:
    said = Said(WrongNumber()).turn()
    assert agreed_by(said.followup) == set()
    assert said.followup.unreachable == {Channel.SMS}
    assert (notices(said), tasks(said), said.owes_answer) == ([], ["wrong_number"], False)


@pytest.mark.parametrize("first", [Stop(), WrongNumber()])
def test_start_never_gives_back_a_wrong_number(first: Stop | WrongNumber) -> None:
    """Whoever reads it is not our patient, whatever they write."""
    before = stopped() if isinstance(first, Stop) else a_followup()
    wrong = Said(WrongNumber(), followup=before).turn().followup
    later = heard("START", NOON + MINUTE, id="in-2")
    said = Said(Start(), text=later, followup=wrong).turn()
    assert (agreed_by(said.followup), proofs(said)) == (set(), [])


def test_a_wrong_number_by_text_still_lets_the_patient_start_by_mail() -> None:
    wrong = Said(WrongNumber()).turn().followup
    later = heard("START", NOON + MINUTE, id="in-2", channel=Channel.EMAIL, sender=ADAS_MAIL)
    after = Said(Start(), text=later, followup=wrong).turn().followup
    assert agreed_by(after) == {"email care", "email education"}
