from datetime import datetime, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.content.load_words import load_words, topics
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.decide import TALK_HELD, Library
from aftercare.domain.followup import Followup, OpenAlert
from aftercare.domain.ids import AlertId
from aftercare.domain.moves import next_move
from aftercare.domain.touch import Reason
from aftercare.domain.upcoming import Upcoming, upcoming
from tests.building import BASE_URL, NOON, SMS_CARE, a_clinic, a_followup, agreed, completed, scheduled, yes

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIBRARY = Library(load_words("en"), topics(), BASE_URL)


def coming(followup: Followup, now: datetime = NOON, clinic: Clinic | None = None) -> dict[str, Upcoming]:
    found = upcoming(followup, clinic or a_clinic(), load_protocols(), LIBRARY, now)
    return {one.touch_id: one for one in found}


def home(**changes: object) -> Followup:
    return a_followup(completed(NOON - HOUR), **changes)


def test_after_a_visit_the_next_weeks_stand_in_order_with_their_local_times() -> None:
    found = [one for one in coming(home()).values() if one.goes]
    assert [(one.touch_id, one.local) for one in found][:3] == [
        ("ses-1.discharge", "Tue Nov 24, 12:00 pm"),
        ("ses-1.evening", "Tue Nov 24, 3:00 pm"),
        ("ses-1.day1", "Wed Nov 25, 11:00 am"),
    ]
    assert [one.at for one in found] == sorted(one.at for one in found)
    evening = found[1]
    assert (evening.title, evening.channel, evening.session_number) == ("Evening check-in", Channel.SMS, 1)


def test_education_is_foreseen_topic_by_topic_and_never_twice() -> None:
    two = a_followup(completed(NOON - 3 * DAY), completed(NOON - HOUR, 2))
    lessons = [one.title for one in coming(two).values() if one.goes and one.title.startswith("Education")]
    assert lessons == ["Education: what it is", "Education: how depression feels"]


def test_a_patient_without_consent_sees_nothing_coming_and_the_nurse_sees_why() -> None:
    found = coming(home(standings=agreed()))
    assert not any(one.goes for one in found.values())
    assert found["ses-1.day1"].reason is Reason.NO_CONSENT
    assert found["ses-1.day1"].why == "There is no consent for this channel and purpose."
    assert found["ses-1.day1"].channel is None


def test_a_consent_that_will_run_out_stops_what_comes_after_it() -> None:
    ends = yes(expires_on=(NOON + 2 * DAY).date())
    found = coming(home(standings={SMS_CARE: ends}))
    assert found["ses-1.day1"].goes
    assert found["ses-1.day3"].reason is Reason.CONSENT_EXPIRED


def test_a_conversation_holds_the_evening_back_and_it_goes_the_next_morning() -> None:
    late = a_followup(completed(NOON + 2 * HOUR))
    talking = a_followup(completed(NOON + 2 * HOUR), talk_until=NOON + 5 * HOUR + TALK_HELD)
    at = NOON + 5 * HOUR
    assert coming(late, at)["ses-1.evening"].local == "Tue Nov 24, 6:00 pm"
    assert coming(talking, at)["ses-1.evening"].local == "Wed Nov 25, 9:00 am"


def test_an_open_red_alert_holds_every_question_until_it_is_worthless() -> None:
    danger = home(alerts={AlertId("a"): OpenAlert(red=True, reason="suicide", raised_at=NOON)})
    found = coming(danger)
    assert found["ses-1.day1"].reason is Reason.CONVERSATION
    assert found["ses-1.discharge"].goes


def test_a_pause_over_everything_leaves_only_what_is_still_useful_after_it() -> None:
    found = coming(home(paused_until=NOON + 10 * DAY))
    assert found["ses-1.day1"].reason is Reason.PAUSED
    assert found["ses-1.week2"].goes


def test_nobody_is_foreseen_after_a_death() -> None:
    found = coming(home(closed_at=NOON - HOUR, closed_reason="deceased"))
    assert {one.reason for one in found.values()} == {Reason.CLOSED}


@pytest.mark.parametrize("sessions", [1, 3, 6])
def test_what_is_foreseen_is_what_the_sender_then_does(sessions: int) -> None:
    """The forecast is held against the sender's own moves, made minute by minute after the due instants."""
    visits = [completed(NOON - 3 * DAY * (sessions - n), n) for n in range(1, sessions + 1)]
    followup = a_followup(*visits, scheduled(NOON + 2 * DAY, sessions + 1))
    told = {(i, one.goes, one.reason) for i, one in coming(followup).items()}
    done, now = set(), NOON
    for _ in range(60 * 24 * 3):
        now += timedelta(minutes=30)
        while (
            move := next_move(followup, a_clinic(), load_protocols(), LIBRARY, ("w", "x" * 22), now)
        ) is not None:
            followup = move.followup
            done |= {(t.touch_id, False, t.reason) for record in move.settled for t in record.touches}
            if move.claim:
                done.add((move.claim.touch.id, True, None))
            if not move.more:
                break
    assert done == told
