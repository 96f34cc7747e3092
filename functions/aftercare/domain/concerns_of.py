"""What one text or mail gives reason to look at: by what the screen found, the mood, the letters."""

from datetime import datetime, timedelta

from aftercare.domain.concern import Concern
from aftercare.domain.course_change import Measured
from aftercare.domain.followup import Followup
from aftercare.domain.heard import Context, Heard
from aftercare.domain.questions import asked, question_of
from aftercare.domain.records import Sent
from aftercare.domain.reply import Asked, Help, Letters, Mood, Stop, Understood, Yes
from aftercare.domain.screen_lexicon import Verdict, reason_of
from aftercare.domain.text_concerns import letter_concerns, mood_concern
from aftercare.domain.tier import Tier

# "No driving until the next day after a night of sleep" (section 2.1).
DROVE, DRIVING_AFTER = "drove", timedelta(hours=24)
# A keyword alone, from someone who was low within these hours, is looked at. Source: section 4.2, rule 4.
LOW_MOOD, LOW_FOR = 3, timedelta(hours=72)


def concerns_of(
    heard: Heard,
    meaning: Understood,
    screened: Verdict,
    followup: Followup,
    context: Context,
    now: datetime,
) -> list[Concern]:
    """Return what is to be looked at, the gravest first; none for most texts."""
    question = question_of(context.sent, heard)
    since_visit = _since_visit(followup, question, heard.at)
    found = _by_words(screened, since_visit)
    if isinstance(meaning, Stop | Help) and not found and _at_risk(followup, now):
        found.append(Concern(Tier.AMBER, "keyword_at_risk"))
    if isinstance(meaning, Mood):
        earlier = [Measured(score, at) for at, score in followup.moods if question is not None]
        low = mood_concern(meaning.score, heard.at, earlier)
        found += [low] if low else []
    if isinstance(meaning, Yes) and Asked.TROUBLE in asked(followup, context, heard):
        found.append(Concern(Tier.AMBER, "trouble"))
    if isinstance(meaning, Mood | Letters):
        found += letter_concerns(meaning.letters, since_visit)
    return sorted(found, key=lambda concern: -concern.tier.rank)


def _by_words(screened: Verdict, since_visit: timedelta | None) -> list[Concern]:
    """Return what the screen found, but for driving when it is allowed again: the day after a visit."""
    if screened.tier is Tier.GREEN:
        return []
    rested = since_visit is None or since_visit > DRIVING_AFTER
    others = tuple(reason for reason in screened.reasons if reason != DROVE)
    if not rested or others == screened.reasons:
        return [Concern(screened.tier, reason_of(screened))]
    return [Concern(screened.tier, others[0])] if others else []


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
