"""The one source of truth: what every table behind it must let us rely on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.adapters.followup_item import from_item, to_item
from aftercare.domain.consent import ALL_KEYS, Standing
from aftercare.domain.errors import Conflict
from aftercare.domain.followup import Followup, Mark, MarkState
from aftercare.domain.protocol import Kind
from aftercare.domain.records import (
    Record,
)
from infra.local.attribute_values import item_bytes
from tests.adapters.followup_rows import (
    ADAS,
    a_sent,
    save,
)
from tests.adapters.followup_strategies import followups
from tests.adapters.table_lanes import LANES, TABLE
from tests.building import (
    BEN,
    EMAIL_CARE,
    ENROLLED_AT,
    HUDSON,
    NOON,
    SMS_CARE,
    a_followup,
    a_notice,
    agreed,
    completed,
    scheduled,
    yes,
)

DAY = timedelta(days=1)


EVERYTHING = a_followup(
    completed(NOON, marks={"day1": Mark(MarkState.CLAIMED, NOON, 2), "day3": Mark(MarkState.HELD, NOON)}),
    scheduled(
        NOON + DAY,
        2,
        told=NOON,
        told_round=1,
        moves=2,
        round=2,
        moved_at=NOON,
        facts=("a1b2c3",),
        settled=True,
    ),
    standings={
        SMS_CARE: yes(ENROLLED_AT, None, date(2027, 11, 16)),
        EMAIL_CARE: yes(ENROLLED_AT, NOON),
    },
    notices={n.id: n for n in (a_notice(Kind.HELP, mark=Mark(MarkState.NOT_SENT, NOON)),)},
    changed={"phone": NOON},
    recent=(NOON - DAY, NOON),
    last_sent_at=NOON,
    taught=frozenset({"E1", "E10"}),
    opted_in_at=NOON,
    stopped_at=NOON,
    answered_at=NOON,
    paused_until=NOON + DAY,
    closed_at=NOON + DAY,
    closed_reason="transferred",
    facts=("abc123", "def456"),
    awaited=True,
)


# ---- one patient


def test_a_patient_nobody_enrolled_is_not_there(store: DynamoDbFollowups) -> None:
    assert store.get(*ADAS) is None
    assert store.identity(*ADAS) is None
    assert store.conversation(*ADAS) is None


def test_what_was_saved_is_what_is_read(store: DynamoDbFollowups) -> None:
    saved = save(store, EVERYTHING)
    assert saved == replace(EVERYTHING, version=1)
    assert store.get(*ADAS) == saved
    assert store.get_many([ADAS]) == {ADAS: saved}
    assert store.get(HUDSON, BEN) is None


@given(followups())
@settings(max_examples=150)
def test_any_follow_up_is_read_as_it_was_written(followup: Followup) -> None:
    assert from_item(to_item(followup, "write-1", None)) == replace(followup, version=1)


@pytest.mark.parametrize("lane", LANES)
@given(followup=followups())
@settings(max_examples=15)
def test_any_follow_up_survives_the_table(lane: str, followup: Followup) -> None:
    with LANES[lane]() as client:
        store = DynamoDbFollowups(client, TABLE)
        assert store.get(*ADAS) is None
        assert save(store, followup) == store.get(*ADAS) == replace(followup, version=1)


def test_a_patient_for_whom_nothing_waits_has_no_key_of_the_index() -> None:
    index_keys = {"due_shard", "due_at"}
    assert index_keys <= to_item(EVERYTHING, "write-1", 1).keys()
    assert not index_keys & to_item(EVERYTHING, "write-1", None).keys()


def test_an_ordinary_patient_fits_one_write_unit() -> None:
    course = [completed(NOON + n * DAY, n, marks={"day1": Mark(MarkState.CLAIMED, NOON)}) for n in (1, 2, 3)]
    stored = to_item(a_followup(*course, recent=(NOON,) * 6), "w" * 22, 1)
    assert item_bytes(stored) <= 1024


# ---- who was first


def test_of_two_who_read_the_same_version_the_second_learns_of_it(store: DynamoDbFollowups) -> None:
    read = save(store, a_followup())
    first = save(store, replace(read, answered_at=NOON), write_id="write-2")
    with pytest.raises(Conflict):
        save(store, replace(read, stopped_at=NOON), write_id="write-3")
    assert store.get(*ADAS) == first
    assert first.version == 2


def test_nobody_is_enrolled_twice(store: DynamoDbFollowups) -> None:
    first = save(store, a_followup())
    with pytest.raises(Conflict):
        save(store, a_followup(contact={"language": "es"}), write_id="write-2")
    assert store.get(*ADAS) == first


@pytest.mark.parametrize("records", [(), (a_sent(),)], ids=["alone", "with a record"])
def test_our_own_write_whose_answer_was_lost_counts_as_done(
    store: DynamoDbFollowups, records: tuple[Record, ...]
) -> None:
    read = save(store, a_followup())
    changed = replace(read, answered_at=NOON)
    first = save(store, changed, *records, write_id="write-2")
    assert save(store, changed, *records, write_id="write-2") == first
    with pytest.raises(Conflict):
        save(store, changed, *records, write_id="write-3")
    assert store.get(*ADAS) == first


# ---- consent in the condition


@pytest.mark.parametrize(
    ("standing", "goes"),
    [
        pytest.param(yes(ENROLLED_AT), True, id="given"),
        pytest.param(None, False, id="never given"),
        pytest.param(yes(ENROLLED_AT, NOON), False, id="withdrawn"),
        pytest.param(yes(NOON, NOON), False, id="withdrawn in the same instant"),
        pytest.param(yes(NOON, ENROLLED_AT), True, id="given again"),
    ],
)
def test_a_claim_goes_through_only_while_its_consent_stands_in_the_table(
    store: DynamoDbFollowups, standing: Standing | None, goes: bool
) -> None:
    others = agreed(*(key for key in ALL_KEYS if key != SMS_CARE))
    read = save(store, a_followup(standings={**others, **({SMS_CARE: standing} if standing else {})}))
    # The claim itself says all is well: only what the table holds must count.
    claim = replace(read, standings=agreed(*ALL_KEYS), last_sent_at=NOON)
    if goes:
        assert save(store, claim, write_id="write-2", requires=SMS_CARE).last_sent_at == NOON
    else:
        with pytest.raises(Conflict):
            save(store, claim, write_id="write-2", requires=SMS_CARE)
        assert store.get(*ADAS) == read


def test_a_patient_who_agreed_to_nothing_cannot_be_claimed(store: DynamoDbFollowups) -> None:
    read = save(store, a_followup(standings={}))
    with pytest.raises(Conflict):
        save(store, read, write_id="write-2", requires=SMS_CARE)
