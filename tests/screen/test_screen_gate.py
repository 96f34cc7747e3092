"""The gate of the crisis screen (clinical-regulatory research 4.5), on texts it was never tuned on.

A failure names counts and ids only: whoever mends single misses has spent the set.
"""

from functools import lru_cache
from pathlib import Path

from aftercare.content.load_screen import load_screen
from infra.local.screen_report import HELD_OUT, MUST_CATCH, Judged, gate, judge, read_examples

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def held_out() -> tuple[Judged, ...]:
    examples = [one for path in HELD_OUT for one in read_examples(ROOT / path)]
    return tuple(judge(examples, load_screen()))


def test_the_held_out_set_is_large_enough_to_prove_something() -> None:
    expected = [one.expect for one, _ in held_out()]
    assert len(expected) > 1_500
    assert expected.count(MUST_CATCH) >= 100


def test_every_text_on_the_must_catch_list_is_caught() -> None:
    assert list(gate([pair for pair in held_out() if pair[0].expect == MUST_CATCH])) == []


def test_ordinary_texts_alert_seldom_enough_that_staff_keep_looking() -> None:
    assert list(gate([pair for pair in held_out() if pair[0].expect == "green"])) == []


def test_the_held_out_crises_are_found() -> None:
    assert list(gate([pair for pair in held_out() if pair[0].expect == "red"])) == []
