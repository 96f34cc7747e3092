"""How an alert and its calls are written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercare.adapters.attributes import Item, attribute, instant, item, maybe_instant, maybe_ms, ms, plain
from aftercare.adapters.board_keys import OPEN, PAGES, RESOLVED, board_of, by_time
from aftercare.adapters.followup_item import patient_pk, shard_of
from aftercare.domain.alert import Alert, AlertState, Answer, AnswerState, Told
from aftercare.domain.consent import Channel
from aftercare.domain.ids import AlertId, ClinicId, PatientId, patient_of
from aftercare.domain.records import Page
from aftercare.domain.tier import Tier

ALERT = "ALERT#"


def alert_key(clinic_id: ClinicId, alert_id: AlertId) -> Item:
    return item({"pk": patient_pk(clinic_id, patient_of(alert_id)), "sk": f"{ALERT}{alert_id}"})


def alert_put(alert: Alert, table: str, write_id: str | None, due_at: datetime | None) -> dict[str, Any]:
    """Build the put, conditional on the version that was read."""
    put: dict[str, Any] = {
        "TableName": table,
        "Item": alert_item(alert, write_id, maybe_ms(due_at)),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if alert.version == 0:
        return {**put, "ConditionExpression": "attribute_not_exists(pk)"}
    return {
        **put,
        "ConditionExpression": "#v = :read",
        "ExpressionAttributeNames": {"#v": "v"},
        "ExpressionAttributeValues": {":read": attribute(alert.version)},
    }


def alert_item(alert: Alert, write_id: str | None, due_ms: int | None) -> Item:
    return item(
        {
            "pk": patient_pk(alert.clinic_id, alert.patient_id),
            "sk": f"{ALERT}{alert.id}",
            "v": alert.version + 1,
            "w": write_id,
            "due_shard": shard_of(alert.clinic_id, alert.patient_id) if due_ms is not None else None,
            "due_at": due_ms,
            **_on_board(alert),
            "tier": alert.tier.value,
            "reason": alert.reason,
            "state": alert.state.value,
            "raised_at": ms(alert.raised_at),
            "causes": alert.causes,
            "answer": _answer(alert.answer) if alert.answer else None,
            "asked_at": maybe_ms(alert.asked_at),
            "safe": alert.safe,
            "rung": alert.rung,
            "rung_at": maybe_ms(alert.rung_at),
            "round_at": maybe_ms(alert.round_at),
            "round_minutes": alert.round_minutes,
            "calling": alert.calling or None,
            "held_until": maybe_ms(alert.held_until),
            "told": alert.told.value if alert.told else None,
            "tell_at": maybe_ms(alert.tell_at),
            "acknowledged_at": maybe_ms(alert.acknowledged_at),
            "acknowledged_by": alert.acknowledged_by,
            "resolved_at": maybe_ms(alert.resolved_at),
            "resolved_by": alert.resolved_by,
            "disposition": alert.disposition,
            "note": alert.note,
        }
    )


def _on_board(alert: Alert) -> dict[str, str]:
    if alert.state is AlertState.RESOLVED:
        ended_at = alert.resolved_at or alert.raised_at
        return {"board": board_of(alert.clinic_id, RESOLVED), "board_key": by_time(ended_at, alert.id)}
    rank = "0" if alert.tier is Tier.RED else "1"
    key = f"{rank}#{by_time(alert.raised_at, alert.id)}"
    return {"board": board_of(alert.clinic_id, OPEN), "board_key": key}


def alert_from(stored: Mapping[str, Any]) -> Alert:
    """Return the alert that ``alert_put`` wrote."""
    raw = plain(stored)
    clinic_id, patient_id = raw["pk"].split("#")
    return Alert(
        id=AlertId(raw["sk"].removeprefix(ALERT)),
        clinic_id=ClinicId(clinic_id),
        patient_id=PatientId(patient_id),
        tier=Tier(raw["tier"]),
        reason=raw["reason"],
        raised_at=instant(raw["raised_at"]),
        state=AlertState(raw["state"]),
        causes=tuple(raw.get("causes", ())),
        answer=_to_answer(raw["answer"]) if "answer" in raw else None,
        asked_at=maybe_instant(raw.get("asked_at")),
        safe=raw.get("safe"),
        rung=raw["rung"],
        rung_at=maybe_instant(raw.get("rung_at")),
        round_at=maybe_instant(raw.get("round_at")),
        round_minutes=raw["round_minutes"],
        calling=raw.get("calling", False),
        held_until=maybe_instant(raw.get("held_until")),
        told=Told(raw["told"]) if "told" in raw else None,
        tell_at=maybe_instant(raw.get("tell_at")),
        acknowledged_at=maybe_instant(raw.get("acknowledged_at")),
        acknowledged_by=raw.get("acknowledged_by"),
        resolved_at=maybe_instant(raw.get("resolved_at")),
        resolved_by=raw.get("resolved_by"),
        disposition=raw.get("disposition"),
        note=raw.get("note"),
        version=raw["v"],
    )


def _answer(answer: Answer) -> dict[str, Any]:
    pairs = {
        "number": answer.number,
        "words": answer.words,
        "language": answer.language,
        "channel": answer.channel.value,
        "to": answer.to,
        "due_at": ms(answer.due_at),
        "state": answer.state.value,
        "tries": answer.tries,
        "otherwise": answer.otherwise,
    }
    return {name: value for name, value in pairs.items() if value is not None}


def _to_answer(raw: Mapping[str, Any]) -> Answer:
    return Answer(
        number=raw["number"],
        words=raw["words"],
        language=raw["language"],
        channel=Channel(raw["channel"]),
        to=raw["to"],
        due_at=instant(raw["due_at"]),
        state=AnswerState(raw["state"]),
        tries=raw["tries"],
        otherwise=raw.get("otherwise"),
    )


def page_sk(alert_id: AlertId, step: int) -> str:
    return f"PAGE#{alert_id}#{step:04d}#"


def page_item(page: Page, clinic_id: ClinicId) -> Item:
    """Return one call. It names a line of the rota, never a person of the clinic or a patient."""
    return item(
        {
            "pk": patient_pk(clinic_id, patient_of(page.alert_id)),
            "sk": f"{page_sk(page.alert_id, page.step)}{page.place:02d}#{page.channel.value}",
            "board": board_of(clinic_id, PAGES),
            "board_key": by_time(page.at, page.alert_id, str(page.step), str(page.place), page.channel.value),
            "at": ms(page.at),
            "accepted": page.accepted,
            "provider_id": page.provider_id,
        }
    )


def page_put(page: Page, clinic_id: ClinicId, table: str) -> dict[str, Any]:
    return {
        "TableName": table,
        "Item": page_item(page, clinic_id),
        "ConditionExpression": "attribute_not_exists(pk)",
    }


def page_from(stored: Mapping[str, Any]) -> Page:
    """Return the call that ``page_item`` wrote."""
    raw = plain(stored)
    _, alert_id, step, place, channel = raw["sk"].split("#")
    return Page(
        AlertId(alert_id),
        int(step),
        int(place),
        Channel(channel),
        instant(raw["at"]),
        raw.get("accepted"),
        raw.get("provider_id"),
    )
