"""What one text or mail from a patient does: to their consents, their measures, and who must look.

The screen comes before the keywords and regardless of them. Whatever is not surely understood is
kept whole and given to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.domain.alert import Alert, said_safe
from aftercare.domain.clinic import Clinic
from aftercare.domain.concern import Concern
from aftercare.domain.consent import Channel, Consent, stop
from aftercare.domain.course_change import Measured
from aftercare.domain.evolve import fact_hash
from aftercare.domain.followup import Followup, Notice
from aftercare.domain.ids import TouchId
from aftercare.domain.on_call import is_open
from aftercare.domain.protocol import Kind
from aftercare.domain.raising import Way, other_way, raise_concerns
from aftercare.domain.records import ConsentProof, Measure, Record, Reply, Sent, Task, TaskKind, Thread
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
from aftercare.domain.text_concerns import MOOD, letter_concerns, mood_concern
from aftercare.domain.tier import Tier

ASKS_MOOD = frozenset({Kind.SAFETY, Kind.CHECK_IN})
# The words that ask for letters beside the number.
_ASKS_LETTERS = frozenset({"evening", "day1"})
# Those that ask something to be answered with yes or no, and for how long that is clear.
_ASKS = {"reminder_24h": Asked.RIDE, "week1": Asked.TROUBLE}
_YES_OR_NO_FOR = timedelta(days=2)
# A late answer is an answer; after a week another question stands between.
_OPEN_FOR = timedelta(days=7)
# One honest "we are closed" per night (DESIGN 3.9).
AFTER_HOURS_AGAIN = timedelta(hours=12)
# "No driving until the next day after a night of sleep" (section 2.1).
DROVE, DRIVING_AFTER = "drove", timedelta(hours=24)
# A keyword alone, from someone who was low within these hours, is looked at. Source: section 4.2, rule 4.
LOW_MOOD, LOW_FOR = 3, timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Heard:
    """One text or mail as it came.

    Attributes:
        body: Whole, as kept and screened.
        written: What the patient wrote now, without quoted history.
        answers: The carrier's name of our message that it answers, where it says so.
        automatic: A machine wrote it.
    """

    id: str
    at: datetime
    channel: Channel
    sender: str
    body: str
    written: str
    answers: str | None = None
    automatic: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What was there when it came: our messages (latest first), the thread, the open red alert."""

    sent: Sequence[Sent]
    thread: Thread
    open_red: Alert | None
    clinic: Clinic
    already_answered: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be stored, all or nothing. ``owes_answer``: a confirmation should leave at once."""

    followup: Followup
    records: tuple[Record, ...]
    alerts: tuple[Alert, ...]
    understood: str
    owes_answer: bool


def asked(followup: Followup, context: Context, heard: Heard) -> frozenset[Asked]:
    """Return which questions are open."""
    questions = {_ASKS[s.words_id] for s in context.sent if s.words_id in _ASKS and _is_open(s, heard)}
    red = context.open_red
    if red is not None and red.answer is not None and red.safe is None:
        questions.add(Asked.SAFE)
    question = question_of(context.sent, heard)
    if question is not None:
        letters = question.words_id in _ASKS_LETTERS
        questions.add(Asked.MOOD_AND_LETTERS if letters else Asked.MOOD)
    return frozenset(questions)


def _is_open(sent: Sent, heard: Heard) -> bool:
    return timedelta() <= heard.at - sent.claimed_at <= _YES_OR_NO_FOR


def question_of(sent: Sequence[Sent], heard: Heard) -> Sent | None:
    """Return the question that is answered: the one the carrier names, else the latest open one."""
    if heard.answers is not None:
        named = next((s for s in sent if s.provider_id == heard.answers), None)
        if named is not None and named.kind in ASKS_MOOD:
            return named
    before = (s for s in sent if s.kind in ASKS_MOOD and s.claimed_at <= heard.at)
    latest = next(before, None)
    return latest if latest is not None and heard.at - latest.claimed_at <= _OPEN_FOR else None


def turn(
    heard: Heard,
    meaning: Understood,
    screened: Concern,
    medical: bool,
    followup: Followup,
    context: Context,
    now: datetime,
) -> Turn:
    """Decide everything that follows from one text.

    Args:
        heard: The text.
        meaning: What it was understood as.
        screened: What the screen found, ``GREEN`` for nothing.
        medical: The screen found a medical emergency.
        followup: The patient.
        context: What was there.
        now: Aware instant.
    """
    if heard.automatic is not None:
        return _automatic(heard, screened, followup, context, now)
    question = question_of(context.sent, heard)
    opted_out_now = isinstance(meaning, Stop)
    after, records = _said(heard, meaning, replace(followup, unanswered=()), question, context, now)
    concerns = _concerns(heard, meaning, screened, followup, context, now)
    way = Way(
        heard.channel,
        heard.sender,
        followup.contact.language,
        _words(medical, opted_out_now),
        None if opted_out_now else other_way(followup, heard.channel, now),
    )
    questions, red = asked(followup, context, heard), context.open_red
    if red is not None and Asked.SAFE in questions and isinstance(meaning, Yes | No):
        red = said_safe(red, safe=isinstance(meaning, Yes), now=now)
    out = raise_concerns(after, concerns, heard.id, way, red, context.clinic, now)
    alerts = out.alerts
    if red is not None and red != context.open_red and out.red is None:
        alerts = (*alerts, red)
    after = out.followup
    if out.red is not None and opted_out_now and out.red.answer is not None:
        after = _confirmed_by_crisis_text(after, now)
    if out.red is not None and not any(s.agreed for s in after.standings.values()):
        why = "A patient who opted out of messages may be in danger. Phone them now."
        records.append(_task(after, TaskKind.CALL_NOW, heard, now, why))
    to_read = _for_staff(meaning, questions)
    if not alerts and to_read:
        records.append(_unread(after, heard, now))
    if not alerts and isinstance(meaning, No) and Asked.RIDE in questions:
        why = "The patient has no ride home yet. Help them to find one before the visit."
        records.append(_task(after, TaskKind.NO_RIDE, heard, now, why))
    if out.red is None and (to_read or out.alerts):
        after = _after_hours(after, heard, context.clinic, now)
    name = type(meaning).__name__.lower()
    alert_name = alerts[0].id if alerts else None
    reply = Reply(
        heard.id,
        heard.at,
        heard.sender,
        heard.body,
        name,
        question.touch_id if question is not None and isinstance(meaning, Mood | Letters) else None,
        heard.channel,
        screened.tier,
        alert_name,
    )
    kept = (reply, context.thread.with_text(heard.at, heard.written), *records)
    return Turn(after, kept, alerts, name, _owes(after))


def _owes(followup: Followup) -> bool:
    answers = (Kind.OPT_OUT, Kind.HELP, Kind.AFTER_HOURS)
    return any(n.kind in answers and n.mark is None for n in followup.notices.values())


def _automatic(heard: Heard, screened: Concern, followup: Followup, context: Context, now: datetime) -> Turn:
    """Keep what a machine wrote. It is never answered, but a person looks if it holds alarming words."""
    out = raise_concerns(
        followup,
        [Concern(Tier.AMBER, screened.reason)] if screened.tier is not Tier.GREEN else [],
        heard.id,
        None,
        None,
        context.clinic,
        now,
    )
    reply = Reply(
        heard.id,
        heard.at,
        heard.sender,
        heard.body,
        "automatic",
        channel=heard.channel,
        tier=screened.tier,
        automatic=heard.automatic,
    )
    return Turn(out.followup, (reply,), out.alerts, "automatic", owes_answer=False)


def _words(medical: bool, opted_out: bool) -> str:
    if medical:
        return "crisis_medical_stop" if opted_out else "crisis_medical"
    return "crisis_stop" if opted_out else "crisis"


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


def _concerns(
    heard: Heard,
    meaning: Understood,
    screened: Concern,
    followup: Followup,
    context: Context,
    now: datetime,
) -> list[Concern]:
    question = question_of(context.sent, heard)
    found = [] if screened.tier is Tier.GREEN else [screened]
    since_visit = _since_visit(followup, question, heard.at)
    if screened.reason == DROVE and (since_visit is None or since_visit > DRIVING_AFTER):
        found = []  # driving is only of note on the day of a visit
    if isinstance(meaning, Stop | Help) and not found and _at_risk(followup, now):
        found.append(Concern(Tier.AMBER, "keyword_at_risk"))
    if isinstance(meaning, Mood):
        earlier = [Measured(score, at) for at, score in followup.moods]
        low = mood_concern(meaning.score, heard.at, earlier)
        found += [low] if low else []
    if isinstance(meaning, Yes) and Asked.TROUBLE in asked(followup, context, heard):
        found.append(Concern(Tier.AMBER, "trouble"))
    if isinstance(meaning, Mood | Letters):
        found += letter_concerns(meaning.letters, since_visit)
    return sorted(found, key=lambda concern: -concern.tier.rank)


def _at_risk(followup: Followup, now: datetime) -> bool:
    low = any(score <= LOW_MOOD and now - at <= LOW_FOR for at, score in followup.moods)
    return low or bool(followup.alerts)


def _since_visit(followup: Followup, question: Sent | None, at: datetime) -> timedelta | None:
    """Return how long ago the visit ended that was asked about, else the latest one."""
    session = None
    if question is not None and question.session_id is not None:
        session = followup.sessions.get(question.session_id)
    ends = [session.left_at] if session else [s.left_at for s in followup.sessions.values()]
    ended = [end for end in ends if end is not None and end <= at]
    return at - max(ended) if ended else None


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
            return _stopped(followup, heard, context, now)
        case WrongNumber():
            return _wrong_number(followup, heard, now)
        case Start():
            return _started(followup, heard)
        case Help():
            return _with_notice(followup, Kind.HELP, heard, now), []
        case Mood(score, letters):
            answered = max(heard.at, followup.answered_at or heard.at)
            moods = tuple(sorted((*followup.moods, (heard.at, score))))
            after = replace(followup, answered_at=answered, moods=moods)
            touch = question.touch_id if question else None
            measure = Measure(heard.id, heard.at, MOOD, score, complete=True, touch_id=touch)
            return after, [measure, *_side_effects(after, letters, heard, now)]
        case Letters(letters):
            return followup, [*_side_effects(followup, letters, heard, now)]
        case Confirm() | Yes() | No() | Unread():
            return followup, []


def _side_effects(followup: Followup, letters: str, heard: Heard, now: datetime) -> list[Task]:
    if not letters:
        return []
    reason = f"The patient named side effects: {', '.join(letters)}. Read the text today."
    return [_task(followup, TaskKind.SIDE_EFFECTS, heard, now, reason)]


def _stopped(
    followup: Followup, heard: Heard, context: Context, now: datetime
) -> tuple[Followup, list[Record]]:
    """End everything by every channel, and owe the patient one confirmation for it.

    Source: 47 CFR 64.1200(a)(10)-(12): any purpose of the same sender, one confirmation within five
    minutes. Email ends too: a person who says stop means it.
    """
    after = replace(followup, standings=stop(followup.standings, heard.at))
    given = [s.given_at for s in followup.standings.values() if s.given_at is not None]
    ended = any(s.agreed for s in followup.standings.values())
    news = followup.stopped_at is None or ended or any(at > followup.stopped_at for at in given)
    pending = any(
        n.kind is Kind.OPT_OUT and not (n.mark and n.mark.settled) for n in followup.notices.values()
    )
    if not news or pending:
        return after, []
    if not context.already_answered:
        after = _with_notice(after, Kind.OPT_OUT, heard, now)
    reason = "The patient opted out of all messages. Their care goes on: agree another way to follow up."
    task = _task(followup, TaskKind.OPTED_OUT, heard, now, reason)
    if context.already_answered:
        # One text from a shared phone ends the messages of several: each of them is a task of its own.
        task = replace(task, id=f"{task.id}.{followup.patient_id}")
    return after, [task]


def _confirmed_by_crisis_text(followup: Followup, now: datetime) -> Followup:
    """Let the crisis text, which says so, be the one confirmation of the opt-out."""
    others = {n.id: n for n in followup.notices.values() if n.kind is not Kind.OPT_OUT or n.mark}
    return replace(followup, notices=others, stopped_at=now)


def _wrong_number(followup: Followup, heard: Heard, now: datetime) -> tuple[Followup, list[Record]]:
    """Stop everything and say nothing more: whoever reads it is not our patient."""
    standings = stop(followup.standings, heard.at)
    after = replace(followup, standings=standings, unreachable=followup.unreachable | {heard.channel})
    reason = (
        "Someone says that this is the wrong number. All messages have stopped. Find out who read what, "
        "and ask the patient for their number."
    )
    return after, [_task(followup, TaskKind.WRONG_NUMBER, heard, now, reason)]


def _started(followup: Followup, heard: Heard) -> tuple[Followup, list[Record]]:
    """Give back, by the patient's own word, what their own STOP had taken. The opt-in text follows."""
    standings, proofs = dict(followup.standings), list[Record]()
    if heard.channel in followup.unreachable:
        return followup, []
    for key, standing in followup.standings.items():
        if key[0] is not heard.channel or standing.given_at is None or standing.agreed:
            continue
        standings[key] = standing.with_given(heard.at, heard.at, standing.expires_on)
        consent = Consent(*key, "start-1", heard.body[:200], "sms", heard.at, "patient", standing.expires_on)
        proofs.append(ConsentProof(f"{heard.id}.{key[1].value}", consent))
    return replace(followup, standings=standings), proofs


def _with_notice(followup: Followup, kind: Kind, heard: Heard, now: datetime) -> Followup:
    name = TouchId(f"{followup.patient_id}.{kind.value}.{fact_hash(heard.id)}")
    return followup.with_notice(Notice(name, kind, due_at=now, channel=heard.channel))


def _after_hours(followup: Followup, heard: Heard, clinic: Clinic, now: datetime) -> Followup:
    """Owe the one honest answer of the night: nobody reads this before the morning."""
    told = followup.after_hours_at
    pending = any(n.kind is Kind.AFTER_HOURS and n.mark is None for n in followup.notices.values())
    if is_open(clinic, now) or pending or (told is not None and now - told < AFTER_HOURS_AGAIN):
        return followup
    if followup.in_danger:
        return followup  # the crisis text said what there is to say
    return _with_notice(followup, Kind.AFTER_HOURS, heard, now)


def _unread(followup: Followup, heard: Heard, now: datetime) -> Task:
    what = "A text" if heard.channel is Channel.SMS else "A mail"
    return _task(followup, TaskKind.UNREAD_REPLY, heard, now, f"{what} waits to be read.")


def _task(followup: Followup, kind: TaskKind, heard: Heard, now: datetime, reason: str) -> Task:
    name = f"{kind.value}.{heard.id}"
    return Task(name, followup.clinic_id, followup.patient_id, kind, reason, now)
