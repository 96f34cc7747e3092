"""What was said to a patient and by them, as a telephone shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aftercare.domain.consent import Channel
from aftercare.domain.delivery import State
from aftercare.domain.history import History
from aftercare.domain.protocol import Kind
from aftercare.domain.records import Reply, Sent
from aftercare.domain.timeline import delivered
from aftercare.domain.titles import title_of
from aftercare.domain.when import spoken_day
from aftercare.web.views.times import clock_time

THREAD_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message or reply. ``day`` is set on the first of a day."""

    mine: bool
    by_hand: bool
    text: str
    note: str
    trouble: bool
    day: str
    why: str


_FAILED = (State.FAILED_HARD, State.FAILED_SOFT, State.COMPLAINED)


def thread_of(history: History, zone: ZoneInfo, path: str) -> Iterable[Bubble]:
    """Yield the latest messages and replies, oldest first. ``path``: of the patient's page."""
    said: list[tuple[datetime, Sent | Reply]] = [
        *((one.claimed_at, one) for one in history.sent),
        *((one.at, one) for one in history.replies),
    ]
    # Ours answers theirs where both are of one instant.
    said.sort(key=lambda pair: (pair[0], isinstance(pair[1], Sent)))
    before = None
    for at, one in said[-THREAD_SHOWN:]:
        day = at.astimezone(zone).date()
        yield _bubble(at, one, history, zone, path, spoken_day(day) if day != before else "")
        before = day


def _bubble(at: datetime, one: Sent | Reply, history: History, zone: ZoneInfo, path: str, day: str) -> Bubble:
    way = "text" if one.channel is Channel.SMS else "mail"
    if isinstance(one, Reply):
        return Bubble(
            mine=False,
            by_hand=False,
            text=one.body,
            note=f"{way}, {clock_time(at, zone)}",
            trouble=False,
            day=day,
            why="",
        )
    outcome = (history.deliveries or {}).get(one.touch_id)
    trouble = one.provider_id is None or (outcome is not None and outcome.state in _FAILED)
    arrived = outcome is not None and outcome.state is State.DELIVERED
    state = delivered(one, history) if trouble else "arrived" if arrived else "sent"
    return Bubble(
        mine=True,
        by_hand=one.kind is Kind.MANUAL,
        text=one.text.strip(),
        note=f"{_named(one)}, {way}, {clock_time(at, zone)}, {state}",
        trouble=trouble,
        day=day,
        why=why_path(one.touch_id, path),
    )


def _named(sent: Sent) -> str:
    title = title_of(sent.kind, sent.words_id, sent.touch_id)
    return f"{title}, by {sent.by}" if sent.by else title


def why_path(touch: str | None, path: str) -> str:
    """Return where a touch is accounted for; empty for none."""
    return f"{path}/why?touch={quote(touch)}" if touch else ""
