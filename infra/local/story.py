"""The demo: a month of three invented people, played through the real handlers and told as a story."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from infra.local.rehearsal import Rehearsal, read_clinic
from infra.local.story_page import LivePage, Page, PlainPage
from infra.local.story_script import ENDS_AT, Beat, beats
from infra.local.story_words import Entry, Tally, Tone, entries, summary

CLINIC = Path(__file__).parent / "examples" / "clinic.toml"
_OPENING = (
    "Aftercare: three people, six visits each, and the four weeks after.",
    "Everybody here is invented. The handlers are the real ones, wired as template.yaml says;",
    "only the clock, the phone company and the mail provider are made up.",
    "",
    "  Ada     New York      texts and mails in English; one of her visits is moved",
    "  Ben     New York      texts and mails in English; one day he has enough of them",
    "  Carmen  Los Angeles   texts and mails in Spanish",
)


def play_story(
    headless: bool, out: TextIO | None = None, pause: Callable[[float], None] = time.sleep
) -> None:
    """Tell the whole story.

    Args:
        headless: No pauses, no colours; also what anything but a terminal gets.
        out: Where to; standard output if left out.
        pause: Waits for so many seconds.
    """
    out = out or sys.stdout
    story = beats()
    try:
        with _page(story, headless, out, pause) as page:
            page.say(_OPENING)
            tally = Tally()
            _tell(story, page, tally)
            page.say(["", "== In short ".ljust(40, "="), "", *summary(tally)])
    except KeyboardInterrupt:
        out.write("\nStopped here. Nothing was really sent. Run it again whenever you like.\n")


def _page(story: list[Beat], headless: bool, out: TextIO, pause: Callable[[float], None]) -> Page:
    if headless or not out.isatty():
        return PlainPage(out)
    # Only a terminal needs it.
    from rich.console import Console

    return LivePage(Console(file=out), pause, story[0].line.at, ENDS_AT)


def _tell(story: list[Beat], page: Page, tally: Tally) -> None:
    with Rehearsal(read_clinic(CLINIC), story[0].line.at) as rehearsal:
        told = 0

        def tell_news() -> None:
            nonlocal told
            news = rehearsal.transcript.lines[told:]
            told += len(news)
            for entry in entries(news, tally):
                page.show(entry)

        for beat in story:
            rehearsal.finish(until=beat.line.at, each=tell_news)
            tell_news()
            at, zone = beat.line.at, beat.person.zone
            if beat.caption:
                page.show(Entry(at, zone, beat.caption, tone=_tone(beat)))
            before = told
            rehearsal.play(beat.line)
            tell_news()
            tally.answers += beat.line.kind == "sms"
            tally.again += beat.again
            if beat.again and told == before:
                page.show(Entry(at, zone, "Nothing changes: it is known already.", tone="silent"))
        rehearsal.finish(each=tell_news)
        tell_news()


def _tone(beat: Beat) -> Tone:
    return "answer" if beat.line.kind == "sms" else "event"
