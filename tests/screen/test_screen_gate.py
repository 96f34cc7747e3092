"""What of the crisis screen's gate every test run holds; the whole gate is `make screen`, which CI runs too.

Recall and alerts on the held-out set are not tests: they say whether the screen may ship, not whether the
code does what it says, and `make screen` ends with exit code 1 where they fall short.
"""

from pathlib import Path

from aftercare.content.load_screen import load_screen
from infra.local.screen_report import HELD_OUT, MUST_CATCH, gate, judge, read_examples

ROOT = Path(__file__).parents[2]


def test_the_held_out_set_is_large_enough_to_prove_something() -> None:
    expected = [one.expect for path in HELD_OUT for one in read_examples(ROOT / path)]
    assert len(expected) > 1_500
    assert expected.count(MUST_CATCH) >= 100


def test_every_text_on_the_must_catch_list_is_caught() -> None:
    examples = [one for path in HELD_OUT for one in read_examples(ROOT / path) if one.expect == MUST_CATCH]
    assert list(gate(judge(examples, load_screen()))) == []
