"""One write: what it ends, what it holds, and the one touch it claims."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.consent import Channel
from aftercare.domain.decide import Library
from aftercare.domain.followup import Followup, Mark, MarkState, Notice
from aftercare.domain.ids import SessionId, TouchId
from aftercare.domain.moves import RETRY_MAX, Claim, Move, next_move, released
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import Reason
from tests.building import (
    ADA,
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
    agreed,
    completed,
    eastern,
    owing,
    scheduled,
    some_words,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SES_1 = SessionId("ses-1")


def move(followup: Followup, now: datetime = NOON, library: Library | None = None) -> Move | None:
    tokens = ("write-1", "secret-1")
    return next_move(followup, a_clinic(), load_protocols(), library or a_library(), tokens, now)


def moved(followup: Followup, now: datetime = NOON, library: Library | None = None) -> Move:
    found = move(followup, now, library)
    assert found is not None
    return found


def claim(followup: Followup, now: datetime = NOON, library: Library | None = None) -> tuple[Followup, Claim]:
    found = moved(followup, now, library)
    assert found.claim is not None
    return found.followup, found.claim


def only(followup: Followup, *keys: str) -> Followup:
    """Leave only these touches of session 1 still to come."""
    session = followup.sessions[SES_1]
    every = [step.key for step in load_protocols()[session.protocol].steps]
    done = {key: Mark(MarkState.CLAIMED, session.as_of) for key in every if key not in keys}
    return followup.with_session(replace(session, marks={**done, **session.marks}))


def day1_due(**changes: object) -> Followup:
    """Return Ada on the day after her session, when only the check-in of that day is still to come."""
    return only(a_followup(completed(NOON - DAY), **changes), "day1")


def test_nothing_due_is_no_write() -> None:
    assert move(a_followup()) is None
    assert move(a_followup(scheduled(NOON + 30 * DAY))) is None


def test_a_touch_is_due_at_its_instant_and_not_a_millisecond_before() -> None:
    assert move(day1_due(), NOON - timedelta(milliseconds=1)) is None
    assert claim(day1_due())[1].touch.key == "day1"


def test_a_claim_marks_the_touch_counts_it_and_remembers_when() -> None:
    after, won = claim(day1_due(recent=(NOON - 3 * DAY,)))
    assert after.sessions[SES_1].marks["day1"] == Mark(MarkState.CLAIMED, NOON)
    assert after.recent == (NOON - 3 * DAY, NOON)
    assert after.last_sent_at == NOON
    assert (won.send.channel, won.composed.message.text) == (Channel.SMS, "Hudson Clinic: How are you?")


def test_the_claims_condition_names_the_consent_the_touch_rests_on() -> None:
    assert claim(day1_due())[1].requires == SMS_CARE
    assert claim(day1_due(standings=agreed(EMAIL_CARE)))[1].requires == EMAIL_CARE
    learn = only(a_followup(completed(NOON - 3 * DAY)), "learn")
    assert claim(learn)[1].requires == EMAIL_EDUCATION
    by_text = replace(learn, standings=agreed(SMS_EDUCATION))
    assert claim(by_text)[1].requires == SMS_EDUCATION


@pytest.mark.parametrize("kind", [Kind.OPT_OUT, Kind.HELP, Kind.OPT_IN])
def test_an_answer_rests_on_no_single_consent(kind: Kind) -> None:
    after, won = claim(owing(a_notice(kind)))
    assert won.requires is None
    assert after.recent == ()
    assert after.last_sent_at == NOON


def test_a_mail_counts_for_no_cap_but_keeps_its_distance() -> None:
    after, _ = claim(day1_due(standings=agreed(EMAIL_CARE)))
    assert (after.recent, after.last_sent_at) == ((), NOON)


def test_the_safety_text_at_discharge_counts_for_no_cap() -> None:
    after, won = claim(only(a_followup(completed(NOON)), "discharge"))
    assert won.touch.kind is Kind.SAFETY
    assert after.recent == ()


def test_the_most_urgent_goes_first_and_only_one_goes() -> None:
    notices = [a_notice(kind, NOON - MINUTE) for kind in (Kind.OPT_IN, Kind.HELP, Kind.OPT_OUT)]
    followup = day1_due(notices={notice.id: notice for notice in notices})
    kinds = []
    while (found := move(followup)) is not None and found.claim is not None:
        followup = found.followup
        kinds.append(found.claim.touch.kind)
    assert kinds == [Kind.OPT_OUT, Kind.HELP]
    marks = [followup.sessions[SES_1].marks["day1"], followup.notices[notices[0].id].mark]
    assert marks == [Mark(MarkState.HELD, NOON + 5 * MINUTE)] * 2


def test_a_held_touch_goes_when_its_hold_is_over() -> None:
    held = moved(day1_due(last_sent_at=NOON - MINUTE))
    assert held.claim is None
    assert move(held.followup, NOON + 3 * MINUTE) is None
    assert claim(held.followup, NOON + 4 * MINUTE)[1].touch.key == "day1"


def test_a_hold_keeps_count_of_the_failed_tries() -> None:
    tried = Mark(MarkState.HELD, NOON, attempts=3)
    session = completed(NOON - DAY, marks={"day1": tried})
    after = moved(only(a_followup(session, last_sent_at=NOON), "day1")).followup
    assert after.sessions[SES_1].marks["day1"] == Mark(MarkState.HELD, NOON + 5 * MINUTE, 3)


def test_one_write_ends_all_that_has_no_use_any_more_with_each_reason() -> None:
    followup = only(a_followup(completed(NOON - 3 * DAY), standings={}), "evening", "day1", "learn")
    (settled,) = moved(followup, NOON + 2 * HOUR).settled
    assert (settled.id, settled.at) == ("write-1", NOON + 2 * HOUR)
    found = {touch.touch_id: touch.reason for touch in settled.touches}
    assert found == {
        TouchId("ses-1.evening"): Reason.TOO_LATE,
        TouchId("ses-1.day1"): Reason.TOO_LATE,
        TouchId("ses-1.learn"): Reason.NO_CONSENT,
    }


def test_one_write_may_end_one_touch_and_claim_another() -> None:
    found = moved(only(a_followup(completed(NOON - DAY)), "evening", "day1"), NOON + MINUTE)
    assert found.claim is not None and found.claim.touch.key == "day1"
    assert [touch.touch_id for record in found.settled for touch in record.touches] == ["ses-1.evening"]


def test_words_that_need_what_is_not_there_are_never_sent_with_a_hole() -> None:
    library = a_library(some_words("day1", sms="{clinic}: see {link}"))
    found = moved(day1_due(), NOON, library)
    assert found.claim is None
    assert [touch.reason for record in found.settled for touch in record.touches] == [Reason.WORDS_MISSING]


def test_a_reminder_remembers_what_the_patient_was_told() -> None:
    start = NOON + DAY
    after, _ = claim(only(a_followup(scheduled(start)), "reminder-24h"))
    assert after.sessions[SES_1].told == start
    assert claim(day1_due())[0].sessions[SES_1].told is None


def test_a_topic_once_claimed_is_taught() -> None:
    after, won = claim(only(a_followup(completed(NOON - 3 * DAY), taught=frozenset({"E1"})), "learn"))
    assert won.send.words.id == "E2"
    assert after.taught == {"E1", "E2"}


def test_confirming_an_opt_out_is_remembered() -> None:
    assert claim(owing(a_notice(Kind.OPT_OUT)))[0].stopped_at == NOON
    assert claim(owing(a_notice(Kind.HELP)))[0].stopped_at is None


def test_education_waits_for_the_check_in_of_the_same_hour() -> None:
    left_at = eastern("2026-11-22 13:30")
    followup = only(a_followup(completed(left_at)), "learn", "day3")
    at_one = eastern("2026-11-24 13:10")
    assert claim(followup, at_one)[1].touch.key == "learn"
    second = completed(eastern("2026-11-23 14:00"), 2)
    every = [step.key for step in load_protocols()[second.protocol].steps]
    marks = {key: Mark(MarkState.CLAIMED, NOON) for key in every if key != "day1"}
    busy = followup.with_session(replace(second, marks=marks))
    busy = only(busy, "learn")
    held = moved(busy, at_one)
    assert held.claim is None
    assert held.followup.sessions[SES_1].marks["learn"] == Mark(MarkState.HELD, at_one + HOUR)


def test_what_no_rule_needs_any_more_is_forgotten_with_the_write() -> None:
    answered = a_notice(Kind.HELP, mark=Mark(MarkState.CLAIMED, NOON - 3 * DAY))
    followup = day1_due(notices={answered.id: answered}, recent=(NOON - 8 * DAY, NOON - 6 * DAY))
    after, _ = claim(followup)
    assert after.notices == {}
    assert after.recent == (NOON - 6 * DAY, NOON)


# ---- a carrier that was busy


@pytest.mark.parametrize(
    ("before", "wait"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 15), (5, 15), (40, 15)], ids=str
)
def test_a_busy_carrier_is_asked_again_ever_later_but_at_least_every_quarter_of_an_hour(
    before: int, wait: int
) -> None:
    marks = {"day1": Mark(MarkState.HELD, NOON, before)} if before else {}
    after, won = claim(only(a_followup(completed(NOON - DAY, marks=marks)), "day1"))
    back = released(after, won, NOON, NOON + timedelta(seconds=3))
    until = NOON + timedelta(seconds=3) + wait * MINUTE
    assert back.sessions[SES_1].marks["day1"] == Mark(MarkState.HELD, until, before + 1)
    assert wait * MINUTE <= RETRY_MAX


def test_a_text_that_was_not_taken_is_not_counted_and_its_topic_not_taught() -> None:
    followup = only(a_followup(completed(NOON - 3 * DAY), standings=agreed(SMS_EDUCATION)), "learn")
    before = replace(followup, recent=(NOON - 2 * DAY,), taught=frozenset({"E1"}))
    after, won = claim(before)
    assert after.recent == (NOON - 2 * DAY, NOON)
    back = released(after, won, NOON, NOON + MINUTE)
    assert (back.recent, back.taught) == (before.recent, before.taught)


def test_the_last_touch_of_a_session_is_tried_again_too() -> None:
    after, won = claim(only(a_followup(completed(NOON - DAY)), "day1"))
    back = released(after, won, NOON, NOON + MINUTE)
    assert claim(back, NOON + 10 * MINUTE)[1].touch.key == "day1"


def test_giving_back_undoes_only_what_the_claim_did() -> None:
    after, won = claim(day1_due())
    meanwhile = replace(after, answered_at=NOON + MINUTE, recent=(*after.recent, NOON + MINUTE))
    back = released(meanwhile, won, NOON, NOON + MINUTE)
    assert (back.answered_at, back.recent) == (NOON + MINUTE, (NOON + MINUTE,))


# ---- the opt-in text comes first


def test_no_program_text_goes_before_an_opt_in_text_that_could_not_go() -> None:
    tried = Notice(TouchId(f"{ADA}.opt_in.{int(ENROLLED_AT.timestamp())}"), Kind.OPT_IN, ENROLLED_AT)
    ended = replace(tried, mark=Mark(MarkState.NOT_SENT, ENROLLED_AT))
    held = moved(day1_due(opted_in_at=None, notices={ended.id: ended}))
    assert held.claim is None
    assert held.followup.sessions[SES_1].marks["day1"] == Mark(MarkState.HELD, NOON + 5 * MINUTE)
    after, won = claim(held.followup)
    assert won.touch.kind is Kind.OPT_IN
    assert (won.touch.id == ended.id, after.opted_in_at) == (False, NOON)
    assert claim(after, NOON + 5 * MINUTE)[1].touch.key == "day1"


def test_a_mail_does_not_wait_for_the_opt_in_text() -> None:
    by_mail = day1_due(opted_in_at=None, standings=agreed(EMAIL_CARE))
    assert claim(by_mail)[1].touch.key == "day1"


def test_an_opt_in_text_that_was_not_taken_is_owed_still() -> None:
    after, won = claim(owing(a_notice(Kind.OPT_IN)))
    assert after.opted_in_at == NOON
    assert released(after, won, NOON, NOON + MINUTE).opted_in_at is None
