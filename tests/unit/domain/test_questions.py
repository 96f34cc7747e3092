"""Which question a text answers, and which ones are open."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.domain.alert import Alert, resolved
from aftercare.domain.consent import Channel
from aftercare.domain.heard import Context
from aftercare.domain.protocol import Kind
from aftercare.domain.questions import asked, question_of
from aftercare.domain.records import Sent, Thread
from aftercare.domain.reply import Asked
from tests.building import NOON
from tests.unit.domain.alarming import HOUR, MINUTE, an_alert, texted
from tests.unit.domain.conversing import CLINIC, after_a_visit, heard, sent

EVENING, DISCHARGE = sent("evening", NOON - HOUR), sent("discharge", NOON - 5 * HOUR, Kind.SAFETY)
WEEKLY = sent("weekly", NOON - 80 * HOUR)
RIDE = sent("reminder_24h", NOON - 2 * HOUR, Kind.REMINDER)


def open_questions(*messages: Sent, red: Alert | None = None) -> set[Asked]:
    return set(asked(after_a_visit(), Context(messages, Thread(), red, CLINIC), heard()))


def test_a_text_answers_the_latest_question() -> None:
    assert question_of((EVENING, RIDE, DISCHARGE), heard()) == EVENING


def test_a_text_that_names_our_message_answers_that_one() -> None:
    assert question_of((EVENING, DISCHARGE), heard(answers="msg-discharge")) == DISCHARGE


@pytest.mark.parametrize("named", ["msg-reminder_24h", "msg-of-another-house"])
def test_a_text_that_names_a_message_without_that_question_answers_the_latest(named: str) -> None:
    assert question_of((RIDE, EVENING), heard(answers=named)) == EVENING


def test_a_text_written_before_the_latest_question_answers_the_one_before() -> None:
    assert question_of((EVENING, DISCHARGE), heard(at=NOON - 2 * HOUR)) == DISCHARGE


BY_HAND = sent("by-hand", NOON - MINUTE, Kind.MANUAL)


@pytest.mark.parametrize(
    ("messages", "question"),
    [
        ((BY_HAND, EVENING), None),
        ((EVENING, replace(BY_HAND, claimed_at=NOON - 2 * HOUR)), EVENING),
        ((replace(BY_HAND, channel=Channel.EMAIL), EVENING), EVENING),
        ((replace(BY_HAND, claimed_at=NOON - 72 * HOUR), sent("weekly", NOON - 80 * HOUR)), None),
        ((replace(BY_HAND, claimed_at=NOON - 73 * HOUR), WEEKLY), WEEKLY),
    ],
    ids=["a nurse asked since", "we asked since", "the nurse wrote a mail", "three days", "longer ago"],
)
def test_what_comes_after_a_nurses_own_message_answers_the_nurse(
    messages: tuple[Sent, ...], question: Sent | None
) -> None:
    assert question_of(messages, heard()) == question
    assert question_of((BY_HAND, EVENING), heard(answers="msg-evening")) == EVENING


@pytest.mark.parametrize(
    ("days", "open_"), [(timedelta(days=7), True), (timedelta(days=7, minutes=1), False)]
)
def test_a_question_is_open_for_a_week(days: timedelta, open_: bool) -> None:
    old = sent("evening", NOON - days)
    assert (question_of((old,), heard()) == old) is open_


@pytest.mark.parametrize(
    ("messages", "questions"),
    [
        ((), set()),
        ((EVENING,), {Asked.MOOD_AND_LETTERS}),
        ((DISCHARGE,), {Asked.MOOD}),
        ((RIDE,), {Asked.RIDE, Asked.CONFIRM}),
        ((RIDE, EVENING), {Asked.RIDE, Asked.MOOD_AND_LETTERS}),
        ((sent("week1", NOON - HOUR),), {Asked.MOOD, Asked.TROUBLE}),
        ((sent("week1", NOON - timedelta(days=3)),), {Asked.MOOD}),
    ],
)
def test_what_is_open(messages: tuple[Sent, ...], questions: set[Asked]) -> None:
    assert open_questions(*messages) == questions


def test_whether_they_are_safe_is_open_once_a_crisis_text_is_owed_and_after_they_said_so() -> None:
    assert open_questions(red=an_alert()) == set()
    red = an_alert(at=NOON - MINUTE, answer=texted())
    assert open_questions(red=red) == {Asked.SAFE}
    assert open_questions(red=replace(red, safe="yes")) == {Asked.SAFE}


def test_whether_they_are_safe_is_open_for_a_day_and_not_once_the_alert_is_resolved() -> None:
    day = an_alert(at=NOON - 24 * HOUR, answer=texted(NOON - 24 * HOUR))
    assert open_questions(red=day) == {Asked.SAFE}
    longer = replace(day, answer=texted(NOON - 24 * HOUR - MINUTE))
    assert open_questions(red=longer) == set()
    assert open_questions(red=resolved(day, "Nurse Dora", "reached", "Reached.", NOON)) == set()


def test_while_it_is_open_whether_they_are_safe_no_other_yes_or_no_is() -> None:
    red = an_alert(at=NOON - MINUTE, answer=texted())
    assert open_questions(RIDE, EVENING, red=red) == {Asked.SAFE, Asked.MOOD_AND_LETTERS}
