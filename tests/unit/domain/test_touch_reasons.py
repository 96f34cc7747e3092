"""What staff read under "why was this not sent"."""

from aftercare.domain.followup import Mark, MarkState
from aftercare.domain.protocol import Kind
from aftercare.domain.touch import ANSWERS, ANY_HOUR, PRIORITY, REASONS, UNCOUNTED, Reason
from tests.building import NOON, a_touch


def test_every_reason_is_explained_in_a_sentence_of_its_own() -> None:
    assert set(REASONS) == set(Reason)
    assert len(set(REASONS.values())) == len(REASONS)
    assert all(text[0].isupper() and text.endswith(".") and "_" not in text for text in REASONS.values())


def test_every_kind_of_touch_has_its_turn() -> None:
    assert set(PRIORITY) == set(Kind)
    order = sorted(PRIORITY, key=PRIORITY.__getitem__)
    assert order[:6] == [
        *(Kind.CRISIS, Kind.OPT_OUT, Kind.HELP, Kind.AFTER_HOURS, Kind.MANUAL),
        Kind.SAFETY,
    ]
    assert order[-1] is Kind.EDUCATION


def test_what_answers_a_patient_waits_for_no_window_and_counts_for_no_cap() -> None:
    assert ANSWERS < ANY_HOUR < UNCOUNTED
    assert Kind.AFTER_HOURS in ANSWERS
    assert not UNCOUNTED & {Kind.CHECK_IN, Kind.REMINDER, Kind.MEASURE, Kind.EDUCATION}


def test_a_held_touch_wakes_when_its_hold_ends() -> None:
    assert a_touch().wakes_at == NOON
    later = NOON.replace(hour=20)
    assert a_touch(mark=Mark(MarkState.HELD, later)).wakes_at == later
    assert a_touch(due_at=later, mark=Mark(MarkState.HELD, NOON)).wakes_at == later
