"""Send, hold or drop: every reason has a case that gives it, and a case beside it that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.consent import Channel, ConsentKey
from aftercare.domain.decide import Drop, Send, required_consents
from aftercare.domain.followup import Mark, MarkState, OpenAlert, Status
from aftercare.domain.ids import AlertId
from aftercare.domain.plan import planned
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import ANSWERS, Reason
from tests.building import (
    ADAS_MAIL,
    ADAS_PHONE,
    EMAIL_CARE,
    EMAIL_EDUCATION,
    ENROLLED_AT,
    NOON,
    SMS_CARE,
    SMS_EDUCATION,
    a_clinic,
    a_followup,
    a_library,
    a_notice,
    a_touch,
    agreed,
    completed,
    eastern,
    owing,
    scheduled,
    some_words,
    yes,
)
from tests.unit.domain.weighing import (
    DAY,
    DAY3,
    FORM,
    HELP,
    HOUR,
    LEARN,
    LEFT,
    MINUTE,
    OPT_IN,
    TODAY,
    UNTIL_TONIGHT,
    Case,
    ada,
    first_touch,
    library_without,
    reminded,
    step,
)

TRIED = Mark(MarkState.HELD, NOON, attempts=1)
RED = {AlertId("alert-1"): OpenAlert(red=True, reason="suicide", raised_at=NOON - HOUR)}


def told_of_the_move(before: timedelta) -> Case:
    """Weigh the early reminder of a moved session when the news went out so long before it."""
    start = NOON + 3 * DAY
    moved = scheduled(start, told=start - DAY, moves=1, round=1, moved_at=NOON - before)
    news = {"moved-1": Mark(MarkState.CLAIMED, NOON - before)}
    return first_touch(a_followup(replace(moved, marks=news)), "reminder-72h-1")


CASES: dict[Reason, tuple[Case, Case]] = {
    Reason.TOO_LATE: (
        Case(a_touch(too_late_at=NOON)),
        Case(a_touch(too_late_at=NOON + timedelta(seconds=1))),
    ),
    Reason.SUPERSEDED: (
        first_touch(a_followup(completed(LEFT), completed(LEFT + 2 * DAY, 2)), "day3"),
        first_touch(a_followup(completed(LEFT)), "day3"),
    ),
    Reason.SESSION_CANCELLED: (
        first_touch(a_followup(scheduled(NOON + 3 * DAY, status=Status.CANCELLED)), "reminder-24h"),
        first_touch(a_followup(scheduled(NOON + 3 * DAY)), "reminder-24h"),
    ),
    Reason.SESSION_COMPLETED: (
        first_touch(a_followup(completed(NOON)), "reminder-24h"),
        first_touch(a_followup(scheduled(NOON)), "reminder-24h"),
    ),
    Reason.CLOSED: (
        Case(OPT_IN, ada(closed_at=NOON - DAY, closed_reason="discharged")),
        Case(HELP, ada(closed_at=NOON - DAY, closed_reason="discharged")),
    ),
    Reason.PAUSED: (
        Case(UNTIL_TONIGHT, ada(paused_until=NOON + 6 * HOUR)),
        Case(UNTIL_TONIGHT, ada(paused_until=NOON)),
    ),
    Reason.CONVERSATION: (
        Case(UNTIL_TONIGHT, ada(talk_until=NOON + 6 * HOUR)),
        Case(UNTIL_TONIGHT, ada(talk_until=NOON)),
    ),
    Reason.UNREACHABLE: (
        Case(followup=ada(unreachable=frozenset(Channel))),
        Case(followup=ada(unreachable=frozenset({Channel.EMAIL}))),
    ),
    Reason.NO_CONSENT: (Case(followup=ada(standings={})), Case(followup=ada(standings=agreed(SMS_CARE)))),
    Reason.CONSENT_WITHDRAWN: (
        Case(followup=ada(standings={SMS_CARE: yes(ENROLLED_AT, ENROLLED_AT)})),
        Case(followup=ada(standings={SMS_CARE: yes(ENROLLED_AT, ENROLLED_AT - MINUTE)})),
    ),
    Reason.CONSENT_EXPIRED: (
        Case(followup=ada(standings={SMS_CARE: yes(ENROLLED_AT, expires_on=TODAY - DAY)})),
        Case(followup=ada(standings={SMS_CARE: yes(ENROLLED_AT, expires_on=TODAY)})),
    ),
    Reason.NO_ADDRESS: (
        Case(followup=ada(contact={"phone": None, "email": None})),
        Case(followup=ada(contact={"phone": None})),
    ),
    Reason.UNENCRYPTED_NOT_ACCEPTED: (
        Case(followup=ada(contact={"accepts_unencrypted": False})),
        Case(HELP, ada(contact={"accepts_unencrypted": False})),
    ),
    Reason.CONTENT_NOT_SIGNED: (
        Case(clinic=a_clinic(content_review=None)),
        Case(clinic=a_clinic(content_review=None, sandbox_numbers=(ADAS_PHONE,))),
    ),
    Reason.WORDS_MISSING: (Case(library=library_without("day1")), Case(library=library_without("day3"))),
    Reason.WORDS_OVERDUE: (
        Case(library=a_library(some_words("day1", review_by=TODAY - DAY))),
        Case(library=a_library(some_words("day1", review_by=TODAY))),
    ),
    Reason.CAPPED: (
        Case(UNTIL_TONIGHT, ada(recent=(NOON - 3 * HOUR, NOON - 2 * HOUR))),
        Case(UNTIL_TONIGHT, ada(recent=(NOON - 3 * HOUR, NOON - DAY))),
    ),
    Reason.NEXT_SESSION_SOONER: (
        Case(DAY3, a_followup(completed(LEFT), scheduled(NOON, 2))),
        Case(DAY3, a_followup(completed(LEFT), scheduled(NOON + MINUTE, 2))),
    ),
    Reason.RECENT_SESSION: (reminded(4 * DAY), reminded(4 * DAY + MINUTE)),
    Reason.ANSWERED: (
        Case(a_touch(step=step("week3")), ada(answered_at=NOON - 2 * DAY + MINUTE)),
        Case(a_touch(step=step("week3")), ada(answered_at=NOON - 2 * DAY)),
    ),
    Reason.ALL_TAUGHT: (
        Case(LEARN, ada(taught=frozenset({"E1", "E2"}))),
        Case(LEARN, ada(taught=frozenset({"E1"}))),
    ),
    Reason.TOLD_ALREADY: (told_of_the_move(DAY - MINUTE), told_of_the_move(DAY)),
    Reason.CARRIER_UNREACHABLE: (
        Case(a_touch(too_late_at=NOON, mark=TRIED)),
        Case(a_touch(too_late_at=NOON + MINUTE, mark=TRIED)),
    ),
    Reason.PAGE_NOT_OPEN: (Case(FORM, library=a_library(base_url="")), Case(FORM)),
}
# What a carrier answers (see the tests of sending), and what a move leaves behind (of settling).
ELSEWHERE = {Reason.CARRIER_REFUSED, Reason.CARRIER_OPTED_OUT, Reason.SESSION_MOVED}


@pytest.mark.parametrize("reason", CASES, ids=lambda reason: reason.value)
def test_a_touch_that_is_not_sent_has_this_reason(reason: Reason) -> None:
    assert CASES[reason][0].decision() == Drop(reason)


@pytest.mark.parametrize("reason", CASES, ids=lambda reason: reason.value)
def test_a_touch_just_beside_the_reason_is_sent(reason: Reason) -> None:
    assert isinstance(CASES[reason][1].decision(), Send)


def test_there_is_a_case_for_every_reason() -> None:
    assert set(CASES) | ELSEWHERE == set(Reason)


# ---- which way it goes

A_YES = (
    (Kind.CHECK_IN, (SMS_CARE, EMAIL_CARE), Channel.SMS, "care goes by text"),
    (Kind.CHECK_IN, (EMAIL_CARE,), Channel.EMAIL, "care goes by mail when only that was agreed to"),
    (Kind.CHECK_IN, (SMS_EDUCATION, EMAIL_EDUCATION), None, "care never goes under a yes to education"),
    (Kind.EDUCATION, (SMS_EDUCATION, EMAIL_EDUCATION), Channel.EMAIL, "education goes by mail"),
    (Kind.EDUCATION, (SMS_EDUCATION,), Channel.SMS, "education goes by text when only that was agreed to"),
    (Kind.EDUCATION, (SMS_CARE, EMAIL_CARE), None, "education never goes under a yes to care"),
    (Kind.SAFETY, (), None, "a safety text needs a yes too"),
    (Kind.REMINDER, (EMAIL_EDUCATION,), None, "nor does a reminder"),
)


@pytest.mark.parametrize(("kind", "keys", "channel"), [row[:3] for row in A_YES], ids=[r[3] for r in A_YES])
def test_a_touch_goes_only_by_a_channel_the_patient_agreed_to(
    kind: Kind, keys: tuple[ConsentKey, ...], channel: Channel | None
) -> None:
    decision = Case(a_touch(kind), ada(standings=agreed(*keys))).decision()
    if channel is None:
        assert decision == Drop(Reason.NO_CONSENT)
    else:
        assert isinstance(decision, Send)
        to = ADAS_PHONE if channel is Channel.SMS else ADAS_MAIL
        assert (decision.channel, decision.to) == (channel, to)


def test_education_goes_by_text_while_no_page_could_take_the_way_out_of_a_mail() -> None:
    decision = Case(LEARN, library=a_library(base_url="")).decision()
    assert isinstance(decision, Send) and decision.channel is Channel.SMS


def test_education_by_mail_alone_waits_for_the_page_that_takes_the_way_out() -> None:
    by_mail = ada(standings=agreed(EMAIL_EDUCATION))
    assert Case(LEARN, by_mail, library=a_library(base_url="")).decision() == Drop(Reason.PAGE_NOT_OPEN)


def test_the_opt_in_text_goes_under_a_yes_to_texts_of_either_purpose_and_never_by_mail() -> None:
    for key in (SMS_CARE, SMS_EDUCATION):
        assert isinstance(Case(OPT_IN, ada(standings=agreed(key))).decision(), Send)
    by_mail_only = ada(standings=agreed(EMAIL_CARE, EMAIL_EDUCATION))
    assert Case(OPT_IN, by_mail_only).decision() == Drop(Reason.NO_CONSENT)
    assert {channel for channel, _ in required_consents(OPT_IN)} == {Channel.SMS}


def test_an_address_that_takes_no_messages_gives_way_to_the_other_one_agreed_to() -> None:
    for broken, other, to in (
        (Channel.SMS, Channel.EMAIL, ADAS_MAIL),
        (Channel.EMAIL, Channel.SMS, ADAS_PHONE),
    ):
        followup = ada(unreachable=frozenset({broken}))
        for touch in (a_touch(), LEARN):
            decision = Case(touch, followup).decision()
            assert isinstance(decision, Send) and (decision.channel, decision.to) == (other, to)
    by_text_only = ada(standings=agreed(SMS_CARE), unreachable=frozenset({Channel.SMS}))
    assert Case(followup=by_text_only).decision() == Drop(Reason.UNREACHABLE)


def test_a_consent_ends_with_its_last_day_on_the_patients_own_calendar() -> None:
    honolulu = {"time_zone": "Pacific/Honolulu"}
    standings = {SMS_CARE: yes(ENROLLED_AT, expires_on=date(2026, 11, 23))}
    now = eastern("2026-11-24 00:30")
    assert isinstance(Case(followup=ada(standings=standings, contact=honolulu), now=now).decision(), Send)
    assert Case(followup=ada(standings=standings), now=now).decision() == Drop(Reason.CONSENT_EXPIRED)


def test_a_withdrawal_is_named_even_when_the_other_channel_was_never_agreed_to() -> None:
    standings = {SMS_CARE: yes(ENROLLED_AT, NOON), EMAIL_EDUCATION: yes(ENROLLED_AT)}
    assert Case(followup=ada(standings=standings)).decision() == Drop(Reason.CONSENT_WITHDRAWN)


# ---- answers to the patient

STOPPED = {key: yes(ENROLLED_AT, NOON) for key in (SMS_CARE, SMS_EDUCATION)}


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_who_writes_is_answered_whatever_stands_in_the_way(kind: Kind) -> None:
    answer = planned(owing(a_notice(kind)), a_clinic(), load_protocols())[0]
    followup = ada(
        standings=STOPPED,
        contact={"accepts_unencrypted": False},
        paused_until=NOON + DAY,
        recent=(NOON - HOUR,) * 9,
        last_sent_at=NOON,
        closed_at=NOON - DAY,
        closed_reason="discharged",
        unreachable=frozenset(Channel),
        talk_until=NOON + DAY,
        alerts=RED,
    )
    old = a_library(some_words(kind.value, review_by=date(2020, 1, 1)))
    night = eastern("2026-11-24 03:00")
    decision = Case(answer, followup, a_clinic(content_review=None), old, night).decision()
    assert isinstance(decision, Send) and decision.to == ADAS_PHONE


def test_nobody_writes_to_a_patient_who_has_died() -> None:
    assert Case(HELP, ada(closed_at=NOON, closed_reason="deceased")).decision() == Drop(Reason.CLOSED)


def test_an_answer_to_a_patient_without_a_phone_has_nowhere_to_go() -> None:
    assert Case(HELP, ada(contact={"phone": None})).decision() == Drop(Reason.NO_ADDRESS)
