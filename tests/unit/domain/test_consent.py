"""A yes, a no, and which of them stands today."""

from datetime import date, datetime
from itertools import permutations

import pytest

from aftercare.domain.consent import ALL_KEYS, Channel, Purpose, Standing, give, readdress, stop, withdraw
from tests.building import EMAIL_CARE, SMS_CARE, SMS_EDUCATION, a_consent, utc, yes

EARLY, NOON, LATE = utc("2026-11-16 09:00"), utc("2026-11-16 12:00"), utc("2026-11-16 18:00")
TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("given_at", "withdrawn_at", "stands"),
    [
        pytest.param(None, None, False, id="nobody was asked"),
        pytest.param(NOON, None, True, id="a yes"),
        pytest.param(None, NOON, False, id="a no to what was never given"),
        pytest.param(EARLY, NOON, False, id="a yes, then a no"),
        pytest.param(NOON, EARLY, True, id="a no, then a yes"),
        pytest.param(NOON, NOON, False, id="at the same instant the no wins"),
    ],
)
def test_a_consent_stands_when_the_last_word_was_yes(
    given_at: datetime | None, withdrawn_at: datetime | None, stands: bool
) -> None:
    assert yes(given_at, withdrawn_at).stands(TODAY) is stands


@pytest.mark.parametrize(
    ("today", "stands"),
    [(date(2026, 11, 15), True), (date(2026, 11, 16), True), (date(2026, 11, 17), False)],
)
def test_a_consent_stands_through_its_last_day_and_not_the_day_after(today: date, stands: bool) -> None:
    assert yes(EARLY, expires_on=TODAY).stands(today) is stands


def test_a_newer_yes_brings_its_own_last_day_and_an_older_one_brings_nothing() -> None:
    first = Standing().with_given(NOON, NOON, date(2027, 1, 1))
    assert first.with_given(LATE, LATE, None) == yes(LATE)
    assert first.with_given(EARLY, EARLY, date(2030, 1, 1)) == first


def test_an_older_no_changes_nothing() -> None:
    assert yes(EARLY, LATE).with_withdrawn(NOON) == yes(EARLY, LATE)


def test_a_yes_and_a_no_end_in_the_same_place_in_any_order_and_any_number_of_times() -> None:
    acts = [
        lambda s: give(s, a_consent(at=EARLY), EARLY),
        lambda s: withdraw(s, [SMS_CARE], NOON),
        lambda s: give(s, a_consent(at=LATE), LATE),
        lambda s: withdraw(s, [SMS_CARE], NOON),
    ]
    ends = []
    for order in permutations(acts):
        standings = {}
        for act in order:
            standings = act(standings)
        ends.append(standings)
    assert all(end == {SMS_CARE: yes(LATE, NOON)} for end in ends)


def test_a_no_to_one_channel_and_purpose_leaves_the_others_as_they_were() -> None:
    standings = give(give({}, a_consent(SMS_CARE), NOON), a_consent(EMAIL_CARE), NOON)
    after = withdraw(standings, [SMS_CARE, SMS_EDUCATION], LATE)
    assert [key for key, standing in after.items() if standing.stands(TODAY)] == [EMAIL_CARE]
    assert after[SMS_EDUCATION] == Standing(withdrawn_at=LATE)


def test_giving_and_withdrawing_leave_the_earlier_standings_untouched() -> None:
    before = give({}, a_consent(SMS_CARE), NOON)
    withdraw(before, [SMS_CARE], LATE)
    give(before, a_consent(EMAIL_CARE), NOON)
    assert list(before) == [SMS_CARE]
    assert before[SMS_CARE].withdrawn_at is None


def test_of_two_yeses_of_the_same_instant_the_one_that_ends_sooner_counts() -> None:
    first, second = (date(2027, 1, 1), date(2027, 6, 1)), (date(2027, 6, 1), date(2027, 1, 1))
    ends = [Standing().with_given(NOON, NOON, a).with_given(NOON, NOON, b) for a, b in (first, second)]
    assert ends == [yes(NOON, expires_on=date(2027, 1, 1))] * 2
    assert yes(NOON).with_given(NOON, NOON, date(2027, 1, 1)).expires_on == date(2027, 1, 1)


def test_a_yes_counts_only_for_the_address_it_was_stated_for() -> None:
    before = give({}, a_consent(SMS_CARE, EARLY), EARLY)
    moved = readdress(before, Channel.SMS, NOON)
    assert [moved[key].stands(TODAY) for key in (SMS_CARE, SMS_EDUCATION)] == [False, False]
    assert EMAIL_CARE not in moved
    again = give(moved, a_consent(SMS_CARE, EARLY), NOON)
    assert again[SMS_CARE].stands(TODAY)
    assert not give(moved, a_consent(SMS_CARE, EARLY), EARLY)[SMS_CARE].stands(TODAY)
    assert readdress(moved, Channel.SMS, EARLY) == moved


def test_no_yes_dated_ahead_of_our_clock_outlives_the_patients_own_stop() -> None:
    ahead = give({}, a_consent(SMS_CARE, LATE), LATE)
    assert not stop(ahead, NOON)[SMS_CARE].agreed
    assert set(stop({}, NOON)) == set(ALL_KEYS)
    texts_only = stop(give(ahead, a_consent(EMAIL_CARE, EARLY), EARLY), NOON, [Channel.SMS])
    assert [texts_only[key].agreed for key in (SMS_CARE, EMAIL_CARE)] == [False, True]


def test_every_channel_has_every_purpose() -> None:
    assert set(ALL_KEYS) == {(channel, purpose) for channel in Channel for purpose in Purpose}
    assert len(ALL_KEYS) == 4
