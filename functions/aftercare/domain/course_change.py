"""How a patient's measures move over a course: against where they began, and against their best.

Pure arithmetic over what was answered and when. Nothing here is ever told to a patient.
Source of every number: clinical-regulatory section 3.2 "Change", unless another one is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from aftercare.domain.followup import Session, Status
from aftercare.domain.ids import CourseId
from aftercare.domain.records import Measure
from aftercare.domain.scale import ChangeRule, Scale

# Source: section 2.2. A baseline is asked for within 7 days before the first session; before a
# maintenance session a measure counts as fresh for 14, which leaves room for a session that moves.
BASELINE_DAYS_MAX = timedelta(days=14)

# Source: section 2.2 "Relapse watch" and section 6, behaviour 18.
MOOD_WEEK = timedelta(days=7)
MOOD_FALL = 3
MOOD_LOW_MAX = 1
# Ours: a weekly question answered an hour later than last week must still find last week's answer.
MOOD_EARLIER_MAX = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Measured:
    """One total (or one mood) and the aware instant at which the patient gave it."""

    total: int
    answered_at: datetime
    prorated: bool = False


class Reliable(StrEnum):
    """Whether a difference from baseline is more than chance."""

    BETTER = "better"
    UNSURE = "unsure"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class CourseChange:
    """Where a course stands after its latest answer, for a measure in which low is good.

    Attributes:
        latest: The newest total.
        baseline: The total before the first session; None when there is none that is fresh enough.
        best: The lowest total of the course so far, baseline and latest included; the first if equal.
        drop: Baseline minus latest, in points; negative when worse. None without a later answer.
        response: The drop is large enough. None without a drop, and from a baseline of 0.
        remission: The latest total is low enough. None where the measure has no such limit.
        reliable: None without a drop.
        worsened: Staff are to be told: the latest is too far above the best. None likewise.
    """

    latest: Measured
    baseline: Measured | None
    best: Measured
    drop: int | None
    response: bool | None
    remission: bool | None
    reliable: Reliable | None
    worsened: bool | None


def courses_begun(sessions: Iterable[Session]) -> Mapping[CourseId, datetime]:
    """Return when the first session of each course began, the earliest course first.

    Cancelled sessions began nothing. A session whose start was never told counts from its end.
    """
    begun: dict[CourseId, datetime] = {}
    for session in sessions:
        at = session.starts_at or session.ended_at
        if at is not None and session.status is not Status.CANCELLED:
            begun[session.course_id] = min(at, begun.get(session.course_id, at))
    return dict(sorted(begun.items(), key=lambda pair: pair[1]))


def began_for_sure(sessions: Iterable[Session]) -> datetime | None:
    """Return when the latest course began, if its first session is still remembered.

    A follow-up forgets sessions after ten weeks. Of a longer course nobody may take a later session for
    the first: what came before it would count as before treatment.
    """
    known = list(sessions)
    begun = courses_begun(known)
    if not begun:
        return None
    latest = next(reversed(tuple(begun)))
    first = any(one.course_id == latest and one.number == 1 for one in known)
    return begun[latest] if first else None


def course(
    scale: Scale,
    measures: Iterable[Measure],
    sessions: Iterable[Session],
    course_id: CourseId | None = None,
    *,
    remembered: Mapping[CourseId, datetime] | None = None,
) -> CourseChange | None:
    """Return how one measure went over one course, from what is stored of a patient.

    Answers from 14 days before the course's first session on count, until the next course's first
    session. An incomplete answer with a total is one that was prorated.

    Args:
        scale: The measure.
        measures: Of one patient, of any measure, in any order.
        sessions: All of the patient's, in any order.
        course_id: Which course; None for the latest.
        remembered: When courses began whose first sessions are forgotten.

    Returns:
        None for a measure without a rule of change, for an unknown course, and without any total.
    """
    begun = dict(courses_begun(sessions))
    for name, at in (remembered or {}).items():
        begun[name] = min(at, begun.get(name, at))
    begun = dict(sorted(begun.items(), key=lambda pair: pair[1]))
    if course_id is None:
        course_id = next(reversed(tuple(begun)), None)
    if scale.change is None or course_id is None or course_id not in begun:
        return None
    began_at = begun[course_id]
    next_at = next((at for at in begun.values() if at > began_at), None)
    taken = [
        Measured(one.total, one.at, prorated=not one.complete)
        for one in measures
        if one.code == scale.code and one.total is not None and one.at >= began_at - BASELINE_DAYS_MAX
    ]
    within = [one for one in taken if next_at is None or one.answered_at <= next_at]
    return course_change(scale.change, within, began_at)


def find_baseline(taken: Iterable[Measured], began_at: datetime) -> Measured | None:
    """Return the last total given before the course's first session, if it is fresh enough.

    A total given after the first session is no baseline: it would hide what that session did.

    Args:
        taken: Every total of one measure, in any order.
        began_at: The start of the course's first session.
    """
    fresh = [one for one in _in_order(taken) if began_at - BASELINE_DAYS_MAX <= one.answered_at <= began_at]
    return fresh[-1] if fresh else None


def course_change(rule: ChangeRule, taken: Iterable[Measured], began_at: datetime) -> CourseChange | None:
    """Compare the latest total with the baseline and with the best.

    Args:
        rule: The measure's limits.
        taken: Every total of that measure, in any order; measures without a total are left out.
        began_at: The start of the course's first session.

    Returns:
        None when there is no total at all.
    """
    ordered = _in_order(taken)
    if not ordered:
        return None
    latest, baseline = ordered[-1], find_baseline(ordered, began_at)
    since = baseline.answered_at if baseline else began_at
    best = min((one for one in ordered if one.answered_at >= since), key=_total, default=latest)
    drop = baseline.total - latest.total if baseline and baseline is not latest else None
    return CourseChange(
        latest=latest,
        baseline=baseline,
        best=best,
        drop=drop,
        response=_response(rule, baseline, drop),
        remission=None if rule.remission_below is None else latest.total < rule.remission_below,
        reliable=None if drop is None else _reliable(rule, drop),
        worsened=None if rule.worsening is None else latest.total - best.total >= rule.worsening,
    )


def _response(rule: ChangeRule, baseline: Measured | None, drop: int | None) -> bool | None:
    # Half of nothing is nothing: from 0 every answer would be a response.
    if baseline is None or drop is None or baseline.total == 0:
        return None
    return 100 * drop >= rule.response_percent * baseline.total


def _reliable(rule: ChangeRule, drop: int) -> Reliable:
    if drop >= rule.reliable:
        return Reliable.BETTER
    return Reliable.WORSE if -drop >= rule.reliable else Reliable.UNSURE


@dataclass(frozen=True, slots=True)
class MoodChange:
    """What the latest mood says. Staff are told the same business day when it is low or has fallen.

    Attributes:
        latest: The newest answer, 0 (very bad) to 10 (very good).
        mean: Of the patient's own earlier answers; exact, to be rounded where it is shown. None when
            there are none to compare with.
        low: At most 1.
        fell: At least 3 points below ``mean``.
    """

    latest: Measured
    mean: Fraction | None
    low: bool
    fell: bool


def mood_change(moods: Iterable[Measured]) -> MoodChange | None:
    """Compare the latest mood with the mean of the 7 days before it.

    Where those days hold no answer, the last one of the 14 days before stands in for the mean.

    Args:
        moods: Every mood of one patient, in any order.

    Returns:
        None when there is none.
    """
    ordered = _in_order(moods)
    if not ordered:
        return None
    *earlier, latest = ordered
    mean = _own_mean(earlier, latest.answered_at)
    return MoodChange(
        latest=latest,
        mean=mean,
        low=latest.total <= MOOD_LOW_MAX,
        fell=mean is not None and mean - latest.total >= MOOD_FALL,
    )


def _own_mean(earlier: Sequence[Measured], at: datetime) -> Fraction | None:
    week = [one.total for one in earlier if one.answered_at >= at - MOOD_WEEK]
    if not week:
        week = [one.total for one in earlier[-1:] if one.answered_at >= at - MOOD_EARLIER_MAX]
    return Fraction(sum(week), len(week)) if week else None


def _in_order(taken: Iterable[Measured]) -> list[Measured]:
    return sorted(taken, key=lambda one: one.answered_at)


def _total(one: Measured) -> int:
    return one.total
