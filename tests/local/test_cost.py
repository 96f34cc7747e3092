"""What a text costs in AWS calls and write units, counted by our own meter over whole courses.

The limits are what decision 0006 records, with next to nothing to spare: they may only ever go down. Where
the target itself ("must") is met, the target is the limit.
"""

from dataclasses import replace

import pytest

from infra.local.bench import bill_lines, verdict, verdict_of_range
from infra.local.bench_course import (
    MUST_CALLS,
    MUST_WRITE_UNITS,
    RECEIPT_CALLS,
    RECEIPT_WRITE_UNITS,
    Bill,
    Course,
    play,
)

KILOBYTE = 1024
# Recorded in infra/decisions/0006-cost-of-a-touch.md. Without the sweep, which the minute pays for.
LIMIT_UNITS = 5.7
LIMIT_CALLS = 7.25
LIMIT_SMALL_CROWD_CALLS = 4.55  # with the receipt; twenty patients share a sweep
SIX = Course("one patient, six sessions", sessions=6)
ONE = Course("one patient, one session", sessions=1)
CROWD = Course("a crowd", sessions=1, patients=20, parts_per_second=100, table="memory")


@pytest.fixture(scope="module")
def six() -> Bill:
    return play(SIX)


@pytest.fixture(scope="module")
def one() -> Bill:
    return play(ONE)


@pytest.fixture(scope="module")
def crowd() -> Bill:
    return play(CROWD)


def test_every_call_of_a_course_through_boto3_has_its_price(six: Bill, one: Bill) -> None:
    assert (six.unmetered, one.unmetered) == (0, 0)
    assert six.texts > one.texts > 0


def test_the_in_memory_table_is_charged_like_real_boto3(one: Bill) -> None:
    assert play(replace(ONE, table="memory")).stages == one.stages


def test_a_text_is_offered_once_and_recorded_once(six: Bill, one: Bill) -> None:
    for bill in (six, one):
        assert bill.stage("send").calls == 1
        assert bill.stage("record").calls == 1
    assert one.stage("record").write_units == 1


def test_the_reasons_of_what_was_not_sent_share_writes_and_never_a_transaction(six: Bill) -> None:
    assert six.not_sent > six.texts
    # Beside each text's own record, a record of reasons for less than half of the texts.
    assert six.stage("record").write_units <= 1.45
    assert "claim, with reasons kept" not in six.stages


def test_a_session_with_its_full_plan_stays_within_the_write_units_of_the_design(
    one: Bill, crowd: Bill
) -> None:
    assert max(one.sizes) <= KILOBYTE
    # The sweep's own write is shared by all who are due in that minute; alone, a patient pays it whole.
    assert one.with_receipt.write_units - one.stage("sweep").write_units <= MUST_WRITE_UNITS
    assert crowd.with_receipt.write_units <= MUST_WRITE_UNITS


def test_a_course_of_six_sessions_costs_no_more_than_is_recorded(six: Bill) -> None:
    shared = six.stage("sweep")
    assert max(six.sizes) <= KILOBYTE
    assert six.per_text.write_units - shared.write_units <= LIMIT_UNITS
    assert six.per_text.calls - shared.calls <= LIMIT_CALLS


def test_a_batch_of_ten_is_read_and_recorded_together(crowd: Bill) -> None:
    together = crowd.stage("read the patients").calls + crowd.stage("record").calls
    assert together <= 0.4
    assert crowd.with_receipt.calls <= LIMIT_SMALL_CROWD_CALLS


def test_a_crowd_in_a_course_of_six_stays_within_the_design() -> None:
    bill = play(replace(CROWD, sessions=6, patients=50))
    assert bill.with_receipt.calls <= MUST_CALLS
    assert bill.with_receipt.write_units <= MUST_WRITE_UNITS
    # A minute in which nothing new is due asks the index; here, where containers are made anew for every
    # change of function, it sometimes reads its memory too.
    assert bill.at_rest.calls <= 4.5 * bill.empty_sweeps


def test_a_text_costs_the_same_however_many_patients_there_are(crowd: Bill) -> None:
    fewer = play(replace(CROWD, patients=5))
    for stage in ("plan", "claim", "claim, with reasons kept", "send", "record"):
        assert crowd.stage(stage).write_units == pytest.approx(fewer.stage(stage).write_units, abs=0.1)
    assert crowd.per_text.calls <= fewer.per_text.calls


def test_a_sweep_that_finds_nothing_writes_nothing(six: Bill) -> None:
    assert six.empty_sweeps > 0
    assert six.at_rest.write_units == 0


def test_the_bench_says_what_is_missed_and_by_how_much(one: Bill) -> None:
    assert verdict(7.5, 7) == "at most 7: MISSED by 0.50"
    assert verdict(7, 7) == "at most 7: met"
    assert verdict_of_range(1.3, 1.5, 1.25) == "at most 1.25: MISSED by at least 0.05"
    assert verdict_of_range(1.1, 1.2, 1.25) == "at most 1.25: met"
    assert "TOO CLOSE TO CALL" in verdict_of_range(1.2, 1.3, 1.25)
    printed = "\n".join(bill_lines(one))
    assert f"{one.with_receipt.write_units:.2f}" in printed
    assert one.with_receipt.calls == pytest.approx(one.per_text.calls + RECEIPT_CALLS)
    assert one.with_receipt.write_units == pytest.approx(one.per_text.write_units + RECEIPT_WRITE_UNITS)
