"""What a clinic's patients come to, counted from their charts: shares with denominators and intervals.

Source of every definition: clinical-regulatory section 3.2 "Change"; the numbers are those of the measures'
own files (``ChangeRule``): response, a drop of half from baseline; remission, a PHQ-9 below 5 (McInnes 2022);
reliable change, 6 points of the PHQ-9 and 4 of the GAD-7 (IAPT, NCT05134103).

A patient counts once for each measure: by the latest course with a total before its first session and one
after. A baseline of 0 leaves nothing to improve and is left out. These are changes of those who answered,
never the effect of a treatment.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from aftercare.domain.chart import Chart, Course, Point, Traffic
from aftercare.domain.interval import wilson
from aftercare.domain.scale import ChangeRule

# Fewer than five people can be recognised by who knows the clinic. The usual smallest cell of published
# health statistics is between 5 and 11; five is the project's own choice.
CELL_MIN = 5
# Behind these hardly anybody is left; the whole of them is in the first line.
SESSIONS_SHOWN = WEEKS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: ``count`` of ``of``, and its 95 % interval. All ``None`` when it is hidden."""

    count: int | None = None
    of: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def hidden(self) -> bool:
        return self.of is None

    @property
    def share(self) -> float | None:
        return None if self.count is None or not self.of else self.count / self.of


@dataclass(frozen=True, slots=True)
class Cell:
    """How those stand who gave a total at one place of their course.

    Attributes:
        at: The session after which, or the week in which; ``None`` for the latest total of each.
        patients: How many; ``None`` when fewer than five, or when five could be found by subtraction.
        remission: ``None`` for a measure in which no source says what it is.
    """

    at: int | None
    patients: int | None
    response: Rate
    remission: Rate | None
    improved: Rate
    worsened: Rate

    @property
    def hidden(self) -> bool:
        return self.patients is None


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """One measure: the latest totals, and those by session number and by week since the first session."""

    code: str
    latest: Cell
    by_session: tuple[Cell, ...]
    by_week: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything counted of one clinic.

    Attributes:
        replies: Questions that were answered, of those that were sent.
        deliveries: Messages reported delivered, of those that were sent.
        taken_on_in: Median whole minutes from a red alert to when somebody took it on; ``None`` for fewer
            than five alerts.
    """

    patients: int
    courses: int
    sessions: int
    texts: int
    sms_parts: int
    replies: Rate
    deliveries: Rate
    taken_on_in: int | None
    measures: tuple[MeasureOutcome, ...]


def rate(count: int, of: int) -> Rate:
    """Return a share with its interval, hidden when too few stand behind it."""
    return Rate() if of < CELL_MIN else Rate(count, of, *wilson(count, of))


def outcomes_of(charts: Iterable[Chart], rules: Mapping[str, ChangeRule]) -> Outcomes:
    """Count the charts of one clinic, each once.

    Args:
        charts: In any order.
        rules: What counts as a change, by the code of the measure, in the order to be shown.
    """
    patients = 0
    counted: Counter[str] = Counter()
    waits: list[int] = []
    tallies = {code: _Tallies(rule) for code, rule in rules.items()}
    for chart in charts:
        patients += 1
        counted["courses"] += sum(course.began_at is not None for course in chart.courses)
        counted["sessions"] += sum(course.sessions_done for course in chart.courses)
        _count_traffic(counted, chart.traffic)
        waits += chart.taken_on_in
        for code, tally in tallies.items():
            tally.add(chart.courses, code)
    return Outcomes(
        patients=patients,
        courses=counted["courses"],
        sessions=counted["sessions"],
        texts=counted["sent"],
        sms_parts=counted["sms_parts"],
        replies=rate(counted["answered"], counted["asked"]),
        deliveries=rate(counted["delivered"], counted["sent"]),
        taken_on_in=median_low(waits) if len(waits) >= CELL_MIN else None,
        measures=tuple(tally.outcome(code) for code, tally in tallies.items()),
    )


def _count_traffic(counted: Counter[str], traffic: Traffic) -> None:
    counted["sent"] += traffic.sent
    counted["delivered"] += traffic.delivered
    counted["asked"] += traffic.asked
    counted["answered"] += traffic.answered
    counted["sms_parts"] += traffic.sms_parts


# ---- one measure


@dataclass(slots=True)
class _Tally:
    """Counts of one cell."""

    patients: int = 0
    response: int = 0
    remission: int = 0
    improved: int = 0
    worsened: int = 0

    def add(self, baseline: int, total: int, rule: ChangeRule) -> None:
        drop = baseline - total
        self.patients += 1
        self.response += 100 * drop >= rule.response_percent * baseline
        self.remission += rule.remission_below is not None and total < rule.remission_below
        self.improved += drop >= rule.reliable
        self.worsened += -drop >= rule.reliable

    def cell(self, at: int | None, rule: ChangeRule, *, hidden: bool) -> Cell:
        of = 0 if hidden else self.patients
        return Cell(
            at=at,
            patients=of if of >= CELL_MIN else None,
            response=rate(self.response, of),
            remission=None if rule.remission_below is None else rate(self.remission, of),
            improved=rate(self.improved, of),
            worsened=rate(self.worsened, of),
        )


@dataclass(slots=True)
class _Tallies:
    """All counts of one measure."""

    rule: ChangeRule
    latest: _Tally = field(default_factory=_Tally)
    by_session: defaultdict[int, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    by_week: defaultdict[int, _Tally] = field(default_factory=lambda: defaultdict(_Tally))

    def add(self, courses: Sequence[Course], code: str) -> None:
        for course in reversed(courses):
            before, after = _split(course.points, code)
            if before and before[-1] > 0 and after:
                self._add(before[-1], after)
                return

    def _add(self, baseline: int, after: Sequence[Point]) -> None:
        # Oldest first: what stays is the last total of each session and of each week.
        by_session = {point.after_session: point.total for point in after}
        by_week = {point.week: point.total for point in after}
        self.latest.add(baseline, after[-1].total or 0, self.rule)
        for session, total in by_session.items():
            if 0 < session <= SESSIONS_SHOWN:
                self.by_session[session].add(baseline, total or 0, self.rule)
        for week, total in by_week.items():
            if week is not None and week <= WEEKS_SHOWN:
                self.by_week[week].add(baseline, total or 0, self.rule)

    def outcome(self, code: str) -> MeasureOutcome:
        latest = self.latest.cell(None, self.rule, hidden=False)
        return MeasureOutcome(code, latest, self._table(self.by_session), self._table(self.by_week))

    def _table(self, tallies: Mapping[int, _Tally]) -> tuple[Cell, ...]:
        hidden = _hidden({at: tally.patients for at, tally in tallies.items()})
        return tuple(tallies[at].cell(at, self.rule, hidden=at in hidden) for at in sorted(tallies))


def _split(points: Iterable[Point], code: str) -> tuple[list[int], list[Point]]:
    """Return the totals from before the first session, and the points from after it, oldest first."""
    scored = [point for point in points if point.code == code and point.total is not None]
    before = [point.total for point in scored if point.week is None and point.total is not None]
    return before, [point for point in scored if point.week is not None]


def _hidden(patients: Mapping[int, int]) -> frozenset[int]:
    """Return the places to hide: the small ones, and a second one where one alone could be worked out."""
    small = {at for at, count in patients.items() if count < CELL_MIN}
    if len(small) == 1 and len(patients) > 1:
        others = patients.keys() - small
        small.add(min(others, key=lambda at: (patients[at], at)))
    return frozenset(small)
