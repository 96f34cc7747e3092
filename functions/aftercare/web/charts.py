"""Where things lie in the drawings: pure geometry, which templates write as SVG without any style.

Units are the drawing's own; ``y`` grows downward. A drawing always comes with a table of its numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEFT, RIGHT, TOP, BOTTOM = 30, 12, 14, 26
# Beside the drawing stand the names of its ranges, where there is room for them.
NAMES = 92
SPARK_WIDTH, SPARK_HEIGHT = 104, 28
_DAY = timedelta(days=1)
_TICKS_MAX = 6


@dataclass(frozen=True, slots=True)
class Value:
    """One measured value. ``guessed``: prorated, a blank was made up for."""

    at: datetime
    total: int
    label: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A named range of the measure, both ends included, in its own points."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    y: float
    height: float
    odd: bool


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    label: str
    total: int
    guessed: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis. ``roomy``: left out where there is little room."""

    at: float
    label: str
    roomy: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line through time over named ranges.

    Attributes:
        boxes: The ranges, the highest first.
        path: Of the line; empty below two values.
        sessions: Where treatment sessions lie.
        baseline: Height of the value before treatment; ``None`` when there is none.
        goal: Height below which is remission; likewise.
    """

    width: int
    height: int
    left: int
    right: int
    floor: int
    small: bool
    boxes: tuple[Box, ...]
    dots: tuple[Dot, ...]
    path: str
    sessions: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    baseline: float | None
    goal: float | None


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of a few values, small enough for a row."""

    path: str
    x: float
    y: float


def drawing(
    values: Sequence[Value],
    highest: int,
    ranges: Sequence[Range],
    sessions: Iterable[tuple[datetime, str]],
    *,
    day: Callable[[datetime], str],
    baseline: int | None = None,
    goal: int | None = None,
    small: bool = False,
) -> Drawing:
    """Place a series of values.

    Args:
        values: Oldest first, at least one.
        highest: The measure's own highest total; the lowest is 0.
        ranges: Named ranges of totals, if the measure has any.
        sessions: Instants of treatment sessions with their labels.
        day: Writes an instant as a day, for the axis.
        baseline: The total before treatment.
        goal: Totals below this are remission.
        small: For half the room: without the names of ranges.
    """
    width, height = (300, 170) if small else (520, 210)
    right, floor = width - (RIGHT if small or not ranges else NAMES), height - BOTTOM
    since, until = _span([value.at for value in values])

    def x_of(at: datetime) -> float:
        return _round(LEFT + (right - LEFT) * ((at - since) / (until - since)))

    def y_of(total: float) -> float:
        kept = max(0.0, min(float(total), float(highest)))
        return _round(TOP + (floor - TOP) * (1 - kept / highest))

    inside = [(at, label) for at, label in sessions if since <= at <= until]
    dots = tuple(
        Dot(
            x=x_of(value.at),
            y=y_of(value.total),
            label=value.label,
            total=value.total,
            guessed=value.guessed,
            last=index == len(values) - 1,
        )
        for index, value in enumerate(values)
    )
    return Drawing(
        width=width,
        height=height,
        left=LEFT,
        right=right,
        floor=floor,
        small=small,
        boxes=tuple(_boxes(ranges, highest, y_of)),
        dots=dots,
        path=_path([(dot.x, dot.y) for dot in dots]),
        sessions=tuple(Tick(x_of(at), label) for at, label in inside),
        x_ticks=tuple(_x_ticks(since, until, x_of, day)),
        y_ticks=tuple(Tick(y_of(total), str(total)) for total in _y_totals(ranges, highest)),
        baseline=None if baseline is None else y_of(baseline),
        goal=None if goal is None else y_of(goal - 0.5),
    )


def spark(totals: Sequence[int], highest: int) -> Spark | None:
    """Place a few values evenly; ``None`` below two."""
    if len(totals) < 2:
        return None
    step = (SPARK_WIDTH - 8) / (len(totals) - 1)
    points = [
        (4 + step * index, _round(3 + (SPARK_HEIGHT - 6) * (1 - min(total, highest) / highest)))
        for index, total in enumerate(totals)
    ]
    return Spark(_path(points), *(_round(one) for one in points[-1]))


def _span(instants: Sequence[datetime]) -> tuple[datetime, datetime]:
    """Return the time to draw: a margin on both sides, and never less than two weeks."""
    since, until = min(instants), max(instants)
    margin = max((until - since) / 20, (14 * _DAY - (until - since)) / 2, _DAY)
    return since - margin, until + margin


def _boxes(ranges: Sequence[Range], highest: int, y_of: Callable[[float], float]) -> Iterable[Box]:
    """Yield the ranges. They meet half-way between whole totals."""
    for index, one in enumerate(sorted(ranges, key=lambda r: r.lowest)):
        upper = y_of(min(one.highest + 0.5, highest))
        lower = y_of(max(one.lowest - 0.5, 0))
        yield Box(one.name, upper, _round(lower - upper), odd=index % 2 == 1)


def _y_totals(ranges: Sequence[Range], highest: int) -> list[int]:
    if not ranges:
        return [0, highest // 2, highest]
    return [*sorted(one.lowest for one in ranges), highest]


def _x_ticks(
    since: datetime,
    until: datetime,
    x_of: Callable[[datetime], float],
    day: Callable[[datetime], str],
) -> Iterable[Tick]:
    days = max(1, (until - since) // _DAY)
    step = next(s for s in (2, 7, 14, 28, 56, 112, 364, 728, 3640) if days / s <= _TICKS_MAX or s == 3640)
    at, index = since + _DAY, 0
    while at < until and index < 12:
        yield Tick(x_of(at), day(at), roomy=index % 2 == 1)
        at, index = at + step * _DAY, index + 1


def _path(points: Sequence[tuple[float, float]]) -> str:
    if len(points) < 2:
        return ""
    (x, y), rest = points[0], points[1:]
    return f"M{_round(x)} {_round(y)}" + "".join(f"L{_round(x)} {_round(y)}" for x, y in rest)


def _round(number: float) -> float:
    return round(number, 1)
