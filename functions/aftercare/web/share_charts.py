"""Where shares and their intervals lie in the drawings: pure geometry, written as SVG by the templates.

Units are the drawing's own; ``y`` grows downward. A drawing always comes with the same numbers in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aftercare.domain.outcomes import Rate

BAR_WIDTH = 240
WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 12, 26
_QUARTERS = (0, 25, 50, 75, 100)
# Of the room that one place has: two columns at most, and air.
_COLUMN = 0.3
_COLUMN_MAX = 18.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A share lying: how far it is filled, and from where to where the whisker reaches."""

    filled: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """A share standing. ``second``: the other measure of the pair, drawn hollow."""

    x: float
    width: float
    top: float
    height: float
    middle: float
    low: float
    high: float
    label: str
    second: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on an axis. ``roomy``: left out where there is little room. ``few``: nothing stands there."""

    at: float
    label: str
    roomy: bool = False
    few: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What to draw at one place: shares with their labels, and what the axis says below."""

    label: str
    shares: tuple[tuple[Rate, str], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    width: int
    height: int
    left: int
    right: int
    floor: int
    columns: tuple[Column, ...]
    places: tuple[Mark, ...]
    percents: tuple[Mark, ...]


def bar(rate: Rate) -> Bar | None:
    """Place one share; ``None`` when it is hidden."""
    if rate.share is None or rate.low is None or rate.high is None:
        return None
    return Bar(*(_round(BAR_WIDTH * part) for part in (rate.share, rate.low, rate.high)))


def columns(places: Sequence[Place]) -> Columns:
    """Place the shares of several places, at least one, side by side."""
    room = (WIDTH - LEFT - RIGHT) / len(places)
    width = min(_COLUMN_MAX, room * _COLUMN)
    drawn: list[Column] = []
    marks: list[Mark] = []
    for index, place in enumerate(places):
        middle = LEFT + room * (index + 0.5)
        shown = [(rate, label) for rate, label in place.shares if not rate.hidden]
        marks.append(Mark(_round(middle), place.label, roomy=index % 2 == 1, few=not shown))
        begin = middle - (width * len(shown) + 2 * (len(shown) - 1)) / 2
        for number, (rate, label) in enumerate(shown):
            drawn.append(_column(rate, label, begin + number * (width + 2), width, second=number > 0))
    percents = tuple(Mark(_y(percent / 100), f"{percent} %") for percent in _QUARTERS)
    return Columns(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, tuple(drawn), tuple(marks), percents)


def _column(rate: Rate, label: str, x: float, width: float, *, second: bool) -> Column:
    top, floor = _y(rate.share or 0.0), _y(0.0)
    return Column(
        x=_round(x),
        width=_round(width),
        top=top,
        height=_round(floor - top),
        middle=_round(x + width / 2),
        low=_y(rate.low or 0.0),
        high=_y(rate.high if rate.high is not None else 1.0),
        label=label,
        second=second,
    )


def _y(share: float) -> float:
    return _round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share))


def _round(number: float) -> float:
    return round(number, 1)
