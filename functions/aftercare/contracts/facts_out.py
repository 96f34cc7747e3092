"""What we tell other systems: the eleven events out, as they are put on the bus.

Ids and codes only: no words, names, numbers or addresses. Each field has a shape in which none of those
fits, and ``put`` refuses what does not have it.

Example::

    {
      "source": "aftercare",
      "detail-type": "TouchSent",
      "detail": {
        "metadata": {
          "event_id": "TouchSent.ses-ada-1.day1",
          "version": "1",
          "occurred_at": "2026-11-24T15:00:00+00:00",
          "clinic_id": "hudson"
        },
        "touch_id": "ses-ada-1.day1",
        "patient_id": "pat-ada",
        "session_id": "ses-ada-1",
        "kind": "check_in",
        "channel": "sms",
        "language": "en",
        "revision": "3f2a9c01"
      }
    }

A field that does not apply is null, never absent. An id may stem from a carrier or a sender; one that
could hold an address or a number is replaced by its hash.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from aftercare.contracts.facts_out_shapes import Event, fitting, put
from aftercare.domain.facts import Metadata
from aftercare.domain.ids import ClinicId

__all__ = [
    "EXAMPLES",
    "Event",
    "alert_acknowledged",
    "alert_escalated",
    "alert_raised",
    "alert_resolved",
    "consent_changed",
    "measure_scored",
    "message_delivered",
    "message_failed",
    "reply_received",
    "touch_not_sent",
    "touch_sent",
]


def touch_sent(
    metadata: Metadata,
    *,
    touch_id: str,
    patient_id: str,
    session_id: str | None,
    kind: str,
    channel: str,
    language: str,
    revision: str,
) -> Event:
    """A carrier took a message. ``revision``: of the words; empty when it is not known.

    Raises:
        BadInput: A value is no id or code. The same holds for every builder here.
    """
    said = {"touch_id": touch_id, "patient_id": patient_id, "session_id": session_id, "kind": kind}
    words = {"channel": channel, "language": language, "revision": revision}
    return put("TouchSent", metadata, {**said, **words})


def touch_not_sent(
    metadata: Metadata, *, touch_id: str, patient_id: str, session_id: str | None, kind: str, reason: str
) -> Event:
    """A touch ended without a message. ``reason``: a code of ``domain.touch.Reason``."""
    said = {"touch_id": touch_id, "patient_id": patient_id, "session_id": session_id, "kind": kind}
    return put("TouchNotSent", metadata, {**said, "reason": reason})


def message_delivered(metadata: Metadata, *, touch_id: str, patient_id: str, channel: str) -> Event:
    """A message arrived."""
    said = {"touch_id": touch_id, "patient_id": patient_id, "channel": channel}
    return put("MessageDelivered", metadata, said)


def message_failed(metadata: Metadata, *, touch_id: str, patient_id: str, channel: str, reason: str) -> Event:
    """A message did not arrive. ``reason``: a code of ``domain.delivery.Cause``."""
    said = {"touch_id": touch_id, "patient_id": patient_id, "channel": channel}
    return put("MessageFailed", metadata, {**said, "reason": reason})


def reply_received(
    metadata: Metadata,
    *,
    reply_id: str,
    patient_id: str | None,
    touch_id: str | None,
    channel: str,
    understood: str,
) -> Event:
    """Somebody wrote. ``patient_id`` is null when it is not known who; ``understood``: as ``mood``."""
    said = {"reply_id": fitting(reply_id), "patient_id": patient_id, "touch_id": touch_id}
    return put("ReplyReceived", metadata, {**said, "channel": channel, "understood": understood})


def measure_scored(
    metadata: Metadata,
    *,
    measure_id: str,
    patient_id: str,
    touch_id: str | None,
    code: str,
    total: int | None,
    complete: bool,
    prorated: bool = False,
) -> Event:
    """A scale was answered. ``total``: in the scale's own points, null when too much is missing."""
    said: dict[str, object] = {
        "measure_id": fitting(measure_id),
        "patient_id": patient_id,
        "touch_id": touch_id,
    }
    score = {"code": code, "total": total, "complete": complete, "prorated": prorated}
    return put("MeasureScored", metadata, {**said, **score})


def consent_changed(
    metadata: Metadata, *, patient_id: str, channel: str, purpose: str, agreed: bool
) -> Event:
    """A consent was given or taken back, or fell with the address it was given for."""
    said = {"patient_id": patient_id, "channel": channel, "purpose": purpose, "agreed": agreed}
    return put("ConsentChanged", metadata, said)


def alert_raised(
    metadata: Metadata, *, alert_id: str, patient_id: str | None, tier: str, reason: str
) -> Event:
    """A person must look now (``red``) or today (``amber``). ``reason``: a code, never the words."""
    said = {"alert_id": fitting(alert_id), "patient_id": patient_id, "tier": tier, "reason": reason}
    return put("AlertRaised", metadata, said)


def alert_acknowledged(metadata: Metadata, *, alert_id: str, patient_id: str | None) -> Event:
    """Somebody took the alert on. Who it was stays in the audit."""
    return put("AlertAcknowledged", metadata, {"alert_id": fitting(alert_id), "patient_id": patient_id})


def alert_escalated(metadata: Metadata, *, alert_id: str, patient_id: str | None, step: int) -> Event:
    """The next person is paged. ``step``: of the ladder, 0 for the first page."""
    return put(
        "AlertEscalated", metadata, {"alert_id": fitting(alert_id), "patient_id": patient_id, "step": step}
    )


def alert_resolved(metadata: Metadata, *, alert_id: str, patient_id: str | None, disposition: str) -> Event:
    """The alert is closed. ``disposition``: a code; name and note stay with the alert."""
    said = {"alert_id": fitting(alert_id), "patient_id": patient_id, "disposition": disposition}
    return put("AlertResolved", metadata, said)


def _about(event_id: str) -> Metadata:
    return Metadata(event_id, datetime(2026, 11, 24, 15, 0, tzinfo=UTC), ClinicId("hudson"))


_DAY1 = {"touch_id": "ses-ada-1.day1", "patient_id": "pat-ada"}
_ALERT = {"alert_id": "al-ada-1", "patient_id": "pat-ada"}

EXAMPLES: Mapping[str, Event] = {
    "TouchSent": touch_sent(
        _about("TouchSent.ses-ada-1.day1"),
        **_DAY1,
        session_id="ses-ada-1",
        kind="check_in",
        channel="sms",
        language="en",
        revision="3f2a9c01",
    ),
    "TouchNotSent": touch_not_sent(
        _about("TouchNotSent.ses-ada-1.day1"),
        **_DAY1,
        session_id="ses-ada-1",
        kind="check_in",
        reason="too_late",
    ),
    "MessageDelivered": message_delivered(_about("MessageDelivered.ses-ada-1.day1"), **_DAY1, channel="sms"),
    "MessageFailed": message_failed(
        _about("MessageFailed.ses-ada-1.day1"), **_DAY1, channel="sms", reason="number_invalid"
    ),
    "ReplyReceived": reply_received(
        _about("ReplyReceived.in-1"), reply_id="in-1", **_DAY1, channel="sms", understood="mood"
    ),
    "MeasureScored": measure_scored(
        _about("MeasureScored.in-1"),
        measure_id="in-1",
        patient_id="pat-ada",
        touch_id="ses-ada-1.day1",
        code="mood-0-10",
        total=7,
        complete=True,
    ),
    "ConsentChanged": consent_changed(
        _about("ConsentChanged.evt-0005"),
        patient_id="pat-ada",
        channel="email",
        purpose="education",
        agreed=False,
    ),
    "AlertRaised": alert_raised(_about("AlertRaised.al-ada-1"), **_ALERT, tier="red", reason="crisis_words"),
    "AlertAcknowledged": alert_acknowledged(_about("AlertAcknowledged.al-ada-1"), **_ALERT),
    "AlertEscalated": alert_escalated(_about("AlertEscalated.al-ada-1.1"), **_ALERT, step=1),
    "AlertResolved": alert_resolved(
        _about("AlertResolved.al-ada-1"), **_ALERT, disposition="spoke_with_patient"
    ),
}
