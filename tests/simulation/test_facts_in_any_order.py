"""Facts come late, twice and in any order; what the patient reads in the end is the same."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.domain.ids import ProtocolId
from tests.simulation import wire
from tests.simulation.chart import EVERYTHING, occurred
from tests.simulation.lives import ALIKE_EVERY_TIME, SIGNED, WEEKS_OFF
from tests.simulation.living import Happening, Life, Living, play
from tests.simulation.promises import keep_every_promise
from tests.simulation.seen import messages

# A Monday, ten past ten in New York.
MONDAY = datetime(2026, 11, 16, 15, 10, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# The weeks after are left out: they only make each of these lives longer.
SHORT = replace(SIGNED, overrides={ProtocolId("ketamine-iv-induction"): WEEKS_OFF})
VISIT, WAY_OFF = MONDAY + 8 * DAY, MONDAY + 12 * DAY
SECRET = re.compile(r"(?<=/[fu]/)[0-9a-f]+")
Reading = list[tuple[datetime, str, str, str, str]]
Draw = st.DrawFn


def at(n: int) -> datetime:
    """Return the instant at which the n-th fact occurred, all of them before they were told."""
    return MONDAY - HOUR + n * MINUTE


def enrolled_with(n: int, *keys: tuple[str, str], **differs: object) -> wire.Event:
    consents = [wire.consent(*key, at(n) - timedelta(seconds=20)) for key in keys]
    return wire.enrolled(f"fact-{n}", at(n), consents, **differs)


ENROLLED = enrolled_with(0, *EVERYTHING)
# The visit was moved forward to this morning, and took place.
FORWARD = wire.moved("forward", at(1), "ses-1", at(0))
TOOK_PLACE = wire.completed("took-place", at(2), "ses-1", at(1))
BOOKED = wire.scheduled("booked", at(0) + timedelta(seconds=1), "ses-1", VISIT)


def consent_fact(draw: Draw, n: int) -> wire.Event:
    key = draw(st.sampled_from(EVERYTHING))
    if draw(st.booleans()):
        return wire.gave(f"fact-{n}", at(n), wire.consent(*key, at(n) - timedelta(seconds=20)))
    return wire.withdrew(f"fact-{n}", at(n), *draw(st.sampled_from((key, ("all", "all"), ("sms", "all")))))


def contact_fact(draw: Draw, n: int) -> wire.Event:
    changes: dict[str, st.SearchStrategy[Any]] = {
        "phone": st.sampled_from((wire.ADAS_PHONE, wire.ADAS_NEW_PHONE, None)),
        "email": st.sampled_from((wire.ADAS_MAIL, wire.ADAS_NEW_MAIL, None)),
        "time_zone": st.sampled_from(("America/New_York", "Asia/Kolkata")),
        "language": st.sampled_from(("en", "es")),
        "accepts_unencrypted": st.booleans(),
    }
    name = draw(st.sampled_from(sorted(changes)))
    return wire.changed(f"fact-{n}", at(n), **{name: draw(changes[name])})


def booking_fact(draw: Draw, n: int) -> wire.Event:
    session = draw(st.sampled_from(("ses-1", "ses-2")))
    starts_at = draw(st.sampled_from((VISIT, WAY_OFF, VISIT + 3 * HOUR)))
    match draw(st.integers(0, 2)):
        case 0:
            return wire.moved(f"fact-{n}", at(n), session, starts_at)
        case 1:
            return wire.cancelled(f"fact-{n}", at(n), session)
        case _:
            return wire.scheduled(f"fact-{n}", at(n), session, starts_at)


def later_fact(draw: Draw, n: int) -> wire.Event:
    """Something said of a visit that has taken place: put right, called off after all, or a mistake."""
    match draw(st.integers(0, 3)):
        case 0:
            return wire.completed(f"fact-{n}", at(n), "ses-1", at(1) + n * timedelta(seconds=5))
        case 1:
            return wire.cancelled(f"fact-{n}", at(n), "ses-1")
        case 2:
            return wire.moved(f"fact-{n}", at(n), "ses-1", WAY_OFF)
        case _:
            return wire.scheduled(f"fact-{n}", at(n), "ses-1", WAY_OFF)


def closing_fact(draw: Draw, n: int) -> wire.Event:
    if draw(st.booleans()):
        return wire.closed(f"fact-{n}", at(n))
    keys = draw(st.sampled_from((EVERYTHING, (), (("sms", "care"),))))
    return enrolled_with(n, *keys, phone=draw(st.sampled_from((wire.ADAS_PHONE, wire.ADAS_NEW_PHONE))))


Family = tuple[list[wire.Event], list[wire.Event]]


@st.composite
def tellings(draw: Draw, *kinds: object, first: tuple[wire.Event, ...] = ()) -> Family:
    """The same facts twice: as they occurred, and shuffled with some repeated."""
    facts = [ENROLLED, BOOKED, *first]
    for n in range(3, draw(st.integers(4, 8))):
        kind = draw(st.sampled_from(kinds))
        facts.append(kind(draw, n))  # type: ignore[operator]
    repeated = [fact for fact in facts if draw(st.integers(0, 3)) == 0]
    return sorted(facts, key=occurred), draw(st.permutations(facts + repeated))


def lived(facts: Sequence[wire.Event]) -> Living:
    """Tell all facts in one minute, before anything is due, and let the visits take place."""
    ends = {f"ses-{n}": WAY_OFF + n * HOUR for n in (1, 2)}
    visits = [Happening(end, wire.completed(f"done-{s}", end, s, end)) for s, end in ends.items()]
    told = [Happening(MONDAY, fact) for fact in facts]
    return play(Life(SHORT, MONDAY - DAY, (*told, *visits)))


def read_by_ada(living: Living) -> Reading:
    """Return what she reads, and when, and where; the secret of a link is another each time.

    Left out is the welcome: it is owed at once, so how often it is said depends on what came first.
    """
    return [
        (m.at, m.kind, f"{m.session}.{m.key}" if m.session else "", m.to, SECRET.sub("", m.text))
        for m in messages(living.log)
        if m.kind != "opt_in"
    ]


def ends_alike(family: Family) -> None:
    in_order, shuffled = lived(family[0]), lived(family[1])
    keep_every_promise(in_order)
    keep_every_promise(shuffled)
    one, other = read_by_ada(in_order), read_by_ada(shuffled)
    missing, extra = [m for m in one if m not in other], [m for m in other if m not in one]
    assert not missing and not extra, f"in order she reads {missing}, shuffled {extra}"


@given(tellings(consent_fact))
@settings(ALIKE_EVERY_TIME, max_examples=100)
def test_a_yes_and_a_no_count_by_when_they_were_said(family: Family) -> None:
    ends_alike(family)


@given(tellings(contact_fact))
@settings(ALIKE_EVERY_TIME, max_examples=100)
def test_a_new_address_or_zone_counts_by_when_it_was_new(family: Family) -> None:
    ends_alike(family)


@given(tellings(booking_fact))
@settings(ALIKE_EVERY_TIME, max_examples=100)
def test_bookings_count_by_when_they_were_made(family: Family) -> None:
    ends_alike(family)


@given(tellings(later_fact, first=(FORWARD, TOOK_PLACE)))
@settings(ALIKE_EVERY_TIME, max_examples=100)
def test_a_visit_that_took_place_is_followed_up_in_whatever_order_we_hear_of_it(family: Family) -> None:
    ends_alike(family)


@given(tellings(closing_fact))
@settings(ALIKE_EVERY_TIME, max_examples=100)
def test_closing_and_coming_back_count_by_when_they_happened(family: Family) -> None:
    ends_alike(family)


@given(tellings(consent_fact, contact_fact, booking_fact, closing_fact))
@settings(ALIKE_EVERY_TIME, max_examples=100)
def test_all_kinds_of_facts_in_any_order_end_in_the_same_messages(family: Family) -> None:
    ends_alike(family)
