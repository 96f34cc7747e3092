"""The trail and the sign-ins: put once, found again, and never another clinic's."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from aftercare.adapters.dynamodb_audit import DynamoDbAudit
from aftercare.adapters.dynamodb_sign_ins import DynamoDbSignIns
from aftercare.domain.audit import AuditEntry, Seal
from aftercare.domain.errors import BadInput
from aftercare.domain.ids import ClinicId
from aftercare.domain.sign_in import IDLE_MAX, KEPT_MAX, SignIn
from aftercare.domain.staff import Person, Role
from tests.adapters.table_lanes import TABLE
from tests.building import ADA, HUDSON, NOON, utc

OTHER = ClinicId("harbor")
SECOND = timedelta(seconds=1)


@pytest.fixture
def audit(client: Any) -> DynamoDbAudit:
    return DynamoDbAudit(client, TABLE)


@pytest.fixture
def sign_ins(client: Any) -> DynamoDbSignIns:
    return DynamoDbSignIns(client, TABLE)


def an_entry(number: int, clinic: ClinicId = HUDSON, **changes: Any) -> AuditEntry:
    entry = AuditEntry(
        f"e-{number}", clinic, NOON + number * SECOND, "u-1", "Nurse Ben", "saw_worklist", "api"
    )
    return replace(entry, **changes)


def test_an_entry_is_read_as_it_was_written_and_kept_once(audit: DynamoDbAudit) -> None:
    full, bare = an_entry(2, patient_id=ADA, about="pat-ada.alert.1"), an_entry(1)
    for entry in (full, bare, full):
        audit.write(entry)
    audit.write(replace(full, name="Somebody Else"))
    assert audit.page(HUDSON, limit=9).rows == (full, bare)
    assert audit.first(HUDSON) == bare


def test_the_trail_is_read_a_page_at_a_time_between_two_instants(audit: DynamoDbAudit) -> None:
    for number in range(7):
        audit.write(an_entry(number))
    bounds = {"since": NOON + SECOND, "until": NOON + 6 * SECOND}
    seen, after = list[str](), None
    while True:
        page = audit.page(HUDSON, limit=2, after=after, **bounds)
        seen, after = seen + [entry.id for entry in page.rows], page.more
        if after is None:
            break
    assert seen == ["e-5", "e-4", "e-3", "e-2", "e-1"]
    assert audit.page(HUDSON, limit=9, since=NOON + 9 * SECOND, until=NOON).rows == ()


def test_one_clinic_never_sees_the_trail_of_another(audit: DynamoDbAudit) -> None:
    for number in range(2):
        audit.write(an_entry(number, OTHER))
    cursor = audit.page(OTHER, limit=1).more
    assert cursor is not None
    assert audit.page(HUDSON, limit=9).rows == ()
    assert audit.first(HUDSON) is None
    assert list(audit.day(HUDSON, NOON.date())) == []
    with pytest.raises(BadInput):
        audit.page(HUDSON, limit=9, after=cursor)


def test_a_day_is_from_midnight_to_midnight_in_utc(audit: DynamoDbAudit) -> None:
    at = [utc("2026-11-23 23:59"), utc("2026-11-24 00:00"), utc("2026-11-24 23:59"), utc("2026-11-25 00:00")]
    for number, instant in enumerate(at):
        audit.write(an_entry(number, at=instant))
    assert [entry.id for entry in audit.day(HUDSON, date(2026, 11, 24))] == ["e-1", "e-2"]


def test_a_day_is_sealed_once(audit: DynamoDbAudit) -> None:
    seal = Seal(HUDSON, date(2026, 11, 24), 2, "a" * 64)
    assert audit.seal(seal)
    assert not audit.seal(replace(seal, chained="b" * 64))
    later = replace(seal, on=date(2026, 11, 25))
    assert audit.seal(later)
    assert list(audit.seals(HUDSON, limit=9)) == [later, seal]
    assert list(audit.seals(HUDSON, limit=1)) == [later]
    assert list(audit.seals(OTHER, limit=9)) == []


BEN = Person("u-1", "Nurse Ben", frozenset({Role.NURSE, Role.OWNER}), HUDSON)
SIGN_IN = SignIn("ab" * 32, BEN, "form-secret", NOON, NOON)


def test_a_sign_in_is_found_by_its_hash_and_notes_when(sign_ins: DynamoDbSignIns) -> None:
    sign_ins.keep(SIGN_IN)
    now = NOON + timedelta(minutes=5)
    assert sign_ins.seen(SIGN_IN.secret_hash, now) == replace(SIGN_IN, seen_at=now)
    assert sign_ins.seen("cd" * 32, now) is None
    assert list(sign_ins.of_clinic(HUDSON)) == [replace(SIGN_IN, seen_at=now)]
    assert list(sign_ins.of_clinic(OTHER)) == []


def test_a_sign_in_that_is_idle_too_long_or_was_ended_opens_nothing(sign_ins: DynamoDbSignIns) -> None:
    sign_ins.keep(SIGN_IN)
    assert sign_ins.seen(SIGN_IN.secret_hash, NOON + IDLE_MAX) is None
    assert sign_ins.seen(SIGN_IN.secret_hash, NOON + IDLE_MAX - SECOND) is not None
    sign_ins.end(SIGN_IN.secret_hash)
    assert sign_ins.seen(SIGN_IN.secret_hash, NOON + SECOND) is None
    assert list(sign_ins.of_clinic(HUDSON)) == []


def test_a_sign_in_ends_after_twelve_hours_however_busy_it_was(sign_ins: DynamoDbSignIns) -> None:
    sign_ins.keep(SIGN_IN)
    now = NOON
    while now + IDLE_MAX - SECOND < NOON + KEPT_MAX:
        now += IDLE_MAX - SECOND
        assert sign_ins.seen(SIGN_IN.secret_hash, now) is not None
    assert sign_ins.seen(SIGN_IN.secret_hash, NOON + KEPT_MAX) is None
