"""Outcomes as staff read them: every share with what it is of, how sure it is, and what it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aftercare.domain.outcomes import CELL_MIN, Cell, MeasureOutcome, Outcomes, Rate
from aftercare.domain.scale import ChangeRule, Scale
from aftercare.domain.titles import MEASURES
from aftercare.web.share_charts import Bar, Columns, Place, bar, columns
from aftercare.web.views.labels import counted

FEW = f"fewer than {CELL_MIN}"


@dataclass(frozen=True, slots=True)
class Share:
    """One share in words, and drawn.

    Attributes:
        said: ``12 of 31``, or that too few stand behind it.
        percent: ``39 %``; empty when hidden.
        between: ``24 % to 56 %``: the 95 % interval.
        bar: ``None`` when hidden.
    """

    title: str
    said: str
    percent: str
    between: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Line:
    """One place of the table below a drawing."""

    at: str
    patients: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One drawing and its table. ``finding``: what it shows, in a sentence."""

    name: str
    title: str
    finding: str
    head: str
    titles: tuple[str, ...]
    drawing: Columns
    lines: tuple[Line, ...]
    pair: bool


@dataclass(frozen=True, slots=True)
class Definition:
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure. ``finding`` stands above its figures; ``sources`` below its definitions."""

    code: str
    title: str
    finding: str
    shares: tuple[Share, ...]
    series: tuple[Series, ...]
    definitions: tuple[Definition, ...]
    sources: tuple[str, ...]
    empty: bool


@dataclass(frozen=True, slots=True)
class OutcomesView:
    counts: tuple[tuple[str, str], ...]
    traffic: tuple[Share, ...]
    measures: tuple[MeasureView, ...]
    nobody: bool


def outcomes_view(outcomes: Outcomes, scales: Mapping[str, Scale]) -> OutcomesView:
    """Return the screen.

    Args:
        outcomes: As ``see_outcomes`` returns them.
        scales: The measures by code, for what their numbers mean and where that comes from.
    """
    wait = outcomes.taken_on_in
    return OutcomesView(
        counts=(
            ("Patients", f"{outcomes.patients:,}"),
            ("Courses begun", f"{outcomes.courses:,}"),
            ("Sessions", f"{outcomes.sessions:,}"),
            ("Messages sent", f"{outcomes.texts:,}"),
            ("Text parts paid for", f"{outcomes.sms_parts:,}"),
            ("Red alerts taken on in", f"{FEW} alerts" if wait is None else f"{wait:,} min"),
        ),
        traffic=(
            share("Questions answered", outcomes.replies),
            share("Messages that arrived", outcomes.deliveries),
        ),
        measures=tuple(_measure(one, scales[one.code]) for one in outcomes.measures),
        nobody=outcomes.patients == 0,
    )


def share(title: str, rate: Rate) -> Share:
    """Return one share; of a hidden one, only that it is hidden."""
    if rate.hidden or rate.share is None or rate.low is None or rate.high is None:
        return Share(title, FEW, "", "", None)
    between = f"{_percent(rate.low)} to {_percent(rate.high)}"
    return Share(title, f"{rate.count:,} of {rate.of:,}", _percent(rate.share), between, bar(rate))


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"


def _measure(one: MeasureOutcome, scale: Scale) -> MeasureView:
    name = MEASURES.get(one.code, one.code)
    latest = one.latest
    series = (
        _series(f"{one.code}-sessions", f"{name} by session", "After session", one.by_session),
        _series(f"{one.code}-weeks", f"{name} by week since the first session", "Week", one.by_week),
    )
    return MeasureView(
        code=one.code,
        title=name,
        finding=_finding(latest),
        shares=_shares(latest),
        series=tuple(part for part in series if part is not None),
        definitions=tuple(_definitions(scale.change)) if scale.change is not None else (),
        sources=scale.sources,
        empty=latest.hidden,
    )


def _finding(latest: Cell) -> str:
    if latest.patients is None:
        return f"{FEW.capitalize()} patients have a total before their first session and one after it."
    people = counted(latest.patients, "patient")
    said = share("", latest.response)
    return f"Of {people} with a total before and after, {said.percent} responded ({said.between})."


def _shares(cell: Cell) -> tuple[Share, ...]:
    found = (
        ("Response", cell.response),
        ("Remission", cell.remission),
        ("Reliable improvement", cell.improved),
        ("Reliable worsening", cell.worsened),
    )
    return tuple(share(title, rate) for title, rate in found if rate is not None)


def _series(name: str, title: str, head: str, cells: Sequence[Cell]) -> Series | None:
    if not cells:
        return None
    pair = any(cell.remission is not None for cell in cells)
    return Series(
        name=name,
        title=title,
        finding=_course(head, cells),
        head=head,
        titles=tuple(one.title for one in _shares(cells[0])),
        drawing=columns([_place(head, cell) for cell in cells]),
        lines=tuple(_line(cell) for cell in cells),
        pair=pair,
    )


def _course(head: str, cells: Iterable[Cell]) -> str:
    """Say where the first and the last place that may be shown stand."""
    shown = [cell for cell in cells if not cell.hidden]
    if not shown:
        return f"Response: {FEW} people at every place."
    ends = shown[:1] if len(shown) == 1 else [shown[0], shown[-1]]
    where = head.lower() if head.startswith("After") else f"in {head.lower()}"
    said = ", ".join(f"{_in_words(cell.response)} {where} {cell.at}" for cell in ends)
    return f"Response: {said}."


def _in_words(rate: Rate) -> str:
    one = share("", rate)
    return f"{one.percent} ({one.said})" if one.percent else one.said


def _place(head: str, cell: Cell) -> Place:
    pair = (("response", cell.response), ("remission", cell.remission))
    shares = tuple(
        (rate, f"{head} {cell.at}, {title}: {_in_words(rate)}") for title, rate in pair if rate is not None
    )
    return Place(str(cell.at), shares)


def _line(cell: Cell) -> Line:
    patients = FEW if cell.patients is None else f"{cell.patients:,}"
    return Line(str(cell.at), patients, _shares(cell))


def _definitions(rule: ChangeRule) -> Iterable[Definition]:
    yield Definition("Before", "The last total before the first session of the course. A 0 is left out.")
    yield Definition("Response", f"The total fell by {rule.response_percent} % or more from before.")
    if rule.remission_below is not None:
        yield Definition("Remission", f"The total is below {rule.remission_below}.")
    else:
        yield Definition("Remission", "Not shown: none of our sources says what it is for this measure.")
    points = counted(rule.reliable, "point")
    yield Definition("Reliable improvement", f"The total fell by {points} or more: more than chance.")
    yield Definition("Reliable worsening", f"The total rose by {points} or more.")
