"""What patients get when AWS throttles, or does the work and its answer is lost.

Every touch that ends on a good day ends on a bad one: sent, not sent with a reason, or given to staff.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.local.faulty_clinic import (
    AFTERNOON,
    ATTEMPTS,
    ENDED_AT,
    EVENING,
    ROUNDS_OF_A_BATCH,
    THREE_DAYS_ON,
    Clinic,
    Way,
    left,
    opened,
    session_ended,
)

Json = dict[str, Any]


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    with opened(patients=1) as one:
        left(one, AFTERNOON)
        yield one


@pytest.fixture(scope="module")
def on_a_good_day() -> set[str]:
    """The touches that end within three days when nothing goes wrong: all of them sent."""
    with opened(patients=1) as one:
        left(one, THREE_DAYS_ON)
        assert one.recorded == set(one.texts)
        assert not one.unconfirmed
        return one.ended


# The batch is tried, then its one item by itself.
BATCH_AND_EACH = 2 * ATTEMPTS
FAULTS_ON_THE_TABLE = [
    ("index", "throttled", ATTEMPTS),
    ("sweep's memory", "answer lost", 1),
    ("sweep's memory", "answer lost", ATTEMPTS),
    ("sweep's memory", "throttled", ATTEMPTS),
    ("clinic", "throttled", ATTEMPTS),
    ("patients", "answer lost", ATTEMPTS),
    ("patients", "throttled", ATTEMPTS),
    ("patients", "left undone", ROUNDS_OF_A_BATCH),
    ("claim", "answer lost", 1),
    ("claim", "answer lost", ATTEMPTS),
    ("claim", "throttled", ATTEMPTS),
    ("record", "answer lost", 1),
    ("record", "answer lost", ATTEMPTS),
    ("record", "throttled", ATTEMPTS),
    ("record", "throttled", BATCH_AND_EACH),
    ("record", "answer lost", BATCH_AND_EACH),
    ("record", "left undone", 1),
    ("record", "left undone", ROUNDS_OF_A_BATCH),
]


@pytest.mark.parametrize(("call", "way", "times"), FAULTS_ON_THE_TABLE)
def test_a_fault_of_the_table_neither_doubles_nor_loses_a_text(
    clinic: Clinic, on_a_good_day: set[str], call: str, way: Way, times: int
) -> None:
    clinic.network.strike(call, way, times)

    clinic.cloud.run_until(THREE_DAYS_ON)

    assert clinic.network.struck == times
    assert max(clinic.texts.values()) == 1
    assert clinic.ended == on_a_good_day
    assert set(clinic.texts) <= clinic.recorded | clinic.unconfirmed
    assert clinic.tasks.count("unconfirmed") == len(clinic.unconfirmed)


@pytest.mark.parametrize("call", ["patients", "claim", "record"])
@pytest.mark.parametrize("way", ["answer lost", "throttled"])
def test_a_fault_that_the_sdk_can_mend_is_not_noticed_by_anyone(
    clinic: Clinic, on_a_good_day: set[str], call: str, way: Way
) -> None:
    clinic.network.strike(call, way, ATTEMPTS - 1)

    clinic.cloud.run_until(THREE_DAYS_ON)

    assert clinic.network.struck == ATTEMPTS - 1
    assert set(clinic.texts) == clinic.recorded == on_a_good_day
    assert clinic.tasks == []


def test_a_claim_whose_every_answer_was_lost_is_not_sent_but_given_to_staff(clinic: Clinic) -> None:
    before = set(clinic.texts)
    clinic.network.strike("claim", "answer lost", ATTEMPTS)

    clinic.cloud.run_until(ENDED_AT + timedelta(hours=6))

    assert set(clinic.texts) == before
    assert clinic.unconfirmed == {EVENING}
    assert clinic.tasks == ["unconfirmed"]


def test_a_record_that_does_not_go_with_its_batch_goes_by_itself(clinic: Clinic) -> None:
    clinic.network.strike("record", "throttled", ATTEMPTS)

    clinic.cloud.run_until(ENDED_AT + timedelta(hours=6))

    assert EVENING in clinic.recorded
    assert clinic.tasks == []


def test_a_text_that_went_out_but_could_not_be_recorded_is_given_to_staff(clinic: Clinic) -> None:
    clinic.network.strike("record", "throttled", BATCH_AND_EACH)

    clinic.cloud.run_until(ENDED_AT + timedelta(hours=6))

    assert clinic.texts[EVENING] == 1
    assert clinic.unconfirmed == {EVENING}
    assert clinic.tasks == ["unconfirmed"]


def test_a_text_without_an_answer_from_the_carrier_is_never_sent_again(
    clinic: Clinic, on_a_good_day: set[str]
) -> None:
    clinic.carrier.lose_answers("sms", 1)

    clinic.cloud.run_until(THREE_DAYS_ON)

    assert max(clinic.texts.values()) == 1
    assert clinic.unconfirmed == {EVENING}
    assert clinic.tasks == ["unconfirmed"]
    assert clinic.ended == on_a_good_day


def test_a_carrier_that_is_too_busy_gets_the_text_a_little_later(
    clinic: Clinic, on_a_good_day: set[str]
) -> None:
    clinic.carrier.throttle("sms", 2)

    clinic.cloud.run_until(THREE_DAYS_ON)

    assert set(clinic.texts) == clinic.recorded == on_a_good_day
    assert max(clinic.texts.values()) == 1
    assert clinic.tasks == []


def test_a_text_that_the_carrier_refuses_ends_with_a_reason_and_a_task(
    clinic: Clinic, on_a_good_day: set[str]
) -> None:
    clinic.carrier.refuse("sms", 1)

    clinic.cloud.run_until(THREE_DAYS_ON)

    assert clinic.dropped == {EVENING}
    assert len(clinic.tasks) == 1
    assert clinic.ended == on_a_good_day


def test_sixty_texts_are_sent_sixty_times_when_every_queue_message_comes_twice() -> None:
    with opened(patients=60) as clinic:
        welcomed = set(clinic.texts)
        for number in range(60):
            clinic.cloud.invoke("SessionChanged", session_ended(number))
        messages = clinic.cloud.drain("TouchQueue")
        assert len(messages) == 60
        given_back: list[Json] = []

        def deliver(batch: list[Json], times: int) -> None:
            records = [{**m, "attributes": {"ApproximateReceiveCount": str(times)}} for m in batch]
            given_back.extend(clinic.cloud.invoke("TouchDue", {"Records": records})["batchItemFailures"])

        for start in range(0, 30, 10):  # twice at once: both have read the patients, neither has claimed
            batch = messages[start : start + 10]
            clinic.network.meanwhile = partial(deliver, batch[::-1], times=2)
            deliver(batch, times=1)
        for start in range(30, 60, 10):  # twice in turn
            deliver(messages[start : start + 10], times=1)
        for start in range(3):  # in other batches than the first time
            deliver(messages[30 + start :: 3], times=2)

        assert clinic.network.meanwhile is None
        assert given_back == []
        assert len(set(clinic.texts) - welcomed) == 60
        assert max(clinic.texts.values()) == 1
        assert clinic.recorded == set(clinic.texts)
        assert clinic.tasks == []
