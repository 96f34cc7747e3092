"""How what is kept beside a follow-up is written down: one item each, under its patient or clinic."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, assert_never

from aftercare.adapters.alert_items import alert_put, page_item, page_put
from aftercare.adapters.attributes import Item, instant, item, maybe_instant, maybe_ms, ms, plain
from aftercare.adapters.followup_item import FOLLOWUP, patient_pk, shard_of
from aftercare.adapters.said_items import measure_row, reply_row, thread_row
from aftercare.adapters.task_items import task_update
from aftercare.domain.alert import Alert
from aftercare.domain.consent import Channel, Consent, Purpose
from aftercare.domain.ids import ClinicId, PatientId, SessionId, TouchId
from aftercare.domain.ladder import next_alert_due
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.records import (
    ConsentProof,
    Link,
    Measure,
    NotSent,
    Number,
    Page,
    Record,
    Reply,
    Sent,
    Settled,
    Task,
    Thread,
    Waiting,
)
from aftercare.domain.touch import Reason

Write = dict[str, Any]


def write_of(record: Record, clinic_id: ClinicId, patient_id: PatientId, table: str) -> Write:
    """Return one entry of a transaction: a put, or what the record asks for instead of one."""
    match record:
        case Task():
            return {"Update": task_update(record, table)}
        case Number(phone, gone):
            key = {"pk": clinic_id, "sk": f"NUMBER#{phone.lower()}#{patient_id}"}
            return {"Delete" if gone else "Put": {"TableName": table, "Key" if gone else "Item": item(key)}}
        case Reply():
            put = {"TableName": table, "Item": put_of(record, clinic_id, patient_id)}
            return {"Put": {**put, "ConditionExpression": "attribute_not_exists(pk)"}}
        case Alert():
            return {"Put": alert_put(record, table, None, next_alert_due(record, record.raised_at))}
        case Page():
            return {"Put": page_put(record, clinic_id, table)}
        case Settled() | Sent() | Thread() | Measure() | Link() | ConsentProof() | Patient() | Waiting():
            return {"Put": {"TableName": table, "Item": put_of(record, clinic_id, patient_id)}}
    assert_never(record)


def key_of(write: Write) -> tuple[str, str]:
    """Return the key of the item that one entry of a transaction writes."""
    (entry,) = write.values()
    key = entry.get("Key") or entry["Item"]
    return key["pk"]["S"], key["sk"]["S"]


def put_of(record: Record, clinic_id: ClinicId, patient_id: PatientId) -> Item:
    """Return the item of a record that is simply put."""
    match record:
        case Link():
            return item(_link(record))
        case Page():
            return page_item(record, clinic_id)
        case Waiting():
            row = _waiting(record, clinic_id, patient_id)
        case Task() | Number() | Alert():
            raise TypeError(f"{type(record).__name__} is not simply put; see write_of")
        case _:
            row = _row(record)
    return item({"pk": patient_pk(clinic_id, patient_id), **row})


def _row(
    record: Settled | Sent | Reply | Thread | Measure | ConsentProof | Patient,
) -> dict[str, Any]:
    match record:
        case Settled():
            return _settled(record)
        case Sent():
            return _sent(record)
        case Reply():
            return reply_row(record)
        case Thread():
            return thread_row(record)
        case Measure():
            return measure_row(record)
        case ConsentProof():
            return _proof(record)
        case Patient():
            return _patient(record)
    assert_never(record)


# An event that came before its patient is for staff after this long (DESIGN 2.2).
WAIT_MAX = timedelta(hours=24)
# A refused one is kept whole among the parked events; this copy only waits for a move to prove it right.
REFUSED_KEPT = timedelta(days=30)


def _settled(record: Settled) -> dict[str, Any]:
    touches = [
        {
            "touch": t.touch_id,
            "session": t.session_id or "-",
            "kind": t.kind.value,
            "reason": t.reason.value,
            "due_at": ms(t.due_at),
        }
        for t in record.touches
    ]
    return {"sk": f"SETTLED#{record.id}", "at": ms(record.at), "touches": touches}


def _sent(record: Sent) -> dict[str, Any]:
    return {
        "sk": f"{FOLLOWUP}#{record.touch_id}",
        "at": ms(record.claimed_at),
        "session": record.session_id,
        "kind": record.kind.value,
        "channel": record.channel.value,
        "to": record.to,
        "words": record.words_id,
        "revision": record.revision,
        "language": record.language,
        "text": record.text,
        "subject": record.subject,
        "provider_id": record.provider_id,
        "by": record.by,
    }


def sent_from(stored: Mapping[str, Any]) -> Sent:
    """Return the message that ``put_of`` wrote."""
    raw = plain(stored)
    return Sent(
        touch_id=TouchId(raw["sk"].split("#", 1)[1]),
        session_id=SessionId(raw["session"]) if "session" in raw else None,
        kind=Kind(raw["kind"]),
        claimed_at=instant(raw["at"]),
        channel=Channel(raw["channel"]),
        to=raw["to"],
        words_id=raw["words"],
        revision=raw["revision"],
        language=raw["language"],
        text=raw["text"],
        subject=raw.get("subject"),
        provider_id=raw.get("provider_id"),
        by=raw.get("by"),
    )


def settled_from(stored: Mapping[str, Any]) -> Settled:
    """Return the ended touches that ``put_of`` wrote."""
    raw = plain(stored)
    touches = tuple(
        NotSent(
            TouchId(t["touch"]),
            None if t["session"] == "-" else SessionId(t["session"]),
            Kind(t["kind"]),
            Reason(t["reason"]),
            instant(t["due_at"]),
        )
        for t in raw["touches"]
    )
    return Settled(raw["sk"].split("#", 1)[1], instant(raw["at"]), touches)


def _proof(record: ConsentProof) -> dict[str, Any]:
    consent = record.consent
    what = f"{consent.channel.value}#{consent.purpose.value}#{record.event_id}"
    return {
        "sk": f"CONSENT#{ms(consent.given_at)}#{what}",
        "wording_version": consent.wording_version,
        "wording": consent.wording,
        "method": consent.method,
        "given_at": ms(consent.given_at),
        "recorded_by": consent.recorded_by,
        "expires_on": consent.expires_on.isoformat() if consent.expires_on else None,
    }


def proof_from(stored: Mapping[str, Any]) -> ConsentProof:
    """Return the consent that ``put_of`` wrote, word for word."""
    raw = plain(stored)
    _, _, channel, purpose, event_id = raw["sk"].split("#", 4)
    expires_on = date.fromisoformat(raw["expires_on"]) if "expires_on" in raw else None
    consent = Consent(
        Channel(channel),
        Purpose(purpose),
        raw["wording_version"],
        raw["wording"],
        raw["method"],
        instant(raw["given_at"]),
        raw["recorded_by"],
        expires_on,
    )
    return ConsentProof(event_id, consent)


def _patient(record: Patient) -> dict[str, Any]:
    return {
        "sk": "PATIENT",
        "given_name": record.given_name,
        "birth_date": record.birth_date.isoformat(),
        "language": record.language,
        "time_zone": record.time_zone,
        "country": record.country,
        "accepts_unencrypted": record.accepts_unencrypted,
        "phone": record.phone,
        "email": record.email,
    }


def patient_from(stored: Mapping[str, Any]) -> Patient:
    """Return the patient that ``put_of`` wrote."""
    raw = plain(stored)
    return Patient(
        id=PatientId(raw["pk"].split("#")[1]),
        given_name=raw["given_name"],
        birth_date=date.fromisoformat(raw["birth_date"]),
        language=raw["language"],
        time_zone=raw["time_zone"],
        country=raw["country"],
        accepts_unencrypted=raw["accepts_unencrypted"],
        phone=raw.get("phone"),
        email=raw.get("email"),
    )


def _waiting(record: Waiting, clinic_id: ClinicId, patient_id: PatientId) -> dict[str, Any]:
    return {
        "sk": waiting_sk(record),
        "event_id": record.event_id,
        "occurred_at": ms(record.occurred_at),
        "received_at": ms(record.received_at),
        "event": record.event,
        "due_shard": None if record.refused else shard_of(clinic_id, patient_id),
        "due_at": None if record.refused else ms(record.received_at + WAIT_MAX),
        "expires_at": ms(record.received_at + REFUSED_KEPT) // 1000 if record.refused else None,
    }


def waiting_sk(record: Waiting) -> str:
    """Order waiting events by when their fact occurred."""
    return f"WAITING#{ms(record.occurred_at):013d}#{record.event_id}"


def waiting_from(stored: Mapping[str, Any]) -> Waiting:
    """Return the waiting event that ``put_of`` wrote."""
    raw = plain(stored)
    return Waiting(raw["event_id"], instant(raw["occurred_at"]), instant(raw["received_at"]), raw["event"])


def _link(record: Link) -> dict[str, Any]:
    return {
        "pk": f"~link#{record.secret_hash}",
        "sk": "LINK",
        "clinic": record.clinic_id,
        "patient": record.patient_id,
        "touch": record.touch_id,
        "opens": record.opens,
        "expires_at": ms(record.expires_at) // 1000,
        "made_at": maybe_ms(record.made_at),
    }


def link_from(stored: Mapping[str, Any]) -> Link:
    """Return the link that ``put_of`` wrote. Its end is kept in whole seconds."""
    raw = plain(stored)
    return Link(
        secret_hash=raw["pk"].removeprefix("~link#"),
        clinic_id=ClinicId(raw["clinic"]),
        patient_id=PatientId(raw["patient"]),
        touch_id=TouchId(raw["touch"]),
        opens=raw["opens"],
        expires_at=instant(raw["expires_at"] * 1000),
        made_at=maybe_instant(raw.get("made_at")),
    )
