"""When nothing gets in the way, each message comes at its hour, and the same life is lived alike twice."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings

from aftercare.domain.clinic import SmsCaps
from tests.simulation.calendar_of_care import length, too_early_until, wall
from tests.simulation.chart import Visit
from tests.simulation.lives import ALIKE_EVERY_TIME, SIGNED, lives
from tests.simulation.living import Life, Living, Told, play
from tests.simulation.promises import keep_every_promise
from tests.simulation.seen import Seen

# Ten minutes of spreading, a minute's sweep, and a few other messages five minutes apart before it.
PATIENCE = timedelta(minutes=35)
LESSON = timedelta(hours=3)


@given(lives(calm=True))
@settings(ALIKE_EVERY_TIME, max_examples=380)
def test_each_message_comes_at_its_hour_on_the_patients_own_clock(life: Life) -> None:
    living = play(replace(life, clinic=replace(SIGNED, sms_caps=SmsCaps(20, 99))))
    for message in keep_every_promise(living):
        if message.line is not None and message.key in message.line["key"]:
            comes_at_its_hour(message, living)


def comes_at_its_hour(message: Seen, living: Living) -> None:
    """Neither before its instant nor long after it, or after the next opening when that was at night."""
    assert message.line is not None and message.session is not None
    zone, visit = message.chart.zone, message.chart.visits[message.session]
    early = too_early_until(message.line, visit, zone)
    assert early is None or message.at >= early, f"{message.touch_id} came at {message.at}, before {early}"
    wanted = max(_wanted(message, visit), _heard_of_at(message, living))
    local = wanted.astimezone(zone)
    if message.kind != "safety" and not SIGNED.send_from <= local.time() < SIGNED.send_until:
        tomorrow = timedelta(days=local.time() >= SIGNED.send_until)
        wanted = wall(local.date() + tomorrow, SIGNED.send_from, zone)
    if "no_earlier" in message.line:
        wanted = max(wanted, wall(wanted.astimezone(zone).date(), message.line["no_earlier"], zone))
    latest = wanted + (LESSON if message.kind == "education" else PATIENCE)
    if message.at.astimezone(zone).date() == wanted.astimezone(zone).date() or message.kind != "education":
        assert message.at <= latest, f"{message.touch_id} came at {message.at}, due at {wanted}"


def _wanted(message: Seen, visit: Visit) -> datetime:
    line = message.line
    assert line is not None
    early = too_early_until(line, visit, message.chart.zone)
    if line["anchor"] == "moved" or early is None:
        return message.at
    if "between" in line:
        assert visit.left_at is not None
        return _in_the_evening(early, visit.left_at + length(line["after"]), message)
    return early


def _in_the_evening(early: datetime, wanted: datetime, message: Seen) -> datetime:
    """A check-in that would fall just after the window closes comes before it closes, not next morning."""
    zone = message.chart.zone
    closes = wall(wanted.astimezone(zone).date(), SIGNED.send_until, zone)
    last_call = closes - timedelta(minutes=15)
    return last_call if early <= last_call < closes <= wanted else wanted


def _heard_of_at(message: Seen, living: Living) -> datetime:
    """Return when the last fact that this message rests on was told for the first time."""
    first: dict[str, datetime] = {}
    for entry in living.log[: message.place]:
        if isinstance(entry, Told):
            first.setdefault(entry.event["detail"]["metadata"]["event_id"], entry.at)
    return max(first.values())


@given(lives())
@settings(ALIKE_EVERY_TIME, max_examples=30)
def test_the_same_life_is_lived_alike_twice(life: Life) -> None:
    one, other = play(life), play(life)
    assert one.log == other.log
    assert one.world.records == other.world.records
