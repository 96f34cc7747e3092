"""What a submitted form means: what is refused, what it comes to, and what a nurse must look at."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.content.load_measures import load_measures
from aftercare.content.load_protocols import load_protocols
from aftercare.domain.concern import Concern
from aftercare.domain.course_change import Measured
from aftercare.domain.errors import BadInput
from aftercare.domain.form import concerns, first_look, read_form, scored
from aftercare.domain.ids import ProtocolId
from aftercare.domain.scale import NumberItem

MEASURES = load_measures()
BASELINE = ("phq-9", "gad-7", "mood", "bladder", "misuse")
NOW = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Raw = dict[str, object]


def phq9(*values: int | None) -> Raw:
    """Return the nine answers in order; None is left blank."""
    return {f"phq9_{n}": value for n, value in enumerate(values, 1) if value is not None}


def phq9_of(total: int) -> Raw:
    """Return nine answers that add up to ``total`` (24 at most) and leave item 9 at nothing."""
    values = [min(3, max(0, total - 3 * n)) for n in range(8)]
    return phq9(*values, 0)


def totals(*history: tuple[float, int]) -> list[Measured]:
    """Return totals by days before now."""
    return [Measured(total, NOW - days * DAY) for days, total in history]


def found_in(
    raw: Raw, *codes: str, history: dict[str, list[Measured]] | None = None
) -> list[tuple[str, ...]]:
    form = read_form(raw, codes, MEASURES)
    return shown(concerns(form, NOW, history or {}))


def shown(found: tuple[Concern, ...]) -> list[tuple[str, ...]]:
    return [(one.tier.value, one.reason.value, *one.items) for one in found]


# ---- What is read


def test_a_whole_baseline_is_read_and_scored_measure_by_measure() -> None:
    raw = {
        **phq9(1, 2, 3, 0, 1, 2, 3, 0, 0),
        "phq9_difficulty": 2,
        **{f"gad7_{n}": 1 for n in range(1, 8)},
        "mood": 4,
        **{f"bladder_{n}": 0 for n in range(1, 5)},
        "misuse_1": 0,
        "misuse_2": 0,
    }
    found = {one.code: one for one in scored(read_form(raw, BASELINE, MEASURES))}
    assert {code: one.total for code, one in found.items()} == {
        "phq-9": 12,
        "gad-7": 7,
        "mood": 4,
        "bladder": None,
        "misuse": None,
    }
    assert all(one.complete and not one.prorated for one in found.values())
    assert found["phq-9"].answers["phq9_9"] == 0
    assert found_in(raw, *BASELINE) == []


@pytest.mark.parametrize(
    ("raw", "total", "prorated", "complete"),
    [
        (phq9(1, 1, 1, 1, 1, 1, 1, 1, 0), 8, False, True),
        # 14 of eight answers: 14 x 9 / 8 = 15.75
        (phq9(2, 2, 2, 2, 2, 2, None, 2, 0), 16, True, False),
        (phq9(2, 2, 2, 2, 2, None, None, 2, 0), None, False, False),
        (phq9(2, 2, 2, 2, 2, 2, 2, 2, None), None, False, False),
    ],
)
def test_one_blank_is_prorated_and_shown_and_two_leave_no_total(
    raw: Raw, total: int | None, prorated: bool, complete: bool
) -> None:
    (one,) = scored(read_form(raw, ["phq-9"], MEASURES))
    assert (one.total, one.prorated, one.complete) == (total, prorated, complete)


def test_measures_are_scored_in_the_order_they_were_asked_and_each_once() -> None:
    form = read_form({"mood": 3}, ["mood", "phq-2", "mood"], MEASURES)
    assert [one.code for one in scored(form)] == ["mood", "phq-2"]


@pytest.mark.parametrize(
    ("raw", "field", "allowed"),
    [
        ({"phq9_3": 4}, "answers.phq9_3", "a whole number from 0 to 3"),
        ({"gad7_1": 0}, "answers.gad7_1", "phq9_1, phq9_2"),
        ({"phq9_0": 0}, "answers.phq9_0", "phq9_1, phq9_2"),
        ({"bladder_5": 1}, "answers.bladder_5", "bladder_1, bladder_2"),
    ],
)
def test_a_form_with_a_wrong_answer_is_refused_by_name(raw: Raw, field: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_form(raw, ["phq-9", "bladder"], MEASURES)
    assert refused.value.field == field
    assert allowed in refused.value.allowed


def test_a_form_of_a_measure_we_do_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match="qids") as refused:
        read_form({}, ["phq-9", "qids"], MEASURES)
    assert "gad-7" in refused.value.allowed


def test_what_a_patient_wrote_is_kept_apart_for_the_screen() -> None:
    form = read_form({"side_effects": "A", "side_effects_text": "still floating"}, ["side-effects"], MEASURES)
    assert form.words == {"side_effects_text": "still floating"}
    assert read_form({"mood": 5}, ["mood"], MEASURES).words == {}


@pytest.mark.parametrize("protocol", sorted(load_protocols()))
def test_every_form_a_protocol_sends_can_be_submitted_with_all_its_questions(protocol: str) -> None:
    forms = {step.measures for step in load_protocols()[ProtocolId(protocol)].steps if step.measures}
    assert forms
    for codes in forms:
        items = [one for code in codes for one in MEASURES[code].items if isinstance(one, NumberItem)]
        form = read_form({one.id: one.highest for one in items}, codes, MEASURES)
        assert all(one.complete for one in scored(form))


# ---- What a nurse must look at


@pytest.mark.parametrize("value", [1, 2, 3])
def test_any_thought_of_being_better_off_dead_is_red_however_low_the_total(value: int) -> None:
    raw = phq9(0, 0, 0, 0, 0, 0, 0, 0, value)
    assert found_in(raw, "phq-9") == [("red", "item_nine", "phq9_9")]


def test_item_9_left_blank_is_amber_whatever_the_rest() -> None:
    assert found_in(phq9(3, 3, 3, 3, 3, 3, 3, 3, None), "phq-9") == [("amber", "item_nine_blank", "phq9_9")]
    assert found_in({}, "phq-9") == [("amber", "item_nine_blank", "phq9_9")]


def test_a_form_without_the_phq9_is_not_asked_for_item_9() -> None:
    assert found_in({"phq2_1": 3, "phq2_2": 3}, "phq-2") == []


def test_item_9_reaches_a_nurse_though_the_form_is_refused() -> None:
    raw: Raw = {**phq9(0, 0, 0, 0, 0, 0, 0, 0, 2), "phq9_1": "often", "colour": "red"}
    assert shown(first_look(raw, ["phq-9"], MEASURES)) == [("red", "item_nine", "phq9_9")]
    with pytest.raises(BadInput):
        read_form(raw, ["phq-9"], MEASURES)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (2, ("red", "item_nine", "phq9_9")),
        ("2", ("red", "item_nine", "phq9_9")),
        (9, ("red", "item_nine", "phq9_9")),
        (None, ("amber", "item_nine_blank", "phq9_9")),
        ("sometimes", ("amber", "item_nine_blank", "phq9_9")),
        (-1, ("amber", "item_nine_blank", "phq9_9")),
    ],
)
def test_item_9_is_found_however_it_was_sent(found: object, says: tuple[str, ...]) -> None:
    assert shown(first_look({"phq9_9": found}, ["phq-9"], MEASURES)) == [says]


def test_item_9_counts_even_if_the_link_did_not_ask_for_it() -> None:
    assert shown(first_look({"phq9_9": 1}, ["gad-7"], MEASURES)) == [("red", "item_nine", "phq9_9")]
    assert shown(first_look({"phq9_9": 1}, ["no-such-measure"], MEASURES)) == [("red", "item_nine", "phq9_9")]
    assert first_look({"gad7_1": 1}, ["gad-7"], MEASURES) == ()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"bladder_1": 1}, [("amber", "bladder", "bladder_1")]),
        ({"bladder_2": 1}, [("amber", "bladder", "bladder_2")]),
        ({"bladder_1": 1, "bladder_2": 1}, [("amber", "bladder", "bladder_1", "bladder_2")]),
        ({"bladder_3": 1}, [("red", "bladder_red", "bladder_3")]),
        ({"bladder_4": 1}, [("red", "bladder_red", "bladder_4")]),
        (
            {"bladder_1": 1, "bladder_4": 1, "misuse_2": 1},
            [
                ("red", "bladder_red", "bladder_4"),
                ("amber", "bladder", "bladder_1"),
                ("amber", "craving", "misuse_2"),
            ],
        ),
        ({"misuse_1": 1, "misuse_2": 1}, [("amber", "craving", "misuse_1", "misuse_2")]),
        ({"bladder_1": 0, "misuse_1": 0}, []),
        ({}, []),
    ],
)
def test_bladder_and_craving_are_looked_at_and_blood_first(raw: Raw, says: list[tuple[str, ...]]) -> None:
    assert found_in(raw, "bladder", "misuse") == says


@pytest.mark.parametrize(("total", "rose"), [(10, False), (11, True), (20, True), (4, False)])
def test_a_phq9_five_over_the_best_is_looked_at(total: int, rose: bool) -> None:
    history = {"phq-9": totals((21, 18), (14, 6), (7, 9))}
    says = [("amber", "phq9_rose")] if rose else []
    assert found_in(phq9_of(total), "phq-9", history=history) == says


def test_a_first_phq9_has_not_risen() -> None:
    assert found_in(phq9_of(24), "phq-9") == []


def test_answers_enough_to_be_five_over_the_best_count_without_a_total() -> None:
    history = {"phq-9": totals((7, 6))}
    blanks = phq9(None, None, 3, 3, 3, 2, 0, 0, 0)
    assert found_in(blanks, "phq-9", history=history) == [("amber", "phq9_rose")]
    assert found_in(phq9(None, None, 3, 3, 3, 1, 0, 0, 0), "phq-9", history=history) == []


def test_the_best_of_an_earlier_course_does_not_count_when_the_course_is_known() -> None:
    form = read_form(phq9_of(12), ["phq-9"], MEASURES)
    history = {"phq-9": totals((200, 2), (9, 14))}
    began_at = NOW - 7 * DAY
    assert concerns(form, NOW, history, began_at=began_at) == ()
    assert shown(concerns(form, NOW, history)) == [("amber", "phq9_rose")]


def test_a_form_submitted_late_is_not_compared_with_what_came_after_it() -> None:
    later = Measured(2, NOW + DAY)
    assert found_in(phq9_of(12), "phq-9", history={"phq-9": [later]}) == []
    both = {"phq-9": [*totals((7, 6)), later]}
    assert found_in(phq9_of(12), "phq-9", history=both) == [("amber", "phq9_rose")]


def test_a_mood_in_a_form_counts_as_one_by_text() -> None:
    assert found_in({"mood": 1}, "mood") == [("amber", "mood_low", "mood")]
    history = {"mood": totals((2, 8), (1, 8))}
    assert found_in({"mood": 5}, "mood", history=history) == [("amber", "mood_fell", "mood")]
    assert found_in({"mood": 6}, "mood", history=history) == []


def test_letters_in_a_form_count_as_those_by_text() -> None:
    form = read_form({"side_effects": "AF"}, ["side-effects"], MEASURES)
    evening = concerns(form, NOW, {}, since_session=timedelta(hours=4))
    assert shown(evening) == [("amber", "bladder", "side_effects")]
    assert len(concerns(form, NOW, {}, since_session=DAY)) == 2
