"""Whatever people do meanwhile and whoever dies while calling: steps come in order, each once a round."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from aftercare.domain.alert import RED_LADDER, Alert, AlertState, Told, acknowledged, joined, resolved
from aftercare.domain.crisis_text import answered
from aftercare.domain.ladder import (
    CallStaff,
    TellPatient,
    TextLost,
    TextPatient,
    called,
    ended,
    heard_again,
    next_alert_due,
    next_work,
    released,
    said_safe,
)
from tests.building import NOON
from tests.unit.domain.alarming import EVERYBODY, MINUTE, an_alert, an_answer, clinic_with

CLINIC = clinic_with(*EVERYBODY)
ROUNDS = 3
HAPPENINGS = ("tick", "crash", "acknowledge", "yes", "no", "red text", "red text, text due")
# Minutes that pass before something happens; zero and the ladder's own distances often.
MINUTES = st.sampled_from((0, 0, 1, 1, 4, 5, 10, 31, 60, 61))
LIVES = st.lists(st.tuples(MINUTES, st.sampled_from(HAPPENINGS)), max_size=40)


def _work(alert: Alert, now: datetime, finished: list[int], *, dies: bool) -> Alert:
    """Do what is due. Who dies leaves the first claim as it stands."""
    for _ in range(50):
        claimed = next_work(alert, CLINIC, now)
        if claimed is None:
            return alert
        alert, work = claimed
        if dies:
            return alert
        match work:
            case TextPatient():
                alert = answered(alert, sent=True, now=now)
            case TextLost():
                alert = answered(alert, sent=False, now=now)
            case CallStaff(step):
                finished.append(step)
                alert = called(alert, CLINIC, now)
            case TellPatient():
                assert alert.told is Told.CLAIMED
                alert = replace(alert, told=Told.SENT)
        alert = released(alert)
    raise AssertionError("there is no end to the work")


def _happens(what: str, alert: Alert, now: datetime, number: int, finished: list[int]) -> Alert:
    match what:
        case "tick" | "crash":
            return _work(alert, now, finished, dies=what == "crash")
        case "acknowledge":
            return acknowledged(alert, "Nurse Dora", now)
        case "yes" | "no":
            return said_safe(alert, safe=what == "yes", now=now)
        case "red text":
            return heard_again(joined(alert, f"in-{number}", None), now)
        case _:
            again = joined(alert, f"in-{number}", an_answer(now, number=number + 1))
            return heard_again(again, now)


def _lived(life: Iterable[tuple[int, str]], finished: list[int]) -> tuple[Alert, datetime]:
    alert, now = an_alert(answer=an_answer()), NOON
    for number, (minutes, what) in enumerate(life, 1):
        now += minutes * MINUTE
        alert = _happens(what, alert, now, number, finished)
    return alert, now


@given(LIVES)
def test_steps_are_called_in_order_and_each_at_most_once(life: list[tuple[int, str]]) -> None:
    finished: list[int] = []
    _lived(life, finished)
    assert finished == sorted(set(finished))
    assert {step % 60 for step in finished} <= set(RED_LADDER)


@given(LIVES)
def test_left_alone_an_open_alert_calls_every_step_round_after_round(life: list[tuple[int, str]]) -> None:
    finished: list[int] = []
    alert, now = _lived(life, finished)
    rounds: set[int] = set()
    for _ in range(200):
        due_at = next_alert_due(alert, now)
        assert due_at is not None
        assert due_at > now
        now = due_at
        alert = _work(alert, now, finished, dies=False)
        if ended(alert) and alert.state is AlertState.RAISED:
            rounds.add(alert.round_minutes)
        if len(rounds) == ROUNDS:
            break
    assert len(rounds) == ROUNDS
    called_last = finished[-len(RED_LADDER) * (ROUNDS - 1) :]
    assert called_last == [minutes + step for minutes in sorted(rounds)[1:] for step in RED_LADDER]
    assert finished == sorted(set(finished))


@given(LIVES)
def test_a_resolved_alert_stays_silent_whatever_came_before(life: list[tuple[int, str]]) -> None:
    alert, now = _lived(life, [])
    done = resolved(alert, "Nurse Dora", "reached", "spoke", now)
    assert next_alert_due(done, now) is None
    assert next_work(done, CLINIC, now + 100 * MINUTE) is None
