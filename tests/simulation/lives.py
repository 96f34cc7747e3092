"""Generated lives: clinics, patients, courses of sessions, and everything that gets in the way."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from aftercare.domain.clinic import Clinic, SignOff, SmsCaps, StepOverride
from aftercare.domain.ids import ClinicId, ProtocolId
from tests.simulation import wire
from tests.simulation.chart import EVERYTHING, HELPS, STOPS
from tests.simulation.living import AMBUSHES, WEATHERS, Happening, Life

ALIKE_EVERY_TIME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    # A life is readable as it is, and making a failing one smaller would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# A week before clocks change somewhere, or a year ends; and when the words come up for review.
SEASONS = {
    "America/New_York": (date(2026, 10, 26), date(2027, 3, 8), date(2026, 12, 26), date(2027, 5, 20)),
    "Australia/Lord_Howe": (date(2026, 9, 28), date(2027, 3, 29)),
    "America/St_Johns": (date(2026, 10, 26), date(2027, 3, 8)),
    "Asia/Kolkata": (date(2026, 11, 10),),
    "Pacific/Kiritimati": (date(2026, 12, 26),),
    "Pacific/Apia": (date(2027, 2, 22),),
}
PROTOCOLS = ("ketamine-iv-induction", "ketamine-im-induction", "esketamine-nasal", "ketamine-maintenance")
WINDOWS = ((time(9), time(20)), (time(9), time(20)), (time(10), time(18)), (time(11), time(11, 45)))
CAPS = (SmsCaps(), SmsCaps(), SmsCaps(1, 3), SmsCaps(4, 20))
WEEKS_OFF = {f"week{n}": StepOverride(off=True) for n in range(2, 9)}
OVERRIDES: tuple[dict[str, StepOverride], ...] = (
    {},
    WEEKS_OFF,
    {"day1": StepOverride(off=True), "learn": StepOverride(at=time(9, 30))},
    {
        "reminder-24h": StepOverride(before=timedelta(hours=30)),
        "evening": StepOverride(after=timedelta(hours=3)),
    },
    {"week1": StepOverride(days=6), "day3": StepOverride(days=3, at=time(19, 55))},
)
STARTS = (time(7, 30), time(9), time(11), time(14, 15), time(16), time(18, 10), time(22))
GAPS = (0, 1, 2, 3, 4, 7, 14)
LATE = (
    timedelta(),
    timedelta(),
    timedelta(minutes=4),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=4),
)
NOTICE = (timedelta(hours=2), timedelta(hours=20), timedelta(days=2), timedelta(days=6))
CHATTER = ("7", "10", "0", "3 A", "I want it all to stop", "thank you", "B")

SIGNED = Clinic(
    id=ClinicId(wire.CLINIC),
    name="Hudson Wellness Clinic",
    sms_name="Hudson Clinic",
    time_zone="America/New_York",
    country="US",
    phone="+12125550101",
    sms_number=wire.CLINIC_NUMBER,
    email_from="care@hudson.example.org",
    postal_address="1 River Street, New York, NY 10001",
    languages=("en", "es"),
    opens=time(8, 30),
    closes=time(17, 30),
    content_review=SignOff("Dr. Example", date(2026, 9, 1)),
)

Draw = st.DrawFn


@st.composite
def clinics(draw: Draw) -> Clinic:
    """A clinic with its own window, caps, times and sign-off."""
    send_from, send_until = draw(st.sampled_from(WINDOWS))
    changes = draw(st.sampled_from(OVERRIDES))
    signed = draw(st.integers(0, 7)) > 0
    sandbox = draw(st.sampled_from(((), (wire.ADAS_PHONE,), (wire.ADAS_NEW_PHONE,))))
    return replace(
        SIGNED,
        send_from=send_from,
        send_until=send_until,
        sms_caps=draw(st.sampled_from(CAPS)),
        content_review=SIGNED.content_review if signed else None,
        sandbox_numbers=sandbox,
        overrides={ProtocolId(protocol): changes for protocol in PROTOCOLS} if changes else {},
    )


class Story:
    """Collects what happens, each fact a second after the one before so that none share an instant."""

    def __init__(self, draw: Draw, zone: str, first_day: date) -> None:
        self.draw = draw
        self.zone = ZoneInfo(zone)
        self.opens = datetime.combine(first_day, time(10, 7), self.zone).astimezone(UTC)
        self.happenings: list[Happening] = []
        self._told = 0

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    def pick(self, choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def next_id(self) -> str:
        self._told += 1
        return f"fact-{self._told}"

    def exactly(self, at: datetime) -> datetime:
        """Return an instant that no other fact has."""
        return at + timedelta(seconds=self._told)

    def tell(self, what: Any, at: datetime, late: timedelta = timedelta()) -> None:
        """Put it on the bus: late at times, and at times again."""
        arrives_at = max(at + late, self.opens)
        self.happenings.append(Happening(arrives_at, what))
        if self.chance(8):
            again = arrives_at + self.pick((timedelta(), timedelta(minutes=2), timedelta(days=2)))
            self.happenings.append(Happening(again, what))


def _enrol(story: Story, zone: str) -> None:
    keys = [key for key in EVERYTHING if not story.chance(3)] if story.chance(4) else EVERYTHING
    at = story.exactly(story.opens)
    expires = (at + timedelta(days=9)).date() if story.chance(8) else None
    given_at = at - timedelta(minutes=2)
    consents = [wire.consent(channel, purpose, given_at, expires) for channel, purpose in keys]
    differs: dict[str, Any] = {"time_zone": zone, "language": story.pick(("en", "es"))}
    if story.chance(10):
        differs["accepts_unencrypted"] = False
    if story.chance(10):
        differs[story.pick(("phone", "email"))] = None
    late = story.pick((*[timedelta()] * 8, timedelta(days=1, hours=3)))
    story.tell(wire.enrolled(story.next_id(), at, consents, **differs), at, late)


def _session(story: Story, n: int, protocol: str, number: int, starts_at: datetime) -> datetime:
    """Tell of one session. Returns when it ended."""
    session = f"ses-{n}"
    booked = not story.chance(6)
    if booked:
        at = story.exactly(max(story.opens, starts_at - story.pick(NOTICE)))
        story.tell(wire.scheduled(story.next_id(), at, session, starts_at, protocol, number), at)
        if story.chance(4):
            at = story.exactly(max(at, starts_at - story.pick((timedelta(hours=3), timedelta(hours=40)))))
            starts_at += story.pick((timedelta(hours=2), timedelta(days=1), timedelta(days=5)))
            story.tell(wire.moved(story.next_id(), at, session, starts_at), at, story.pick(LATE[:4]))
        if story.chance(7):
            at = story.exactly(max(at, starts_at - story.pick(NOTICE[:3])))
            story.tell(wire.cancelled(story.next_id(), at, session), at)
            return starts_at
    ended_at = starts_at + timedelta(minutes=95)
    if booked and story.chance(8):
        return ended_at
    left_at = _left_at(story, ended_at)
    at = story.exactly(left_at or ended_at)
    body = (session, ended_at, left_at, protocol, number)
    story.tell(wire.completed(story.next_id(), at, *body), at, story.pick(LATE))
    return ended_at


def _left_at(story: Story, ended_at: datetime) -> datetime | None:
    if story.chance(3):
        return None
    evening = story.pick((None, None, time(19, 50), time(23, 30)))
    if evening is None:
        return ended_at + timedelta(minutes=25)
    local = ended_at.astimezone(story.zone)
    return max(ended_at, datetime.combine(local.date(), evening, story.zone).astimezone(UTC))


def _disturb(story: Story, moments: list[datetime]) -> None:
    """Let something get in the way, around a session or anywhere."""
    at = story.pick(moments) + timedelta(minutes=story.draw(st.integers(-4000, 9000)))
    at = story.exactly(max(at, story.opens + timedelta(minutes=1)))
    match story.draw(st.integers(0, 7)):
        case 0:
            story.tell(wire.text(story.next_id(), at, story.pick(STOPS)), at)
        case 1:
            story.tell(wire.text(story.next_id(), at, story.pick((*HELPS, *CHATTER))), at)
        case 2:
            withdrawn = (story.pick(("all", "sms", "email")), story.pick(("all", "care", "education")))
            story.tell(wire.withdrew(story.next_id(), at, *withdrawn), at, story.pick(LATE[:4]))
        case 3:
            channel, purpose = story.pick(EVERYTHING)
            given = wire.consent(channel, purpose, at - timedelta(seconds=30))
            story.tell(wire.gave(story.next_id(), at, given), at, story.pick(LATE[:4]))
        case 4:
            changes: dict[str, Any] = story.pick(
                (
                    {"phone": wire.ADAS_NEW_PHONE},
                    {"phone": None},
                    {"email": wire.ADAS_NEW_MAIL},
                    {"time_zone": "Asia/Kolkata"},
                    {"time_zone": "America/New_York", "language": "es"},
                    {"accepts_unencrypted": False},
                )
            )
            story.tell(wire.changed(story.next_id(), at, **changes), at)
        case 5:
            reason = story.pick(("discharged", "deceased", "transferred", "withdrawn"))
            story.tell(wire.closed(story.next_id(), at, reason), at)
        case _:
            bad, hours = story.pick(WEATHERS[1:]), story.pick((1, 4, 12))
            story.happenings.append(Happening(at, bad))
            story.happenings.append(Happening(at + timedelta(hours=hours), "up"))


@st.composite
def lives(draw: Draw, zones: tuple[str, ...] = tuple(SEASONS), *, calm: bool = False) -> Life:
    """A life of one to four sessions. ``calm``: nothing gets in the way."""
    zone = draw(st.sampled_from(zones))
    clinic = SIGNED if calm else draw(clinics())
    story = Story(draw, zone, draw(st.sampled_from(SEASONS[zone])))
    _enrol(story, zone)
    protocol = story.pick(PROTOCOLS)
    number = story.pick((1, 1, 3, 4, 8, 9))
    day = story.opens.astimezone(story.zone).date() + timedelta(days=story.pick((1, 2, 5, 7)))
    moments = []
    for n in range(story.pick((1, 1, 2, 2, 3, 4))):
        starts_at = datetime.combine(day, story.pick(STARTS), story.zone).astimezone(UTC)
        ended_at = _session(story, n + 1, protocol, number + n, starts_at)
        moments.append(ended_at)
        day = ended_at.astimezone(story.zone).date() + timedelta(days=story.pick(GAPS))
    ambushes = {}
    if not calm:
        for _ in range(story.pick((0, 1, 1, 2, 3))):
            _disturb(story, moments)
        if story.chance(2):
            ambushes[draw(st.integers(1, 12))] = story.pick(tuple(AMBUSHES))
    happenings = tuple(sorted(story.happenings, key=lambda happening: happening.at))
    return Life(clinic, story.opens - timedelta(minutes=5), happenings, ambushes, twice=story.chance(3))
