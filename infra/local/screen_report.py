"""``aftercare screen``: how well the crisis screen does on examples: recall, precision, alerts in vain.

For invented examples only: it prints what it misses, so no patient's message may ever be among them.

A line of an example file is a JSON object: ``id``, ``text``, ``expect`` (``red``, ``amber`` or ``green``)
and, if there were messages before it, ``earlier``. A line without ``expect`` is on the must-catch list and
has to be red. The language of a line is the part ``en``, ``es`` or ``mixed`` of its file's name.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aftercare.content.load_screen import load_screen
from aftercare.domain.errors import BadInput
from aftercare.domain.interval import wilson
from aftercare.domain.screen import screen
from aftercare.domain.screen_lexicon import Lexicon, Tier, Verdict

RECALL_MIN = 0.98
RECALL_LOWER_BOUND_MIN = 0.95
"""Source of both: clinical-regulatory research 4.5, after the published telehealth screen (4.1)."""

ALERTS_PER_100_MAX = 8.0
"""Alerts, red or amber, on 100 ordinary messages that staff will bear: our own limit."""

HELD_OUT = tuple(
    Path("tests/screen") / f"{name}.jsonl" for name in ("heldout_en", "heldout_es", "must_catch")
)
"""Never tuned on; see the README beside them."""

MUST_CATCH = "must-catch"
LANGUAGES = ("en", "es", "mixed")


@dataclass(frozen=True, slots=True)
class Example:
    """One invented message and what the screen should say. ``expect`` is a tier or ``must-catch``."""

    id: str
    text: str
    expect: str
    language: str
    earlier: tuple[str, ...] = ()


Judged = tuple[Example, Verdict]


def run(paths: Sequence[Path] = HELD_OUT, *, show_misses: bool = True) -> int:
    """Screen every example, print the figures and what was missed.

    Args:
        paths: Files of examples, one JSON object a line.
        show_misses: Print every miss with its words. Leave it out while working on the lexicon: whoever
            mends what the held-out set shows has spent the set.

    Returns:
        The exit code: 1 if the gate fails, 2 if a file cannot be used, else 0.
    """
    try:
        examples = [example for path in paths for example in read_examples(path)]
    except BadInput as bad:
        print(f"screen report: {bad}")
        return 2
    judged = judge(examples, load_screen())
    for line in (*figures(judged), *(misses(judged) if show_misses else ())):
        print(line)
    failures = list(gate(judged))
    for failure in failures:
        print(f"gate: {failure}")
    print("gate: failed" if failures else "gate: passed")
    return 1 if failures else 0


def read_examples(path: Path) -> Iterator[Example]:
    """Yield the examples of a file.

    Raises:
        BadInput: A line is no example; names file and line.
    """
    parts = re.split(r"[^a-z]+", path.stem.lower())
    language = next((name for name in LANGUAGES if name in parts), "all")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield _example(line, language, f"{path.name}:{number}")


def _example(line: str, language: str, where: str) -> Example:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadInput("line", line, "a JSON object", where) from error
    if not isinstance(raw, dict):
        raise BadInput("line", line, "a JSON object", where)
    for key in ("id", "text"):
        if not isinstance(raw.get(key), str):
            raise BadInput(key, raw.get(key), "a text", where)
    expect = raw.get("expect", MUST_CATCH)
    if expect not in (*Tier, MUST_CATCH):
        raise BadInput("expect", expect, ", ".join(Tier), where)
    earlier = raw.get("earlier", [])
    if not isinstance(earlier, list) or not all(isinstance(one, str) for one in earlier):
        raise BadInput("earlier", earlier, "a list of texts", where)
    return Example(raw["id"], raw["text"], expect, language, tuple(earlier))


def judge(examples: Sequence[Example], lexicon: Lexicon) -> list[Judged]:
    """Return every example with the verdict of the screen."""
    return [(one, screen(one.text, one.earlier, lexicon=lexicon)) for one in examples]


def figures(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield the figures of each language, a line each."""
    for language, group in _by_language(judged).items():
        counts = Counter((one.expect, verdict.tier) for one, verdict in group)
        total = Counter(one.expect for one, _ in group)
        if set(total) == {MUST_CATCH}:
            yield _share(
                f"{language} must-catch found as red", counts[MUST_CATCH, Tier.RED], total[MUST_CATCH]
            )
            continue
        red, amber, ordinary = total[Tier.RED], total[Tier.AMBER], total[Tier.GREEN]
        found = counts[Tier.RED, Tier.RED]
        seen = found + counts[Tier.RED, Tier.AMBER]
        yield _share(f"{language} crisis found as red", found, red)
        yield _share(f"{language} crisis found as amber at least", seen, red)
        noticed = counts[Tier.AMBER, Tier.AMBER] + counts[Tier.AMBER, Tier.RED]
        yield _share(f"{language} amber found as amber at least", noticed, amber)
        caught = counts[MUST_CATCH, Tier.RED]
        if total[MUST_CATCH]:
            yield _share(f"{language} must-catch found as red", caught, total[MUST_CATCH])
        alerts = sum(count for (_, tier), count in counts.items() if tier is Tier.RED)
        yield _share(f"{language} precision of red", found + caught, alerts)
        in_vain, looked_at = (_per_100(counts[Tier.GREEN, tier], ordinary) for tier in (Tier.RED, Tier.AMBER))
        yield f"{language} ordinary, per 100: {in_vain:.1f} red, {looked_at:.1f} amber (of {ordinary})"


def misses(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield every example that got a lower tier than it should, and every ordinary one that got red."""
    for one, verdict in judged:
        expect = Tier.RED if one.expect == MUST_CATCH else Tier(one.expect)
        in_vain = expect is Tier.GREEN and verdict.tier is Tier.RED
        if verdict.tier.rank < expect.rank or in_vain:
            why = ", ".join(verdict.matched) or "nothing found"
            yield f"miss {one.id}: {one.expect} got {verdict.tier}: {one.text!r} ({why})"


def gate(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield every reason not to ship. Each language has to pass: an average would hide the weaker one."""
    for language, group in _by_language(judged).items():
        crisis = [verdict.tier is Tier.RED for one, verdict in group if one.expect == Tier.RED]
        if crisis:
            recall, (lower, _) = sum(crisis) / len(crisis), wilson(sum(crisis), len(crisis))
            if recall < RECALL_MIN:
                yield f"{language} crisis recall {recall:.3f}, wanted {RECALL_MIN}"
            if lower < RECALL_LOWER_BOUND_MIN:
                yield f"{language} crisis recall's lower bound {lower:.3f}, wanted {RECALL_LOWER_BOUND_MIN}"
        lost = [one.id for one, verdict in group if one.expect == MUST_CATCH and verdict.tier is not Tier.RED]
        if lost:
            yield f"{language} must-catch not caught: {', '.join(lost)}"
        ordinary = [verdict.tier is not Tier.GREEN for one, verdict in group if one.expect == Tier.GREEN]
        rate = _per_100(sum(ordinary), len(ordinary))
        if rate > ALERTS_PER_100_MAX:
            yield f"{language} alerts on {rate:.1f} of 100 ordinary messages, at most {ALERTS_PER_100_MAX:g}"


def _by_language(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one, verdict in judged:
        groups[one.language].append((one, verdict))
    return groups


def _share(what: str, hits: int, of: int) -> str:
    if of == 0:
        return f"{what}: none in the set"
    lower, upper = wilson(hits, of)
    return f"{what}: {hits / of:.3f} [{lower:.3f}, {upper:.3f}] ({hits} of {of})"


def _per_100(hits: int, of: int) -> float:
    return 100 * hits / of if of else 0.0
