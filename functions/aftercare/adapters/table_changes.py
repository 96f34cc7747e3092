"""From a change of the table to what other systems are told: ids and codes only, never an item's words.

Every fact has an id derived from what changed, so that a stream that repeats itself repeats the id.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from aftercare.adapters.attributes import instant, plain
from aftercare.contracts import facts_out
from aftercare.contracts.facts_out_shapes import Event, fitting
from aftercare.domain.alert import RED_LADDER, disposition_code
from aftercare.domain.delivery import State
from aftercare.domain.facts import Metadata
from aftercare.domain.ids import NO_ONE, ClinicId
from aftercare.domain.tier import Tier

Image = Mapping[str, Any]
_FAILED = frozenset({State.FAILED_HARD.value, State.FAILED_SOFT.value, State.COMPLAINED.value})


def facts_in(record: Mapping[str, Any]) -> list[Event]:
    """Return the facts that one stream record tells, perhaps none.

    Args:
        record: As a DynamoDB stream delivers it, with old and new image.

    Raises:
        BadInput: A value is no id or code; nothing of the record may leave.
    """
    change = record["dynamodb"]
    if "NewImage" not in change:
        return []
    new = plain(change["NewImage"])
    old = plain(change["OldImage"]) if "OldImage" in change else None
    clinic_id, _, patient_id = new["pk"].partition("#")
    at = datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC)
    about = _About(ClinicId(clinic_id), patient_id, at)
    return list(_facts(new["sk"], old, new, about))


class _About:
    """Whose change it is, and when it was made."""

    def __init__(self, clinic_id: ClinicId, patient_id: str, at: datetime) -> None:
        self._clinic_id = clinic_id
        self.patient_id = patient_id
        self._at = at

    @property
    def patient_or_null(self) -> str | None:
        return self.patient_id if self.patient_id not in ("", NO_ONE) else None

    def fact(self, *parts: object, at: datetime | None = None) -> Metadata:
        return Metadata(".".join(str(part) for part in parts), at or self._at, self._clinic_id)


def _facts(sk: str, old: Image | None, new: Image, about: _About) -> Iterator[Event]:
    kind, _, name = sk.partition("#")
    match kind:
        case "FOLLOWUP" if name:
            yield from _sent(name, old, new, about) if old is None else ()
        case "FOLLOWUP":
            yield from _consents(old, new, about)
        case "SETTLED" if old is None:
            yield from _not_sent(name, new, about)
        case "DELIVERY":
            yield from _delivery(name, old, new, about)
        case "REPLY" | "STRAY" if old is None:
            yield _reply(name, new, about)
        case "MEASURE" if old is None:
            yield _measure(name, new, about)
        case "ALERT":
            yield from _alert(name, old, new, about)


def _sent(touch_id: str, old: Image | None, new: Image, about: _About) -> Iterator[Event]:
    said = {
        "touch_id": touch_id,
        "patient_id": about.patient_id,
        "session_id": new.get("session"),
        "kind": new["kind"],
    }
    if about.patient_or_null is None:
        return  # an answer to a phone that belongs to no single patient
    if "provider_id" not in new:
        yield facts_out.touch_not_sent(
            about.fact("TouchNotSent", touch_id, "unconfirmed"), **said, reason="unconfirmed"
        )
        return
    yield facts_out.touch_sent(
        about.fact("TouchSent", touch_id, at=instant(new["at"])),
        **said,
        channel=new["channel"],
        language=new["language"],
        revision=new["revision"],
    )


def _consents(old: Image | None, new: Image, about: _About) -> Iterator[Event]:
    before, after = set(old.get("agreed", ())) if old else set(), set(new.get("agreed", ()))
    for key in sorted(before ^ after):
        channel, purpose = key.split(".")
        yield facts_out.consent_changed(
            about.fact("ConsentChanged", about.patient_id, key, new["v"]),
            patient_id=about.patient_id,
            channel=channel,
            purpose=purpose,
            agreed=key in after,
        )


def _not_sent(write_id: str, new: Image, about: _About) -> Iterator[Event]:
    for touch in new["touches"]:
        yield facts_out.touch_not_sent(
            about.fact("TouchNotSent", touch["touch"], write_id, at=instant(new["at"])),
            touch_id=touch["touch"],
            patient_id=about.patient_id,
            session_id=None if touch["session"] == "-" else touch["session"],
            kind=touch["kind"],
            reason=touch["reason"],
        )


def _delivery(touch_id: str, old: Image | None, new: Image, about: _About) -> Iterator[Event]:
    state = new["state"]
    if (old is not None and old["state"] == state) or about.patient_or_null is None:
        return
    said = {"touch_id": touch_id, "patient_id": about.patient_id, "channel": new["channel"]}
    at = instant(new["at"])
    if state == State.DELIVERED.value:
        yield facts_out.message_delivered(about.fact("MessageDelivered", touch_id, at=at), **said)
    elif state in _FAILED:
        about_it = about.fact("MessageFailed", touch_id, state, at=at)
        yield facts_out.message_failed(about_it, **said, reason=new["reason"])


def _reply(reply_id: str, new: Image, about: _About) -> Event:
    return facts_out.reply_received(
        about.fact("ReplyReceived", fitting(reply_id), at=instant(new["at"])),
        reply_id=reply_id,
        patient_id=about.patient_or_null,
        touch_id=new.get("touch"),
        channel=new.get("channel", "sms"),
        understood=new.get("understood", "stray"),
    )


def _measure(measure_id: str, new: Image, about: _About) -> Event:
    return facts_out.measure_scored(
        about.fact("MeasureScored", fitting(measure_id), at=instant(new["at"])),
        measure_id=measure_id,
        patient_id=about.patient_id,
        touch_id=new.get("touch"),
        code=new["code"],
        total=new.get("total"),
        complete=new["complete"],
        prorated=new.get("prorated", False),
    )


def _alert(alert_id: str, old: Image | None, new: Image, about: _About) -> Iterator[Event]:
    name, patient_id = fitting(alert_id), about.patient_or_null
    if old is None:
        at = instant(new["raised_at"])
        yield facts_out.alert_raised(
            about.fact("AlertRaised", name, at=at),
            alert_id=alert_id,
            patient_id=patient_id,
            tier=new["tier"],
            reason=new["reason"],
        )
        return
    step = _step_called(old, new)
    if step is not None:
        told = about.fact("AlertEscalated", name, step)
        yield facts_out.alert_escalated(told, alert_id=alert_id, patient_id=patient_id, step=step)
    if old["state"] != new["state"]:
        if new["state"] == "acknowledged":
            told = about.fact("AlertAcknowledged", name, new["v"])
            yield facts_out.alert_acknowledged(told, alert_id=alert_id, patient_id=patient_id)
        if new["state"] == "resolved":
            yield facts_out.alert_resolved(
                about.fact("AlertResolved", name),
                alert_id=alert_id,
                patient_id=patient_id,
                disposition=disposition_code(new["disposition"]),
            )


def _step_called(old: Image, new: Image) -> int | None:
    """Return the step that was called just now, if it is a later one than the first call."""
    if new["rung"] <= old["rung"] or new["tier"] != Tier.RED.value:
        return None
    step = int(new["round_minutes"]) + RED_LADDER[min(int(new["rung"]), len(RED_LADDER)) - 1]
    return step or None
