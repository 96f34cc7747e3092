"""What one text or mail from a patient does: to their consents, their measures, and who must look.

The screen comes before the keywords and regardless of them. Whatever is not surely understood is
kept whole and given to a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.domain.alert import Alert
from aftercare.domain.clinic import Clinic
from aftercare.domain.concern import Concern
from aftercare.domain.concerns_of import concerns_of
from aftercare.domain.consent import Channel
from aftercare.domain.followup import Followup
from aftercare.domain.heard import Context, Heard, owing, task_about
from aftercare.domain.ids import TouchId
from aftercare.domain.ladder import said_safe
from aftercare.domain.on_call import is_open
from aftercare.domain.opting import confirmed_by_crisis_text, started, stopped, wrong_number
from aftercare.domain.protocol import Kind
from aftercare.domain.questions import asked, question_of, reminder_of
from aftercare.domain.raising import Way, crisis_words, other_way, raise_concerns
from aftercare.domain.records import Measure, Record, Reply, Sent, Task, TaskKind
from aftercare.domain.reply import (
    Asked,
    Confirm,
    Help,
    Letters,
    Mood,
    No,
    Start,
    Stop,
    Understood,
    Unread,
    WrongNumber,
    Yes,
)
from aftercare.domain.screen_lexicon import Verdict, reason_of
from aftercare.domain.text_concerns import MOOD, NO_SIDE_EFFECTS, SIDE_EFFECTS
from aftercare.domain.tier import Tier

# One honest "we are closed" per night (DESIGN 3.9).
AFTER_HOURS_AGAIN = timedelta(hours=12)
# "I am out of the office until Monday" reads like a farewell to the screen's last net: amber, by day.
OF_ABSENCE = frozenset({"unclear"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be stored, all or nothing. ``owes_answer``: a confirmation should leave at once."""

    followup: Followup
    records: tuple[Record, ...]
    alerts: tuple[Alert, ...]
    understood: str
    owes_answer: bool


def turn(
    heard: Heard,
    meaning: Understood,
    screened: Verdict,
    followup: Followup,
    context: Context,
    now: datetime,
) -> Turn:
    """Decide everything that follows from one text.

    Args:
        heard: The text.
        meaning: What it was understood as.
        screened: What the screen found.
        followup: The patient.
        context: What was there.
        now: Aware instant.
    """
    if heard.automatic is not None:
        return _automatic(heard, screened, followup, context, now)
    question = question_of(context.sent, heard)
    concerns = concerns_of(heard, meaning, screened, followup, context, now)
    meaning = _as_asked(meaning, question)
    opted_out_now = isinstance(meaning, Stop)
    after, records = _said(heard, meaning, replace(followup, unanswered=()), question, context, now)
    words = crisis_words(context.clinic, now, medical=screened.medical, opted_out=opted_out_now)
    way = _way(heard, words, followup, opted_out_now, now)
    questions = asked(followup, context, heard)
    red = _told_safe(context.open_red, meaning, questions, now)
    out = raise_concerns(after, concerns, heard.id, way, red, context.clinic, now)
    after, alerts = out.followup, out.alerts
    if red is not None and red != context.open_red and out.red is None:
        alerts = (*alerts, red)
    if opted_out_now and _texts_anew(out.red, context.open_red):
        after = confirmed_by_crisis_text(after, now)
    records += _calls(after, meaning, questions, out.red, heard, context, now)
    said_again = isinstance(meaning, Yes) and Asked.SAFE in questions and red == context.open_red
    to_read = said_again or _for_staff(meaning, questions)
    if not alerts and to_read:
        records.append(_unread(after, heard, now))
    if not alerts and isinstance(meaning, No) and Asked.RIDE in questions:
        why = "The patient has no ride home yet. Help them to find one before the visit."
        records.append(task_about(after, TaskKind.NO_RIDE, heard, now, why))
    if out.red is None and (to_read or out.alerts) and not isinstance(meaning, Stop | WrongNumber):
        after = _after_hours(after, heard, context.clinic, now)
    reply = _reply(heard, meaning, question, context, screened, alerts)
    kept = (reply, context.thread.with_text(heard.at, heard.written), *records)
    return Turn(after, kept, alerts, reply.understood, _owes(after))


def _told_safe(
    red: Alert | None, meaning: Understood, questions: frozenset[Asked], now: datetime
) -> Alert | None:
    """Return the open red alert after an answer to whether they are safe, if this is one."""
    if red is None or Asked.SAFE not in questions or not isinstance(meaning, Yes | No):
        return red
    return said_safe(red, safe=isinstance(meaning, Yes), now=now)


def _calls(
    followup: Followup,
    meaning: Understood,
    questions: frozenset[Asked],
    red: Alert | None,
    heard: Heard,
    context: Context,
    now: datetime,
) -> Iterator[Task]:
    """Yield whom a person must phone because no text of ours, and no page, would do it."""
    if isinstance(meaning, No) and Asked.SAFE in questions and not context.clinic.on_call:
        why = "The patient answered NO: they may not be safe. No one is on call: phone them now."
        yield task_about(followup, TaskKind.CALL_NOW, heard, now, why)
    if red is not None and not any(standing.agreed for standing in followup.standings.values()):
        yield task_about(followup, TaskKind.CALL_NOW, heard, now, _call_now(followup))


def _reply(
    heard: Heard,
    meaning: Understood,
    question: Sent | None,
    context: Context,
    screened: Verdict,
    alerts: Sequence[Alert],
) -> Reply:
    return Reply(
        heard.id,
        heard.at,
        heard.sender,
        heard.body,
        type(meaning).__name__.lower(),
        _touch_answered(meaning, question, context, heard),
        heard.channel,
        screened.tier,
        alerts[0].id if alerts else None,
    )


def _touch_answered(
    meaning: Understood, question: Sent | None, context: Context, heard: Heard
) -> TouchId | None:
    if isinstance(meaning, Confirm):
        reminder = reminder_of(context.sent, heard)
        return reminder.touch_id if reminder is not None else None
    return question.touch_id if question is not None and isinstance(meaning, Mood | Letters) else None


def _as_asked(meaning: Understood, question: Sent | None) -> Understood:
    """Leave a number to a person where nobody asked for a mood: it may count tablets."""
    return Unread() if isinstance(meaning, Mood) and question is None else meaning


def _texts_anew(red: Alert | None, before: Alert | None) -> bool:
    """Say whether a crisis text goes out now, rather than having gone out a while ago."""
    told = before.answer.number if before is not None and before.answer is not None else 0
    return red is not None and red.answer is not None and red.answer.number > told


def _call_now(followup: Followup) -> str:
    if not followup.closed:
        return "A patient who opted out of messages may be in danger. Phone them now."
    if followup.closed_reason == "deceased":
        return "Someone may be in danger, and wrote as a patient recorded as deceased. Phone them now."
    return "A patient whose file is closed may be in danger. Phone them now."


def _owes(followup: Followup) -> bool:
    answers = (Kind.OPT_OUT, Kind.HELP, Kind.AFTER_HOURS)
    return any(n.kind in answers and n.mark is None for n in followup.notices.values())


def _automatic(heard: Heard, screened: Verdict, followup: Followup, context: Context, now: datetime) -> Turn:
    """Keep what a machine wrote. It is never answered; words that alarm reach a person like any other.

    People write under a machine's headers: from a phone on leave, from a mailbox that calls itself a list.
    """
    alarming, reason = screened.tier is not Tier.GREEN, reason_of(screened)
    tier = Tier.AMBER if alarming and reason in OF_ABSENCE else screened.tier
    concerns = [Concern(tier, reason)] if alarming else []
    out = raise_concerns(followup, concerns, heard.id, None, context.open_red, context.clinic, now)
    to_read = (_unread(followup, heard, now),) if alarming and not out.alerts else ()
    reply = Reply(
        heard.id,
        heard.at,
        heard.sender,
        heard.body,
        "automatic",
        channel=heard.channel,
        tier=screened.tier,
        alert_id=out.alerts[0].id if out.alerts else None,
        automatic=heard.automatic,
    )
    return Turn(out.followup, (reply, *to_read), out.alerts, "automatic", owes_answer=False)


def _way(heard: Heard, words: str, followup: Followup, opted_out: bool, now: datetime) -> Way:
    """Answer the way the patient wrote; by mail at once if nothing of ours ever arrives there."""
    language = followup.contact.language
    mail = None if opted_out else other_way(followup, heard.channel, now)
    if mail is not None and heard.channel in followup.unreachable:
        return Way(Channel.EMAIL, mail, language, words)
    return Way(heard.channel, heard.sender, language, words, mail)


def _for_staff(meaning: Understood, questions: frozenset[Asked]) -> bool:
    """Say whether something in it is for a person to read."""
    match meaning:
        case Unread():
            return True
        case Yes() | No():
            return not questions & {Asked.SAFE, Asked.RIDE, Asked.TROUBLE}
        case Stop(rest=rest) | WrongNumber(rest) | Mood(rest=rest):
            return bool(rest)
        case _:
            return False


def _said(
    heard: Heard,
    meaning: Understood,
    followup: Followup,
    question: Sent | None,
    context: Context,
    now: datetime,
) -> tuple[Followup, list[Record]]:
    match meaning:
        case Stop():
            return stopped(followup, heard, context, now)
        case WrongNumber():
            return wrong_number(followup, heard, now)
        case Start():
            return started(followup, heard, now)
        case Help():
            return owing(followup, Kind.HELP, heard, now), []
        case Mood(score, letters):
            minute = heard.at.replace(second=0, microsecond=0)  # as exactly as it is kept
            moods = tuple(sorted((*followup.moods, (minute, score))))
            answered = max(minute, followup.answered_at or minute)
            after = replace(followup, answered_at=answered, moods=moods)
            touch = question.touch_id if question else None
            measure = Measure(heard.id, heard.at, MOOD, score, complete=True, touch_id=touch)
            named = [_named(letters, heard, touch)] if letters else []
            return after, [measure, *named, *_side_effects(after, letters, heard, now)]
        case Letters(letters):
            touch = question.touch_id if question else None
            return followup, [_named(letters, heard, touch), *_side_effects(followup, letters, heard, now)]
        case Confirm() | Yes() | No() | Unread():
            return followup, []


def _named(letters: str, heard: Heard, touch: TouchId | None) -> Measure:
    """Return the side effects as the form keeps them: their letters, or N for none."""
    answers = {"side_effects": letters or NO_SIDE_EFFECTS}
    name = f"{heard.id}.{SIDE_EFFECTS}"
    return Measure(name, heard.at, SIDE_EFFECTS, None, complete=True, touch_id=touch, answers=answers)


def _side_effects(followup: Followup, letters: str, heard: Heard, now: datetime) -> list[Task]:
    if not letters:
        return []
    reason = f"The patient named side effects: {', '.join(letters)}. Read the text today."
    return [task_about(followup, TaskKind.SIDE_EFFECTS, heard, now, reason)]


def _after_hours(followup: Followup, heard: Heard, clinic: Clinic, now: datetime) -> Followup:
    """Owe the one honest answer of the night: nobody reads this before the morning."""
    told = followup.after_hours_at
    pending = any(n.kind is Kind.AFTER_HOURS and n.mark is None for n in followup.notices.values())
    if is_open(clinic, now) or pending or (told is not None and now - told < AFTER_HOURS_AGAIN):
        return followup
    if followup.in_danger and clinic.on_call:
        return followup  # the crisis text said what there is to say
    return owing(followup, Kind.AFTER_HOURS, heard, now)


def _unread(followup: Followup, heard: Heard, now: datetime) -> Task:
    what = "A text" if heard.channel is Channel.SMS else "A mail"
    return task_about(followup, TaskKind.UNREAD_REPLY, heard, now, f"{what} waits to be read.")
