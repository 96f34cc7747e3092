"""What becomes of a text about an alert: handed over, failed, or to be tried again."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftercare.domain.alert import TOLD_AFTER, Alert, AnswerState, Told
from aftercare.domain.consent import Channel

# A carrier that cannot be reached is tried again each minute, for as long as the text is true: an hour.
TRY_FOR = timedelta(hours=1)
TRY_AGAIN = timedelta(minutes=1)
TRIES_MAX = TRY_FOR // TRY_AGAIN


def answered(alert: Alert, *, sent: bool, now: datetime) -> Alert:
    """Return the alert after its crisis text was handed over, or failed for good."""
    if alert.answer is None:
        return alert
    if sent:
        return replace(alert, answer=replace(alert.answer, state=AnswerState.SENT), asked_at=now)
    return _by_the_other_way(alert, now)


def unreachable(alert: Alert, now: datetime) -> Alert:
    """Return the alert after the carrier could not be reached: another way at once, else try again."""
    answer = alert.answer
    if answer is None or answer.otherwise is not None or answer.tries >= TRIES_MAX:
        return _by_the_other_way(alert, now)
    again = replace(answer, state=AnswerState.OWED, due_at=now + TRY_AGAIN)
    return replace(alert, answer=again)


def _by_the_other_way(alert: Alert, now: datetime) -> Alert:
    answer = alert.answer
    if answer is None:
        return alert
    if answer.otherwise is None:
        return replace(alert, answer=replace(answer, state=AnswerState.FAILED))
    mail = replace(
        answer,
        channel=Channel.EMAIL,
        to=answer.otherwise,
        otherwise=None,
        state=AnswerState.OWED,
        due_at=now,
        tries=0,
    )
    return replace(alert, answer=mail)


def untold(alert: Alert, now: datetime) -> Alert:
    """Return the alert after no carrier could be reached to say that nobody has come: again in a minute."""
    again = now + TRY_AGAIN
    if again >= alert.raised_at + TOLD_AFTER + TRY_FOR:
        return replace(alert, told=Told.FAILED, tell_at=None)
    return replace(alert, told=Told.OWED, tell_at=again)
