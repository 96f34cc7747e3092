"""The gate of the crisis screen (clinical-regulatory research 4.5), on texts it was never tuned on."""

from pathlib import Path

from aftercare.content.load_screen import load_screen
from infra.local.screen_report import HELD_OUT, MUST_CATCH, gate, judge, read_examples

ROOT = Path(__file__).parents[2]


def test_the_held_out_texts_pass_the_gate_of_the_crisis_screen() -> None:
    examples = [one for path in HELD_OUT for one in read_examples(ROOT / path)]
    assert len(examples) > 1_500
    assert sum(one.expect == MUST_CATCH for one in examples) >= 100
    assert list(gate(judge(examples, load_screen()))) == []
