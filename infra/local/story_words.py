"""What the service did, told in the words of the people it did it for."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aftercare.domain.message import time_in_words
from aftercare.domain.touch import REASONS, Reason
from infra.local.story_script import NEW_YORK, PEOPLE, Person

Json = Mapping[str, Any]
Tone = Literal["text", "mail", "answer", "staff", "silent", "event"]
WIDTH = 92
_NOBODY = "nobody in particular"
_KINDS = {
    "reminder": "reminder",
    "safety": "going-home text",
    "check_in": "check-in",
    "measure": "form",
    "education": "treatment note",
    "opt_in": "welcome",
    "opt_out": "goodbye",
    "help": "reply to HELP",
    "crisis": "help at once",
    "after_hours": "the clinic is closed",
    "manual": "a person writes",
}
_ALERT_STATES = {"raised": "raised", "acknowledged": "somebody is on it", "resolved": "resolved"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a nurse would read: when, on the clock of ``zone``, who and what."""

    at: datetime
    zone: ZoneInfo
    title: str
    body: str = ""
    tone: Tone = "event"

    @property
    def day(self) -> str:
        local = self.at.astimezone(self.zone)
        return f"{local:%A}, {local:%B} {local.day}"

    @property
    def clock(self) -> str:
        local = self.at.astimezone(self.zone)
        return f"{time_in_words(local.time(), 'en')} {local.tzname()}"


@dataclass(slots=True)
class Tally:
    """What the story came to. ``again``: events delivered a second time."""

    texts: int = 0
    mails: int = 0
    answers: int = 0
    again: int = 0
    not_sent: Counter[str] = field(default_factory=Counter)
    tasks: list[str] = field(default_factory=list)
    touch_ids: Counter[str] = field(default_factory=Counter)

    @property
    def twice(self) -> int:
        """How many messages left more than once."""
        return sum(count - 1 for count in self.touch_ids.values())


def entries(lines: Sequence[Json], tally: Tally) -> list[Entry]:
    """Turn lines of the transcript into entries, and count them.

    Args:
        lines: As the rehearsal writes them, in time order.
        tally: Counted into.
    """
    told: list[Entry] = []
    silent: dict[tuple[str, str | None, str], list[str]] = {}
    for line in lines:
        (kind,) = (name for name in line if name != "at")
        if kind == "event":
            continue  # the same facts again, for other systems
        if kind == "not_sent":
            what = line[kind]
            tally.not_sent[what["reason"]] += 1
            silent.setdefault((line["at"], what["patient_id"], what["reason"]), []).append(what["kind"])
        else:
            told.extend(_entry(kind, line[kind], datetime.fromisoformat(line["at"]), tally))
    told.extend(
        _silence(datetime.fromisoformat(at), PEOPLE.get(patient_id or ""), Reason(reason), kinds)
        for (at, patient_id, reason), kinds in silent.items()
    )
    return sorted(told, key=lambda entry: entry.at)


def _entry(kind: str, what: Json, at: datetime, tally: Tally) -> Iterable[Entry]:
    person = PEOPLE.get(what.get("patient_id") or "")
    zone = person.zone if person else NEW_YORK
    name = person.name if person else _NOBODY
    match kind:
        case "sms":
            tally.texts += 1
            tally.touch_ids[what["touch_id"]] += 1
            yield Entry(at, zone, f"{name}'s phone: {_KINDS[what['kind']]}", what["body"], "text")
        case "email":
            tally.mails += 1
            tally.touch_ids[what["touch_id"]] += 1
            body = f"{what['subject']}\n\n{what['text'].strip()}"
            yield Entry(at, zone, f"{name}'s mail: {_KINDS[what['kind']]}", body, "mail")
        case "task":
            tally.tasks.append(f"{name}: {what['reason']}")
            yield Entry(at, zone, f"For staff, about {name}", what["reason"], "staff")
        case "measure":
            yield Entry(at, zone, f"Kept: {_measured(name, what)}", tone="answer")
        case "alert":
            title = f"Alert about {name}, {what['tier']}: {_ALERT_STATES.get(what['state'], what['state'])}"
            yield Entry(at, zone, title, f"Reason: {what['reason']}", "staff")
        case "page":
            yield Entry(at, zone, f"Page to {what['to']}, minute {what['step']}", what["body"], "staff")
        case other:
            yield Entry(at, zone, f"{other}: {dict(what)}", tone="staff")


def _measured(name: str, what: Json) -> str:
    if what["code"] == "mood-0-10":
        return f"{name}'s mood is {what['total']} of 10."
    points = f"{what['total']} points" if what["total"] is not None else "not all of it answered"
    return f"{name}'s {what['code'].upper()}: {points}."


def _silence(at: datetime, person: Person | None, reason: Reason, kinds: Sequence[str]) -> Entry:
    counted = Counter(_KINDS[kind] for kind in kinds)
    what = " and ".join(f"{count} {name}s" if count > 1 else f"a {name}" for name, count in counted.items())
    name, zone = (person.name, person.zone) if person else (_NOBODY, NEW_YORK)
    return Entry(at, zone, f"Not sent to {name}: {what}", REASONS[reason], "silent")


def wrapped(text: str, indent: str) -> list[str]:
    """Break a text into lines of at most ``WIDTH`` characters behind ``indent``; its own breaks stay."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        broken = textwrap.wrap(paragraph, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
        lines += [indent + line for line in broken or [""]]
    return [line.rstrip() for line in lines]


def summary(tally: Tally) -> list[str]:
    """Return the last page: what was sent, what was not and why, and what staff have to do."""
    dropped = sum(tally.not_sent.values())
    lines = [
        f"Sent      {tally.texts} texts and {tally.mails} mails",
        f"Answered  {tally.answers} texts came back",
        f"Twice     {tally.again} event was delivered twice; {tally.twice} messages were sent twice",
        f"Not sent  {dropped}, each for a reason:",
    ]
    lines += [f"  {count:4}  {REASONS[Reason(reason)]}" for reason, count in tally.not_sent.most_common()]
    lines.append(f"For staff {len(tally.tasks)} tasks:")
    counted = Counter(tally.tasks)
    for task, count in counted.items():
        first, *more = wrapped(task, " " * 8)
        lines += [f"  {count:4}  {first.lstrip()}", *more]
    return lines
