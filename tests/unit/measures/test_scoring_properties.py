"""Whatever a patient answers and leaves blank, the rules for scoring hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_measures import load_measures
from aftercare.domain.answers import Answer, ItemNine, item_nine, read_answers
from aftercare.domain.errors import BadInput
from aftercare.domain.scale import Scale
from aftercare.domain.score import Score, score

MEASURES = load_measures()
PHQ9, SIDE_EFFECTS = MEASURES["phq-9"], MEASURES["side-effects"]
SUMMED = (PHQ9, MEASURES["phq-2"], MEASURES["gad-7"])


def scored(scale: Scale, answers: dict[str, Answer]) -> Score:
    return score(scale, read_answers(answers, [scale]))


@st.composite
def some_answers(draw: st.DrawFn) -> tuple[Scale, dict[str, Answer]]:
    """Draw a measure with a total and the answers to any of its questions."""
    scale = draw(st.sampled_from(SUMMED))
    given_ids = draw(st.sets(st.sampled_from([item.id for item in scale.items])))
    highest = {item.id: item.highest for item in scale.scored} | {"phq9_difficulty": 3}
    return scale, {id_: draw(st.integers(0, highest[id_])) for id_ in sorted(given_ids)}


@given(some_answers())
def test_any_subset_of_answers_follows_the_rules_for_blanks(drawn: tuple[Scale, dict[str, Answer]]) -> None:
    scale, answers = drawn
    found = scored(scale, answers)
    blank = {item.id for item in scale.scored} - set(answers)
    allowed_blanks = {"phq-9": 1, "phq-2": 0, "gad-7": 1}[scale.code]
    assert (found.total is not None) == (len(blank) <= allowed_blanks and "phq9_9" not in blank)
    assert set(found.missing) == blank
    assert found.complete == (not blank)
    assert found.prorated == (found.total is not None and bool(blank))
    assert (found.band is None) == (found.total is None)


@given(some_answers())
def test_a_total_is_never_below_what_was_answered_nor_beyond_the_scale(
    drawn: tuple[Scale, dict[str, Answer]],
) -> None:
    scale, answers = drawn
    found = scored(scale, answers)
    assert found.observed == sum(int(answers.get(item.id, 0)) for item in scale.scored)
    if found.total is None:
        return
    blank = len(found.missing)
    # No blank can add more than the highest answer would have.
    assert found.observed <= found.total <= found.observed + 3 * blank
    assert found.total <= {"phq-9": 27, "phq-2": 6, "gad-7": 21}[scale.code]
    if not blank:
        assert found.total == found.observed
    assert found.band is not None and found.band.lowest <= found.total <= found.band.highest


@given(some_answers())
def test_every_answer_comes_back_as_it_was_given(drawn: tuple[Scale, dict[str, Answer]]) -> None:
    scale, answers = drawn
    assert scored(scale, answers).answers == answers


@given(some_answers(), st.data())
def test_a_worse_answer_never_makes_a_better_total(
    drawn: tuple[Scale, dict[str, Answer]], data: st.DataObject
) -> None:
    scale, answers = drawn
    raised = [item.id for item in scale.scored if int(answers.get(item.id, 3)) < 3]
    before = scored(scale, answers).total
    if not raised or before is None:
        return
    id_ = data.draw(st.sampled_from(raised))
    after = scored(scale, {**answers, id_: int(answers[id_]) + 1}).total
    assert after is not None and after > before


@given(
    st.dictionaries(
        st.sampled_from([item.id for item in PHQ9.items]) | st.text(max_size=12),
        st.none() | st.booleans() | st.integers(-2, 6) | st.floats() | st.text(max_size=4),
    )
)
def test_any_form_is_read_whole_or_refused_and_item_9_is_looked_at(raw: dict[str, object]) -> None:
    known = {item.id for item in PHQ9.items}
    given_ids = {id_ for id_, found in raw.items() if found is not None}
    wrong = {id_ for id_ in given_ids if type(raw[id_]) is not int or raw[id_] not in range(4)}
    if wrong | (set(raw) - known):
        with pytest.raises(BadInput) as refused:
            read_answers(raw, [PHQ9])
        assert refused.value.field.startswith("answers.") and refused.value.allowed
    else:
        assert read_answers(raw, [PHQ9]) == {id_: raw[id_] for id_ in given_ids}
    nine = raw.get("phq9_9")
    assert (item_nine(PHQ9, raw) is ItemNine.NOT_AT_ALL) == (type(nine) is int and nine == 0)
    if type(nine) is int and nine > 0:
        assert item_nine(PHQ9, raw) is ItemNine.PRESENT


@given(
    st.dictionaries(st.sampled_from([item.id for item in PHQ9.items[:8]]), st.integers(0, 3)),
    st.none() | st.integers(0, 3),
)
def test_no_other_answer_and_no_blank_changes_what_item_9_says(
    others: dict[str, int], nine: int | None
) -> None:
    raw: dict[str, object] = {**others, "phq9_9": nine}
    assert item_nine(PHQ9, raw) is item_nine(PHQ9, {"phq9_9": nine})


@given(st.text(alphabet="ABCDEFN abcdefn,", max_size=10))
def test_letters_in_any_order_and_case_are_read_once_each(typed: str) -> None:
    named = set(typed.upper()) - set(" ,")
    if not named or ("N" in named and len(named) > 1):
        with pytest.raises(BadInput):
            read_answers({"side_effects": typed}, [SIDE_EFFECTS])
    else:
        read = read_answers({"side_effects": typed}, [SIDE_EFFECTS])
        assert read == {"side_effects": "".join(sorted(named))}
