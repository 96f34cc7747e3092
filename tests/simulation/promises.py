"""The promises made to patients, each checked on what the outside saw and on nothing else.

Known and meant: a superseded, cancelled or closed touch ends with its reason and is no message; a touch
held back by the caps may end as ``capped``; one that its clinic switched off was never planned; the
reminders of a visit that is first heard of when it is over are never planned.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from tests.simulation.calendar_of_care import (
    base_key,
    line_of,
    planned_keys,
    too_late_at,
    wall,
)
from tests.simulation.chart import CHANNELS, STOPS, Visit
from tests.simulation.living import Living, Told, Wrote
from tests.simulation.seen import ANSWERS, EXEMPT, Kept, Seen, charts, final_chart, kept, messages

# A visit that was called off may be booked again, and a closed file opened: then its reminders come back.
CAN_COME_BACK = ("session_cancelled", "closed")
NO_CONSENT = ("no_consent", "consent_withdrawn", "consent_expired")
WEEK, HOUR, GAP = timedelta(days=7), timedelta(hours=1), timedelta(minutes=5)


def keep_every_promise(living: Living) -> list[Seen]:
    """Check them all.

    Returns:
        The messages, for what a test wants to add.
    """
    seen, book = list(messages(living.log)), kept(living)
    for message in seen:
        is_agreed_to(message)
        leaves_at_a_decent_hour(message, living)
        is_of_use(message)
        goes_only_where_words_are_signed(message, living)
    nothing_twice(seen)
    silence_after_stop(living, seen)
    caps_hold(living, seen)
    never_in_a_rush(seen)
    education_keeps_to_itself(seen, book)
    everything_is_accounted_for(living, seen, book)
    reasons_are_true(living, book)
    return seen


def is_agreed_to(message: Seen) -> None:
    """Consent stood, for this channel and purpose, at this moment and for this very address."""
    chart = message.chart
    address = chart.contact["phone" if message.channel == "sms" else "email"]
    assert message.to == address, f"{message.touch_id} went to an address that is not theirs"
    if message.kind in ANSWERS:
        return
    assert not chart.closed, f"{message.touch_id} went to a closed file"
    assert chart.contact["accepts_unencrypted"], f"{message.touch_id} went unencrypted"
    standing = any(chart.stands(key, message.at) for key in message.consents)
    assert standing, f"{message.touch_id} at {message.at} went without consent"


def leaves_at_a_decent_hour(message: Seen, living: Living) -> None:
    """On the patient's own wall clock, and not deliverable after hours either."""
    clinic, zone = living.life.clinic, message.chart.zone
    if message.kind in ANSWERS or _at_discharge(message):
        return
    local = message.at.astimezone(zone)
    assert clinic.send_from <= local.time() < clinic.send_until, f"{message.touch_id} left at {local}"
    closes = wall(local.date(), clinic.send_until, zone)
    lasts_until = message.at + timedelta(seconds=message.valid_for_seconds)
    assert lasts_until <= max(closes, message.at + timedelta(seconds=5)), f"{message.touch_id} lasts too long"


def _at_discharge(message: Seen) -> bool:
    """Say whether this is the safety text within an hour of the discharge: that one leaves at any hour."""
    if message.kind != "safety" or message.session is None:
        return False
    left_at = message.chart.visits[message.session].left_at
    return left_at is not None and message.at - left_at <= HOUR


def is_of_use(message: Seen) -> None:
    """Not too late, not too early, and not about a visit that is off, over or followed by another."""
    if message.line is None or message.session is None:
        return
    chart, line = message.chart, message.line
    visit = chart.visits[message.session]
    assert not visit.cancelled, f"{message.touch_id} speaks of a cancelled visit"
    if line["anchor"] == "discharge":
        assert visit.left_at is not None
        if line.get("superseded"):
            later = [v for v in chart.visits.values() if _follows(v, visit)]
            assert not later, f"{message.touch_id} went although a later visit took over"
    else:
        assert visit.ended_at is None, f"{message.touch_id} reminds of a visit that is over"
    too_late = too_late_at(line, visit, chart.zone)
    assert message.at < too_late, f"{message.touch_id} went at {message.at}, worthless from {too_late}"


def _follows(other: Visit, visit: Visit) -> bool:
    if other.course != visit.course or other.cancelled or other.ended_at is None:
        return False
    return visit.ended_at is not None and other.ended_at > visit.ended_at


def goes_only_where_words_are_signed(message: Seen, living: Living) -> None:
    """Until a clinician signs the words, the program speaks to sandbox numbers only."""
    clinic = living.life.clinic
    if clinic.content_review is None and message.kind not in ANSWERS:
        assert message.chart.contact["phone"] in clinic.sandbox_numbers, f"{message.touch_id}: not signed"


def nothing_twice(seen: list[Seen]) -> None:
    """No touch twice; no step of a session twice, unless the patient was told another date in between."""
    again = [touch for touch, times in Counter(m.touch_id for m in seen).items() if times > 1]
    assert not again, f"sent twice: {again}"
    told: dict[str, datetime | None] = {}
    said: dict[tuple[str, str], object] = {}
    for message in seen:
        if message.session is None:
            continue
        step = (message.session, base_key(message.key))
        if message.kind == "reminder":
            start = message.chart.visits[message.session].starts_at
            if message.session in told and told[message.session] != start:
                said = {s: m for s, m in said.items() if s[0] != message.session or m != "reminder"}
            told[message.session] = start
        assert step not in said, f"{message.touch_id}: this step was sent before"
        said[step] = message.kind


def silence_after_stop(living: Living, seen: list[Seen]) -> None:
    """One confirmation for a STOP, within five minutes, and then nothing that was not asked for."""
    confirmed = [m for m in seen if m.kind == "opt_out"]
    said = [e for e in living.log if isinstance(e, Wrote) and e.text.body in STOPS]
    assert len({e.text.id for e in said}) >= len(confirmed), "a confirmation nobody asked for"
    for message in confirmed:
        before = [e for e in said if e.at <= message.at]
        assert before, "confirmed before it was said"
    for one, other in pairwise(confirmed):
        between = living.log[one.place : other.place]
        assert any(
            isinstance(e, Told) and e.event["detail-type"] in ("ConsentGiven", "PatientEnrolled")
            for e in between
        ), "a second confirmation without a new consent"


def caps_hold(living: Living, seen: list[Seen]) -> None:
    """At most so many program texts on a day of the patient's calendar, and in any seven days."""
    caps = living.life.clinic.sms_caps
    texts = [m for m in seen if m.counted]
    for n, message in enumerate(texts):
        zone = message.chart.zone
        today = message.at.astimezone(zone).date()
        same_day = sum(m.at.astimezone(zone).date() == today for m in texts[: n + 1])
        assert same_day <= caps.per_day, f"{message.touch_id} is text {same_day} of the day"
        lately = sum(message.at - m.at < WEEK for m in texts[: n + 1])
        assert lately <= caps.per_week, f"{message.touch_id} is text {lately} of the week"


def never_in_a_rush(seen: list[Seen]) -> None:
    """Five minutes at least before a message that could have waited."""
    for before, message in pairwise(seen):
        if message.kind not in EXEMPT and not message.news:
            assert message.at - before.at >= GAP, f"{message.touch_id} came in a rush"


def education_keeps_to_itself(seen: list[Seen], book: Kept) -> None:
    """Never within an hour after anything, nor before a check-in that was foreseen; no topic twice."""
    taught = [m for m in seen if m.kind == "education"]
    topics = [book.recorded[m.touch_id]["words"]["S"] for m in taught if m.touch_id in book.recorded]
    assert len(set(topics)) == len(topics), f"a topic came twice: {topics}"
    for lesson in taught:
        for message in seen:
            if message.kind == "check_in" and abs(message.at - lesson.at) < HOUR:
                early = message.at < lesson.at
                assert not early and not _foreseen(message, lesson), f"{lesson.touch_id} crowds a check-in"


def _foreseen(check_in: Seen, lesson: Seen) -> bool:
    """Say whether the lesson could know of the check-in: nothing new was learnt in between."""
    return check_in.chart is lesson.chart


def everything_is_accounted_for(living: Living, seen: list[Seen], book: Kept) -> None:
    """Nothing waits any more, and each touch that was owed ended once: sent, or not sent with a reason."""
    assert living.next_due() is None, "something still waits"
    ended = Counter(e.touch_id for e in book.endings)
    known = final_chart(living.log).visits
    for_good = Counter(e.touch_id for e in book.endings if not _may_come_back(e.touch_id, e.why, known))
    assert max(for_good.values(), default=1) == 1, f"ended twice: {for_good.most_common(1)}"
    assert not for_good.keys() & book.recorded.keys(), f"both sent and not sent: {book.endings}"
    assert {m.touch_id for m in seen} <= book.recorded.keys(), "sent, and not in the book"
    unsure = {touch for touch, row in book.recorded.items() if "provider_id" not in row}
    doubts = [task for task in book.tasks if task.startswith(("unconfirmed.", "not_delivered."))]
    assert unsure <= {task.partition(".")[2] for task in doubts}, "unconfirmed, and nobody told"
    accounted = ended.keys() | book.recorded.keys()
    for session, visit in known.items():
        owed = _owed(living, session, visit)
        mine = {touch.partition(".")[2] for touch in accounted if touch.partition(".")[0] == session}
        assert owed <= mine, f"{session} lost {owed - mine}"
        if visit.plain:
            assert mine == owed, f"{session} has {mine - owed} beyond what is owed"


def reasons_are_true(living: Living, book: Kept) -> None:
    """Where consent is named as the reason, none stood: neither just before nor just after."""
    known = charts(living.log)
    for ending in book.endings:
        if ending.why in NO_CONSENT and ending.kind != "opt_in":
            purpose = "education" if ending.kind == "education" else "care"
            before = [chart for at, chart in known if at < ending.at][-1:]
            after = [chart for at, chart in known if at <= ending.at][-1:]
            for channel in CHANNELS:
                stood = [chart.stands((channel, purpose), ending.at) for chart in (*before, *after)]
                assert len(stood) < 2 or not all(stood), f"{ending.touch_id} ended as {ending.why}"


def _may_come_back(touch: str, why: str, known: Mapping[str, Visit]) -> bool:
    """Say whether this end may not be the last: of a called-off or closed touch, or for a date that moved."""
    found = line_of(touch, known)
    of_a_date = found is not None and found[1]["anchor"] != "discharge" and not known[found[0]].plain
    return of_a_date or why in CAN_COME_BACK


def _owed(living: Living, session: str, visit: Visit) -> set[str]:
    """Return the keys this visit is owed. A visit that moved may owe its reminders under another key."""
    booked = _booked_before_it_was_over(living, session)
    anchors = [a for a, due in (("start", booked and visit.plain), ("discharge", visit.ended_at)) if due]
    return planned_keys(visit, living.life.clinic, anchors=tuple(anchors))


def _booked_before_it_was_over(living: Living, session: str) -> bool:
    first: dict[str, int] = {}
    for place, entry in enumerate(living.log):
        if isinstance(entry, Told) and entry.event["detail"].get("session", {}).get("id") == session:
            first.setdefault(entry.event["detail-type"], place)
    done = first.get("SessionCompleted", len(living.log))
    return first.get("SessionScheduled", len(living.log)) < done
