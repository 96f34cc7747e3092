"""Two check-ins in a row without a word, and a person should call."""

from datetime import datetime

import pytest

from aftercare.domain.followup import Followup
from aftercare.domain.silence import ANSWER_WITHIN, call_at, call_task
from tests.building import ADA, HUDSON, NOON, a_followup, eastern
from tests.unit.domain.alarming import HOUR

FIRST, SECOND = NOON, NOON + 20 * HOUR


@pytest.mark.parametrize(
    ("followup", "at"),
    [
        (a_followup(), None),
        (a_followup(unanswered=(FIRST,)), None),
        (a_followup(unanswered=(FIRST, SECOND)), SECOND + ANSWER_WITHIN),
        (a_followup(unanswered=(FIRST,), at_risk=True), FIRST + ANSWER_WITHIN),
        (a_followup(unanswered=(FIRST, SECOND), at_risk=True), FIRST + ANSWER_WITHIN),
        (a_followup(at_risk=True), None),
        (
            a_followup(unanswered=(FIRST, SECOND), closed_at=SECOND, closed_reason="discharged"),
            None,
        ),
    ],
)
def test_a_day_after_the_second_silent_check_in_or_the_first_of_a_patient_at_risk_staff_should_call(
    followup: Followup, at: datetime | None
) -> None:
    assert call_at(followup) == at


def test_the_task_says_what_was_last_known() -> None:
    moods = ((eastern("2026-11-20 23:30"), 6), (eastern("2026-11-22 23:30"), 3))
    task = call_task(a_followup(unanswered=(FIRST, SECOND), moods=moods), NOON)
    assert task.reason == (
        "2 check-ins in a row were not answered. Their last mood was 3 of 10, on 2026-11-22. Call them."
    )
    assert (task.clinic_id, task.patient_id, task.opened_at) == (HUDSON, ADA, NOON)


def test_the_task_says_when_nothing_is_known() -> None:
    reason = call_task(a_followup(unanswered=(FIRST,), at_risk=True), NOON).reason
    assert reason == "A check-in was not answered. They have never answered the mood question. Call them."


def test_one_silence_is_one_task_and_the_next_silence_is_another() -> None:
    first = call_task(a_followup(unanswered=(FIRST,)), NOON)
    assert call_task(a_followup(unanswered=(FIRST, SECOND)), SECOND).id == first.id
    assert call_task(a_followup(unanswered=(SECOND,)), SECOND).id != first.id
