"""What an outsider finds later: words, alerts, texts, pages, tasks, and what lies in queues."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftercare.adapters.attributes import plain
from aftercare.adapters.followup_item import from_item
from aftercare.domain.followup import Followup, MarkState
from aftercare.domain.ids import touch_id
from aftercare.domain.plan import message_id
from infra.local.carrier import EmailOut, SmsOut
from infra.local.memory_table import MemoryTable
from infra.local.postbag import ids_of
from infra.local.transcript_rows import is_test_page

Json = dict[str, Any]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Counts of what there is, by what it is.

    Attributes:
        words: Replies and strays, by what they say.
        alerts: By owner, tier and reason.
        crises: Crisis texts handed over, by their id and channel.
        pages: Calls to people, by alert, step, person and channel.
        messages: Everything else handed over, by touch and channel.
        tasks: By kind and what they are about.
        measures: By id.
        claimed: Touches that are claimed and of which no record tells the end.
        agreed: Who still agrees to anything.
        letters: What lies in queues, dead letters included.
        answered_after: How long after the act the next crisis text left, by any channel.
        called_after: How long after it the next person was called.
    """

    words: Counter[str]
    alerts: Counter[Key]
    crises: Counter[Key]
    pages: Counter[Key]
    messages: Counter[Key]
    tasks: Counter[Key]
    measures: Counter[Key]
    claimed: frozenset[str]
    agreed: frozenset[str]
    letters: dict[str, int]
    answered_after: timedelta | None
    called_after: timedelta | None

    @property
    def steps(self) -> set[Key]:
        """The steps of ladders at which somebody was called, by alert."""
        return {key[:2] for key in self.pages}

    def task_kinds(self) -> set[str]:
        return {kind for kind, _ in self.tasks}


def aftermath(
    table: MemoryTable, sent: Sequence[SmsOut | EmailOut], letters: dict[str, int], since: datetime
) -> Aftermath:
    """Read the table and all that the carriers ever took; ``since``: when the act was."""
    rows = [plain(row) for row in table.items()]
    crises, pages, messages = _sorted(sent)
    return Aftermath(
        words=Counter(row["body"] for row in rows if row["sk"].startswith(("REPLY#", "STRAY#"))),
        alerts=Counter((row["pk"], row["tier"], row["reason"]) for row in rows if _is_alert(row)),
        crises=crises,
        pages=pages,
        messages=messages,
        tasks=Counter(_task(row) for row in rows if row["sk"].startswith("TASK#")),
        measures=Counter((row["pk"], row["sk"]) for row in rows if row["sk"].startswith("MEASURE#")),
        claimed=frozenset(_unaccounted(table)),
        agreed=frozenset(
            f.patient_id for f in _followups(table) if any(s.agreed for s in f.standings.values())
        ),
        letters=letters,
        answered_after=_first(sent, since, _is_crisis),
        called_after=_first(sent, since, lambda one: "alert" in ids_of(one)),
    )


def _first(
    sent: Iterable[SmsOut | EmailOut], since: datetime, wanted: Callable[[SmsOut | EmailOut], bool]
) -> timedelta | None:
    return min((one.at - since for one in sent if one.at >= since and wanted(one)), default=None)


def _is_crisis(message: SmsOut | EmailOut) -> bool:
    return ".crisis-" in ids_of(message).get("touch", "")


def _is_alert(row: Json) -> bool:
    return str(row["sk"]).startswith("ALERT#")


def _task(row: Json) -> Key:
    return row["kind"], row["sk"].removeprefix("TASK#")


def _sorted(sent: Iterable[SmsOut | EmailOut]) -> tuple[Counter[Key], Counter[Key], Counter[Key]]:
    crises, pages, messages = Counter[Key](), Counter[Key](), Counter[Key]()
    for one in sent:
        if is_test_page(one):
            continue
        ids, channel = ids_of(one), "sms" if isinstance(one, SmsOut) else "email"
        if "alert" in ids:
            pages[ids["alert"], ids["step"], ids["place"], channel] += 1
        elif _is_crisis(one):
            crises[ids["touch"], channel] += 1
        else:
            messages[ids["touch"], channel] += 1
    return crises, pages, messages


def _followups(table: MemoryTable) -> Iterator[Followup]:
    return (from_item(row) for row in table.items() if row["sk"]["S"] == "FOLLOWUP")


def _unaccounted(table: MemoryTable) -> Iterator[str]:
    told = {row["sk"]["S"].removeprefix("FOLLOWUP#") for row in table.items()}
    for followup in _followups(table):
        for notice in followup.notices.values():
            if notice.mark is not None and notice.mark.state is MarkState.CLAIMED and notice.id not in told:
                yield notice.id
        for session in followup.sessions.values():
            for key, mark in session.marks.items():
                name = message_id(touch_id(session.id, key), mark)
                if mark.state is MarkState.CLAIMED and name not in told:
                    yield name
