"""The report counts what it should, and its gate closes when it must."""

import json
from pathlib import Path

import pytest

from aftercare.domain.interval import wilson
from aftercare.domain.screen_lexicon import Tier, Verdict
from infra.local.screen_report import Example, figures, gate, misses, run

HERE = Path(__file__).parent
RED, AMBER, GREEN = (Verdict(tier) for tier in (Tier.RED, Tier.AMBER, Tier.GREEN))


def judged(expect: str, verdict: Verdict, count: int, language: str = "en") -> list[tuple[Example, Verdict]]:
    return [(Example(f"{expect}{n}", "text", expect, language), verdict) for n in range(count)]


@pytest.mark.parametrize(
    ("hits", "of", "lower", "upper"),
    # Worked by hand from Wilson (1927), z = 1.96.
    [
        (98, 100, 0.930, 0.994),
        (200, 200, 0.981, 1.0),
        (0, 10, 0.0, 0.278),
        (5, 10, 0.237, 0.763),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, of: int, lower: float, upper: float) -> None:
    assert wilson(hits, of) == pytest.approx((lower, upper), abs=0.001)


def test_a_perfect_screen_passes() -> None:
    assert (
        list(gate(judged("red", RED, 200) + judged("must-catch", RED, 5) + judged("green", GREEN, 100))) == []
    )


def test_a_crisis_seen_only_as_amber_counts_as_missed() -> None:
    assert "crisis recall 0.970" in next(gate(judged("red", RED, 194) + judged("red", AMBER, 6)))


def test_too_few_examples_prove_nothing() -> None:
    assert ["lower bound" in failure for failure in gate(judged("red", RED, 40))] == [True]


def test_one_must_catch_lost_closes_the_gate() -> None:
    failures = list(gate(judged("must-catch", RED, 50) + judged("must-catch", AMBER, 1)))
    assert failures == ["en must-catch not caught: must-catch0"]


def test_eight_alerts_on_a_hundred_ordinary_messages_are_borne_and_nine_are_not() -> None:
    assert list(gate(judged("green", RED, 5) + judged("green", AMBER, 3) + judged("green", GREEN, 92))) == []
    assert "9.0 of 100" in next(
        gate(judged("green", RED, 5) + judged("green", AMBER, 4) + judged("green", GREEN, 91))
    )


def test_a_strong_language_does_not_hide_a_weak_one() -> None:
    mixed = judged("red", RED, 1000) + judged("red", GREEN, 10, "es") + judged("red", RED, 90, "es")
    assert all(failure.startswith("es ") for failure in gate(mixed))
    assert len(list(gate(mixed))) == 2


def test_the_figures_name_their_counts() -> None:
    lines = list(
        figures(
            judged("red", RED, 9)
            + judged("red", AMBER, 1)
            + judged("green", RED, 1)
            + judged("green", GREEN, 3)
        )
    )
    assert "(9 of 10)" in lines[0] and "(10 of 10)" in lines[1]
    assert lines[2].endswith("none in the set") and "(9 of 10)" in lines[3]
    assert lines[4] == "en ordinary, per 100: 25.0 red, 0.0 amber (of 4)"


def test_what_is_missed_and_what_alerts_in_vain_is_listed() -> None:
    found = [
        *misses(
            judged("red", AMBER, 1)
            + judged("green", RED, 1)
            + judged("green", AMBER, 1)
            + judged("amber", RED, 1)
        )
    ]
    assert [line.split(":")[0] for line in found] == ["miss red0", "miss green0"]


def test_misses_are_left_out_for_whoever_works_on_the_lexicon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "few_en.jsonl"
    path.write_text(json.dumps({"id": "m3", "text": "thanks Ada"}) + "\n", encoding="utf-8")
    assert run([path], show_misses=False) == 1
    assert "thanks Ada" not in (quiet := capsys.readouterr().out) and "m3" in quiet
    run([path])
    assert "thanks Ada" in capsys.readouterr().out


def test_a_file_of_examples_is_read_and_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"id": "m1", "text": "I want to die"},
        {"id": "m2", "text": "kill myself", "earlier": ["I'm going to"]},
        {"id": "g1", "text": "thanks", "expect": "green"},
    ]
    path = tmp_path / "few_en.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert run([path]) == 0
    assert "must-catch found as red: 1.000" in capsys.readouterr().out
    path.write_text(json.dumps({"id": "m3", "text": "thanks"}) + "\n", encoding="utf-8")
    assert run([path]) == 1


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[1]",
        '{"id": 1, "text": "a"}',
        '{"id": "a"}',
        '{"id":"a","text":"b","expect":"blue"}',
        '{"id":"a","text":"b","earlier":"c"}',
    ],
)
def test_a_line_that_is_no_example_is_named(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad_en.jsonl"
    path.write_text("\n" + line + "\n", encoding="utf-8")
    assert run([path]) == 2
    assert "bad_en.jsonl:2" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_examples_it_was_tuned_on_pass_the_gate(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = HERE / f"dev_{language}.jsonl"
    expected = [json.loads(line)["expect"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert expected.count("red") >= 150 and len(expected) - expected.count("red") >= 200
    assert run([path]) == 0, capsys.readouterr().out
