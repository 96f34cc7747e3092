"""The patient is told, once, that nobody has taken the alert on yet."""

from dataclasses import replace

import pytest

from aftercare.domain.alert import Alert, Answer, Told
from aftercare.domain.crisis_text import answered
from aftercare.domain.ids import NO_ONE
from aftercare.domain.ladder import (
    TellPatient,
    TextLost,
    called,
    next_alert_due,
    next_work,
    released,
)
from aftercare.domain.tier import Tier
from tests.building import NOON
from tests.unit.domain.alarming import (
    EVERYBODY,
    an_alert,
    an_answer,
    at,
    call_due,
    clinic_with,
    taken,
    texted,
    up_to,
)

CLINIC = clinic_with(*EVERYBODY)


def told_at(alert: Alert, minutes: int) -> list[int]:
    """Look every minute until then. Returns the minutes at which the patient was to be told."""
    found = []
    for minute in range(minutes + 1):
        before = alert.told
        alert, _ = call_due(alert, CLINIC, at(minute))
        if alert.told is not before:
            found.append(minute)
    return found


@pytest.mark.parametrize("answer", [None, texted()], ids=["of a form", "of a text"])
def test_a_patient_whose_alert_nobody_takes_is_told_so_once_after_a_quarter_of_an_hour(
    answer: Answer | None,
) -> None:
    assert told_at(an_alert(answer=answer), 24 * 60) == [15]


@pytest.mark.parametrize("minute", [0, 14])
def test_a_patient_whose_alert_somebody_took_is_not_told_that_nobody_did(minute: int) -> None:
    assert told_at(taken(up_to(minute), minute), 4 * 60) == []


@pytest.mark.parametrize(
    "alert",
    [
        an_alert(Tier.AMBER, reason="screen_failed"),
        an_alert(clinic=clinic_with()),
        replace(an_alert(), patient_id=NO_ONE),
        an_alert(told=Told.WITHHELD),
    ],
    ids=["amber", "nobody is on call", "nobody's phone", "did not agree to texts"],
)
def test_nobody_is_told_of_an_alert_that_is_not_theirs_not_urgent_or_calls_nobody(alert: Alert) -> None:
    assert told_at(alert, 60) == []


def test_a_patient_is_told_only_once_it_is_known_what_became_of_the_crisis_text() -> None:
    claimed = next_work(an_alert(answer=an_answer()), CLINIC, NOON)
    assert claimed is not None
    late = next_work(claimed[0], CLINIC, at(20))
    assert late is not None
    assert isinstance(late[1], TextLost)
    known = released(answered(late[0], sent=False, now=at(20)))
    assert told_at(known, 20) == [15]


def test_who_dies_while_telling_the_patient_is_followed_by_another_who_says_so_and_sends_nothing() -> None:
    claimed = next_work(up_to(14), CLINIC, at(15))
    assert claimed is not None
    called_on = released(called(claimed[0], CLINIC, at(15)))
    telling = next_work(called_on, CLINIC, at(15))
    assert telling is not None
    assert telling[1] == TellPatient()
    assert next_work(telling[0], CLINIC, at(15)) is None
    assert next_alert_due(telling[0], at(15)) == at(16)
    again = next_work(taken(telling[0], 15), CLINIC, at(16))
    assert again is not None
    assert again[1] == TellPatient(lost=True)
