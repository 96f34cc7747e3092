"""Learns the weights of the screen's last net from the examples it is tuned on, and from nothing else.

The same examples give the same file: the order of the examples is shuffled with a fixed seed. Never hand it
the held-out set.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import exp, sqrt
from pathlib import Path

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen_lexicon import Tier
from aftercare.domain.screen_text import read
from aftercare.domain.screen_weights import LEAST_WEIGHED, Weights, signs_of
from infra.local.screen_report import Example, read_examples

IN_VAIN = 0.055
"""Share of green examples that the net may alert by itself: what the lexicon leaves of 8 in 100."""

TUNED_ON = tuple(sorted(Path("tests/unit/screen").glob("dev_*.jsonl")))
WEIGHTS = Path("functions/aftercare/content/screen/weights.json")

AMBER_RAISED = 0.25
"""Share of amber examples that the net may raise to red."""

_ROUNDS, _STEP, _LEAST_SEEN, _FOLDS, _LEAST_WEIGHT = 12, 0.3, 2, 5, 0.1
_BIAS_STEP, _SIGN_STEP = 0.1, 3.0
PROVENANCE = (
    "Learned by infra/local/screen_training.py from tests/unit/screen/dev_*.jsonl (invented examples, red "
    "against the rest) and from nothing else. Do not edit by hand; see infra/decisions/0012."
)


Seen = tuple[list[str], int, bool]
"""The signs of an example, how many words it has, and whether it is red."""


def train(paths: Sequence[Path], out: Path) -> None:
    """Write the weights learned from the examples in ``paths`` to ``out``."""
    examples = [one for path in paths for one in read_examples(path)]
    seen = [_seen(one) for one in examples]
    alone_at, beside_at = _thresholds(examples, seen)
    learned = _learn(seen)
    signs = {sign: round(w, 2) for sign, w in sorted(learned.signs.items()) if abs(w) >= _LEAST_WEIGHT}
    head = {
        "provenance": PROVENANCE,
        "bias": round(learned.bias, 3),
        "alone_at": alone_at,
        "beside_at": beside_at,
    }
    lines = ",\n".join(f"{json.dumps(sign)}: {weight}" for sign, weight in signs.items())
    out.write_text(f'{json.dumps(head, indent=0)[:-2]},\n"signs": {{\n{lines}\n}}\n}}\n', encoding="utf-8")


def _seen(one: Example) -> Seen:
    words = read(one.text, load_screen().spelling)[1].words
    return sorted(set(signs_of(words))), len(words), one.expect == Tier.RED


def _learn(seen: Sequence[Seen]) -> Weights:
    """Fit by logistic regression, one example at a time."""
    count = Counter(sign for signs, _, _ in seen for sign in signs)
    kept = [([s for s in signs if count[s] >= _LEAST_SEEN], 1 / sqrt(n + 2), red) for signs, n, red in seen]
    weights: dict[str, float] = defaultdict(float)
    bias, order = 0.0, list(range(len(kept)))
    shuffler = random.Random(1)  # noqa: S311 - an order of examples, no secret
    for turn in range(_ROUNDS):
        shuffler.shuffle(order)
        step = _STEP / (1 + turn * 0.3)
        for at in order:
            signs, scale, red = kept[at]
            total = bias + scale * sum(weights[sign] for sign in signs)
            error = red - 1 / (1 + exp(-max(-30.0, min(30.0, total))))
            bias += step * error * _BIAS_STEP
            for sign in signs:
                weights[sign] += step * error * scale * _SIGN_STEP
    return Weights(bias, 0.0, 0.0, weights)


def _thresholds(examples: Sequence[Example], seen: Sequence[Seen]) -> tuple[float, float]:
    """Return what few enough of the green, and of the amber, examples reach that were not learned from."""
    reached: dict[str, list[float]] = defaultdict(list)
    for fold in range(_FOLDS):
        learned = _learn([one for at, one in enumerate(seen) if at % _FOLDS != fold])
        for at in range(fold, len(seen), _FOLDS):
            signs, words, _ = seen[at]
            if words < LEAST_WEIGHED:
                continue
            reached[examples[at].expect].append(_weight(signs, words, learned.bias, learned.signs))
    return _reached_by(reached[Tier.GREEN], IN_VAIN), _reached_by(reached[Tier.AMBER], AMBER_RAISED)


def _reached_by(weights: Sequence[float], share: float) -> float:
    return round(sorted(weights)[int(len(weights) * (1 - share))], 2)


def _weight(signs: Sequence[str], words: int, bias: float, weights: Mapping[str, float]) -> float:
    return bias + sum(weights.get(sign, 0.0) for sign in signs) / sqrt(words + 2)
