"""A submitted form: what must not wait first, whatever else is wrong with it."""

import contextlib
from datetime import date, timedelta
from typing import Any

import pytest

from aftercare.domain.compose import secret_hash
from aftercare.domain.errors import BadInput, TryAgain
from aftercare.domain.ids import TouchId
from aftercare.domain.records import Link
from aftercare.usecases.answer_alert import resolve
from aftercare.usecases.take_form import take_form
from infra.local.quick_world import QuickWorld
from tests.building import ADA, HUDSON
from tests.simulation.faults import ShakyTable
from tests.unit.usecases.alarmed import (
    DANGER,
    NURSE,
    a_world,
    crisis_texts,
    go_on,
    open_alerts,
    pages,
    the_alert,
)
from tests.unit.usecases.worlds import ada, rows, text

BORN = date(1990, 1, 31)
SECRET = "AAAAAAAAAAAAAAAAAAAAAA"
WELL = {f"phq9_{number}": 0 for number in range(1, 10)}
AT_RISK = {**WELL, "phq9_9": 1}
WRONG = {"phq9_1": 17}


def linked(world: QuickWorld, opens: str = "form:phq-9", days: int = 7, secret: str = SECRET) -> QuickWorld:
    """Let Ada have a link to a form."""
    until = world.clock.now() + timedelta(days=days)
    touch = TouchId(f"ses-1.form-{secret[0].lower()}")
    world.ports.links.keep([Link(secret_hash(secret), HUDSON, ADA, touch, opens, until)])
    return world


def submit(world: QuickWorld, answers: dict[str, Any], born: date = BORN, secret: str = SECRET) -> str:
    return take_form(secret, born, answers, world.ports)


def reasons(world: QuickWorld) -> list[tuple[str, str]]:
    return sorted((alert.tier.value, alert.reason) for alert in open_alerts(world))


def test_a_form_is_scored_and_kept_with_its_answers() -> None:
    world = linked(a_world())
    assert submit(world, {**WELL, "phq9_1": 3, "phq9_2": 2}) == "taken"
    (measure,) = rows(world, "MEASURE#").values()
    assert (measure["code"], measure["total"], measure["complete"]) == ("phq-9", 5, True)
    assert measure["touch"] == "ses-1.form-a"
    assert (reasons(world), ada(world).at_risk) == ([], False)


@pytest.mark.parametrize("value", [1, 2, 3])
def test_item_nine_calls_people_at_once_and_the_crisis_panel_is_shown(value: int) -> None:
    world = linked(a_world())
    assert submit(world, {**WELL, "phq9_9": value}) == "taken_urgent"
    assert reasons(world) == [("red", "item_nine")]
    assert pages(world) == [(0, NURSE.phone)]
    assert crisis_texts(world) == []
    assert ada(world).at_risk
    assert len(rows(world, "MEASURE#")) == 1


def test_item_nine_left_blank_is_looked_at_and_never_guessed() -> None:
    world = linked(a_world())
    assert submit(world, {k: 0 for k in WELL if k != "phq9_9"}) == "taken"
    assert reasons(world) == [("amber", "item_nine_blank")]
    assert not ada(world).at_risk


def test_a_later_form_without_item_nine_ends_the_watch() -> None:
    world = linked(linked(a_world()), secret="B" * 22)
    submit(world, AT_RISK)
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    submit(world, WELL, secret="B" * 22)
    assert not ada(world).at_risk


@pytest.mark.parametrize(
    "wrong", [WRONG, {"phq9_2": "often"}, {"phq9_10": 1}, {"anything": "else"}, {"phq9_3": True}]
)
def test_item_nine_calls_for_help_though_another_answer_is_wrong(wrong: dict[str, Any]) -> None:
    world = linked(a_world())
    with pytest.raises(BadInput):
        submit(world, {**AT_RISK, **wrong})
    assert reasons(world) == [("red", "item_nine")]
    assert pages(world) == [(0, NURSE.phone)]
    assert rows(world, "MEASURE#") == {}


def test_the_corrected_form_is_taken_and_calls_nobody_twice() -> None:
    world = linked(a_world())
    for _ in range(2):
        with pytest.raises(BadInput):
            submit(world, {**AT_RISK, **WRONG})
    assert submit(world, AT_RISK) == "taken_urgent"
    assert (reasons(world), pages(world)) == ([("red", "item_nine")], [(0, NURSE.phone)])
    assert len(rows(world, "MEASURE#")) == 1


@pytest.mark.parametrize("answers", [AT_RISK, {k: 0 for k in WELL if k != "phq9_9"}])
def test_a_form_corrected_after_its_alert_was_resolved_is_taken_and_looked_at_again(
    answers: dict[str, Any],
) -> None:
    world = linked(a_world())
    with pytest.raises(BadInput):
        submit(world, {**answers, **WRONG})
    resolve(HUDSON, the_alert(world).id, "Ben", "reached", "spoke", world.ports)
    assert submit(world, answers).startswith("taken")
    assert sorted(alert.state.value for alert in open_alerts(world)) == ["raised", "resolved"]
    assert len(rows(world, "MEASURE#")) == 1


@pytest.mark.parametrize("field", ["mood_words", "phq9_1", "anything"])
def test_danger_in_the_patients_own_words_is_called_wherever_they_stand(field: str) -> None:
    world = linked(a_world())
    with pytest.raises(BadInput):
        submit(world, {**WELL, field: DANGER})
    assert [tier for tier, _ in reasons(world)] == ["red"]
    assert pages(world) == [(0, NURSE.phone)]


def test_danger_in_an_answer_in_words_is_called_and_the_form_is_taken() -> None:
    world = linked(a_world(), "form:side-effects")
    assert submit(world, {"side_effects": "N", "side_effects_text": DANGER}) == "taken_urgent"
    assert [tier for tier, _ in reasons(world)] == ["red"]
    assert len(rows(world, "MEASURE#")) == 1


@pytest.mark.parametrize("what", ["born another day", "another secret", "too late", "not a form"])
def test_a_link_that_is_not_theirs_or_not_open_takes_nothing(what: str) -> None:
    world = linked(a_world(), "unsubscribe" if what == "not a form" else "form:phq-9")
    if what == "too late":
        world.clock.advance_to(world.clock.now() + timedelta(days=7))
    before = rows(world, "")
    with pytest.raises(BadInput) as refused:
        submit(
            world,
            AT_RISK,
            born=date(1990, 2, 1) if what == "born another day" else BORN,
            secret="C" * 22 if what == "another secret" else SECRET,
        )
    assert "1990" not in str(refused.value)
    assert rows(world, "") == before


def test_a_form_is_taken_once() -> None:
    world = linked(a_world())
    submit(world, WELL)
    with pytest.raises(BadInput):
        submit(world, AT_RISK)
    assert len(rows(world, "MEASURE#")) == 1


def test_a_form_joins_the_alert_that_is_open_already() -> None:
    world = linked(a_world())
    text(world, DANGER)
    go_on(world, 1)
    assert submit(world, AT_RISK) == "taken_urgent"
    assert len(the_alert(world).causes) == 2
    assert len(crisis_texts(world)) == 1


def test_a_submitted_form_ends_the_silence() -> None:
    world = linked(a_world())
    submit(world, WELL)
    assert ada(world).unanswered == ()


def test_when_calling_fails_the_form_is_taken_and_the_sweep_calls() -> None:
    tables: list[ShakyTable] = []

    def shaky(memory: Any) -> ShakyTable:
        tables.append(ShakyTable(memory))
        return tables[0]

    taken = 0
    for call in range(40):
        world = linked(a_world(table=shaky))
        tables[-1].arm(call, "throttled")
        with contextlib.suppress(TryAgain):
            taken += submit(world, AT_RISK) == "taken_urgent"
        failed = tables[-1].disarm()
        tables.clear()
        if not failed:
            break
        if rows(world, "ALERT#"):
            go_on(world, 3)
            assert pages(world)[:1] in ([(0, NURSE.phone)], [(0, NURSE.email)]), call
    assert taken > 3
