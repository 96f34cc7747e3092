"""The engine looks at a patient when something can really go, and no sooner."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aftercare.content.load_protocols import load_protocols
from aftercare.domain.decide import Library
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.foresee import QUIET_MAX, doom_quiet, next_due
from aftercare.domain.moves import next_move
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import Reason
from tests.building import (
    a_clinic,
    a_followup,
    a_library,
    a_notice,
    completed,
    eastern,
)

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LEFT = eastern("2026-11-23 11:00")
DAY1, LEARN, DAY3 = LEFT + DAY, eastern("2026-11-25 13:00"), LEFT + 3 * DAY
LATEST = timedelta(minutes=10)  # texts of one wall time are spread over it


def marks(*keys: str) -> dict[str, Mark]:
    return dict.fromkeys(keys, Mark(MarkState.CLAIMED, LEFT))


def looked_at(followup: Followup, now: datetime, library: Library | None = None) -> datetime:
    found = next_due(followup, a_clinic(), load_protocols(), library or a_library(), now)
    assert found is not None
    return found


BEHIND = ("baseline", "reminder-72h", "reminder-24h", "discharge", "evening", "day1")


def after_day1(*ended: str, texts: int = 6, **changes: object) -> Followup:
    """Return Ada after her first next-day check-in, and ``ended``, with so many texts in two hours."""
    done = completed(LEFT, marks=marks(*BEHIND, *ended))
    recent = tuple(DAY1 - n * timedelta(minutes=20) for n in range(texts, 0, -1))
    return a_followup(done, recent=recent, last_sent_at=DAY1, **changes)


def only_texts() -> dict[str, object]:
    return {
        "contact": {"email": None},
        "standings": {k: s for k, s in a_followup().standings.items() if k[0] == "sms"},
    }


def test_a_text_that_fits_is_looked_at_when_it_is_due() -> None:
    found = looked_at(after_day1(texts=1, **only_texts()), DAY1)
    assert LEARN <= found <= LEARN + LATEST


def test_a_lesson_over_the_cap_is_looked_at_when_the_week_lets_it_through() -> None:
    full = replace(after_day1("day3", **only_texts()), recent=tuple(LEARN - n * DAY for n in (6, 5, 4, 3)))
    assert looked_at(full, DAY1) == LEARN + DAY


def test_a_check_in_that_the_caps_will_not_let_through_wakes_nobody_until_a_day_later() -> None:
    full = after_day1("learn", **only_texts())
    assert looked_at(full, DAY1) == DAY3 + QUIET_MAX


def test_what_staff_must_know_of_is_looked_at_in_time() -> None:
    unsigned = a_clinic(content_review=None)
    found = next_due(after_day1(), unsigned, load_protocols(), a_library(), DAY1)
    assert found is not None and LEARN <= found <= LEARN + LATEST


def test_an_end_that_woke_nobody_is_written_down_with_the_next_write_and_its_own_reason() -> None:
    full = after_day1("learn", **only_texts())
    later = full.with_notice(a_notice(Kind.HELP, due_at=DAY3 + 20 * HOUR))
    move = next_move(later, a_clinic(), load_protocols(), a_library(), ("w", "s"), DAY3 + 20 * HOUR)
    assert move is not None and move.claim is not None
    reasons = {touch.touch_id: touch.reason for settled in move.settled for touch in settled.touches}
    assert reasons["ses-1.day3"] is Reason.CAPPED


@pytest.mark.parametrize("late", [SECOND, 20 * HOUR])
def test_a_fact_that_comes_later_does_not_change_why_a_touch_ended(late: timedelta) -> None:
    full = after_day1("learn", **only_texts())
    noted = doom_quiet(full, a_clinic(), load_protocols(), a_library(), DAY3 + late)
    again = noted.with_session(completed(DAY3 + late, 2))
    move = next_move(again, a_clinic(), load_protocols(), a_library(), ("w", "s"), DAY3 + late)
    assert move is not None
    reasons = {touch.touch_id: touch.reason for settled in move.settled for touch in settled.touches}
    assert reasons["ses-1.day3"] is Reason.CAPPED
    assert reasons["ses-1.week1"] is Reason.SUPERSEDED


def test_nothing_is_noted_before_its_time() -> None:
    full = after_day1("learn", **only_texts())
    assert doom_quiet(full, a_clinic(), load_protocols(), a_library(), DAY3 - SECOND) == full
