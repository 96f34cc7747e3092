"""What is due goes to the queue once, no faster than the clinic's number takes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.ids import ClinicId, PatientId
from aftercare.domain.sweep import (
    DELAY_MAX,
    LOOK_AHEAD,
    LOST_AFTER,
    Due,
    Handed,
    SweepState,
    look_ahead,
    lost,
    pace,
)
from tests.building import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SMALL, BIG = ClinicId("small"), ClinicId("big")
FRESH = SweepState()


def entry(n: int, clinic: ClinicId = SMALL, due_at: datetime = NOON) -> Due:
    return Due(clinic, PatientId(f"pat-{n:05d}"), due_at)


def entries(count: int, clinic: ClinicId = SMALL) -> list[Due]:
    return [entry(n, clinic, NOON + n * timedelta(milliseconds=1)) for n in range(count)]


def delays(handed: Sequence[Handed], clinic: ClinicId = SMALL) -> list[int]:
    return [one.delay_seconds for one in handed if one.clinic_id == clinic]


def test_nothing_due_hands_nothing() -> None:
    assert pace([], FRESH, 1.0, NOON) == ([], FRESH)


def test_each_entry_is_handed_once_however_often_the_minute_passes() -> None:
    due = entries(5)
    handed, state = pace(due, FRESH, 1.0, NOON + SECOND)
    assert [one.patient_id for one in handed] == [one.patient_id for one in due]
    again, state = pace(due, state, 1.0, NOON + MINUTE)
    assert again == []
    assert pace(due, state, 1.0, NOON + 2 * MINUTE)[0] == []


def test_what_became_due_since_is_handed_behind_what_is_on_its_way() -> None:
    _, state = pace(entries(3), FRESH, 1.0, NOON)
    handed, _ = pace([*entries(3), entry(9, due_at=NOON + MINUTE)], state, 1.0, NOON + MINUTE)
    assert [one.patient_id for one in handed] == ["pat-00009"]


def test_two_patients_due_at_the_same_instant_are_both_handed() -> None:
    same = [entry(1), entry(2)]
    assert len(pace(same, FRESH, 1.0, NOON)[0]) == 2
    _, state = pace(same[:1], FRESH, 1.0, NOON)
    assert [one.patient_id for one in pace(same, state, 1.0, NOON)[0]] == ["pat-00002"]


def test_a_number_that_takes_one_part_a_second_gets_a_text_every_two() -> None:
    assert delays(pace(entries(4), FRESH, 1.0, NOON)[0]) == [0, 2, 4, 6]


def test_a_faster_number_gets_more() -> None:
    assert delays(pace(entries(5), FRESH, 4.0, NOON)[0]) == [0, 0, 1, 1, 2]


def test_the_next_sweep_goes_on_where_the_rate_is_used_up() -> None:
    _, state = pace(entries(60), FRESH, 1.0, NOON)
    handed, _ = pace([entry(99, due_at=NOON + MINUTE)], state, 1.0, NOON + MINUTE)
    assert delays(handed) == [60]
    free_again, _ = pace([entry(99, due_at=NOON + MINUTE)], state, 1.0, NOON + 3 * MINUTE)
    assert delays(free_again) == [0]


def test_what_does_not_fit_the_longest_delay_keeps_its_place_for_the_next_sweep() -> None:
    due = entries(600)
    handed, state = pace(due, FRESH, 1.0, NOON)
    assert 0 < len(handed) < 600
    assert max(delays(handed)) <= DELAY_MAX.total_seconds()
    rest, _ = pace(due, state, 1.0, NOON + DELAY_MAX)
    assert [one.patient_id for one in [*handed, *rest]] == [one.patient_id for one in due]


def test_a_minute_in_which_nothing_fits_forgets_nothing_that_was_handed() -> None:
    due = entries(600)
    handed, state = pace(due, FRESH, 1.0, NOON)
    none, after = pace(due, state, 1.0, NOON)
    assert (len(handed) > 0, none) == (True, [])
    assert after.handed == state.handed


def test_an_entry_the_index_showed_late_is_handed_all_the_same() -> None:
    _, state = pace([entry(2)], FRESH, 1.0, NOON)
    handed, _ = pace([entry(1, due_at=NOON - SECOND), entry(2)], state, 1.0, NOON + MINUTE)
    assert [one.patient_id for one in handed] == ["pat-00001"]


def test_a_big_clinic_does_not_hold_up_a_small_one() -> None:
    due = sorted([*entries(900, BIG), entry(950)], key=lambda one: (one.due_at, one.patient_id))
    handed, _ = pace(due, FRESH, 1.0, NOON)
    assert delays(handed, SMALL) == [0]
    assert len(delays(handed, BIG)) < 900


def test_a_clinic_with_nothing_due_is_forgotten_and_a_used_up_rate_with_it() -> None:
    _, state = pace([entry(1), entry(1, BIG)], FRESH, 1.0, NOON)
    assert set(state.handed) == {SMALL, BIG}
    _, later = pace([entry(2, BIG, NOON + MINUTE)], state, 1.0, NOON + MINUTE)
    assert set(later.handed) == {BIG}
    assert set(later.booked_until) == {BIG}


def test_the_state_keeps_the_version_it_was_read_with() -> None:
    assert pace([entry(1)], SweepState(version=7), 1.0, NOON)[1].version == 7


# ---- what falls due soon


def ahead(coming: Sequence[Due], state: SweepState, rate: float = 1.0) -> tuple[list[Handed], SweepState]:
    return look_ahead(coming, state, state, rate, NOON)


def test_what_falls_due_soon_wakes_with_its_neighbours_and_never_early() -> None:
    coming = [
        entry(1, due_at=NOON + SECOND),
        entry(2, due_at=NOON + 2 * MINUTE),
        entry(3, due_at=NOON + 121 * SECOND),
    ]
    assert delays(ahead(coming, FRESH)[0]) == [120, 120 + 2, 240]


def test_what_was_handed_ahead_is_handed_once_by_either_way() -> None:
    coming = [entry(1, due_at=NOON + MINUTE)]
    handed, state = ahead(coming, FRESH)
    assert len(handed) == 1
    assert ahead(coming, state) == ([], state)
    assert pace(coming, state, 1.0, NOON + MINUTE)[0] == []
    _, after = pace([entry(9)], state, 1.0, NOON)
    assert look_ahead(coming, state, after, 1.0, NOON)[0] == []


def test_what_was_handed_ahead_and_got_lost_is_found_lost() -> None:
    coming = [entry(1, due_at=NOON + MINUTE)]
    _, state = ahead(coming, FRESH)
    assert lost(coming, state, NOON + MINUTE + LOST_AFTER + SECOND)


def test_a_crowded_minute_is_left_to_its_own_sweep() -> None:
    minute = [entry(n, due_at=NOON + MINUTE) for n in range(16)]
    assert delays(ahead(minute[:15], FRESH)[0]) == [120 + 2 * n for n in range(15)]
    assert ahead(minute, FRESH) == ([], FRESH)
    assert len(ahead(minute, FRESH, rate=2.0)[0]) == 16


def test_a_number_that_is_busy_until_then_hands_nothing_ahead() -> None:
    busy = SweepState(booked_until={SMALL: NOON + 2 * MINUTE + SECOND})
    coming = [entry(1, due_at=NOON + MINUTE), entry(1, BIG, NOON + MINUTE)]
    assert [one.clinic_id for one in ahead(coming, busy)[0]] == [BIG]


def test_the_farthest_look_ahead_is_a_delay_that_the_queue_takes() -> None:
    (only,) = ahead([entry(1, due_at=NOON + LOOK_AHEAD)], FRESH)[0]
    assert only.delay_seconds == LOOK_AHEAD.total_seconds() < DELAY_MAX.total_seconds()


# ---- lost on the way


def test_what_was_handed_long_ago_and_is_still_due_was_lost() -> None:
    _, state = pace([entry(1)], FRESH, 1.0, NOON)
    assert lost([entry(1)], state, NOON + LOST_AFTER + SECOND)
    assert not lost([entry(1)], state, NOON + LOST_AFTER)


def test_what_was_never_handed_is_late_and_not_lost() -> None:
    _, state = pace([entry(1)], FRESH, 1.0, NOON)
    assert not lost([entry(2)], state, NOON + 10 * MINUTE)
    assert not lost([entry(1, BIG)], state, NOON + 10 * MINUTE)
    assert not lost([], state, NOON + 10 * MINUTE)


@given(
    st.lists(
        st.tuples(st.sampled_from([SMALL, BIG]), st.integers(0, 3000), st.integers(0, 200)), max_size=60
    ),
    st.sampled_from([1.0, 3.0, 0.1]),
)
def test_minute_after_minute_every_entry_is_handed_exactly_once(
    raw: list[tuple[ClinicId, int, int]], rate: float
) -> None:
    all_due = [Due(c, PatientId(f"pat-{n:04d}"), NOON + ms * timedelta(milliseconds=97)) for c, n, ms in raw]
    all_due = sorted(set(all_due), key=lambda one: (one.due_at, one.patient_id))
    state, now, handed = FRESH, NOON, []
    for _ in range(60):
        due = [one for one in all_due if one.due_at <= now]
        batch, state = pace(due, state, rate, now)
        handed += batch
        now += MINUTE
    names = [(one.clinic_id, one.patient_id) for one in handed]
    assert sorted(names) == sorted((one.clinic_id, one.patient_id) for one in all_due)
