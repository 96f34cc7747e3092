"""Ada's alert and whoever is called for it, as plain as can be unless a test says otherwise."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from aftercare.domain.alert import Alert, Answer, AnswerState, Told, acknowledged
from aftercare.domain.clinic import Clinic, OnCall
from aftercare.domain.consent import Channel
from aftercare.domain.ids import AlertId
from aftercare.domain.ladder import CallStaff, TellPatient, called, next_work, raised, released
from aftercare.domain.tier import Tier
from tests.building import ADA, ADAS_PHONE, HUDSON, NOON, a_clinic

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

NURSE = OnCall("nurse", "Ben", phone="+12025550171", email="ben@hudson.example.org")
BACKUP = OnCall("backup nurse", "Carmen", phone="+12025550172")
SECOND = OnCall("second backup", "Dora", phone="+12025550173")
LEAD = OnCall("Clinic Lead", "Ada's aunt", phone="+12025550174")
OWNER = OnCall("owner", "Ben's uncle", email="owner@hudson.example.org")
EVERYBODY = (NURSE, BACKUP, SECOND, LEAD, OWNER)


def at(minute: int) -> datetime:
    return NOON + minute * MINUTE


def clinic_with(*people: OnCall, **changes: Any) -> Clinic:
    return a_clinic(on_call=people, **changes)


def by_day(person: OnCall, since: str, until: str) -> OnCall:
    return replace(person, from_=time.fromisoformat(since), until=time.fromisoformat(until))


def an_answer(at: datetime = NOON, **changes: Any) -> Answer:
    """Return the crisis text that Ada is owed."""
    return replace(Answer(1, "crisis", "en", Channel.SMS, ADAS_PHONE, at), **changes)


def texted(at: datetime = NOON) -> Answer:
    return an_answer(at, state=AnswerState.SENT)


def an_alert(
    tier: Tier = Tier.RED, at: datetime = NOON, clinic: Clinic | None = None, **changes: Any
) -> Alert:
    """Return Ada's alert as it was raised at ``at``, its ladder begun, with no text owed to her."""
    fresh = Alert(AlertId("pat-ada.alert.1"), HUDSON, ADA, tier, "suicide", at, causes=("in-0",))
    return raised(replace(fresh, **changes), clinic or clinic_with(*EVERYBODY))


def call_due(alert: Alert, clinic: Clinic, now: datetime) -> tuple[Alert, list[int]]:
    """Call whoever is due, one step after the other. Returns the alert and the steps.

    Where the patient is to be told that nobody has taken it on yet, they are.
    """
    steps: list[int] = []
    while (claimed := next_work(alert, clinic, now)) is not None:
        alert, work = claimed
        if isinstance(work, TellPatient):
            alert = released(replace(alert, told=Told.SENT))
            continue
        if work is None:
            continue  # a wait has ended, and who is called comes later
        assert isinstance(work, CallStaff), work
        steps.append(work.step)
        alert = released(called(alert, clinic, now))
    return alert, steps


def steps_called(alert: Alert, clinic: Clinic, minutes: int) -> tuple[Alert, dict[int, int]]:
    """Look every minute. Returns the alert, and for each step the minute at which it was called."""
    seen: dict[int, int] = {}
    for minute in range(minutes + 1):
        alert, steps = call_due(alert, clinic, alert.raised_at + minute * MINUTE)
        assert not seen.keys() & set(steps)
        seen.update(dict.fromkeys(steps, minute))
    return alert, seen


def up_to(minute: int, alert: Alert | None = None) -> Alert:
    """Return a red alert whose ladder was looked at every minute until then."""
    return steps_called(alert or an_alert(), clinic_with(*EVERYBODY), minute)[0]


def taken(alert: Alert, minute: int) -> Alert:
    return acknowledged(alert, "Nurse Dora", alert.raised_at + minute * MINUTE)
