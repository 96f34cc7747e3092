"""What the patient was asked, and which question a text answers."""

from collections.abc import Sequence
from datetime import timedelta

from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.followup import Followup
from aftercare.domain.heard import Context, Heard
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Sent
from aftercare.domain.reply import Asked

ASKS_MOOD = frozenset({Kind.SAFETY, Kind.CHECK_IN})
# The words that ask for letters beside the number.
_ASKS_LETTERS = frozenset({"evening", "day1"})
# Those that ask something to be answered with yes or no, and for how long that is clear.
_ASKS = {"reminder_24h": Asked.RIDE, "week1": Asked.TROUBLE}
_YES_OR_NO_FOR = timedelta(days=2)
# They do not ask for a C, for it is a side effect too the day after a visit; many send one all the same.
_REMINDERS = frozenset({"reminder_24h"})
# "Are you safe right now?" stays open while its alert does, a day at most: a NO after a YES counts.
_SAFE_FOR = timedelta(hours=24)
# A late answer is an answer; after a week another question stands between.
_OPEN_FOR = timedelta(days=7)
# A nurse who asked "how many tablets?" gets the number, and the chart does not.
_BY_HAND_FOR = timedelta(hours=72)


def asked(followup: Followup, context: Context, heard: Heard) -> frozenset[Asked]:
    """Return which questions are open. Whether they are safe goes before any other yes or no."""
    questions = {_ASKS[s.words_id] for s in context.sent if s.words_id in _ASKS and _is_open(s, heard)}
    if asks_safe(context.open_red, heard):
        questions = {Asked.SAFE}
    question = question_of(context.sent, heard)
    if question is not None:
        letters = question.words_id in _ASKS_LETTERS
        questions.add(Asked.MOOD_AND_LETTERS if letters else Asked.MOOD)
    if reminder_of(context.sent, heard) is not None and Asked.MOOD_AND_LETTERS not in questions:
        questions.add(Asked.CONFIRM)  # where letters are asked for, C is a headache
    return frozenset(questions)


def asks_safe(red: Alert | None, heard: Heard) -> bool:
    """Say whether a yes or no answers the crisis text of an alert, whatever was answered before."""
    if red is None or red.answer is None or red.state is AlertState.RESOLVED:
        return False
    return heard.at - red.answer.due_at <= _SAFE_FOR


def reminder_of(sent: Sequence[Sent], heard: Heard) -> Sent | None:
    """Return the latest reminder of the last two days: what a C, or "I confirm", confirms."""
    return next((s for s in sent if s.words_id in _REMINDERS and _is_open(s, heard)), None)


def _is_open(sent: Sent, heard: Heard) -> bool:
    return timedelta() <= heard.at - sent.claimed_at <= _YES_OR_NO_FOR


def question_of(sent: Sequence[Sent], heard: Heard) -> Sent | None:
    """Return the question that is answered: the one the carrier names, else the latest open one.

    What comes after a person's own message answers that one, and no question of ours.
    """
    if heard.answers is not None:
        named = next((s for s in sent if s.provider_id == heard.answers), None)
        if named is not None and named.kind in ASKS_MOOD:
            return named
    before = [s for s in sent if s.claimed_at <= heard.at]
    latest = next((s for s in before if s.kind in ASKS_MOOD or _by_hand(s, heard)), None)
    open_ = latest is not None and latest.kind in ASKS_MOOD and heard.at - latest.claimed_at <= _OPEN_FOR
    return latest if open_ else None


def _by_hand(sent: Sent, heard: Heard) -> bool:
    written_here = sent.kind is Kind.MANUAL and sent.channel is heard.channel
    return written_here and heard.at - sent.claimed_at <= _BY_HAND_FOR
