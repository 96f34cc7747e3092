"""People change their minds, clocks differ, files are reopened: what the patient is owed survives it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.domain.clinic import Clinic, StepOverride
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ProtocolId
from aftercare.usecases.set_up_clinic import check_overrides
from tests.simulation import wire
from tests.simulation.chart import EVERYTHING
from tests.simulation.lives import SIGNED
from tests.simulation.living import Happening, Life, Living, Told, play
from tests.simulation.seen import Seen, kept, messages

# A Monday, ten past ten in New York; the visit is a week later.
MONDAY = datetime(2026, 11, 16, 15, 10, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VISIT = MONDAY + 7 * DAY
LATER = MONDAY + 14 * DAY
REMINDERS = ["ses-1.reminder-72h", "ses-1.reminder-24h"]
IV = ProtocolId("ketamine-iv-induction")


def agreeing(at: datetime) -> list[dict[str, object]]:
    return [wire.consent(*key, at - MINUTE) for key in EVERYTHING]


ENROLLED = wire.enrolled("enrolled", MONDAY, agreeing(MONDAY))
BOOKED = wire.scheduled("booked", MONDAY + SECOND, "ses-1", VISIT)
DONE = wire.completed("done", VISIT + 2 * HOUR, "ses-1", VISIT + 2 * HOUR)

Story = Sequence[tuple[datetime, object]]


def told(story: Story, clinic: Clinic = SIGNED) -> Living:
    happenings = tuple(Happening(at, what) for at, what in story)  # type: ignore[arg-type]
    return play(Life(clinic, MONDAY - HOUR, happenings))


def read(living: Living) -> list[Seen]:
    return list(messages(living.log))


def touches(living: Living) -> list[str]:
    return [message.touch_id for message in read(living)]


def test_a_visit_called_off_and_booked_again_has_its_reminders() -> None:
    off = wire.cancelled("off", MONDAY + HOUR, "ses-1")
    again = wire.scheduled("again", MONDAY + 2 * HOUR, "ses-1", VISIT)
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (MONDAY + HOUR, off), (MONDAY + 2 * HOUR, again)]
    steps = {touch.removesuffix("-1") for touch in touches(told(story))}
    assert steps >= set(REMINDERS)


def test_a_visit_called_off_by_mistake_and_completed_after_all_has_its_safety_text() -> None:
    off = wire.cancelled("off", MONDAY + HOUR, "ses-1")
    other = wire.completed("other", MONDAY + 4 * DAY, "ses-2", MONDAY + 4 * DAY)
    story = [
        (MONDAY, ENROLLED),
        (MONDAY, BOOKED),
        (MONDAY + HOUR, off),
        (MONDAY + 4 * DAY, other),
        (VISIT + 2 * HOUR, DONE),
    ]
    assert "ses-1.discharge" in touches(told(story))


def test_a_completion_taken_back_and_told_again_before_it_was_due_has_its_safety_text() -> None:
    done = wire.completed("done", VISIT, "ses-1", VISIT)
    off = wire.cancelled("off", VISIT + SECOND, "ses-1")
    again = wire.completed("again", VISIT + 2 * SECOND, "ses-1", VISIT)
    story = [(MONDAY, ENROLLED), (VISIT, done), (VISIT + SECOND, off), (VISIT + 2 * SECOND, again)]
    assert "ses-1.discharge" in touches(told(story))


def test_a_file_closed_by_mistake_and_opened_again_has_its_reminders() -> None:
    shut = wire.closed("shut", MONDAY + HOUR)
    back = wire.enrolled("back", MONDAY + 2 * HOUR, agreeing(MONDAY + 2 * HOUR))
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (MONDAY + HOUR, shut), (MONDAY + 2 * HOUR, back)]
    assert set(touches(told(story))) >= set(REMINDERS)


def test_a_closing_that_is_heard_of_after_the_patient_came_back_closes_nothing() -> None:
    shut = wire.closed("shut", MONDAY + HOUR)
    back = wire.enrolled("back", MONDAY + 2 * HOUR, agreeing(MONDAY + 2 * HOUR))
    late = MONDAY + 3 * HOUR
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (late, back), (late, shut)]
    assert set(touches(told(story))) >= set(REMINDERS)


def test_a_move_typed_after_the_visit_took_place_loses_no_follow_up_whichever_comes_first() -> None:
    done = wire.completed("done", VISIT + 2 * HOUR, "ses-1", VISIT + 2 * HOUR)
    mistake = wire.moved("mistake", VISIT + 3 * HOUR, "ses-1", LATER)
    now = VISIT + 4 * HOUR
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (now, mistake), (now, done)]
    living = told(story)
    assert "ses-1.discharge" in touches(living)
    assert any(task.startswith("contradicting_event.") for task in kept(living).tasks)


def test_a_visit_moved_forward_is_followed_up_even_when_the_move_is_heard_of_last() -> None:
    forward = wire.moved("forward", MONDAY + HOUR, "ses-1", MONDAY + 3 * DAY)
    ended = MONDAY + 3 * DAY + 2 * HOUR
    done = wire.completed("done", ended, "ses-1", ended)
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (ended, done), (ended + HOUR, forward)]
    assert "ses-1.discharge" in touches(told(story))


def test_a_visit_moved_after_its_reminder_is_news_and_has_reminders_of_the_new_date() -> None:
    away = wire.moved("away", VISIT - 2 * DAY, "ses-1", LATER)
    seen = read(told([(MONDAY, ENROLLED), (MONDAY, BOOKED), (VISIT - 2 * DAY, away)]))
    after = [m for m in seen if m.at >= VISIT - 2 * DAY]
    assert [m.key.removesuffix("-1") for m in after] == ["moved", "reminder-72h", "reminder-24h"]
    assert all("November 30" in m.text for m in after)


def test_a_corrected_end_counts_even_if_it_was_refused_before_the_visit_was_known_to_be_over() -> None:
    """In the order in which they occurred: moved forward, over, moved by mistake, the end put right."""
    forward = wire.moved("forward", MONDAY + 2 * MINUTE, "ses-1", MONDAY)
    over = wire.completed("over", MONDAY + 3 * MINUTE, "ses-1", MONDAY + MINUTE)
    mistake = wire.moved("mistake", MONDAY + 4 * MINUTE, "ses-1", LATER)
    right = wire.completed("right", MONDAY + 5 * MINUTE, "ses-1", MONDAY + 2 * MINUTE)
    facts = [ENROLLED, BOOKED, forward, over, mistake, right]
    now = MONDAY + 10 * MINUTE
    in_order = told([(now, fact) for fact in facts])
    late = told([(now, fact) for fact in (ENROLLED, BOOKED, forward, mistake, right, over)])
    assert [(m.at, m.touch_id) for m in read(late)] == [(m.at, m.touch_id) for m in read(in_order)]


def test_a_visit_moved_and_moved_back_repeats_no_reminder() -> None:
    away = wire.moved("away", VISIT - 2 * DAY, "ses-1", LATER)
    back = wire.moved("back", VISIT - 2 * DAY + SECOND, "ses-1", VISIT)
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (VISIT - 2 * DAY, away), (VISIT - 2 * DAY + SECOND, back)]
    steps = [touch.removesuffix("-1") for touch in touches(told(story))]
    assert sorted(steps) == sorted(set(steps))


def test_the_form_before_the_first_visit_is_asked_once_however_often_the_visit_moves() -> None:
    away = wire.moved("away", VISIT - 2 * DAY, "ses-1", LATER)
    story = [(MONDAY, ENROLLED), (MONDAY, BOOKED), (VISIT - 2 * DAY, away)]
    assert sum("baseline" in touch for touch in touches(told(story))) == 1


def test_a_late_booking_that_is_moved_before_anything_was_said_has_all_its_reminders() -> None:
    """At night nothing was said yet; the three-day reminder of the first date is no loss of the second's."""
    night = MONDAY + 13 * HOUR
    booked = wire.scheduled("booked-late", night, "ses-1", night + 20 * HOUR)
    away = wire.moved("away", night + MINUTE, "ses-1", LATER)
    story = [(MONDAY, ENROLLED), (night, booked), (night + MINUTE, away)]
    assert set(touches(told(story))) >= set(REMINDERS)


def test_stop_ends_everything_even_when_the_clock_that_dated_the_consent_runs_ahead() -> None:
    ahead = MONDAY + 5 * MINUTE
    enrolled = wire.enrolled("ahead", ahead, [wire.consent(*key, ahead) for key in EVERYTHING])
    stop_at = MONDAY + 3 * MINUTE
    stop = wire.text("stop", stop_at, "STOP")
    living = told([(MONDAY, enrolled), (MONDAY, BOOKED), (stop_at, stop)])
    assert [m.kind for m in read(living) if m.at >= stop_at] == ["opt_out"]


def test_a_carrier_that_is_down_for_a_day_and_says_so_costs_no_welcome() -> None:
    story = [(MONDAY, "busy"), (MONDAY, ENROLLED), (MONDAY + DAY, "up")]
    assert [m.kind for m in read(told(story))] == ["opt_in"]


def test_a_confirmation_that_missed_its_five_minutes_is_not_sent_any_more() -> None:
    stop = wire.text("stop", MONDAY + HOUR, "STOP")
    story = [(MONDAY, ENROLLED), (MONDAY + HOUR, "busy"), (MONDAY + HOUR, stop), (MONDAY + 2 * HOUR, "up")]
    late = [m for m in read(told(story)) if m.kind == "opt_out" and m.at > MONDAY + HOUR + 5 * MINUTE]
    assert not late


def test_a_consent_for_the_old_phone_does_not_hold_for_the_new_one() -> None:
    again = wire.enrolled(
        "again",
        MONDAY + HOUR,
        [wire.consent("sms", "care", MONDAY + HOUR)],
        phone=wire.ADAS_NEW_PHONE,
        email=None,
    )
    story = [(MONDAY, ENROLLED), (MONDAY + HOUR, again), (VISIT + 2 * HOUR, DONE)]
    assert not [m for m in read(told(story)) if m.kind == "education"]


@pytest.mark.parametrize("heard_first", [0, 1])
def test_a_phone_that_went_away_and_came_back_needs_a_new_consent(heard_first: int) -> None:
    away = wire.changed("away", MONDAY + 10 * SECOND, phone=wire.ADAS_NEW_PHONE)
    back = wire.changed("back", MONDAY + 20 * SECOND, phone=wire.ADAS_PHONE)
    facts = (away, back) if heard_first == 0 else (back, away)
    story = [(MONDAY, ENROLLED), *((MONDAY + MINUTE, fact) for fact in facts), (VISIT + 2 * HOUR, DONE)]
    assert not [m for m in read(told(story)) if m.channel == "sms" and m.at > MONDAY + MINUTE]


def test_a_first_enrolment_that_comes_second_gives_no_consent_for_the_newer_phone() -> None:
    newer = wire.enrolled("newer", MONDAY + HOUR, [], phone=wire.ADAS_NEW_PHONE)
    now = MONDAY + 2 * HOUR
    story = [(now, newer), (now, ENROLLED), (VISIT + 2 * HOUR, DONE)]
    assert not [m for m in read(told(story)) if m.channel == "sms"]


def test_a_withdrawal_is_never_taken_for_another_event_whose_short_name_is_the_same() -> None:
    """The two event ids have the same first six hexadecimal digits of their SHA-256."""
    one, other = "evt-694", "evt-9784"
    changed = wire.changed(one, MONDAY + MINUTE, language="es")
    no = wire.withdrew(other, MONDAY + 2 * MINUTE)
    story = [
        (MONDAY, ENROLLED),
        (MONDAY + MINUTE, changed),
        (MONDAY + 2 * MINUTE, no),
        (VISIT + 2 * HOUR, DONE),
    ]
    living = told(story)
    assert [e.outcome for e in living.log if isinstance(e, Told)][2] == "applied"
    assert not [m for m in read(living) if m.at > MONDAY + 2 * MINUTE]


def test_a_clinic_file_that_would_stop_a_follow_up_is_refused_before_it_is_stored() -> None:
    clinic = replace(SIGNED, overrides={IV: {"evening": StepOverride(days=1)}})
    with pytest.raises(BadInput, match="evening"):
        check_overrides(clinic)
