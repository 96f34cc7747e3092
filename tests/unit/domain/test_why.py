"""Why a touch was sent, was not, or waits: each rule in one sentence, with the patient's own numbers."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words, topics
from aftercare.domain.alert import Alert, Answer, AnswerState
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.decide import Library
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.followup import Followup, Mark, MarkState, Notice, OpenAlert
from aftercare.domain.history import History
from aftercare.domain.ids import AlertId, SessionId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, NotSent, Sent, Settled
from aftercare.domain.tier import Tier
from aftercare.domain.touch import REASONS, Reason
from aftercare.domain.why import Fate, Why, why
from tests.building import (
    ADA,
    ADAS_PHONE,
    BASE_URL,
    HUDSON,
    NOON,
    SMS_CARE,
    a_clinic,
    a_consent,
    a_followup,
    a_patient,
    completed,
    yes,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIBRARY = Library(load_words("en"), topics(), BASE_URL)
DAY1 = TouchId("ses-1.day1")


def home(**changes: Any) -> Followup:
    return a_followup(completed(NOON - HOUR), **changes)


def history(followup: Followup | None = None, **kept: Any) -> History:
    """Return what is kept of Ada; what has ended bears its mark, as the sender leaves it."""
    ends = [one for record in kept.get("settled", ()) for one in record.touches]
    marks = {e.touch_id.split(".")[1]: Mark(MarkState.NOT_SENT, NOON, why=e.reason.value) for e in ends}
    return History(followup or a_followup(completed(NOON - HOUR, marks=marks)), a_patient(), **kept)


def asked(
    known: History, touch: str = DAY1, now: datetime = NOON, clinic: Clinic | None = None
) -> Why | None:
    return why(known, clinic or a_clinic(), load_protocols(), LIBRARY, TouchId(touch), now)


def told(known: History, touch: str = DAY1, now: datetime = NOON, clinic: Clinic | None = None) -> Why:
    found = asked(known, touch, now, clinic)
    assert found is not None
    return found


def fact(account: Why, label: str) -> str:
    return next(known.text for known in account.facts if known.label == label)


def a_text(at: datetime = NOON, touch: str = DAY1, **changes: Any) -> Sent:
    sent = Sent(
        touch_id=TouchId(touch),
        session_id=SessionId("ses-1"),
        kind=Kind.CHECK_IN,
        claimed_at=at,
        channel=Channel.SMS,
        to=ADAS_PHONE,
        words_id="day1",
        revision="0a1b2c3d",
        language="en",
        text="Hudson Clinic: how are you?",
        subject=None,
        provider_id="msg-1",
    )
    return replace(sent, **changes)


def ended(reason: Reason, at: datetime = NOON, touch: str = DAY1, kind: Kind = Kind.CHECK_IN) -> Settled:
    return Settled("w1", at, (NotSent(TouchId(touch), SessionId("ses-1"), kind, reason, at),))


# ---- sent


def test_what_was_sent_says_when_by_which_way_and_what_the_carrier_says() -> None:
    arrived = {DAY1: Outcome(State.DELIVERED, Cause.DELIVERED, final=True)}
    account = told(history(sent=(a_text(),), deliveries=arrived))
    assert (account.fate, account.title) == (Fate.SENT, "Next-day check-in")
    assert account.sentence == "Sent on Tue Nov 24, 12:00 pm, by text. It arrived."
    assert fact(account, "Hangs on") == "the end of session 1, Tue Nov 24, 11:00 am"
    assert fact(account, "Words") == "day1, revision 0a1b2c3d, en"
    assert fact(account, "Step") == "day1"


def test_the_proof_of_the_consent_it_rested_on_is_named() -> None:
    proof = ConsentProof("evt", a_consent())
    account = told(history(sent=(a_text(),), proofs=(proof,)))
    assert fact(account, "Consent, care by text") == "agreed on Mon Nov 16 (paper, recorded by Nurse Dora)"


def test_a_consent_withdrawn_later_stood_when_it_was_sent() -> None:
    later = home(standings={SMS_CARE: yes(no_at=NOON + DAY)})
    before, after = (
        told(history(later, sent=(a_text(),))),
        told(history(later, sent=(a_text(NOON + 2 * DAY),))),
    )
    assert fact(before, "Consent, care by text") == "agreed on Mon Nov 16"
    assert "withdrawn on Wed Nov 25, 12:00 pm" in fact(after, "Consent, care by text")


def test_no_answer_from_the_carrier_is_told_as_not_known() -> None:
    account = told(history(sent=(a_text(provider_id=None),)))
    assert account.fate is Fate.UNCONFIRMED
    assert "may have gone out" in account.sentence


def test_a_crisis_text_needed_no_consent_and_waited_for_no_hour() -> None:
    account = told(history(sent=(a_text(kind=Kind.CRISIS, words_id="crisis", session_id=None),)))
    assert fact(account, "Consent").startswith("not needed")
    assert fact(account, "Send window") == "leaves at any hour"


# ---- not sent


def test_a_week_that_was_full_says_how_many_there_were_and_how_many_the_clinic_allows() -> None:
    week = tuple(a_text(NOON - n * DAY, f"ses-0.x{n}") for n in range(1, 7))
    account = told(history(sent=week, settled=(ended(Reason.CAPPED),)))
    assert account.sentence == "Not sent: the patient had 6 texts this week, the clinic allows 6."
    assert fact(account, "Texts before it") == "0 of 2 that day, 6 of 6 in seven days"
    assert (account.fate, account.reason) == (Fate.NOT_SENT, Reason.CAPPED)


def test_a_day_that_was_full_says_so_on_the_patients_own_calendar() -> None:
    day = (a_text(NOON - HOUR, "ses-0.a"), a_text(NOON - 2 * HOUR, "ses-0.b"))
    account = told(history(sent=day, settled=(ended(Reason.CAPPED),)))
    assert account.sentence == "Not sent: the patient had 2 texts that day, the clinic allows 2."


def test_education_that_left_room_for_what_matters_more_says_so() -> None:
    week = tuple(a_text(NOON - n * DAY, f"ses-0.x{n}") for n in range(1, 5))
    dropped = ended(Reason.CAPPED, touch="ses-1.learn", kind=Kind.EDUCATION)
    account = told(history(sent=week, settled=(dropped,)), "ses-1.learn")
    assert "leaves 2 of them to more important ones" in account.sentence


@pytest.mark.parametrize("reason", [*Reason])
def test_every_reason_is_one_sentence_that_a_nurse_can_read(reason: Reason) -> None:
    account = told(history(settled=(ended(reason),)))
    assert account.sentence.startswith("Not sent: ") and account.sentence.endswith(".")
    assert account.reason is reason


def test_a_mark_speaks_before_its_record_is_stored() -> None:
    marks = {"day1": Mark(MarkState.NOT_SENT, NOON, why=Reason.SUPERSEDED.value)}
    account = told(history(a_followup(completed(NOON - DAY, marks=marks))))
    assert account.sentence == f"Not sent: {REASONS[Reason.SUPERSEDED].replace('A later', 'a later')}"


def test_a_claim_without_a_record_is_being_sent_or_was_left_half_way() -> None:
    marks = {"day1": Mark(MarkState.CLAIMED, NOON)}
    assert told(history(a_followup(completed(NOON - DAY, marks=marks)))).fate is Fate.SENDING
    notice = Notice(TouchId("pat-ada.help.1"), Kind.HELP, NOON, Mark(MarkState.CLAIMED, NOON))
    assert told(history(home(notices={notice.id: notice})), notice.id).fate is Fate.SENDING


def test_what_was_dropped_and_then_sent_by_the_other_way_is_sent() -> None:
    known = history(sent=(a_text(NOON + HOUR),), settled=(ended(Reason.NO_CONSENT),))
    assert told(known).fate is Fate.SENT


# ---- still to come


def test_what_is_still_to_come_says_when_it_leaves() -> None:
    account = told(history())
    leaves = "It leaves on Wed Nov 25, 11:00 am, by text, if nothing changes until then."
    assert account.sentence == f"Still to come. {leaves}"
    assert fact(account, "Worth sending until") == "Thu Nov 26, 12:00 pm"


def test_a_check_in_that_a_conversation_will_hold_says_until_when() -> None:
    talking = history(a_followup(completed(NOON + 2 * HOUR), talk_until=NOON + 17 * HOUR))
    account = told(talking, "ses-1.evening", NOON + 5 * HOUR)
    assert account.sentence == (
        "Still to come, and will wait: a person is talking with the patient. "
        "It leaves on Wed Nov 25, 9:00 am, by text, if nothing changes until then."
    )
    later = told(talking, "ses-1.evening", NOON + 7 * HOUR)
    assert (later.fate, later.reason) == (Fate.HELD, Reason.CONVERSATION)
    assert later.sentence.startswith("Held back: a person is talking with the patient.")


def test_what_will_not_go_says_why_before_its_time_has_come() -> None:
    account = told(history(home(standings={})))
    assert account.fate is Fate.TO_COME
    assert account.sentence == (
        "Still to come, but it would not go: there is no consent for this channel and purpose."
    )


def test_a_pause_names_its_end() -> None:
    account = told(history(home(paused_until=NOON + 10 * DAY)))
    assert account.sentence.endswith("messages are paused for this patient until Fri Dec 4, 12:00 pm.")


def test_danger_holds_the_questions_back() -> None:
    danger = {AlertId("a"): OpenAlert(red=True, reason="suicide", raised_at=NOON)}
    account = told(history(home(alerts=danger)), now=NOON + DAY)
    assert account.reason is Reason.CONVERSATION


def test_a_crisis_text_on_its_way_is_found_by_its_alert() -> None:
    answer = Answer(1, "crisis", "en", Channel.SMS, ADAS_PHONE, NOON)
    alert = Alert(AlertId("pat-ada.alert.1"), HUDSON, ADA, Tier.RED, "suicide", NOON, answer=answer)
    assert told(history(alerts=(alert,)), "pat-ada.alert.1.crisis-1").fate is Fate.SENDING
    failed = replace(alert, answer=replace(answer, state=AnswerState.FAILED))
    assert told(history(alerts=(failed,)), "pat-ada.alert.1.crisis-1").fate is Fate.NOT_SENT


@pytest.mark.parametrize("touch", ["ses-1.nothing", "ses-2.day1", "pat-ada.opt_in.1", "", "day1"])
def test_a_touch_that_never_was_has_no_account(touch: str) -> None:
    assert asked(history(), touch) is None


def test_a_consent_that_ran_out_names_its_last_day() -> None:
    known = history(settled=(ended(Reason.CONSENT_EXPIRED),))
    ran_out = {SMS_CARE: yes(expires_on=date(2026, 11, 20))}
    account = told(replace(known, followup=replace(known.followup, standings=ran_out)))
    assert fact(account, "Consent, care by text") == "agreed on Mon Nov 16, ran out after 2026-11-20"


def test_what_was_dropped_and_is_owed_anew_is_still_to_come() -> None:
    """A patient who came back has their reminders again; the old reason is not the present answer."""
    known = history(settled=(ended(Reason.CLOSED),))
    assert told(replace(known, followup=home())).fate is Fate.TO_COME
