"""Outcomes as a table for a spreadsheet: the very numbers that the screen shows, and what it hides hidden."""

import csv
import io
from collections.abc import Iterator

from aftercare.domain.outcomes import Cell, Outcomes, Rate

COLUMNS = ("group", "measure", "at", "figure", "count", "of", "share", "low", "high", "hidden")
Line = tuple[object, ...]


def outcomes_csv(outcomes: Outcomes) -> str:
    """Return the table: one figure a line, lines ended as RFC 4180 asks.

    Shares and the ends of their 95 % intervals have four decimals. A hidden figure has ``yes`` in the last
    column and no number anywhere.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(outcomes))
    return out.getvalue()


def _lines(outcomes: Outcomes) -> Iterator[Line]:
    counts = {
        "patients": outcomes.patients,
        "courses": outcomes.courses,
        "sessions": outcomes.sessions,
        "messages": outcomes.texts,
        "sms_parts": outcomes.sms_parts,
    }
    for name, count in counts.items():
        yield _line("clinic", "", None, name, count)
    yield _line("clinic", "", None, "minutes_to_take_on_red", outcomes.taken_on_in)
    yield _of_rate("clinic", "", None, "replies", outcomes.replies)
    yield _of_rate("clinic", "", None, "delivered", outcomes.deliveries)
    for measure in outcomes.measures:
        yield from _of_cell("latest", measure.code, measure.latest)
        for cell in measure.by_session:
            yield from _of_cell("session", measure.code, cell)
        for cell in measure.by_week:
            yield from _of_cell("week", measure.code, cell)


def _of_cell(group: str, code: str, cell: Cell) -> Iterator[Line]:
    yield _line(group, code, cell.at, "patients", cell.patients)
    rates = {
        "response": cell.response,
        "remission": cell.remission,
        "reliable_improvement": cell.improved,
        "reliable_worsening": cell.worsened,
    }
    for name, found in rates.items():
        if found is not None:
            yield _of_rate(group, code, cell.at, name, found)


def _line(group: str, code: str, at: int | None, name: str, count: int | None) -> Line:
    hidden = "yes" if count is None else "no"
    return group, code, _text(at), name, _text(count), "", "", "", "", hidden


def _of_rate(group: str, code: str, at: int | None, name: str, found: Rate) -> Line:
    numbers = (
        _text(found.count),
        _text(found.of),
        _share(found.share),
        _share(found.low),
        _share(found.high),
    )
    return group, code, _text(at), name, *numbers, "yes" if found.hidden else "no"


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"
