"""What the JSON API answers about the clinic as a whole: calendars, outcomes, the audit trail."""

from datetime import date
from typing import Annotated

from pydantic import Field

from aftercare.contracts.api_answers import Instant, Out


class Visit(Out):
    """One session of a calendar."""

    number: int
    starts_at: Instant
    ends_at: Instant


class Planned(Out):
    """One step of one session of a calendar. ``local``: on the clinic's clock."""

    session_number: int
    step: str
    kind: str
    at: Instant
    local: str
    channel: str | None
    words_id: str
    title: str
    goes: bool
    reason: str | None
    why: str


class ProtocolLine(Out):
    """A protocol, its sources and its review date."""

    id: str
    title: str
    sources: tuple[str, ...]
    review_by: date


class Calendar(Out):
    """What a protocol would send, and when, to somebody who comes to each session at its usual interval."""

    protocol: ProtocolLine
    visits: tuple[Visit, ...]
    touches: tuple[Planned, ...]


class Entry(Out):
    """One entry of the audit trail: ids and codes only."""

    id: str
    at: Instant
    who: str
    name: str
    did: str
    by: str
    patient_id: str | None
    about: str | None


class Audit(Out):
    """One page of the audit trail, the latest first."""

    entries: tuple[Entry, ...]
    next: Annotated[str | None, Field(description="as `after`; null at the end")]
    broken_on: Annotated[
        date | None, Field(description="a sealed day that is not what was sealed; null: the trail is whole")
    ]


class Rate(Out):
    """A share with its 95 % interval; all null when too few stand behind it."""

    count: int | None
    of: int | None
    low: float | None
    high: float | None


class Cell(Out):
    """How those stand who gave a total at one place of their course; null: the latest total of each."""

    at: int | None
    patients: int | None
    response: Rate
    remission: Rate | None
    improved: Rate
    worsened: Rate


class MeasureOutcome(Out):
    """One measure: the latest totals, and those by session number and by week since the first session."""

    code: str
    latest: Cell
    by_session: tuple[Cell, ...]
    by_week: tuple[Cell, ...]


class Outcomes(Out):
    """What was counted. ``taken_on_in``: median minutes until a red alert was taken on."""

    patients: int
    courses: int
    sessions: int
    texts: int
    sms_parts: int
    replies: Rate
    deliveries: Rate
    taken_on_in: int | None
    measures: tuple[MeasureOutcome, ...]
