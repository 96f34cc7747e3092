"""Learns the weights of the screen's last net from the examples it is tuned on, and from nothing else.

The same examples give the same file: the order of the examples is shuffled with a fixed seed. Never hand it
the held-out set.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp, inf, sqrt
from pathlib import Path

from aftercare.content.load_screen import load_screen
from aftercare.domain.screen import screen
from aftercare.domain.screen_lexicon import Lexicon, Tier
from aftercare.domain.screen_text import read
from aftercare.domain.screen_weights import LEAST_WEIGHED, Weights, signs_of
from infra.local.screen_report import RECALL_MIN, Example, read_examples

TUNED_ON = tuple(sorted(Path("tests/unit/screen").glob("dev_*.jsonl")))
WEIGHTS = Path("functions/aftercare/content/screen/weights.json")

AMBER_RAISED = 0.25
"""Share of amber examples that the net may raise to red."""

AMBER_COUNTS = 0.1
"""How much an amber example counts against red, beside a green one: it is no crisis, but next to one."""

_ROUNDS, _STEP, _LEAST_SEEN, _FOLDS, _LEAST_WEIGHT = 12, 0.3, 2, 5, 0.3
_BIAS_STEP, _SIGN_STEP = 0.1, 9.0
PROVENANCE = (
    "Learned by infra/local/screen_training.py from tests/unit/screen/dev_*.jsonl (invented examples, red "
    "against the rest) and from nothing else. Do not edit by hand; see infra/decisions/0012."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """An example as the net sees it, and the tier at which the lexicon alone leaves it."""

    words: tuple[str, ...]
    signs: tuple[str, ...]
    expect: str
    left_at: Tier
    language: str


def train(paths: Sequence[Path], out: Path) -> None:
    """Write the weights learned from the examples in ``paths`` to ``out``."""
    lexicon = replace(load_screen(), weights=Weights(0.0, inf, inf, {}))
    seen = [_seen(one, lexicon) for path in paths for one in read_examples(path)]
    alone_at, beside_at = _thresholds(seen)
    learned = _learn(seen)
    head = {
        "provenance": PROVENANCE,
        "bias": learned.bias,
        "alone_at": alone_at,
        "beside_at": beside_at,
    }
    lines = ",\n".join(f"{json.dumps(sign)}: {weight}" for sign, weight in sorted(learned.signs.items()))
    out.write_text(f'{json.dumps(head, indent=0)[:-2]},\n"signs": {{\n{lines}\n}}\n}}\n', encoding="utf-8")


def _seen(one: Example, lexicon: Lexicon) -> Seen:
    words = read(one.text, lexicon.spelling)[1].words
    left_at = screen(one.text, one.earlier, lexicon=lexicon).tier
    return Seen(words, tuple(sorted(set(signs_of(words)))), one.expect, left_at, one.language)


def _learn(seen: Sequence[Seen]) -> Weights:
    """Fit red against the rest by logistic regression, one example at a time."""
    count = Counter(sign for one in seen for sign in one.signs)
    weights = {sign: 0.0 for sign, times in sorted(count.items()) if times >= _LEAST_SEEN}
    kept = [([sign for sign in one.signs if sign in weights], one.expect) for one in seen]
    bias, shuffler = 0.0, random.Random(1)  # noqa: S311 - an order of examples, no secret
    for turn in range(_ROUNDS):
        shuffler.shuffle(kept)
        step = _STEP / (1 + turn * 0.3)
        for signs, expect in kept:
            scale = 1 / sqrt(len(signs) + 2)
            total = bias + scale * sum([weights[sign] for sign in signs])
            error = (expect == Tier.RED) - 1 / (1 + exp(-max(-30.0, min(30.0, total))))
            moved = step * error * (AMBER_COUNTS if expect == Tier.AMBER else 1.0)
            bias += moved * _BIAS_STEP
            for sign in signs:
                weights[sign] += moved * scale * _SIGN_STEP
    heavy = {sign: round(weight, 1) for sign, weight in weights.items() if abs(weight) >= _LEAST_WEIGHT}
    return Weights(round(bias, 3), 0.0, 0.0, heavy)


def _thresholds(seen: Sequence[Seen]) -> tuple[float, float]:
    """Return the bars, set by examples that were not learned from.

    Beside an amber finding few enough of the amber examples may reach it. Alone, as many of the red ones of
    each language must as the gate asks of the screen; what it alerts in vain follows from that.
    """
    weighed = list(_cross_validated(seen))
    ambers = [weight for one, weight in weighed if one.expect == one.left_at == Tier.AMBER]
    beside_at = _reached_by(ambers, AMBER_RAISED)
    alone_at = min(
        _bar([(one, weight) for one, weight in weighed if one.language == language], beside_at)
        for language in sorted({one.language for one in seen})
    )
    greens = [weight for one, weight in weighed if one.expect == one.left_at == Tier.GREEN]
    share = sum(weight >= alone_at for weight in greens) / len(greens)
    print(f"of the green examples that the phrases leave, the net alerts {share:.1%}")
    return alone_at, beside_at


def _cross_validated(seen: Sequence[Seen]) -> Iterator[tuple[Seen, float]]:
    """Yield every example with its weight by a net that has not learned from it."""
    for fold in range(_FOLDS):
        learned = _learn([one for at, one in enumerate(seen) if at % _FOLDS != fold])
        for one in seen[fold::_FOLDS]:
            short = len(one.words) < LEAST_WEIGHED
            yield one, -inf if short else learned.heaviest(one.words)


def _bar(weighed: Sequence[tuple[Seen, float]], beside_at: float) -> float:
    """Return the highest bar at which enough of the red examples are found."""
    reds = [(one.left_at, weight) for one, weight in weighed if one.expect == Tier.RED]
    found = sum(at is Tier.RED or (at is Tier.AMBER and weight >= beside_at) for at, weight in reds)
    left = sorted((weight for at, weight in reds if at is Tier.GREEN), reverse=True)
    wanted = ceil(len(reds) * RECALL_MIN) - found
    return inf if wanted <= 0 else round(left[min(wanted, len(left)) - 1] - 0.005, 2)


def _reached_by(weights: Sequence[float], share: float) -> float:
    return round(sorted(weights)[int(len(weights) * (1 - share))], 2)
