"""How what patients say, and what carriers say of our messages, is written down."""

from collections.abc import Mapping
from typing import Any

from aftercare.adapters.attributes import Item, instant, item, ms, plain
from aftercare.adapters.followup_item import THREAD, patient_pk
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import Cause, Outcome, State
from aftercare.domain.ids import AlertId, TouchId
from aftercare.domain.records import Measure, Receipt, Reply, Thread
from aftercare.domain.tier import Tier


def reply_row(record: Reply) -> dict[str, Any]:
    return {
        "sk": f"REPLY#{record.id}",
        "at": ms(record.at),
        "from": record.sender,
        "body": record.body,
        "understood": record.understood,
        "touch": record.touch_id,
        "channel": record.channel.value,
        "tier": record.tier.value,
        "alert": record.alert_id,
        "automatic": record.automatic,
    }


def reply_from(stored: Mapping[str, Any]) -> Reply:
    """Return the reply that ``put_of`` wrote, or the text that was kept because it belongs to nobody."""
    raw = plain(stored)
    return Reply(
        id=raw["sk"].split("#", 1)[1],
        at=instant(raw["at"]),
        sender=raw["from"],
        body=raw["body"],
        understood=raw.get("understood", "stray"),
        touch_id=TouchId(raw["touch"]) if "touch" in raw else None,
        channel=Channel(raw.get("channel", "sms")),
        tier=Tier(raw.get("tier", Tier.GREEN)),
        alert_id=AlertId(raw["alert"]) if "alert" in raw else None,
        automatic=raw.get("automatic"),
    )


def thread_row(record: Thread) -> dict[str, Any]:
    return {"sk": THREAD, "texts": [{"at": ms(at), "text": text} for at, text in record.texts]}


def thread_from(stored: Mapping[str, Any]) -> Thread:
    """Return the latest texts that ``put_of`` wrote."""
    return Thread(tuple((instant(one["at"]), one["text"]) for one in plain(stored).get("texts", ())))


def delivery_item(receipt: Receipt, outcome: Outcome) -> Item:
    """Return what is known of one message's way, joined from its receipts."""
    return item(
        {
            "pk": patient_pk(receipt.clinic_id, receipt.patient_id),
            "sk": f"DELIVERY#{receipt.touch_id}",
            "at": ms(receipt.at),
            "channel": receipt.channel.value,
            "message_id": receipt.message_id,
            "state": outcome.state.value,
            "reason": outcome.reason.value,
            "hard": outcome.hard or None,
            "bad": outcome.bad or None,
            "objects": outcome.objects or None,
            "final": outcome.final or None,
        }
    )


def outcome_from(stored: Mapping[str, Any]) -> Outcome:
    """Return what ``delivery_item`` wrote of a message's way."""
    raw = plain(stored)
    return Outcome(
        State(raw["state"]),
        Cause(raw["reason"]),
        hard=raw.get("hard", False),
        bad=raw.get("bad", False),
        objects=raw.get("objects", False),
        final=raw.get("final", False),
    )


def measure_row(record: Measure) -> dict[str, Any]:
    return {
        "sk": f"MEASURE#{record.id}",
        "at": ms(record.at),
        "code": record.code,
        "total": record.total,
        "complete": record.complete,
        "touch": record.touch_id,
        "prorated": record.prorated or None,
        "band": record.band,
        "answers": dict(record.answers),
        "revision": record.revision,
    }


def measure_from(stored: Mapping[str, Any]) -> Measure:
    """Return the measure that ``put_of`` wrote."""
    raw = plain(stored)
    return Measure(
        id=raw["sk"].split("#", 1)[1],
        at=instant(raw["at"]),
        code=raw["code"],
        total=raw.get("total"),
        complete=raw["complete"],
        touch_id=TouchId(raw["touch"]) if "touch" in raw else None,
        prorated=raw.get("prorated", False),
        band=raw.get("band"),
        answers=raw.get("answers", {}),
        revision=raw.get("revision"),
    )
