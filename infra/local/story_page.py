"""Two ways to show the story: plain text for anything that reads, and a livelier one for a terminal."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from infra.local.story_words import WIDTH, Entry, wrapped

if TYPE_CHECKING:
    from rich.console import Console

INDENT = " " * 16
# Pauses follow virtual time: a second of the story's day is not a second of yours.
PAUSE_SECONDS, PAUSE_PER_HOUR_SECONDS, PAUSE_MAX_SECONDS = 0.25, 0.02, 1.2
_STYLES = {
    "text": "green",
    "mail": "cyan",
    "answer": "bold",
    "staff": "yellow",
    "silent": "dim",
    "event": "magenta",
}


class Page(Protocol):
    """Where the story is shown. Use as a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, entry: Entry) -> None:
        """Show one entry, under its day."""
        ...

    def say(self, lines: Sequence[str]) -> None:
        """Show lines that belong to no day."""
        ...


class PlainPage:
    """No pauses, no colours."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._day = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.flush()

    def show(self, entry: Entry) -> None:
        if entry.day != self._day:
            self._day = entry.day
            self.say(["", f"== {entry.day} ".ljust(WIDTH, "=")])
        self.say(["", *_lines(entry)])

    def say(self, lines: Sequence[str]) -> None:
        self._out.write("".join(f"{line}\n" for line in lines))


class LivePage:
    """Colours, a line that shows how far the story is, and a short pause before each entry.

    Args:
        console: A terminal; rich itself leaves colours out when NO_COLOR is set.
        pause: Waits for so many seconds.
        starts_at: The story's first instant.
        ends_at: About its last.
    """

    def __init__(
        self, console: "Console", pause: Callable[[float], None], starts_at: datetime, ends_at: datetime
    ) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        self._console = console
        self._pause = pause
        self._starts_at = self._now = starts_at
        self._day = ""
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), console=console, transient=True
        )
        self._task = self._progress.add_task("", total=(ends_at - starts_at).total_seconds())

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, entry: Entry) -> None:
        hours = max(0.0, (entry.at - self._now).total_seconds() / 3600)
        self._pause(min(PAUSE_SECONDS + hours * PAUSE_PER_HOUR_SECONDS, PAUSE_MAX_SECONDS))
        self._now = max(self._now, entry.at)
        gone = (self._now - self._starts_at).total_seconds()
        self._progress.update(self._task, completed=gone, description=entry.day)
        if entry.day != self._day:
            self._day = entry.day
            self._print(["", f"── {entry.day} ".ljust(WIDTH, "─")], "bold blue")
        first, *rest = _lines(entry)
        style = _STYLES[entry.tone]
        self._print(["", first], style)
        self._print(rest, style if entry.tone in ("silent", "staff") else "")

    def say(self, lines: Sequence[str]) -> None:
        self._print(lines, "")

    def _print(self, lines: Sequence[str], style: str) -> None:
        for line in lines:
            # Somebody's words are never markup, and a number in them is no reason for a colour.
            self._console.print(
                line, style=style or None, markup=False, highlight=False, emoji=False, soft_wrap=True
            )


def _lines(entry: Entry) -> list[str]:
    (first, *more) = wrapped(entry.title, INDENT)
    head = entry.clock.rjust(len(INDENT) - 2) + first[len(INDENT) - 2 :]
    bar = "  " if entry.tone in ("silent", "staff") else "| "
    return [head, *more, *(wrapped(entry.body, INDENT + bar) if entry.body else [])]
