"""A clinic as its clinic file describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from aftercare.domain.ids import ClinicId, ProtocolId


@dataclass(frozen=True, slots=True)
class OnCall:
    """One line of the rota: who is paged, between which wall times of the clinic (all day if none)."""

    role: str
    name: str
    phone: str | None = None
    email: str | None = None
    from_: time | None = None
    until: time | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """A person's signature under a statement: who, and on which day."""

    signed_by: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class SmsCaps:
    """How many program texts a patient may get. Replies, confirmations and safety texts do not count.

    Source: default of clinical-regulatory section 2.2, and what the opt-in text promises
    ("up to 6 a week").
    """

    per_day: int = 2
    per_week: int = 6


@dataclass(frozen=True, slots=True)
class StepOverride:
    """What a clinic changed about one step of a protocol. ``None`` leaves the protocol's own value."""

    off: bool = False
    at: time | None = None
    days: int | None = None
    after: timedelta | None = None
    before: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Clinic:
    """What the service must know about a clinic to speak in its name.

    ``opens``, ``closes``, ``send_from`` and ``send_until`` are wall times; the first two on the
    clinic's clock, the last two on the patient's.
    """

    id: ClinicId
    name: str
    sms_name: str
    time_zone: str
    country: str
    phone: str
    sms_number: str
    email_from: str
    postal_address: str
    languages: tuple[str, ...]
    opens: time
    closes: time
    send_from: time = time(9)
    send_until: time = time(20)
    sms_caps: SmsCaps = SmsCaps()
    on_call: tuple[OnCall, ...] = ()
    not_monitored_statement: SignOff | None = None
    content_review: SignOff | None = None
    sandbox_numbers: tuple[str, ...] = ()
    overrides: Mapping[ProtocolId, Mapping[str, StepOverride]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
