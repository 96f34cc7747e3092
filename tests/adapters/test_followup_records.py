"""What is kept beside a patient, found by their number, or waits for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.adapters.attributes import ms
from aftercare.adapters.dynamodb_due import DynamoDbDue
from aftercare.adapters.dynamodb_followups import DynamoDbFollowups
from aftercare.adapters.record_items import settled_from
from aftercare.domain.consent import Channel
from aftercare.domain.errors import AlreadyKept, Conflict
from aftercare.domain.ids import PatientId, SessionId, TouchId
from aftercare.domain.protocol import Kind
from aftercare.domain.records import (
    ConsentProof,
    Link,
    Measure,
    NotSent,
    Number,
    Settled,
    Thread,
)
from aftercare.domain.touch import Reason
from tests.adapters.followup_rows import (
    ADAS,
    a_reply,
    a_sent,
    a_task,
    a_wait,
    rows,
    save,
)
from tests.adapters.table_lanes import TABLE
from tests.building import (
    ADA,
    ADAS_PHONE,
    BEN,
    ENROLLED_AT,
    HUDSON,
    NOON,
    a_consent,
    a_followup,
    a_patient,
    scheduled,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# ---- all or nothing


def test_records_are_stored_with_the_patient(store: DynamoDbFollowups, client: Any) -> None:
    settled = Settled("write-1", NOON, (NotSent(TouchId("t"), None, Kind.HELP, Reason.CLOSED, NOON),))
    measure = Measure("sms-1", NOON, "mood-0-10", 7, complete=True, touch_id=TouchId("ses-1.day1"))
    proof = ConsentProof("evt-1", a_consent())
    save(store, a_followup(), a_patient(), Number(ADAS_PHONE), settled, a_reply(), measure, proof, a_task())
    assert set(rows(client, "hudson#pat-ada")) == {
        "FOLLOWUP",
        "PATIENT",
        "SETTLED#write-1",
        "REPLY#sms-1",
        "MEASURE#sms-1",
        f"CONSENT#{ms(ENROLLED_AT)}#sms#care#evt-1",
    }
    assert set(rows(client, "hudson")) == {f"NUMBER#{ADAS_PHONE}#pat-ada", "TASK#unread_reply.sms-1"}
    key = {"pk": {"S": "hudson#pat-ada"}, "sk": {"S": "SETTLED#write-1"}}
    assert settled_from(client.get_item(TableName=TABLE, Key=key)["Item"]) == settled


def test_when_the_patient_was_written_by_another_no_record_is_stored(
    store: DynamoDbFollowups, client: Any
) -> None:
    read = save(store, a_followup())
    save(store, read, write_id="write-2")
    with pytest.raises(Conflict) as caught:
        save(store, read, a_sent(), a_task(), a_reply(), write_id="write-3")
    assert not isinstance(caught.value, AlreadyKept)
    assert rows(client, "hudson#pat-ada") == ["FOLLOWUP"]
    assert rows(client, "hudson") == []


def test_a_write_that_names_one_row_twice_keeps_the_last(store: DynamoDbFollowups, client: Any) -> None:
    save(store, a_followup(), Number(ADAS_PHONE, gone=True), Number(ADAS_PHONE), a_task(), a_task())
    assert set(rows(client, "hudson")) == {f"NUMBER#{ADAS_PHONE}#pat-ada", "TASK#unread_reply.sms-1"}


def test_a_reply_that_is_known_changes_nothing_a_second_time(store: DynamoDbFollowups, client: Any) -> None:
    read = save(store, a_followup(), a_reply())
    with pytest.raises(AlreadyKept):
        save(store, replace(read, answered_at=NOON), a_reply(), a_task(), write_id="write-2")
    assert store.get(*ADAS) == read
    assert rows(client, "hudson") == []


def test_identity_is_read_as_it_was_stored(store: DynamoDbFollowups) -> None:
    for patient in (a_patient(), a_patient(phone=None, email=None, accepts_unencrypted=False)):
        read = store.get(*ADAS)
        save(store, read or a_followup(), patient, write_id=f"write-{patient.phone}")
        assert store.identity(*ADAS) == patient


# ---- numbers


def test_a_number_finds_everyone_who_has_it(store: DynamoDbFollowups) -> None:
    save(store, a_followup(), Number(ADAS_PHONE))
    save(store, a_followup(patient_id=BEN), Number(ADAS_PHONE), write_id="write-2")
    assert sorted(store.patients_with(HUDSON, ADAS_PHONE)) == [ADA, BEN]
    assert store.patients_with(HUDSON, ADAS_PHONE[:-1]) == []
    assert store.patients_with(HUDSON.__class__("other"), ADAS_PHONE) == []


def test_a_number_given_up_finds_its_old_owner_no_more(store: DynamoDbFollowups) -> None:
    read = save(store, a_followup(), Number(ADAS_PHONE))
    save(store, read, Number(ADAS_PHONE, gone=True), Number("+12025550163"), write_id="write-2")
    assert store.patients_with(HUDSON, ADAS_PHONE) == []
    assert store.patients_with(HUDSON, "+12025550163") == [ADA]


def test_a_mail_finds_its_sender_however_the_address_is_capitalised(store: DynamoDbFollowups) -> None:
    first = save(store, a_followup(), Number("Ada@Example.org"))
    assert store.patients_with(HUDSON, "ada@example.ORG") == [ADA]
    respelled = (Number("Ada@Example.org", gone=True), Number("ada@example.org"))
    second = save(store, first, *respelled, write_id="write-2")
    assert store.patients_with(HUDSON, "ada@example.org") == [ADA]
    save(store, second, Number("ADA@example.org", gone=True), write_id="write-3")
    assert store.patients_with(HUDSON, "ada@example.org") == []


# ---- many


def test_more_patients_than_one_read_takes_are_all_read(store: DynamoDbFollowups) -> None:
    keys = [(HUDSON, PatientId(f"pat-{n:03d}")) for n in range(130)]
    for key in keys[::2]:
        save(store, a_followup(patient_id=key[1]))
    assert set(store.get_many([*keys, keys[0]])) == set(keys[::2])
    assert store.get_many([]) == {}


def test_more_records_than_one_write_takes_are_all_stored(store: DynamoDbFollowups) -> None:
    sent = [a_sent(f"step{n}") for n in range(30)]
    store.record([(ADAS, one) for one in sent])
    found = store.sent(*ADAS, [one.touch_id for one in sent])
    assert found == {one.touch_id: one for one in sent}


def test_storing_a_record_twice_is_storing_it_once(store: DynamoDbFollowups, client: Any) -> None:
    store.record([(ADAS, a_sent()), (ADAS, a_sent()), (ADAS, a_task())])
    store.record([(ADAS, a_sent()), (ADAS, a_task(reason="another reason"))])
    assert rows(client, "hudson#pat-ada") == ["FOLLOWUP#ses-1.day1"]
    key = {"pk": {"S": "hudson"}, "sk": {"S": "TASK#unread_reply.sms-1"}}
    assert client.get_item(TableName=TABLE, Key=key)["Item"]["reason"] == {"S": "A text waits."}


# ---- what was sent


def test_what_was_sent_is_read_by_the_touch(store: DynamoDbFollowups) -> None:
    mail = a_sent("day3", channel=Channel.EMAIL, subject="A note", provider_id=None, session_id=None)
    store.record([(ADAS, a_sent()), (ADAS, mail)])
    assert store.sent(*ADAS, [mail.touch_id, TouchId("ses-1.week1")]) == {mail.touch_id: mail}
    assert store.sent(HUDSON, BEN, [mail.touch_id]) == {}


def test_a_patient_comes_with_their_messages_the_latest_first(store: DynamoDbFollowups) -> None:
    saved = save(store, a_followup(), a_patient(), a_reply())
    early, late = a_sent("zzz", NOON - DAY), a_sent("aaa", NOON)
    store.record([(ADAS, early), (ADAS, late)])
    assert store.conversation(*ADAS) == (saved, [late, early], Thread())


def test_a_patient_comes_with_the_ends_of_their_own_latest_texts(store: DynamoDbFollowups) -> None:
    thread = Thread().with_text(NOON - HOUR, "i am done").with_text(NOON, "goodbye \U0001f331 ñ")
    saved = save(store, a_followup(), a_reply(), thread)
    store.record([(ADAS, a_sent())])
    assert store.conversation(*ADAS) == (saved, [a_sent()], thread)
    longer = thread.with_text(NOON + HOUR, "are you there")
    again = save(store, saved, longer, write_id="write-2")
    assert store.conversation(*ADAS) == (again, [a_sent()], longer)


def test_messages_without_a_patient_are_nobodys(store: DynamoDbFollowups) -> None:
    store.record([(ADAS, a_sent())])
    assert store.conversation(*ADAS) is None


# ---- what came too early


def test_an_event_waits_for_its_patient_until_it_is_forgotten(store: DynamoDbFollowups) -> None:
    store.await_cause(ADAS, a_wait(), None)
    assert store.waiting(*ADAS) == [a_wait()]
    assert store.waiting(HUDSON, BEN) == []
    store.forget_waiting(*ADAS, a_wait())
    assert store.waiting(*ADAS) == []


def test_what_happened_first_is_applied_first_whenever_it_came(store: DynamoDbFollowups) -> None:
    late, early = a_wait("evt-a", NOON), a_wait("evt-b", NOON - 400 * DAY)
    for one in (late, early, late):
        store.await_cause(ADAS, one, None)
    assert store.waiting(*ADAS) == [early, late]


def test_an_event_does_not_wait_for_a_patient_who_came_meanwhile(store: DynamoDbFollowups) -> None:
    save(store, a_followup())
    with pytest.raises(Conflict):
        store.await_cause(ADAS, a_wait(), None)
    assert store.waiting(*ADAS) == []


def test_an_event_waits_for_a_session_unless_that_came_meanwhile(store: DynamoDbFollowups) -> None:
    save(store, a_followup(scheduled(NOON)))
    store.await_cause(ADAS, a_wait(), SessionId("ses-2"))
    assert store.waiting(*ADAS) == [a_wait()]
    with pytest.raises(Conflict):
        store.await_cause(ADAS, a_wait("evt-2"), SessionId("ses-1"))


def test_an_event_waits_for_the_first_session_of_a_patient(store: DynamoDbFollowups) -> None:
    save(store, a_followup())
    store.await_cause(ADAS, a_wait(), SessionId("ses-1"))
    assert store.waiting(*ADAS) == [a_wait()]


def test_whoever_brings_a_session_is_told_that_something_waits(store: DynamoDbFollowups) -> None:
    read = save(store, a_followup())
    store.await_cause(ADAS, a_wait(), SessionId("ses-1"))
    marked = store.get(*ADAS)
    assert marked is not None
    assert marked == replace(read, awaited=True, version=2)
    with pytest.raises(Conflict):  # read before the event came: look again
        save(store, read.with_session(scheduled(NOON)), write_id="write-2")
    brought = save(store, marked.with_session(scheduled(NOON)), write_id="write-3")
    assert replace(brought, awaited=False) != brought


def test_an_event_that_waited_for_its_patient_and_now_waits_for_a_session_is_told_of_too(
    store: DynamoDbFollowups,
) -> None:
    store.await_cause(ADAS, a_wait(), None)
    read = save(store, a_followup())
    store.await_cause(ADAS, a_wait(), SessionId("ses-1"))
    marked = store.get(*ADAS)
    assert marked is not None
    assert marked == replace(read, awaited=True, version=2)
    save(store, marked.with_session(scheduled(NOON)), write_id="write-2")
    with pytest.raises(Conflict):
        store.await_cause(ADAS, a_wait(), SessionId("ses-1"))


def test_a_refused_event_waits_for_proof_unless_the_patient_was_written_meanwhile(
    store: DynamoDbFollowups,
) -> None:
    read = save(store, a_followup())
    store.await_proof(ADAS, a_wait(), read.version)
    assert store.waiting(*ADAS) == [a_wait()]
    assert store.get(*ADAS) == replace(read, awaited=True, version=2)
    with pytest.raises(Conflict):
        store.await_proof(ADAS, a_wait("evt-2"), read.version)
    assert store.waiting(*ADAS) == [a_wait()]


# ---- the index


def test_only_what_waits_is_in_the_index(store: DynamoDbFollowups, client: Any) -> None:
    due = DynamoDbDue(client, TABLE)
    read = save(store, a_followup(), due_at=NOON)
    assert [(one.patient_id, one.due_at) for one in due.due(NOON)] == [(ADA, NOON)]
    save(store, read, write_id="write-2")
    assert due.due(NOON + 999 * DAY) == []


def test_records_of_a_patient_are_not_in_the_index(store: DynamoDbFollowups, client: Any) -> None:
    link = Link("hash", HUDSON, ADA, TouchId("t"), "form:phq-9", NOON)
    save(store, a_followup(), a_patient(), a_reply(), a_task(), link)
    store.record([(ADAS, a_sent())])
    assert DynamoDbDue(client, TABLE).due(NOON + 999 * DAY) == []
