"""Follow-ups and what is kept beside them, in DynamoDB."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aftercare.adapters.attributes import Item, attribute, item, ms
from aftercare.adapters.followup_item import (
    FOLLOWUP,
    THREAD,
    consent_name,
    from_item,
    patient_pk,
    to_item,
    with_next_version,
)
from aftercare.adapters.many_items import BATCH_WRITE_MAX, ROUNDS_MAX, batch_get, batch_write, query_all
from aftercare.adapters.record_items import (
    Write,
    key_of,
    patient_from,
    put_of,
    sent_from,
    settled_from,
    waiting_from,
    waiting_sk,
    write_of,
)
from aftercare.adapters.said_items import delivery_item, measure_from, outcome_from, thread_from
from aftercare.adapters.store_faults import store_faults
from aftercare.adapters.task_items import task_update
from aftercare.domain.consent import ConsentKey
from aftercare.domain.delivery import Outcome, merge
from aftercare.domain.errors import AlreadyKept, Conflict, TryAgain
from aftercare.domain.followup import Followup
from aftercare.domain.ids import ClinicId, PatientId, TouchId
from aftercare.domain.patient import Patient
from aftercare.domain.records import Measure, Receipt, Record, Sent, Settled, Task, Thread, Waiting
from aftercare.ports import PatientKey


class DynamoDbFollowups:
    """The patients' table. ``client`` is a boto3 DynamoDB client or answers like one."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, clinic_id: ClinicId, patient_id: PatientId) -> Followup | None:
        stored = self._get(patient_pk(clinic_id, patient_id), FOLLOWUP)
        return from_item(stored) if stored else None

    def identity(self, clinic_id: ClinicId, patient_id: PatientId) -> Patient | None:
        stored = self._get(patient_pk(clinic_id, patient_id), "PATIENT")
        return patient_from(stored) if stored else None

    def _get(self, pk: str, sk: str) -> Item | None:
        key = item({"pk": pk, "sk": sk})
        answer: dict[str, Any] = {}
        with store_faults():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def get_many(self, keys: Sequence[PatientKey]) -> Mapping[PatientKey, Followup]:
        wanted = [item({"pk": patient_pk(*key), "sk": FOLLOWUP}) for key in dict.fromkeys(keys)]
        read = (from_item(found) for found in batch_get(self._client, self._table, wanted))
        return {(followup.clinic_id, followup.patient_id): followup for followup in read}

    def save(
        self,
        followup: Followup,
        *,
        write_id: str,
        due_at: Any,
        records: Sequence[Record] = (),
        requires: ConsentKey | None = None,
    ) -> Followup:
        put = self._put(followup, write_id, None if due_at is None else ms(due_at), requires)
        beside = self._beside(followup, records)
        once = {n for n, write in enumerate(beside, start=1) if key_of(write)[1].startswith("REPLY#")}
        with store_faults(write_id, once):
            if beside:
                self._client.transact_write_items(TransactItems=[{"Put": put}, *beside])
            else:
                self._client.put_item(**put)
        return with_next_version(followup)

    def _beside(self, followup: Followup, records: Sequence[Record]) -> list[Write]:
        """Return the other entries of the transaction; it may name no item twice."""
        writes = [
            write_of(record, followup.clinic_id, followup.patient_id, self._table) for record in records
        ]
        return list({key_of(write): write for write in writes}.values())

    def _put(
        self, followup: Followup, write_id: str, due_ms: int | None, requires: ConsentKey | None
    ) -> dict[str, Any]:
        """Build the conditional put: nobody wrote since, and the consent it rests on still stands."""
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": to_item(followup, write_id, due_ms),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if followup.version == 0:
            return {**put, "ConditionExpression": "attribute_not_exists(pk)"}
        condition = "#v = :read"
        values = {":read": attribute(followup.version)}
        names = {"#v": "v"}
        if requires is not None:
            condition += " AND contains(#agreed, :consent)"
            names["#agreed"] = "agreed"
            values[":consent"] = attribute(consent_name(requires))
        return {
            **put,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def record(self, entries: Sequence[tuple[PatientKey, Record]]) -> None:
        puts = [put_of(record, *key) for key, record in entries if not isinstance(record, Task)]
        by_key = {(put["pk"]["S"], put["sk"]["S"]): put for put in puts}
        waiting = [{"PutRequest": {"Item": put}} for put in by_key.values()]
        for start in range(0, len(waiting), BATCH_WRITE_MAX):
            self._write_batch_or_each(waiting[start : start + BATCH_WRITE_MAX])
        for _, record in entries:
            if isinstance(record, Task):
                with store_faults():
                    self._client.update_item(**task_update(record, self._table))

    def _write_batch_or_each(self, puts: list[Any]) -> None:
        """Store a batch, and each item by itself where the batch fails: these messages have left.

        Raises:
            TryAgain: Some could not be stored either way.
        """
        try:
            batch_write(self._client, self._table, puts)
        except TryAgain:
            for put in puts:
                with store_faults():
                    self._client.put_item(TableName=self._table, Item=put["PutRequest"]["Item"])

    def sent(
        self, clinic_id: ClinicId, patient_id: PatientId, ids: Iterable[TouchId]
    ) -> Mapping[TouchId, Sent]:
        pk = patient_pk(clinic_id, patient_id)
        keys = [item({"pk": pk, "sk": f"{FOLLOWUP}#{touch_id}"}) for touch_id in ids]
        return {sent.touch_id: sent for sent in map(sent_from, batch_get(self._client, self._table, keys))}

    def settled(self, clinic_id: ClinicId, patient_id: PatientId) -> Sequence[Settled]:
        return [settled_from(row) for row in self._under(patient_pk(clinic_id, patient_id), "SETTLED#")]

    def conversation(
        self, clinic_id: ClinicId, patient_id: PatientId
    ) -> tuple[Followup, Sequence[Sent], Thread] | None:
        found = list(self._under(patient_pk(clinic_id, patient_id), FOLLOWUP))
        if not found or found[0]["sk"]["S"] != FOLLOWUP:
            return None
        messages = [one for one in found[1:] if one["sk"]["S"] != THREAD]
        sent = sorted(map(sent_from, messages), key=lambda s: s.claimed_at, reverse=True)
        thread = next((thread_from(one) for one in found[1:] if one["sk"]["S"] == THREAD), Thread())
        return from_item(found[0]), sent, thread

    def _under(self, pk: str, prefix: str) -> Iterator[Item]:
        return query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=item({":pk": pk, ":prefix": prefix}),
            ConsistentRead=True,
        )

    def await_cause(self, key: PatientKey, waiting: Waiting, session_id: str | None) -> None:
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        put = {"Put": {"TableName": self._table, "Item": put_of(waiting, *key), **new}}
        if session_id is None:
            cause = {"TableName": self._table, "Key": item({"pk": patient_pk(*key), "sk": FOLLOWUP}), **new}
            with suppress(AlreadyKept), store_faults():  # a repeated delivery: it waits since the first one
                self._client.transact_write_items(TransactItems=[{"ConditionCheck": cause}, put])
            return
        names = {"#sessions": "se", "#session": session_id}
        marks = self._awaited(key, "attribute_not_exists(#sessions.#session)", names)
        try:
            with store_faults():
                self._client.transact_write_items(TransactItems=[{"Update": marks}, put])
        except AlreadyKept:
            # It may have waited for the patient until now, and then nobody was marked.
            with store_faults():
                self._client.update_item(**marks)

    def await_proof(self, key: PatientKey, waiting: Waiting, version: int) -> None:
        marks = self._awaited(key, "#version = :read", {}, {":read": version})
        put = {"TableName": self._table, "Item": put_of(waiting, *key)}
        with store_faults():
            self._client.transact_write_items(TransactItems=[{"Update": marks}, {"Put": put}])

    def _awaited(
        self,
        key: PatientKey,
        condition: str,
        names: Mapping[str, str],
        values: Mapping[str, int] | None = None,
    ) -> dict[str, Any]:
        """Mark a patient as awaited. A new version: whoever has read the patient before must look again."""
        return {
            "TableName": self._table,
            "Key": item({"pk": patient_pk(*key), "sk": FOLLOWUP}),
            "UpdateExpression": "SET #awaited = :yes ADD #version :one",
            "ConditionExpression": f"attribute_exists(pk) AND {condition}",
            "ExpressionAttributeNames": {"#awaited": "aw", "#version": "v", **names},
            "ExpressionAttributeValues": item({":yes": True, ":one": 1, **(values or {})}),
        }

    def waiting(self, clinic_id: ClinicId, patient_id: PatientId) -> Sequence[Waiting]:
        return [waiting_from(found) for found in self._under(patient_pk(clinic_id, patient_id), "WAITING#")]

    def forget_waiting(self, clinic_id: ClinicId, patient_id: PatientId, waiting: Waiting) -> None:
        key = item({"pk": patient_pk(clinic_id, patient_id), "sk": waiting_sk(waiting)})
        with store_faults():
            self._client.delete_item(TableName=self._table, Key=key)

    def note_delivery(self, receipt: Receipt) -> Outcome | None:
        known: Item | None = None
        for _ in range(ROUNDS_MAX):
            joined = merge(outcome_from(known) if known else None, receipt.outcome)
            if joined is None:
                return None
            condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
            if known is not None:
                condition = {
                    "ConditionExpression": "#state = :state AND #reason = :reason",
                    "ExpressionAttributeNames": {"#state": "state", "#reason": "reason"},
                    "ExpressionAttributeValues": {":state": known["state"], ":reason": known["reason"]},
                }
            found = self._put_unless(delivery_item(receipt, joined), condition)
            if found is None:
                return joined
            known = found
        raise TryAgain("table: too many receipts of one message at once")

    def _put_unless(self, row: Item, condition: Mapping[str, Any]) -> Item | None:
        """Put an item; return the one that is there when the condition does not hold."""
        try:
            with store_faults():
                self._client.put_item(
                    TableName=self._table,
                    Item=row,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **condition,
                )
        except Conflict:
            return self._get(row["pk"]["S"], row["sk"]["S"]) or {}
        return None

    def delivery(self, clinic_id: ClinicId, patient_id: PatientId, touch_id: TouchId) -> Outcome | None:
        stored = self._get(patient_pk(clinic_id, patient_id), f"DELIVERY#{touch_id}")
        return outcome_from(stored) if stored else None

    def measures(self, clinic_id: ClinicId, patient_id: PatientId) -> Sequence[Measure]:
        found = self._under(patient_pk(clinic_id, patient_id), "MEASURE#")
        return sorted(map(measure_from, found), key=lambda measure: measure.at)

    def patients_with(self, clinic_id: ClinicId, phone: str) -> Sequence[PatientId]:
        prefix = f"NUMBER#{phone.lower()}#"
        found = self._under(clinic_id, prefix)
        return [PatientId(row["sk"]["S"].removeprefix(prefix)) for row in found]
