"""Whatever a form holds, what must not wait is found in it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercare.content.load_measures import load_measures
from aftercare.domain.course_change import Measured
from aftercare.domain.form import concerns, first_look, read_form, scored
from aftercare.domain.scale import NumberItem

MEASURES = load_measures()
BASELINE = ("phq-9", "gad-7", "mood", "bladder", "misuse")
NOW = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Raw = dict[str, object]

ITEMS = [one for code in BASELINE for one in MEASURES[code].items if isinstance(one, NumberItem)]
ANSWERS = st.fixed_dictionaries({}, optional={one.id: st.integers(0, one.highest) for one in ITEMS})
RUBBISH = st.dictionaries(
    st.sampled_from([one.id for one in ITEMS if one.id != "phq9_9"]) | st.text(max_size=12),
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats() | st.text(max_size=4) | st.just([1]),
)
HISTORY = st.lists(
    st.builds(lambda days, total: Measured(total, NOW - days * DAY), st.integers(1, 60), st.integers(0, 27))
)


@given(ANSWERS, RUBBISH)
def test_nothing_else_in_a_form_hides_item_9_or_blood(answers: Raw, rubbish: Raw) -> None:
    nine, blood = answers.get("phq9_9"), answers.get("bladder_3")
    raw = {**rubbish, "phq9_9": nine, "bladder_3": blood}
    found = {one.reason.value: one.tier.value for one in first_look(raw, BASELINE, MEASURES)}
    assert (found.get("item_nine") == "red") == bool(nine)
    assert (found.get("item_nine_blank") == "amber") == (nine is None)
    if blood:
        assert found["bladder_red"] == "red"


@given(ANSWERS, HISTORY)
def test_what_was_found_at_first_is_found_again_and_the_reds_come_first(
    answers: Raw, history: list[Measured]
) -> None:
    first = first_look(answers, BASELINE, MEASURES)
    found = concerns(read_form(answers, BASELINE, MEASURES), NOW, {"phq-9": history})
    assert set(first) <= set(found)
    tiers = [one.tier.value for one in found]
    assert tiers == sorted(tiers, reverse=True) and set(tiers) <= {"red", "amber"}
    assert len({one.reason for one in found}) == len(found)


@given(ANSWERS)
def test_totals_stay_within_their_measure(answers: Raw) -> None:
    highest = {"phq-9": 27, "gad-7": 21, "mood": 10}
    for one in scored(read_form(answers, BASELINE, MEASURES)):
        assert one.total is None or 0 <= one.total <= highest[one.code]
        if one.code == "phq-9" and "phq9_9" not in answers:
            assert one.total is None


@given(
    ANSWERS, st.sampled_from([one.id for one in ITEMS if one.id.startswith("phq9_") and one.id != "phq9_9"])
)
def test_an_answer_given_after_all_never_changes_what_item_9_says(answers: Raw, id_: str) -> None:
    nine = {"item_nine", "item_nine_blank"}
    without = {key: value for key, value in answers.items() if key != id_}

    def said(raw: Raw) -> list[tuple[str, str]]:
        found = concerns(read_form(raw, BASELINE, MEASURES), NOW, {})
        return [(one.tier.value, one.reason.value) for one in found if one.reason.value in nine]

    assert said(without) == said({**without, id_: 3})
