"""From all that is kept about a patient to one line: their courses, scores, moods and how talking went.

The follow-up forgets a session after ten weeks. What a chart said of a course that is older is carried on
from the chart before; everything else is counted anew, so that making it twice makes the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.consent import Channel
from aftercare.domain.course_change import BASELINE_DAYS_MAX
from aftercare.domain.delivery import State
from aftercare.domain.followup import SESSION_KEPT, Followup, Session, Status
from aftercare.domain.history import History
from aftercare.domain.ids import CourseId, ProtocolId
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Measure
from aftercare.domain.segments import segments
from aftercare.domain.tier import Tier

CODES = ("phq-9", "gad-7")
MOOD = "mood"
MOODS_SHOWN = 8
WAITS_KEPT = 20
WEEK = timedelta(days=7)
_ASKING = frozenset({Kind.CHECK_IN, Kind.MEASURE})
_FAILED = frozenset({State.FAILED_SOFT, State.FAILED_HARD})


def chart_of(history: History, now: datetime) -> Chart:
    """Return a patient's line.

    Args:
        history: All that is kept, with the chart made last if there is one.
        now: Aware instant: what lies after it is still to come.
    """
    followup, patient = history.followup, history.patient
    own = [reply.at for reply in history.replies if reply.automatic is None]
    heard = own + [measure.at for measure in history.measures]
    unresolved = [alert for alert in history.alerts if alert.state is not AlertState.RESOLVED]
    moods = [(_whole(one.at), one.total) for one in history.measures if one.code == MOOD]
    return Chart(
        clinic_id=followup.clinic_id,
        patient_id=followup.patient_id,
        given_name=patient.given_name,
        language=patient.language,
        born_on=patient.birth_date,
        reachable=reachable(followup, patient, now),
        paused=followup.paused_until is not None and followup.paused_until > now,
        closed=followup.closed,
        courses=tuple(_courses(history, now)),
        traffic=_traffic(history),
        moods=tuple((at, score) for at, score in moods if score is not None)[-MOODS_SHOWN:],
        open_alerts=len(unresolved),
        open_red=any(alert.tier is Tier.RED for alert in unresolved),
        heard_at=_whole(max(heard)) if heard else None,
        wrote_at=_whole(max(own)) if own else None,
        taken_on_in=tuple(_taken_on_in(history.alerts)),
    )


def _taken_on_in(alerts: Iterable[Alert]) -> list[int]:
    red = [alert for alert in alerts if alert.tier is Tier.RED]
    waits = [a.acknowledged_at - a.raised_at for a in red if a.acknowledged_at is not None]
    return [wait // timedelta(minutes=1) for wait in waits][-WAITS_KEPT:]


def reachable(followup: Followup, patient: Patient, now: datetime) -> tuple[str, ...]:
    """Return the channels by which something may be sent today: agreed to, with an address that works."""
    today = now.astimezone(followup.contact.zone).date()
    has = {
        Channel.SMS: patient.phone is not None,
        Channel.EMAIL: patient.email is not None and patient.accepts_unencrypted,
    }
    agreed = {channel for (channel, _), standing in followup.standings.items() if standing.stands(today)}
    return tuple(c.value for c in Channel if c in agreed and has[c] and c not in followup.unreachable)


def _traffic(history: History) -> Traffic:
    # A receipt may come for what was never recorded as sent: no share is larger than its whole.
    known = {sent.touch_id for sent in history.sent}
    states = [outcome.state for name, outcome in (history.deliveries or {}).items() if name in known]
    # A question that went again by another way is one question.
    asked = {_touch(sent.touch_id) for sent in history.sent if sent.kind in _ASKING}
    tied = [*(r.touch_id for r in history.replies), *(m.touch_id for m in history.measures)]
    answers = {_touch(name) for name in tied if name is not None}
    return Traffic(
        sent=len(history.sent),
        delivered=sum(state is State.DELIVERED for state in states),
        failed=sum(state in _FAILED for state in states),
        asked=len(asked),
        answered=len(asked & answers),
        sms_parts=sum(segments(sent.text)[1] for sent in history.sent if sent.channel is Channel.SMS),
    )


def _touch(message_id: str) -> str:
    return message_id.partition("~")[0]


# ---- courses


@dataclass(frozen=True, slots=True)
class _Series:
    """What is known of one course. ``before``: what the last chart said, where sessions are forgotten."""

    id: CourseId
    protocol: ProtocolId
    sessions: tuple[Session, ...]
    before: Course | None

    @property
    def done(self) -> list[tuple[datetime, int]]:
        """Completed sessions that are still known: when each ended, and its number."""
        ended = [(s.ended_at, s.number) for s in self.sessions if s.status is Status.COMPLETED]
        return sorted((_whole(at), number) for at, number in ended if at is not None)

    @property
    def began_at(self) -> datetime | None:
        if self.before is not None:
            return self.before.began_at
        return self.done[0][0] if self.done else None

    @property
    def opens_at(self) -> datetime | None:
        """When its first session began, as far as that is known: a baseline lies before it."""
        starts = [s.starts_at or s.ended_at for s in self.sessions if s.status is not Status.CANCELLED]
        first = min((at for at in starts if at is not None), default=None)
        known = self.before.began_at if self.before is not None else None
        return known or first


def _courses(history: History, now: datetime) -> Iterator[Course]:
    series = [(one.opens_at, one) for one in _series(history, now)]
    placed = sorted(
        ((at, one) for at, one in series if at is not None), key=lambda pair: (pair[0], pair[1].id)
    )
    for number, (opens_at, one) in enumerate(placed):
        closes_at = placed[number + 1][0] if number + 1 < len(placed) else None
        yield _course(one, opens_at, closes_at, history.measures, now)


def _series(history: History, now: datetime) -> Iterator[_Series]:
    by_course: dict[CourseId, list[Session]] = {}
    for session in history.followup.sessions.values():
        by_course.setdefault(session.course_id, []).append(session)
    charted = history.chart.courses if history.chart is not None else ()
    before = {course.id: course for course in charted}
    for course_id in dict.fromkeys([*(c.id for c in charted), *by_course]):
        sessions, known = tuple(by_course.get(course_id, ())), before.get(course_id)
        forgotten = known if known is not None and _is_forgotten(known, sessions, now) else None
        if sessions or forgotten is not None:
            protocol = forgotten.protocol if forgotten is not None else sessions[0].protocol
            yield _Series(course_id, protocol, sessions, forgotten)


def _is_forgotten(course: Course, sessions: Iterable[Session], now: datetime) -> bool:
    """Say whether the follow-up has forgotten how a course began, rather than having been corrected."""
    began_at = course.began_at
    if began_at is None or now - began_at <= SESSION_KEPT:
        return False
    return not any(s.ended_at is not None and _whole(s.ended_at) <= began_at for s in sessions)


def _course(
    one: _Series, opens_at: datetime, closes_at: datetime | None, measures: Sequence[Measure], now: datetime
) -> Course:
    before, done = one.before, one.done
    coming = [s.starts_at for s in one.sessions if s.status is Status.SCHEDULED]
    fresh = [at for at in coming if at is not None and at > now]
    last_at = done[-1][0] if done else None
    count = len(done)
    if before is not None:
        counted = before.last_session_at
        count = before.sessions_done + sum(counted is None or at > counted for at, _ in done)
        last_at = last_at if counted is None or (last_at is not None and last_at > counted) else counted
    within = [
        measure
        for measure in measures
        if measure.code in CODES
        and measure.at >= opens_at - BASELINE_DAYS_MAX
        and (closes_at is None or measure.at <= closes_at)
    ]
    return Course(
        id=one.id,
        protocol=one.protocol,
        sessions_done=count,
        began_at=one.began_at,
        last_session_at=last_at,
        next_session_at=_whole(min(fresh)) if fresh else None,
        points=tuple(_point(measure, one) for measure in within),
    )


def _point(measure: Measure, one: _Series) -> Point:
    at, began_at = _whole(measure.at), one.began_at
    week = (at - began_at) // WEEK if began_at is not None and at >= began_at else None
    point = Point(at, measure.code, measure.total, 0, week)
    earlier = [number for ended_at, number in one.done if ended_at <= at]
    if earlier:
        return replace(point, after_session=earlier[-1])
    if one.before is None or week is None:
        return point
    charted = (p.after_session for p in one.before.points if (p.at, p.code) == (at, measure.code))
    return replace(point, after_session=next(charted, one.before.sessions_done))


def _whole(at: datetime) -> datetime:
    """Return the whole second that an instant lies in: charts are kept so."""
    return at.replace(microsecond=0)
