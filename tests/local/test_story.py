"""The demo's story: told to the end, true to the transcript, and kind to whoever interrupts it."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path

import pytest

from aftercare.domain.touch import REASONS, Reason
from infra.local.story import play_story
from infra.local.story_script import beats
from infra.local.story_words import WIDTH, Tally, entries

AFTERCARE = Path(sys.executable).parent / "aftercare"
DAY = re.compile(r"^== (\w+day, \w+ \d+) =+$", re.MULTILINE)
ESCAPE = "\x1b["


class Screen(StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


@cache
def told() -> str:
    """The story as a pipe reads it."""
    out = StringIO()
    play_story(headless=True, out=out)
    return out.getvalue()


def _entries() -> list[str]:
    return [entry.strip() for entry in re.split(r"\n\n(?= {1,3}\d{1,2}:\d\d [AP]M )", told())[1:]]


def _flat(entry: str) -> str:
    return " ".join(entry.replace("|", " ").split())


def test_the_installed_demo_plays_to_the_end_and_exits_0() -> None:
    done = subprocess.run(
        [str(AFTERCARE), "demo", "--headless"], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, told())


def test_the_days_come_in_order_each_once() -> None:
    days = DAY.findall(told())
    assert days[0] == "Monday, November 2"
    assert days[-1].split(", ")[1].startswith("December")
    assert len(days) == len(set(days)) > 30
    on = [datetime.strptime(f"{day} 2026 +0000", "%A, %B %d %Y %z") for day in days]
    assert on == sorted(on)


def test_every_clock_time_names_its_zone() -> None:
    zones = {entry.split()[2] for entry in _entries()}
    assert zones == {"EST", "PST"}


def test_three_people_are_heard_and_written_to_in_full() -> None:
    for name, words in (
        ("Ada", "No driving, machines, alcohol or big choices until tomorrow"),
        ("Ben", "How is your mood since your visit, 0 (very bad) to 10 (very good)?"),
        ("Carmen", "Gracias por venir. Descanse. No maneje"),
    ):
        phone = [_flat(entry) for entry in _entries() if f"{name}'s phone" in entry]
        assert any(words in entry for entry in phone), name
        assert [entry for entry in _entries() if f" {name} texts: " in entry], name
    assert any("Ketamine was first used" in _flat(e) for e in _entries() if "Ada's mail" in e)


def test_ben_says_stop_and_only_the_goodbye_follows() -> None:
    entries = _entries()
    (stopped,) = (n for n, entry in enumerate(entries) if "Ben texts: Stop." in entry)
    after = [entry for entry in entries[stopped + 1 :] if re.search(r"Ben's (phone|mail)", entry)]
    assert ["goodbye" in entry for entry in after] == [True]


def test_what_staff_must_do_about_ben_is_said_where_it_happens() -> None:
    about = [_flat(entry) for entry in _entries() if "For staff, about Ben" in entry]
    assert len(about) == 4
    assert "not answered" in about[0]
    assert "agree another way" in about[1]
    assert all("Print it and tell them" in entry for entry in about[2:])


def test_ada_is_told_that_her_visit_moved() -> None:
    entries = [_flat(entry) for entry in _entries()]
    (moved,) = (n for n, entry in enumerate(entries) if "moves Ada's second visit" in entry)
    (news,) = (n for n, entry in enumerate(entries) if "Your visit has moved" in entry)
    assert moved < news
    assert "Thursday, November 12 at 4:00 PM" in entries[news]


def test_an_event_that_comes_twice_changes_nothing() -> None:
    entries = [_flat(entry) for entry in _entries()]
    (again,) = (n for n, entry in enumerate(entries) if "a second time" in entry)
    assert "Nothing changes" in entries[again + 1]
    assert "1 event was delivered twice; 0 messages were sent twice" in told()
    assert len([entry for entry in entries if "Ada's phone: going-home text" in entry]) == 6


def test_what_was_not_sent_is_explained_in_words() -> None:
    silent = [entry for entry in _entries() if "Not sent to" in entry]
    assert len(silent) > 20
    for entry in silent:
        assert re.search(r"\n {18}[A-Z][^_]*\.", entry), entry


def test_the_last_page_adds_up() -> None:
    body, _, tally = told().partition("== In short =")
    texts, mails = re.search(r"Sent +(\d+) texts and (\d+) mails", tally).groups()  # type: ignore[union-attr]
    assert len(re.findall(r"'s phone: ", body)) == int(texts)
    assert len(re.findall(r"'s mail: ", body)) == int(mails)
    (total,) = re.findall(r"Not sent +(\d+), each for a reason:", tally)
    reasons, _, _ = tally.partition("For staff")
    assert sum(map(int, re.findall(r"^ {2,5}(\d+)  [A-Z]", reasons, re.MULTILINE))) == int(total)
    (tasks,) = re.findall(r"For staff (\d+) tasks", tally)
    assert len(re.findall(r"For staff, about", body)) == int(tasks)
    assert len([beat for beat in beats() if beat.line.kind == "sms"]) == int(
        re.findall(r"Answered +(\d+) texts", tally)[0]
    )


def test_pages_and_alerts_are_told_and_the_same_facts_on_the_bus_are_not() -> None:
    alert = {
        "id": "pat-ada.alert.1",
        "patient_id": None,
        "tier": "red",
        "reason": "crisis",
        "state": "raised",
    }
    page = {"to": "+12025550101", "channel": "sms", "body": "Sign in.", "alert_id": alert["id"], "step": 5}
    fact = {"source": "aftercare", "detail-type": "AlertRaised", "detail": {}}
    dropped = {
        "touch_id": "t",
        "patient_id": None,
        "session_id": None,
        "kind": "help",
        "reason": "no_address",
    }
    measured = {"patient_id": "pat-ada", "code": "phq-9", "total": 9, "complete": True}
    rows = {"alert": alert, "page": page, "event": fact, "not_sent": dropped, "measure": measured}
    lines = [{"at": "2026-11-09T07:00:00Z", kind: row} for kind, row in rows.items()]
    assert [(entry.title, entry.body) for entry in entries(lines, Tally())] == [
        ("Alert about nobody in particular, red: raised", "Reason: crisis"),
        ("Page to +12025550101, minute 5", "Sign in."),
        ("Kept: Ada's PHQ-9: 9 points.", ""),
        ("Not sent to nobody in particular: a reply to HELP", REASONS[Reason.NO_ADDRESS]),
    ]


def test_it_fits_an_ordinary_terminal_and_has_no_colours_in_a_pipe() -> None:
    assert ESCAPE not in told()
    assert max(len(line) for line in told().splitlines()) <= WIDTH


def test_without_a_terminal_the_lively_story_is_the_plain_one() -> None:
    out = StringIO()
    play_story(headless=False, out=out, pause=lambda seconds: pytest.fail("a pipe must not wait"))
    assert out.getvalue() == told()


def test_in_a_terminal_it_pauses_with_the_story_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Screen()
    pauses: list[float] = []
    play_story(headless=False, out=out, pause=pauses.append)
    shown = out.getvalue()
    assert re.search(r"\x1b\[[0-9;]*3[0-9]m", shown)
    assert len(pauses) == len(_entries())
    assert min(pauses) > 0
    assert max(pauses) > 2 * min(pauses)
    assert sum(pauses) < 180
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", shown)
    assert "Your visit has moved. It is now on Thursday, November 12" in plain
    assert "1 event was delivered twice; 0 messages were sent twice" in plain


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Screen()
    play_story(headless=False, out=out, pause=_interrupt_after(40))
    assert "Ada signs up" in out.getvalue()
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", out.getvalue())


def _interrupt_after(count: int) -> Callable[[float], None]:
    left = iter(range(count))

    def pause(seconds: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return pause


def test_ctrl_c_ends_it_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    out = Screen()
    play_story(headless=False, out=out, pause=_interrupt_after(3))
    assert out.getvalue().endswith("Run it again whenever you like.\n")
    assert "Traceback" not in out.getvalue()
